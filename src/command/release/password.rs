//! The password of signing keys, from the settings or the terminal.

use anyhow::{Context, ensure};
use zeroize::Zeroizing;

use crate::config::Config;

const NO_TERMINAL: &str = "CLOUDSMETS_KEY_PASSWORD is not set and there is no terminal to ask for \
                           the password; set it, or run the command on a terminal";

/// The password of an existing key.
pub(super) fn read(config: &Config) -> anyhow::Result<Zeroizing<String>> {
    match &config.key_password {
        Some(password) => Ok(Zeroizing::new(password.reveal().to_owned())),
        None => ask("Password of the secret key: "),
    }
}

/// A password for new keys. On the terminal it is asked for twice.
pub(super) fn read_new(config: &Config) -> anyhow::Result<Zeroizing<String>> {
    if config.key_password.is_some() {
        return read(config);
    }
    let password = ask("Password for the new keys: ")?;
    ensure!(!password.is_empty(), "the password is empty; the keys have to be encrypted");
    ensure!(password == ask("The same password again: ")?, "the two passwords differ");
    Ok(password)
}

fn ask(prompt: &str) -> anyhow::Result<Zeroizing<String>> {
    rpassword::prompt_password(prompt).map(Zeroizing::new).context(NO_TERMINAL)
}
