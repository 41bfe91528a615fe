//! `/firmware/`: the published releases and their web site, from a directory.

mod files;
mod if_range;

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::Request;
use axum::handler::HandlerWithoutStateExt;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Redirect, Response};
use axum::routing::get;
use tower_http::services::ServeDir;

use super::error::HttpError;
use super::security_headers::{PERMISSIONS_POLICY, SERIAL_PERMISSIONS};
use crate::releases::file_kind::FileKind;
use crate::releases::site::policy::{FRAME_POLICY, INSTALL_POLICY, PAGE_POLICY};
use files::PublicFiles;

/// The installation page, relative to `/firmware/`.
const INSTALL_PAGE: &str = "install.html";

/// The directory that is served at `/firmware/`; `None` if there is no such directory.
#[derive(Clone, Debug)]
pub struct FirmwareDirectory(pub Option<PathBuf>);

impl FirmwareDirectory {
    pub(super) const fn is_served(&self) -> bool {
        self.0.is_some()
    }

    /// The path of the installation page at this server, if the page exists now.
    #[must_use]
    pub fn install_page(&self) -> Option<String> {
        let file = self.0.as_ref()?.join(INSTALL_PAGE);
        file.is_file().then(|| format!("/firmware/{INSTALL_PAGE}"))
    }

    /// The routes. A missing file is never answered with a page, because an installation from the
    /// browser would write the page to the device.
    pub(super) fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        self.0.as_deref().map(routes).unwrap_or_default()
    }
}

fn routes<S: Clone + Send + Sync + 'static>(directory: &Path) -> Router<S> {
    let files = ServeDir::with_backend(directory, PublicFiles::new(directory))
        .redirect_to_trailing_slash(false)
        .ignore_multi_range_requests(true)
        .fallback((|| async { HttpError::NotFound }).into_service());
    Router::new()
        .route("/firmware", get(|| async { Redirect::temporary("/firmware/") }))
        .nest_service("/firmware/", files)
        .layer(middleware::from_fn(if_range::check))
        .layer(middleware::from_fn(add_file_headers))
}

/// Adds the headers that depend on the name of the file.
async fn add_file_headers(request: Request, next: Next) -> Response {
    let name = file_name(request.uri().path());
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_success() || status == StatusCode::NOT_MODIFIED {
        add_headers_of(&name, response.headers_mut());
    }
    response
}

/// The name of a file relative to `/firmware/`. An unusual path to a page, such as one with `//`, is not
/// recognized as the page, and gets the strictest policy.
fn file_name(path: &str) -> String {
    let name = path.strip_prefix("/firmware/").unwrap_or_default();
    match percent_encoding::percent_decode_str(name).decode_utf8_lossy() {
        name if name.is_empty() => "index.html".to_owned(),
        name => name.into_owned(),
    }
}

fn add_headers_of(name: &str, headers: &mut HeaderMap) {
    let kind = FileKind::of(name);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kind.cache_control));
    if headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind.content_type));
    }
    let policy = if name == INSTALL_PAGE {
        headers.insert(PERMISSIONS_POLICY, SERIAL_PERMISSIONS);
        INSTALL_POLICY
    } else {
        PAGE_POLICY
    };
    if let Ok(policy) = HeaderValue::try_from(format!("{policy}; {FRAME_POLICY}")) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}
