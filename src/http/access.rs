//! Who is asking, and whether they may see the dashboard.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::config::{Auth, Secret};

/// What a visitor may see. A handler that shows a home takes this and so
/// cannot forget it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visitor {
    /// Every home.
    Owner,
    /// No home: signed in, but nobody's.
    NonOwner,
}

/// Lets a request through with its [`Visitor`], or answers it.
pub(super) async fn authenticate(
    State(auth): State<Arc<Auth>>,
    mut request: Request,
    next: Next,
) -> Response {
    match identify(&auth, request.headers()) {
        Ok(visitor) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Err(denied) => denied.into_response(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AccessDenied {
    WrongHost,
    PasswordRequired,
    NotSignedIn,
}

impl IntoResponse for AccessDenied {
    fn into_response(self) -> Response {
        match self {
            // A page of another site whose name was made to point here.
            Self::WrongHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "This dashboard answers on localhost and 127.0.0.1 only.",
            )
                .into_response(),
            Self::PasswordRequired => (
                StatusCode::UNAUTHORIZED,
                [(WWW_AUTHENTICATE, "Basic realm=\"CloudSMETS\", charset=\"UTF-8\"")],
                "This dashboard needs its password.",
            )
                .into_response(),
            Self::NotSignedIn => {
                (StatusCode::UNAUTHORIZED, "Sign in to see this dashboard.").into_response()
            }
        }
    }
}

fn identify(auth: &Auth, headers: &HeaderMap) -> Result<Visitor, AccessDenied> {
    match auth {
        Auth::None if is_localhost(headers) => Ok(Visitor::Owner),
        Auth::None => Err(AccessDenied::WrongHost),
        Auth::Password(password) if has_password(headers, password) => Ok(Visitor::Owner),
        Auth::Password(_) => Err(AccessDenied::PasswordRequired),
        Auth::EasyAuth { is_enforced, owners } => {
            let principal = |name: &str| {
                let value = headers.get(name).filter(|_| *is_enforced)?.to_str().ok()?;
                Some(value.trim().to_lowercase()).filter(|value| !value.is_empty())
            };
            let id = principal("x-ms-client-principal-id").ok_or(AccessDenied::NotSignedIn)?;
            let name = principal("x-ms-client-principal-name");
            let is_owner = owners.contains(&id) || name.is_some_and(|name| owners.contains(&name));
            Ok(if is_owner { Visitor::Owner } else { Visitor::NonOwner })
        }
    }
}

/// Whether the visitor's browser thinks that this is localhost.
fn is_localhost(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return true };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn has_password(headers: &HeaderMap, password: &Secret) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' '));
    let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let given = given.map(|(_, credentials)| credentials.trim());
    let given = given.and_then(|value| BASE64_STANDARD.decode(value).ok());
    let Some(given) = given else { return false };
    let Some(colon) = given.iter().position(|byte| *byte == b':') else { return false };
    constant_time_eq(&given[colon + 1..], password.reveal().as_bytes())
}

/// Compares without telling by its time where two texts differ.
fn constant_time_eq(given: &[u8], expected: &[u8]) -> bool {
    let difference = expected
        .iter()
        .zip(given.iter().chain(std::iter::repeat(&0)))
        .fold(0, |difference, (a, b)| difference | (a ^ b));
    difference == 0 && given.len() == expected.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_dashboard_without_password_answers_only_to_localhost_names() {
        for host in ["localhost:8080", "127.0.0.1:7071", "[::1]:80", "LOCALHOST"] {
            assert_eq!(identify(&Auth::None, &headers(&[("host", host)])), Ok(Visitor::Owner));
        }
        for host in ["evil.example", "localhost.evil.example:80", "192.168.1.4:8080", ""] {
            let refused = identify(&Auth::None, &headers(&[("host", host)]));
            assert_eq!(refused, Err(AccessDenied::WrongHost), "{host}");
        }
    }

    #[test]
    fn principal_headers_are_trusted_only_behind_easy_auth() {
        let auth =
            |is_enforced| Auth::EasyAuth { is_enforced, owners: vec!["me@example.org".into()] };
        let me = headers(&[
            ("x-ms-client-principal-id", "1-2"),
            ("x-ms-client-principal-name", "Me@Example.org"),
        ]);
        assert_eq!(identify(&auth(true), &me), Ok(Visitor::Owner));
        assert_eq!(identify(&auth(false), &me), Err(AccessDenied::NotSignedIn));
        let other = headers(&[("x-ms-client-principal-id", "3")]);
        assert_eq!(identify(&auth(true), &other), Ok(Visitor::NonOwner));
        assert_eq!(identify(&auth(true), &HeaderMap::new()), Err(AccessDenied::NotSignedIn));
    }

    #[test]
    fn only_the_exact_password_is_accepted() {
        let auth = Auth::Password(Secret::new("correct horse".into()));
        let basic = |text: &str| {
            headers(&[("authorization", &format!("Basic {}", BASE64_STANDARD.encode(text)))])
        };
        assert_eq!(identify(&auth, &basic("me:correct horse")), Ok(Visitor::Owner));
        for wrong in
            ["me:correct hors", "me:correct horse!", "me:", "correct horse", "me:correct horse\0"]
        {
            assert_eq!(
                identify(&auth, &basic(wrong)),
                Err(AccessDenied::PasswordRequired),
                "{wrong}"
            );
        }
    }
}
