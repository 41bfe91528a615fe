//! The npm packages, and which of their files the installation page loads.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Files;
use crate::program::{program, root, run, tools_folder};

/// The folder with `package.json` and `package-lock.json`.
const NPM_FOLDER: &str = "assets/site/npm";

struct Package {
    /// Its folder below `node_modules`, and below `assets` of the site.
    name: &'static str,
    /// The folder of the files in the package.
    folder: &'static str,
    files: &'static [&'static str],
}

const PACKAGES: [Package; 2] = [
    // These modules import each other by relative paths, so they need no bundler.
    Package {
        name: "@noble/hashes",
        folder: "",
        files: &["_blake.js", "_md.js", "_u64.js", "blake2.js", "utils.js"],
    },
    // What the installation on an ESP32-C3 loads. The modules for other chips are left out, because
    // they contain further flasher stubs under the GPL.
    Package {
        name: "esp-web-tools",
        folder: "dist/web",
        files: &[
            "esp32-DNPRK0Ay.js",
            "esp32c3-2tchr35W.js",
            "index-Dt9w-IG1.js",
            "install-button.js",
            "install-dialog-im156JnI.js",
            "stub_flasher_32c3-DmSvHQKL.js",
            "styles-sT2V1cOw.js",
        ],
    },
];

/// Installs the packages and returns the folder `node_modules`. npm compares each package with the
/// integrity in the lock file. No script of a package is run.
///
/// # Errors
/// If npm fails.
pub(super) fn install() -> anyhow::Result<PathBuf> {
    let folder = tools_folder().join("site");
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json"] {
        let source = root().join(NPM_FOLDER).join(file);
        fs::copy(&source, folder.join(file)).with_context(|| source.display().to_string())?;
    }
    let options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    run(program("npm").args(options).current_dir(&folder))?;
    Ok(folder.join("node_modules"))
}

/// The files of the packages, in a folder `<package>/<version>` for each package.
///
/// # Errors
/// If a file is missing.
pub(super) fn read(modules: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for package in PACKAGES {
        let version = version(modules, package.name)?;
        for file in package.files {
            let path = modules.join(package.name).join(package.folder).join(file);
            let content = fs::read(&path).with_context(|| path.display().to_string())?;
            files.insert(format!("{}/{version}/{file}", package.name), content);
        }
    }
    Ok(files)
}

/// The version of an installed package.
///
/// # Errors
/// If the package is not installed.
pub(super) fn version(modules: &Path, name: &str) -> anyhow::Result<String> {
    let path = modules.join(name).join("package.json");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let package: serde_json::Value = serde_json::from_str(&text)?;
    let version = package["version"].as_str().context("no version");
    Ok(version.with_context(|| path.display().to_string())?.to_owned())
}
