//! Starting, stopping and dying, as the Functions host makes the program do.

mod ground;
mod kill;
mod settings;
mod surface;

use std::process::Command;

use crate::host::{FunctionsHost, Program, free_port, head};
pub(crate) use surface::wait_until_it_answers;

/// Asks politely, as a container's end does. The host itself only kills.
fn terminate(program: &Program) {
    let pid = program.id().to_string();
    let status = Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &pid]).status();
    assert!(status.unwrap().success());
}

/// The host's probe: any answer will do, but there has to be one.
#[test]
fn the_root_answers_as_soon_as_the_port_is_open() {
    let host = FunctionsHost::start();
    let mut connection = host.connect();
    for _ in 0..3 {
        let reply = connection.ask(&head("GET", "/", &[])).unwrap();
        assert_eq!(reply.status, 200);
        assert!(!reply.body.is_empty());
    }
}

#[test]
fn the_handler_listens_on_the_loopback_address_only() {
    let host = FunctionsHost::start();
    // 127.0.0.2 is this machine too; only a listener on every address answers there.
    assert!(std::net::TcpStream::connect(("127.0.0.2", host.port)).is_err());
}

/// The host takes 0 for "nothing happened" and never starts the handler again.
#[test]
fn a_handler_that_is_told_to_stop_does_not_exit_with_0() {
    let mut host = FunctionsHost::start();
    let idle = host.connect();
    terminate(&host.program);
    let status = host.program.wait();
    assert!(!status.success(), "{status}");
    drop(idle);
}

#[test]
fn a_handler_whose_port_is_taken_says_so_and_does_not_exit_with_0() {
    let host = FunctionsHost::start();
    let port = host.port.to_string();
    let output = Program::run(&[], &[("FUNCTIONS_CUSTOMHANDLER_PORT", &port)]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&port) && said.contains("cannot be bound"), "{said}");
}

#[test]
fn alone_the_program_ends_well_when_it_is_told_to_stop() {
    let address = format!("127.0.0.1:{}", free_port());
    let data = tempfile::TempDir::new().unwrap();
    let settings = [
        ("CLOUDSMETS_LISTEN", address.as_str()),
        ("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap()),
    ];
    let mut program = Program::start(&["serve"], &settings);
    wait_until_it_answers(&mut program, &address);
    terminate(&program);
    assert_eq!(program.wait().code(), Some(0));
}

/// The host files what is on standard error as errors.
#[test]
fn the_log_goes_to_standard_output_as_json_lines() {
    let mut host = FunctionsHost::start();
    let rubbish = crate::host::Event::new("dev-1", 0, "rubbish 4711");
    host.deliver(&crate::host::Batch::new(vec![rubbish]));
    host.program.kill();
    let log = host.program.stdout();
    assert!(log.lines().count() >= 2, "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string(), "{line}");
    }
    assert!(!log.contains("4711"), "the log repeats an event: {log}");
    assert_eq!(host.program.stderr(), "");
}

/// An older program must not write into a newer one's store.
#[test]
fn a_newer_programs_store_is_refused_and_left_as_it_is() {
    let host = FunctionsHost::start();
    let event = crate::dialect::Dialect::V2.event("dev-1", 1_767_322_800, 5_000);
    host.deliver(&crate::host::Batch::new(vec![event]));
    let data = host.stop();
    let database = rusqlite::Connection::open(data.path().join("cloudsmets.sqlite")).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    let before = crate::host::documents(data.path());
    let port = free_port().to_string();
    let settings = [
        ("FUNCTIONS_CUSTOMHANDLER_PORT", port.as_str()),
        ("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap()),
    ];
    let output = Program::run(&[], &settings);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("99") && said.contains("newer"), "{said}");
    assert_eq!(crate::host::documents(data.path()), before);
}

#[test]
fn a_data_directory_that_cannot_be_one_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let port = free_port().to_string();
    let path = file.path().to_str().unwrap();
    let settings = [("FUNCTIONS_CUSTOMHANDLER_PORT", port.as_str()), ("CLOUDSMETS_DATA_DIR", path)];
    let output = Program::run(&[], &settings);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(path), "{said}");
}
