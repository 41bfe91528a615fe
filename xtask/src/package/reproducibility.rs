//! Builds the package a second time and compares it with the first.
//!
//! The second build is what another developer would do: `cargo xtask package` in another folder, with
//! another `CARGO_HOME`, target folder and time zone, from the files that git knows and without anything
//! that was compiled before. It shows that the package does not depend on paths, on the time or on files
//! that are not in the repository. Both builds use the compiler, the linker and the downloaded crates of
//! this machine, so it does not show that those can be trusted.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

use super::{bill_of_materials, licences};
use crate::program::{cargo, cargo_home, output, program, root, run, tools_folder};
use crate::report::Outcome;

/// The files that have to be equal, in `dist`.
const FILES: [&str; 3] = ["cloudsmets.zip", bill_of_materials::FILE, licences::FILE];

/// Builds the package again and compares it with that in `dist`.
///
/// # Errors
/// If the second build fails, or a file differs. The files of the second build are then kept.
pub(crate) fn check() -> anyhow::Result<Outcome> {
    let Ok(files) =
        output(git().args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))
    else {
        return Ok(Outcome::Skipped("git does not list the project's files here".to_owned()));
    };
    let folder = root().join("target/second-build");
    let sources = folder.join("sources");
    remove_if_exists(&folder)?;
    copy(files.split_terminator('\0').map(Path::new), &sources)?;
    fs::create_dir_all(sources.join("target"))?;
    symlink(tools_folder(), sources.join("target/tools"))?;
    let home = folder.join("home");
    link_entries(&cargo_home()?, &home)?;
    run(&mut build(&sources, &home))?;
    for name in FILES {
        compare(&root().join("dist").join(name), &sources.join("dist").join(name))?;
    }
    remove_if_exists(&folder)?;
    Ok(Outcome::Done)
}

fn git() -> Command {
    program("git")
}

fn remove_if_exists(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Ok(())
}

/// Copies files of the project. A file that was deleted and not committed yet does not exist.
fn copy<'a>(files: impl Iterator<Item = &'a Path>, to: &Path) -> anyhow::Result<()> {
    for name in files.filter(|name| root().join(name).is_file()) {
        let copy = to.join(name);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(root().join(name), &copy).with_context(|| copy.display().to_string())?;
    }
    Ok(())
}

/// A folder with the same entries as another one, so that crates are not downloaded again.
fn link_entries(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        symlink(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

fn build(sources: &Path, home: &Path) -> Command {
    let mut command = cargo(["run", "--quiet", "--package", "xtask", "--", "package"]);
    command.current_dir(sources).env("CARGO_HOME", home).env("TZ", "Asia/Kathmandu");
    command.env_remove("CARGO_TARGET_DIR");
    command
}

fn compare(first: &Path, second: &Path) -> anyhow::Result<()> {
    let read = |path: &Path| fs::read(path).with_context(|| path.display().to_string());
    // Without cargo-cyclonedx, neither build has a bill of materials.
    if !first.exists() && !second.exists() {
        return Ok(());
    }
    if read(first)? != read(second)? {
        bail!("{} and {} differ", first.display(), second.display());
    }
    println!("{} is the same in both builds", first.display());
    Ok(())
}
