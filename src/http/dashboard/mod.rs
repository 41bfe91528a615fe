//! The dashboard: its pages, assets and data endpoints. Each page has a folder that contains its
//! handler, view struct, template and tests.

mod address;
pub(super) mod api;
pub(super) mod assets;
mod chart;
pub(super) mod error;
pub(super) mod export;
mod format;
pub(super) mod homes;
mod layout;
pub(super) mod now;
pub(super) mod period;
#[cfg(test)]
mod sample;

use askama::Template;
use axum::extract::{Extension, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::Html;

use self::error::PageError;
use super::access::Visitor;
use super::app::App;
use super::error::HttpError;
use crate::domain::document::Home;
use crate::domain::identity::HomeId;
use crate::store::Store;

/// A page, or an error page instead of it.
type PageResult = Result<Html<String>, PageError>;

fn render(page: &impl Template) -> PageResult {
    Ok(Html(page.render()?))
}

/// Extracts the home in the path if the visitor may see it. A home that the visitor may not see is
/// reported as not found, as if it did not exist.
pub(in crate::http) struct VisibleHome(Home);

#[derive(serde::Deserialize)]
struct HomePath {
    home: String,
}

impl FromRequestParts<App> for VisibleHome {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, HttpError> {
        let Path(HomePath { home }) =
            Path::from_request_parts(parts, app).await.map_err(|_| HttpError::NotFound)?;
        let Extension(visitor) = Extension::<Visitor>::from_request_parts(parts, app)
            .await
            .map_err(|_| HttpError::NotFound)?;
        let id = HomeId::new(home).map_err(|_| HttpError::NotFound)?;
        find_visible_home(&app.store, visitor, &id).await.map(Self)
    }
}

async fn find_visible_home(
    store: &Store,
    visitor: Visitor,
    id: &HomeId,
) -> Result<Home, HttpError> {
    match visitor {
        Visitor::Owner => store.home(id).await?.ok_or(HttpError::NotFound),
        Visitor::NonOwner => Err(HttpError::NotFound),
    }
}
