//! The content type and the caching of a published file, by its name.
//!
//! The properties of a blob and the replies of the stand-alone server are both taken from here, so that
//! a release site behaves the same wherever it is hosted.

use super::ReleaseVersion;

/// Browsers and caches keep the file for a year and never ask for it again.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Browsers and caches ask again after five minutes.
const SHORT_LIVED: &str = "public, max-age=300";

/// The minimum length of a digest in the name of a file, in hexadecimal digits.
const MIN_DIGEST_LENGTH: usize = 8;

/// How a file is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind {
    pub content_type: &'static str,
    pub cache_control: &'static str,
}

impl FileKind {
    /// The kind of the file with this name, such as `1.5.0/manifest.json`.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let cache_control = if is_immutable(name) { IMMUTABLE } else { SHORT_LIVED };
        Self { content_type: content_type(name), cache_control }
    }
}

/// Whether a name always refers to the same contents: the file is part of a release, or its name below
/// `assets` contains a version or a digest.
fn is_immutable(name: &str) -> bool {
    let Some((first, rest)) = name.split_once('/') else { return false };
    if first != "assets" {
        return first.parse::<ReleaseVersion>().is_ok();
    }
    let mut segments: Vec<_> = rest.split('/').collect();
    let file = segments.pop().unwrap_or_default();
    let is_fixed = |folder: &&str| semver::Version::parse(folder).is_ok() || has_digest(folder);
    has_digest(file) || segments.iter().any(is_fixed)
}

/// Whether a file name is of the form `name-digest.extension`, or a folder's name of the form
/// `name-digest`.
fn has_digest(file: &str) -> bool {
    let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
    let digest = stem.rsplit_once('-').map(|(_, digest)| digest).unwrap_or_default();
    let is_hexadecimal =
        digest.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'));
    is_hexadecimal && digest.len() >= MIN_DIGEST_LENGTH
}

fn content_type(name: &str) -> &'static str {
    let file = name.rsplit('/').next().unwrap_or(name);
    match file.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("txt" | "minisig" | "pub" | "md") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_never_change_their_contents_are_immutable() {
        for name in [
            "1.5.0/manifest.json",
            "1.5.0-dev2/esp32c3/cloudsmets.bin.minisig",
            "assets/install-0123abcd.js",
            "assets/site-0123456789abcdef.min.css",
            "assets/site-0123456789abcdef/install.js",
            "assets/esp-web-tools/10.4.0/install-button.js",
            "assets/@noble/ed25519/3.0.0/index.js",
        ] {
            assert_eq!(FileKind::of(name).cache_control, IMMUTABLE, "{name}");
        }
        for name in [
            "releases.json",
            "index.html",
            "1.5.0",
            "1.5/manifest.json",
            "v1.5.0/manifest.json",
            "assets/install.js",
            "assets/install-beef.js",
            "assets/install-component.js",
            "assets/3.0.0",
            "other/3.0.0/index.js",
        ] {
            assert_eq!(FileKind::of(name).cache_control, SHORT_LIVED, "{name}");
        }
    }

    #[test]
    fn the_content_type_follows_from_the_extension() {
        for (name, content_type) in [
            ("index.html", "text/html; charset=utf-8"),
            ("1.5.0/esp32c3/cloudsmets.bin", "application/octet-stream"),
            ("1.5.0/esp32c3/cloudsmets.bin.minisig", "text/plain; charset=utf-8"),
            ("1.5.0/manifest.json", "application/json"),
            ("assets/a.b/c", "application/octet-stream"),
        ] {
            assert_eq!(FileKind::of(name).content_type, content_type, "{name}");
        }
    }
}
