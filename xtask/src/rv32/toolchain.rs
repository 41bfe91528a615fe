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
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/core";

pub(super) enum Toolchain {
    /// The default toolchain has the target.
    Default,
    /// Debian's compiler builds the part of the standard library that the target needs. Debian has no
    /// linker for it, but the default toolchain does.
    Debian { linker: PathBuf },
}

impl Toolchain {
    pub(super) fn find() -> Option<Self> {
        if default_library_folder(&["--target", TARGET]).is_some_and(|folder| folder.is_dir()) {
            return Some(Self::Default);
        }
        let linker = default_library_folder(&[])?.parent()?.join("bin/rust-lld");
        let programs =
            ["cargo", "rustc", "rustdoc"].map(|name| Path::new(DEBIAN_FOLDER).join(name));
        let is_complete = programs.iter().chain([&linker]).all(|program| program.is_file())
            && Path::new(DEBIAN_SOURCE).is_dir();
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
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_UNSTABLE_BUILD_STD", "core,alloc");
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
