//! Contents: whole files, ranges, and conditional requests.

use super::{IMAGE, Site, image};
use crate::host::{FunctionsHost, head};

fn target(name: &str) -> String {
    format!("/firmware/{name}")
}

#[test]
fn every_file_is_served_unchanged() {
    let site = Site::start();
    let reply = site.get(&target(IMAGE));
    assert_eq!((reply.status, reply.body.as_slice()), (200, image().as_slice()));
    assert_eq!(reply.header("content-encoding"), None);
    for (path, page) in
        [("", "index.html"), ("index.html", "index.html"), ("install.html", "install.html")]
    {
        let reply = site.get_with(&target(path), &[("Accept-Encoding", "gzip")]);
        assert_eq!((reply.status, reply.text()), (200, format!("<p>{page}</p>")));
    }
}

#[test]
fn the_path_without_a_slash_leads_to_the_site() {
    let reply = Site::start().get("/firmware");
    assert_eq!((reply.status, reply.header("location")), (307, Some("/firmware/")));
}

#[test]
fn part_of_an_image_can_be_requested() {
    let site = Site::start();
    let image = image();
    let last = image.len() - 1;
    for (range, start, end) in [
        ("bytes=0-0", 0, 0),
        ("bytes=100000-", 100_000, last),
        ("bytes=-10", last - 9, last),
        ("bytes=65535-65536", 65_535, 65_536),
        ("bytes=149000-999999", 149_000, last),
    ] {
        let reply = site.get_with(&target(IMAGE), &[("Range", range)]);
        assert_eq!(reply.status, 206, "{range}");
        let content_range = format!("bytes {start}-{end}/{}", image.len());
        assert_eq!(reply.header("content-range"), Some(content_range.as_str()));
        assert!(reply.body == image[start..=end], "{range}");
    }
    let beyond = site.get_with(&target(IMAGE), &[("Range", "bytes=150003-")]);
    assert_eq!((beyond.status, beyond.header("content-range")), (416, Some("bytes */150003")));
    let several = site.get_with(&target(IMAGE), &[("Range", "bytes=0-1,5-6")]);
    assert_eq!((several.status, several.body.len()), (200, image.len()));
}

/// A client resumes a download with the entity tag of its first part.
#[test]
fn a_range_of_another_file_than_expected_is_answered_with_the_whole_file() {
    let site = Site::start();
    let etag = site.get(&target(IMAGE)).header("etag").unwrap().to_owned();
    let resume = |tag: &str| {
        let headers = [("Range", "bytes=100000-"), ("If-Range", tag)];
        let reply = site.get_with(&target(IMAGE), &headers);
        (reply.status, reply.body.len())
    };
    assert_eq!(resume(&etag), (206, 50_003));
    for other in ["\"other\"", "Tue, 01 Jan 2030 00:00:00 GMT"] {
        assert_eq!(resume(other), (200, 150_003), "{other}");
    }
}

#[test]
fn a_client_that_has_the_file_gets_304() {
    let site = Site::start();
    for name in [IMAGE, "1.5.0/manifest.json", "install.html", ""] {
        let known = site.get(&target(name));
        let etag = known.header("etag").unwrap();
        let modified = known.header("last-modified").unwrap();
        assert!(etag.starts_with('"'), "{etag}");
        for condition in [("If-None-Match", etag), ("If-Modified-Since", modified)] {
            let reply = site.get_with(&target(name), &[condition]);
            assert_eq!((reply.status, reply.body.len()), (304, 0), "{name}: {condition:?}");
            for header in ["etag", "cache-control"] {
                assert_eq!(reply.header(header), known.header(header), "{name}");
            }
        }
        assert_eq!(site.get_with(&target(name), &[("If-None-Match", "\"x\"")]).status, 200);
    }
}

#[test]
fn head_returns_the_headers_of_get() {
    let site = Site::start();
    for name in [IMAGE, "1.5.0/manifest.json", "index.html"] {
        let (get, head) = (site.get(&target(name)), site.head(&target(name), &[]));
        assert_eq!((head.status, head.body.len()), (200, 0));
        for header in ["content-length", "content-type", "etag", "cache-control", "accept-ranges"] {
            assert!(head.header(header).is_some(), "{header}");
            assert_eq!(head.header(header), get.header(header), "{name}");
        }
    }
    assert_eq!(site.head(&target("missing"), &[]).status, 404);
}

#[test]
fn files_cannot_be_written() {
    let site = Site::start();
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let request = head(method, &target(IMAGE), &[("Content-Length", "0")]);
        assert_eq!(site.server.send(&request).status, 405, "{method}");
    }
    assert_eq!(site.get(&target(IMAGE)).body, image());
}

/// Behind the Functions host, the files are at the address of the storage.
#[test]
fn files_are_served_only_stand_alone() {
    let site = Site::start();
    let url = format!("file://{}", site.releases.path().display());
    let host = FunctionsHost::start_with(&[("RELEASES_URL", &url)]);
    assert_eq!(host.get("/latest-version").status, 200);
    for path in ["/firmware", "/firmware/", "/firmware/index.html"] {
        assert_eq!(host.get(path).status, 404, "{path}");
    }
}

#[test]
fn the_list_of_homes_links_to_the_site() {
    let link = "href=\"/firmware/\"";
    let page = Site::start().get("/dashboard");
    assert!(page.status == 200 && page.text().contains(link));
    let host = FunctionsHost::start();
    assert!(!host.get("/dashboard").text().contains(link));
}

#[test]
fn the_address_of_the_installation_page_is_printed() {
    let site = Site::start();
    let address = format!("http://127.0.0.1:{}/firmware/install.html", site.server.port);
    let console = site.server.program.stdout();
    assert!(console.contains(&address), "{console}");
}
