//! Response headers that restrict what a browser does with a response.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use tower_http::set_header::SetResponseHeaderLayer;

const CONTENT_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);

/// Switches off every feature that Chromium knows by default, except for the serial port, whose
/// allowlist is the argument. Chromium reports unknown names as errors on the console.
macro_rules! permissions {
    ($serial:literal) => {
        HeaderValue::from_static(concat!(
            "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), clipboard-write=(), ",
            "display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), ",
            "gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), ",
            "local-fonts=(), magnetometer=(), microphone=(), midi=(), otp-credentials=(), ",
            "payment=(), picture-in-picture=(), publickey-credentials-create=(), ",
            "publickey-credentials-get=(), screen-wake-lock=(), storage-access=(), usb=(), ",
            "window-management=(), xr-spatial-tracking=(), serial=",
            $serial
        ))
    };
}

/// The pages of the dashboard use none of the features.
const PERMISSIONS: HeaderValue = permissions!("()");

/// For the page that installs firmware over USB.
pub(super) const SERIAL_PERMISSIONS: HeaderValue = permissions!("(self)");

pub(super) const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// A year. `includeSubDomains` is omitted, because subdomains may belong to other services.
const TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000");

pub(super) const RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// Adds the headers to all responses. `Strict-Transport-Security` is added only in Azure, which always
/// terminates TLS in front of the program. A handler may set another content policy, permissions policy
/// and resource policy.
pub(super) fn add(router: Router, in_azure: bool) -> Router {
    let always = SetResponseHeaderLayer::overriding;
    let same_origin = HeaderValue::from_static("same-origin");
    let default = SetResponseHeaderLayer::if_not_present;
    let router = router
        .layer(default(CONTENT_SECURITY_POLICY, CONTENT_POLICY))
        .layer(always(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(always(X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
        .layer(always(REFERRER_POLICY, same_origin.clone()))
        .layer(default(PERMISSIONS_POLICY, PERMISSIONS))
        .layer(default(RESOURCE_POLICY, same_origin));
    if in_azure {
        router.layer(always(STRICT_TRANSPORT_SECURITY, TRANSPORT_SECURITY))
    } else {
        router
    }
}
