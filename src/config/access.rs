//! The address to listen on and the authentication of the dashboard. Both are in one module because
//! a dashboard without a password is restricted to this machine. Also the password of signing keys.

use std::fmt;
use std::net::SocketAddr;

use super::SettingLookup;

/// The minimum length of a configured password, in characters.
const MIN_PASSWORD_LENGTH: usize = 12;

/// The role in which the program listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// As the custom handler of the Functions host, on 127.0.0.1 and this port.
    CustomHandler(u16),
    /// Without the Functions host and without `/mqtt-receiver`.
    StandAlone(SocketAddr),
}

impl Listen {
    /// Returns the address to bind.
    #[must_use]
    pub fn address(self) -> SocketAddr {
        match self {
            Self::CustomHandler(port) => SocketAddr::from(([127, 0, 0, 1], port)),
            Self::StandAlone(address) => address,
        }
    }
}

/// How visitors of the dashboard authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Auth {
    /// Every request that comes directly from this machine is the owner's.
    None,
    /// HTTP Basic authentication with this password and any user name.
    Password(Secret),
    /// Like `Password`, with a password that is generated at the start and printed on the console.
    GeneratedPassword,
    /// Azure's Easy Auth authenticates users; the owners see every home.
    EasyAuth {
        /// Whether the platform has Easy Auth switched on, so that clients cannot set its headers.
        is_enforced: bool,
        /// Principal ids, or e-mail addresses (which contain `@`), in lower case.
        owners: Vec<String>,
    },
}

/// A text that `Debug` does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the text itself.
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
            problems.push("FUNCTIONS_CUSTOMHANDLER_PORT is not a port number".to_owned());
            0
        });
        return Listen::CustomHandler(port);
    }
    let address = get("CLOUDSMETS_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let address = address.parse().unwrap_or_else(|_| {
        problems.push(
            "CLOUDSMETS_LISTEN is not an IP address and port such as 127.0.0.1:8080".to_owned(),
        );
        SocketAddr::from(([127, 0, 0, 1], 8080))
    });
    Listen::StandAlone(address)
}

pub(super) fn auth(get: SettingLookup<'_>, listen: Listen, problems: &mut Vec<String>) -> Auth {
    let in_azure = super::is_in_azure(get);
    let mode = get("DASHBOARD_AUTH").unwrap_or_else(|| default_mode(in_azure, listen).to_owned());
    let password = get("DASHBOARD_PASSWORD");
    if password.is_some() && mode != "password" {
        problems.push("DASHBOARD_PASSWORD is set, but DASHBOARD_AUTH is not password".to_owned());
    }
    match mode.as_str() {
        "none" => {
            problems.extend(no_auth_problem(in_azure, listen).map(str::to_owned));
            Auth::None
        }
        "password" => password_auth(password, in_azure, problems),
        "easyauth" => easy_auth(get, in_azure, problems),
        _ => {
            problems.push("DASHBOARD_AUTH is not one of easyauth, password and none".to_owned());
            Auth::None
        }
    }
}

const fn default_mode(in_azure: bool, listen: Listen) -> &'static str {
    match listen {
        _ if in_azure => "easyauth",
        Listen::CustomHandler(_) => "password",
        Listen::StandAlone(_) => "none",
    }
}

fn no_auth_problem(in_azure: bool, listen: Listen) -> Option<&'static str> {
    match listen {
        _ if in_azure => {
            Some("DASHBOARD_AUTH=none is refused in Azure: the dashboard would be open to everyone")
        }
        // Core Tools before mid-2026 listens on all addresses, and the host forwards the Host
        // header that the client chose. The program cannot tell where a request came from.
        Listen::CustomHandler(_) => Some(
            "DASHBOARD_AUTH=none is refused under the Functions host, which may listen on all \
             addresses. Set DASHBOARD_AUTH=password; with an empty DASHBOARD_PASSWORD the program \
             generates a password and prints it",
        ),
        Listen::StandAlone(address) if !address.ip().is_loopback() => Some(
            "DASHBOARD_AUTH=none is refused unless CLOUDSMETS_LISTEN is a loopback address: the \
             dashboard would be open to the network. Set DASHBOARD_AUTH=password",
        ),
        Listen::StandAlone(_) => None,
    }
}

fn password_auth(password: Option<String>, in_azure: bool, problems: &mut Vec<String>) -> Auth {
    let Some(password) = password else {
        if in_azure {
            problems.push("DASHBOARD_AUTH=password needs DASHBOARD_PASSWORD in Azure".to_owned());
        }
        return Auth::GeneratedPassword;
    };
    // Bytes that are not UTF-8 were replaced, so other passwords would equal this one.
    if password.contains('\u{FFFD}') {
        problems.push("DASHBOARD_PASSWORD is not UTF-8".to_owned());
    }
    if password.chars().count() < MIN_PASSWORD_LENGTH {
        problems
            .push(format!("DASHBOARD_PASSWORD has fewer than {MIN_PASSWORD_LENGTH} characters"));
    }
    Auth::Password(Secret::new(password))
}

pub(super) fn key_password(get: SettingLookup<'_>, problems: &mut Vec<String>) -> Option<Secret> {
    let password = get("CLOUDSMETS_KEY_PASSWORD")?;
    if super::is_in_azure(get) {
        problems.push(
            "CLOUDSMETS_KEY_PASSWORD is refused in Azure: releases are signed offline, and neither \
             the keys nor their password belong in the cloud"
                .to_owned(),
        );
    }
    // Bytes that are not UTF-8 were replaced.
    if password.contains('\u{FFFD}') {
        problems.push("CLOUDSMETS_KEY_PASSWORD is not UTF-8".to_owned());
    }
    Some(Secret::new(password))
}

fn easy_auth(get: SettingLookup<'_>, in_azure: bool, problems: &mut Vec<String>) -> Auth {
    if !in_azure {
        problems.push(
            "DASHBOARD_AUTH=easyauth is refused outside Azure: any client could send the headers \
             that identify a user"
                .to_owned(),
        );
    }
    let enforced = get("WEBSITE_AUTH_ENABLED");
    let is_enforced = enforced.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Auth::EasyAuth { is_enforced, owners: owners(get) }
}

fn owners(get: SettingLookup<'_>) -> Vec<String> {
    let setting = get("DASHBOARD_OWNERS").unwrap_or_default().to_lowercase();
    setting.split(',').map(str::trim).filter(|owner| !owner.is_empty()).map(str::to_owned).collect()
}
