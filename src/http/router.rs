//! All routes and layers on one screen.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, ETAG, IF_NONE_MATCH, RANGE};
use axum::http::{HeaderValue, Method};
use axum::middleware;
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::access;
use super::app::App;
use super::dashboard::{api, assets, error, export, homes, now, period};
use super::delivery_check::{DeliveryCheck, require_functions_host};
use super::error::HttpError;
use super::latest_version::latest_version;
use super::mqtt_receiver::{MAX_BODY_BYTES, mqtt_receiver};
use super::security_headers::RESOURCE_POLICY;
use super::{security_headers, trace};

/// The set of routes that a listener serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteSet {
    /// All routes, for the Functions host, including `/mqtt-receiver`.
    CustomHandler {
        /// The port at which the host reaches the handler.
        port: u16,
    },
    /// The routes of a public listener, which must not accept readings over plain HTTP.
    StandAlone,
}

/// Readings are private, so no cache may store a page.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// For errors: a version that is not published now may be published in a moment.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Returns the program as a service.
pub fn router(app: App, route_set: RouteSet) -> Router {
    let in_azure = app.in_azure;
    let mut router = Router::new()
        .route("/", get(|| async { "CloudSMETS\n" }))
        .merge(public_routes(&app))
        .merge(
            dashboard_routes()
                .layer(middleware::from_fn_with_state(app.clone(), access::authenticate))
                .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, PRIVATE))
                .layer(CompressionLayer::new().quality(CompressionLevel::Fastest)),
        );
    if let RouteSet::CustomHandler { port } = route_set {
        let check = DeliveryCheck::new(port);
        let receiver = post(mqtt_receiver)
            .route_layer(middleware::from_fn_with_state(check, require_functions_host))
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES));
        router = router.route("/mqtt-receiver", receiver);
    }
    let router = router.fallback(|| async { HttpError::NotFound }).with_state(app);
    security_headers::add(router, in_azure).layer(CatchPanicLayer::new()).layer(trace::layer())
}

/// The routes of public data, which pages of other sites may read.
fn public_routes(app: &App) -> Router<App> {
    let any_origin = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers([IF_NONE_MATCH, RANGE])
        .expose_headers([ACCEPT_RANGES, CONTENT_RANGE, ETAG])
        .vary([]);
    Router::new()
        .route("/latest-version", get(latest_version))
        .merge(app.firmware.routes())
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, NO_STORE))
        .layer(SetResponseHeaderLayer::overriding(
            RESOURCE_POLICY,
            HeaderValue::from_static("cross-origin"),
        ))
        .layer(any_origin)
}

fn dashboard_routes() -> Router<App> {
    Router::new()
        .route("/dashboard", get(homes::page))
        .route("/dashboard/", get(homes::page))
        .route("/dashboard/homes/{home}", get(now::page))
        .route("/dashboard/homes/{home}/{period}", get(period::redirect_to_newest))
        .route("/dashboard/homes/{home}/{period}/{date}", get(period::page))
        .route("/dashboard/assets/{name}", get(assets::asset))
        .route("/dashboard/api/v1/homes", get(api::homes))
        .route("/dashboard/api/v1/homes/{home}/usage", get(api::usage))
        .route("/dashboard/api/v1/homes/{home}/live", get(api::live))
        .route("/dashboard/api/v1/homes/{home}/export", get(export::export))
        .route("/dashboard/{*rest}", get(error::not_found))
}
