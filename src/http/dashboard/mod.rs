//! The dashboard: pages, their assets and the data behind them.

mod api;
mod assets;
mod export;
mod pages;
pub(super) mod view;

use axum::Router;
use axum::extract::{Extension, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::routing::get;

use super::access::Visitor;
use super::app::App;
use super::error::HttpError;
use crate::domain::document::Home;
use crate::domain::identity::HomeId;
use crate::store::Store;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/dashboard", get(pages::homes))
        .route("/dashboard/", get(pages::homes))
        .route("/dashboard/homes/{home}", get(pages::now))
        .route("/dashboard/homes/{home}/{period}", get(pages::latest_period))
        .route("/dashboard/homes/{home}/{period}/{date}", get(pages::period))
        .route("/dashboard/assets/{name}", get(assets::asset))
        .route("/dashboard/api/v1/homes", get(api::homes))
        .route("/dashboard/api/v1/homes/{home}/usage", get(api::usage))
        .route("/dashboard/api/v1/homes/{home}/live", get(api::live))
        .route("/dashboard/api/v1/homes/{home}/export", get(export::export))
        .route("/dashboard/{*rest}", get(pages::nothing))
}

/// The home named in the path, which the visitor may see. A home that is not
/// theirs is not found, as if it did not exist.
struct Household(Home);

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
