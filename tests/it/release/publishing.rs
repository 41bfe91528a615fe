//! `publish`, `rollout`, `withdraw` and `list` at a directory and at a container.

use std::fs;

use serde_json::json;

use super::location::{Location, at_each_location, run_at};
use super::{Contents, SignedFolder, TestKey};

const PUBLISHED_FILES: [&str; 8] = [
    "esp32c3/cloudsmets.bin",
    "esp32c3/cloudsmets.bin.minisig",
    "esp32c3/factory.bin",
    "esp32c3/factory.bin.minisig",
    "manifest.json",
    "manifest.json.minisig",
    "tlsr8258/cloudsmets.bin",
    "tlsr8258/cloudsmets.bin.minisig",
];

impl SignedFolder {
    pub(super) fn argument(&self) -> &str {
        self.path().to_str().unwrap()
    }
}

/// The base64 line of a public key.
fn public_key(key: TestKey) -> String {
    let file = fs::read_to_string(key.public_file()).unwrap();
    file.lines().last().unwrap().to_owned()
}

fn key_option(key: TestKey) -> String {
    format!("--key={}", key.public_file().display())
}

fn key_id(key: TestKey) -> String {
    let file = fs::read_to_string(key.public_file()).unwrap();
    let key: cloudsmets_update::PublicKey = file.parse().unwrap();
    key.id().to_string()
}

/// Asserts that exactly these versions are published, with the bytes of their folders.
fn assert_published(location: &Location, folders: &[(&str, &SignedFolder)]) {
    let tree = location.tree();
    for (version, folder) in folders {
        for file in PUBLISHED_FILES {
            let name = format!("{version}/{file}");
            assert!(tree.get(&name) == Some(&folder.read(file)), "{name} is missing or different");
        }
    }
    let files_of_versions =
        tree.keys().filter(|name| name.starts_with(|first: char| first.is_ascii_digit()));
    assert_eq!(files_of_versions.count(), folders.len() * PUBLISHED_FILES.len());
}

#[test]
fn a_release_is_published_with_its_percentage_and_key() {
    let (first, second) = (Contents::new("1.5.0").sign(), Contents::new("1.6.0-dev1").sign());
    at_each_location(|location| {
        let printed = location.succeed(&["publish", first.argument()]);
        // The operator can compare the key that is trusted from now on.
        assert!(printed.contains(&key_id(TestKey::Current)), "{printed}");
        assert_published(location, &[("1.5.0", &first)]);
        let keys = json!({"current": public_key(TestKey::Current)});
        let expected = json!({
            "schema": 1, "keys": keys, "rollout": {"1.5.0": 100}, "withdrawn": [],
        });
        assert_eq!(location.rollout(), expected);

        location.succeed(&["publish", second.argument(), "--percent", "5"]);
        assert_published(location, &[("1.5.0", &first), ("1.6.0-dev1", &second)]);
        let expected = json!({
            "schema": 1, "keys": keys, "rollout": {"1.5.0": 100, "1.6.0-dev1": 5}, "withdrawn": [],
        });
        assert_eq!(location.rollout(), expected);
    });
}

#[test]
fn publishing_the_same_release_again_changes_nothing() {
    let folder = Contents::new("1.5.0").sign();
    at_each_location(|location| {
        location.succeed(&["publish", folder.argument(), "--percent", "5"]);
        location.succeed(&["rollout", "1.5.0", "20"]);
        let before = location.tree();
        location.succeed(&["publish", folder.argument(), "--percent", "100"]);
        assert_eq!(location.tree(), before);
    });
}

#[test]
fn a_published_version_is_never_changed() {
    let folder = Contents::new("1.5.0").sign();
    let mut other = Contents::new("1.5.0");
    other.tlsr8258.push(0);
    let other = other.sign();
    at_each_location(|location| {
        location.succeed(&["publish", folder.argument()]);
        let error = location.refuse(&["publish", other.argument()]);
        assert!(error.contains("1.5.0/tlsr8258/cloudsmets.bin"), "{error}");
        assert_published(location, &[("1.5.0", &folder)]);
    });
}

