//! Public keys as lines and as files.

use base64ct::{Base64, Encoding};
use cloudsmets_update::{ParsePublicKeyError as Error, PublicKey};

use crate::signer::Signer;

fn parse(text: &str) -> Result<PublicKey, Error> {
    text.parse()
}

fn with_bytes(line: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut bytes = Base64::decode_vec(line).unwrap();
    change(&mut bytes);
    Base64::encode_string(&bytes)
}

#[test]
fn a_line_and_a_file_are_the_same_key() {
    let signer = Signer::new();
    let (line, key) = (signer.public_line(), signer.public_key());
    assert_eq!(parse(&format!("{line}\n")), Ok(key));
    assert_eq!(parse(&format!("untrusted comment: any text\n{line}\n")), Ok(key));
    assert_eq!(parse(&format!("untrusted comment: \n{line}")), Ok(key));
}

#[test]
fn anything_before_or_after_the_key_is_refused() {
    let line = Signer::new().public_line();
    for text in [
        "",
        "\n",
        &line[1..],
        &line[..line.len() - 1],
        &format!("{line}A"),
        &format!("{line}AAAA"),
        &format!("{line} "),
        &format!("{line}\r\n"),
        &format!("{line}\n\n"),
        &format!("{line}\n{line}"),
        &format!(" {line}"),
        &format!("\n{line}"),
        &format!("a comment\n{line}"),
        &format!("untrusted comment: two\nlines\n{line}"),
        &with_bytes(&line, |bytes| bytes.truncate(41)),
        &with_bytes(&line, |bytes| bytes.push(0)),
    ] {
        assert_eq!(parse(text), Err(Error::NotAKey), "{text:?}");
    }
    assert_eq!(parse("untrusted comment: minisign public key"), Err(Error::NoKey));
}

#[test]
fn a_key_of_another_algorithm_is_refused() {
    let line = Signer::new().public_line();
    let prehashed = with_bytes(&line, |bytes| bytes[1] = b'D');
    assert_eq!(parse(&prehashed), Err(Error::UnknownAlgorithm(*b"ED")));
}

/// With the neutral element as a key, everybody can make signatures.
#[test]
fn a_key_that_is_not_secure_is_refused() {
    let line = Signer::new().public_line();
    let neutral = with_bytes(&line, |bytes| {
        bytes[10..].fill(0);
        bytes[10] = 1;
    });
    assert_eq!(parse(&neutral), Err(Error::InvalidKey));
    let not_a_point = with_bytes(&line, |bytes| {
        bytes[10..].fill(0);
        bytes[10] = 2;
    });
    assert_eq!(parse(&not_a_point), Err(Error::InvalidKey));
}
