//! An error of Azure's libraries, told in a line that may be logged.

use std::error::Error;

use azure_core::error::ErrorKind;

/// An error and its causes, each once. What others wrote is left out: an
/// answer's body may hold a token, an address a signature.
#[must_use]
pub fn reason(error: &azure_core::Error) -> String {
    match error.kind() {
        ErrorKind::HttpResponse { status, error_code, .. } => {
            let status = status.to_string();
            let code = error_code.as_deref().filter(|code| *code != status);
            return [status.as_str(), code.unwrap_or_default()].join(" ").trim_end().to_owned();
        }
        ErrorKind::DataConversion => return "the answer is not what was asked for".to_owned(),
        ErrorKind::Credential => return of_identity(error),
        _ => {}
    }
    let causes = std::iter::successors(Some::<&dyn Error>(error), |error| (*error).source());
    let mut told: Vec<String> = causes.map(ToString::to_string).collect();
    told.retain(|cause| !cause.contains("://") && !cause.contains('\n'));
    told.dedup();
    told.join(": ")
}

/// Why there is no token, in words that may be logged: [`reason`] tells them as they are.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NoToken(pub(super) String);

/// The identity library quotes the endpoint's answer and what command-line
/// tools printed, so only its own cause is told, or that there is none.
fn of_identity(error: &azure_core::Error) -> String {
    let causes = || std::iter::successors(error.source(), |error| (*error).source());
    if let Some(told) = causes().find_map(|cause| cause.downcast_ref::<NoToken>()) {
        return told.to_string();
    }
    let inner = causes().filter_map(|cause| cause.downcast_ref::<azure_core::Error>());
    let told = inner.filter(|cause| !matches!(cause.kind(), ErrorKind::Credential)).map(reason);
    let told = told.last().filter(|told| !told.is_empty());
    match told {
        Some(told) => format!("no token: {told}"),
        None => "no token: the identity is refused, or nobody is signed in".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_there_is_no_token_is_told_once_and_as_it_was_found() {
        let first = azure_core::Error::new(ErrorKind::Credential, NoToken("no token in 5s".into()));
        assert_eq!(reason(&first), "no token in 5s");
        let wrapped = azure_core::Error::new(ErrorKind::Other, first);
        assert!(reason(&wrapped).contains("no token in 5s"), "{}", reason(&wrapped));
    }

    #[test]
    fn what_an_identity_says_itself_is_not_told() {
        let quoted = azure_core::Error::with_message(ErrorKind::Credential, "{\"secret\":\"x\"}");
        let told = reason(&quoted);
        assert!(told.starts_with("no token: ") && !told.contains("secret"), "{told}");
        let io = std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "refused");
        let below = azure_core::Error::new(ErrorKind::Io, io);
        let outer = azure_core::Error::new(ErrorKind::Credential, below);
        assert_eq!(reason(&outer), "no token: refused");
    }
}
