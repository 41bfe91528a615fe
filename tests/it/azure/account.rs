//! The Azure resources of an owner's app: a Cosmos DB account and an identity.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::cosmos::{DATABASE, Emulator};
use super::{IdentityEndpoint, IdentityReply};

/// The client id of the identity.
const CLIENT_ID: &str = "2e5d0c2e-7f8b-4d4e-8f0e-1f5c1c1f7a11";

/// An account with the program's containers, and an identity to access it.
pub(crate) struct AzureAccount {
    pub(crate) cosmos: Emulator,
    pub(crate) identity: IdentityEndpoint,
    settings: Vec<(&'static str, String)>,
}

impl AzureAccount {
    pub(crate) fn start() -> Self {
        let (cosmos, identity) =
            (Emulator::start(1_000_000), IdentityEndpoint::start(IdentityReply::Token));
        let mut settings = vec![
            ("COSMOS_ENDPOINT", cosmos.endpoint()),
            ("COSMOS_DATABASE", DATABASE.to_owned()),
            ("AZURE_CLIENT_ID", CLIENT_ID.to_owned()),
        ];
        settings.extend(identity.settings());
        Self { cosmos, identity, settings }
    }

    /// The settings that make the program use both.
    pub(crate) fn settings(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// The bodies of the dead letters.
    pub(crate) fn dead_letters(&self) -> Vec<Vec<u8>> {
        let items = self.cosmos.items("dead-letters");
        let bytes = |item: &serde_json::Map<_, serde_json::Value>| {
            BASE64_STANDARD.decode(item["body"].as_str().unwrap()).unwrap()
        };
        items.values().map(bytes).collect()
    }
}
