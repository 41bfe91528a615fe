//! What stands in for Azure: Microsoft's own emulators of its stores, and what
//! they leave out: the platform's identity endpoint, a certificate that both
//! sides trust, and bad weather.

mod ashore;
mod azurite;
mod blobs;
mod certificate;
pub(crate) mod cosmos;
pub(crate) mod faults;
mod identity;
mod signature;
mod stub;

pub(crate) use ashore::Ashore;
pub(crate) use azurite::Azurite;
pub(crate) use blobs::Blobs;
pub(crate) use certificate::Certificate;
pub(crate) use identity::{Answer, Identity};
pub(crate) use stub::{Stub, reply};
