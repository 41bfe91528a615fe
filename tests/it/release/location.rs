//! The two kinds of locations at which releases are published.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::host::Program;

/// All files of a location by name, including hidden ones, without the lock of a directory.
pub(super) type Tree = BTreeMap<String, Vec<u8>>;

/// An empty location.
pub(super) enum Location {
    Directory(TempDir),
    #[cfg(feature = "azure")]
    Container {
        address: String,
        blobs: Box<std::cell::RefCell<crate::azure::BlobClient>>,
    },
}

/// The result of a command.
pub(super) struct CommandResult {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Location {
    pub(super) fn directory() -> Self {
        Self::Directory(TempDir::new().unwrap())
    }

    #[cfg(feature = "azure")]
    pub(super) fn container(azurite: &crate::azure::Azurite, name: &str) -> Self {
        let blobs = Box::new(azurite.container(name).into());
        Self::Container { address: azurite.writable_address(name), blobs }
    }

    /// The path of a directory.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Directory(directory) => directory.path(),
            #[cfg(feature = "azure")]
            Self::Container { address, .. } => panic!("{address} is not a directory"),
        }
    }

    /// The value of `RELEASES_URL`.
    pub(super) fn address(&self) -> String {
        match self {
            Self::Directory(directory) => format!("file://{}", directory.path().display()),
            #[cfg(feature = "azure")]
            Self::Container { address, .. } => address.clone(),
        }
    }

    /// Writes a file without the program.
    pub(super) fn put(&self, name: &str, content: &[u8]) {
        match self {
            Self::Directory(directory) => {
                let file = directory.path().join(name);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, content).unwrap();
            }
            #[cfg(feature = "azure")]
            Self::Container { blobs, .. } => blobs.borrow_mut().put(name, content),
        }
    }

    pub(super) fn tree(&self) -> Tree {
        match self {
            Self::Directory(directory) => {
                let mut tree = Tree::new();
                collect_files(directory.path(), directory.path(), &mut tree);
                // The lock file is empty and never removed.
                if let Some(lock) = tree.remove(".lock") {
                    assert_eq!(lock, b"");
                }
                tree
            }
            #[cfg(feature = "azure")]
            Self::Container { blobs, .. } => {
                let mut blobs = blobs.borrow_mut();
                let names = blobs.names();
                names.into_iter().map(|name| (name.clone(), blobs.get(&name).body)).collect()
            }
        }
    }

    /// Runs `cloudsmets release` with these arguments.
    pub(super) fn run(&self, arguments: &[&str]) -> CommandResult {
        run_at(&self.address(), arguments)
    }

    /// Runs a command that has to succeed and returns its standard output.
    pub(super) fn succeed(&self, arguments: &[&str]) -> String {
        let result = self.run(arguments);
        assert_eq!(result.code, Some(0), "{arguments:?}: {}", result.stderr);
        result.stdout
    }

    /// Runs a command that has to be refused without changing anything, and returns its error.
    pub(super) fn refuse(&self, arguments: &[&str]) -> String {
        let before = self.tree();
        let result = self.run(arguments);
        assert_eq!(result.code, Some(1), "{arguments:?}: {}", result.stdout);
        assert_eq!(self.tree(), before, "{arguments:?} changed something");
        result.stderr
    }

    /// Runs a command with `--dry-run`, which has to change nothing.
    pub(super) fn dry_run(&self, arguments: &[&str]) -> String {
        let before = self.tree();
        let printed = self.succeed(&[arguments, &["--dry-run"]].concat());
        assert_eq!(self.tree(), before, "{arguments:?} changed something");
        printed
    }

    /// `releases.json`.
    pub(super) fn rollout(&self) -> serde_json::Value {
        self.tree()
            .get("releases.json")
            .map_or(serde_json::Value::Null, |file| serde_json::from_slice(file).unwrap())
    }
}

pub(super) fn run_at(address: &str, arguments: &[&str]) -> CommandResult {
    let arguments = [&["release"], arguments].concat();
    let output = Program::run(&arguments, &[("RELEASES_URL", address)]);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    CommandResult {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn collect_files(root: &Path, folder: &Path, tree: &mut Tree) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_files(root, &path, tree);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            tree.insert(name, fs::read(path).unwrap());
        }
    }
}

/// Runs a test at an empty directory and, if Azurite is installed, at an empty container.
pub(super) fn at_each_location(test: impl Fn(&Location)) {
    test(&Location::directory());
    #[cfg(feature = "azure")]
    if let Some(azurite) = crate::azure::Azurite::start() {
        test(&Location::container(&azurite, "releases"));
    }
}
