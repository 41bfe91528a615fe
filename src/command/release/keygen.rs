//! `cloudsmets release keygen`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use super::password;
use crate::config::Config;
use crate::releases::signing::{
    KEY_FILES, KeyPair, PublicKeyFile, check_key_folder, write_key_folder,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// The folder for current.key, current.pub, next.key and next.pub; existing files are not replaced
    #[arg(long)]
    out: PathBuf,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Creates the key pairs.
///
/// # Errors
/// If the folder contains keys, or the password or the keys cannot be read or written.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    let Arguments { out: folder, dry_run } = arguments;
    let mut out = std::io::stdout().lock();
    check_key_folder(folder)?;
    if *dry_run {
        for name in KEY_FILES {
            writeln!(out, "would write {}", folder.join(name).display())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let password = password::read_new(config)?;
    let (current, next) = (KeyPair::generate(&password)?, KeyPair::generate(&password)?);
    write_key_folder(folder, &current, &next)?;
    for (name, pair) in [("current", &current), ("next", &next)] {
        let PublicKeyFile { key, line } = pair.key.public_key();
        let path = folder.join(name);
        writeln!(out, "{0}.key, {0}.pub: key {1}, public key {line}", path.display(), key.id())?;
    }
    writeln!(out, "{}", INSTRUCTIONS.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

const INSTRUCTIONS: &str = "\
Build both public keys into the firmware, and pass both .pub files to `cloudsmets release publish`.
Keep the .key files and the password offline and in separate places, with a backup. Keep next.key
apart from current.key: it replaces current.key if that is lost or stolen.
";
