//! Firmware releases: which versions there are.

mod directory;

pub use directory::Releases;

use cloudsmets_protocol::release::Version;

/// A place of releases that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the releases in {place} cannot be read: {source}")]
pub struct ReleasesError {
    place: String,
    source: std::io::Error,
}

/// The newest of the versions among some names. Names that are no version are
/// ignored, and development releases unless they are asked for.
#[must_use]
pub fn latest<'a>(names: impl Iterator<Item = &'a str>, with_dev: bool) -> Option<Version> {
    names
        .filter_map(|name| name.parse::<Version>().ok())
        .filter(|version| with_dev || !version.is_dev())
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_is_found_and_dev_only_when_asked_for() {
        let names = ["1.4.2", "1.10.0-dev9", "1.10.0-dev10", "1.9.9", "v2.0.0", "2.0", "notes"];
        let found = |dev| latest(names.into_iter(), dev).map(|version| version.to_string());
        assert_eq!(found(false).as_deref(), Some("1.9.9"));
        assert_eq!(found(true).as_deref(), Some("1.10.0-dev10"));
        assert_eq!(
            latest(["1.10.0", "1.10.0-dev99"].into_iter(), true).map(|v| v.is_dev()),
            Some(false)
        );
        assert_eq!(latest(std::iter::empty(), true), None);
    }
}
