//! The app's settings: all that the program and its host read, and no other.

use std::collections::BTreeMap;
use std::path::Path;

use cloudsmets::config::{Auth, Config, KNOWN_SETTINGS};
use serde_json::Value;

use super::faults::Faults;
use super::roles::program_identity;
use super::stack::Stack;
use super::templates::StackKind;

/// Settings that others read, and who.
const PLATFORM_SETTINGS: [(&str, &str); 14] = [
    ("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "the host's telemetry"),
    ("APPLICATIONINSIGHTS_CONNECTION_STRING", "the host's telemetry"),
    ("AZURE_CLIENT_ID", "the program's identity library"),
    ("AzureFunctionsJobHost__functions__0", "the host: which functions to run"),
    ("AzureFunctionsJobHost__functions__1", "the host: which functions to run"),
    ("AzureWebJobsDisableHomepage", "the host: its own page would stand at /"),
    ("AzureWebJobsStorage__blobServiceUri", "the host's storage"),
    ("AzureWebJobsStorage__clientId", "the host's storage"),
    ("AzureWebJobsStorage__credential", "the host's storage"),
    ("EventHubConnection", "the trigger"),
    ("EventHubConnection__clientId", "the trigger"),
    ("EventHubConnection__credential", "the trigger"),
    ("EventHubConnection__fullyQualifiedNamespace", "the trigger"),
    ("OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", "Easy Auth"),
];

/// Settings of the program that a stack does without, and why.
const UNUSED_SETTINGS: [(StackKind, &str, &str); 13] = [
    (StackKind::Owner, "CLOUDSMETS_DATA_DIR", "Cosmos DB keeps the data"),
    (StackKind::Owner, "CLOUDSMETS_LISTEN", "the host says where"),
    (StackKind::Owner, "DASHBOARD_PASSWORD", "Easy Auth"),
    (StackKind::Owner, "RELEASES_URL", "the project's stack serves releases"),
    (StackKind::Shared, "CLOUDSMETS_DATA_DIR", "no readings there"),
    (StackKind::Shared, "CLOUDSMETS_LISTEN", "the host says where"),
    (StackKind::Shared, "CLOUDSMETS_TIME_ZONE", "no days there"),
    (StackKind::Shared, "COSMOS_DATABASE", "no readings there"),
    (StackKind::Shared, "COSMOS_ENDPOINT", "no readings there"),
    (StackKind::Shared, "DASHBOARD_AUTH", "no dashboard there"),
    (StackKind::Shared, "DASHBOARD_OWNERS", "no dashboard there"),
    (StackKind::Shared, "DASHBOARD_PASSWORD", "no dashboard there"),
    (StackKind::Shared, "EVENTHUB_", "no telemetry there"),
];

/// The settings by name.
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
        faults.unless(is_read, || format!("nobody reads {name}"));
        // App Service on Linux refuses any other, a hyphen among them.
        let is_allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        faults.unless(name.chars().all(is_allowed), || format!("Linux refuses the name {name}"));
    }
    for name in KNOWN_SETTINGS {
        let is_unused =
            UNUSED_SETTINGS.iter().any(|(for_, n, _)| *for_ == stack_kind && name.starts_with(n));
        faults.unless(settings.contains_key(name) != is_unused, || {
            format!("{name}: set, or needless")
        });
    }
    check_values(stack_kind, stack, &settings, faults);
    check_functions(stack_kind, &settings, faults);
    check_that_the_program_accepts(stack_kind, &settings, faults);
}

/// What a setting is to be, where the stack itself says so.
fn check_values(
    stack_kind: StackKind,
    stack: &Stack,
    settings: &BTreeMap<String, String>,
    faults: &mut Faults,
) {
    let client = format!("ref({}).clientId", program_identity(stack).unwrap_or_default());
    let runtime_property = |kind: &str, member: &str| {
        stack.single(kind).map(|resource| format!("ref({}).{member}", resource.id))
    };
    let mut containers = stack.of_type("Microsoft.Storage/storageAccounts/blobServices/containers");
    let package = containers.find(|container| container.last_name() != "$web");
    let account = package.and_then(|container| container.name.split('/').next());
    let web = stack.single("Microsoft.Storage/storageAccounts/blobServices");
    let web = web.and_then(|web| web.name.split('/').next());
    let blobs = |name: &str| format!("https://{name}.blob.core.windows.net/");
    let insights = runtime_property("Microsoft.Insights/components", "ConnectionString");
    let mut expected = vec![
        (
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
            Some(format!("ClientId={client};Authorization=AAD")),
        ),
        ("APPLICATIONINSIGHTS_CONNECTION_STRING", insights),
        ("AZURE_CLIENT_ID", Some(client.clone())),
        ("AzureWebJobsDisableHomepage", Some("true".to_owned())),
        ("AzureWebJobsStorage__blobServiceUri", account.map(blobs)),
        ("AzureWebJobsStorage__clientId", Some(client.clone())),
        ("AzureWebJobsStorage__credential", Some("managedidentity".to_owned())),
        // The alert on dead letters reads what is logged at this level.
        ("RUST_LOG", Some("warn,cloudsmets=info".to_owned())),
    ];
    match stack_kind {
        StackKind::Owner => {
            let database = stack.single("Microsoft.DocumentDB/databaseAccounts/sqlDatabases");
            let zone = stack.parameters.get("timeZone").and_then(Value::as_str);
            let owners = stack.parameters.get("dashboardOwners").and_then(Value::as_str);
            expected.extend([
                ("CLOUDSMETS_TIME_ZONE", zone.map(str::to_owned)),
                ("COSMOS_DATABASE", database.map(|database| database.last_name().to_owned())),
                (
                    "COSMOS_ENDPOINT",
                    runtime_property("Microsoft.DocumentDB/databaseAccounts", "documentEndpoint"),
                ),
                ("DASHBOARD_AUTH", Some("easyauth".to_owned())),
                ("DASHBOARD_OWNERS", owners.map(str::to_owned)),
                ("OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", Some(client)),
            ]);
        }
        StackKind::Shared => {
            expected.push(("RELEASES_URL", web.map(|name| blobs(name) + "$web")));
        }
    }
    for (name, value) in expected {
        faults.unless(value.is_some() && settings.get(name) == value.as_ref(), || {
            format!("{name} is {:?}, not {value:?}", settings.get(name))
        });
    }
}

/// The host runs what is named, because on Linux it cannot be told what not to
/// run: `AzureWebJobs.<name>.Disabled` may hold no hyphen there.
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
    faults.unless(count == enabled.len(), || "the host reads on to the first gap".to_owned());
    for function in enabled {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(function);
        let exists = folder.join("function.json").exists();
        faults.unless(exists, || format!("there is no function {function}"));
    }
}

/// The program's own opinion, as if it ran there. A build without Azure's crates
/// refuses places in Azure, so it is told of others.
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
    for (name, value_there) in overrides {
        settings.entry((*name).to_owned()).and_modify(|value| *value = (*value_there).to_owned());
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
                "the dashboard is open".to_owned()
            });
        }
        Err(problems) => faults.0.push(format!("the program refuses: {problems}")),
    }
}
