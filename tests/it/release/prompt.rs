//! The password of a key, typed on a terminal that `script` simulates.

use std::io::Write;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::folder::{Contents, KEY_PASSWORD, TestKey};
use super::signing::names;
use crate::host::program_under_test;
use crate::prerequisites::skip_without;

/// Runs a command in a folder, types on its terminal, and returns whether it succeeded and what the
/// terminal shows; `None` if `script` is not installed.
fn type_on_terminal(folder: &TempDir, arguments: &str, typed: &str) -> Option<(bool, String)> {
    let command = format!("{} release {arguments}", program_under_test().display());
    let child = Command::new("script")
        .args(["--quiet", "--return", "--command", &command, "/dev/null"])
        .current_dir(folder.path())
        .env_remove("CLOUDSMETS_KEY_PASSWORD")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skip_without("script");
        return None;
    };
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[test]
fn the_password_of_a_key_can_be_typed() {
    let signed = Contents::new("1.5.0").sign();
    let image = |name: &str| signed.path().join(name).display().to_string();
    let arguments = format!(
        "sign --key {} --version 1.5.1 --esp32c3 {} --factory {} --tlsr8258 {} --out release",
        TestKey::Current.secret_file().display(),
        image("esp32c3/cloudsmets.bin"),
        image("esp32c3/factory.bin"),
        image("tlsr8258/cloudsmets.bin"),
    );
    let folder = TempDir::new().unwrap();
    let typed = format!("{KEY_PASSWORD}\n");
    let Some((is_signed, shown)) = type_on_terminal(&folder, &arguments, &typed) else { return };
    assert!(is_signed, "{shown}");
    assert_eq!(names(folder.path()), ["release"]);
}

#[test]
fn new_keys_need_the_same_password_twice_and_not_an_empty_one() {
    let folder = TempDir::new().unwrap();
    for typed in ["one password\nanother password\n", "\n\n"] {
        let Some((is_created, shown)) = type_on_terminal(&folder, "keygen --out keys", typed)
        else {
            return;
        };
        assert!(!is_created, "{shown}");
        assert_eq!(names(folder.path()), [""; 0]);
    }
}
