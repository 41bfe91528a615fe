//! `release sign`: two independent implementations accept what it makes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::folder::{Contents, KEY_PASSWORD, TestKey};
use crate::prerequisites::skip_without;

const PASSWORD: (&str, &str) = ("CLOUDSMETS_KEY_PASSWORD", KEY_PASSWORD);

/// The signed files with their targets.
const FILES: [(&str, &str); 4] = [
    ("esp32c3/cloudsmets.bin", "esp32c3"),
    ("esp32c3/factory.bin", "esp32c3-factory"),
    ("tlsr8258/cloudsmets.bin", "tlsr8258"),
    ("manifest.json", "manifest"),
];

/// Runs Debian's minisign and returns its output; `None` if it is not installed.
pub(super) fn minisign(arguments: &[&str], password: &str) -> Option<String> {
    let child = Command::new("minisign")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skip_without("minisign");
        return None;
    };
    // It asks for a new password twice.
    let _ = child.stdin.take().unwrap().write_all(format!("{password}\n{password}\n").as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    Some(text(&output.stdout))
}

fn expected_comment(target: &str, size: usize) -> String {
    format!("version:1.5.0 target:{target} size:{size} min:1.3.0")
}

fn contents() -> Contents {
    Contents { min_version: Some("1.3.0".to_owned()), ..Contents::new("1.5.0") }
}

#[test]
fn the_minisign_verify_crate_accepts_every_file() {
    let folder = contents().sign();
    let key = minisign_verify::PublicKey::from_file(TestKey::Current.public_file()).unwrap();
    for (file, target) in FILES {
        let content = folder.read(file);
        let signature = String::from_utf8(folder.read(&format!("{file}.minisig"))).unwrap();
        let signature = minisign_verify::Signature::decode(&signature).unwrap();
        assert_eq!(signature.trusted_comment(), expected_comment(target, content.len()));
        key.verify(&content, &signature, false).unwrap();
        let mut other = content;
        other[0] ^= 1;
        assert!(key.verify(&other, &signature, false).is_err(), "{file}");
    }
}

#[test]
fn minisign_accepts_every_file() {
    let folder = contents().sign();
    for (file, target) in FILES {
        let path = folder.path().join(file);
        let key = folder.path().join("signed-by.pub");
        let arguments = ["-V", "-p", key.to_str().unwrap(), "-m", path.to_str().unwrap()];
        let Some(output) = minisign(&arguments, "") else { return };
        let comment = expected_comment(target, folder.read(file).len());
        assert!(output.contains(&format!("Trusted comment: {comment}\n")), "{output}");
    }
}

