//! Changes which devices may install a version.

use super::error::{ChangeError, ChangeRefusal};
use super::files::MANIFEST;
use super::rollout::{Percent, Rollout};
use super::rollout_file::{ChangeOutcome, change_rollout, read_rollout};
use super::storage::Storage;
use super::{ReleaseVersion, ReleasesError};

/// A change of which devices may install a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AvailabilityChange {
    Rollout(ReleaseVersion, Percent),
    /// Withdrawing a version is final.
    Withdraw(ReleaseVersion),
}

impl AvailabilityChange {
    /// Makes the change.
    ///
    /// # Errors
    /// [`ChangeError::Refused`] if there is no such version or it is withdrawn.
    pub async fn apply(&self, storage: &Storage) -> Result<ChangeOutcome, ChangeError> {
        self.check_version(storage).await?;
        change_rollout(storage, async |rollout| Ok(self.apply_to(rollout)?)).await
    }

    /// Checks the change and returns what making it would do.
    ///
    /// # Errors
    /// As [`Self::apply`].
    pub async fn dry_run(&self, storage: &Storage) -> Result<ChangeOutcome, ChangeError> {
        self.check_version(storage).await?;
        let rollout = read_rollout(storage).await?;
        let mut changed = rollout.clone();
        self.apply_to(&mut changed)?;
        let is_unchanged = changed == rollout;
        Ok(if is_unchanged { ChangeOutcome::Unchanged } else { ChangeOutcome::Changed })
    }

    /// An incomplete version can be withdrawn. A version without any file cannot, because a mistyped
    /// number could then never be published.
    async fn check_version(&self, storage: &Storage) -> Result<(), ChangeError> {
        match self {
            Self::Rollout(version, _) if !exists(storage, version).await? => {
                Err(ChangeRefusal::NotPublished(version.clone()).into())
            }
            Self::Withdraw(version) if storage.list(&format!("{version}/")).await?.is_empty() => {
                Err(ChangeRefusal::UnknownVersion(version.clone()).into())
            }
            Self::Rollout(..) | Self::Withdraw(_) => Ok(()),
        }
    }

    fn apply_to(&self, rollout: &mut Rollout) -> Result<(), ChangeRefusal> {
        match self {
            Self::Rollout(version, percent) => set_percent(rollout, version, *percent),
            Self::Withdraw(version) => {
                rollout.withdrawn.insert(version.clone());
                Ok(())
            }
        }
    }
}

/// # Errors
/// [`ChangeRefusal::Withdrawn`] if the version is withdrawn.
pub(super) fn set_percent(
    rollout: &mut Rollout,
    version: &ReleaseVersion,
    percent: Percent,
) -> Result<(), ChangeRefusal> {
    if rollout.withdrawn.contains(version) {
        return Err(ChangeRefusal::Withdrawn(version.clone()));
    }
    rollout.percentages.insert(version.clone(), percent);
    Ok(())
}

/// Whether the manifest of a version is published.
pub(super) async fn exists(
    storage: &Storage,
    version: &ReleaseVersion,
) -> Result<bool, ReleasesError> {
    let name = format!("{version}/{MANIFEST}");
    Ok(storage.list(&name).await?.iter().any(|entry| entry.name == name))
}
