use super::*;
use crate::html::ParsedPage;

fn all_pages() -> Vec<(String, String)> {
    let pages = pages(&sample::state()).unwrap().into_iter();
    pages.map(|page| (page.name, String::from_utf8(page.bytes.to_vec()).unwrap())).collect()
}

#[test]
fn the_same_state_gives_the_same_bytes() {
    assert_eq!(pages(&sample::state()).unwrap(), pages(&sample::state()).unwrap());
}

#[test]
fn every_link_is_relative_and_leads_to_a_page_a_release_or_an_asset() {
    for (name, page) in all_pages() {
        let html = ParsedPage::parse(&page);
        let links =
            ["a", "link"].map(|element| html.attributes(&format!("{element}[href]"), "href"));
        for link in links.into_iter().flatten().chain(html.attributes("script", "src")) {
            let is_file = ["assets/", "1."].iter().any(|start| link.starts_with(start));
            let is_page = ["index.html", "install.html", "verify.html"].contains(&link.as_str());
            let is_other_site = link.starts_with("https://")
                && html.has(&format!("a[href='{link}'][rel='noreferrer']"));
            assert!(is_file || is_page || is_other_site || link.starts_with('#'), "{name}: {link}");
        }
    }
}

#[test]
fn no_page_needs_inline_styles_or_scripts() {
    for (name, page) in all_pages() {
        let html = ParsedPage::parse(&page);
        assert!(!html.has("style, [style], script:not([src])"), "{name}");
        let policy = html.attribute("meta[http-equiv='Content-Security-Policy']", "content");
        assert!(policy.starts_with("default-src 'none'"), "{name}");
        assert_eq!(name == "install.html", policy.contains("script-src"), "{name}");
    }
}

#[test]
fn the_assets_of_a_page_exist() {
    let names: Vec<_> = assets::files().map(|file| file.name).collect();
    for (name, page) in all_pages() {
        let html = ParsedPage::parse(&page);
        for link in html.attributes("link[href]", "href") {
            assert!(names.contains(&link), "{name}: {link}");
        }
    }
}
