//! Signature files that are not of minisign's format.

use cloudsmets_protocol::release::{ParseTrustedCommentError, Target};
use cloudsmets_update::{
    Base64Line, MAX_SIGNATURE_FILE_SIZE, MAX_TRUSTED_COMMENT_SIZE,
    ParseSignatureFileError as Error, Refusal, SignatureFile, Verifier,
};

use crate::signer::Signer;

const COMMENT: &str = "version:1.5.0 target:esp32c3 size:5";

fn parse(file: impl AsRef<[u8]>) -> Result<(), Error> {
    SignatureFile::parse(file.as_ref()).map(|_| ())
}

/// A signature file with one of its lines replaced.
fn with_line(file: &str, number: usize, line: &str) -> String {
    let mut lines: Vec<_> = file.lines().collect();
    lines[number] = line;
    lines.join("\n")
}

#[test]
fn the_last_line_end_may_be_missing() {
    let file = Signer::new().sign(b"image", COMMENT);
    assert_eq!(parse(&file), Ok(()));
    assert_eq!(parse(file.trim_end()), Ok(()));
}

#[test]
fn a_file_has_exactly_four_lines() {
    let file = Signer::new().sign(b"image", COMMENT);
    let three_lines: Vec<_> = file.lines().take(3).collect();
    for text in [
        "",
        "untrusted comment: x\n",
        &three_lines.join("\n"),
        &format!("{file}x"),
        &format!("{file}\n"),
    ] {
        assert_eq!(parse(text), Err(Error::NotFourLines), "{text:?}");
    }
}

#[test]
fn a_page_of_a_sign_in_form_is_not_a_signature() {
    assert_eq!(parse("<html>\n<body>\nSign in\n</body>\n"), Err(Error::NoUntrustedComment));
}

#[test]
fn each_line_has_its_form() {
    let file = Signer::new().sign(b"image", COMMENT);
    let signature = file.lines().nth(1).unwrap();
    let global = file.lines().nth(3).unwrap();
    let (not_signature, not_global) = (
        Error::InvalidBase64(Base64Line::Signature),
        Error::InvalidBase64(Base64Line::GlobalSignature),
    );
    for (number, line, error) in [
        (0, "comment: x", Error::NoUntrustedComment),
        (1, "", not_signature),
        (1, global, not_signature),
        (1, &signature[..96], not_signature),
        (1, &format!("{signature}AAAA"), not_signature),
        (1, &format!("{signature}\r"), not_signature),
        (1, &signature.replace('=', ""), not_signature),
        (2, "trusted comment", Error::NoTrustedComment),
        (3, "x", not_global),
        (3, signature, not_global),
        (3, &format!("{global}="), not_global),
        (3, &format!(" {global}"), not_global),
    ] {
        assert_eq!(parse(with_line(&file, number, line)), Err(error), "line {number}: {line:?}");
    }
}

#[test]
fn an_encoding_with_unused_bits_is_not_canonical() {
    let file = Signer::new().sign(b"image", COMMENT);
    let global = file.lines().nth(3).unwrap();
    // The last digit before the padding carries two bits; the lowest four must be zero.
    let digit = global.chars().nth(85).unwrap();
    assert!("AQgw".contains(digit), "{digit}");
    let successor = char::from(digit as u8 + 1);
    let changed = format!("{}{successor}==", &global[..85]);
    let error = Error::InvalidBase64(Base64Line::GlobalSignature);
    assert_eq!(parse(with_line(&file, 3, &changed)), Err(error));
}

#[test]
fn sizes_are_limited() {
    let signer = Signer::new();
    let comment_of = |size: usize| format!("{COMMENT} x:{}", "x".repeat(size - COMMENT.len() - 3));
    let longest = signer.sign(b"image", &comment_of(MAX_TRUSTED_COMMENT_SIZE));
    assert!(Verifier::authenticate(&signer.key_ring(), longest.as_bytes()).is_ok());
    let longer = signer.sign(b"image", &comment_of(MAX_TRUSTED_COMMENT_SIZE + 1));
    assert_eq!(parse(longer), Err(Error::TrustedCommentTooLong));

    let padding = "x".repeat(MAX_SIGNATURE_FILE_SIZE);
    let long = with_line(&longest, 0, &format!("untrusted comment: {padding}"));
    assert_eq!(parse(&long[long.len() - longest.len()..]), Err(Error::NoUntrustedComment));
    assert_eq!(parse(long), Err(Error::TooLong));
}

#[test]
fn the_longest_comment_of_a_release_fits() {
    let highest = "4294967295.4294967295.4294967295-dev4294967295".parse().unwrap();
    let comment = cloudsmets_protocol::release::TrustedComment {
        version: highest,
        target: Target::Esp32c3Factory,
        size: u32::MAX,
        min: Some(highest),
    };
    assert_eq!(comment.to_string().len(), 144);
}

#[test]
fn a_signed_comment_that_is_not_of_a_release_is_refused() {
    let signer = Signer::new();
    let file = signer.sign(b"image", "timestamp:1700000000\tfile:image.bin\thashed");
    let refusal = Verifier::authenticate(&signer.key_ring(), file.as_bytes()).unwrap_err();
    let missing = ParseTrustedCommentError::MissingField("version");
    assert_eq!(refusal, Refusal::InvalidComment(missing));
}
