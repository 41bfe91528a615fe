//! The layers of the program, and what each may import. The tests read the source.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::documents::assert_generated;

/// The crates that are not in `src`.
const PROTOCOL: &str = "firmware/protocol";
const UPDATE: &str = "firmware/update";

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

/// The test modules of a file that are in files of their own.
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
    // The tests are at the end of a file and may import anything.
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let code = code.lines().map(|line| line.split("//").next().unwrap());
    Source {
        path: file.strip_prefix(root).unwrap().to_str().unwrap().to_owned(),
        code: code.collect::<Vec<_>>().join("\n"),
    }
}

impl Source {
    /// The layer: the first folder or file name of the path.
    fn layer(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// The modules of this crate that it names, in `use` lines or elsewhere.
    fn modules(&self) -> BTreeSet<String> {
        let mut modules: BTreeSet<_> = self
            .code
            .match_indices("crate::")
            .map(|(at, found)| leading_identifier(&self.code[at + found.len()..]))
            .collect();
        // `use crate::{a, b}` would hide names from this test.
        assert!(!modules.contains(""), "{} groups imports of the crate", self.path);
        // So would leaving the layer through `super`, which takes one `super` for each module.
        let depth = self.path.trim_end_matches("/mod.rs").matches('/').count() + 1;
        assert!(
            !self.code.contains(&"super::".repeat(depth)),
            "{} leaves its layer by super::",
            self.path
        );
        modules.remove(self.layer());
        modules
    }

    fn imports(&self) -> BTreeSet<String> {
        let mut layers = self.modules();
        // Only here does this name mean the library; elsewhere it is also a module's name.
        if self.path == "main.rs" {
            let named = self.code.match_indices("cloudsmets::");
            layers.extend(
                named.map(|(at, found)| leading_identifier(&self.code[at + found.len()..])),
            );
        }
        if self.mentions("cloudsmets_protocol::") {
            layers.insert(PROTOCOL.to_owned());
        }
        if self.mentions("cloudsmets_update::") {
            layers.insert(UPDATE.to_owned());
        }
        layers
    }

    /// Whether it names a path, such as one of another crate.
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

/// What a layer may import of this project.
enum Imports {
    /// These layers.
    Only(&'static [&'static str]),
    /// All layers in the rows above.
    AllAbove,
}
use Imports::{AllAbove, Only};

/// A row of the table of layers: the files or folders, what they hold, and what they may import.
type Row = (&'static [&'static str], &'static str, Imports);

/// The layers, the lowest first. `docs/architecture.md` shows this table.
const LAYERS: &[Row] = &[
    (&[PROTOCOL], "the wire types that the device shares, without `std`", Only(&[])),
    (
        &[UPDATE],
        "verification and installation of updates on the device, without `std`",
        Only(&[PROTOCOL]),
    ),
    (&["src/clock.rs"], "the current time, which nothing else reads", Only(&["domain"])),
    (&["src/log"], "the format and destination of the log", Only(&["domain"])),
    (
        &["src/domain"],
        "readings, documents, merging, consumption: pure functions without clock and disk",
        Only(&[PROTOCOL]),
    ),
    (&["src/html"], "what all pages share: the escaper of their values", Only(&["domain"])),
    (&["src/azure"], "Azure identity, tokens and service addresses", Only(&["clock"])),
    (
        &["src/store"],
        "storage of documents: `enum Store` over SQLite and Cosmos DB",
        Only(&["domain", "azure"]),
    ),
    (&["src/ingest"], "events into the store", Only(&["domain", "store"])),
    (
        &["src/functions_host"],
        "the Functions host's envelopes and replies, which nothing else knows",
        Only(&["ingest", "domain"]),
    ),
    (&["src/report"], "the data of a page, from the store", Only(&["domain", "store"])),
    (
        &["src/releases"],
        "firmware releases: signing, verifying and publishing them, and their web site",
        Only(&["domain", "html", "azure", PROTOCOL, UPDATE]),
    ),
    (&["src/export"], "history into files", Only(&["domain", "report", "store"])),
    (&["src/import"], "history from files", Only(&["domain", "export"])),
    (&["src/demo"], "simulated homes and their devices", Only(&["domain", PROTOCOL])),
    (
        &["src/config"],
        "the settings; nothing else reads the environment",
        Only(&["domain", "azure"]),
    ),
    (&["src/http"], "routes, access control, pages, data endpoints", AllAbove),
    (&["src/server"], "the service, built from the settings, and its connections", AllAbove),
    (&["src/command"], "the commands", AllAbove),
    (&["src/lib.rs", "src/main.rs"], "the program", AllAbove),
];

/// Each layer with the layers that it may import, by their names in `use` lines.
fn allowed_imports() -> Vec<(String, BTreeSet<String>)> {
    let mut layers: Vec<(String, BTreeSet<String>)> = Vec::new();
    for (paths, _, imports) in LAYERS {
        let allowed: BTreeSet<_> = match imports {
            Only(names) => names.iter().map(|name| (*name).to_owned()).collect(),
            AllAbove => layers.iter().map(|(layer, _)| layer.clone()).collect(),
        };
        let names =
            paths.iter().map(|path| path.trim_start_matches("src/").trim_end_matches(".rs"));
        layers.extend(names.map(|layer| (layer.to_owned(), allowed.clone())));
    }
    layers
}

#[test]
fn the_table_of_layers_is_current() {
    let quoted = |names: &[&str]| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let mut table = "| path | contents | may import |\n|---|---|---|\n".to_owned();
    for (paths, contents, imports) in LAYERS {
        let imports = match imports {
            Only([]) => "nothing of this project".to_owned(),
            Only(names) => quoted(names),
            AllAbove => "all of the above".to_owned(),
        };
        writeln!(table, "| {} | {contents} | {imports} |", quoted(paths)).unwrap();
    }
    assert_generated("docs/architecture.md", "layers", &table);
}

#[test]
fn every_import_is_allowed_by_the_table_of_layers() {
    let layers = allowed_imports();
    assert!(layers.len() > 15, "{layers:?}");
    let sources = sources();
    for (layer, _) in layers.iter().filter(|(layer, _)| layer != PROTOCOL && layer != UPDATE) {
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

/// The tests above prove nothing if they find no imports.
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
