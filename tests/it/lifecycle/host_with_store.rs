//! A running handler and the store that it stands on, which outlives it.

use std::collections::BTreeMap;

use crate::host::{FunctionsHost, dead_letters, documents};

#[cfg(feature = "azure")]
use crate::azure::AzureAccount;

/// Documents by partition and id, in a form that can be compared.
pub(super) type Documents = BTreeMap<(String, String), String>;

/// A handler on a store.
pub(super) struct HostWithStore {
    pub(super) host: FunctionsHost,
    #[cfg(feature = "azure")]
    account: Option<AzureAccount>,
}

impl HostWithStore {
    /// On SQLite.
    pub(super) fn embedded() -> Self {
        Self {
            host: FunctionsHost::start(),
            #[cfg(feature = "azure")]
            account: None,
        }
    }

    /// On a Cosmos DB account of its own.
    #[cfg(feature = "azure")]
    pub(super) fn cosmos() -> Self {
        let account = AzureAccount::start();
        Self { host: FunctionsHost::start_with(&account.settings()), account: Some(account) }
    }

    /// Everything that is stored of homes.
    pub(super) fn documents(&self) -> Documents {
        #[cfg(feature = "azure")]
        if let Some(account) = &self.account {
            let items = account.cosmos.items("documents").into_iter();
            return items.map(|(key, item)| (key, serde_json::to_string(&item).unwrap())).collect();
        }
        let text = |body| String::from_utf8(body).unwrap();
        documents(self.host.data_dir()).into_iter().map(|(key, body)| (key, text(body))).collect()
    }

    /// The bytes of the events that could not be read.
    pub(super) fn dead_letter_bodies(&self) -> Vec<Vec<u8>> {
        #[cfg(feature = "azure")]
        if let Some(account) = &self.account {
            return account.dead_letters();
        }
        dead_letters(self.host.data_dir()).into_iter().map(|letter| letter.body).collect()
    }
}
