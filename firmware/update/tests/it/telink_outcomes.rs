//! Every outcome of an update of the Telink chip, from the frames that lead to it.

use cloudsmets_protocol::zbhci::{
    Acknowledgement, AcknowledgementStatus, EncodeError, Frame, UpdateEvent, UpdateStatus,
};
use cloudsmets_update::telink::{Action, Outcome, Update};

const SIZE: u32 = 100;

fn receive(
    update: &mut Update,
    now: u64,
    encode: impl FnOnce(&mut [u8]) -> Result<usize, EncodeError>,
) {
    let mut out = [0; 64];
    let length = encode(&mut out).unwrap();
    update.receive(&Frame::parse(&out[..length]).unwrap(), now);
}

fn event(update: &mut Update, now: u64, event: UpdateEvent) {
    receive(update, now, |out| event.encode(out));
}

fn acknowledge(update: &mut Update, now: u64, command: u16, status: AcknowledgementStatus) {
    receive(update, now, |out| Acknowledgement { command, status }.encode(out));
}

fn started(address: u32, size: u32, offset: u32, status: UpdateStatus) -> UpdateEvent {
    UpdateEvent::Started { address, size, offset, status }
}

const STARTED: UpdateEvent = UpdateEvent::Started {
    address: 0x4_0000,
    size: SIZE,
    offset: 0,
    status: UpdateStatus::Success,
};

/// An update whose start was sent at 0.
fn starting() -> Update {
    let mut update = Update::new(SIZE);
    assert_eq!(update.next_action(0), Action::SendStart { size: SIZE });
    assert_eq!(update.next_action(0), Action::WaitUntil(10_000));
    update
}

/// An update whose start the chip confirmed at 1000.
fn transferring() -> Update {
    let mut update = starting();
    event(&mut update, 1000, STARTED);
    assert_eq!(update.next_action(1000), Action::WaitUntil(1100));
    update
}

fn request(update: &mut Update, now: u64, offset: u32, length: u8) -> Action {
    event(update, now, UpdateEvent::BlockRequest { offset, length });
    update.next_action(now)
}

/// Sends starts until the update ends, and answers each with `reply`.
fn outcome_of_starts(reply: impl Fn(&mut Update, u64)) -> (Outcome, usize) {
    let mut update = Update::new(SIZE);
    let (mut now, mut starts) = (0, 0);
    loop {
        match update.next_action(now) {
            Action::SendStart { .. } => {
                starts += 1;
                reply(&mut update, now);
            }
            Action::WaitUntil(time) => now = time,
            Action::Finish(outcome) => return (outcome, starts),
            Action::SendBlock { .. } => panic!("a block without a confirmed start"),
        }
    }
}

#[test]
fn a_request_is_answered_once_and_again_when_it_is_repeated() {
    let mut update = transferring();
    let block = Action::SendBlock { offset: 0, length: 40 };
    assert_eq!(request(&mut update, 1010, 0, 40), block);
    assert_eq!(update.next_action(1010), Action::WaitUntil(1110));
    assert_eq!(update.next_action(1400), Action::WaitUntil(1500));
    assert_eq!(request(&mut update, 1510, 0, 40), block);
    assert_eq!(update.sent(), 40);
}

#[test]
fn of_several_requests_that_arrive_together_only_the_last_is_answered() {
    let mut update = transferring();
    event(&mut update, 1010, UpdateEvent::BlockRequest { offset: 0, length: 40 });
    let last = request(&mut update, 1010, 40, 40);
    assert_eq!(last, Action::SendBlock { offset: 40, length: 40 });
    assert_eq!(update.next_action(1010), Action::WaitUntil(1110));
}

#[test]
fn a_request_that_may_be_old_is_not_answered() {
    let mut update = transferring();
    assert_eq!(request(&mut update, 1400, 0, 40), Action::WaitUntil(1500));
    assert_eq!(request(&mut update, 1500, 0, 40), Action::SendBlock { offset: 0, length: 40 });
}

#[test]
fn a_request_is_not_answered_after_the_end_of_the_update() {
    let mut update = transferring();
    event(&mut update, 1010, UpdateEvent::BlockRequest { offset: 0, length: 40 });
    let status = UpdateStatus::Timeout;
    event(&mut update, 1010, UpdateEvent::Ended { size: SIZE, offset: 0, status });
    let stopped = Action::Finish(Outcome::Stopped { status, offset: 0 });
    assert_eq!(update.next_action(1010), stopped);
    assert_eq!(request(&mut update, 1020, 0, 40), stopped);
}

