//! The public keys of minisign.

use core::fmt;
use core::str::FromStr;

use base64ct::{Base64, Encoding};

use crate::ed25519;

const COMMENT_PREFIX: &str = "untrusted comment: ";

/// The algorithm, the key's id and the key.
const ENCODED_SIZE: usize = 2 + 8 + 32;

/// Keys have this algorithm, whether they sign prehashed or not.
const ALGORITHM: [u8; 2] = *b"Ed";

/// The id that minisign generates for a pair of keys. Signatures name it, so that a verifier knows which of
/// its keys to use. The id itself proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 8]);

impl fmt::Display for KeyId {
    /// Writes the id as minisign does, without leading zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:X}", u64::from_le_bytes(self.0))
    }
}

/// A public key.
///
/// [`FromStr`] reads the line that starts with `RW`, or a `.pub` file, which has a comment above
/// that line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    id: KeyId,
    /// Compressed, because a decompressed key is six times as large and the device has little memory.
    key: [u8; 32],
}

impl PublicKey {
    /// The id that signatures of this key name.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// Verifies an Ed25519 signature of a message, which is the concatenation of `message`.
    pub(crate) fn has_signed(&self, message: [&[u8]; 2], signature: &[u8; 64]) -> bool {
        ed25519::verify(&self.key, message, signature)
    }
}

impl FromStr for PublicKey {
    type Err = ParsePublicKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let line = match text.strip_prefix(COMMENT_PREFIX) {
            Some(rest) => rest.split_once('\n').ok_or(Self::Err::NoKey)?.1,
            None => text,
        };
        let mut decoded = [0; ENCODED_SIZE];
        let length = Base64::decode(line, &mut decoded).map_err(|_| Self::Err::NotAKey)?.len();
        if length != ENCODED_SIZE {
            return Err(Self::Err::NotAKey);
        }
        let [a, b, id @ ..] = decoded;
        if [a, b] != ALGORITHM {
            return Err(Self::Err::UnknownAlgorithm([a, b]));
        }
        let mut key = Self { id: KeyId([0; 8]), key: [0; 32] };
        key.id.0.copy_from_slice(&id[..8]);
        key.key.copy_from_slice(&id[8..]);
        if ed25519::is_valid_key(&key.key) { Ok(key) } else { Err(Self::Err::InvalidKey) }
    }
}

/// The reason why a text is not a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParsePublicKeyError {
    /// The text has a comment but no line with a key.
    NoKey,
    /// The line is not the base64 encoding of a public key, for example because it is incomplete or is
    /// followed by other text.
    NotAKey,
    /// The key is for this algorithm, not for Ed25519.
    UnknownAlgorithm([u8; 2]),
    /// The 32 bytes are not a point of the curve, or a point for which anyone can make signatures.
    InvalidKey,
}

impl fmt::Display for ParsePublicKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKey => f.write_str("the line with the public key is missing"),
            Self::NotAKey => f.write_str("the text is not a minisign public key"),
            Self::UnknownAlgorithm(algorithm) => {
                write!(
                    f,
                    "the public key has the unknown algorithm \"{}\"",
                    algorithm.escape_ascii()
                )
            }
            Self::InvalidKey => f.write_str("the public key is not a valid Ed25519 key"),
        }
    }
}

impl core::error::Error for ParsePublicKeyError {}
