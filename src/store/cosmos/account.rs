//! The connection to the account, opened once on first use.

use std::sync::Arc;

use azure_data_cosmos::clients::ContainerClient;
use azure_data_cosmos::options::BinaryEncodingOptions;
use azure_data_cosmos::{AccountEndpoint, AccountReference, CosmosClient, RoutingStrategy};
use tokio::sync::OnceCell;

use super::StoreError;
use crate::azure::TokenCredential;

/// The containers' names. The infrastructure creates the containers, because
/// a managed identity may not.
const DOCUMENTS: &str = "documents";
const DEAD_LETTERS: &str = "dead-letters";

/// An account's database and its containers. Opening one takes a round trip, so
/// each is opened on first use.
#[derive(Debug)]
pub(super) struct Account {
    endpoint: AccountEndpoint,
    credential: Arc<dyn TokenCredential>,
    database: String,
    client: OnceCell<CosmosClient>,
    documents: OnceCell<OpenContainer>,
    dead_letters: OnceCell<OpenContainer>,
}

/// A container client with a `Debug` implementation that prints no details.
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

    /// Documents: one partition per home.
    pub(super) async fn documents(&self) -> Result<&ContainerClient, StoreError> {
        self.open(&self.documents, DOCUMENTS).await
    }

    /// Dead letters: one partition per device and day.
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
        // Documents are parsed from JSON text; only the client's own reader parses its binary form.
        let text = BinaryEncodingOptions::new().with_enabled(false);
        // The account has one region, which its own metadata names.
        let any_region = RoutingStrategy::PreferredRegions(Vec::new());
        Ok(CosmosClient::builder()
            .with_binary_encoding_options(text)
            .build(account, any_region)
            .await?)
    }
}
