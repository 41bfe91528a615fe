//! Where the program listens and who may look: both, because without a
//! password only this machine may.

use std::fmt;
use std::net::SocketAddr;

use super::SettingLookup;

/// The shortest password that a dashboard takes.
const MIN_PASSWORD_LENGTH: usize = 12;

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
    None,
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

pub(super) fn listen(get: SettingLookup<'_>, problems: &mut Vec<String>) -> Listen {
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

pub(super) fn auth(get: SettingLookup<'_>, listen: Listen, problems: &mut Vec<String>) -> Auth {
    let in_azure = get("WEBSITE_SITE_NAME").is_some();
    let is_loopback = listen.address().ip().is_loopback();
    let owners: Vec<_> = get("DASHBOARD_OWNERS")
        .iter()
        .flat_map(|owners| owners.split(','))
        .map(|owner| owner.trim().to_lowercase())
        .filter(|owner| !owner.is_empty())
        .collect();
    let password = get("DASHBOARD_PASSWORD");
    let configured = get("DASHBOARD_AUTH");
    let default = if in_azure { "easyauth" } else { "none" };
    let auth = configured.as_deref().unwrap_or(default);
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
            Auth::None
        }
        "password" => {
            let password = password.unwrap_or_default();
            if password.chars().count() < MIN_PASSWORD_LENGTH {
                problems.push(format!(
                    "DASHBOARD_AUTH=password needs DASHBOARD_PASSWORD with at least {MIN_PASSWORD_LENGTH} characters"
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
            Auth::None
        }
    }
}
