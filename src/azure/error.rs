//! Describes errors of Azure's libraries in one line that is safe to log.

use std::error::Error;

use azure_core::error::ErrorKind;

/// Describes an error and its causes, each once. Text from outside is left out,
/// because a response body may contain a token and a URL a signature.
#[must_use]
pub fn redacted_message(error: &azure_core::Error) -> String {
    match error.kind() {
        ErrorKind::HttpResponse { status, error_code, .. } => {
            let status = status.to_string();
            let code = error_code.as_deref().filter(|code| *code != status);
            return [status.as_str(), code.unwrap_or_default()].join(" ").trim_end().to_owned();
        }
        ErrorKind::DataConversion => return "the response has an unexpected format".to_owned(),
        ErrorKind::Credential => return credential_message(error),
        _ => {}
    }
    let causes = std::iter::successors(Some::<&dyn Error>(error), |error| (*error).source());
    let mut messages: Vec<String> = causes.map(ToString::to_string).collect();
    messages.retain(|cause| !cause.contains("://") && !cause.contains('\n'));
    messages.dedup();
    messages.join(": ")
}

/// Why there is no token, in text that is safe to log: [`redacted_message`] returns it unchanged.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct TokenError(pub(super) String);

/// The identity library quotes the endpoint's response and the output of
/// command-line tools, so only the innermost cause of its own kind is reported.
fn credential_message(error: &azure_core::Error) -> String {
    let causes = || std::iter::successors(error.source(), |error| (*error).source());
    if let Some(message) = causes().find_map(|cause| cause.downcast_ref::<TokenError>()) {
        return message.to_string();
    }
    let inner = causes().filter_map(|cause| cause.downcast_ref::<azure_core::Error>());
    let messages =
        inner.filter(|cause| !matches!(cause.kind(), ErrorKind::Credential)).map(redacted_message);
    let message = messages.last().filter(|message| !message.is_empty());
    match message {
        Some(message) => format!("no token: {message}"),
        None => "no token: the identity was refused, or no user is signed in".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_error_is_reported_once_and_unchanged() {
        let first =
            azure_core::Error::new(ErrorKind::Credential, TokenError("no token in 5s".into()));
        assert_eq!(redacted_message(&first), "no token in 5s");
        let wrapped = azure_core::Error::new(ErrorKind::Other, first);
        assert!(
            redacted_message(&wrapped).contains("no token in 5s"),
            "{}",
            redacted_message(&wrapped)
        );
    }

    #[test]
    fn text_from_the_identity_endpoint_is_not_reported() {
        let quoted = azure_core::Error::with_message(ErrorKind::Credential, "{\"secret\":\"x\"}");
        let message = redacted_message(&quoted);
        assert!(message.starts_with("no token: ") && !message.contains("secret"), "{message}");
        let io = std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "refused");
        let below = azure_core::Error::new(ErrorKind::Io, io);
        let outer = azure_core::Error::new(ErrorKind::Credential, below);
        assert_eq!(redacted_message(&outer), "no token: refused");
    }
}
