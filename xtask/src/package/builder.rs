//! What builds the program of the package.
//!
//! An ordinary linker binds to the glibc of the machine that it runs on, and the program then starts
//! on no older one. Zig's linker knows every glibc's symbols and is told which to bind to. It comes
//! from Python's package index, where its makers publish it, in exactly this version, into
//! `target/tools`.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;

use crate::program::{cargo, program, root, run, tools_folder};

/// The oldest glibc that the Functions host's images have had since version 4.
const TARGET: &str = "x86_64-unknown-linux-gnu.2.31";

const ZIGBUILD: &str = "0.24.0";
const ZIG: &str = "0.17.1";

/// What links the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builder {
    /// Zig's linker, for an old glibc.
    Zig,
    /// This machine's, for its own glibc.
    Plain,
}

impl Builder {
    /// Zig's if it can be had here, and otherwise this machine's, said plainly.
    pub(super) fn zig_if_available() -> Self {
        match install() {
            Ok(()) => Self::Zig,
            Err(error) => {
                println!(
                    "WARNING: cargo-zigbuild and zig cannot be had here ({error:#}). The package \
                     is built plainly and may need a newer glibc than the Functions host has"
                );
                Self::Plain
            }
        }
    }

    /// Its name, as the tests know it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Zig => "zig",
            Self::Plain => "plain",
        }
    }

    /// Builds the program, with everything for Azure; where it lies.
    ///
    /// # Errors
    /// When it does not compile.
    pub(super) fn build(self) -> anyhow::Result<PathBuf> {
        let what = ["--release", "--package", "cloudsmets", "--bin", "cloudsmets"];
        let folder = match self {
            Self::Zig => {
                run(zigbuild().args(what).args(["--target", TARGET, "--target-dir", "target"]))?;
                "target/x86_64-unknown-linux-gnu/release"
            }
            Self::Plain => {
                run(cargo(["build"]).args(what).args(["--target-dir", "target"]))?;
                "target/release"
            }
        };
        Ok(root().join(folder).join("cloudsmets"))
    }
}

impl fmt::Display for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zig => write!(f, "cargo-zigbuild {ZIGBUILD} with zig {ZIG}"),
            Self::Plain => f.write_str("this machine's own linker"),
        }
    }
}

/// A folder for these two versions and no others.
fn folder() -> PathBuf {
    tools_folder().join(format!("zigbuild-{ZIGBUILD}-zig-{ZIG}"))
}

/// Installs what is missing, for nobody but this workspace.
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