#[test]
fn a_key_of_minisign_signs_releases() {
    let keys = TempDir::new().unwrap();
    let [secret, public] =
        ["minisign.key", "minisign.pub"].map(|name| keys.path().join(name).display().to_string());
    let arguments = ["-G", "-f", "-s", &secret, "-p", &public];
    if minisign(&arguments, KEY_PASSWORD).is_none() {
        return;
    }
    let out = keys.path().join("release");
    let output = contents().try_sign(&out, &[PASSWORD], &[&format!("--key={secret}")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let manifest = out.join("manifest.json").display().to_string();
    minisign(&["-V", "-p", &public, "-m", &manifest], "").unwrap();
}

#[test]
fn the_manifest_describes_the_files() {
    let contents = contents();
    let folder = contents.sign();
    insta::assert_snapshot!(String::from_utf8(folder.read("manifest.json")).unwrap());
    assert_eq!(folder.read("esp32c3/cloudsmets.bin"), contents.esp32c3);
    assert_eq!(folder.read("esp32c3/factory.bin"), contents.factory);
    assert_eq!(folder.read("tlsr8258/cloudsmets.bin"), contents.tlsr8258);
}

#[test]
fn signing_the_same_files_twice_gives_the_same_bytes() {
    let [first, second] = [contents().sign(), contents().sign()];
    for (file, _) in FILES {
        for name in [file.to_owned(), format!("{file}.minisig")] {
            assert_eq!(first.read(&name), second.read(&name), "{name}");
        }
    }
    let other = Contents { notes: "Other notes".to_owned(), ..contents() }.sign();
    assert_ne!(first.read("manifest.json.minisig"), other.read("manifest.json.minisig"));
}

/// Runs `sign` with a change, expects that it writes nothing, and returns standard error.
fn refusal(contents: &Contents, password: &str, options: &[&str]) -> String {
    let directory = TempDir::new().unwrap();
    let out = directory.path().join("parent/release");
    let output = contents.try_sign(&out, &[("CLOUDSMETS_KEY_PASSWORD", password)], options);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{stderr}");
    assert_eq!(directory.path().read_dir().unwrap().count(), 0, "{stderr}");
    stderr
}

#[test]
fn all_unsuitable_contents_are_named_and_nothing_is_written() {
    let contents = Contents {
        esp32c3: contents().tlsr8258,
        factory: Vec::new(),
        tlsr8258: contents().esp32c3,
        min_version: Some("1.5.1".to_owned()),
        ..contents()
    };
    let stderr = refusal(&contents, KEY_PASSWORD, &[]);
    let files = ["esp32c3/cloudsmets.bin", "esp32c3/factory.bin", "tlsr8258/cloudsmets.bin"];
    for text in [&files[..], &["1.5.1"]].concat() {
        assert!(stderr.contains(text), "{text}: {stderr}");
    }
    let too_large = Contents { tlsr8258: vec![0; 208 * 1_024 + 1], ..Contents::new("1.5.0") };
    assert!(refusal(&too_large, KEY_PASSWORD, &[]).contains("tlsr8258"));
    let notes = Contents { notes: "a\u{1b}[2J".to_owned(), ..Contents::new("1.5.0") };
    assert!(refusal(&notes, KEY_PASSWORD, &[]).contains("notes"));
}

#[test]
fn unsuitable_keys_are_named_and_nothing_is_written() {
    let wrong = "not the password";
    let stderr = refusal(&contents(), wrong, &[]);
    assert!(stderr.contains("password is wrong") && !stderr.contains(wrong), "{stderr}");

    let public = TestKey::Current.public_file();
    let stderr = refusal(&contents(), KEY_PASSWORD, &[&format!("--key={}", public.display())]);
    assert!(stderr.contains("public key"), "{stderr}");

    let keys = TempDir::new().unwrap();
    let key = |content: &str| {
        let path = keys.path().join("test.key");
        fs::write(&path, content).unwrap();
        format!("--key={}", path.display())
    };
    let secret = fs::read_to_string(TestKey::Current.secret_file()).unwrap();
    // "EdSc" and "Ed\0\0" in base64: the key claims not to be encrypted.
    let unencrypted = secret.replace("RWRTY0Iy", "RWQAAEIy");
    let stderr = refusal(&contents(), KEY_PASSWORD, &[&key(&unencrypted)]);
    assert!(stderr.contains("minisign -C"), "{stderr}");
    for damaged in [&secret[..100], "", "untrusted comment: x\nnot base64\n"] {
        let stderr = refusal(&contents(), KEY_PASSWORD, &[&key(damaged)]);
        assert!(stderr.contains("secret key"), "{stderr}");
    }
}

#[test]
fn a_folder_that_is_not_empty_is_not_changed() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "content").unwrap();
    for out in [directory.path(), &file] {
        let output = contents().try_sign(out, &[PASSWORD], &[]);
        assert_eq!(output.status.code(), Some(1));
        assert!(!output.stderr.is_empty());
    }
    assert_eq!(names(directory.path()), ["file"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "content");
}

#[test]
fn an_empty_folder_is_filled() {
    let directory = TempDir::new().unwrap();
    let output = contents().try_sign(directory.path(), &[PASSWORD], &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected =
        ["esp32c3", "manifest.json", "manifest.json.minisig", "signed-by.pub", "tlsr8258"];
    assert_eq!(names(directory.path()), expected);
}

#[test]
fn a_dry_run_checks_everything_and_writes_nothing() {
    let directory = TempDir::new().unwrap();
    let out = directory.path().join("release");
    let output = contents().try_sign(&out, &[PASSWORD], &["--dry-run"]);
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && stdout.contains("manifest.json.minisig"), "{stdout}");
    assert_eq!(names(directory.path()), [""; 0]);
    refusal(&contents(), "not the password", &["--dry-run"]);
}

pub(super) fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}
