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
use failures::{Client, Failures, Frequency, MAX_DELAY};

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
    rule: Arc<Rule>,
    failures: Arc<Failures>,
}

#[derive(Debug)]
enum Rule {
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
        let rule = match auth {
            Auth::None => Rule::DirectFromLoopback,
            Auth::Password(password) => {
                Rule::Password { password: password.clone(), is_generated: false }
            }
            Auth::GeneratedPassword => {
                Rule::Password { password: generated_password::generate()?, is_generated: true }
            }
            Auth::EasyAuth { is_enforced, owners } => {
                Rule::EasyAuth { is_enforced: *is_enforced, owners: owners.clone() }
            }
        };
        Ok(Self { rule: Arc::new(rule), failures: Arc::default() })
    }

    /// Returns the password if it was generated, so that the console can show it.
    #[must_use]
    pub fn generated_password(&self) -> Option<&Secret> {
        match &*self.rule {
            Rule::Password { password, is_generated: true } => Some(password),
            _ => None,
        }
    }

    fn identify(&self, request: &Request) -> Result<Visitor, AccessDenied> {
        let headers = request.headers();
        match &*self.rule {
            Rule::DirectFromLoopback if forwarding_header(headers).is_some() => {
                Err(AccessDenied::Forwarded)
            }
            Rule::DirectFromLoopback if is_addressed_to_loopback(request.uri(), headers) => {
                Ok(Visitor::Owner)
            }
            Rule::DirectFromLoopback => Err(AccessDenied::WrongHost),
            Rule::Password { password, .. } => {
                password::check(headers, password).map(|()| Visitor::Owner)
            }
            Rule::EasyAuth { is_enforced: true, owners } => easy_auth::identify(headers, owners),
            Rule::EasyAuth { is_enforced: false, .. } => Err(AccessDenied::NotSignedIn),
        }
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
            match access.failures.delay(Client::of(&request)).await {
                Frequency::Normal => AccessDenied::WrongPassword.into_response(),
                Frequency::TooHigh => AccessDenied::TooManyFailures.into_response(),
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
