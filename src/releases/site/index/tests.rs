use super::*;
use crate::html::{ParsedPage, save_for_review};
use crate::releases::site::sample;

fn render(state: &SiteState, name: &str) -> ParsedPage {
    let page = IndexPage::new(state).render().unwrap();
    save_for_review(name, &page);
    ParsedPage::parse(&page)
}

#[test]
fn versions_are_listed_newest_first_and_development_versions_separately() {
    let html = render(&sample::state(), "site-index");
    let ids = html.attributes("main > .versions article", "id");
    assert_eq!(ids, ["v1.6.0", "v1.5.0", "v1.4.1", "v1.4.0", "v1.3.0"]);
    assert_eq!(html.attributes(".development article", "id"), ["v1.7.0-dev2"]);
}

#[test]
fn each_version_shows_who_may_install_it() {
    let html = render(&sample::state(), "site-index");
    let shown = |version: &str| html.text(&format!("article[id='v{version}'] .pill:not(.latest)"));
    assert!(shown("1.6.0").contains("25 %"));
    assert_eq!(html.attribute("article[id='v1.6.0'] .rollout rect + rect", "width"), "25%");
    for (version, class) in
        [("1.5.0", "rolled-out"), ("1.4.1", "withdrawn"), ("1.3.0", "not-rolled-out")]
    {
        assert!(html.has(&format!("article[id='v{version}'] .pill.{class}")), "{version}");
    }
    assert_eq!(html.count(".pill.latest"), 1);
    assert!(html.has("article[id='v1.5.0'] .pill.latest"));
}

#[test]
fn each_file_has_a_link_with_a_name_of_its_own_a_size_a_digest_and_a_signature() {
    let html = render(&sample::state(), "site-index");
    let links = html.attributes("article[id='v1.5.0'] .download a", "href");
    let files = ["esp32c3/cloudsmets.bin", "esp32c3/factory.bin", "tlsr8258/cloudsmets.bin"];
    let files = files.into_iter().chain(["manifest.json"]);
    let expected = files.flat_map(|it| [format!("1.5.0/{it}"), format!("1.5.0/{it}.minisig")]);
    assert_eq!(links, expected.collect::<Vec<_>>());
    let mut names = html.attributes("article[id='v1.5.0'] .download a", "download");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 8);
    assert_eq!(html.text("article[id='v1.5.0'] .digest code"), "4c0e".repeat(16));
    assert_eq!(html.text("article[id='v1.5.0'] .size"), "1.3 MB");
}

#[test]
fn a_broken_manifest_is_shown_as_broken_and_does_not_hide_others() {
    let html = render(&sample::state(), "site-index");
    assert!(html.has("article[id='v1.4.0'] .broken"));
    assert!(!html.has("article[id='v1.4.0'] .downloads"));
    assert_eq!(html.count(".broken"), 1);
}

#[test]
fn text_from_a_manifest_is_escaped() {
    let mut state = sample::empty();
    let notes = format!("{0}\n\n- {0}", sample::HOSTILE);
    state.versions = vec![sample::published(&sample::manifest("1.0.0", &notes))];
    let page = IndexPage::new(&state).render().unwrap();
    let html = ParsedPage::parse(&page);
    assert!(!html.has("main script"));
    assert!(html.text(".release-notes li").contains("<script>"));
    assert!(!page.contains(['\u{202E}', '\u{7}']));
}

#[test]
fn an_empty_site_explains_that_nothing_is_published() {
    let html = render(&sample::empty(), "site-index-empty");
    assert!(html.has(".empty"));
    assert!(!html.has("a[href='install.html']"));
}

#[test]
fn the_installation_page_is_linked_only_if_it_offers_a_version() {
    let mut state = sample::state();
    assert!(render(&state, "site-index").has("nav a[href='install.html']"));
    state.has_packages = false;
    assert!(!render(&state, "site-index-no-installation").has("a[href='install.html']"));
    state.has_packages = true;
    state.rollout.percentages.clear();
    assert!(!render(&state, "site-index-not-rolled-out").has("a[href='install.html']"));
}
