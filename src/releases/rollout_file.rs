//! Reads and changes `releases.json`.

use super::error::{ChangeError, ChangeRefusal, ReleasesError};
use super::rollout::{ROLLOUT_FILE, Rollout};
use super::storage::{ReplaceOutcome, Revision, Storage};

/// The maximum number of attempts to change the file. An attempt fails only if another program has
/// changed the file.
const MAX_ATTEMPTS: u32 = 1_000;

/// Whether a file was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeOutcome {
    Changed,
    /// The file already had the requested state.
    Unchanged,
}

/// Reads the file. A missing file lists no versions.
///
/// # Errors
/// [`ReleasesError`] if the file cannot be read or is invalid.
pub async fn read_rollout(storage: &Storage) -> Result<Rollout, ReleasesError> {
    Ok(read_with_revision(storage).await?.0)
}

async fn read_with_revision(
    storage: &Storage,
) -> Result<(Rollout, Option<Revision>), ReleasesError> {
    let Some(file) = storage.read(ROLLOUT_FILE).await? else {
        return Ok((Rollout::default(), None));
    };
    let invalid = |reason| ReleasesError::InvalidRollout { location: storage.location(), reason };
    Ok((Rollout::from_json(&file.bytes).map_err(invalid)?, Some(file.revision)))
}

/// Changes the file. If another program changes it at the same time, `change` is called again with the
/// new state, so that neither change is lost.
///
/// # Errors
/// The error of `change`, or [`ChangeError`] if the file cannot be read or written.
pub(super) async fn change_rollout(
    storage: &Storage,
    change: impl AsyncFn(&mut Rollout) -> Result<(), ChangeError>,
) -> Result<ChangeOutcome, ChangeError> {
    for _ in 0..MAX_ATTEMPTS {
        let (rollout, revision) = read_with_revision(storage).await?;
        let mut changed = rollout.clone();
        change(&mut changed).await?;
        if changed == rollout {
            return Ok(ChangeOutcome::Unchanged);
        }
        match storage.replace(ROLLOUT_FILE, changed.to_json().into(), revision).await? {
            ReplaceOutcome::Replaced => return Ok(ChangeOutcome::Changed),
            ReplaceOutcome::Conflict => {}
        }
    }
    Err(ChangeRefusal::Contention(MAX_ATTEMPTS).into())
}
