//! The package as a zip. The same files give the same bytes: names in order, no times, one level of
//! compression.

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
/// When a file cannot be read or the archive not written.
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

/// Unpacks an archive, modes included, into a folder that is made anew.
///
/// # Errors
/// When it is no archive or something cannot be written.
pub(super) fn extract(zip: &Path, folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let file = File::open(zip).with_context(|| zip.display().to_string())?;
    Ok(ZipArchive::new(file)?.extract(folder)?)
}
