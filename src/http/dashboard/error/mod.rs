//! The page of a request that cannot be answered.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::http::error::HttpError;

/// The handler of addresses that have no page.
pub(in crate::http) async fn not_found() -> PageError {
    HttpError::NotFound.into()
}

/// An [`HttpError`] as a page.
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
            StatusCode::BAD_REQUEST => "This address is not one that the dashboard understands.",
            StatusCode::SERVICE_UNAVAILABLE => {
                "The readings cannot be reached right now. Try again in a moment."
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

/// An error page. It says a fixed sentence; causes are for the log.
#[derive(Template)]
#[template(path = "error/page.html")]
struct ErrorPage {
    status: u16,
    heading: &'static str,
    message: &'static str,
}

impl ErrorPage {
    /// The page for a status.
    const fn new(status: u16, message: &'static str) -> Self {
        let heading = match status {
            400 => "That address is not right",
            401 | 403 => "You are not signed in",
            404 => "There is no such page",
            503 => "The readings are out of reach",
            _ => "Something went wrong",
        };
        Self { status, heading, message }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self::new(404, "This home or page does not exist, or it is not yours to see.")
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
        assert_eq!(html.text("h1"), "There is no such page");
        assert!(html.text("main").contains("not yours to see"));
        assert_eq!(html.attribute("main a", "href"), "/dashboard");
        assert!(ErrorPage::new(503, "x").render().unwrap().contains("out of reach"));
    }
}