#[test]
fn a_request_before_the_confirmed_start_is_not_answered() {
    let mut update = starting();
    assert_eq!(request(&mut update, 10, 0, 40), Action::WaitUntil(10_000));
}

#[test]
fn requests_outside_the_image_end_the_update() {
    for (offset, length) in [(0, 0), (0, 41), (61, 40), (100, 1), (u32::MAX, 40)] {
        let outcome = Outcome::BlockOutOfRange { offset, length };
        assert_eq!(request(&mut transferring(), 1010, offset, length), Action::Finish(outcome));
    }
    let last = Action::SendBlock { offset: 60, length: 40 };
    assert_eq!(request(&mut transferring(), 1010, 60, 40), last);
}

#[test]
fn the_chip_reports_how_the_update_ended() {
    let stopped = |status, offset| Outcome::Stopped { status, offset };
    let mut cases = vec![
        (SIZE, SIZE, UpdateStatus::Success, Outcome::Accepted),
        (SIZE, 80, UpdateStatus::Success, Outcome::UnexpectedEnd { size: SIZE, offset: 80 }),
        (99, 99, UpdateStatus::Success, Outcome::UnexpectedEnd { size: 99, offset: 99 }),
    ];
    for byte in 1..=8 {
        let status = UpdateStatus::from(byte);
        cases.push((SIZE, 40, status, stopped(status, 40)));
    }
    for (size, offset, status, outcome) in cases {
        let mut update = transferring();
        event(&mut update, 1010, UpdateEvent::Ended { size, offset, status });
        assert_eq!(update.next_action(1010), Action::Finish(outcome));
    }
}

#[test]
fn a_start_that_does_not_match_the_image_ends_the_update() {
    let success = UpdateStatus::Success;
    for (event_received, outcome) in [
        (started(0x2_0000, SIZE, 0, success), Outcome::UnexpectedAddress(0x2_0000)),
        (started(0, SIZE + 1, 0, success), Outcome::UnexpectedSize(SIZE + 1)),
        (started(0, SIZE, 40, success), Outcome::UnexpectedStart(40)),
        (
            started(0, SIZE, 0, UpdateStatus::TooLarge),
            Outcome::StartRefused(UpdateStatus::TooLarge),
        ),
        (
            started(0, 0, 0, UpdateStatus::UnknownBootAddress),
            Outcome::StartRefused(UpdateStatus::UnknownBootAddress),
        ),
    ] {
        let mut update = starting();
        event(&mut update, 10, event_received);
        assert_eq!(update.next_action(10), Action::Finish(outcome));
    }
}

#[test]
fn a_start_is_sent_five_times() {
    assert_eq!(outcome_of_starts(|_, _| ()), (Outcome::NoReply, 5));
    let busy = AcknowledgementStatus::Busy;
    let reply = |update: &mut Update, now| acknowledge(update, now, 0x0210, busy);
    assert_eq!(outcome_of_starts(reply), (Outcome::NotQueued(busy), 5));
    let unreadable = AcknowledgementStatus::Other(9);
    let reply = |update: &mut Update, now| acknowledge(update, now, 0xFFFF, unreadable);
    assert_eq!(outcome_of_starts(reply), (Outcome::NotQueued(unreadable), 5));
    let reply = |update: &mut Update, now| {
        event(update, now, started(0, 7, 40, UpdateStatus::InProgress));
    };
    assert_eq!(outcome_of_starts(reply), (Outcome::OtherUpdateInProgress, 5));
}

#[test]
fn a_chip_that_does_not_know_the_command_is_not_asked_again() {
    let unknown = AcknowledgementStatus::UnknownCommand;
    let reply = |update: &mut Update, now| acknowledge(update, now, 0x0210, unknown);
    assert_eq!(outcome_of_starts(reply), (Outcome::Unsupported, 1));
}

#[test]
fn acknowledgements_of_other_commands_are_ignored() {
    let mut update = starting();
    acknowledge(&mut update, 10, 0x0100, AcknowledgementStatus::UnknownCommand);
    acknowledge(&mut update, 10, 0x0210, AcknowledgementStatus::Queued);
    assert_eq!(update.next_action(10), Action::WaitUntil(10_000));
}

#[test]
fn a_chip_that_falls_silent_is_not_waited_for() {
    let mut update = transferring();
    request(&mut update, 1010, 0, 40);
    assert_eq!(update.next_action(6009), Action::WaitUntil(6010));
    assert_eq!(update.next_action(6010), Action::Finish(Outcome::Silent(40)));

    let mut update = transferring();
    request(&mut update, 1010, 60, 40);
    assert_eq!(update.next_action(6010), Action::Finish(Outcome::Unconfirmed));
}
