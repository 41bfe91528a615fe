//! What all Azure clients share: credentials, redacted errors and URL
//! validation. Imports only the clock.

mod credential;
mod error;

pub use credential::{CredentialError, developer_tools, managed_identity};
pub use error::redacted_message;

pub use azure_core::credentials::TokenCredential;

/// Whether Azure's clients accept this text as a URL.
#[must_use]
pub fn is_url(text: &str) -> bool {
    azure_core::http::Url::parse(text).is_ok()
}
