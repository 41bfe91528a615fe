//! Authentication of visitors of the dashboard.

mod easy_auth;
mod failures;
mod generated_password;
mod password;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONNECTION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::request_origin::{forwarding_header, is_addressed_to_loopback};
use crate::config::{Auth, Secret};
use failures::{ClientAddress, DelayOutcome, Failures, MAX_DELAY};

/// What a visitor may see. Every handler that shows a home extracts this, so that none can forget
/// the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visitor {
    /// May see every home.
    Owner,
    /// Is signed in, but may see no home.
    NonOwner,
}

/// How visitors authenticate, and the recent failures to do so.
#[derive(Clone, Debug)]
pub struct Access {
    method: Arc<AuthenticationMethod>,
    failures: Arc<Failures>,
}

#[derive(Debug)]
enum AuthenticationMethod {
    DirectFromLoopback,
    Password { password: Secret, is_generated: bool },
    EasyAuth { is_enforced: bool, owners: Vec<String> },
}

impl Access {
    /// Generates a password if the setting asks for one.
    ///
    /// # Errors
    /// When the operating system provides no random bytes.
    pub fn new(auth: &Auth) -> Result<Self, getrandom::Error> {
        let method = match auth {
            Auth::None => AuthenticationMethod::DirectFromLoopback,
            Auth::Password(password) => {
                AuthenticationMethod::Password { password: password.clone(), is_generated: false }
            }
            Auth::GeneratedPassword => AuthenticationMethod::Password {
                password: generated_password::generate()?,
                is_generated: true,
            },
            Auth::EasyAuth { is_enforced, owners } => {
                AuthenticationMethod::EasyAuth { is_enforced: *is_enforced, owners: owners.clone() }
            }
        };
        Ok(Self { method: Arc::new(method), failures: Arc::default() })
    }

    /// Returns the password if it was generated, so that the console can show it.
    #[must_use]
    pub fn generated_password(&self) -> Option<&Secret> {
        match &*self.method {
            AuthenticationMethod::Password { password, is_generated: true } => Some(password),
            _ => None,
        }
    }

    fn identify(&self, request: &Request) -> Result<Visitor, AccessDenied> {
        let headers = request.headers();
        match &*self.method {
            AuthenticationMethod::DirectFromLoopback if forwarding_header(headers).is_some() => {
                Err(AccessDenied::Forwarded)
            }
            AuthenticationMethod::DirectFromLoopback
                if is_addressed_to_loopback(request.uri(), headers) =>
            {
                Ok(Visitor::Owner)
            }
            AuthenticationMethod::DirectFromLoopback => Err(AccessDenied::WrongHost),
            AuthenticationMethod::Password { password, .. } => {
                password::check(headers, password).map(|()| Visitor::Owner)
            }
            AuthenticationMethod::EasyAuth { is_enforced: true, owners } => {
                easy_auth::identify(headers, owners)
            }
            AuthenticationMethod::EasyAuth { is_enforced: false, .. } => {
                Err(AccessDenied::NotSignedIn)
            }
        }
    }
}

/// The connection of a request, which the server adds to a request with credentials.
#[derive(Clone)]
pub struct ReleasableConnection(Arc<dyn Fn() + Send + Sync>);

impl ReleasableConnection {
    /// `release` marks the connection as one that may be closed to make room for others.
    pub fn new(release: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(release))
    }

    fn release(&self) {
        (self.0)();
    }
}

/// Adds the [`Visitor`] to a request and passes it on, or refuses it.
pub(super) async fn authenticate(
    State(access): State<Access>,
    mut request: Request,
    next: Next,
) -> Response {
    match access.identify(&request) {
        Ok(visitor) => {
            request.extensions_mut().insert(visitor);
            next.run(request).await
        }
        Err(AccessDenied::WrongPassword) => {
            if let Some(connection) = request.extensions().get::<ReleasableConnection>() {
                connection.release();
            }
            match access.failures.delay(ClientAddress::of(&request)).await {
                DelayOutcome::WithinRate => AccessDenied::WrongPassword.into_response(),
                DelayOutcome::RateExceeded => AccessDenied::TooManyFailures.into_response(),
            }
        }
        Err(denied) => denied.into_response(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AccessDenied {
    WrongHost,
    Forwarded,
    PasswordRequired,
    WrongPassword,
    TooManyFailures,
    NotSignedIn,
}

impl IntoResponse for AccessDenied {
    fn into_response(self) -> Response {
        let challenge = [(WWW_AUTHENTICATE, "Basic realm=\"CloudSMETS\", charset=\"UTF-8\"")];
        match self {
            Self::WrongHost => {
                let text = "Without a password, this dashboard answers on localhost only. Open it \
                    at localhost or 127.0.0.1, or set DASHBOARD_AUTH=password.";
                (StatusCode::MISDIRECTED_REQUEST, text).into_response()
            }
            Self::Forwarded => {
                let text = "Without a password, this dashboard does not answer requests that a \
                    proxy forwards. Set DASHBOARD_AUTH=password.";
                (StatusCode::FORBIDDEN, text).into_response()
            }
            Self::PasswordRequired => {
                (StatusCode::UNAUTHORIZED, challenge, "This dashboard needs its password.")
                    .into_response()
            }
            Self::WrongPassword => {
                (StatusCode::UNAUTHORIZED, challenge, "The password is wrong.").into_response()
            }
            Self::TooManyFailures => {
                let retry_after = MAX_DELAY.as_secs().to_string();
                let headers = [(RETRY_AFTER, retry_after.as_str()), (CONNECTION, "close")];
                (StatusCode::TOO_MANY_REQUESTS, headers, "Too many wrong passwords.")
                    .into_response()
            }
            Self::NotSignedIn => {
                (StatusCode::UNAUTHORIZED, "Sign in to see this dashboard.").into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn principal_headers_are_trusted_only_behind_easy_auth() {
        let identify = |is_enforced| {
            let auth = Auth::EasyAuth { is_enforced, owners: vec!["me@example.org".to_owned()] };
            let request = Request::get("/dashboard")
                .header("x-ms-client-principal-id", "1-2")
                .header("x-ms-client-principal-name", "Me@Example.org")
                .header("x-ms-client-principal-idp", "aad");
            Access::new(&auth).unwrap().identify(&request.body(Body::empty()).unwrap())
        };
        assert_eq!(identify(true), Ok(Visitor::Owner));
        assert_eq!(identify(false), Err(AccessDenied::NotSignedIn));
    }

    #[test]
    fn generated_passwords_differ_and_are_easy_to_type() {
        let generate = || Access::new(&Auth::GeneratedPassword).unwrap();
        let (first, second) = (generate(), generate());
        let first = first.generated_password().unwrap();
        assert_ne!(first, second.generated_password().unwrap());
        let groups: Vec<_> = first.reveal().split('-').collect();
        assert!(groups.iter().all(|group| group.len() == 5) && groups.len() == 4);
        assert!(!first.reveal().contains(|c: char| c.is_ascii_uppercase() || "ilou".contains(c)));
    }
}
