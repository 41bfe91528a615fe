//! Programs that the tests start, from Debian packages: a browser, its driver and a font, an MQTT
//! broker, Node.js for the packages of [`crate::npm`], pip for the linker of [`crate::package`],
//! openssl and jq for the scripts, shellcheck, which checks the scripts, strace, which kills the
//! program at a system call, minisign, and a compiler and an emulator for [`crate::rv32`]. Programs
//! that are already installed are not changed, except a compiler that is too old.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::program::{is_installed, program, run};
use crate::report::Outcome;
use crate::rv32;

/// How long to wait for another process that installs packages.
const LOCK_TIMEOUT: Duration = Duration::from_mins(10);
const LOCK_POLL_INTERVAL: Duration = Duration::from_secs(5);

/// What a package provides, which shows whether it is needed.
enum Provides {
    Program(&'static str),
    File(&'static str),
    /// A file of the compiler for the device's firmware.
    FirmwareCompiler(&'static str),
}

const REQUIRED_PACKAGES: [(&str, Provides); 16] = [
    ("cargo-web", Provides::FirmwareCompiler("/usr/bin/cargo")),
    ("chromium", Provides::Program("chromium")),
    ("chromium-driver", Provides::Program("chromedriver")),
    ("fonts-dejavu-core", Provides::File("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")),
    ("jq", Provides::Program("jq")),
    ("minisign", Provides::Program("minisign")),
    ("mosquitto", Provides::Program("mosquitto")),
    ("nodejs", Provides::Program("node")),
    ("npm", Provides::Program("npm")),
    ("openssl", Provides::Program("openssl")),
    ("python3-pip", Provides::Program("pip3")),
    ("qemu-system-misc", Provides::Program("qemu-system-riscv32")),
    (
        "rust-web-src",
        Provides::FirmwareCompiler("/usr/lib/rustlib/src/rust/library/core/Cargo.toml"),
    ),
    ("rustc-web", Provides::FirmwareCompiler("/usr/bin/rustc")),
    ("shellcheck", Provides::Program("shellcheck")),
    ("strace", Provides::Program("strace")),
];

/// Installs the packages that are missing.
///
/// # Errors
/// If the packages cannot be installed although the user is root on Debian.
pub(crate) fn install() -> anyhow::Result<Outcome> {
    let missing = missing_packages();
    if missing.is_empty() {
        println!("all packages are installed");
        return Ok(Outcome::Done);
    }
    if !is_root() || !is_installed("apt-get") {
        let missing = missing.join(" ");
        return Ok(Outcome::Skipped(format!(
            "{missing} missing; the tests that need them, such as those in a browser, will be \
             skipped. Install them, or run this command as root on Debian"
        )));
    }
    // Updating the package lists takes longer than an attempt with the existing ones, which may name
    // old versions.
    if run(&mut install_command(&missing)).is_err() || !missing_packages().is_empty() {
        update_lists()?;
        run(&mut install_command(&missing)).context("cannot install what the tests need")?;
    }
    Ok(Outcome::Done)
}

fn missing_packages() -> Vec<&'static str> {
    let missing = REQUIRED_PACKAGES.iter().filter(|(_, provides)| !is_present(provides));
    missing.map(|(name, _)| *name).collect()
}

fn is_present(provides: &Provides) -> bool {
    match provides {
        Provides::Program(name) => is_installed(name),
        Provides::File(path) => Path::new(path).is_file(),
        Provides::FirmwareCompiler(path) => rv32::is_provided(path),
    }
}

fn is_root() -> bool {
    let id = program("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// `apt-get`, waiting for the lock of dpkg. The option exists since apt 2.0; older versions ignore
/// it.
fn apt_get(subcommand: &str) -> Command {
    let mut command = program("apt-get");
    command.arg("-o").arg(format!("DPkg::Lock::Timeout={}", LOCK_TIMEOUT.as_secs()));
    command.arg(subcommand);
    command
}

fn install_command(packages: &[&str]) -> Command {
    let mut command = apt_get("install");
    command.args(["--yes", "--no-install-recommends", "-qq"]);
    command.args(packages).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Updates the package lists. apt does not wait for their lock, whatever its options (seen with
/// apt 2.6), so this polls.
fn update_lists() -> anyhow::Result<()> {
    let started = Instant::now();
    loop {
        let output = apt_get("update").stderr(Stdio::piped()).output()?;
        let message = String::from_utf8_lossy(&output.stderr);
        if output.status.success() {
            return Ok(());
        }
        if !is_lock_held(&message) || started.elapsed() > LOCK_TIMEOUT {
            anyhow::bail!("apt-get update failed: {}\n{message}", output.status);
        }
        println!("another process is updating the package lists; waiting");
        thread::sleep(LOCK_POLL_INTERVAL);
    }
}

fn is_lock_held(message: &str) -> bool {
    message.contains("Could not get lock")
}

#[cfg(test)]
mod tests {
    use super::{apt_get, install_command, is_lock_held};

    #[test]
    fn apt_waits_for_the_lock_of_another_process() {
        for command in [apt_get("update"), install_command(&["jq"])] {
            let arguments: Vec<_> = command.get_args().collect();
            assert_eq!(arguments[..2], ["-o", "DPkg::Lock::Timeout=600"]);
        }
        // As apt 2.6 writes it.
        assert!(is_lock_held(
            "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 28499 (apt-get)\n\
             E: Unable to lock directory /var/lib/apt/lists/\n"
        ));
        assert!(!is_lock_held("E: Unable to locate package jqq\n"));
    }
}
