//! Signature files in minisign's format.
//!
//! ```text
//! untrusted comment: any text
//! base64(algorithm, key id, signature of the BLAKE2b-512 digest of the file)
//! trusted comment: version:1.5.0 target:esp32c3 size:1234567
//! base64(signature of the signature above and the trusted comment)
//! ```
//!
//! The untrusted comment is not signed: it can be changed without making the file invalid, and nothing
//! reads it. The rest of the file has exactly one valid spelling, except that the last line feed may be
//! missing.

use core::fmt;

use base64ct::{Base64, Encoding};

use crate::{KeyId, PublicKey};

/// The maximum size of a signature file in bytes. A client need not read more.
pub const MAX_SIGNATURE_FILE_SIZE: usize = 768;

/// The maximum size of a trusted comment in bytes. The longest comment without unknown fields has 144.
pub const MAX_TRUSTED_COMMENT_SIZE: usize = 256;

const SIGNATURE_SIZE: usize = 64;
const PREHASHED: [u8; 2] = *b"ED";
const LEGACY: [u8; 2] = *b"Ed";

/// The parts of a signature file. Nothing in it has been verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureFile<'a> {
    key_id: KeyId,
    signature: [u8; SIGNATURE_SIZE],
    trusted_comment: &'a [u8],
    global_signature: [u8; SIGNATURE_SIZE],
}

impl<'a> SignatureFile<'a> {
    /// Splits a signature file into its parts.
    ///
    /// # Errors
    /// If the file does not have the format above.
    // Not inlined, so that the memory that this needs is free again when the signatures are verified.
    #[inline(never)]
    pub fn parse(file: &'a [u8]) -> Result<Self, ParseSignatureFileError> {
        if file.len() > MAX_SIGNATURE_FILE_SIZE {
            return Err(ParseSignatureFileError::TooLong);
        }
        let [untrusted, signature, trusted, global] = lines(file)?;
        untrusted
            .strip_prefix(b"untrusted comment: ")
            .ok_or(ParseSignatureFileError::NoUntrustedComment)?;
        let trusted_comment = trusted
            .strip_prefix(b"trusted comment: ")
            .ok_or(ParseSignatureFileError::NoTrustedComment)?;
        if trusted_comment.len() > MAX_TRUSTED_COMMENT_SIZE {
            return Err(ParseSignatureFileError::TrustedCommentTooLong);
        }
        let (key_id, signature) = decode_signature(signature)?;
        let global_signature = decode(global, Base64Line::GlobalSignature)?;
        Ok(Self { key_id, signature, trusted_comment, global_signature })
    }

    /// The id of the key that is claimed to have made the signature.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    pub(crate) const fn signature(&self) -> &[u8; SIGNATURE_SIZE] {
        &self.signature
    }

    /// The trusted comment, if `key` has signed it together with the signature.
    pub(crate) fn signed_comment(&self, key: &PublicKey) -> Option<&'a [u8]> {
        let message = [self.signature.as_slice(), self.trusted_comment];
        key.has_signed(message, &self.global_signature).then_some(self.trusted_comment)
    }
}

fn lines(file: &[u8]) -> Result<[&[u8]; 4], ParseSignatureFileError> {
    let file = file.strip_suffix(b"\n").unwrap_or(file);
    let mut lines = file.split(|&byte| byte == b'\n');
    match [(); 5].map(|()| lines.next()) {
        [Some(untrusted), Some(signature), Some(trusted), Some(global), None] => {
            Ok([untrusted, signature, trusted, global])
        }
        _ => Err(ParseSignatureFileError::NotFourLines),
    }
}

fn decode_signature(line: &[u8]) -> Result<(KeyId, [u8; SIGNATURE_SIZE]), ParseSignatureFileError> {
    let decoded: [u8; 2 + 8 + SIGNATURE_SIZE] = decode(line, Base64Line::Signature)?;
    let (mut algorithm, mut id, mut signature) = ([0; 2], [0; 8], [0; SIGNATURE_SIZE]);
    algorithm.copy_from_slice(&decoded[..2]);
    id.copy_from_slice(&decoded[2..10]);
    signature.copy_from_slice(&decoded[10..]);
    match algorithm {
        PREHASHED => Ok((KeyId(id), signature)),
        LEGACY => Err(ParseSignatureFileError::LegacyAlgorithm),
        unknown => Err(ParseSignatureFileError::UnknownAlgorithm(unknown)),
    }
}

/// Decodes a line that contains exactly `N` bytes.
fn decode<const N: usize>(
    line: &[u8],
    name: Base64Line,
) -> Result<[u8; N], ParseSignatureFileError> {
    let mut decoded = [0; N];
    match Base64::decode(line, &mut decoded) {
        Ok(bytes) if bytes.len() == N => Ok(decoded),
        _ => Err(ParseSignatureFileError::InvalidBase64(name)),
    }
}

/// A line in base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base64Line {
    /// The second line, with the signature of the file.
    Signature,
    /// The fourth line, with the signature of the trusted comment.
    GlobalSignature,
}

/// The reason why a text is not a signature file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseSignatureFileError {
    /// The file is larger than [`MAX_SIGNATURE_FILE_SIZE`].
    TooLong,
    /// The file has fewer or more than four lines.
    NotFourLines,
    /// The first line is not an untrusted comment.
    NoUntrustedComment,
    /// The third line is not a trusted comment.
    NoTrustedComment,
    /// The trusted comment is larger than [`MAX_TRUSTED_COMMENT_SIZE`].
    TrustedCommentTooLong,
    /// A line is not the canonical base64 encoding of the right number of bytes.
    InvalidBase64(Base64Line),
    /// The signature is of the file instead of its digest. Verifying it would need the whole file in
    /// memory.
    LegacyAlgorithm,
    /// The signature has this algorithm.
    UnknownAlgorithm([u8; 2]),
}

impl fmt::Display for ParseSignatureFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => {
                write!(f, "the signature file is larger than {MAX_SIGNATURE_FILE_SIZE} bytes")
            }
            Self::NotFourLines => f.write_str("the signature file does not have four lines"),
            Self::NoUntrustedComment => {
                f.write_str("the signature file does not start with an untrusted comment")
            }
            Self::NoTrustedComment => {
                f.write_str("the third line of the signature file is not a trusted comment")
            }
            Self::TrustedCommentTooLong => {
                write!(f, "the trusted comment is larger than {MAX_TRUSTED_COMMENT_SIZE} bytes")
            }
            Self::InvalidBase64(Base64Line::Signature) => {
                f.write_str("the second line of the signature file is not a signature in base64")
            }
            Self::InvalidBase64(Base64Line::GlobalSignature) => {
                f.write_str("the fourth line of the signature file is not a signature in base64")
            }
            Self::LegacyAlgorithm => f.write_str(
                "the signature is of the legacy algorithm \"Ed\"; sign with the prehashed one, \"ED\"",
            ),
            Self::UnknownAlgorithm(algorithm) => {
                write!(f, "the signature has the unknown algorithm \"{}\"", algorithm.escape_ascii())
            }
        }
    }
}

impl core::error::Error for ParseSignatureFileError {}
