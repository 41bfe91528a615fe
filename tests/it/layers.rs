//! The layers of `docs/architecture.md`: who may import whom. Reads the source.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The crate beside `src`, as the guide names it.
const PROTOCOL: &str = "firmware/protocol";

/// A source file under `src/`, without comments and tests.
struct Source {
    /// Relative to `src/`, such as `domain/merge.rs`.
    path: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect_rust_files(&root, &mut files);
    let tests: Vec<_> = files.iter().flat_map(|file| test_modules(file)).collect();
    files.retain(|file| !tests.iter().any(|test| file.with_extension("").starts_with(test)));
    let sources: Vec<_> = files.iter().map(|file| read_source(&root, file)).collect();
    assert!(sources.len() > 40, "{} files", sources.len());
    sources
}

/// The modules in files of their own that a file has for its tests only.
fn test_modules(file: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(file).unwrap();
    let modules = text.match_indices("#[cfg(test)]\n").filter_map(|(at, found)| {
        let declaration = text[at + found.len()..].lines().next()?.trim();
        let name = declaration.strip_suffix(';')?.rsplit_once("mod ")?.1;
        let is_folder = file.ends_with("mod.rs");
        let folder = if is_folder { file.parent()?.into() } else { file.with_extension("") };
        Some(folder.join(name))
    });
    modules.collect()
}

fn collect_rust_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_rust_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn read_source(root: &Path, file: &Path) -> Source {
    let text = fs::read_to_string(file).unwrap();
    // Tests stand at the end of a file and may use what they like.
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let code = code.lines().map(|line| line.split("//").next().unwrap());
    Source {
        path: file.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
        code: code.collect::<Vec<_>>().join("\n"),
    }
}

impl Source {
    /// The layer: the first folder or file name.
    fn layer(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Our own modules that it names, in `use` lines or elsewhere.
    fn modules(&self) -> BTreeSet<String> {
        let mut modules: BTreeSet<_> = self
            .code
            .match_indices("crate::")
            .map(|(at, found)| leading_identifier(&self.code[at + found.len()..]))
            .collect();
        // `use crate::{a, b}` would hide names from this test.
        assert!(!modules.contains(""), "{} groups imports of the crate", self.path);
        // So would climbing out of the layer, which takes one `super` a module.
        let depth = self.path.trim_end_matches("/mod.rs").matches('/').count() + 1;
        assert!(!self.code.contains(&"super::".repeat(depth)), "{} climbs out", self.path);
        modules.remove(self.layer());
        modules
    }

    /// The layers that it names.
    fn imports(&self) -> BTreeSet<String> {
        let mut layers = self.modules();
        // What the library is to the program; elsewhere a module has that name too.
        if self.path == "main.rs" {
            let named = self.code.match_indices("cloudsmets::");
            layers.extend(
                named.map(|(at, found)| leading_identifier(&self.code[at + found.len()..])),
            );
        }
        if self.mentions("cloudsmets_protocol::") {
            layers.insert(PROTOCOL.to_owned());
        }
        layers
    }

    /// Whether it names a path, such as a crate of others.
    fn mentions(&self, path: &str) -> bool {
        let is_start = |at: usize| {
            !self.code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
        };
        self.code.match_indices(path).any(|(at, _)| is_start(at))
    }
}

fn leading_identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The table of `docs/architecture.md`: each layer and what it may import, by the names that
/// `use` lines have for them.
fn documented_layers() -> Vec<(String, BTreeSet<String>)> {
    let guide = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let guide = fs::read_to_string(guide).unwrap();
    let rows = guide.lines().skip_while(|line| !line.starts_with("| folder | holds |")).skip(2);
    let mut layers: Vec<(String, BTreeSet<String>)> = Vec::new();
    for row in rows.take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [folders, _, imports] = cells[..] else { panic!("{row}") };
        let allowed = match imports {
            "nothing of ours" => BTreeSet::new(),
            "all of the above" => layers.iter().map(|(layer, _)| layer.clone()).collect(),
            named => names_in_backquotes(named),
        };
        assert!(!allowed.is_empty() || imports == "nothing of ours", "{row}");
        layers
            .extend(names_in_backquotes(folders).into_iter().map(|layer| (layer, allowed.clone())));
    }
    layers
}

/// The layers between back quotes.
fn names_in_backquotes(cell: &str) -> BTreeSet<String> {
    let names = cell.split('`').skip(1).step_by(2);
    names.map(|name| name.trim_start_matches("src/").trim_end_matches(".rs").to_owned()).collect()
}

#[test]
fn every_import_is_allowed_by_the_architecture_guide() {
    let layers = documented_layers();
    assert!(layers.len() > 15, "{layers:?}");
    let sources = sources();
    for (layer, _) in layers.iter().filter(|(layer, _)| layer != PROTOCOL) {
        assert!(sources.iter().any(|source| source.layer() == layer), "there is no {layer}");
    }
    for source in &sources {
        let row = layers.iter().find(|(layer, _)| layer == source.layer());
        let (_, allowed) = row.unwrap_or_else(|| panic!("{} has no layer", source.path));
        for module in source.imports() {
            assert!(allowed.contains(&module), "{} imports {module}", source.path);
        }
    }
}

