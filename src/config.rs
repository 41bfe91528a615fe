//! The program's settings, read once from the environment. Pure but for
//! [`Config::from_environment`]; reports all problems at once.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::domain::calendar;

/// The settings that this program knows. A variable with one of
/// this program's prefixes that is not among them is a mistake worth naming.
pub const KNOWN: [&str; 11] = [
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
const OUR_PREFIXES: [&str; 5] = ["CLOUDSMETS_", "COSMOS_", "DASHBOARD_", "EVENTHUB_", "RELEASES_"];

/// The shortest password that a dashboard takes.
const SHORTEST_PASSWORD: usize = 12;

/// All settings, valid together.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where and as what to listen.
    pub listen: Listen,
    /// The embedded store's directory.
    pub data_dir: PathBuf,
    /// The zone that days are local to.
    pub zone: TimeZone,
    /// Who may see the dashboard.
    pub auth: Auth,
    /// Where releases are; `None` when this program serves none.
    pub releases: Option<PathBuf>,
}

/// Where and as what to listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// As the Functions host's custom handler, on 127.0.0.1 and its port.
    CustomHandler(u16),
    /// By itself, without the way in for telemetry.
    StandAlone(SocketAddr),
}

impl Listen {
    /// The address to bind.
    #[must_use]
    pub fn address(self) -> SocketAddr {
        match self {
            Self::CustomHandler(port) => SocketAddr::from(([127, 0, 0, 1], port)),
            Self::StandAlone(address) => address,
        }
    }
}

/// How visitors show who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Everybody who reaches the address is the owner; loopback only.
    Loopback,
    /// HTTP Basic with this password.
    Password(Secret),
    /// Azure's Easy Auth in front; the named principals see every home.
    EasyAuth {
        /// Whether the platform really stands in front and sets the headers.
        is_enforced: bool,
        /// Principal ids or e-mail addresses, in lower case.
        owners: Vec<String>,
    },
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text from being printed.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, to compare with.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct BadSettings(pub Vec<String>);

impl Config {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// [`BadSettings`] with every problem, before anything is bound or written.
    #[expect(clippy::disallowed_methods, reason = "the edge at which settings enter")]
    pub fn from_environment() -> Result<Self, BadSettings> {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        // A value that is no text is kept as one that no setting takes, not as unset.
        let get = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        Self::from_lookup(get, names)
    }

    /// Reads settings by name. `names` are all that are set, to find unknown ones.
    ///
    /// # Errors
    /// [`BadSettings`] with every problem.
    pub fn from_lookup(
        get: impl Fn(&str) -> Option<String>,
        names: impl Iterator<Item = String>,
    ) -> Result<Self, BadSettings> {
        let get = |name: &str| get(name).filter(|value| !value.trim().is_empty());
        let mut problems = unknown(names);
        let listen = listen(&get, &mut problems);
        let zone = get("CLOUDSMETS_TIME_ZONE").unwrap_or_else(|| "Europe/London".to_owned());
        let zone = TimeZone::get(&zone).unwrap_or_else(|_| {
            problems.push(format!("CLOUDSMETS_TIME_ZONE: {zone:?} is not an IANA time zone"));
            TimeZone::UTC
        });
        if !keeps_half_hours(&zone) {
            problems.push(
                "CLOUDSMETS_TIME_ZONE: its midnights fall inside a half-hour of UTC, which \
                 readings are kept by"
                    .to_owned(),
            );
        }
        let auth = auth(&get, listen, &mut problems);
        cosmos(&get, &mut problems);
        if let Some(filter) = get("RUST_LOG")
            && let Err(error) = filter.parse::<tracing_subscriber::EnvFilter>()
        {
            problems.push(format!("RUST_LOG: {error}"));
        }
        let releases = releases(&get, &mut problems);
        let data_dir = get("CLOUDSMETS_DATA_DIR").unwrap_or_else(|| "./data".to_owned()).into();
        if problems.is_empty() {
            Ok(Self { listen, data_dir, zone, auth, releases })
        } else {
            Err(BadSettings(problems))
        }
    }
}

/// Whether local midnights are half-hours of UTC too, as everywhere but in a
/// few zones such as Asia/Kathmandu (UTC+05:45). Looks at each month of the
/// years 2000 to 2049.
fn keeps_half_hours(zone: &TimeZone) -> bool {
    let months = (2_000..2_050).flat_map(|year| (1..=12).map(move |month| (year, month)));
    months
        .map(|(year, month)| jiff::civil::date(year, month, 1))
        .all(|date| calendar::start_of_day(date, zone).unix() % calendar::HALF_HOUR == 0)
}

fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let ours = |name: &String| OUR_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let mut unknown: Vec<_> =
        names.filter(|name| ours(name) && !KNOWN.contains(&name.as_str())).collect();
    unknown.sort();
    unknown.iter().map(|name| format!("{name} is no setting of this program")).collect()
}

type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

fn listen(get: Lookup<'_>, problems: &mut Vec<String>) -> Listen {
    if let Some(port) = get("FUNCTIONS_CUSTOMHANDLER_PORT") {
        let port = port.parse().unwrap_or_else(|_| {
            problems.push(format!("FUNCTIONS_CUSTOMHANDLER_PORT: {port:?} is not a port"));
            0
        });
        return Listen::CustomHandler(port);
    }
    let address = get("CLOUDSMETS_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let address = address.parse().unwrap_or_else(|_| {
        problems.push(format!(
            "CLOUDSMETS_LISTEN: {address:?} is not an address and port such as 127.0.0.1:8080"
        ));
        SocketAddr::from(([127, 0, 0, 1], 8080))
    });
    Listen::StandAlone(address)
}

fn auth(get: Lookup<'_>, listen: Listen, problems: &mut Vec<String>) -> Auth {
    let in_azure = get("WEBSITE_SITE_NAME").is_some();
    let is_loopback = listen.address().ip().is_loopback();
    let owners: Vec<_> = get("DASHBOARD_OWNERS")
        .iter()
        .flat_map(|owners| owners.split(','))
        .map(|owner| owner.trim().to_lowercase())
        .filter(|owner| !owner.is_empty())
        .collect();
    let password = get("DASHBOARD_PASSWORD");
    let chosen = get("DASHBOARD_AUTH");
    let usual = if in_azure { "easyauth" } else { "none" };
    let auth = chosen.as_deref().unwrap_or(usual);
    if password.is_some() && auth != "password" {
        problems.push(format!("DASHBOARD_PASSWORD is set, but DASHBOARD_AUTH is {auth}"));
    }
    match auth {
        "none" => {
            if in_azure {
                problems.push(
                    "DASHBOARD_AUTH=none is refused in Azure: the dashboard would be everybody's"
                        .to_owned(),
                );
            } else if !is_loopback {
                problems.push(format!(
                    "DASHBOARD_AUTH=none is refused on {}: everybody on the network could look. \
                     Set DASHBOARD_AUTH=password and DASHBOARD_PASSWORD",
                    listen.address()
                ));
            }
            Auth::Loopback
        }
        "password" => {
            let password = password.unwrap_or_default();
            if password.chars().count() < SHORTEST_PASSWORD {
                problems.push(format!(
                    "DASHBOARD_AUTH=password needs DASHBOARD_PASSWORD with at least {SHORTEST_PASSWORD} characters"
                ));
            }
            Auth::Password(Secret::new(password))
        }
        "easyauth" => {
            if !in_azure && matches!(listen, Listen::StandAlone(_)) {
                problems.push(
                    "DASHBOARD_AUTH=easyauth is refused outside Azure: anybody could send the \
                     headers that its front end sets"
                        .to_owned(),
                );
            }
            let enforced = get("WEBSITE_AUTH_ENABLED");
            let is_enforced = enforced.is_some_and(|value| value.eq_ignore_ascii_case("true"));
            Auth::EasyAuth { is_enforced, owners }
        }
        other => {
            problems.push(format!("DASHBOARD_AUTH: {other:?} is not easyauth, password or none"));
            Auth::Loopback
        }
    }
}

fn cosmos(get: Lookup<'_>, problems: &mut Vec<String>) {
    match (get("COSMOS_ENDPOINT").is_some(), get("COSMOS_DATABASE").is_some()) {
        (true, _) if !cfg!(feature = "azure") => problems.push(
            "COSMOS_ENDPOINT is set, but this program was built without the feature azure and \
             cannot use Cosmos DB"
                .to_owned(),
        ),
        (true, false) => problems.push("COSMOS_ENDPOINT is set without COSMOS_DATABASE".to_owned()),
        (true, true) => problems
            .push("COSMOS_ENDPOINT is set, but this version cannot use Cosmos DB yet".to_owned()),
        (false, true) => problems.push("COSMOS_DATABASE is set without COSMOS_ENDPOINT".to_owned()),
        (false, false) => {}
    }
}

fn releases(get: Lookup<'_>, problems: &mut Vec<String>) -> Option<PathBuf> {
    let url = get("RELEASES_URL")?;
    let path = url.strip_prefix("file://").filter(|path| path.starts_with('/'));
    if path.is_none() {
        problems.push(format!(
            "RELEASES_URL: {url:?} is not file:///directory; this version knows no other place"
        ));
    }
    path.map(|path| percent_encoding::percent_decode_str(path).decode_utf8_lossy().as_ref().into())
}
