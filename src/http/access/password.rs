//! HTTP Basic authentication with a single password.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use constant_time_eq::constant_time_eq;

use super::AccessDenied;
use crate::config::Secret;

/// Accepts any user name. A request without `Authorization` contains no guess, so it is not an
/// [`AccessDenied::WrongPassword`]; browsers send one before they ask for the password.
pub(super) fn check(headers: &HeaderMap, password: &Secret) -> Result<(), AccessDenied> {
    let header = headers.get(AUTHORIZATION).ok_or(AccessDenied::PasswordRequired)?;
    let given = header.to_str().ok().and_then(basic_password);
    let is_correct =
        given.is_some_and(|given| constant_time_eq(&given, password.reveal().as_bytes()));
    if is_correct { Ok(()) } else { Err(AccessDenied::WrongPassword) }
}

/// Returns the password of Basic credentials.
fn basic_password(header: &str) -> Option<Vec<u8>> {
    let (scheme, credentials) = header.split_once(' ')?;
    let credentials = BASE64_STANDARD.decode(credentials.trim()).ok()?;
    let colon = credentials.iter().position(|byte| *byte == b':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| credentials[colon + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_header(value: &str) -> Result<(), AccessDenied> {
        let headers = [(AUTHORIZATION, value.parse().unwrap())].into_iter().collect();
        check(&headers, &Secret::new("correct horse".to_owned()))
    }

    #[test]
    fn only_the_exact_password_is_accepted() {
        let basic = |text: &str| check_header(&format!("Basic {}", BASE64_STANDARD.encode(text)));
        assert_eq!(basic("me:correct horse"), Ok(()));
        assert_eq!(basic(":correct horse"), Ok(()));
        for wrong in
            ["me:correct hors", "me:correct horse!", "me:", "correct horse", "me:correct horse\0"]
        {
            assert_eq!(basic(wrong), Err(AccessDenied::WrongPassword), "{wrong}");
        }
    }

    #[test]
    fn a_malformed_header_is_a_wrong_password_and_a_missing_one_is_not() {
        for malformed in ["", "Basic", "Basic !", "Bearer bWU6Y29ycmVjdCBob3JzZQ=="] {
            assert_eq!(check_header(malformed), Err(AccessDenied::WrongPassword), "{malformed}");
        }
        let missing = check(&HeaderMap::new(), &Secret::new("correct horse".to_owned()));
        assert_eq!(missing, Err(AccessDenied::PasswordRequired));
    }
}
