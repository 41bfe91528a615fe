//! `/firmware/`: the published files, from a directory.

mod files;
mod headers;
mod private;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::host::{Connection, Reply, StandAlone};

const IMAGE: &str = "1.5.0/esp32c3/cloudsmets.bin";

/// An image of 150,003 bytes, no two parts of which are equal.
fn image() -> Vec<u8> {
    (0..50_001_u32).flat_map(|number| number.to_be_bytes()[1..].to_vec()).collect()
}

/// A stand-alone program that serves a directory of releases.
struct Site {
    server: StandAlone,
    releases: TempDir,
    _data: TempDir,
}

impl Site {
    /// Starts it with one release and the pages of the web site.
    fn start() -> Self {
        Self::start_with(&[])
    }

    fn start_with(settings: &[(&str, &str)]) -> Self {
        let (releases, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        for page in ["index.html", "verify.html", "install.html"] {
            write(releases.path(), page, format!("<p>{page}</p>").as_bytes());
        }
        write(releases.path(), IMAGE, &image());
        write(releases.path(), "1.5.0/esp32c3/cloudsmets.bin.minisig", b"untrusted comment: x\n");
        write(releases.path(), "1.5.0/manifest.json", b"{}");
        write(releases.path(), "releases.json", b"{\"schema\":1,\"rollout\":{\"1.5.0\":100}}");
        write(releases.path(), "assets/install-0123abcd.js", b"export {};");
        let url = format!("file://{}", releases.path().display());
        let settings = [&[("RELEASES_URL", url.as_str())], settings].concat();
        let server = StandAlone::start(data.path(), &settings);
        Self { server, releases, _data: data }
    }

    fn get(&self, target: &str) -> Reply {
        self.get_with(target, &[])
    }

    fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        self.server.get(target, headers)
    }

    fn head(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        Connection::open(self.server.port).unwrap().reply_to_head(target, headers).unwrap()
    }
}

fn write(releases: &Path, name: &str, content: &[u8]) {
    let file = releases.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}
