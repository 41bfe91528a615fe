//! Reads files with a size limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file cannot be read, or is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum ReadFileError {
    #[error("{} cannot be read: {source}", .path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{} is larger than {max} bytes", .path.display())]
    TooLarge { path: PathBuf, max: usize },
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// [`ReadFileError`] if the file cannot be read or is larger.
pub fn read_limited(path: &Path, max: usize) -> Result<Vec<u8>, ReadFileError> {
    let mut content = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)
        .and_then(|file| file.take(limit).read_to_end(&mut content))
        .map_err(|source| ReadFileError::Io { path: path.to_owned(), source })?;
    if content.len() > max {
        return Err(ReadFileError::TooLarge { path: path.to_owned(), max });
    }
    Ok(content)
}
