//! Secret keys of minisign, and signatures in its format.
//!
//! Signatures are deterministic, so that signing a release twice gives the same files. minisign itself
//! adds randomness.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use blake2::{Blake2b512, Digest};
use cloudsmets_protocol::release::TrustedComment;
use cloudsmets_update::{KeyId, PublicKey};
use ed25519_dalek::Signer;
use minisign::{ErrorKind, SecretKeyBox};
use zeroize::Zeroizing;

use super::public_key_file::PublicKeyFile;

/// The algorithm of the keys.
const KEY_ALGORITHM: &[u8] = b"Ed";

/// The algorithm of the signatures: the digest of the file is signed.
const PREHASHED: &[u8] = b"ED";

/// The maximum size of a key file in bytes.
pub const MAX_KEY_FILE_SIZE: usize = 4 << 10;

/// A secret key file that has the right format.
pub struct EncryptedKey(String);

/// A decrypted secret key. It does not implement `Debug`, so that it cannot be logged.
pub struct SigningKey {
    public: PublicKeyFile,
    key: ed25519_dalek::SigningKey,
}

/// The reason why a key cannot be used for signing.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    #[error("the file is not a secret key of minisign")]
    NotASecretKey,
    #[error("the file is a public key; signing needs the secret key")]
    PublicKey,
    #[error("the secret key is not encrypted; set a password with: minisign -C -s FILE")]
    NotEncrypted,
    #[error(
        "the secret key has a format that is not supported; create one with cloudsmets release keygen"
    )]
    UnknownFormat,
    #[error("the password is wrong, or the secret key is damaged")]
    WrongPassword,
    #[error("the secret key cannot be decrypted: {0}")]
    NotDecrypted(minisign::PError),
}

impl EncryptedKey {
    /// Checks the format of a secret key file. The library would refuse other files with a general
    /// message, after it has asked for a password.
    ///
    /// # Errors
    /// [`SigningKeyError`] if the file is not an encrypted secret key.
    pub fn parse(file: String) -> Result<Self, SigningKeyError> {
        let line = file.lines().nth(1).ok_or(SigningKeyError::NotASecretKey)?;
        let bytes = BASE64_STANDARD.decode(line).map_err(|_| SigningKeyError::NotASecretKey)?;
        let Some(fields) = SecretKeyFields::split(&bytes) else {
            let is_public = file.parse::<PublicKey>().is_ok();
            return Err(if is_public {
                SigningKeyError::PublicKey
            } else {
                SigningKeyError::NotASecretKey
            });
        };
        match (fields.algorithm, fields.encryption, fields.checksum_algorithm) {
            (b"Ed", b"Sc", b"B2") => Ok(Self(file)),
            (b"Ed", [0, 0], _) => Err(SigningKeyError::NotEncrypted),
            _ => Err(SigningKeyError::UnknownFormat),
        }
    }

    /// Decrypts the key.
    ///
    /// # Errors
    /// [`SigningKeyError`] if the password is wrong or the key is damaged.
    pub fn decrypt(self, password: &str) -> Result<SigningKey, SigningKeyError> {
        let key = SecretKeyBox::from(self.0).into_secret_key(Some(password.to_owned())).map_err(
            |error| match error.kind() {
                ErrorKind::Verify => SigningKeyError::WrongPassword,
                _ => SigningKeyError::NotDecrypted(error),
            },
        )?;
        let decrypted = Zeroizing::new(key.to_bytes());
        SigningKey::from_decrypted(&decrypted)
    }
}

impl SigningKey {
    /// Takes the key from the decrypted bytes of a secret key.
    pub(super) fn from_decrypted(bytes: &[u8]) -> Result<Self, SigningKeyError> {
        let Some(SecretKeyFields { id, key_pair, .. }) = SecretKeyFields::split(bytes) else {
            return Err(SigningKeyError::NotASecretKey);
        };
        let key = ed25519_dalek::SigningKey::from_keypair_bytes(key_pair)
            .map_err(|_| SigningKeyError::NotASecretKey)?;
        let public = [KEY_ALGORITHM, id, key.verifying_key().as_bytes()].concat();
        let public = PublicKeyFile::parse(&BASE64_STANDARD.encode(public))
            .map_err(|_| SigningKeyError::NotASecretKey)?;
        Ok(Self { public, key })
    }

    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.public.key.id()
    }

    #[must_use]
    pub const fn public_key(&self) -> &PublicKeyFile {
        &self.public
    }

    /// The signature file of a file.
    pub(super) fn sign(&self, file: &[u8], trusted: &TrustedComment, untrusted: &str) -> String {
        let KeyId(id) = self.id();
        let signature = self.key.sign(&Blake2b512::digest(file)).to_bytes();
        let trusted = trusted.to_string();
        let global = self.key.sign(&[&signature, trusted.as_bytes()].concat()).to_bytes();
        let signature = BASE64_STANDARD.encode([PREHASHED, &id, &signature].concat());
        let global = BASE64_STANDARD.encode(global);
        format!(
            "untrusted comment: {untrusted}\n{signature}\ntrusted comment: {trusted}\n{global}\n"
        )
    }
}

/// The fields of a secret key. Id, key pair and checksum are encrypted together.
struct SecretKeyFields<'a> {
    algorithm: &'a [u8; 2],
    encryption: &'a [u8; 2],
    checksum_algorithm: &'a [u8; 2],
    id: &'a [u8; 8],
    /// The seed and the public key.
    key_pair: &'a [u8; 64],
}

impl<'a> SecretKeyFields<'a> {
    fn split(bytes: &'a [u8]) -> Option<Self> {
        let (algorithm, rest) = bytes.split_first_chunk()?;
        let (encryption, rest) = rest.split_first_chunk()?;
        let (checksum_algorithm, rest) = rest.split_first_chunk()?;
        let (_salt, rest) = rest.split_first_chunk::<32>()?;
        let (_limits, rest) = rest.split_first_chunk::<16>()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (key_pair, rest) = rest.split_first_chunk()?;
        let is_complete = rest.len() == 32;
        is_complete.then_some(Self { algorithm, encryption, checksum_algorithm, id, key_pair })
    }
}
