//! The pages of the published web site.

use std::fs;
use std::path::Path;
use std::process::Command;

use scraper::{ElementRef, Html, Selector};
use tempfile::TempDir;

use super::published_site::PublishedSite;
use super::signing::minisign;

fn select<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

fn read_page(site: &PublishedSite, name: &str) -> Html {
    let reply = site.get(name);
    assert_eq!(reply.status, 200, "{name}");
    Html::parse_document(&reply.text())
}

#[test]
fn every_link_of_the_site_leads_to_a_file_that_exists() {
    let Some(site) = PublishedSite::start() else { return };
    for page in ["index.html", "verify.html", "install.html"] {
        let html = read_page(&site, page);
        let links = select(&html, "a[href], link[href], script[src], cloudsmets-installer");
        let links = links.into_iter().filter_map(|element| {
            let attributes = ["href", "src", "manifest"];
            attributes.into_iter().find_map(|name| element.value().attr(name))
        });
        let mut count = 0;
        for link in links.filter(|link| !link.starts_with('#') && !link.starts_with("https://")) {
            count += 1;
            assert_eq!(site.get(link).status, 200, "{page}: {link}");
        }
        assert!(count > 6, "{page} has {count} links");
    }
}

/// Runs a command of the page in a folder.
fn run(command: &str, folder: &Path) -> String {
    let output = Command::new("sh").arg("-c").arg(command).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_commands_of_the_verification_page_print_what_the_page_says() {
    let Some(site) = PublishedSite::start() else { return };
    if minisign(&["-v"], "").is_none() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let html = read_page(&site, "verify.html");
    for link in select(&html, "a[download]") {
        let [href, name] = ["href", "download"].map(|name| link.value().attr(name).unwrap());
        fs::write(folder.path().join(name), &site.get(href).body).unwrap();
    }
    let files = select(&html, ".verified");
    assert_eq!(files.len(), 4);
    let child = |file: &ElementRef<'_>, selector: &str| {
        text(file.select(&Selector::parse(selector).unwrap()).next().unwrap())
    };
    for file in files {
        let printed = run(&child(&file, ".command"), folder.path());
        assert_eq!(printed.trim_end(), child(&file, ".output"));
        assert!(printed.contains(" min:1.3.0"), "{printed}");
    }
    let printed = run(&text(select(&html, ".checksums")[0]), folder.path());
    assert_eq!(printed.lines().filter(|line| line.ends_with(": OK")).count(), 4, "{printed}");
}
