//! What is in the package, under which names and with which modes.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::program::root;

/// What makes a folder a Function.
const FUNCTION_JSON: &str = "function.json";

/// The developer's own settings, which `func start` reads and publishing leaves out.
const LOCAL_SETTINGS: &str = "local.settings.json";

/// The files of the package.
pub(super) struct Contents {
    /// The program's name, which is what `host.json` starts.
    pub(super) executable: String,
    /// All files, by name.
    pub(super) files: Vec<Entry>,
}

/// A file of the package.
pub(super) struct Entry {
    /// Its name in the package.
    pub(super) name: String,
    /// Where it is taken from.
    pub(super) source: PathBuf,
    /// Its mode in the package.
    pub(super) mode: u32,
}

impl Contents {
    /// Names what goes into the package, given the program that was built.
    ///
    /// # Errors
    /// When `host.json` does not say how the program is to be called, or the project's folder cannot
    /// be read.
    pub(super) fn collect(program: &Path) -> anyhow::Result<Self> {
        let executable = executable()?;
        let mut files = vec![Entry::program(&executable, program), Entry::file("host.json")];
        files.extend(functions().context("the Functions")?);
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { executable, files })
    }

    /// Makes the folder hold these files and no others.
    ///
    /// # Errors
    /// When something in the folder is somebody else's, or cannot be written.
    pub(super) fn write_to_folder(&self, folder: &Path) -> anyhow::Result<()> {
        self.remove_old_package(folder).with_context(|| folder.display().to_string())?;
        for file in &self.files {
            file.copy_into(folder).with_context(|| file.name.clone())?;
        }
        Ok(())
    }

    /// Removes an older package. Publishing uploads all of the folder, so that what a run of the
    /// program left here, such as its data, is neither removed nor passed over.
    fn remove_old_package(&self, folder: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(folder)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if self.belongs_to_package(folder, &path) {
                if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }?;
            } else if !path.ends_with(LOCAL_SETTINGS) {
                bail!("{} is not of the package: move it away", path.display());
            }
        }
        Ok(())
    }

    /// Whether it is of this package, or a function that an older one had.
    fn belongs_to_package(&self, folder: &Path, path: &Path) -> bool {
        let is_in_this_package = |file: &Entry| folder.join(&file.name).starts_with(path);
        self.files.iter().any(is_in_this_package) || path.join(FUNCTION_JSON).is_file()
    }
}

impl Entry {
    fn program(name: &str, source: &Path) -> Self {
        Self { name: name.to_owned(), source: source.to_owned(), mode: 0o755 }
    }

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

/// The project's Functions, as the Functions host finds them: the folders that say what calls them.
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

/// The program's name: the Core Tools make only the entry of exactly this name executable.
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