/// A half-published version is not overwritten either.
#[test]
fn a_different_file_without_a_manifest_is_refused_and_equal_files_are_completed() {
    let folder = Contents::new("1.5.0").sign();
    for file in PUBLISHED_FILES {
        let mut different = folder.read(file);
        different[0] ^= 1;
        let location = Location::directory();
        location.put(&format!("1.5.0/{file}"), &different);
        let error = location.refuse(&["publish", folder.argument()]);
        assert!(error.contains(&format!("1.5.0/{file}")), "{error}");
        location.put(&format!("1.5.0/{file}"), &folder.read(file));
        location.succeed(&["publish", folder.argument()]);
        assert_published(&location, &[("1.5.0", &folder)]);
    }
}

#[test]
fn a_lost_file_is_published_again_without_changing_the_percentage() {
    let folder = Contents::new("1.5.0").sign();
    let location = Location::directory();
    location.succeed(&["publish", folder.argument(), "--percent", "5"]);
    fs::remove_file(location.path().join("1.5.0/esp32c3/factory.bin")).unwrap();
    location.succeed(&["publish", folder.argument()]);
    assert_published(&location, &[("1.5.0", &folder)]);
    assert_eq!(location.rollout()["rollout"], json!({"1.5.0": 5}));
}

/// A publication that is interrupted before the manifest leaves exactly this.
#[test]
fn an_interrupted_publication_keeps_its_percentage_unless_another_is_given() {
    let folder = Contents::new("1.5.0").sign();
    let location = Location::directory();
    location.succeed(&["publish", folder.argument(), "--percent", "5"]);
    fs::remove_file(location.path().join("1.5.0/manifest.json")).unwrap();
    location.succeed(&["publish", folder.argument()]);
    assert_published(&location, &[("1.5.0", &folder)]);
    assert_eq!(location.rollout()["rollout"], json!({"1.5.0": 5}));
    fs::remove_file(location.path().join("1.5.0/manifest.json")).unwrap();
    location.succeed(&["publish", folder.argument(), "--percent", "7"]);
    assert_eq!(location.rollout()["rollout"], json!({"1.5.0": 7}));
}

#[test]
fn a_folder_that_is_not_verified_is_refused_before_anything_is_written() {
    let folder = Contents::new("1.5.0").sign();
    let mut image = folder.read("esp32c3/cloudsmets.bin");
    image[3] ^= 1;
    folder.write("esp32c3/cloudsmets.bin", &image);
    at_each_location(|location| {
        let error = location.refuse(&["publish", folder.argument()]);
        assert!(error.contains("esp32c3/cloudsmets.bin"), "{error}");
        assert!(location.tree().is_empty());
    });
}

#[test]
fn a_release_of_another_key_is_refused_with_both_key_ids() {
    let first = Contents::new("1.5.0").sign();
    let other = Contents { key: TestKey::Next, ..Contents::new("1.6.0") }.sign();
    at_each_location(|location| {
        location.succeed(&["publish", first.argument()]);
        let error = location.refuse(&["publish", other.argument()]);
        for key in [TestKey::Current, TestKey::Next] {
            assert!(error.contains(&key_id(key)), "{error}");
        }
        location.refuse(&["publish", first.argument(), &key_option(TestKey::Next)]);
    });
}

#[test]
fn given_keys_are_recorded_and_accept_the_next_key() {
    let first = Contents::new("1.5.0").sign();
    let second = Contents { key: TestKey::Next, ..Contents::new("1.6.0") }.sign();
    let third = Contents::new("1.7.0").sign();
    let [current, next] = [TestKey::Current, TestKey::Next].map(key_option);
    at_each_location(|location| {
        location.succeed(&["publish", first.argument(), &current, &next]);
        let [current_key, next_key] = [TestKey::Current, TestKey::Next].map(public_key);
        let keys = json!({"current": current_key, "next": next_key});
        assert_eq!(location.rollout()["keys"], keys);
        location.succeed(&["publish", second.argument()]);
        assert_eq!(location.rollout()["keys"], keys);
        // The current key is rotated out, although nothing else is to be published.
        location.succeed(&["publish", second.argument(), &next]);
        assert_eq!(location.rollout()["keys"], json!({"current": next_key}));
        location.refuse(&["publish", third.argument()]);
    });
}

