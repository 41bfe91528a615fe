//! The page of a request that cannot be answered.

use askama::Template;

/// An error page. It says a fixed sentence; causes are for the log.
#[derive(Template)]
#[template(path = "error.html")]
pub(in crate::http) struct ErrorPage {
    status: u16,
    heading: &'static str,
    sentence: &'static str,
}

impl ErrorPage {
    /// The page for a status.
    pub(in crate::http) const fn new(status: u16, sentence: &'static str) -> Self {
        let heading = match status {
            400 => "That address is not right",
            401 | 403 => "You are not signed in",
            404 => "There is no such page",
            503 => "The readings are out of reach",
            _ => "Something went wrong",
        };
        Self { status, heading, sentence }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Self::new(404, "This home or page does not exist, or it is not yours to see.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::dashboard::view::sample::{Html, save};

    #[test]
    fn it_says_its_sentence_and_leads_back() {
        let page = ErrorPage::sample().render().unwrap();
        save("error", &page);
        let html = Html::of(&page);
        assert_eq!(html.text("h1"), "There is no such page");
        assert!(html.text("main").contains("not yours to see"));
        assert_eq!(html.attribute("main a", "href"), "/dashboard");
        assert!(ErrorPage::new(503, "x").render().unwrap().contains("out of reach"));
    }
}
