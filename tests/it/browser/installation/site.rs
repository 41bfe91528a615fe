//! The published site with its installation page, served by the program.

use std::fs;
use std::path::Path;

use minisign::{KeyPair, SecretKey, SecretKeyBox, sign};
use tempfile::TempDir;

use crate::host::StandAlone;
use crate::release::{Contents, KEY_PASSWORD, TestKey, packages, release_command};
use crate::seeded_random::SeededRandom;

pub(super) const VERSION: &str = "1.5.0";
pub(super) const MANIFEST: &str = "1.5.0/manifest.json";
pub(super) const FACTORY: &str = "1.5.0/esp32c3/factory.bin";

/// Not a multiple of four, to which ESP Web Tools pads an image.
const FACTORY_SIZE: usize = 250_003;

/// A name that Chromium resolves to the loopback address, and that is not secure over HTTP.
const INSECURE_NAME: &str = "plain.example";

pub(super) struct Site {
    server: StandAlone,
    /// The image for a first installation.
    pub(super) factory: Vec<u8>,
    root: TempDir,
    _data: TempDir,
}

impl Site {
    /// Publishes a release and its site. Prints a line and returns `None` if the packages of the
    /// installation page are not there.
    pub(super) fn start() -> Option<Self> {
        let packages = packages()?;
        let (root, data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let url = format!("file://{}", root.path().display());
        let factory = factory_image();
        let release = Contents { factory: factory.clone(), ..Contents::new(VERSION) }.sign();
        let arguments = [release.path(), Path::new("--site"), &packages];
        let arguments = arguments.map(|path| path.to_str().unwrap());
        let output = release_command("publish", &arguments, &[("RELEASES_URL", &url)]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let server = StandAlone::start(data.path(), &[("RELEASES_URL", &url)]);
        Some(Self { server, factory, root, _data: data })
    }

    /// The folder with the published files.
    pub(super) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(super) fn page(&self) -> String {
        format!("http://127.0.0.1:{}/firmware/install.html", self.server.port)
    }

    /// The same page at a name for which browsers require TLS.
    pub(super) fn insecure_page(&self) -> String {
        self.page().replace("127.0.0.1", INSECURE_NAME)
    }

    /// Signs a file with the key of the release, with a comment that states this target and version.
    pub(super) fn sign(&self, file: &str, target: &str, version: &str) {
        let text = fs::read_to_string(TestKey::Current.secret_file()).unwrap();
        let key = SecretKeyBox::from_string(&text).unwrap();
        let key = key.into_secret_key(Some(KEY_PASSWORD.to_owned())).unwrap();
        self.sign_with(&key, file, target, version);
    }

    /// Signs a file with a key that the page does not know.
    pub(super) fn sign_with_other_key(&self, file: &str, target: &str) {
        let pair = KeyPair::generate_unencrypted_keypair().unwrap();
        self.sign_with(&pair.sk, file, target, VERSION);
    }

    fn sign_with(&self, key: &SecretKey, file: &str, target: &str, version: &str) {
        let bytes = fs::read(self.root().join(file)).unwrap();
        let comment = format!("version:{version} target:{target} size:{}", bytes.len());
        let signature = sign(None, key, bytes.as_slice(), Some(&comment), None).unwrap();
        let path = self.root().join(format!("{file}.minisig"));
        fs::write(path, signature.to_string()).unwrap();
    }
}

/// Bytes that compress partly, like a program with padding.
fn factory_image() -> Vec<u8> {
    let mut random = SeededRandom(8);
    let mut image = vec![0xFF; FACTORY_SIZE];
    image[..FACTORY_SIZE / 2].fill_with(|| u8::try_from(random.below(256)).unwrap());
    image[0] = 0xE9;
    image
}
