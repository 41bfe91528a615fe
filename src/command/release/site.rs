//! Updates the web site after a change.

use std::path::Path;

use anyhow::Context;

use crate::releases::site::{self, Packages};
use crate::releases::storage::Storage;

/// Updates the web site. `packages` is the folder with the browser packages, if it is to be published.
///
/// # Errors
/// If the web site cannot be updated. The change itself is complete.
pub(super) async fn update(storage: &Storage, packages: Option<&Path>) -> anyhow::Result<()> {
    let packages = packages.map(Packages::read).transpose()?;
    let updated = site::update(storage, packages.as_ref()).await.context(
        "the change is complete, but the web site was not updated; run the command again",
    )?;
    match updated.written {
        0 => println!("The web site is current."),
        written => println!("The web site is updated ({written} files)."),
    }
    Ok(())
}
