//! The files of the site that are compiled into the program.
//!
//! They are in one folder, whose name contains a digest of all of them: browsers may keep the files, and
//! the scripts can import each other by their names.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::SiteFile;
use crate::releases::digest::to_hex;

/// The bytes of the digest that the name of the folder contains.
const DIGEST_LENGTH: usize = 8;

/// The style sheet of the dashboard, then the rules that only the site needs.
const STYLE: &str = concat!(
    include_str!("../../../assets/cloudsmets.css"),
    include_str!("../../../assets/site/site.css"),
    include_str!("../../../assets/site/install.css")
);

const FILES: &[(&str, &str)] = &[
    ("cloudsmets.css", STYLE),
    ("favicon.svg", include_str!("../../../assets/favicon.svg")),
    ("install.js", include_str!("../../../assets/site/install.js")),
    ("minisign.js", include_str!("../../../assets/site/minisign.js")),
    ("release.js", include_str!("../../../assets/site/release.js")),
];

/// The folder of the assets, relative to the root of the site.
pub(super) static FOLDER: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for (name, content) in FILES {
        digest.update(name);
        digest.update([0]);
        digest.update(content);
        digest.update([0]);
    }
    format!("assets/site-{}", to_hex(&digest.finalize()[..DIGEST_LENGTH]))
});

pub(super) fn files() -> impl Iterator<Item = SiteFile> {
    FILES.iter().map(|(name, content)| SiteFile {
        name: format!("{}/{name}", *FOLDER),
        bytes: content.as_bytes().into(),
    })
}
