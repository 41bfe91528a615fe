//! Invalid settings and arguments: the program reports all problems at once and exits with 2 before
//! it binds or writes anything.

use tempfile::TempDir;

use crate::host::{FunctionsHost, Program, Settings, free_port};

/// Starts the program with invalid settings and returns its standard error.
fn startup_error(settings: Settings<'_>) -> String {
    let directory = TempDir::new().unwrap();
    let data = directory.path().join("data");
    let mut all = vec![("CLOUDSMETS_DATA_DIR", data.to_str().unwrap())];
    all.extend(settings);
    let output = Program::run(&["serve"], &all);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{settings:?}: {stderr}");
    assert!(!data.exists(), "{settings:?} made the data directory");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{settings:?}");
    stderr
}

const CUSTOM_HANDLER: (&str, &str) = ("FUNCTIONS_CUSTOMHANDLER_PORT", "1");
const DATABASE: (&str, &str) = ("COSMOS_DATABASE", "cloudsmets");

/// A connection string contains a key, and the message goes to a log.
#[test]
fn a_connection_string_given_as_an_address_is_not_echoed() {
    let account = "AccountEndpoint=https://x.documents.azure.com:443/;AccountKey=hush-hush";
    let stderr = startup_error(&[("COSMOS_ENDPOINT", account), DATABASE]);
    assert!(stderr.contains("COSMOS_ENDPOINT") && !stderr.contains("hush"), "{stderr}");
    for account in [
        "https://x.documents.azure.com/?AccountKey=hush-hush",
        "https://x.documents.azure.com/#AccountKey=hush-hush",
        "https://x.documents.azure.com/hush-hush",
    ] {
        let stderr = startup_error(&[("COSMOS_ENDPOINT", account), DATABASE]);
        assert!(stderr.contains("COSMOS_ENDPOINT") && !stderr.contains("hush"), "{stderr}");
    }
    for blobs in [
        "https://x.blob.core.windows.net/releases#sig=hush-hush",
        "BlobEndpoint=https://x.blob.core.windows.net/;SharedAccessSignature=sig=hush-hush",
        "https://me:hush-hush@x.blob.core.windows.net/releases",
        "https://x.blob.core.windows.net/?sig=hush-hush",
    ] {
        let stderr = startup_error(&[("RELEASES_URL", blobs)]);
        assert!(stderr.contains("RELEASES_URL") && !stderr.contains("hush"), "{stderr}");
    }
}

