//! Verification and installation of firmware updates on the device.
//!
//! A release file is signed with minisign (prehashed, algorithm `ED`). Its signature file contains a
//! trusted comment, which is signed as well and states version, target and size of the file
//! ([`TrustedComment`](cloudsmets_protocol::release::TrustedComment)). A device installs only what a
//! signature from its [`KeyRing`] allows; the server that it downloads from is not trusted.
//!
//! An [`Installer`] writes an image into the inactive slot while it verifies it, and the state machine in
//! [`updater`] decides what to do when: check, download, verify, swap, confirm or revert.
//!
//! The module [`telink`] passes an image on to the other chip.
//!
//! The crate needs no allocator and does not panic, whatever its input.
#![warn(missing_docs)]
#![no_std]
#![forbid(unsafe_code)]

mod ed25519;
mod expected;
mod installer;
mod key_ring;
mod public_key;
mod refusal;
mod signature_file;
pub mod telink;
pub mod updater;
mod verifier;

pub use expected::Expected;
pub use installer::{InstallError, Installer, MAX_WRITE_SIZE, StoredImage};
pub use key_ring::KeyRing;
pub use public_key::{KeyId, ParsePublicKeyError, PublicKey};
pub use refusal::Refusal;
pub use signature_file::{
    Base64Line, MAX_SIGNATURE_FILE_SIZE, MAX_TRUSTED_COMMENT_SIZE, ParseSignatureFileError,
    SignatureFile,
};
pub use verifier::{VerifiedFile, Verifier};
