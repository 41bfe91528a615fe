//! Programs that the tests start, from the npm registry: Azurite, the emulator of Azure's blob
//! storage, and Lighthouse, which audits pages. They are installed into `target/tools`, which changes
//! no global state and needs no privileges.

use std::path::Path;

use crate::program::{is_installed, program, run, tools_folder};
use crate::report::Outcome;

struct Package {
    name: &'static str,
    /// Fixed, because the next version may behave differently.
    version: &'static str,
    executable: &'static str,
}

const PACKAGES: [Package; 2] = [
    Package { name: "azurite", version: "3.35.0", executable: "azurite-blob" },
    Package { name: "lighthouse", version: "12.8.2", executable: "lighthouse" },
];

impl Package {
    fn is_missing(&self, folder: &Path) -> bool {
        let installed = folder.join("node_modules").join(self.name).join("package.json");
        !installed.is_file() && !is_installed(self.executable)
    }
}

/// Installs what is missing. If that fails, the tests that need it print a line and are skipped, and
/// fail in CI.
///
/// # Errors
/// Never fails; the type is that of a step.
pub(crate) fn install() -> anyhow::Result<Outcome> {
    let folder = tools_folder().join("npm");
    let missing: Vec<_> = PACKAGES.iter().filter(|package| package.is_missing(&folder)).collect();
    if missing.is_empty() {
        println!("everything is installed");
        return Ok(Outcome::Done);
    }
    let mut command = program("npm");
    command
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
        .arg(folder);
    let specifiers = missing.iter().map(|package| format!("{}@{}", package.name, package.version));
    if let Err(error) = run(command.args(specifiers)) {
        println!("{error:#}");
        let names: Vec<_> = missing.iter().map(|package| package.name).collect();
        return Ok(Outcome::Skipped(format!(
            "{} cannot be installed; tests that need it will be skipped",
            names.join(" and ")
        )));
    }
    Ok(Outcome::Done)
}
