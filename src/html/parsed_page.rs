//! Finds elements of pages by CSS selector.

use scraper::{ElementRef, Selector};

/// A page, parsed as a browser parses it.
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

    pub(crate) fn has(&self, selector: &str) -> bool {
        self.count(selector) > 0
    }

    pub(crate) fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    /// The text of the first match, with whitespace collapsed.
    pub(crate) fn text(&self, selector: &str) -> String {
        let text: String = self.first(selector).text().collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// An attribute of the first match; empty if it is absent.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> String {
        self.first(selector).value().attr(name).unwrap_or_default().to_owned()
    }

    /// An attribute of each match; empty where it is absent.
    pub(crate) fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let value =
            |element: ElementRef<'_>| element.value().attr(name).unwrap_or_default().to_owned();
        self.all(selector).into_iter().map(value).collect()
    }
}

/// Writes a page to the directory in `PAGES_OUT`, if that was set at build time.
pub(crate) fn save_for_review(name: &str, page: &str) {
    if let Some(directory) = option_env!("PAGES_OUT") {
        std::fs::write(format!("{directory}/{name}.html"), page).unwrap();
    }
}
