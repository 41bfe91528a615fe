//! The third-party files of the installation page: ESP Web Tools and the hash function of its
//! signatures. `cloudsmets release publish --site dist/site` publishes them.
//!
//! npm installs the packages at the versions of `assets/site/npm/package-lock.json` and verifies their
//! integrity. The flasher stub in ESP Web Tools is replaced ([`stub`]). The digest of every resulting
//! file is committed in `assets/site/packages.sha256`, which is compiled into the program, so two runs
//! give the same bytes or the second one fails.

mod digests;
mod notices;
mod packages;
mod stub;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::program::root;
use crate::report::Outcome;
use stub::Stub;

/// The digests that are compiled into the program.
const DIGESTS_FILE: &str = "assets/site/packages.sha256";

const OUTPUT_FOLDER: &str = "dist/site";

/// The contents of files by their paths below `assets` of the site.
type Files = BTreeMap<String, Vec<u8>>;

/// Makes `dist/site`.
///
/// # Errors
/// If the packages cannot be installed, or if a file is not the expected one.
pub(crate) fn make() -> anyhow::Result<()> {
    let files = collect()?;
    let digests = digests::list(&files);
    let expected = fs::read_to_string(root().join(DIGESTS_FILE)).context(DIGESTS_FILE)?;
    ensure!(
        digests == expected,
        "the packages differ from {DIGESTS_FILE}; if that is intended, run cargo xtask site --update"
    );
    write(&files, &root().join(OUTPUT_FOLDER)).context(OUTPUT_FOLDER)?;
    println!("{OUTPUT_FOLDER}: {} files", files.len());
    Ok(())
}

/// Accepts the installed packages: writes their digests, then makes `dist/site`.
///
/// # Errors
/// If the packages cannot be installed.
pub(crate) fn update() -> anyhow::Result<()> {
    let digests = digests::list(&collect()?);
    fs::write(root().join(DIGESTS_FILE), digests).context(DIGESTS_FILE)?;
    make()
}

/// Makes `dist/site` as a step of CI. Without a connection to the registries of npm and pip, the tests
/// that need the folder print a line and are skipped, and fail in CI.
///
/// # Errors
/// If a file is not the expected one.
pub(crate) fn make_for_tests() -> anyhow::Result<Outcome> {
    if let Err(error) = install() {
        return Ok(Outcome::Skipped(format!(
            "{error:#}; tests of the installation page will be skipped"
        )));
    }
    make().map(|()| Outcome::Done)
}

fn install() -> anyhow::Result<(PathBuf, Stub)> {
    Ok((packages::install()?, Stub::install()?))
}

fn collect() -> anyhow::Result<Files> {
    let (modules, stub) = install()?;
    let mut files = packages::read(&modules)?;
    stub::replace(&mut files, &stub)?;
    let notices = notices::text(&modules, &stub)?.into_bytes();
    files.insert(format!("notices-{}.txt", digests::short(&notices)), notices);
    Ok(files)
}

/// Replaces the folder.
fn write(files: &Files, folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, content)?;
    }
    Ok(())
}
