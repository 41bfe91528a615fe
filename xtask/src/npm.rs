//! Programs that the tests start, from npm's registry: Azurite, the emulator of Azure's blob storage.
//! Installed below `target/tools`, so that nothing of the user's changes and no rights are needed.

use crate::program::{is_installed, program, run, tools_folder};
use crate::report::Outcome;

/// What is installed. The version is fixed: an emulator's next one may behave differently.
const AZURITE: &str = "azurite@3.35.0";

/// Installs what is missing. Where that cannot be done the tests that need it say so, and in CI fail.
///
/// # Errors
/// None: its type is that of a step.
pub(crate) fn install() -> anyhow::Result<Outcome> {
    let folder = tools_folder().join("npm");
    let installed = folder.join("node_modules/azurite/package.json");
    if installed.is_file() || is_installed("azurite-blob") {
        println!("everything is there");
        return Ok(Outcome::Done);
    }
    let mut command = program("npm");
    command.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
    if let Err(error) = run(command.arg(folder).arg(AZURITE)) {
        println!("{error:#}");
        return Ok(Outcome::Skipped(
            "Azurite cannot be installed; tests that need it will be skipped".to_owned(),
        ));
    }
    Ok(Outcome::Done)
}
