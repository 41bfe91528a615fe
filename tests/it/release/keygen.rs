//! `release keygen`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use super::folder::{Contents, release_command};
use super::signing::{minisign, names};

const PASSWORD: &str = "a password that nothing prints";
const SETTINGS: [(&str, &str); 1] = [("CLOUDSMETS_KEY_PASSWORD", PASSWORD)];
const FILES: [&str; 4] = ["current.key", "current.pub", "next.key", "next.pub"];

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// One test, because creating keys takes seconds and 1 GiB of memory.
#[test]
fn new_keys_are_private_encrypted_and_usable_with_both_programs() {
    let directory = TempDir::new().unwrap();
    let folder = directory.path().join("keys");
    let out = format!("--out={}", folder.display());
    let output = release_command("keygen", &[&out, "--dry-run"], &SETTINGS);
    assert!(output.status.success() && !folder.exists());

    let output = release_command("keygen", &[&out], &SETTINGS);
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(output.status.success(), "{stderr}");
    assert!(!(stdout.clone() + &stderr).contains(PASSWORD));
    assert_eq!(names(&folder), FILES);
    assert_eq!(mode(&folder), 0o700);
    let [current, next] = ["current", "next"].map(|name| {
        assert_eq!(mode(&folder.join(name).with_extension("key")), 0o600);
        let public = fs::read_to_string(folder.join(name).with_extension("pub")).unwrap();
        let line = public.lines().nth(1).unwrap().to_owned();
        assert!(stdout.contains(&line), "{stdout}");
        line
    });
    assert_ne!(current, next);

    let release = directory.path().join("release");
    let key = folder.join("next.key").display().to_string();
    let options = [&*format!("--key={key}")];
    let output = Contents::new("1.5.0").try_sign(&release, &SETTINGS, &options);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(fs::read_to_string(release.join("signed-by.pub")).unwrap().contains(&next));

    let file = directory.path().join("file").display().to_string();
    fs::write(&file, "content").unwrap();
    if minisign(&["-S", "-s", &key, "-m", &file], PASSWORD).is_some() {
        minisign(&["-V", "-P", &next, "-m", &file], "").unwrap();
    }
}

#[test]
fn existing_files_are_never_replaced() {
    for existing in [&FILES[..], &["next.pub"], &["current.key"]] {
        let directory = TempDir::new().unwrap();
        for name in existing {
            fs::write(directory.path().join(name), "content").unwrap();
        }
        let out = format!("--out={}", directory.path().display());
        for options in [&[&*out][..], &[&out, "--dry-run"]] {
            let output = release_command("keygen", options, &SETTINGS);
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{stderr}");
            // The files of an incomplete set are named.
            let names_all = FILES.iter().all(|name| stderr.contains(name));
            assert_eq!(names_all, existing.len() < FILES.len(), "{stderr}");
        }
        assert_eq!(names(directory.path()), existing);
        for name in existing {
            assert_eq!(fs::read_to_string(directory.path().join(name)).unwrap(), "content");
        }
    }
}
