use core::fmt::{Display, Write};

use cloudsmets_protocol::release::{TrustedComment, Version};
use heapless::String;

const VERSIONS: &str = include_str!("../../../protocol/tests/golden/release.txt");
const COMMENTS: &str = include_str!("../../../protocol/tests/golden/trusted-comments.txt");

pub(super) fn versions() {
    let mut previous: Option<Version> = None;
    for line in VERSIONS.lines() {
        let version: Version = line.parse().unwrap();
        assert_written(&version, line);
        assert!(previous < Some(version), "{line}");
        previous = Some(version);
    }
}

pub(super) fn trusted_comments() {
    for line in COMMENTS.lines() {
        let comment: TrustedComment = line.parse().unwrap();
        assert_written(&comment, line);
    }
}

fn assert_written(value: &impl Display, expected: &str) {
    let mut text = String::<160>::new();
    write!(text, "{value}").unwrap();
    assert_eq!(text, expected);
}
