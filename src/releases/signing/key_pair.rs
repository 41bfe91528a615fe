//! New key pairs in minisign's format.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use scrypt::Params;
use zeroize::Zeroizing;

use super::signing_key::{SigningKey, SigningKeyError};

/// The parameters with which minisign itself encrypts keys. A guess of the password takes a second and
/// 1 GiB of memory. The library would use 2^15 instead of 2^20.
const LOG_N: u8 = 20;
const R: u32 = 8;
const P: u32 = 1;

/// The same parameters as limits of libsodium, which minisign stores: operations, and bytes of memory.
const OPERATIONS_LIMIT: u64 = 1 << 25;
const MEMORY_LIMIT: u64 = 1 << 30;

/// The algorithms of the key, its encryption and its checksum.
const HEADER: &[u8] = b"EdScB2";

const SALT_SIZE: usize = 32;

/// The size of the algorithms, the salt and the limits, which are not encrypted.
const CLEAR_SIZE: usize = HEADER.len() + SALT_SIZE + 16;

/// The size of the id, the key pair and the checksum, which are encrypted.
const ENCRYPTED_SIZE: usize = 8 + 64 + 32;

/// A new key pair. It does not implement `Debug`, so that it cannot be logged.
pub struct KeyPair {
    /// The file of the encrypted secret key.
    pub secret: String,
    pub key: SigningKey,
}

/// The reason why no key pair was created.
#[derive(Debug, thiserror::Error)]
pub enum GenerateKeyError {
    #[error("a key cannot be created: {0}")]
    Library(#[from] minisign::PError),
    #[error("the system provides no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    #[error("the secret key cannot be encrypted: {0}")]
    Encryption(String),
    #[error(transparent)]
    Invalid(#[from] SigningKeyError),
}

impl KeyPair {
    /// Generates a key pair and encrypts it with a password.
    ///
    /// # Errors
    /// [`GenerateKeyError`] if the system lacks random numbers or memory.
    pub fn generate(password: &str) -> Result<Self, GenerateKeyError> {
        let pair = minisign::KeyPair::generate_unencrypted_keypair()?;
        let plain = Zeroizing::new(pair.sk.to_bytes());
        let mut salt = [0; SALT_SIZE];
        getrandom::fill(&mut salt)?;
        let stream = derive(password, &salt)?;
        let encrypted: Vec<_> =
            plain[CLEAR_SIZE..].iter().zip(&*stream).map(|(byte, mask)| byte ^ mask).collect();
        let limits = [OPERATIONS_LIMIT.to_le_bytes(), MEMORY_LIMIT.to_le_bytes()].concat();
        let encoded = BASE64_STANDARD.encode([HEADER, &salt, &limits, &encrypted].concat());
        let secret = format!("untrusted comment: minisign encrypted secret key\n{encoded}\n");
        Ok(Self { secret, key: SigningKey::from_decrypted(&plain)? })
    }
}

fn derive(
    password: &str,
    salt: &[u8],
) -> Result<Zeroizing<[u8; ENCRYPTED_SIZE]>, GenerateKeyError> {
    let failed = |error: &dyn std::fmt::Display| GenerateKeyError::Encryption(error.to_string());
    // `scrypt` ignores this length: the buffer determines the length of the output.
    let parameters =
        Params::new(LOG_N, R, P, Params::RECOMMENDED_LEN).map_err(|error| failed(&error))?;
    let mut stream = Zeroizing::new([0; ENCRYPTED_SIZE]);
    scrypt::scrypt(password.as_bytes(), salt, &parameters, &mut *stream)
        .map_err(|error| failed(&error))?;
    Ok(stream)
}
