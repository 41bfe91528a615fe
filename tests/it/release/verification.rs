//! `release verify`: nothing but the signed release is accepted.

use std::fs;
use std::path::Path;

use cloudsmets::releases::signing::{
    FolderProblem, FolderProblems, PublicKeyFile, VerifiedRelease, key_ring, verify_folder,
};
use cloudsmets_update::Refusal;

use super::folder::{Contents, SignedFolder, TestKey, release_command};

const SIGNED: [&str; 4] =
    ["esp32c3/cloudsmets.bin", "esp32c3/factory.bin", "tlsr8258/cloudsmets.bin", "manifest.json"];

fn verify(folder: &SignedFolder, key: TestKey) -> Result<VerifiedRelease, FolderProblems> {
    let key = PublicKeyFile::read(&key.public_file()).unwrap().key;
    verify_folder(folder.path(), &key_ring(&[key]).unwrap())
}

fn problems(folder: &SignedFolder) -> Vec<FolderProblem> {
    verify(folder, TestKey::Current).unwrap_err().0
}

#[test]
fn the_verified_bytes_are_those_of_the_folder() {
    let folder = Contents::new("1.5.0-dev3").sign();
    let release = verify(&folder, TestKey::Current).unwrap();
    assert_eq!(release.version.to_string(), "1.5.0-dev3");
    assert_eq!(release.files.len(), 8);
    for (path, content) in &release.files {
        assert_eq!(*content, folder.read(path), "{path}");
    }
}

