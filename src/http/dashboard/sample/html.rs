//! Pages read by selector.

use scraper::{ElementRef, Selector};

/// A page as a browser reads it.
pub(crate) struct ParsedPage(scraper::Html);

impl ParsedPage {
    pub(crate) fn parse(page: &str) -> Self {
        Self(scraper::Html::parse_document(page))
    }

    fn all<'a>(&'a self, selector: &str) -> Vec<ElementRef<'a>> {
        self.0.select(&Selector::parse(selector).unwrap()).collect()
    }

    fn first<'a>(&'a self, selector: &str) -> ElementRef<'a> {
        *self.all(selector).first().unwrap_or_else(|| panic!("there is no {selector}"))
    }

    /// Whether anything matches.
    pub(crate) fn has(&self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    /// How many match.
    pub(crate) fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    /// The first one's text, with single spaces.
    pub(crate) fn text(&self, selector: &str) -> String {
        let text: String = self.first(selector).text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The first one's attribute.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> String {
        self.first(selector).value().attr(name).unwrap_or_default().to_owned()
    }

    /// Each one's attribute.
    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let value =
            |element: ElementRef<'_>| element.value().attr(name).unwrap_or_default().to_owned();
        self.all(selector).into_iter().map(value).collect()
    }
}

/// Keeps a page to be looked at when `PAGES_OUT` names a directory at build time.
pub(crate) fn save_for_review(name: &str, page: &str) {
    if let Some(directory) = option_env!("PAGES_OUT") {
        std::fs::write(format!("{directory}/{name}.html"), page).unwrap();
    }
}
