//! The cargo subcommands that CI needs in addition to cargo itself.
//!
//! A tool that is already installed is used, whatever its version. Otherwise it is built from
//! crates.io into `target/tools`, where the next run finds it, and no global state changes. The
//! build has no optimizations, because compiling them takes longer than they save. Other registries
//! offer binaries that third parties built; saving a minute or two is not worth trusting them.

use crate::program::{cargo, is_installed, run, tools_folder};

/// A cargo subcommand.
#[derive(Clone, Copy)]
pub(crate) enum Tool {
    /// Describes the dependencies in a bill of materials.
    CycloneDx,
    /// Checks the dependencies.
    Deny,
    /// Builds the fuzz targets.
    Fuzz,
}

impl Tool {
    const fn name(self) -> &'static str {
        match self {
            Self::CycloneDx => "cargo-cyclonedx",
            Self::Deny => "cargo-deny",
            Self::Fuzz => "cargo-fuzz",
        }
    }

    /// The version to build if no version is installed.
    const fn version(self) -> &'static str {
        match self {
            Self::CycloneDx => "0.5.9",
            Self::Deny => "0.20.2",
            Self::Fuzz => "0.13.2",
        }
    }
}

/// Builds the tool if it is missing.
///
/// # Errors
/// If the build fails.
pub(crate) fn install(tool: Tool) -> anyhow::Result<()> {
    if is_installed(tool.name()) {
        return Ok(());
    }
    let mut command =
        cargo(["install", "--locked", "--debug", "--version", tool.version(), tool.name()]);
    run(command.arg("--root").arg(tools_folder()))
}
