//! The files of the infrastructure.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

/// One of the two stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StackKind {
    /// Deployed by the owner of a device.
    Owner,
    /// Deployed once, by the project.
    Shared,
}

impl StackKind {
    pub(super) const ALL: [Self; 2] = [Self::Owner, Self::Shared];

    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Owner => "infra/owner",
            Self::Shared => "infra/shared",
        }
    }

    pub(super) fn template(self) -> Value {
        read_json(&format!("{}/azuredeploy.json", self.folder()))
    }

    /// The functions that run in the stack.
    pub(super) fn functions(self) -> &'static [&'static str] {
        match self {
            Self::Owner => &["mqtt-receiver", "dashboard"],
            Self::Shared => &["latest-version"],
        }
    }
}

pub(super) fn read_text(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(super) fn read_json(path: &str) -> Value {
    serde_json::from_str(&read_text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
