//! The files of the package, their names and modes.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::licences;
use crate::program::root;

/// A folder with this file is a Function.
const FUNCTION_JSON: &str = "function.json";

/// The developer's settings. `func start` reads them, and publishing omits them.
const LOCAL_SETTINGS: &str = "local.settings.json";

pub(super) struct Contents {
    /// The name of the program, from `host.json`.
    pub(super) executable: String,
    /// All files, sorted by name.
    pub(super) files: Vec<Entry>,
}

pub(super) struct Entry {
    /// The path in the package.
    pub(super) name: String,
    /// The file to copy.
    pub(super) source: PathBuf,
    /// The mode in the package.
    pub(super) mode: u32,
}

impl Contents {
    /// Lists the files of the package, with the program and the licences at these paths.
    ///
    /// # Errors
    /// If `host.json` does not name the program, or the project's folder cannot be read.
    pub(super) fn collect(program: &Path, licences: &Path) -> anyhow::Result<Self> {
        let executable = executable()?;
        let mut files = vec![
            Entry { name: executable.clone(), source: program.to_owned(), mode: 0o755 },
            Entry { name: licences::FILE.to_owned(), source: licences.to_owned(), mode: 0o644 },
            Entry::file("host.json"),
        ];
        files.extend(functions().context("the Functions")?);
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { executable, files })
    }

    /// Copies the files into a folder and removes those of an older package.
    ///
    /// # Errors
    /// If the folder contains files that are not of a package, or a file cannot be written.
    pub(super) fn write_to_folder(&self, folder: &Path) -> anyhow::Result<()> {
        self.remove_old_package(folder).with_context(|| folder.display().to_string())?;
        for file in &self.files {
            file.copy_into(folder).with_context(|| file.name.clone())?;
        }
        Ok(())
    }

    /// Removes an older package. Publishing uploads the whole folder, so other files in it, such as
    /// the data of a run of the program, are an error. They are not removed.
    fn remove_old_package(&self, folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if self.belongs_to_package(folder, &path) {
                if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }?;
            } else if !path.ends_with(LOCAL_SETTINGS) {
                bail!(
                    "{} does not belong to the package: move it out of the folder",
                    path.display()
                );
            }
        }
        Ok(())
    }

    /// Whether a path belongs to this package, or to a Function of an older one.
    fn belongs_to_package(&self, folder: &Path, path: &Path) -> bool {
        let is_in_this_package = |file: &Entry| folder.join(&file.name).starts_with(path);
        self.files.iter().any(is_in_this_package) || path.join(FUNCTION_JSON).is_file()
    }
}

impl Entry {
    /// A file of the project.
    fn file(name: &str) -> Self {
        Self { name: name.to_owned(), source: root().join(name), mode: 0o644 }
    }

    fn copy_into(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(&self.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::copy(&self.source, &path)?;
        fs::set_permissions(&path, Permissions::from_mode(self.mode))?;
        Ok(())
    }
}

/// The project's Functions. The Functions host finds them in the same way: by `function.json`.
fn functions() -> anyhow::Result<Vec<Entry>> {
    let mut functions = Vec::new();
    for folder in fs::read_dir(root())? {
        let name = folder?.file_name();
        let name = format!("{}/{FUNCTION_JSON}", name.to_string_lossy());
        if root().join(&name).is_file() {
            functions.push(Entry::file(&name));
        }
    }
    Ok(functions)
}

/// The name of the program. The Core Tools make only the file with exactly this name executable.
fn executable() -> anyhow::Result<String> {
    let host = fs::read(root().join("host.json")).context("host.json")?;
    let host: serde_json::Value = serde_json::from_slice(&host).context("host.json")?;
    let path = &host["customHandler"]["description"]["defaultExecutablePath"];
    let name = path.as_str().context("host.json has no defaultExecutablePath")?;
    if Path::new(name).file_name().is_none_or(|file| file != name) {
        bail!("defaultExecutablePath in host.json is {name:?}, not the name of a file");
    }
    Ok(name.to_owned())
}
