//! Builds the program of the package.
//!
//! An ordinary linker links against the glibc of the machine that it runs on, and the program then
//! does not start with an older one. Zig's linker knows the symbols of every version of glibc and
//! links against the requested one. It is installed in a pinned version into `target/tools`, from
//! the Python package index, where its makers publish it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::crates::TARGET;
use crate::program::{cargo, cargo_home, program, root, run, tools_folder};

/// The oldest glibc in any image of version 4 of the Functions host.
const GLIBC: &str = "2.31";

const ZIGBUILD: &str = "0.24.0";
const ZIG: &str = "0.17.1";

/// The linker of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builder {
    /// Zig's linker, for an old glibc.
    Zig,
    /// This machine's linker, for this machine's glibc.
    Plain,
}

impl Builder {
    /// Zig's linker, which is installed if necessary. If that fails, prints a warning and returns
    /// this machine's linker.
    pub(super) fn zig_if_available() -> Self {
        match install() {
            Ok(()) => Self::Zig,
            Err(error) => {
                println!(
                    "WARNING: cannot install cargo-zigbuild and zig ({error:#}). The package is \
                     linked with this machine's linker and may need a newer glibc than the \
                     Functions host has"
                );
                Self::Plain
            }
        }
    }

    /// The name in `PACKAGE_BUILDER`, which the tests read.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Zig => "zig",
            Self::Plain => "plain",
        }
    }

    /// Builds the program with the features for Azure and returns its path.
    ///
    /// # Errors
    /// If the program does not compile.
    pub(super) fn build(self) -> anyhow::Result<PathBuf> {
        let what = ["--release", "--package", "cloudsmets", "--bin", "cloudsmets"];
        let (mut command, folder) = match self {
            Self::Zig => (zigbuild(), "target/x86_64-unknown-linux-gnu/release"),
            Self::Plain => (cargo(["build"]), "target/release"),
        };
        command.args(what).args(["--locked", "--target-dir", "target"]);
        if self == Self::Zig {
            command.args(["--target", &format!("{TARGET}.{GLIBC}")]);
        }
        run(command.env("CARGO_ENCODED_RUSTFLAGS", compiler_flags()?))?;
        Ok(root().join(folder).join("cloudsmets"))
    }
}

impl fmt::Display for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zig => write!(f, "cargo-zigbuild {ZIGBUILD} with zig {ZIG}"),
            Self::Plain => f.write_str("this machine's linker"),
        }
    }
}

/// Flags for the compiler, separated as `CARGO_ENCODED_RUSTFLAGS` requires.
///
/// Messages of panics contain the paths of sources. They are shortened, so that they reveal nothing about
/// the build machine and the package has the same bytes on every machine.
fn compiler_flags() -> anyhow::Result<String> {
    let crates = cargo_home()?.join("registry/src");
    let remap = |from: &Path, to| format!("--remap-path-prefix={}={to}", from.display());
    Ok([remap(&crates, "/registry"), remap(root(), "/cloudsmets")].join("\u{1f}"))
}

/// The folder for these two versions.
fn folder() -> PathBuf {
    tools_folder().join(format!("zigbuild-{ZIGBUILD}-zig-{ZIG}"))
}

/// Installs cargo-zigbuild and zig into the workspace if they are missing.
fn install() -> anyhow::Result<()> {
    let folder = folder();
    if folder.join("bin/cargo-zigbuild").is_file() && folder.join("ziglang/zig").is_file() {
        return Ok(());
    }
    let mut command = program("pip3");
    command.args(["install", "--quiet", "--no-deps", "--upgrade", "--target"]);
    command.arg(folder);
    command.args([format!("cargo-zigbuild=={ZIGBUILD}"), format!("ziglang=={ZIG}")]);
    run(command.env("PIP_ROOT_USER_ACTION", "ignore"))
}

fn zigbuild() -> Command {
    let folder = folder();
    let caches = tools_folder().join("cache");
    let mut command = program(&folder.join("bin/cargo-zigbuild").to_string_lossy());
    command.arg("zigbuild");
    command.env("CARGO_ZIGBUILD_ZIG_PATH", folder.join("ziglang/zig"));
    command.env("CARGO_ZIGBUILD_CACHE_DIR", caches.join("zigbuild"));
    command.env("ZIG_GLOBAL_CACHE_DIR", caches.join("zig"));
    command
}
