//! Programs that the tests start, from Debian's packages: a browser and its driver, a font for the
//! browser, an MQTT broker, Node.js for what npm installs ([`crate::npm`]), pip, which brings the
//! linker of [`crate::package`], openssl and jq, which the scripts use, and shellcheck, which reads
//! them. What is there already, from wherever, is left alone.

use std::path::Path;

use anyhow::Context;

use crate::program::{is_installed, program, run};
use crate::report::Outcome;

/// How it is told whether a package is needed.
enum Provides {
    /// A program of this name.
    Program(&'static str),
    /// This file.
    File(&'static str),
}

const REQUIRED_PACKAGES: [(&str, Provides); 10] = [
    ("chromium", Provides::Program("chromium")),
    ("chromium-driver", Provides::Program("chromedriver")),
    ("fonts-dejavu-core", Provides::File("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")),
    ("jq", Provides::Program("jq")),
    ("mosquitto", Provides::Program("mosquitto")),
    ("nodejs", Provides::Program("node")),
    ("npm", Provides::Program("npm")),
    ("openssl", Provides::Program("openssl")),
    ("python3-pip", Provides::Program("pip3")),
    ("shellcheck", Provides::Program("shellcheck")),
];

/// Installs what is missing.
///
/// # Errors
/// When the packages cannot be installed although this is root on Debian.
pub(crate) fn install() -> anyhow::Result<Outcome> {
    let missing: Vec<_> = REQUIRED_PACKAGES
        .iter()
        .filter(|(_, provides)| !is_present(provides))
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() {
        println!("everything is there");
        return Ok(Outcome::Done);
    }
    if !is_root() || !is_installed("apt-get") {
        let missing = missing.join(" ");
        return Ok(Outcome::Skipped(format!(
            "{missing} missing; tests that need them, those in a browser among them, will be \
             skipped. Install them, or run this as root on Debian"
        )));
    }
    // The lists of packages may be missing or old; fetching them takes longer than the attempt.
    if apt_get(&missing).is_err() {
        run(program("apt-get").arg("update"))?;
        apt_get(&missing).context("cannot install what the tests need")?;
    }
    Ok(Outcome::Done)
}

fn is_present(provides: &Provides) -> bool {
    match provides {
        Provides::Program(name) => is_installed(name),
        Provides::File(path) => Path::new(path).is_file(),
    }
}

fn is_root() -> bool {
    let id = program("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn apt_get(packages: &[&str]) -> anyhow::Result<()> {
    let mut command = program("apt-get");
    command.args(["install", "--yes", "--no-install-recommends", "-qq"]);
    run(command.args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
}
