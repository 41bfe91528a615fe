//! The site with the installation page and a release, served from a directory.

use std::fs;
use std::path::{Path, PathBuf};

use axum::Router;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

use super::release::{MANIFEST, Release};
use crate::prerequisites::skip_without;

pub(super) struct Site {
    root: TempDir,
    port: u16,
    pub(super) release: Release,
}

impl Site {
    /// Prints a line and returns `None` if the packages of the site are not there.
    pub(super) async fn start() -> Option<Self> {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packages = project.join("dist/site");
        if !packages.is_dir() {
            skip_without("The output of cargo xtask site");
            return None;
        }
        let root = TempDir::new().unwrap();
        copy(&packages, &root.path().join("assets"));
        copy(&project.join("assets/site"), &root.path().join("assets/site"));
        fs::copy(project.join("assets/cloudsmets.css"), root.path().join("assets/cloudsmets.css"))
            .unwrap();
        let release = Release::publish(root.path());
        let page = include_str!("install.html")
            .replace("MANIFEST", MANIFEST)
            .replace("KEYS", &release.public_key());
        fs::write(root.path().join("install.html"), page).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().fallback_service(ServeDir::new(root.path()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Some(Self { root, port, release })
    }

    pub(super) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(super) fn page(&self) -> String {
        format!("http://127.0.0.1:{}/install.html", self.port)
    }

    /// The same page at a name for which browsers require TLS.
    pub(super) fn insecure_page(&self) -> String {
        format!("http://plain.example:{}/install.html", self.port)
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
