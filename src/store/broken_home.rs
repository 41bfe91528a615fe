//! Homes whose document cannot be read.

use super::StoreError;
use crate::domain::identity::HomeId;

/// A home whose own document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the home {id} cannot be read: {reason}")]
pub struct BrokenHome {
    /// The home's id.
    pub id: HomeId,
    /// Why it cannot be read. The reason never quotes what is stored.
    pub reason: String,
}

impl BrokenHome {
    /// Marks a home as broken if `error` is limited to its document.
    ///
    /// # Errors
    /// Returns `error` if it concerns the whole store.
    pub(super) fn new(id: HomeId, error: StoreError) -> Result<Self, StoreError> {
        if !error.is_unreadable_document() {
            return Err(error);
        }
        tracing::error!(home.id = %id, error = %error, "home cannot be read");
        Ok(Self { id, reason: error.to_string() })
    }
}
