//! Programs that the tests start, from the npm registry: Azurite, the emulator of Azure's blob
//! storage. They are installed into `target/tools`, which changes no global state and needs no
//! privileges.

use crate::program::{is_installed, program, run, tools_folder};
use crate::report::Outcome;

/// The version is pinned, because the emulator's behaviour may differ between versions.
const AZURITE: &str = "azurite@3.35.0";

/// Installs Azurite if it is missing. If that fails, the tests that need Azurite are skipped, and
/// fail in CI.
///
/// # Errors
/// None: the signature is that of a step.
pub(crate) fn install() -> anyhow::Result<Outcome> {
    let folder = tools_folder().join("npm");
    let installed = folder.join("node_modules/azurite/package.json");
    if installed.is_file() || is_installed("azurite-blob") {
        println!("Azurite is installed");
        return Ok(Outcome::Done);
    }
    let mut command = program("npm");
    command.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
    if let Err(error) = run(command.arg(folder).arg(AZURITE)) {
        println!("{error:#}");
        return Ok(Outcome::Skipped(
            "Azurite cannot be installed; the tests that need it will be skipped".to_owned(),
        ));
    }
    Ok(Outcome::Done)
}
