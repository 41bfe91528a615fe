//! The page that reports an error.

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
        let message = match status {
            StatusCode::NOT_FOUND => "There is nothing at this address.",
            StatusCode::BAD_REQUEST => "The dashboard does not understand this address.",
            StatusCode::SERVICE_UNAVAILABLE => {
                "The readings are not available at the moment. Try again shortly."
            }
            _ => "This page cannot be shown.",
        };
        self.0.log();
        match ErrorPage::new(status.as_u16(), message).render() {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => (status, message).into_response(),
        }
    }
}

/// An error page shows a fixed sentence; the cause goes to the log.
#[derive(Template)]
#[template(path = "error/page.html")]
struct ErrorPage {
    status: u16,
    heading: &'static str,
    message: &'static str,
}

impl ErrorPage {
    const fn new(status: u16, message: &'static str) -> Self {
        let heading = match status {
            400 => "This address is invalid",
            401 | 403 => "You are not signed in",
            404 => "Page not found",
            503 => "The readings are not available",
            _ => "Something went wrong",
        };
        Self { status, heading, message }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self::new(404, "This home or page does not exist, or you may not see it.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::dashboard::sample::{ParsedPage, save_for_review};

    #[test]
    fn an_error_page_shows_its_message_and_links_to_the_homes() {
        let page = ErrorPage::sample().render().unwrap();
        save_for_review("error", &page);
        let html = ParsedPage::parse(&page);
        assert_eq!(html.text("h1"), "Page not found");
        assert!(html.text("main").contains("you may not see it"));
        assert_eq!(html.attribute("main a", "href"), "/dashboard");
        assert!(ErrorPage::new(503, "x").render().unwrap().contains("are not available"));
    }
}
