//! The connection: opened once, by whoever needs it first.

use std::sync::Arc;

use azure_data_cosmos::clients::ContainerClient;
use azure_data_cosmos::options::BinaryEncodingOptions;
use azure_data_cosmos::{AccountEndpoint, AccountReference, CosmosClient, RoutingStrategy};
use tokio::sync::OnceCell;

use super::StoreError;
use crate::azure::TokenCredential;

/// The containers' names; the infrastructure makes them, an identity may not.
const DOCUMENTS: &str = "documents";
const DEAD_LETTERS: &str = "dead-letters";

/// An account's database and its containers. Opening them asks the network,
/// so nothing is opened until it is needed.
#[derive(Debug)]
pub(super) struct Account {
    endpoint: AccountEndpoint,
    credential: Arc<dyn TokenCredential>,
    database: String,
    client: OnceCell<CosmosClient>,
    documents: OnceCell<OpenContainer>,
    dead_letters: OnceCell<OpenContainer>,
}

/// A container that does not print its insides.
struct OpenContainer(ContainerClient);

impl std::fmt::Debug for OpenContainer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenContainer")
    }
}

impl Account {
    pub(super) const fn new(
        endpoint: AccountEndpoint,
        credential: Arc<dyn TokenCredential>,
        database: String,
    ) -> Self {
        Self {
            endpoint,
            credential,
            database,
            client: OnceCell::const_new(),
            documents: OnceCell::const_new(),
            dead_letters: OnceCell::const_new(),
        }
    }

    /// Readings, one partition a home.
    pub(super) async fn documents(&self) -> Result<&ContainerClient, StoreError> {
        self.open(&self.documents, DOCUMENTS).await
    }

    /// Events that could not be read, one partition a device.
    pub(super) async fn dead_letters(&self) -> Result<&ContainerClient, StoreError> {
        self.open(&self.dead_letters, DEAD_LETTERS).await
    }

    async fn open<'a>(
        &'a self,
        cell: &'a OnceCell<OpenContainer>,
        name: &'static str,
    ) -> Result<&'a ContainerClient, StoreError> {
        let opened = cell.get_or_try_init(|| async {
            let client = self.client.get_or_try_init(|| self.connect()).await?;
            let database = client.database_client(self.database.clone());
            Ok::<_, StoreError>(OpenContainer(database.container_client(name, None).await?))
        });
        opened.await.map(|opened| &opened.0)
    }

    async fn connect(&self) -> Result<CosmosClient, StoreError> {
        let account =
            AccountReference::with_credential(self.endpoint.clone(), self.credential.clone());
        // Documents are read from their text; the client's own binary form is for its own reader.
        let text = BinaryEncodingOptions::new().with_enabled(false);
        // The account has one region, which it names itself.
        let any_region = RoutingStrategy::PreferredRegions(Vec::new());
        Ok(CosmosClient::builder()
            .with_binary_encoding_options(text)
            .build(account, any_region)
            .await?)
    }
}
