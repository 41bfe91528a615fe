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
    Stranger,
}

/// Lets a request through with its [`Visitor`], or answers it.
pub(super) async fn guard(
    State(auth): State<Arc<Auth>>,
    mut request: Request,
    next: Next,
) -> Response {
    match visitor(&auth, request.headers()) {
        Ok(visitor) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    NotThisHost,
    NoPassword,
    NotSignedIn,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            // A page of another site whose name was made to point here.
            Self::NotThisHost => (
                StatusCode::MISDIRECTED_REQUEST,
                "This dashboard answers on localhost and 127.0.0.1 only.",
            )
                .into_response(),
            Self::NoPassword => (
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

fn visitor(auth: &Auth, headers: &HeaderMap) -> Result<Visitor, Refusal> {
    match auth {
        Auth::Loopback if is_local(headers) => Ok(Visitor::Owner),
        Auth::Loopback => Err(Refusal::NotThisHost),
        Auth::Password(password) if knows(headers, password) => Ok(Visitor::Owner),
        Auth::Password(_) => Err(Refusal::NoPassword),
        Auth::EasyAuth { is_enforced, owners } => {
            let principal = |name: &str| {
                let value = headers.get(name).filter(|_| *is_enforced)?.to_str().ok()?;
                Some(value.trim().to_lowercase()).filter(|value| !value.is_empty())
            };
            let id = principal("x-ms-client-principal-id").ok_or(Refusal::NotSignedIn)?;
            let name = principal("x-ms-client-principal-name");
            let is_owner = owners.contains(&id) || name.is_some_and(|name| owners.contains(&name));
            Ok(if is_owner { Visitor::Owner } else { Visitor::Stranger })
        }
    }
}

/// Whether the visitor's browser thinks that this is localhost.
fn is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return true };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn knows(headers: &HeaderMap, password: &Secret) -> bool {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' '));
    let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let given = given.map(|(_, credentials)| credentials.trim());
    let given = given.and_then(|value| BASE64_STANDARD.decode(value).ok());
    let Some(given) = given else { return false };
    let Some(colon) = given.iter().position(|byte| *byte == b':') else { return false };
    same(&given[colon + 1..], password.reveal().as_bytes())
}

/// Compares without telling by its time where two texts differ.
fn same(given: &[u8], expected: &[u8]) -> bool {
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
    fn only_a_local_name_reaches_an_open_dashboard() {
        for host in ["localhost:8080", "127.0.0.1:7071", "[::1]:80", "LOCALHOST"] {
            assert_eq!(visitor(&Auth::Loopback, &headers(&[("host", host)])), Ok(Visitor::Owner));
        }
        for host in ["evil.example", "localhost.evil.example:80", "192.168.1.4:8080", ""] {
            let refused = visitor(&Auth::Loopback, &headers(&[("host", host)]));
            assert_eq!(refused, Err(Refusal::NotThisHost), "{host}");
        }
    }

    #[test]
    fn a_principal_counts_only_behind_the_platform() {
        let auth =
            |is_enforced| Auth::EasyAuth { is_enforced, owners: vec!["me@example.org".into()] };
        let me = headers(&[
            ("x-ms-client-principal-id", "1-2"),
            ("x-ms-client-principal-name", "Me@Example.org"),
        ]);
        assert_eq!(visitor(&auth(true), &me), Ok(Visitor::Owner));
        assert_eq!(visitor(&auth(false), &me), Err(Refusal::NotSignedIn));
        let other = headers(&[("x-ms-client-principal-id", "3")]);
        assert_eq!(visitor(&auth(true), &other), Ok(Visitor::Stranger));
        assert_eq!(visitor(&auth(true), &HeaderMap::new()), Err(Refusal::NotSignedIn));
    }

    #[test]
    fn a_password_is_compared_whole() {
        let auth = Auth::Password(Secret::new("correct horse".into()));
        let basic = |text: &str| {
            headers(&[("authorization", &format!("Basic {}", BASE64_STANDARD.encode(text)))])
        };
        assert_eq!(visitor(&auth, &basic("me:correct horse")), Ok(Visitor::Owner));
        for wrong in
            ["me:correct hors", "me:correct horse!", "me:", "correct horse", "me:correct horse\0"]
        {
            assert_eq!(visitor(&auth, &basic(wrong)), Err(Refusal::NoPassword), "{wrong}");
        }
    }
}
