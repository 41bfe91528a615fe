//! A test double of the identity endpoint of App Service and Functions.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{StubServer, reply};

/// The secret header value that authenticates the app.
const SECRET: &str = "5c7e0a4d3b1f4c0c9e4e";
/// Contained in every token and nowhere else.
const TOKEN_SIGNATURE: &str = "not-a-signature-4711";
const TOKEN_LIFETIME_SECONDS: i64 = 86_400;

/// How the endpoint replies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IdentityReply {
    /// With a token that is valid for a day.
    Token,
    /// With this status and an error description.
    Status(u16),
    /// With 200 and this invalid body, in which `TOKEN` is replaced by a token.
    Garbage(&'static str),
    /// Never.
    Silence,
}

/// A running identity endpoint.
pub(crate) struct IdentityEndpoint(StubServer);

impl IdentityEndpoint {
    pub(crate) fn start(answer: IdentityReply) -> Self {
        Self(StubServer::start(move |head| answer.respond_to(head)))
    }

    /// The variables by which the platform announces the endpoint.
    pub(crate) fn settings(&self) -> [(&'static str, String); 2] {
        Self::settings_at(self.0.port())
    }

    /// The variables for an endpoint at any port.
    pub(crate) fn settings_at(port: u16) -> [(&'static str, String); 2] {
        let endpoint = format!("http://127.0.0.1:{port}/msi/token");
        [("IDENTITY_ENDPOINT", endpoint), ("IDENTITY_HEADER", SECRET.to_owned())]
    }

    /// The heads of the requests so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.0.requests()
    }

    /// Panics if a text contains a token or the endpoint's secret.
    pub(crate) fn assert_no_secret_in(text: &str) {
        assert!(!text.contains(TOKEN_SIGNATURE), "a token is in {text}");
        assert!(!text.contains(SECRET), "the endpoint's secret is in {text}");
    }
}

impl IdentityReply {
    fn respond_to(self, head: &str) -> Option<String> {
        let is_authorized = head
            .lines()
            .any(|line| line.eq_ignore_ascii_case(&format!("x-identity-header: {SECRET}")));
        if !is_authorized || query_parameter(head, "api-version").as_deref() != Some("2019-08-01") {
            return Some(reply(401, "application/json", "{}"));
        }
        match self {
            Self::Token => Some(token_reply(&query_parameter(head, "resource").unwrap())),
            Self::Status(status) => {
                let error = json!({"statusCode": status, "message": "no such identity"});
                Some(reply(status, "application/json", &error.to_string()))
            }
            Self::Garbage(body) => {
                let token = token(&query_parameter(head, "resource").unwrap());
                Some(reply(200, "application/json", &body.replace("TOKEN", &token)))
            }
            Self::Silence => None,
        }
    }
}

/// A query parameter of a request's head.
fn query_parameter(head: &str, name: &str) -> Option<String> {
    let (_, query) = head.split(' ').nth(1)?.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// A token for a resource, valid for a day. It is not signed, because emulators
/// check only its format and its claims.
fn token(resource: &str) -> String {
    let now = jiff::Timestamp::now().as_second();
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let claims = json!({
        "aud": resource, "iss": format!("https://sts.windows.net/{tenant}/"), "tid": tenant,
        "oid": "3d5e2b2c-0c6b-4b6e-9a11-bd0c1e9f2a61", "ver": "1.0",
        "iat": now - 60, "nbf": now - 60, "exp": now + TOKEN_LIFETIME_SECONDS,
    });
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let head = part(&json!({"typ": "JWT", "alg": "RS256"}));
    format!("{head}.{}.{TOKEN_SIGNATURE}", part(&claims))
}

fn token_reply(resource: &str) -> String {
    let end = jiff::Timestamp::now().as_second() + TOKEN_LIFETIME_SECONDS;
    let body = json!({
        "access_token": token(resource), "expires_on": end.to_string(), "resource": resource,
        "token_type": "Bearer",
    });
    reply(200, "application/json", &body.to_string())
}
