//! The cargo subcommands that CI needs beside cargo itself.
//!
//! A tool that the machine has is used as it is. Otherwise it is built from the crates' registry into
//! `target/tools`, so that nothing of the user's changes and the next run finds it. From nothing, on
//! two cores, cargo-fuzz takes half a minute and cargo-deny two and a half. Other registries have
//! them ready-made, packed by third parties; saving those minutes once is not worth that trust.

use crate::program::{cargo, is_installed, run, tools_folder};

/// A cargo subcommand.
#[derive(Clone, Copy)]
pub(crate) enum Tool {
    /// Checks what the project depends on.
    Deny,
    /// Drives the fuzz targets.
    Fuzz,
}

impl Tool {
    const fn name(self) -> &'static str {
        match self {
            Self::Deny => "cargo-deny",
            Self::Fuzz => "cargo-fuzz",
        }
    }

    /// The version that is built where there is none.
    const fn version(self) -> &'static str {
        match self {
            Self::Deny => "0.20.2",
            Self::Fuzz => "0.13.2",
        }
    }
}

/// Builds the tool if there is none.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn install(tool: Tool) -> anyhow::Result<()> {
    if is_installed(tool.name()) {
        return Ok(());
    }
    let mut command = cargo(["install", "--locked", "--version", tool.version(), tool.name()]);
    run(command.arg("--root").arg(tools_folder()))
}
