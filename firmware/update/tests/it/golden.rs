//! Files that Debian's `minisign` 0.11 made. They are never edited.

use cloudsmets_protocol::release::{Target, TrustedComment};
use cloudsmets_update::{
    KeyRing, ParseSignatureFileError, PublicKey, Refusal, SignatureFile, Verifier,
};

use crate::signer::{expected, independently_verified, verify, version};

const PUBLIC_KEY: &str = include_str!("../golden/test.pub");
const IMAGE: &[u8] = include_bytes!("../golden/image.bin");
const SIGNATURE: &str = include_str!("../golden/image.bin.minisig");
const LEGACY_SIGNATURE: &str = include_str!("../golden/legacy.minisig");

fn keys() -> KeyRing {
    KeyRing::new(PUBLIC_KEY.parse().unwrap(), None)
}

#[test]
fn a_file_signed_with_minisign_is_verified() {
    let file = verify(&keys(), SIGNATURE, IMAGE, &expected()).unwrap();
    let comment = TrustedComment {
        version: version("1.5.0"),
        target: Target::Esp32c3,
        size: IMAGE.len().try_into().unwrap(),
        min: Some(version("1.3.0")),
    };
    assert_eq!(file.trusted_comment(), &comment);
    let line = PUBLIC_KEY.lines().last().unwrap();
    assert!(independently_verified(line, SIGNATURE, IMAGE));
}

#[test]
fn the_key_id_is_written_as_minisign_writes_it() {
    let key: PublicKey = PUBLIC_KEY.parse().unwrap();
    assert!(
        PUBLIC_KEY.starts_with(&format!("untrusted comment: minisign public key {}\n", key.id()))
    );
    assert_eq!(SignatureFile::parse(SIGNATURE.as_bytes()).unwrap().key_id(), key.id());
}

#[test]
fn a_signature_without_prehashing_is_refused_by_name() {
    let refusal = Verifier::authenticate(&keys(), LEGACY_SIGNATURE.as_bytes()).unwrap_err();
    let error = ParseSignatureFileError::LegacyAlgorithm;
    assert_eq!(refusal, Refusal::MalformedSignature(error));
}