#[test]
fn each_invalid_setting_is_named() {
    let cases: [(Settings<'_>, &str); 33] = [
        (&[("WEBSITE_SITE_NAME", "app"), ("CLOUDSMETS_KEY_PASSWORD", "x")], "KEY_PASSWORD"),
        (&[("WEBSITE_SITE_NAME", "app"), ("DASHBOARD_AUTH", "none")], "DASHBOARD_AUTH"),
        (&[("CLOUDSMETS_LISTEN", "0.0.0.0:1"), ("DASHBOARD_AUTH", "none")], "DASHBOARD_AUTH"),
        (&[("CLOUDSMETS_LISTEN", "0.0.0.0:1")], "DASHBOARD_AUTH"),
        (&[("DASHBOARD_AUTH", "open")], "DASHBOARD_AUTH"),
        (&[("WEBSITE_SITE_NAME", "app"), ("DASHBOARD_AUTH", "password")], "DASHBOARD_PASSWORD"),
        (&[CUSTOM_HANDLER, ("DASHBOARD_AUTH", "none")], "DASHBOARD_AUTH"),
        (&[CUSTOM_HANDLER, ("DASHBOARD_AUTH", "easyauth")], "outside Azure"),
        (&[CUSTOM_HANDLER, ("DASHBOARD_PASSWORD", "short")], "DASHBOARD_PASSWORD"),
        (&[("DASHBOARD_AUTH", "password"), ("DASHBOARD_PASSWORD", "short")], "DASHBOARD_PASSWORD"),
        (&[("DASHBOARD_PASSWORD", "long enough to be one")], "DASHBOARD_PASSWORD"),
        (&[("DASHBOARD_FOO", "1")], "DASHBOARD_FOO"),
        (&[("CLOUDSMETS_DATADIR", "/tmp")], "CLOUDSMETS_DATADIR"),
        (&[("CLOUDSMETS_TIME_ZONE", "Europe/Londres")], "CLOUDSMETS_TIME_ZONE"),
        (&[("COSMOS_DATABASE", "cloudsmets")], "COSMOS_DATABASE"),
        (&[("COSMOS_ENDPOINT", "https://x.documents.azure.com")], "COSMOS_ENDPOINT"),
        (&[("CLOUDSMETS_LISTEN", "8080")], "CLOUDSMETS_LISTEN"),
        (&[("FUNCTIONS_CUSTOMHANDLER_PORT", "http")], "FUNCTIONS_CUSTOMHANDLER_PORT"),
        (&[("RELEASES_URL", "releases")], "RELEASES_URL"),
        (&[("EVENTHUB_NAEM", "hub")], "EVENTHUB_NAEM"),
        (&[("RUST_LOG", "cloudsmets=loud")], "RUST_LOG"),
        (&[("CLOUDSMETS_TIME_ZONE", "Asia/Kathmandu")], "half-hour"),
        (&[("DASHBOARD_AUTH", "easyauth")], "outside Azure"),
        (&[("RELEASES_URL", "http://account.blob.core.windows.net/releases?sig=x")], "https"),
        (&[("RELEASES_URL", "file://releases")], "RELEASES_URL"),
        (&[("RELEASES_URL", "https://me:x@account.example/releases")], "RELEASES_URL"),
        (&[("COSMOS_ENDPOINT", "http://x.documents.azure.com"), DATABASE], "COSMOS_ENDPOINT"),
        (&[("COSMOS_ENDPOINT", "http://127.0.0.1.x.com"), DATABASE], "COSMOS_ENDPOINT"),
        (
            &[("COSMOS_ENDPOINT", "https://x.documents.azure.com:99999"), DATABASE],
            "COSMOS_ENDPOINT",
        ),
        (&[("RELEASES_URL", "https://x.blob.core.windows.net:99999/releases")], "RELEASES_URL"),
        (&[("RELEASES_URL", "https://[::zz]/releases")], "RELEASES_URL"),
        (&[("RELEASES_URL", "https://192.0.2.999/releases")], "RELEASES_URL"),
        (&[("IDENTITY_ENDPOINT", "http://127.0.0.1:1/token")], "IDENTITY_HEADER"),
    ];
    for (settings, named) in cases {
        let stderr = startup_error(settings);
        assert!(stderr.contains(named), "{settings:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{settings:?}: {stderr}");
    }
}

#[test]
fn all_problems_are_reported_at_once_without_secrets() {
    let stderr = startup_error(&[
        ("WEBSITE_SITE_NAME", "app"),
        ("DASHBOARD_AUTH", "none"),
        ("DASHBOARD_FOO", "1"),
        ("DASHBOARD_PASSWORD", "correct horse battery"),
        ("CLOUDSMETS_TIME_ZONE", "Mars/Olympus"),
        ("COSMOS_DATABASE", "cloudsmets"),
    ]);
    for named in [
        "DASHBOARD_AUTH=none",
        "DASHBOARD_FOO",
        "DASHBOARD_PASSWORD",
        "CLOUDSMETS_TIME_ZONE",
        "COSMOS_DATABASE",
    ] {
        assert!(stderr.contains(named), "{named} is missing: {stderr}");
    }
    assert!(!stderr.contains("correct horse"), "{stderr}");
}

/// A password or key that is typed into the wrong setting must not reach a log.
#[test]
fn no_message_quotes_the_value_of_a_setting() {
    let secret = "hush-hush=hush,hush";
    for name in [
        "CLOUDSMETS_LISTEN",
        "CLOUDSMETS_TIME_ZONE",
        "COSMOS_DATABASE",
        "COSMOS_ENDPOINT",
        "DASHBOARD_AUTH",
        "FUNCTIONS_CUSTOMHANDLER_PORT",
        "IDENTITY_ENDPOINT",
        "RELEASES_URL",
        "RUST_LOG",
    ] {
        let stderr = startup_error(&[(name, secret)]);
        assert!(stderr.contains(name) && !stderr.contains("hush"), "{name}: {stderr}");
        // The message about the password must not quote the mode either.
        let password = ("DASHBOARD_PASSWORD", "hush-hush-hush");
        let stderr = startup_error(&[password, (name, secret), ("DASHBOARD_OWNERS", secret)]);
        assert!(stderr.contains(name) && !stderr.contains("hush"), "{name}: {stderr}");
    }
}

/// The query of an address may contain a signature.
#[test]
fn an_invalid_releases_url_is_refused_without_echoing_its_signature() {
    let cases = [
        ("ftp://account/releases?sv=1&sig=hush-hush", "neither"),
        ("http://192.0.2.1/releases?sv=1&sig=hush-hush", "neither"),
        ("account/releases?sv=1&sig=hush-hush", "neither"),
    ];
    #[cfg(feature = "azure")]
    let cases = [
        &cases[..],
        &[
            ("https://account.blob.core.windows.net?sig=hush-hush", "names no container"),
            ("https://account.blob.core.windows.net/?sig=hush-hush", "names no container"),
            ("http://127.0.0.1:10000/account/releases?sv=hush-hush", "over https only"),
            ("http://127.0.0.1:10000/account/releases", "over https only"),
        ],
    ]
    .concat();
    for (address, expected) in cases {
        let stderr = startup_error(&[("RELEASES_URL", address)]);
        assert!(
            stderr.contains("RELEASES_URL") && stderr.contains(expected),
            "{address}: {stderr}"
        );
        assert!(!stderr.contains("hush-hush"), "{address}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{address}: {stderr}");
    }
}

#[cfg(not(feature = "azure"))]
#[test]
fn without_the_azure_feature_an_azure_releases_url_is_refused() {
    let stderr =
        startup_error(&[("RELEASES_URL", "https://account.blob.core.windows.net/releases")]);
    assert!(stderr.contains("feature azure"), "{stderr}");
}

#[test]
fn settings_are_validated_before_the_port_is_bound() {
    // If the program bound first, it would report that the port is in use.
    let port = free_port();
    let taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let stderr = startup_error(&[("CLOUDSMETS_LISTEN", &address), ("DASHBOARD_FOO", "1")]);
    assert!(!stderr.contains("bound"), "{stderr}");
}

#[test]
fn an_empty_setting_counts_as_unset() {
    let host = FunctionsHost::start_with(&[("RUST_LOG", ""), ("DASHBOARD_OWNERS", " ")]);
    assert!(host.program.stdout().contains("serving"), "nothing is logged");
}

#[test]
fn every_command_refuses_invalid_settings() {
    for arguments in [
        &["demo"][..],
        &["releases"],
        &["import", "--home", "h", "--fuel", "gas", "--format", "lcl", "/nowhere"],
        &["export", "--home", "h", "--from", "2026-01-01", "--to", "2026-01-02", "--format", "csv"],
    ] {
        let output = Program::run(arguments, &[("DASHBOARD_FOO", "1")]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn invalid_arguments_exit_with_2_and_are_named() {
    for (arguments, named) in [
        (&["sevre"][..], "sevre"),
        (&["serve", "--port", "1"], "--port"),
        (&["import"], "--home"),
        (&["import", "--home", "a b", "--fuel", "gas", "--format", "lcl", "x"], "a b"),
        (&["import", "--home", "a", "--fuel", "coal", "--format", "lcl", "x"], "coal"),
        (&["import", "--home", "a", "--fuel", "gas", "--format", "xls", "x"], "xls"),
        (
            &["export", "--home", "a", "--from", "x", "--to", "2026-01-02", "--format", "csv"],
            "--from",
        ),
        (&["demo", "--listen", "here"], "here"),
    ] {
        let output = Program::run(arguments, &[]);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(named), "{arguments:?}: {stderr}");
    }
}

#[test]
fn an_export_that_ends_before_it_begins_is_an_invalid_argument() {
    let arguments =
        ["export", "--home", "a", "--from", "2026-01-02", "--to", "2026-01-01", "--format", "csv"];
    let output = Program::run(&arguments, &[]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("--to"), "{stderr}");
    assert_eq!(output.status.code(), Some(2), "{stderr}");
}

#[test]
fn help_and_version_work() {
    for (argument, expected) in [("--help", "Usage"), ("--version", env!("CARGO_PKG_VERSION"))] {
        let output = Program::run(&[argument], &[]);
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8(output.stdout).unwrap().contains(expected));
    }
}
