//! What all pages share, those of the dashboard and those of the release site.

mod escape;
#[cfg(test)]
mod parsed_page;

pub(crate) use escape::PrintableHtml;
#[cfg(test)]
pub(crate) use parsed_page::{ParsedPage, save_for_review};
