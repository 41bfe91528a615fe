//! The program's settings, read once from the environment. Pure but for
//! [`Config::from_environment`]; reports all problems at once.

mod access;
mod location;

use jiff::tz::TimeZone;
use tracing_subscriber::EnvFilter;

use crate::domain::calendar;
pub use access::{Auth, Listen, Secret};
pub use location::{AzureIdentity, ReleasesLocation, ServiceUrl, StoreLocation};

/// The settings with one of this program's prefixes. A variable with such a
/// prefix that is not among them is a mistake worth naming.
pub const KNOWN_SETTINGS: [&str; 11] = [
    "CLOUDSMETS_DATA_DIR",
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

/// Prefixes that only this program's settings have.
const SETTING_PREFIXES: [&str; 5] =
    ["CLOUDSMETS_", "COSMOS_", "DASHBOARD_", "EVENTHUB_", "RELEASES_"];

/// All settings, valid together.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where and as what to listen.
    pub listen: Listen,
    /// Where readings are.
    pub store: StoreLocation,
    /// The zone that days are local to.
    pub time_zone: TimeZone,
    /// Who may see the dashboard.
    pub auth: Auth,
    /// Where releases are.
    pub releases: ReleasesLocation,
    /// As whom to ask Azure.
    pub azure_identity: AzureIdentity,
    /// What is logged, as `tracing_subscriber::EnvFilter` reads it.
    log_filter: String,
}

/// What is logged unless `RUST_LOG` says otherwise.
const DEFAULT_LOG_FILTER: &str = "warn,cloudsmets=info";

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct InvalidSettings(pub Vec<String>);

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// [`InvalidSettings`] with every problem, before anything is bound or written.
    #[expect(clippy::disallowed_methods, reason = "the edge at which settings enter")]
    pub fn from_environment() -> Result<Self, InvalidSettings> {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        // A value that is no text is kept as one that no setting takes, not as unset.
        let get = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        Self::from_lookup(get, names)
    }

    /// Reads settings by name. `names` are all that are set, to find unknown ones.
    ///
    /// # Errors
    /// [`InvalidSettings`] with every problem.
    pub fn from_lookup(
        get: impl Fn(&str) -> Option<String>,
        names: impl Iterator<Item = String>,
    ) -> Result<Self, InvalidSettings> {
        let get = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let mut problems = unknown_setting_problems(names);
        let listen = access::listen(&get, &mut problems);
        let name = get("CLOUDSMETS_TIME_ZONE").unwrap_or_else(|| "Europe/London".to_owned());
        let time_zone = TimeZone::get(&name).unwrap_or_else(|_| {
            problems.push(format!("CLOUDSMETS_TIME_ZONE: {name:?} is not an IANA time zone"));
            TimeZone::UTC
        });
        if !midnights_align_with_half_hours(&time_zone) {
            problems.push(
                "CLOUDSMETS_TIME_ZONE: its midnights fall inside a half-hour of UTC, which \
                 readings are kept by"
                    .to_owned(),
            );
        }
        let auth = access::auth(&get, listen, &mut problems);
        let store = location::store_location(&get, &mut problems);
        let releases = location::releases_location(&get, &mut problems);
        let azure_identity = location::azure_identity(&get, &mut problems);
        let log_filter = get("RUST_LOG").unwrap_or_else(|| DEFAULT_LOG_FILTER.to_owned());
        if let Err(error) = log_filter.parse::<EnvFilter>() {
            problems.push(format!("RUST_LOG: {error}"));
        }
        if problems.is_empty() {
            Ok(Self { listen, store, time_zone, auth, releases, azure_identity, log_filter })
        } else {
            Err(InvalidSettings(problems))
        }
    }

    /// What is logged.
    #[must_use]
    pub fn log_filter(&self) -> EnvFilter {
        // Lossless: settings with a filter that cannot be read are refused.
        EnvFilter::new(&self.log_filter)
    }
}

/// Whether local midnights are half-hours of UTC too, as everywhere but in a
/// few zones such as Asia/Kathmandu (UTC+05:45). Looks at each month of the
/// years 2000 to 2049.
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
    unknown.iter().map(|name| format!("{name} is no setting of this program")).collect()
}

type SettingLookup<'a> = &'a dyn Fn(&str) -> Option<String>;
