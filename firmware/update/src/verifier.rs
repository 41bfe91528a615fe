//! Verification of a file that arrives in chunks.

use blake2::{Blake2b512, Digest};
use cloudsmets_protocol::release::TrustedComment;

use crate::{Expected, KeyRing, PublicKey, Refusal, SignatureFile};

/// Verifies a file while it arrives.
///
/// The trusted comment is verified first, so a file for another target or of an old version is refused
/// before it is downloaded. Nothing may be done with the content of the file before
/// [`finish`](Self::finish) has accepted it.
#[derive(Debug, Clone)]
pub struct Verifier {
    signed: Signed,
    digest: Blake2b512,
    received: u32,
}

/// The parts of a signature file whose trusted comment was verified.
#[derive(Debug, Clone)]
struct Signed {
    comment: TrustedComment,
    key: PublicKey,
    signature: [u8; 64],
}

impl Signed {
    /// Not inlined, so that the memory that this needs is free again when the file is verified.
    #[inline(never)]
    fn new(keys: &KeyRing, signature_file: &[u8]) -> Result<Self, Refusal> {
        let file = SignatureFile::parse(signature_file);
        let file = file.as_ref().map_err(|error| Refusal::MalformedSignature(*error))?;
        let key = keys.get(file.key_id()).ok_or(Refusal::UnknownKey(file.key_id()))?;
        let comment = file.signed_comment(key).ok_or(Refusal::CommentNotSigned)?;
        let comment = core::str::from_utf8(comment).map_err(|_| Refusal::CommentNotText)?;
        let comment = comment.parse().map_err(Refusal::InvalidComment)?;
        Ok(Self { comment, key: *key, signature: *file.signature() })
    }
}

impl Verifier {
    /// Verifies the trusted comment of a signature file and compares it with what is expected.
    ///
    /// # Errors
    /// If the image must not be installed, whatever its content.
    pub fn begin(
        keys: &KeyRing,
        signature_file: &[u8],
        expected: &Expected,
    ) -> Result<Self, Refusal> {
        let signed = Signed::new(keys, signature_file)?;
        expected.check(&signed.comment)?;
        Ok(Self::new(signed))
    }

    /// Like [`begin`](Self::begin), for callers that compare the
    /// [`trusted_comment`](Self::trusted_comment) themselves.
    ///
    /// # Errors
    /// If the signature file is malformed or its trusted comment is not signed by one of the keys.
    pub fn authenticate(keys: &KeyRing, signature_file: &[u8]) -> Result<Self, Refusal> {
        Signed::new(keys, signature_file).map(Self::new)
    }

    fn new(signed: Signed) -> Self {
        Self { signed, digest: Blake2b512::new(), received: 0 }
    }

    /// What the signature states about the file.
    #[must_use]
    pub const fn trusted_comment(&self) -> &TrustedComment {
        &self.signed.comment
    }

    /// The key that signed the file.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.signed.key
    }

    /// The number of bytes that the file still lacks.
    #[must_use]
    pub const fn remaining(&self) -> u32 {
        self.signed.comment.size - self.received
    }

    /// Adds the next bytes of the file.
    ///
    /// # Errors
    /// If these are more bytes than the file has. None of them are added.
    pub fn update(&mut self, chunk: &[u8]) -> Result<(), Refusal> {
        let length = u32::try_from(chunk.len()).ok().filter(|&length| length <= self.remaining());
        self.received += length.ok_or(Refusal::TooLong { size: self.signed.comment.size })?;
        self.digest.update(chunk);
        Ok(())
    }

    /// Verifies the signature of the file, after all of its bytes were added.
    ///
    /// # Errors
    /// If the file is incomplete or is not what was signed.
    pub fn finish(&self) -> Result<VerifiedFile, Refusal> {
        if self.remaining() > 0 {
            return Err(Refusal::Truncated {
                received: self.received,
                size: self.signed.comment.size,
            });
        }
        if !self.signed.key.has_signed([&self.digest(), &[]], &self.signed.signature) {
            return Err(Refusal::WrongSignature);
        }
        Ok(VerifiedFile { comment: self.signed.comment })
    }

    /// Not inlined, so that the copy of the state is gone when the signature is verified.
    #[inline(never)]
    fn digest(&self) -> [u8; 64] {
        self.digest.clone().finalize().into()
    }
}

/// Proof that a file was verified. Only [`Verifier::finish`] makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedFile {
    comment: TrustedComment,
}

impl VerifiedFile {
    /// What the signature states about the file.
    #[must_use]
    pub const fn trusted_comment(&self) -> &TrustedComment {
        &self.comment
    }
}