#[test]
fn a_percentage_is_changed_only_for_a_published_version() {
    let folder = Contents::new("1.5.0").sign();
    at_each_location(|location| {
        location.put("1.6.0/esp32c3/cloudsmets.bin", b"half a release");
        location.succeed(&["publish", folder.argument(), "--percent", "0"]);
        for percent in ["1", "99", "100", "0"] {
            location.succeed(&["rollout", "1.5.0", percent]);
            let expected: u8 = percent.parse().unwrap();
            assert_eq!(location.rollout()["rollout"], json!({"1.5.0": expected}));
        }
        for version in ["1.6.0", "1.5.0-dev1", "2.0.0"] {
            let error = location.refuse(&["rollout", version, "1"]);
            assert!(error.contains(version), "{error}");
        }
        for percent in ["101", "-1", "1.5", "", "5%"] {
            let result = location.run(&["rollout", "1.5.0", percent]);
            assert_eq!(result.code, Some(2), "{percent}");
        }
    });
}

#[test]
fn withdrawing_a_version_is_final() {
    let folder = Contents::new("1.5.0").sign();
    at_each_location(|location| {
        location.succeed(&["publish", folder.argument()]);
        location.succeed(&["withdraw", "1.5.0"]);
        assert_eq!(location.rollout()["withdrawn"], json!(["1.5.0"]));
        let before = location.tree();
        location.succeed(&["withdraw", "1.5.0"]);
        assert_eq!(location.tree(), before);
        for arguments in [&["rollout", "1.5.0", "100"][..], &["publish", folder.argument()]] {
            let error = location.refuse(arguments);
            assert!(error.contains("1.5.0"), "{error}");
        }
    });
}

#[test]
fn an_incomplete_version_can_be_withdrawn_but_not_an_unknown_one() {
    let folder = Contents::new("1.5.0").sign();
    at_each_location(|location| {
        location.refuse(&["withdraw", "1.5.0"]);
        let name = "esp32c3/cloudsmets.bin";
        location.put(&format!("1.5.0/{name}"), &folder.read(name));
        location.succeed(&["withdraw", "1.5.0"]);
        location.refuse(&["publish", folder.argument()]);
    });
}

#[test]
fn a_dry_run_checks_everything_and_changes_nothing() {
    let folder = Contents::new("1.5.0").sign();
    let mut other = Contents::new("1.5.0");
    other.factory.push(0);
    let other = other.sign();
    at_each_location(|location| {
        let printed = location.dry_run(&["publish", folder.argument()]);
        for file in PUBLISHED_FILES {
            assert!(printed.contains(&format!("1.5.0/{file}")), "{printed}");
        }
        location.succeed(&["publish", folder.argument()]);
        let printed = location.dry_run(&["publish", folder.argument()]);
        assert!(!printed.contains(".bin"), "{printed}");
        location.dry_run(&["rollout", "1.5.0", "5"]);
        location.dry_run(&["withdraw", "1.5.0"]);
        location.refuse(&["publish", other.argument(), "--dry-run"]);
        location.refuse(&["rollout", "1.4.0", "5", "--dry-run"]);
        location.refuse(&["withdraw", "1.4.0", "--dry-run"]);
    });
}

#[test]
fn versions_are_listed_from_the_newest_with_their_state() {
    let complete = Contents::new("1.9.0").sign();
    let withdrawn = Contents::new("1.10.0-dev2").sign();
    at_each_location(|location| {
        assert_eq!(location.succeed(&["list"]), "nothing is published\n");
        for name in ["1.10.0/esp32c3/cloudsmets.bin", "v1.0.0/manifest.json", "index.html"] {
            location.put(name, b"12345");
        }
        location.put("1.8.0/manifest.json", b"{}");
        location.succeed(&["publish", complete.argument(), "--percent", "5"]);
        location.succeed(&["publish", withdrawn.argument()]);
        location.succeed(&["withdraw", "1.10.0-dev2"]);
        insta::assert_snapshot!("published_versions", location.succeed(&["list"]));
    });
}

