//! What must not be served.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::TempDir;

use super::{Site, write};
use crate::host::{Program, Reply};

const SECRET: &str = "this must not be served";

/// A missing part of an installation must not look like a file.
fn assert_not_found(site: &Site, target: &str) {
    let reply = site.get(target);
    assert_eq!(reply.status, 404, "{target}: {}", reply.text());
    assert_eq!(reply.text(), "{\"error\":\"there is nothing here\"}", "{target}");
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{target}");
    assert_eq!(site.head(target, &[]).status, 404, "{target}");
}

#[test]
fn missing_files_and_folders_are_404() {
    let site = Site::start();
    let long = format!("/firmware/{}", "a".repeat(300));
    for target in [
        "/firmware/1.6.0/esp32c3/factory.bin",
        "/firmware/1.5.0",
        "/firmware/1.5.0/",
        "/firmware/1.5.0/esp32c3/",
        "/firmware/assets",
        "/firmware/install",
        "/firmware/index.html/",
        "/firmware/index.html/x",
        "/firmware/index.html%00",
        "/firmware/%ff",
        "/firmware/a%0d%0ab",
        &long,
    ] {
        assert_not_found(&site, target);
    }
    let log = site.server.program.stdout();
    assert!(!log.contains("ERROR"), "{log}");
}

#[test]
fn hidden_files_are_not_served() {
    let site = Site::start();
    for name in [".lock", ".new", ".git/config", "1.5.0/.new", "1.5.0/.old/cloudsmets.bin"] {
        write(site.releases.path(), name, SECRET.as_bytes());
        assert_not_found(&site, &format!("/firmware/{name}"));
        let escaped = name.replace('.', "%2e");
        assert_not_found(&site, &format!("/firmware/{escaped}"));
        assert_not_found(&site, &format!("/firmware//{name}"));
    }
}

#[test]
fn files_outside_of_the_directory_are_not_served() {
    let outside = TempDir::new().unwrap();
    let secret = outside.path().join("secret.txt");
    fs::write(&secret, SECRET).unwrap();
    let site = Site::start();
    let releases = site.releases.path();
    let sibling = releases.with_extension("private");
    fs::create_dir(&sibling).unwrap();
    fs::write(sibling.join("index.html"), SECRET).unwrap();
    let (sibling_name, secret_path) =
        (sibling.file_name().unwrap().to_str().unwrap(), secret.to_str().unwrap());
    let reply_is_harmless = |target: &str, reply: &Reply| {
        let is_refused = reply.status == 404 || reply.status == 400;
        assert!(is_refused && !reply.text().contains(SECRET), "{target}: {}", reply.text());
    };
    for parent in ["..", "%2e%2e", ".%2e", "%2E.", "..%2f..", "1.5.0/../..", "1.5.0%2f..%2f.."] {
        for rest in [&format!("{sibling_name}/index.html"), secret_path.trim_start_matches('/')] {
            for separator in ["/", "%2f", "%5c", "\\"] {
                let target = format!("/firmware/{parent}{separator}{rest}");
                reply_is_harmless(&target, &site.get(&target));
            }
        }
    }
    for target in [
        format!("/firmware/{secret_path}"),
        format!("/firmware/%2f{}", &secret_path[1..]),
        format!("/firmware/{}", secret_path.replace('/', "%2f")),
        format!("/firmware..{secret_path}"),
        format!("/firmware../{sibling_name}/index.html"),
    ] {
        reply_is_harmless(&target, &site.get(&target));
    }
    fs::remove_dir_all(sibling).unwrap();
}

#[test]
fn links_are_followed_only_within_the_directory() {
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("index.html"), SECRET).unwrap();
    let site = Site::start();
    let releases = site.releases.path();
    symlink(outside.path(), releases.join("folder")).unwrap();
    symlink(outside.path().join("index.html"), releases.join("file.html")).unwrap();
    symlink("../../etc/passwd", releases.join("1.5.0/passwd")).unwrap();
    symlink("loop", releases.join("loop")).unwrap();
    write(releases, ".new", SECRET.as_bytes());
    symlink(".new", releases.join("visible")).unwrap();
    mkfifoat(CWD, releases.join("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
    for name in ["folder/", "folder/index.html", "file.html", "1.5.0/passwd", "visible", "pipe"] {
        assert_not_found(&site, &format!("/firmware/{name}"));
    }
    assert_ne!(site.get("/firmware/loop").status, 200);
    symlink("1.5.0", releases.join("newest")).unwrap();
    assert_eq!(site.get("/firmware/newest/manifest.json").status, 200);
}

/// The directory may be reached through a link, and may be created after the start.
#[test]
fn the_directory_itself_may_be_a_link() {
    let data = TempDir::new().unwrap();
    let link = data.path().join("link");
    let url = format!("file://{}", link.display());
    let server = crate::host::StandAlone::start(data.path(), &[("RELEASES_URL", &url)]);
    assert_eq!(server.get("/firmware/", &[]).status, 404);
    let releases = TempDir::new().unwrap();
    write(releases.path(), "index.html", b"the site");
    symlink(releases.path(), link).unwrap();
    assert_eq!(server.get("/firmware/", &[]).text(), "the site");
}

#[test]
fn the_files_are_public_and_the_dashboard_is_not() {
    let site = Site::start_with(&[
        ("DASHBOARD_AUTH", "password"),
        ("DASHBOARD_PASSWORD", "correct horse battery"),
    ]);
    assert_eq!(site.get("/firmware/").status, 200);
    assert_eq!(site.get("/dashboard").status, 401);
    for target in ["/firmware/../dashboard", "/firmware/%2e%2e/dashboard", "/firmware//dashboard"] {
        assert_eq!(site.get(target).status, 404, "{target}");
    }
}

/// Otherwise anyone could download the database.
#[test]
fn a_data_directory_inside_of_the_releases_is_refused() {
    let releases = TempDir::new().unwrap();
    let link = releases.path().join("link");
    symlink(releases.path(), &link).unwrap();
    for data in [releases.path().to_owned(), releases.path().join("1.0.0/data"), link] {
        let output = Program::run(
            &["serve"],
            &[
                ("CLOUDSMETS_LISTEN", "127.0.0.1:0"),
                ("CLOUDSMETS_DATA_DIR", data.to_str().unwrap()),
                ("RELEASES_URL", &format!("file://{}", releases.path().display())),
            ],
        );
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains("CLOUDSMETS_DATA_DIR") && stderr.contains("RELEASES_URL"));
    }
}

#[test]
fn without_a_directory_nothing_is_served() {
    let data = TempDir::new().unwrap();
    let server = crate::host::StandAlone::start(data.path(), &[]);
    for target in ["/firmware", "/firmware/", "/firmware/index.html"] {
        assert_eq!(server.get(target, &[]).status, 404, "{target}");
    }
}
