//! The app settings: all those that the program and its host read, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cloudsmets::config::{Auth, Config, KNOWN_SETTINGS};
use serde_json::Value;

use super::combinations::combinations;
use super::faults::Faults;
use super::roles::program_identity;
use super::stack::{Resource, Stack, evaluate};
use super::templates::StackKind;
use crate::documents::assert_generated;

/// The settings that the platform reads, and the component that reads them.
const PLATFORM_SETTINGS: [(&str, &str); 14] = [
    ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "the host's telemetry"),
    ("APPLICATIONINSIGHTS_CONNECTION_STRING", "the host's telemetry"),
    ("AZURE_CLIENT_ID", "the program's identity library"),
    ("AzureFunctionsJobHost__functions__0", "the host: which functions to run"),
    ("AzureFunctionsJobHost__functions__1", "the host: which functions to run"),
    ("AzureWebJobsDisableHomepage", "the host: otherwise it serves its own page at /"),
    ("AzureWebJobsStorage__blobServiceUri", "the host's storage"),
    ("AzureWebJobsStorage__clientId", "the host's storage"),
    ("AzureWebJobsStorage__credential", "the host's storage"),
    ("EventHubConnection", "the trigger"),
    ("EventHubConnection__clientId", "the trigger"),
    ("EventHubConnection__credential", "the trigger"),
    ("EventHubConnection__fullyQualifiedNamespace", "the trigger"),
    ("OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", "Easy Auth"),
];

/// The settings of the program that a stack does not set, and the reason.
const UNUSED_SETTINGS: [(StackKind, &str, &str); 15] = [
    (StackKind::Owner, "CLOUDSMETS_DATA_DIR", "Cosmos DB keeps the data"),
    (StackKind::Owner, "CLOUDSMETS_KEY_PASSWORD", "releases are signed offline"),
    (StackKind::Owner, "CLOUDSMETS_LISTEN", "the host passes the port"),
    (StackKind::Owner, "DASHBOARD_PASSWORD", "Easy Auth"),
    (StackKind::Owner, "RELEASES_URL", "the project's stack serves releases"),
    (StackKind::Shared, "CLOUDSMETS_DATA_DIR", "no readings there"),
    (StackKind::Shared, "CLOUDSMETS_KEY_PASSWORD", "releases are signed offline"),
    (StackKind::Shared, "CLOUDSMETS_LISTEN", "the host passes the port"),
    (StackKind::Shared, "CLOUDSMETS_TIME_ZONE", "no days there"),
    (StackKind::Shared, "COSMOS_DATABASE", "no readings there"),
    (StackKind::Shared, "COSMOS_ENDPOINT", "no readings there"),
    (StackKind::Shared, "DASHBOARD_AUTH", "no dashboard there"),
    (StackKind::Shared, "DASHBOARD_OWNERS", "no dashboard there"),
    (StackKind::Shared, "DASHBOARD_PASSWORD", "no dashboard there"),
    (StackKind::Shared, "EVENTHUB_", "no telemetry there"),
];

pub(super) fn settings(stack: &Stack) -> BTreeMap<String, String> {
    let site = stack.single("Microsoft.Web/sites");
    let list = site.and_then(|site| site.property("/siteConfig/appSettings").as_array());
    let text = |setting: &Value, name: &str| setting[name].as_str().unwrap_or("?").to_owned();
    let settings = list.into_iter().flatten();
    settings.map(|setting| (text(setting, "name"), text(setting, "value"))).collect()
}

pub(super) fn check(stack_kind: StackKind, stack: &Stack, faults: &mut Faults) {
    let settings = settings(stack);
    for name in settings.keys() {
        let is_read = KNOWN_SETTINGS.contains(&name.as_str())
            || name == "RUST_LOG"
            || PLATFORM_SETTINGS.iter().any(|(known, _)| known == name);
        faults.unless(is_read, || format!("{name} is not a setting of this program or its host"));
        // App Service on Linux refuses other characters, such as a hyphen.
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        faults.unless(name.chars().all(is_allowed), || format!("Linux refuses the name {name}"));
    }
    for name in KNOWN_SETTINGS {
        let is_unused =
            UNUSED_SETTINGS.iter().any(|(for_, n, _)| *for_ == stack_kind && name.starts_with(n));
        let verb = if is_unused { "must not" } else { "has to" };
        faults.unless(settings.contains_key(name) != is_unused, || format!("{name} {verb} be set"));
    }
    check_references(stack, &settings, faults);
    check_functions(stack_kind, &settings, faults);
    check_that_the_program_accepts(stack_kind, &settings, faults);
}

