//! The names of files. The same names are valid in a directory and in a container, and none of them
//! refers to a file outside.

/// Azure's limit for the name of a blob is 1,024 characters.
const MAX_LENGTH: usize = 512;

/// A name that is not valid.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "the file name must be a relative path without hidden files, backslashes and control characters"
)]
pub(super) struct InvalidFileName;

/// # Errors
/// [`InvalidFileName`] if the name is not valid.
pub(super) fn check(name: &str) -> Result<(), InvalidFileName> {
    if is_valid(name) { Ok(()) } else { Err(InvalidFileName) }
}

pub(super) fn is_valid(name: &str) -> bool {
    name.len() <= MAX_LENGTH && name.split('/').all(is_valid_segment)
}

/// A segment that starts with a full stop is a hidden file, the same folder or the parent folder.
fn is_valid_segment(segment: &str) -> bool {
    let is_allowed = |character: char| !character.is_control() && character != '\\';
    !segment.is_empty() && !segment.starts_with('.') && segment.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_hidden_absolute_or_outside_of_the_location_are_invalid() {
        for name in ["a", "1.5.0/esp32c3/cloudsmets.bin", "assets/@noble/x-1.js", "a b", "日本"] {
            assert!(is_valid(name), "{name}");
        }
        for name in
            ["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", ".lock", "a/.b", "a\\b", "a\0"]
        {
            assert!(!is_valid(name), "{name}");
        }
        assert!(!is_valid(&"a".repeat(MAX_LENGTH + 1)));
    }
}
