//! Test doubles of Azure: Microsoft's emulators of its stores and what they lack:
//! the platform's identity endpoint, a certificate that both sides trust, and
//! fault injection.

mod account;
mod azurite;
mod blobs;
mod certificate;
pub(crate) mod cosmos;
pub(crate) mod faults;
mod identity_endpoint;
mod killing_proxy;
mod signature;
mod stub_server;

pub(crate) use account::AzureAccount;
pub(crate) use azurite::Azurite;
pub(crate) use blobs::BlobClient;
pub(crate) use certificate::Certificate;
pub(crate) use identity_endpoint::{IdentityEndpoint, IdentityReply};
pub(crate) use killing_proxy::{KillMoment, KillingProxy};
pub(crate) use stub_server::{StubServer, reply, reply_with};
