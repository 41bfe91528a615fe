//! A running handler and its store, which outlives the handler.

use std::collections::BTreeMap;

use crate::host::{FunctionsHost, dead_letters, documents};

#[cfg(feature = "azure")]
use crate::azure::AzureAccount;

/// Documents as comparable text, by partition and id.
pub(super) type Documents = BTreeMap<(String, String), String>;

pub(super) struct HostWithStore {
    pub(super) host: FunctionsHost,
    #[cfg(feature = "azure")]
    account: Option<AzureAccount>,
}

impl HostWithStore {
    /// Starts a handler with an empty SQLite database.
    pub(super) fn embedded() -> Self {
        Self {
            host: FunctionsHost::start(),
            #[cfg(feature = "azure")]
            account: None,
        }
    }

    /// Starts a handler with its own Cosmos DB account.
    #[cfg(feature = "azure")]
    pub(super) fn cosmos() -> Self {
        let account = AzureAccount::start();
        Self { host: FunctionsHost::start_with(&account.settings()), account: Some(account) }
    }

    /// Returns all documents of all homes.
    pub(super) fn documents(&self) -> Documents {
        #[cfg(feature = "azure")]
        if let Some(account) = &self.account {
            let items = account.cosmos.items("documents").into_iter();
            return items.map(|(key, item)| (key, serde_json::to_string(&item).unwrap())).collect();
        }
        let text = |body| String::from_utf8(body).unwrap();
        documents(self.host.data_dir()).into_iter().map(|(key, body)| (key, text(body))).collect()
    }

    /// Returns the bodies of all dead letters.
    pub(super) fn dead_letter_bodies(&self) -> Vec<Vec<u8>> {
        #[cfg(feature = "azure")]
        if let Some(account) = &self.account {
            return account.dead_letters();
        }
        dead_letters(self.host.data_dir()).into_iter().map(|letter| letter.body).collect()
    }
}
