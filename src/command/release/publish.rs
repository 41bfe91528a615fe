//! `cloudsmets release publish`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::progress::UploadProgress;
use super::{print_line, site};
use crate::config::Config;
use crate::releases::rollout::Percent;
use crate::releases::signing::{PublicKeyFile, TooManyKeys};
use crate::releases::site::Packages;
use crate::releases::{KeyOrigin, Plan, Publication, PublishOutcome, TrustedKeys};

#[derive(clap::Args)]
pub struct Arguments {
    /// The release folder
    folder: PathBuf,
    /// The percentage of the devices that may install the version, from 0 to 100 [default: the one of
    /// an interrupted publication, otherwise 100]
    #[arg(long, value_parser = super::parse_percent)]
    percent: Option<Percent>,
    /// A public key file of the release server: the current key, then the next key [default: the keys
    /// that are already published]
    #[arg(long = "key")]
    keys: Vec<PathBuf>,
    /// The packages of the installation page, made by `cargo xtask site` [default: those that are
    /// already published]
    #[arg(long)]
    site: Option<PathBuf>,
    /// Check everything and report what would change, but change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Publishes a release.
///
/// # Errors
/// If the release is not verified or may not be published, or if the releases cannot be read or changed.
pub fn run(arguments: &Arguments, config: &Config) -> anyhow::Result<ExitCode> {
    super::with_storage(config, async |storage| {
        let keys = read_keys(&arguments.keys)?;
        let packages = arguments.site.as_deref().map(Packages::read).transpose()?;
        let publication =
            Publication::prepare(&storage, &arguments.folder, keys, arguments.percent).await?;
        if arguments.dry_run {
            print_plan(&publication)?;
            return Ok(ExitCode::SUCCESS);
        }
        let progress = UploadProgress::start(&publication)?;
        let outcome = publication.carry_out(&storage, |step| progress.report(step)).await;
        progress.finish();
        print_outcome(&publication, outcome?)?;
        let version = &publication.release.version;
        site::update(&storage, packages.as_ref()).await.with_context(|| {
            format!(
                "{version} is published, but the web site is not up to date; run the command again"
            )
        })?;
        Ok(ExitCode::SUCCESS)
    })
}

fn read_keys(paths: &[PathBuf]) -> anyhow::Result<Option<TrustedKeys>> {
    let read = |path: &PathBuf| PublicKeyFile::read(path as &Path);
    Ok(match paths {
        [] => None,
        [current] => Some(TrustedKeys::given(read(current)?, None)),
        [current, next] => Some(TrustedKeys::given(read(current)?, Some(read(next)?))),
        _ => return Err(TooManyKeys.into()),
    })
}

fn print_plan(publication: &Publication) -> anyhow::Result<()> {
    let Publication { release, keys, plan, percent, .. } = publication;
    let version = &release.version;
    if publication.has_new_keys {
        print_line(&format!("would record {} in releases.json", keys.describe()))?;
    }
    for file in plan.missing() {
        let size = publication.size(file);
        print_line(&format!("would upload {version}/{file} ({size} bytes)"))?;
    }
    print_line(&match plan {
        Plan::Publish { .. } => format!("would publish {version} for {percent} of the devices"),
        Plan::Repair { .. } => format!("would complete {version}, whose percentage is unchanged"),
        Plan::AlreadyPublished => format!("{version} is already published"),
    })
}

fn print_outcome(publication: &Publication, outcome: PublishOutcome) -> anyhow::Result<()> {
    let Publication { release, keys, percent, .. } = publication;
    let version = &release.version;
    if publication.has_new_keys {
        let keys = keys.describe();
        print_line(&match publication.keys.origin {
            KeyOrigin::FirstPublication => format!(
                "this is the first publication, so {keys} of the release folder is recorded in \
                 releases.json; later releases have to be signed by it"
            ),
            KeyOrigin::Given | KeyOrigin::Recorded => {
                format!("releases.json now records {keys}")
            }
        })?;
    }
    print_line(&match outcome {
        PublishOutcome::Published => format!("{version} is published for {percent} of the devices"),
        PublishOutcome::Repaired => {
            format!("{version} is complete again; its percentage is unchanged")
        }
        PublishOutcome::AlreadyPublished => {
            format!("{version} is already published; its percentage is unchanged")
        }
    })
}