fn assert_never_mentions(layer: &str, paths: &[&str]) {
    for source in sources().iter().filter(|source| source.layer() == layer) {
        for path in paths {
            assert!(!source.mentions(path), "{} names {path}", source.path);
        }
    }
}

/// These tests are worth nothing if they do not see what is there.
#[test]
fn known_imports_are_detected() {
    let sources = sources();
    let finds_import = |layer: &str, module: &str| {
        sources.iter().any(|s| s.layer() == layer && s.modules().contains(module))
    };
    assert!(
        finds_import("http", "store")
            && finds_import("server", "http")
            && finds_import("ingest", "domain")
    );
    assert!(sources.iter().any(|s| s.layer() == "store" && s.mentions("rusqlite::")));
    assert!(sources.iter().any(|s| s.path == "clock.rs" && s.mentions("Timestamp::now")));
    assert!(!sources.iter().any(|s| s.path.contains("sample") || s.path.ends_with("tests.rs")));
}

#[test]
fn the_domain_does_no_io_and_reads_no_clock() {
    let forbidden = [
        "axum::",
        "tokio::",
        "rusqlite::",
        "askama::",
        "tower::",
        "azure_",
        "tracing::",
        "clap::",
        "std::env",
        "std::fs",
        "std::io",
        "std::net",
        "std::thread",
        "std::time",
        "SystemTime",
        "Instant",
        "Timestamp::now",
        "Zoned::now",
        "TimeZone::system",
    ];
    assert_never_mentions("domain", &forbidden);
}

#[test]
fn the_store_does_not_use_http() {
    assert_never_mentions("store", &["axum::", "askama::", "tower::", "std::env"]);
}

#[test]
fn ingest_does_not_use_formats_or_the_database() {
    assert_never_mentions("ingest", &["axum::", "rusqlite::", "serde_json::", "std::env"]);
}

#[test]
fn reports_do_not_use_formats_or_the_database() {
    assert_never_mentions("report", &["axum::", "rusqlite::", "serde_json::", "askama::"]);
}

#[test]
fn azure_does_not_use_http_or_settings() {
    assert_never_mentions("azure", &["axum::", "std::env", "std::fs"]);
}

#[test]
fn releases_do_not_use_http_or_settings() {
    assert_never_mentions("releases", &["axum::", "std::env", "azure_identity::"]);
}

#[test]
fn functions_host_payloads_are_handled_in_one_module() {
    for source in sources() {
        let is_allowed = matches!(source.layer(), "functions_host" | "http" | "command" | "server");
        assert!(is_allowed || !source.modules().contains("functions_host"), "{}", source.path);
        let has_payload_fields = source.code.contains("\"SystemPropertiesArray\"");
        assert!(!has_payload_fields || source.layer() == "functions_host", "{}", source.path);
    }
}

#[test]
fn only_server_and_commands_import_http() {
    for source in sources() {
        let is_allowed = matches!(source.layer(), "http" | "server" | "command");
        assert!(is_allowed || !source.modules().contains("http"), "{} imports http", source.path);
    }
}

#[test]
fn http_does_not_use_the_database_or_the_environment() {
    assert_never_mentions("http", &["rusqlite::", "std::env", "std::fs"]);
}

#[test]
fn the_clock_and_the_environment_are_each_read_in_one_place() {
    for source in sources() {
        let reads_clock = ["Timestamp::now", "Zoned::now", "SystemTime::now"];
        let reads_clock = reads_clock.iter().any(|path| source.mentions(path));
        assert!(!reads_clock || source.path == "clock.rs", "{} reads the clock", source.path);
        let reads_settings = source.mentions("env::var");
        assert!(
            !reads_settings || source.path == "config/mod.rs",
            "{} reads settings",
            source.path
        );
    }
}

/// Templates see view structs, never documents.
#[test]
fn pages_do_not_use_documents_and_only_handlers_use_the_store() {
    let sources = sources();
    let in_page_folder = |source: &&Source| {
        source.path.strip_prefix("http/dashboard/").is_some_and(|path| path.contains('/'))
    };
    let mut handler_count = 0;
    for source in sources.iter().filter(in_page_folder) {
        assert!(!source.mentions("domain::document"), "{} names documents", source.path);
        // A page's handlers are in its folder's `mod.rs`.
        let has_handlers = source.path.ends_with("/mod.rs") && source.mentions("async fn");
        assert!(
            has_handlers || !source.mentions("crate::store"),
            "{} names the store",
            source.path
        );
        handler_count += usize::from(has_handlers);
    }
    assert!(handler_count > 3, "{handler_count} pages have handlers");
}
