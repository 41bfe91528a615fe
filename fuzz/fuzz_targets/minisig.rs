//! Signature files and public keys: an independent implementation accepts what the device accepts.

#![no_main]

use cloudsmets_update::{KeyRing, PublicKey, SignatureFile, Verifier};
use libfuzzer_sys::fuzz_target;

const KEY: &str = include_str!("../../firmware/update/tests/golden/test.pub");
const IMAGE: &[u8] = include_bytes!("../../firmware/update/tests/golden/image.bin");

fuzz_target!(|data: &[u8]| {
    check_signature(data);
    if let Ok(text) = str::from_utf8(data) {
        check_public_key(text);
    }
});

fn check_signature(data: &[u8]) {
    let file = SignatureFile::parse(data);
    let keys = KeyRing::new(KEY.parse().expect("the golden key"), None);
    let accepted = Verifier::authenticate(&keys, data).and_then(|mut verifier| {
        verifier.update(IMAGE)?;
        verifier.finish()
    });
    assert!(file.is_ok() || accepted.is_err());
    // The other implementation reads text only.
    let Ok(text) = str::from_utf8(data) else { return };
    let other = minisign_verify::Signature::decode(text);
    assert!(file.is_err() || other.is_ok(), "the device parses fewer files");
    let key = minisign_verify::PublicKey::decode(KEY).expect("the golden key");
    let other_accepts = other.is_ok_and(|file| key.verify(IMAGE, &file, false).is_ok());
    assert!(accepted.is_err() || other_accepts, "the device accepts fewer files");
}

fn check_public_key(text: &str) {
    let is_file = text.starts_with("untrusted comment: ");
    if text.parse::<PublicKey>().is_ok() {
        let other = if is_file {
            minisign_verify::PublicKey::decode(text)
        } else {
            minisign_verify::PublicKey::from_base64(text.trim_end_matches('\n'))
        };
        assert!(other.is_ok(), "the device accepts fewer keys");
    }
}
