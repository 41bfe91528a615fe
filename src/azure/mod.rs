//! What the stores in Azure share: who this program is towards Azure. Imports
//! nothing of ours but the clock.

mod credential;
mod reason;

pub use credential::{BadIdentity, developer, managed};
pub use reason::reason;

/// Where a credential is taken from, by whoever asks Azure for something.
pub use azure_core::credentials::TokenCredential;