#[test]
fn a_newer_or_invalid_rollout_file_is_refused_by_every_command() {
    let folder = Contents::new("1.5.0").sign();
    at_each_location(|location| {
        location.succeed(&["publish", folder.argument()]);
        for json in [
            r#"{"schema": 2, "rollout": {"1.5.0": 100}}"#,
            r#"{"schema": 1, "paused": true}"#,
            r#"{"schema": 1, "rollout": {"1.5.0": 101}}"#,
            "",
        ] {
            location.put("releases.json", json.as_bytes());
            for arguments in [
                &["list"][..],
                &["publish", folder.argument()],
                &["rollout", "1.5.0", "5"],
                &["withdraw", "1.5.0"],
            ] {
                let error = location.refuse(arguments);
                assert!(error.contains("releases.json"), "{error}");
            }
        }
    });
}

#[test]
fn without_releases_url_the_error_names_the_setting() {
    let folder = Contents::new("1.5.0").sign();
    for arguments in [
        &["list"][..],
        &["publish", folder.argument()],
        &["rollout", "1.5.0", "5"],
        &["withdraw", "1.5.0"],
    ] {
        let result = run_at("", arguments);
        assert_eq!(result.code, Some(2), "{}", result.stderr);
        assert_eq!(result.stderr.lines().count(), 1, "{}", result.stderr);
        assert!(result.stderr.contains("RELEASES_URL"), "{}", result.stderr);
    }
}

#[test]
fn the_error_names_a_missing_directory_and_does_not_create_it() {
    let location = Location::directory();
    let missing = location.path().join("missing");
    let folder = Contents::new("1.5.0").sign();
    for arguments in [&["list"][..], &["publish", folder.argument()]] {
        let result = run_at(&format!("file://{}", missing.display()), arguments);
        assert_eq!(result.code, Some(1), "{}", result.stdout);
        assert!(result.stderr.contains(missing.to_str().unwrap()), "{}", result.stderr);
        assert!(!missing.exists());
    }
}

#[cfg(feature = "azure")]
#[test]
fn the_error_names_an_unreachable_container_without_its_signature() {
    let port = crate::host::free_port();
    let container_url = format!("http://127.0.0.1:{port}/account/releases");
    let result = run_at(&format!("{container_url}?sv=2019-12-12&sig=hush-hush"), &["list"]);
    assert_eq!(result.code, Some(1), "{}", result.stderr);
    assert!(result.stderr.contains(&container_url), "{}", result.stderr);
    assert!(!result.stderr.contains("hush-hush"), "{}", result.stderr);
    assert_eq!(result.stderr.lines().count(), 1, "{}", result.stderr);
}

/// A signature that only permits reading cannot publish, and the error does not quote it.
#[cfg(feature = "azure")]
#[test]
fn a_container_that_may_only_be_read_is_not_changed() {
    let Some(azurite) = crate::azure::Azurite::start() else { return };
    let location = Location::container(&azurite, "releases");
    let folder = Contents::new("1.5.0").sign();
    let result = run_at(&azurite.signed_address("releases"), &["publish", folder.argument()]);
    assert_eq!(result.code, Some(1), "{}", result.stdout);
    assert!(result.stderr.contains("403") && !result.stderr.contains("sig="), "{}", result.stderr);
    assert!(location.tree().is_empty());
}

/// The program signs in with the platform's identity, as the operator does with a user.
#[cfg(feature = "azure")]
#[test]
fn a_release_is_published_with_a_token() {
    use crate::azure::{Azurite, IdentityEndpoint, IdentityReply};
    use crate::host::Program;
    let Some(azurite) = Azurite::start_with_tls() else { return };
    let location = Location::container(&azurite, "releases");
    let identity = IdentityEndpoint::start(IdentityReply::Token);
    let certificate = azurite.certificate_file();
    let address = azurite.address("releases");
    let mut settings =
        vec![("RELEASES_URL", address.as_str()), ("SSL_CERT_FILE", certificate.to_str().unwrap())];
    let endpoint = identity.settings();
    settings.extend(endpoint.iter().map(|(name, value)| (*name, value.as_str())));
    let folder = Contents::new("1.5.0").sign();
    let output = Program::run(&["release", "publish", folder.argument()], &settings);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_published(&location, &[("1.5.0", &folder)]);
}
