//! `cloudsmets release sign`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use cloudsmets_protocol::release::Target;
use jiff::tz::TimeZone;

use super::password;
use crate::clock;
use crate::config::Config;
use crate::releases::ReleaseVersion;
use crate::releases::signing::{
    EncryptedKey, MAX_KEY_FILE_SIZE, MAX_NOTES_SIZE, ReleaseContents, SignedRelease, SigningKey,
    SigningKeyError, StagedFolder, check_destination, key_ring, max_size, parse_notes,
    read_limited, verify_folder,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// The secret key; its password is asked for, or read from `CLOUDSMETS_KEY_PASSWORD`
    #[arg(long)]
    key: PathBuf,
    /// X.Y.Z or X.Y.Z-devN
    #[arg(long)]
    version: ReleaseVersion,
    /// The update image of the ESP32-C3
    #[arg(long)]
    esp32c3: PathBuf,
    /// The image for a first installation of the ESP32-C3 over USB
    #[arg(long)]
    factory: PathBuf,
    /// The update image of the TLSR8258
    #[arg(long)]
    tlsr8258: PathBuf,
    /// The oldest running version that may install this release directly [default: any]
    #[arg(long)]
    min_version: Option<ReleaseVersion>,
    /// A text file with the release notes
    #[arg(long)]
    notes: Option<PathBuf>,
    /// The date of the release [default: today]
    #[arg(long)]
    date: Option<jiff::civil::Date>,
    /// The folder for the signed release; it must be empty or not exist
    #[arg(long)]
    out: PathBuf,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Makes a signed release folder.
///
/// # Errors
/// If a file cannot be read or must not be released, the key cannot be used, or the folder cannot be
/// written.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    check_destination(&arguments.out)?;
    let contents = read_contents(arguments)?;
    let problems = contents.problems();
    if !problems.is_empty() {
        anyhow::bail!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
    let key = read_key(&arguments.key, config)?;
    let release = SignedRelease::new(&contents, &key)?;
    if !arguments.dry_run {
        let folder = StagedFolder::write(&arguments.out, &release.files)?;
        // Verifies what was written before anyone can publish it.
        verify_folder(&folder.path(), &key_ring(&[key.public_key().key])?)?;
        folder.move_to_destination()?;
    }
    let verb = if arguments.dry_run { "would write" } else { "wrote" };
    let mut out = std::io::stdout().lock();
    for (path, content) in &release.files {
        let path = arguments.out.join(path);
        writeln!(out, "{verb} {}, {} bytes", path.display(), content.len())?;
    }
    writeln!(out, "version {}, signed with the key {}", contents.version, key.id())?;
    Ok(ExitCode::SUCCESS)
}

fn read_contents(arguments: &Arguments) -> anyhow::Result<ReleaseContents> {
    let image = |path, target| read_limited(path, max_size(target));
    let notes = match &arguments.notes {
        Some(path) => {
            let file = read_limited(path, 2 * MAX_NOTES_SIZE)?;
            parse_notes(&file).with_context(|| path.display().to_string())?
        }
        None => String::new(),
    };
    let today = || clock::now().timestamp().to_zoned(TimeZone::UTC).date();
    Ok(ReleaseContents {
        version: arguments.version.clone(),
        min: arguments.min_version.clone(),
        date: arguments.date.unwrap_or_else(today),
        notes,
        esp32c3: image(&arguments.esp32c3, Target::Esp32c3)?,
        factory: image(&arguments.factory, Target::Esp32c3Factory)?,
        tlsr8258: image(&arguments.tlsr8258, Target::Tlsr8258)?,
    })
}

fn read_key(path: &Path, config: &Config) -> anyhow::Result<SigningKey> {
    let file = read_limited(path, MAX_KEY_FILE_SIZE)?;
    let file = String::from_utf8(file).map_err(|_| SigningKeyError::NotASecretKey);
    // The format is checked first, so that the operator is not asked for the password of a wrong file.
    let encrypted =
        file.and_then(EncryptedKey::parse).with_context(|| path.display().to_string())?;
    let password = password::read(config)?;
    encrypted.decrypt(&password).with_context(|| path.display().to_string())
}
