use super::*;
use crate::html::{ParsedPage, save_for_review};
use crate::releases::site::sample;

fn render(state: &SiteState, name: &str) -> ParsedPage {
    let page = VerifyPage::new(state).render().unwrap();
    save_for_review(name, &page);
    ParsedPage::parse(&page)
}

#[test]
fn both_keys_are_shown_with_their_ids() {
    let html = render(&sample::state(), "site-verify");
    assert_eq!(html.count(".keys dd"), 2);
    assert_eq!(html.text(".keys dd"), sample::CURRENT_KEY);
    assert!(html.text(".keys dt").contains("91190743DB716BEA"));
}

#[test]
fn each_file_has_a_command_and_the_output_of_an_authentic_file() {
    let html = render(&sample::state(), "site-verify");
    assert_eq!(html.count(".verified"), 4);
    let command = html.text("#esp32c3-factory .command");
    assert_eq!(
        command,
        format!("minisign -V -m cloudsmets-1.5.0-esp32c3-factory.bin -P {}", sample::CURRENT_KEY)
    );
    let output = html.text("#esp32c3-factory .output");
    assert!(output.ends_with("version:1.5.0 target:esp32c3-factory size:1310720"), "{output}");
    assert_eq!(
        html.attributes("#esp32c3-factory .links a", "download"),
        ["cloudsmets-1.5.0-esp32c3-factory.bin", "cloudsmets-1.5.0-esp32c3-factory.bin.minisig"]
    );
}

#[test]
fn the_trusted_comment_states_the_oldest_version_if_there_is_one() {
    let mut state = sample::state();
    let mut manifest = sample::manifest("2.0.0", "");
    manifest.min = Some("1.9.0-dev3".parse().unwrap());
    state.rollout.percentages.insert(manifest.version.clone(), 100.try_into().unwrap());
    state.versions.insert(0, sample::published(&manifest));
    let output = render(&state, "site-verify-min").text("#tlsr8258 .output");
    assert!(output.ends_with("size:181248 min:1.9.0-dev3"), "{output}");
}

#[test]
fn a_text_that_is_not_a_key_is_not_part_of_a_command() {
    let mut state = sample::state();
    state.rollout.keys.current = Some(format!("{}; reboot", sample::CURRENT_KEY));
    let html = render(&state, "site-verify-broken-key");
    assert_eq!(html.text(".keys dd"), sample::NEXT_KEY);
    assert!(html.text("#manifest .command").contains(sample::NEXT_KEY));
}

#[test]
fn without_versions_the_page_has_no_commands() {
    let html = render(&sample::empty(), "site-verify-empty");
    assert!(!html.has(".command"));
    assert!(html.has(".fields"));
}
