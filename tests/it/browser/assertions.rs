//! Assertions about the page that the browser shows.

use fantoccini::Client;

use super::chromium::Chromium;

/// Asserts that no element overflows the width of the page.
pub(super) async fn assert_fits_width(client: &Client, address: &str, width: u32) {
    let script = "const page = document.documentElement;
        const wide = [...document.querySelectorAll('main *')]
            .filter(e => !e.closest('svg') && e.getBoundingClientRect().right > page.clientWidth + 1)
            .filter(e => { for (let p = e.parentElement; p; p = p.parentElement)
                if (getComputedStyle(p).overflowX !== 'visible') return false; return true; })
            .map(e => `${e.tagName}.${e.className}`).slice(0, 5);
        return [window.innerWidth, page.scrollWidth, page.clientWidth, wide]";
    let sizes = client.execute(script, Vec::new()).await.unwrap();
    let number = |index: usize| sizes[index].as_u64().unwrap();
    assert_eq!(number(0), u64::from(width), "{address} is not shown at its width");
    assert!(number(1) <= number(2), "{address} at {width}: {sizes}");
    assert_eq!(sizes[3], serde_json::json!([]), "{address} at {width} overflows");
}

/// Asserts that the console has no warnings or errors, such as blocked scripts, styles or images.
pub(super) fn assert_no_console_errors(chromium: &Chromium, address: &str) {
    let messages = chromium.console_messages();
    let problems: Vec<_> = messages
        .iter()
        .filter(|entry| entry["level"] != "INFO" && entry["level"] != "DEBUG")
        .collect();
    assert!(problems.is_empty(), "{address}: {problems:?}");
}
