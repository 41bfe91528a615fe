//! Updates the web site after a change.

use super::print_line;
use crate::releases::site::{self, Packages};
use crate::releases::storage::Storage;

/// Updates the web site. Without `packages`, the installation page uses the published ones.
///
/// # Errors
/// If the web site cannot be updated. The change itself is complete.
pub(super) async fn update(storage: &Storage, packages: Option<&Packages>) -> anyhow::Result<()> {
    let updated = site::update(storage, packages).await?;
    print_line(&match updated.written {
        0 => "the web site is up to date".to_owned(),
        1 => "the web site is updated (1 file)".to_owned(),
        written => format!("the web site is updated ({written} files)"),
    })?;
    if !updated.has_packages {
        print_line(
            "the installation page is not available; `release publish --site` publishes its \
             packages",
        )?;
    }
    Ok(())
}
