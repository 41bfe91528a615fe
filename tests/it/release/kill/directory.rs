//! Kills at every system call that changes a directory.

use std::process::{Command, Stdio};

use super::{Kills, Run, kill_at_every_step};
use crate::host::program_under_test;
use crate::prerequisites::skip_without;
use crate::release::location::Location;

/// The system calls with which files are created, flushed and renamed. Some do not exist on every
/// processor. The program makes them on one thread, so strace, which counts for each thread, counts all
/// of them.
const SYSTEM_CALLS: [&str; 10] = [
    "flock",
    "fsync",
    "linkat",
    "mkdir",
    "mkdirat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
];

/// Runs a command with strace, which kills it when it enters a system call for the nth time.
fn run(location: &Location, arguments: &[&str], system_call: &str, nth: usize) -> Run {
    let status = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e"])
        .arg(format!("inject=?{system_call}:signal=KILL:when={nth}"))
        .arg(program_under_test())
        .arg("release")
        .args(arguments)
        .env_clear()
        .env("RELEASES_URL", location.address())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    match status.code() {
        // strace ends with the signal that ended the program.
        None => Run::Killed,
        Some(0) => Run::Completed,
        Some(code) => panic!("{arguments:?} at {system_call} {nth} ended with {code}"),
    }
}

/// `None` if strace is not installed.
fn kill(command: &[&str]) -> Option<Kills> {
    if Command::new("strace").arg("--version").output().is_err() {
        skip_without("strace");
        return None;
    }
    let mut kills = Kills::default();
    for system_call in SYSTEM_CALLS {
        kills += kill_at_every_step(command, Location::directory, |location, arguments, nth| {
            run(location, arguments, system_call, nth)
        });
    }
    Some(kills)
}

#[test]
fn a_killed_publication_leaves_the_old_or_the_new_state_and_can_be_completed() {
    let Some(kills) = kill(&["publish", "FOLDER", "--percent", "20"]) else { return };
    // Eight files and the roll-out are each flushed and renamed.
    assert!(kills.old_state > 30 && kills.new_state > 0, "{kills:?}");
}

#[test]
fn a_killed_rollout_leaves_the_old_or_the_new_state_and_can_be_completed() {
    let Some(kills) = kill(&["rollout", "1.4.0", "20"]) else { return };
    assert!(kills.old_state > 2 && kills.new_state > 0, "{kills:?}");
}

#[test]
fn a_killed_withdrawal_leaves_the_old_or_the_new_state_and_can_be_completed() {
    let Some(kills) = kill(&["withdraw", "1.4.0"]) else { return };
    assert!(kills.old_state > 2 && kills.new_state > 0, "{kills:?}");
}
