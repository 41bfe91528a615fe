//! Doubles of Azure: its blob storage as the emulator Azurite, the platform's
//! identity endpoint, and a certificate that both sides trust.

mod azurite;
mod blobs;
mod certificate;
mod identity;
mod signature;
mod stub;

pub(crate) use azurite::Azurite;
pub(crate) use blobs::Blobs;
pub(crate) use certificate::Certificate;
pub(crate) use identity::{Answer, Identity};
pub(crate) use stub::{Stub, reply};
