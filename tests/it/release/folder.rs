//! Signed release folders, made by the program with keys whose encryption is weak and therefore fast.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::host::{Program, Settings};

/// The password of the test keys.
pub(crate) const KEY_PASSWORD: &str = "for tests only";

/// The setting with the password of the test keys.
const WITH_PASSWORD: Settings<'static> = &[("CLOUDSMETS_KEY_PASSWORD", KEY_PASSWORD)];

/// A key pair in `tests/fixtures/release`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TestKey {
    Current,
    Next,
}

impl TestKey {
    pub(crate) fn secret_file(self) -> PathBuf {
        self.file("key")
    }

    pub(crate) fn public_file(self) -> PathBuf {
        self.file("pub")
    }

    fn file(self, extension: &str) -> PathBuf {
        let name = match self {
            Self::Current => "current",
            Self::Next => "next",
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/release");
        folder.join(name).with_extension(extension)
    }
}

/// What to sign. The images are small and differ between versions.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    pub(crate) key: TestKey,
    pub(crate) version: String,
    pub(crate) min_version: Option<String>,
    pub(crate) date: String,
    pub(crate) notes: String,
    pub(crate) esp32c3: Vec<u8>,
    pub(crate) factory: Vec<u8>,
    pub(crate) tlsr8258: Vec<u8>,
}

impl Contents {
    pub(crate) fn new(version: &str) -> Self {
        Self {
            key: TestKey::Current,
            version: version.to_owned(),
            min_version: None,
            date: "2026-11-24".to_owned(),
            notes: format!("Notes of {version}\n"),
            esp32c3: format!("update image {version}").into_bytes(),
            factory: format!("factory image {version}").into_bytes(),
            tlsr8258: format!("........KNLT update image {version}").into_bytes(),
        }
        .with_esp_magic()
    }

    fn with_esp_magic(mut self) -> Self {
        for image in [&mut self.esp32c3, &mut self.factory] {
            image.insert(0, 0xE9);
        }
        self
    }

    /// Signs into a new folder.
    pub(crate) fn sign(&self) -> SignedFolder {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("release");
        let output = self.try_sign(&path, WITH_PASSWORD, &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        SignedFolder { _directory: directory, path }
    }

    /// Runs `cloudsmets release sign`.
    pub(crate) fn try_sign(&self, out: &Path, settings: Settings<'_>, options: &[&str]) -> Output {
        let inputs = TempDir::new().unwrap();
        let input = |name: &str, content: &[u8]| {
            let path = inputs.path().join(name);
            fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let key = self.key.secret_file();
        let mut arguments = vec![
            "--version".to_owned(),
            self.version.clone(),
            format!("--esp32c3={}", input("esp32c3", &self.esp32c3)),
            format!("--factory={}", input("factory", &self.factory)),
            format!("--tlsr8258={}", input("tlsr8258", &self.tlsr8258)),
            format!("--notes={}", input("notes", self.notes.as_bytes())),
            format!("--date={}", self.date),
            format!("--out={}", out.display()),
        ];
        arguments.extend(self.min_version.iter().map(|min| format!("--min-version={min}")));
        // Options may name another key.
        if !options.iter().any(|option| option.starts_with("--key")) {
            arguments.push(format!("--key={}", key.display()));
        }
        let arguments: Vec<_> =
            arguments.iter().map(String::as_str).chain(options.iter().copied()).collect();
        release_command("sign", &arguments, settings)
    }
}

/// Runs a command of `cloudsmets release`.
pub(crate) fn release_command(command: &str, arguments: &[&str], settings: Settings<'_>) -> Output {
    Program::run(&[&["release", command], arguments].concat(), settings)
}

/// A signed release folder, which is removed on drop.
pub(crate) struct SignedFolder {
    _directory: TempDir,
    path: PathBuf,
}

impl SignedFolder {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path.join(file)).unwrap()
    }

    pub(crate) fn write(&self, file: &str, content: &[u8]) {
        fs::write(self.path.join(file), content).unwrap();
    }
}
