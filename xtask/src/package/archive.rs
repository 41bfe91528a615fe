//! The package as a zip. The same files give the same bytes: the names are sorted, there are no
//! time stamps, and the compression level is fixed.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use super::contents::Contents;

/// Writes the archive.
///
/// # Errors
/// If a file cannot be read or the archive cannot be written.
pub(super) fn write(contents: &Contents, path: &Path) -> anyhow::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(create(path)?));
    for file in &contents.files {
        let mut source =
            File::open(&file.source).with_context(|| file.source.display().to_string())?;
        zip.start_file(&file.name, options().unix_permissions(file.mode))?;
        io::copy(&mut source, &mut zip).with_context(|| file.name.clone())?;
    }
    zip.finish()?.flush()?;
    Ok(())
}

fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| path.display().to_string())
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
}

/// Extracts an archive, with the modes of the files, into an empty folder. Deletes what was in the
/// folder.
///
/// # Errors
/// If the file is not an archive or a file cannot be written.
pub(super) fn extract(zip: &Path, folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let file = File::open(zip).with_context(|| zip.display().to_string())?;
    Ok(ZipArchive::new(file)?.extract(folder)?)
}
