//! The program's settings, which are read once from the environment. Everything except
//! [`Config::from_environment`] is pure, and all problems are reported at once.

mod access;
mod location;

use std::net::SocketAddr;

use axum::http::uri::Authority;
use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;

use crate::domain::calendar;
pub use access::{Auth, Listen, Secret};
pub use location::{AzureIdentity, ReleasesLocation, ServiceUrl, StoreLocation};

/// All settings that have one of this program's prefixes. Any other variable with such a prefix
/// is reported as a mistake.
pub const KNOWN_SETTINGS: [&str; 12] = [
    "CLOUDSMETS_DATA_DIR",
    "CLOUDSMETS_KEY_PASSWORD",
    "CLOUDSMETS_LISTEN",
    "CLOUDSMETS_TIME_ZONE",
    "COSMOS_DATABASE",
    "COSMOS_ENDPOINT",
    "DASHBOARD_AUTH",
    "DASHBOARD_OWNERS",
    "DASHBOARD_PASSWORD",
    "EVENTHUB_CONSUMER_GROUP",
    "EVENTHUB_NAME",
    "RELEASES_URL",
];

/// The prefixes that are reserved for this program's settings.
const SETTING_PREFIXES: [&str; 5] =
    ["CLOUDSMETS_", "COSMOS_", "DASHBOARD_", "EVENTHUB_", "RELEASES_"];

/// All settings, validated together.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: Listen,
    pub store: StoreLocation,
    /// The time zone that defines local days.
    pub time_zone: TimeZone,
    /// How visitors of the dashboard authenticate.
    pub auth: Auth,
    pub releases: ReleasesLocation,
    pub azure_identity: AzureIdentity,
    /// The password of the keys that sign releases; `None` if it has to be asked for.
    pub key_password: Option<Secret>,
    /// Whether the program runs in an Azure function app.
    pub in_azure: bool,
    /// `WEBSITE_HOSTNAME`: the authority at which the Functions host listens. Core Tools sets it
    /// to `localhost:7071` or similar.
    functions_host: Option<Authority>,
    /// In the syntax of `tracing_subscriber::EnvFilter`.
    log_filter: String,
}

/// The default of `RUST_LOG`.
const DEFAULT_LOG_FILTER: &str = "warn,cloudsmets=info";

/// All problems of the settings, one sentence each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct InvalidSettings(pub Vec<String>);

impl Config {
    /// Reads the settings from the environment of the process. Does no other I/O.
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
    pub fn from_environment() -> Result<Self, InvalidSettings> {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        // A value that is not UTF-8 must not count as unset; its lossy form is rejected later.
        let get = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        Self::from_lookup(get, names)
    }

    /// Reads settings by name. `names` lists all variables that are set, to find unknown ones.
    pub fn from_lookup(
        get: impl Fn(&str) -> Option<String>,
        names: impl Iterator<Item = String>,
    ) -> Result<Self, InvalidSettings> {
        let get = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let mut problems = unknown_setting_problems(names);
        let listen = access::listen(&get, &mut problems);
        let name = get("CLOUDSMETS_TIME_ZONE").unwrap_or_else(|| "Europe/London".to_owned());
        let time_zone = TimeZone::get(&name).unwrap_or_else(|_| {
            problems.push(
                "CLOUDSMETS_TIME_ZONE is not an IANA time zone such as Europe/London".to_owned(),
            );
            TimeZone::UTC
        });
        if !midnights_align_with_half_hours(&time_zone) {
            problems.push(
                "CLOUDSMETS_TIME_ZONE is a zone whose midnights fall inside a half-hour of UTC, but \
                 readings are stored by half-hour"
                    .to_owned(),
            );
        }
        let auth = access::auth(&get, listen, &mut problems);
        let store = location::store_location(&get, &mut problems);
        let releases = location::releases_location(&get, &mut problems);
        let azure_identity = location::azure_identity(&get, &mut problems);
        let key_password = access::key_password(&get, &mut problems);
        let log_filter = get("RUST_LOG").unwrap_or_else(|| DEFAULT_LOG_FILTER.to_owned());
        if log_filter.parse::<EnvFilter>().is_err() {
            problems.push(format!("RUST_LOG is not a log filter such as {DEFAULT_LOG_FILTER}"));
        }
        let in_azure = is_in_azure(&get);
        let functions_host = get("WEBSITE_HOSTNAME").and_then(|name| name.parse().ok());
        if problems.is_empty() {
            Ok(Self {
                listen,
                store,
                time_zone,
                auth,
                releases,
                azure_identity,
                key_password,
                in_azure,
                functions_host,
                log_filter,
            })
        } else {
            Err(InvalidSettings(problems))
        }
    }

    /// Returns the address of the dashboard for a program that is bound to `bound`. Under the
    /// Functions host, users reach the dashboard at the address of the host.
    #[must_use]
    pub fn dashboard_url(&self, bound: SocketAddr) -> String {
        match (self.listen, &self.functions_host) {
            (Listen::StandAlone(_), _) => format!("http://{bound}/dashboard"),
            (Listen::CustomHandler(_), Some(host)) => format!("http://{host}/dashboard"),
            (Listen::CustomHandler(_), None) => "/dashboard at the Functions host".to_owned(),
        }
    }

    #[must_use]
    pub fn log_filter(&self) -> EnvFilter {
        // `EnvFilter::new` skips invalid directives; `from_lookup` has refused those.
        EnvFilter::new(&self.log_filter)
    }
}

/// Returns whether every local midnight is also the start of a half-hour of UTC. Only a few zones,
/// such as Asia/Kathmandu (UTC+05:45), differ. Checks the first day of each month from 2000 to 2049.
fn midnights_align_with_half_hours(zone: &TimeZone) -> bool {
    let months = (2_000..2_050).flat_map(|year| (1..=12).map(move |month| (year, month)));
    months
        .map(|(year, month)| jiff::civil::date(year, month, 1))
        .all(|date| calendar::start_of_day(date, zone).unix() % calendar::HALF_HOUR == 0)
}

fn unknown_setting_problems(names: impl Iterator<Item = String>) -> Vec<String> {
    let has_our_prefix =
        |name: &String| SETTING_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let mut unknown: Vec<_> = names
        .filter(|name| has_our_prefix(name) && !KNOWN_SETTINGS.contains(&name.as_str()))
        .collect();
    unknown.sort();
    unknown.iter().map(|name| format!("{name} is not a setting of this program")).collect()
}

fn is_in_azure(get: SettingLookup<'_>) -> bool {
    get("WEBSITE_SITE_NAME").is_some()
}

type SettingLookup<'a> = &'a dyn Fn(&str) -> Option<String>;
