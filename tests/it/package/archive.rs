//! The contents of the archive.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use zip::{DateTime, ZipArchive};

use super::{LICENCES, archive, executable, open};
use crate::settings::FUNCTIONS;

/// The name and the complete mode of each file, in the order of the archive.
fn modes(archive: &Path) -> Vec<(String, u32)> {
    let mut zip = open(archive);
    let count = zip.len();
    let mode = |at| {
        let file = zip.by_index(at).unwrap();
        (file.name().unwrap().into_owned(), file.unix_mode().expect("modes as on Unix"))
    };
    (0..count).map(mode).collect()
}

fn names(zip: &ZipArchive<File>) -> Vec<String> {
    zip.file_names().map(|name| name.unwrap().into_owned()).collect()
}

#[test]
fn the_archive_holds_only_the_program_its_licences_and_the_host_files() {
    let Some(archive) = archive() else { return };
    // Regular files that all users may read. Only the program is executable.
    let mut expected = vec![(executable(), 0o100_755)];
    for name in FUNCTIONS {
        expected.push((format!("{name}/function.json"), 0o100_644));
    }
    expected.push(("host.json".to_owned(), 0o100_644));
    expected.push((LICENCES.to_owned(), 0o100_644));
    expected.sort();
    assert_eq!(modes(&archive), expected);
}

#[test]
fn the_host_files_are_those_of_the_project() {
    let Some(archive) = archive() else { return };
    let mut zip = open(&archive);
    let is_of_host = |name: &&String| **name != executable() && **name != LICENCES;
    for name in names(&zip).iter().filter(is_of_host) {
        let mut packaged = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut packaged).unwrap();
        let own = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
        assert_eq!(packaged, own, "{name}");
    }
}

/// The same files give the same bytes: there are no time stamps, and the names are sorted (tested
/// above).
#[test]
fn the_archive_does_not_depend_on_the_build_time() {
    let Some(archive) = archive() else { return };
    let mut zip = open(&archive);
    for name in names(&zip) {
        let file = zip.by_name(&name).unwrap();
        assert_eq!(file.last_modified(), Some(DateTime::DEFAULT), "{name}");
        assert!(file.extra_data().is_none_or(|data| data.is_empty()), "{name} has time stamps");
    }
}

#[test]
fn the_archive_is_smaller_than_12_mb() {
    let Some(archive) = archive() else { return };
    let bytes = fs::metadata(archive).unwrap().len();
    assert!(bytes < 12_000_000, "{bytes} bytes");
}
