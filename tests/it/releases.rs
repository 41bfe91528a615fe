//! `cloudsmets releases`: the files of each release.

use std::fs;

use tempfile::TempDir;

use crate::host::Program;

/// Runs the command on a location and returns standard output.
fn releases(address: &str) -> String {
    let output = Program::run(&["releases"], &[("RELEASES_URL", address)]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""));
    String::from_utf8(output.stdout).unwrap()
}

/// A complete release, an incomplete release, and names that are not releases.
const PUBLISHED: [(&str, &str); 12] = [
    ("1.9.0/esp32c3/cloudsmets.bin", "12345"),
    ("1.9.0/esp32c3/cloudsmets.bin.minisig", "123"),
    ("1.9.0/tlsr8258/cloudsmets.bin", "1234"),
    ("1.9.0/tlsr8258/cloudsmets.bin.minisig", "12"),
    ("1.9.0/manifest.json", "{}"),
    ("1.9.0/notes.txt", "hello"),
    ("1.10.0-dev2/esp32c3/cloudsmets.bin", ""),
    ("1.10.0-dev2/manifest.json", "{}"),
    ("v1.0.0/manifest.json", "{}"),
    ("manifest.json", "{}"),
    ("2.0.0", "no folder"),
    ("old/2.0.0/manifest.json", "{}"),
];

const PRINTED: &str = "\
1.10.0-dev2 incomplete
  esp32c3/cloudsmets.bin 0 bytes
  manifest.json 2 bytes
  esp32c3/cloudsmets.bin.minisig missing
  tlsr8258/cloudsmets.bin missing
  tlsr8258/cloudsmets.bin.minisig missing
1.9.0 complete
  esp32c3/cloudsmets.bin 5 bytes
  esp32c3/cloudsmets.bin.minisig 3 bytes
  tlsr8258/cloudsmets.bin 4 bytes
  tlsr8258/cloudsmets.bin.minisig 2 bytes
  manifest.json 2 bytes
";

#[test]
fn releases_in_a_directory_are_listed_with_missing_files() {
    let directory = TempDir::new().unwrap();
    let address = format!("file://{}", directory.path().display());
    assert_eq!(releases(&address), "nothing is published\n");
    for (name, content) in PUBLISHED {
        let file = directory.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    assert_eq!(releases(&address), PRINTED);
}

#[cfg(feature = "azure")]
#[test]
fn releases_in_a_container_are_listed_with_missing_files() {
    let Some(azurite) = crate::azure::Azurite::start() else { return };
    let mut blobs = azurite.container("releases");
    let address = azurite.signed_address("releases");
    assert_eq!(releases(&address), "nothing is published\n");
    for (name, content) in PUBLISHED {
        blobs.put(name, content.as_bytes());
    }
    assert_eq!(releases(&address), PRINTED);
}

#[test]
fn the_error_names_an_unreadable_directory() {
    let output = Program::run(&["releases"], &[("RELEASES_URL", "file:///nowhere/at/all")]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("/nowhere/at/all"), "{stderr}");
}

#[cfg(feature = "azure")]
#[test]
fn the_error_names_an_unreadable_container_without_its_signature() {
    let port = crate::host::free_port();
    let container_url = format!("http://127.0.0.1:{port}/account/releases");
    let address = format!("{container_url}?sv=2019-12-12&sig=hush-hush");
    let output = Program::run(&["releases"], &[("RELEASES_URL", &address)]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains(&container_url) && stderr.contains("refused"), "{stderr}");
    assert!(!stderr.contains("hush-hush"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn without_releases_url_the_error_names_the_setting() {
    let output = Program::run(&["releases"], &[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("RELEASES_URL"), "{stderr}");
}
