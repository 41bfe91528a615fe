//! Kills at every request to a container: before the request is executed, and after it is executed but
//! before its reply arrives.

use std::cell::Cell;

use super::{Kills, Run, kill_at_every_step};
use crate::azure::{Azurite, KillMoment, KillingProxy};
use crate::host::Program;
use crate::release::location::Location;

/// `None` if Azurite is not installed.
fn kill(command: &[&str], moment: KillMoment) -> Option<Kills> {
    let azurite = Azurite::start()?;
    let containers = Cell::new(0);
    let location = || {
        containers.set(containers.get() + 1);
        Location::container(&azurite, &format!("releases-{}", containers.get()))
    };
    let run = |location: &Location, arguments: &[&str], step: usize| {
        let proxy = KillingProxy::start(azurite.port(), step, moment);
        let direct = format!("127.0.0.1:{}", azurite.port());
        let address = location.address().replace(&direct, &format!("127.0.0.1:{}", proxy.port()));
        let arguments = [&["release"], arguments].concat();
        let mut program = Program::start(&arguments, &[("RELEASES_URL", &address)]);
        proxy.set_victim(program.id());
        match program.wait().code() {
            None => Run::Killed,
            Some(0) => Run::Completed,
            Some(code) => panic!("{arguments:?} ended with {code}: {}", program.stderr()),
        }
    };
    Some(kill_at_every_step(command, location, run))
}

#[test]
fn a_publication_killed_before_a_request_leaves_the_old_state_and_can_be_completed() {
    let command = ["publish", "FOLDER", "--percent", "20"];
    let Some(kills) = kill(&command, KillMoment::BeforeRequest) else { return };
    // Eight files and the roll-out.
    assert!(kills.old_state > 9, "{kills:?}");
}

#[test]
fn a_publication_killed_before_a_reply_leaves_the_old_or_the_new_state_and_can_be_completed() {
    let command = ["publish", "FOLDER", "--percent", "20"];
    let Some(kills) = kill(&command, KillMoment::BeforeReply) else { return };
    assert!(kills.old_state > 9 && kills.new_state > 0, "{kills:?}");
}

#[test]
fn a_killed_change_of_the_rollout_leaves_the_old_or_the_new_state_and_can_be_completed() {
    for command in [&["rollout", "1.4.0", "20"][..], &["withdraw", "1.4.0"]] {
        let Some(kills) = kill(command, KillMoment::BeforeRequest) else { return };
        assert!(kills.old_state > 2, "{kills:?}");
        let Some(kills) = kill(command, KillMoment::BeforeReply) else { return };
        assert!(kills.old_state > 1 && kills.new_state > 0, "{kills:?}");
    }
}
