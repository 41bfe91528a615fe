use super::*;
use crate::html::{ParsedPage, save_for_review};
use crate::releases::site::policy::INSTALL_POLICY;
use crate::releases::site::sample;

fn render(state: &SiteState, name: &str) -> ParsedPage {
    let page = InstallPage::new(state).render().unwrap();
    save_for_review(name, &page);
    ParsedPage::parse(&page)
}

#[test]
fn the_newest_version_for_everyone_is_offered_with_the_public_keys() {
    let html = render(&sample::state(), "site-install");
    assert_eq!(html.attribute("cloudsmets-installer", "manifest"), "1.5.0/manifest.json");
    let keys = format!("{} {}", sample::CURRENT_KEY, sample::NEXT_KEY);
    assert_eq!(html.attribute("cloudsmets-installer", "keys"), keys);
    let slots = html.attributes("cloudsmets-installer [slot]", "slot");
    assert_eq!(slots, ["not-allowed", "unsupported", "activate"]);
}

#[test]
fn the_page_runs_only_its_own_script() {
    let html = render(&sample::state(), "site-install");
    assert_eq!(html.attribute("meta[http-equiv]", "content"), INSTALL_POLICY);
    assert_eq!(html.count("script"), 1);
    assert!(html.attribute("script", "src").starts_with("assets/site-"));
}

#[test]
fn without_the_packages_or_a_version_the_page_explains_why_and_loads_no_script() {
    let mut no_packages = sample::state();
    no_packages.has_packages = false;
    let states =
        [(no_packages, "site-install-no-packages"), (sample::empty(), "site-install-empty")];
    for (state, name) in states {
        let html = render(&state, name);
        assert!(html.has(".empty") && !html.has("script, cloudsmets-installer"), "{name}");
    }
}
