//! The trusted comments of release files. The texts are golden: they are never edited.

use cloudsmets_protocol::release::{ParseTrustedCommentError as Error, Target, TrustedComment};

fn parse(text: &str) -> Result<TrustedComment, Error> {
    text.parse()
}

#[test]
fn golden_comments_are_read_and_written_unchanged() {
    let golden = include_str!("golden/trusted-comments.txt");
    let mut targets = Vec::new();
    for line in golden.lines() {
        let comment = parse(line).unwrap();
        assert_eq!(comment.to_string(), line);
        targets.push(comment.target);
    }
    assert!(Target::ALL.iter().all(|target| targets.contains(target)));
    let first = parse(golden.lines().next().unwrap()).unwrap();
    assert_eq!(first.version, "1.5.0".parse().unwrap());
    assert_eq!(first.target, Target::Esp32c3);
    assert_eq!(first.size, 1_234_567);
    assert_eq!(first.min, Some("1.3.0".parse().unwrap()));
}

#[test]
fn the_order_of_fields_and_unknown_fields_do_not_matter() {
    let comment = parse("min:1.3.0 colour:red size:7 target:tlsr8258 version:1.5.0").unwrap();
    assert_eq!(comment.to_string(), "version:1.5.0 target:tlsr8258 size:7 min:1.3.0");
}

#[test]
fn incomplete_repeated_and_malformed_fields_are_refused() {
    for (text, error) in [
        ("", Error::NotAField),
        ("version:1.5.0", Error::MissingField("target")),
        ("target:esp32c3 size:7", Error::MissingField("version")),
        ("version:1.5.0 target:esp32c3", Error::MissingField("size")),
        ("version:1.5.0 target:esp32c3 size:7 size:7", Error::RepeatedField("size")),
        ("version:1.5.0 version:1.4.0 target:esp32c3 size:7", Error::RepeatedField("version")),
        ("version:1.5.0 target:esp32c3 size:7 min:1.0.0 min:1.0.0", Error::RepeatedField("min")),
        ("version:1.5 target:esp32c3 size:7", Error::InvalidVersion),
        ("version:1.5.0 target:esp32c3 size:7 min:", Error::InvalidVersion),
        ("version:1.5.0 target:esp32 size:7", Error::UnknownTarget),
        ("version:1.5.0 target:ESP32C3 size:7", Error::UnknownTarget),
        ("version:1.5.0 target:esp32c3 size:07", Error::InvalidSize),
        ("version:1.5.0 target:esp32c3 size:+7", Error::InvalidSize),
        ("version:1.5.0 target:esp32c3 size:", Error::InvalidSize),
        ("version:1.5.0 target:esp32c3 size:4294967296", Error::InvalidSize),
        ("version:1.5.0  target:esp32c3 size:7", Error::NotAField),
        ("version:1.5.0 target:esp32c3 size:7 ", Error::NotAField),
        ("version:1.5.0\ttarget:esp32c3 size:7", Error::InvalidVersion),
    ] {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
}
