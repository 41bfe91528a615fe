//! The compiler for the ESP32-C3.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str;

use crate::program::program;

/// The target of the device's firmware.
pub(super) const TARGET: &str = "riscv32imc-unknown-none-elf";

/// Debian's compiler, and the source of the standard library that belongs to it.
pub(super) const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

const DEBIAN_FOLDER: &str = "/usr/bin";
const DEBIAN_FILES: [&str; 3] =
    ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/lib/rustlib/src/rust/library/core/Cargo.toml"];

/// The version of Rust that the workspace needs. Lists of packages may still name an older one.
const MIN_RUST: &str = env!("CARGO_PKG_RUST_VERSION");

pub(super) enum Toolchain {
    /// The default toolchain has the target.
    Default,
    /// Debian's compiler builds the part of the standard library that the target needs. Debian has no
    /// linker for it, but the default toolchain does.
    Debian { linker: PathBuf },
}

impl Toolchain {
    pub(super) fn find() -> Option<Self> {
        if default_has_target() {
            return Some(Self::Default);
        }
        let linker = default_library_folder(&[])?.parent()?.join("bin/rust-lld");
        let is_complete = linker.is_file() && DEBIAN_FILES.into_iter().all(is_provided);
        is_complete.then_some(Self::Debian { linker })
    }

    /// The command `cargo` of this toolchain.
    pub(super) fn cargo(&self) -> Command {
        match self {
            Self::Default => program("cargo"),
            Self::Debian { linker } => debian_cargo(linker),
        }
    }
}

/// Whether a file of one of Debian's packages is there in a sufficiently new version, or is not needed.
pub(crate) fn is_provided(file: &str) -> bool {
    default_has_target() || (Path::new(file).is_file() && is_debian_recent())
}

fn is_debian_recent() -> bool {
    let output = program(DEBIAN_FILES[0]).arg("--version").output();
    let version = output.ok().and_then(|output| minor(str::from_utf8(&output.stdout).ok()?));
    version >= minor(MIN_RUST)
}

/// The minor version of Rust in a text such as `rustc 1.96.0 (...)` or `1.95`.
fn minor(version: &str) -> Option<u32> {
    let (_, rest) = version.split_once("1.")?;
    rest.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

fn default_has_target() -> bool {
    default_library_folder(&["--target", TARGET]).is_some_and(|folder| folder.is_dir())
}

fn debian_cargo(linker: &Path) -> Command {
    let [cargo, rustc, rustdoc] =
        ["cargo", "rustc", "rustdoc"].map(|name| format!("{DEBIAN_FOLDER}/{name}"));
    let mut command = program(&cargo);
    // A build script that looks for `rustc` in the search path must find Debian's.
    let path = command.get_envs().find_map(|(name, value)| (name == "PATH").then_some(value?));
    let mut search_path = OsString::from(DEBIAN_FOLDER);
    if let Some(path) = path {
        search_path.push(":");
        search_path.push(path);
    }
    command.env("PATH", search_path).env("RUSTC", rustc).env("RUSTDOC", rustdoc);
    // Building the standard library is an unstable option.
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_UNSTABLE_BUILD_STD", "core");
    command.env("CARGO_TARGET_RISCV32IMC_UNKNOWN_NONE_ELF_LINKER", linker);
    // What rustup and cargo set for xtask, which runs with the default toolchain.
    for name in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
    command
}

/// The folder with the libraries of the default toolchain, for this machine or another target.
fn default_library_folder(target: &[&str]) -> Option<PathBuf> {
    let output = program("rustc").args(["--print", "target-libdir"]).args(target).output().ok()?;
    let folder = str::from_utf8(&output.stdout).ok()?.trim();
    output.status.success().then(|| PathBuf::from(folder))
}

#[cfg(test)]
mod tests {
    use super::{MIN_RUST, minor};

    #[test]
    fn the_minor_version_is_read_from_the_output_of_rustc() {
        assert_eq!(
            minor("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"),
            Some(96)
        );
        assert_eq!(minor("command not found"), None);
        assert!(minor(MIN_RUST).is_some());
    }
}
