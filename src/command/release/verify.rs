//! `cloudsmets release verify`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use cloudsmets_protocol::release::Target;

use crate::releases::signing::{PublicKeyFile, VerifiedRelease, key_ring, path, verify_folder};

#[derive(clap::Args)]
pub struct Arguments {
    /// The release folder
    folder: PathBuf,
    /// A public key file; may be given twice, for the current and the next key
    #[arg(long = "key", required = true)]
    keys: Vec<PathBuf>,
}

/// Verifies a release folder.
///
/// # Errors
/// If a key cannot be read, or with all problems of the folder.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let keys = arguments.keys.iter().map(|path| Ok(PublicKeyFile::read(path)?.key));
    let keys = key_ring(&keys.collect::<anyhow::Result<Vec<_>>>()?)?;
    let release = verify_folder(&arguments.folder, &keys)?;
    let VerifiedRelease { version, key_id, files, .. } = &release;
    let mut out = std::io::stdout().lock();
    for target in Target::ALL {
        let path = path(target);
        let size = files[path].len();
        writeln!(out, "{path}: version {version}, target {target}, {size} bytes, key {key_id}")?;
    }
    Ok(ExitCode::SUCCESS)
}