/// Settings that name another resource of the stack name one that exists.
fn check_references(stack: &Stack, settings: &BTreeMap<String, String>, faults: &mut Faults) {
    let client_id = format!("ref({}).clientId", program_identity(stack).unwrap_or_default());
    for (name, value) in settings {
        // A setting that names an identity names the program's.
        let is_client_id = name.ends_with("clientId") || name.ends_with("CLIENTID");
        let is_valid = !is_client_id || *value == client_id;
        faults.unless(is_valid, || format!("{name} is {value}, not {client_id}"));
    }
    let names = |kind: &str, last: fn(&Resource) -> &str| -> Vec<String> {
        stack.of_type(kind).map(|resource| last(resource).to_owned()).collect()
    };
    let databases =
        names("Microsoft.DocumentDB/databaseAccounts/sqlDatabases", Resource::last_name);
    let accounts = names("Microsoft.Storage/storageAccounts", Resource::last_name);
    let blobs = accounts.iter().map(|name| format!("https://{name}.blob.core.windows.net/"));
    let blobs: Vec<_> = blobs.collect();
    let websites = blobs.iter().map(|blobs| format!("{blobs}$web")).collect();
    for (name, allowed) in [
        ("COSMOS_DATABASE", databases),
        ("AzureWebJobsStorage__blobServiceUri", blobs),
        ("RELEASES_URL", websites),
    ] {
        let is_valid = settings.get(name).is_none_or(|value| allowed.contains(value));
        faults.unless(is_valid, || format!("{name} is not one of {allowed:?}"));
    }
    for config in stack.of_type("Microsoft.Web/sites/config") {
        let path = "/identityProviders/azureActiveDirectory/registration/clientSecretSettingName";
        let secret = config.property(path).as_str().unwrap_or_default();
        faults.unless(settings.contains_key(secret), || {
            format!("Easy Auth reads its credential from {secret:?}, which is not set")
        });
    }
}

/// The settings name the functions to run. They cannot name those to disable, because App Service
/// on Linux refuses the hyphens in `AzureWebJobs.<name>.Disabled`.
fn check_functions(
    stack_kind: StackKind,
    settings: &BTreeMap<String, String>,
    faults: &mut Faults,
) {
    let enabled = (0..)
        .map_while(|index| settings.get(&format!("AzureFunctionsJobHost__functions__{index}")));
    let enabled: Vec<_> = enabled.collect();
    faults.unless(enabled == stack_kind.functions(), || format!("the host runs {enabled:?}"));
    let count = settings.keys().filter(|name| name.contains("__functions__")).count();
    faults.unless(count == enabled.len(), || {
        "the indexes of the functions have a gap, where the host stops reading".to_owned()
    });
    for function in enabled {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(function);
        let exists = folder.join("function.json").exists();
        faults.unless(exists, || format!("there is no function {function}"));
    }
}

/// The program accepts the settings. A build without Azure's crates refuses addresses in Azure,
/// so it gets others.
fn check_that_the_program_accepts(
    stack_kind: StackKind,
    settings: &BTreeMap<String, String>,
    faults: &mut Faults,
) {
    let mut settings = settings.clone();
    let overrides: &[(&str, &str)] = if cfg!(feature = "azure") {
        &[("COSMOS_ENDPOINT", "https://cloudsmets.documents.azure.com:443/")]
    } else {
        settings.remove("COSMOS_DATABASE");
        &[("RELEASES_URL", "file:///releases"), ("COSMOS_ENDPOINT", "")]
    };
    for (name, replacement) in overrides {
        settings.entry((*name).to_owned()).and_modify(|value| *value = (*replacement).to_owned());
    }
    if !cfg!(feature = "azure") && settings.contains_key("COSMOS_ENDPOINT") {
        settings.insert("CLOUDSMETS_DATA_DIR".to_owned(), "/data".to_owned());
    }
    for (name, value) in [
        ("FUNCTIONS_CUSTOMHANDLER_PORT", "40000"),
        ("WEBSITE_AUTH_ENABLED", "True"),
        ("WEBSITE_SITE_NAME", "cloudsmets"),
    ] {
        settings.insert(name.to_owned(), value.to_owned());
    }
    let config = Config::from_lookup(|name| settings.get(name).cloned(), settings.keys().cloned());
    match config {
        Ok(config) => {
            let is_easy_auth_enforced =
                matches!(config.auth, Auth::EasyAuth { is_enforced: true, .. });
            faults.unless(is_easy_auth_enforced || stack_kind == StackKind::Shared, || {
                "the dashboard does not enforce Easy Auth".to_owned()
            });
        }
        Err(problems) => faults.0.push(format!("the program refuses: {problems}")),
    }
}

/// What a cell of the table shows of a setting: a fixed value, or `set` if it depends on the
/// deployment.
fn cell(stack_kind: StackKind, name: &str) -> String {
    let template = stack_kind.template();
    let lists = ["settings", "builtinSettings", "eventHubsSettings"];
    let settings = lists.iter().filter_map(|list| template["variables"][list].as_array()).flatten();
    let mut values = settings.filter(|setting| setting["name"] == name);
    let Some(value) = values.next().and_then(|setting| setting["value"].as_str()) else {
        return String::new();
    };
    let is_fixed = !value.contains(['{', '[']);
    if is_fixed { format!("`{value}`") } else { "set".to_owned() }
}

#[test]
fn the_table_of_settings_is_current() {
    let mut table = "| setting | read by | owner | shared |\n|---|---|---|---|\n".to_owned();
    let mut names = BTreeSet::new();
    for stack_kind in StackKind::ALL {
        for parameters in combinations(stack_kind) {
            names.extend(settings(&evaluate(&stack_kind.template(), &parameters)).into_keys());
        }
    }
    for name in names {
        let platform = PLATFORM_SETTINGS.iter().find(|(known, _)| *known == name);
        let reader = platform.map_or("the program", |(_, reader)| reader);
        let [owner, shared] = StackKind::ALL.map(|stack_kind| cell(stack_kind, &name));
        table += &format!("| `{name}` | {reader} | {owner} | {shared} |\n");
    }
    assert_generated("infra/README.md", "settings", &table);
}