#[test]
fn the_command_accepts_either_key_and_prints_what_it_verified() {
    let folder = Contents { key: TestKey::Next, ..Contents::new("1.5.0") }.sign();
    let folder = folder.path().to_str().unwrap();
    let [current, next] = [TestKey::Current, TestKey::Next]
        .map(|key| format!("--key={}", key.public_file().display()));
    let output = release_command("verify", &[folder, &current, &next], &[]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout.lines().count(), SIGNED.len(), "{stdout}");
    for file in SIGNED {
        assert!(stdout.contains(file), "{stdout}");
    }
    let output = release_command("verify", &[folder, &current], &[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{stderr}");
    assert_eq!(stderr.lines().count(), SIGNED.len(), "{stderr}");
}

/// The untrusted comment is the only part of a release that is not signed.
#[test]
fn every_changed_byte_is_found() {
    let folder = Contents::new("1.5.0").sign();
    for file in SIGNED {
        for path in [file.to_owned(), format!("{file}.minisig")] {
            let content = folder.read(&path);
            let comment = "untrusted comment: ".len();
            let end = content.iter().position(|byte| *byte == b'\n').unwrap_or_default();
            let is_unsigned =
                |at: usize| path.ends_with(".minisig") && (comment..end).contains(&at);
            for at in 0..content.len() {
                let mut changed = content.clone();
                changed[at] ^= 1;
                folder.write(&path, &changed);
                let is_verified = verify(&folder, TestKey::Current).is_ok();
                assert_eq!(is_verified, is_unsigned(at), "{path}, byte {at}");
            }
            folder.write(&path, &content);
        }
    }
    verify(&folder, TestKey::Current).unwrap();
}

#[test]
fn missing_unknown_and_irregular_files_are_all_reported() {
    let folder = Contents::new("1.5.0").sign();
    let path = |name: &str| folder.path().join(name);
    for missing in ["manifest.json.minisig", "tlsr8258/cloudsmets.bin"] {
        fs::remove_file(path(missing)).unwrap();
    }
    fs::rename(path("esp32c3/factory.bin"), path("esp32c3/factory.old")).unwrap();
    std::os::unix::fs::symlink("factory.old", path("esp32c3/factory.bin")).unwrap();
    fs::create_dir(path("other")).unwrap();
    fs::write(path(".hidden"), "").unwrap();
    let mut found: Vec<_> = problems(&folder)
        .into_iter()
        .map(|problem| match problem {
            FolderProblem::Missing { path } => format!("missing {path}"),
            FolderProblem::Unknown { path } => format!("unknown {path}"),
            FolderProblem::NotAFile { path } => format!("irregular {path}"),
            other => panic!("{other:?}"),
        })
        .collect();
    found.sort();
    let expected = [
        "irregular esp32c3/factory.bin",
        "missing manifest.json.minisig",
        "missing tlsr8258/cloudsmets.bin",
        "unknown .hidden",
        "unknown esp32c3/factory.old",
        "unknown other",
    ];
    assert_eq!(found, expected);
}

/// Replaces a file and its signature by those of another release.
fn replace(folder: &SignedFolder, file: &str, other: &SignedFolder, other_file: &str) {
    for suffix in ["", ".minisig"] {
        folder.write(&format!("{file}{suffix}"), &other.read(&format!("{other_file}{suffix}")));
    }
}

#[test]
fn swapped_images_are_refused_although_their_signatures_are_valid() {
    let folder = Contents::new("1.5.0").sign();
    let other = Contents::new("1.5.0").sign();
    replace(&folder, "esp32c3/cloudsmets.bin", &other, "esp32c3/factory.bin");
    let problems = problems(&folder);
    assert!(
        matches!(
            problems[0],
            FolderProblem::Refused {
                path: "esp32c3/cloudsmets.bin",
                refusal: Refusal::WrongTarget { .. }
            }
        ),
        "{problems:?}"
    );
}

#[test]
fn a_file_of_another_version_minimum_or_key_is_refused() {
    let new = || Contents::new("1.5.0");
    let other_version = Contents::new("1.4.0");
    let other_min = Contents { min_version: Some("1.0.0".to_owned()), ..new() };
    let other_key = Contents { key: TestKey::Next, ..new() };
    let keys = [TestKey::Current, TestKey::Next]
        .map(|key| PublicKeyFile::read(&key.public_file()).unwrap().key);
    for (other, is_expected) in [
        (other_version, is_other_version as fn(&FolderProblem) -> bool),
        (other_min, |problem| matches!(problem, FolderProblem::OtherMin { .. })),
        (other_key, |problem| matches!(problem, FolderProblem::OtherKey { .. })),
    ] {
        let (folder, other) = (new().sign(), other.sign());
        replace(&folder, "tlsr8258/cloudsmets.bin", &other, "tlsr8258/cloudsmets.bin");
        let result = verify_folder(folder.path(), &key_ring(&keys).unwrap());
        let FolderProblems(problems) = result.unwrap_err();
        assert!(problems.iter().any(is_expected), "{problems:?}");
    }
}

fn is_other_version(problem: &FolderProblem) -> bool {
    matches!(problem, FolderProblem::OtherVersion { path: "tlsr8258/cloudsmets.bin", .. })
}

/// The manifest is signed by the right key, but describes other files.
#[test]
fn a_manifest_of_other_images_is_refused_by_member() {
    let folder = Contents::new("1.5.0").sign();
    let other = Contents { tlsr8258: b"12345678KNLT".to_vec(), ..Contents::new("1.5.0") }.sign();
    replace(&folder, "manifest.json", &other, "manifest.json");
    let members: Vec<_> = problems(&folder)
        .into_iter()
        .map(|problem| match problem {
            FolderProblem::ManifestMember { member } => member,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(members, ["builds[1].ota.md5", "builds[1].ota.sha256", "builds[1].ota.size"]);
}

#[test]
fn the_stated_key_has_to_be_the_one_that_signed() {
    let folder = Contents::new("1.5.0").sign();
    let file = folder.path().join("signed-by.pub");
    fs::copy(TestKey::Next.public_file(), &file).unwrap();
    assert!(matches!(problems(&folder)[..], [FolderProblem::SignedByOther { .. }]));
    fs::write(&file, "no key").unwrap();
    assert!(matches!(problems(&folder)[..], [FolderProblem::NotAPublicKey]));
    fs::remove_file(&file).unwrap();
    verify(&folder, TestKey::Current).unwrap();
}

#[test]
fn a_folder_that_does_not_exist_is_named() {
    let keys = key_ring(&[PublicKeyFile::read(&TestKey::Current.public_file()).unwrap().key]);
    let problems = verify_folder(Path::new("/no/such/folder"), &keys.unwrap()).unwrap_err();
    assert!(problems.to_string().contains("/no/such/folder"), "{problems}");
}
