//! The dashboard: pages, their assets and the data behind them.

pub(super) mod api;
pub(super) mod assets;
pub(super) mod export;
pub(super) mod pages;
pub(super) mod view;

use axum::extract::{Extension, FromRequestParts, Path};
use axum::http::request::Parts;

use super::access::Visitor;
use super::app::App;
use super::error::HttpError;
use crate::domain::document::Home;
use crate::domain::identity::HomeId;
use crate::store::Store;

/// The home named in the path, which the visitor may see. A home that is not
/// theirs is not found, as if it did not exist.
pub(in crate::http) struct Household(Home);

#[derive(serde::Deserialize)]
struct HomeInPath {
    home: String,
}

impl FromRequestParts<App> for Household {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, HttpError> {
        let Path(HomeInPath { home }) =
            Path::from_request_parts(parts, app).await.map_err(|_| HttpError::NotFound)?;
        let Extension(visitor) = Extension::<Visitor>::from_request_parts(parts, app)
            .await
            .map_err(|_| HttpError::NotFound)?;
        let id = HomeId::new(home).map_err(|_| HttpError::NotFound)?;
        find(&app.store, visitor, &id).await.map(Self)
    }
}

async fn find(store: &Store, visitor: Visitor, id: &HomeId) -> Result<Home, HttpError> {
    match visitor {
        Visitor::Owner => store.home(id).await?.ok_or(HttpError::NotFound),
        Visitor::Stranger => Err(HttpError::NotFound),
    }
}
