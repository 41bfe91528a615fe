//! The page that reports an error.

use std::borrow::Cow;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::http::error::HttpError;

/// Handles URLs that have no page.
pub(in crate::http) async fn not_found() -> PageError {
    HttpError::NotFound.into()
}

/// An [`HttpError`] that is rendered as a page.
pub(in crate::http) struct PageError(HttpError);

impl<E: Into<HttpError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = self.0.status();
        self.0.log();
        let page = ErrorPage::new(&self.0);
        match page.render() {
            Ok(text) => (status, Html(text)).into_response(),
            Err(_) => (status, page.heading).into_response(),
        }
    }
}

/// An error page shows a fixed sentence; the cause goes to the log. The exception is an unreadable
/// document, whose error never quotes what is stored.
#[derive(Template)]
#[template(path = "error/page.html")]
struct ErrorPage {
    status: u16,
    heading: &'static str,
    message: Cow<'static, str>,
}

impl ErrorPage {
    fn new(error: &HttpError) -> Self {
        let status = error.status();
        let (heading, message) = match (error, status) {
            (HttpError::Store(error), StatusCode::INTERNAL_SERVER_ERROR) => {
                let message =
                    format!("The stored data are damaged or of a newer version: {error}.");
                return Self {
                    status: status.as_u16(),
                    heading: "This home cannot be read",
                    message: message.into(),
                };
            }
            (_, StatusCode::NOT_FOUND) => ("Page not found", "There is nothing at this address."),
            (_, StatusCode::BAD_REQUEST) => {
                ("This address is invalid", "The dashboard does not understand this address.")
            }
            (_, StatusCode::SERVICE_UNAVAILABLE) => (
                "The readings are not available",
                "The readings are not available at the moment. Try again shortly.",
            ),
            _ => ("Something went wrong", "This page cannot be shown."),
        };
        Self { status: status.as_u16(), heading, message: message.into() }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self::new(&HttpError::NotFound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::{ParsedPage, save_for_review};
    use crate::store::StoreError;

    #[test]
    fn an_error_page_shows_its_message_and_links_to_the_homes() {
        let page = ErrorPage::sample().render().unwrap();
        save_for_review("error", &page);
        let html = ParsedPage::parse(&page);
        assert_eq!(html.text("h1"), "Page not found");
        assert!(html.text("main").contains("nothing at this address"));
        assert_eq!(html.attribute("main a", "href"), "/dashboard");
        let unavailable = ErrorPage::new(&StoreError::Closed.into()).render().unwrap();
        assert!(unavailable.contains("not available"));
    }
}
