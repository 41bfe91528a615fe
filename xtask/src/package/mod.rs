//! The package that the Functions host runs: a folder for the Core Tools, and a zip with the same
//! files.
//!
//! Both contain only the program, `host.json`, the `function.json` of each Function, and the licences of
//! what is linked. The program is linked for the oldest glibc in the host's images. The bill of materials
//! and another copy of the licences are next to the zip.

mod archive;
mod bill_of_materials;
mod builder;
mod check;
mod contents;
mod crates;
mod glibc;
mod licences;
mod reproducibility;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;

use builder::Builder;
pub(crate) use check::check;
use contents::Contents;
use crates::CrateId;
use glibc::Version;
pub(crate) use reproducibility::check as check_reproducibility;

use crate::program::root;
use crate::tools::{self, Tool};

pub(crate) struct Package {
    /// The folder for `func start` and `func azure functionapp publish`.
    folder: PathBuf,
    /// The same files as one archive.
    zip: PathBuf,
    /// The name of the program in both.
    program: String,
    /// The bill of materials; `None` if cargo-cyclonedx cannot be installed.
    bill_of_materials: Option<PathBuf>,
    builder: Builder,
    /// The oldest glibc with which the program starts.
    min_glibc: Version,
    build_time: Duration,
}

/// Builds the program and both forms of the package, and prints their sizes.
///
/// # Errors
/// If the program does not compile or a file cannot be written.
pub(crate) fn make(is_plain: bool) -> anyhow::Result<Package> {
    let builder = if is_plain { Builder::Plain } else { Builder::zig_if_available() };
    let started = Instant::now();
    let program = builder.build()?;
    let build_time = started.elapsed();
    let min_glibc = glibc::min_version(&program)?;
    let dist = root().join("dist");
    fs::create_dir_all(&dist).with_context(|| dist.display().to_string())?;
    let linked = crates::linked()?;
    let licences = dist.join(licences::FILE);
    write(&licences, &licences::make(&linked)?)?;
    let contents = Contents::collect(&program, &licences)?;
    let package = Package {
        folder: dist.join("cloudsmets"),
        zip: dist.join("cloudsmets.zip"),
        program: contents.executable.clone(),
        bill_of_materials: write_bill_of_materials(&dist, &linked)?,
        builder,
        min_glibc,
        build_time,
    };
    contents.write_to_folder(&package.folder)?;
    archive::write(&contents, &package.zip)?;
    println!("{}", package.describe()?);
    Ok(package)
}

/// Writes the bill of materials and returns its path. If cargo-cyclonedx cannot be installed, prints a
/// warning and removes an older file.
fn write_bill_of_materials(
    dist: &Path,
    linked: &BTreeMap<CrateId, String>,
) -> anyhow::Result<Option<PathBuf>> {
    let path = dist.join(bill_of_materials::FILE);
    if let Err(error) = tools::install(Tool::CycloneDx) {
        println!("WARNING: there is no bill of materials: {error:#}");
        if path.exists() {
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
        }
        return Ok(None);
    }
    write(&path, &bill_of_materials::make(linked)?)?;
    Ok(Some(path))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| path.display().to_string())
}

/// The command `cargo xtask package`.
///
/// # Errors
/// Those of [`make`].
pub(crate) fn run(is_plain: bool) -> anyhow::Result<()> {
    make(is_plain).map(drop)
}

impl Package {
    /// The path of the program in the folder.
    pub(crate) fn executable(&self) -> PathBuf {
        self.folder.join(&self.program)
    }

    /// What is missing because a tool cannot be installed.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let glibc = (self.builder == Builder::Plain).then(|| {
            format!("linked with this machine's linker, for glibc {} or newer", self.min_glibc)
        });
        let bill = self.bill_of_materials.is_none();
        let bill = bill.then(|| "there is no bill of materials".to_owned());
        glibc.into_iter().chain(bill).collect()
    }

    fn describe(&self) -> anyhow::Result<String> {
        let (program, zip) = (Megabytes::of(&self.executable())?, Megabytes::of(&self.zip)?);
        Ok(format!(
            "\n{}  {program}\n{}  {zip}\nbuilt by {} in {:.1} s; needs glibc {} or newer",
            relative_to_workspace(&self.executable()),
            relative_to_workspace(&self.zip),
            self.builder,
            self.build_time.as_secs_f64(),
            self.min_glibc,
        ))
    }
}

/// A path relative to the workspace.
fn relative_to_workspace(path: &Path) -> std::path::Display<'_> {
    path.strip_prefix(root()).unwrap_or(path).display()
}

struct Megabytes(u64);

impl Megabytes {
    fn of(path: &Path) -> anyhow::Result<Self> {
        Ok(Self(fs::metadata(path).with_context(|| path.display().to_string())?.len()))
    }
}

impl fmt::Display for Megabytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The conversion is exact for sizes below 2^53 bytes.
        write!(f, "{:.2} MB", self.0 as f64 / 1e6)
    }
}
