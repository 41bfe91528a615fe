//! Updates the web site after a change.

use std::path::Path;

use crate::releases::storage::Storage;

/// Updates the web site. `packages` is the folder with the browser packages, if it is to be published.
///
/// # Errors
/// If the web site cannot be updated. The change itself is complete.
#[expect(clippy::unused_async, reason = "the web site is not part of this program yet")]
pub(super) async fn update(_: &Storage, _packages: Option<&Path>) -> anyhow::Result<()> {
    Ok(())
}
