//! What all that asks Azure shares: who this program is towards Azure, and what
//! an address is to the clients. Imports nothing of ours but the clock.

mod credential;
mod error;

pub use credential::{CredentialError, developer_tools, managed_identity};
pub use error::redacted_message;

/// Where a credential is taken from, by whoever asks Azure for something.
pub use azure_core::credentials::TokenCredential;

/// Whether the clients take it for an address.
#[must_use]
pub fn is_url(text: &str) -> bool {
    azure_core::http::Url::parse(text).is_ok()
}
