//! The files of a directory that anyone may read.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use tower_http::services::fs::{Backend, TokioBackend};

/// Opens the regular files below a directory. Hidden files, such as locks and unfinished files, are
/// reported as not found, and so is the target of a symbolic link that is outside of the directory.
///
/// The check precedes the opening, so it does not protect against a process that replaces files by
/// links at the same time.
#[derive(Clone, Debug)]
pub(super) struct PublicFiles(Arc<Path>);

impl PublicFiles {
    pub(super) fn new(directory: &Path) -> Self {
        Self(directory.into())
    }

    /// The path without symbolic links, and what is there. Fails if it is not public.
    async fn resolve(&self, path: &Path) -> io::Result<(PathBuf, Metadata)> {
        let directory = tokio::fs::canonicalize(&self.0).await?;
        let path = tokio::fs::canonicalize(path).await?;
        let is_inside = path.strip_prefix(directory).is_ok_and(|inside| !is_hidden(inside));
        if !is_inside {
            return Err(io::ErrorKind::NotFound.into());
        }
        let metadata = tokio::fs::metadata(&path).await?;
        // Opening a named pipe would wait for its other end.
        if !metadata.is_file() && !metadata.is_dir() {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok((path, metadata))
    }

    async fn open_file(&self, path: &Path) -> io::Result<<TokioBackend as Backend>::File> {
        match self.resolve(path).await? {
            (path, metadata) if metadata.is_file() => TokioBackend.open(path).await,
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

type Metadata = <TokioBackend as Backend>::Metadata;

type BoxFuture<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl Backend for PublicFiles {
    type File = <TokioBackend as Backend>::File;
    type Metadata = Metadata;
    type OpenFuture = BoxFuture<Self::File>;
    type MetadataFuture = BoxFuture<Self::Metadata>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        let files = self.clone();
        Box::pin(async move { files.open_file(&path).await.map_err(not_found) })
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let files = self.clone();
        Box::pin(async move {
            let (_, metadata) = files.resolve(&path).await.map_err(not_found)?;
            Ok(metadata)
        })
    }
}

fn is_hidden(path: &Path) -> bool {
    let is_hidden_part =
        |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
    path.components().any(is_hidden_part)
}

/// Replaces the errors of paths that no file can have. Anyone can request such a path, so they must
/// not be logged as errors of the disk.
fn not_found(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::InvalidFilename
        | io::ErrorKind::InvalidInput
        | io::ErrorKind::NotADirectory => io::ErrorKind::NotFound.into(),
        _ => error,
    }
}
