//! Compares the files that the Functions host and users read with the program.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use cloudsmets::config::{Auth, Config, KNOWN_SETTINGS, Listen, ReleasesLocation};
use serde_json::{Value, json};

use crate::host::{FunctionsHost, head, program_under_test};

/// The folders of all Functions.
pub(crate) const FUNCTIONS: [&str; 3] = ["dashboard", "latest-version", "mqtt-receiver"];

/// Settings that the Functions host, its extensions, the identity library and the log read.
const PLATFORM_SETTINGS: [&str; 6] = [
    "AZURE_CLIENT_ID",
    "AzureWebJobsDisableHomepage",
    "AzureWebJobsStorage",
    "EventHubConnection",
    "FUNCTIONS_WORKER_RUNTIME",
    "RUST_LOG",
];

fn read_json(path: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn function_json(name: &str) -> Value {
    read_json(&format!("{name}/function.json"))
}

#[test]
fn only_the_expected_functions_exist() {
    let root = fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
    let folders =
        root.map(|entry| entry.unwrap()).filter(|e| e.path().join("function.json").exists());
    let found: BTreeSet<_> = folders.map(|e| e.file_name().into_string().unwrap()).collect();
    assert_eq!(found, FUNCTIONS.map(str::to_owned).into());
}

#[test]
fn host_json_starts_this_program_and_forwards_http() {
    let host = read_json("host.json");
    let handler = &host["customHandler"];
    let program = program_under_test();
    // Core Tools make only the entry with exactly this name executable.
    assert_eq!(
        handler["description"]["defaultExecutablePath"],
        program.file_name().unwrap().to_str().unwrap()
    );
    assert_eq!(handler["description"]["arguments"], json!([]));
    assert_eq!(handler["enableProxyingHttpRequest"], true);
    assert_eq!(handler["enableForwardingHttpRequest"], true);
    assert_eq!(
        handler["http"],
        Value::Null,
        "the host refuses routes in addition to function.json"
    );
    assert_eq!(host["version"], "2.0");
    assert_eq!(host["functionTimeout"], "00:05:00");
    assert_eq!(host["extensions"]["http"]["routePrefix"], "");
    assert!(host["extensions"]["eventHubs"]["maxEventBatchSize"].is_u64());
    assert_eq!(host["extensions"]["eventHubs"]["initialOffsetOptions"]["type"], "fromStart");
    assert_eq!(host["extensionBundle"]["id"], "Microsoft.Azure.Functions.ExtensionBundle");
    assert_eq!(host["extensionBundle"]["version"], "[4.*, 5.0.0)");
    assert_eq!(host["retry"], Value::Null, "it would apply to all functions");
}

#[test]
fn the_receiver_gets_batches_of_bytes_and_is_retried_forever() {
    let receiver = function_json("mqtt-receiver");
    let expected = json!([{
        "type": "eventHubTrigger", "direction": "in", "name": "events",
        "eventHubName": "%EVENTHUB_NAME%", "consumerGroup": "%EVENTHUB_CONSUMER_GROUP%",
        "connection": "EventHubConnection", "cardinality": "many", "dataType": "binary",
    }]);
    assert_eq!(receiver["bindings"], expected);
    assert_eq!(receiver["retry"]["strategy"], "exponentialBackoff");
    assert_eq!(receiver["retry"]["maxRetryCount"], -1);
    // The host requires both members for this strategy.
    for member in ["minimumInterval", "maximumInterval"] {
        assert!(receiver["retry"][member].is_string(), "{member}");
    }
    for name in receiver["bindings"][0].as_object().unwrap().values().filter_map(Value::as_str) {
        if let Some(setting) = name.strip_prefix('%').and_then(|name| name.strip_suffix('%')) {
            assert!(KNOWN_SETTINGS.contains(&setting), "{setting}");
        }
    }
}

#[test]
fn http_functions_forward_requests_and_none_is_a_catch_all() {
    let routes = [
        ("latest-version", "latest-version", json!(["get", "head"])),
        ("dashboard", "dashboard/{*path}", json!(["get", "post"])),
    ];
    for (name, route, methods) in routes {
        let function = function_json(name);
        let bindings = function["bindings"].as_array().unwrap();
        // With more than one trigger and one output the host wraps the request in JSON.
        assert_eq!(bindings.len(), 2, "{name}");
        let (trigger, output) = (&bindings[0], &bindings[1]);
        assert_eq!(
            (&trigger["type"], &trigger["direction"]),
            (&json!("httpTrigger"), &json!("in"))
        );
        assert_eq!((&output["type"], &output["direction"]), (&json!("http"), &json!("out")));
        assert_eq!(trigger["authLevel"], "anonymous", "{name}");
        assert_eq!((&trigger["route"], &trigger["methods"]), (&json!(route), &methods));
        let first = route.split('/').next().unwrap();
        assert!(!first.contains('{'), "{name} would let the internet post to /mqtt-receiver");
        assert_eq!(function["retry"], Value::Null, "{name}");
    }
}

#[test]
fn the_program_serves_every_function_route() {
    let host = FunctionsHost::start();
    // `GET` would be 404 because nothing is published, and the fallback is 404 too.
    let version = host.connect().round_trip(&head("POST", "/latest-version", &[])).unwrap();
    assert_eq!(version.status, 405, "there is no /latest-version");
    let receiver = host.get("/mqtt-receiver");
    assert_eq!(receiver.status, 405, "there is no /mqtt-receiver");
    for path in ["/dashboard", "/dashboard/", "/dashboard/api/v1/homes"] {
        assert_eq!(host.get(path).status, 200, "{path}");
    }
}

fn example_settings() -> BTreeMap<String, String> {
    let file = read_json("local.settings.json.example");
    assert_eq!(file["IsEncrypted"], false);
    let values = file["Values"].as_object().unwrap();
    // Core Tools accept only strings.
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    values.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

#[test]
fn the_example_settings_list_every_setting_and_no_other() {
    let listed: BTreeSet<_> = example_settings().into_keys().collect();
    let known =
        KNOWN_SETTINGS.iter().chain(&PLATFORM_SETTINGS).map(|name| (*name).to_owned()).collect();
    assert_eq!(listed, known);
}

#[test]
fn the_example_settings_are_valid_and_contain_no_secret() {
    let mut values = example_settings();
    for name in [
        "EventHubConnection",
        "CLOUDSMETS_KEY_PASSWORD",
        "DASHBOARD_PASSWORD",
        "AZURE_CLIENT_ID",
        "COSMOS_ENDPOINT",
    ] {
        assert_eq!(values[name], "", "{name}");
    }
    assert_eq!(values["FUNCTIONS_WORKER_RUNTIME"], "custom");
    values.insert("FUNCTIONS_CUSTOMHANDLER_PORT".to_owned(), "40000".to_owned());
    let config = Config::from_lookup(|name| values.get(name).cloned(), values.keys().cloned());
    let config = config.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(config.listen, Listen::CustomHandler(40_000));
    assert_eq!(config.auth, Auth::GeneratedPassword);
    assert_eq!(config.time_zone.iana_name(), Some("Europe/London"));
    assert_eq!(config.releases, ReleasesLocation::NotConfigured);
}

fn config_with_releases_url(address: &str) -> Config {
    let get = |name: &str| (name == "RELEASES_URL").then(|| address.to_owned());
    let config = Config::from_lookup(get, ["RELEASES_URL".to_owned()].into_iter());
    config.unwrap_or_else(|problems| panic!("{address}: {problems}"))
}

#[test]
fn a_releases_directory_url_is_percent_decoded() {
    for (address, directory) in [("file:///a/b", "/a/b"), ("file:///a%20b/%C3%BC", "/a b/ü")] {
        let releases = config_with_releases_url(address).releases;
        assert_eq!(releases, ReleasesLocation::Directory(directory.into()), "{address}");
    }
}

/// The address contains the signature, and settings are logged.
#[cfg(feature = "azure")]
#[test]
fn a_releases_url_is_displayed_without_its_signature() {
    for (address, shown, is_signed) in [
        ("https://a.blob.core.windows.net/$web", "https://a.blob.core.windows.net/$web", false),
        (
            "https://a.blob.core.windows.net/r?sv=1&sig=hush",
            "https://a.blob.core.windows.net/r",
            true,
        ),
        (
            "https://a.blob.core.windows.net/r?sig=hush&sv=1",
            "https://a.blob.core.windows.net/r",
            true,
        ),
        ("http://localhost:10000/a/r?sig=hush", "http://localhost:10000/a/r", true),
        ("https://a.example/r?maxresults=9&design=1", "https://a.example/r", false),
    ] {
        let config = config_with_releases_url(address);
        assert!(!format!("{config:?}").contains("hush"), "{config:?}");
        let ReleasesLocation::Container(url) = config.releases else { panic!("{address}") };
        assert_eq!((url.to_string().as_str(), url.reveal()), (shown, address));
        assert_eq!(url.is_signed(), is_signed, "{address}");
    }
}
