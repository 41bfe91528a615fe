//! Files of public keys.

use std::path::{Path, PathBuf};

use cloudsmets_update::{KeyRing, ParsePublicKeyError, PublicKey};

use super::limited_read::{ReadFileError, read_limited};
use super::signing_key::MAX_KEY_FILE_SIZE;

/// A public key and the line of its file that encodes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyFile {
    pub key: PublicKey,
    /// In base64.
    pub line: String,
}

/// The reason why a file is not a public key.
#[derive(Debug, thiserror::Error)]
pub enum PublicKeyFileError {
    #[error(transparent)]
    Read(#[from] ReadFileError),
    #[error("{} is not a public key: {reason}", .path.display())]
    Invalid { path: PathBuf, reason: ParsePublicKeyError },
}

impl PublicKeyFile {
    /// Reads a `.pub` file.
    ///
    /// # Errors
    /// [`PublicKeyFileError`] if it is not the file of a public key.
    pub fn read(path: &Path) -> Result<Self, PublicKeyFileError> {
        let file = read_limited(path, MAX_KEY_FILE_SIZE)?;
        let invalid = |reason| PublicKeyFileError::Invalid { path: path.to_owned(), reason };
        let text = str::from_utf8(&file).map_err(|_| invalid(ParsePublicKeyError::NotAKey))?;
        Self::parse(text).map_err(invalid)
    }

    pub(super) fn parse(text: &str) -> Result<Self, ParsePublicKeyError> {
        let key = text.parse()?;
        let line = text.lines().last().unwrap_or_default().to_owned();
        Ok(Self { key, line })
    }

    /// The text of the file, as minisign writes it.
    pub(super) fn text(&self) -> String {
        format!("untrusted comment: minisign public key {}\n{}\n", self.key.id(), self.line)
    }
}

/// The number of keys is not one or two.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("give one or two public keys: the current one and the next one")]
pub struct TooManyKeys;

/// The keys as a device keeps them: the current one and, if there are two, the next one.
///
/// # Errors
/// [`TooManyKeys`] unless there are one or two keys.
pub fn key_ring(keys: &[PublicKey]) -> Result<KeyRing, TooManyKeys> {
    match *keys {
        [current] => Ok(KeyRing::new(current, None)),
        [current, next] => Ok(KeyRing::new(current, Some(next))),
        _ => Err(TooManyKeys),
    }
}
