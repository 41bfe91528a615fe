//! Publishes a signed release folder.
//!
//! The files are uploaded in an order that never shows devices a partial release: the images, the
//! signatures, the percentage of the roll-out, and finally the manifest, whose arrival makes the version
//! exist. A published file is never changed, so an interrupted publication can be repeated at any time.

mod keys;
mod plan;

use std::collections::HashMap;
use std::path::Path;

use bytes::Bytes;
use cloudsmets_update::Refusal;

use super::availability_change::{exists, set_percent};
use super::error::{ChangeError, ChangeRefusal, ReleasesError};
use super::files::{FILES, MANIFEST};
use super::rollout::{Percent, Rollout};
use super::rollout_file::{change_rollout, read_rollout};
use super::signing::{FolderProblem, FolderProblems, VerifiedRelease, verify_folder};
use super::storage::{CreateOutcome, Storage};
pub use keys::{KeyOrigin, TrustedKeys};
use plan::FileState;
pub use plan::Plan;

/// A verified release that may be published.
#[derive(Clone, Debug)]
pub struct Publication {
    pub release: VerifiedRelease,
    pub keys: TrustedKeys,
    /// Whether the keys are not recorded in `releases.json` yet.
    pub has_new_keys: bool,
    pub plan: Plan,
    /// The percentage of the devices that may install the version, if it does not exist yet.
    pub percent: Percent,
}

/// A step of a publication, for a progress bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The upload of a file starts.
    Upload { file: &'static str, size: usize },
    /// The keys and the percentage are written.
    Rollout,
}

/// The result of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishOutcome {
    Published,
    /// Lost files of a published version were uploaded again.
    Repaired,
    /// Nothing was missing. The percentage is unchanged.
    AlreadyPublished,
}

impl Publication {
    /// Verifies a release folder and compares it with what is published. Changes nothing. Without keys,
    /// the recorded keys are used, and for the first publication the key in the folder. Without a
    /// percentage, the one that an interrupted publication has recorded is used, and otherwise 100 %.
    ///
    /// # Errors
    /// [`ChangeError`] if the release is not verified, or may not be published.
    pub async fn prepare(
        storage: &Storage,
        folder: &Path,
        keys: Option<TrustedKeys>,
        percent: Option<Percent>,
    ) -> Result<Self, ChangeError> {
        let rollout = read_rollout(storage).await?;
        let keys = match keys {
            Some(keys) => keys,
            None => TrustedKeys::recorded_or_first(&rollout.keys, folder)?,
        };
        let release = verify_folder(folder, &keys.ring())
            .map_err(|problems| verification_error(problems, &keys))?;
        check_not_withdrawn(&rollout, &release)?;
        let states = compare(storage, &release).await?;
        let plan = Plan::new(&release.version, states)?;
        let recorded = rollout.percentages.get(&release.version).copied();
        let percent = percent.or(recorded).unwrap_or(Percent::ALL);
        Ok(Self { release, has_new_keys: keys.are_new_in(&rollout), keys, plan, percent })
    }

    /// Uploads what is missing. `report` is called before each step.
    ///
    /// # Errors
    /// [`ChangeError`] if a step fails. Repeating the publication completes it.
    pub async fn carry_out(
        &self,
        storage: &Storage,
        report: impl Fn(Step),
    ) -> Result<PublishOutcome, ChangeError> {
        let missing = self.plan.missing();
        for file in missing.iter().filter(|file| **file != MANIFEST) {
            self.upload(storage, file, &report).await?;
        }
        report(Step::Rollout);
        change_rollout(storage, async |rollout| self.record_in(storage, rollout).await).await?;
        if missing.contains(&MANIFEST) {
            self.upload(storage, MANIFEST, &report).await?;
        }
        Ok(match self.plan {
            Plan::Publish { .. } => PublishOutcome::Published,
            Plan::Repair { .. } => PublishOutcome::Repaired,
            Plan::AlreadyPublished => PublishOutcome::AlreadyPublished,
        })
    }

    /// The size of a file of the release in bytes.
    #[must_use]
    pub fn size(&self, file: &str) -> usize {
        self.release.files.get(file).map_or(0, Vec::len)
    }

    /// Records the keys and the percentage. Leaves the percentage as it is if another operator has
    /// published the version in the meantime, because that operator may have changed it.
    async fn record_in(&self, storage: &Storage, rollout: &mut Rollout) -> Result<(), ChangeError> {
        check_not_withdrawn(rollout, &self.release)?;
        self.keys.record_in(rollout)?;
        if !exists(storage, &self.release.version).await? {
            set_percent(rollout, &self.release.version, self.percent)?;
        }
        Ok(())
    }

    async fn upload(
        &self,
        storage: &Storage,
        file: &'static str,
        report: &impl Fn(Step),
    ) -> Result<(), ChangeError> {
        report(Step::Upload { file, size: self.size(file) });
        let name = published_name(&self.release, file);
        let contents = contents(&self.release, file);
        if storage.create(&name, contents.clone()).await? == CreateOutcome::Created {
            return Ok(());
        }
        // Another operator is publishing the same version, or the reply to an earlier attempt was lost.
        match storage.read(&name).await? {
            Some(stored) if stored.bytes == contents => Ok(()),
            _ => Err(ChangeRefusal::DifferentContents(name).into()),
        }
    }
}

/// If the key is not accepted, nothing else about the folder can be verified.
fn verification_error(problems: FolderProblems, keys: &TrustedKeys) -> ChangeError {
    let unknown_key = problems.0.iter().find_map(|problem| match problem {
        FolderProblem::Refused { refusal: Refusal::UnknownKey(id), .. } => Some(*id),
        _ => None,
    });
    match unknown_key {
        Some(signed) => ChangeRefusal::UnknownKey { signed, accepted: keys.describe() }.into(),
        None => problems.into(),
    }
}

fn check_not_withdrawn(rollout: &Rollout, release: &VerifiedRelease) -> Result<(), ChangeRefusal> {
    if rollout.withdrawn.contains(&release.version) {
        return Err(ChangeRefusal::Withdrawn(release.version.clone()));
    }
    Ok(())
}

/// Compares the files of a release with the published ones, in the order of [`FILES`].
async fn compare(
    storage: &Storage,
    release: &VerifiedRelease,
) -> Result<[FileState; FILES.len()], ReleasesError> {
    let listed = storage.list(&published_name(release, "")).await?;
    let sizes: HashMap<_, _> = listed.into_iter().map(|entry| (entry.name, entry.size)).collect();
    let mut states = [FileState::Missing; FILES.len()];
    for (file, state) in FILES.into_iter().zip(&mut states) {
        let name = published_name(release, file);
        let contents = contents(release, file);
        *state = match sizes.get(&name) {
            None => FileState::Missing,
            Some(size) if *size != contents.len() as u64 => FileState::Different,
            Some(_) => match storage.read(&name).await? {
                Some(stored) if stored.bytes == contents => FileState::Equal,
                _ => FileState::Different,
            },
        };
    }
    Ok(states)
}

fn published_name(release: &VerifiedRelease, file: &str) -> String {
    format!("{}/{file}", release.version)
}

fn contents(release: &VerifiedRelease, file: &str) -> Bytes {
    release.files.get(file).cloned().unwrap_or_default().into()
}
