//! Keys and signed images.

use cloudsmets_protocol::release::{Target, TrustedComment, Version};
use cloudsmets_update::{Expected, KeyRing, PublicKey, Refusal, VerifiedFile, Verifier};
use minisign::KeyPair;

/// A pair of keys.
pub(crate) struct Signer(KeyPair);

impl Signer {
    pub(crate) fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    /// The line that starts with `RW`.
    pub(crate) fn public_line(&self) -> String {
        self.0.pk.to_base64()
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        self.public_line().parse().unwrap()
    }

    pub(crate) fn key_ring(&self) -> KeyRing {
        KeyRing::new(self.public_key(), None)
    }

    pub(crate) fn sign(&self, content: &[u8], trusted_comment: &str) -> String {
        let file = minisign::sign(
            Some(&self.0.pk),
            &self.0.sk,
            content,
            Some(trusted_comment),
            Some("signature of a test"),
        );
        file.unwrap().into_string()
    }

    pub(crate) fn sign_image(&self, image: &[u8], version: &str, target: Target) -> String {
        self.sign(image, &comment(image, version, target).to_string())
    }
}

pub(crate) fn comment(image: &[u8], at: &str, target: Target) -> TrustedComment {
    let size = image.len().try_into().unwrap();
    TrustedComment { version: version(at), target, size, min: None }
}

pub(crate) fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// A device that runs 1.4.0 and has room for 1000 bytes.
pub(crate) fn expected() -> Expected {
    Expected {
        target: Target::Esp32c3,
        running: version("1.4.0"),
        floor: Some(version("1.4.0")),
        capacity: 1000,
        offered: Some(version("1.5.0")),
    }
}

pub(crate) fn verify(
    keys: &KeyRing,
    signature_file: impl AsRef<[u8]>,
    image: &[u8],
    expected: &Expected,
) -> Result<VerifiedFile, Refusal> {
    let mut verifier = Verifier::begin(keys, signature_file.as_ref(), expected)?;
    for chunk in image.chunks(37) {
        verifier.update(chunk)?;
    }
    verifier.finish()
}

/// What the crate `minisign-verify` says about a file.
pub(crate) fn independently_verified(public_line: &str, signature: &str, content: &[u8]) -> bool {
    let key = minisign_verify::PublicKey::from_base64(public_line).unwrap();
    minisign_verify::Signature::decode(signature)
        .and_then(|signature| key.verify(content, &signature, false))
        .is_ok()
}
