//! How the program starts and stops under the Functions host.

mod host_with_store;
mod kill;
mod routes;
mod settings;

use std::process::Command;

use crate::host::{FunctionsHost, Program, free_port, head};
pub(crate) use routes::wait_until_ready;

/// Sends SIGTERM, as a container runtime does. The host itself only sends SIGKILL.
pub(crate) fn terminate(program: &Program) {
    let pid = program.id().to_string();
    let status = Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &pid]).status();
    assert!(status.unwrap().success());
}

/// The host probes `GET /` and accepts any status.
#[test]
fn the_root_answers_as_soon_as_the_port_is_open() {
    let host = FunctionsHost::start();
    let mut connection = host.connect();
    for _ in 0..3 {
        let reply = connection.round_trip(&head("GET", "/", &[])).unwrap();
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

/// The host ignores exit code 0 and does not restart the handler.
#[test]
fn a_handler_that_is_terminated_does_not_exit_with_0() {
    let mut host = FunctionsHost::start();
    let idle = host.connect();
    terminate(&host.program);
    let status = host.program.wait();
    assert!(!status.success(), "{status}");
    drop(idle);
}

#[test]
fn a_handler_whose_port_is_taken_reports_it_and_does_not_exit_with_0() {
    let host = FunctionsHost::start();
    let port = host.port.to_string();
    let output = Program::run(&[], &[("FUNCTIONS_CUSTOMHANDLER_PORT", &port)]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains(&port) && stderr.contains("cannot be bound"), "{stderr}");
}

#[test]
fn the_stand_alone_program_exits_with_0_when_terminated() {
    let address = format!("127.0.0.1:{}", free_port());
    let data = tempfile::TempDir::new().unwrap();
    let settings = [
        ("CLOUDSMETS_LISTEN", address.as_str()),
        ("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap()),
    ];
    let mut program = Program::start(&["serve"], &settings);
    wait_until_ready(&mut program, &address);
    terminate(&program);
    assert_eq!(program.wait().code(), Some(0));
}

/// The host logs every line of standard error as an error.
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
fn the_store_of_a_newer_program_is_refused_and_left_unchanged() {
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
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("99") && stderr.contains("newer"), "{stderr}");
    assert_eq!(crate::host::documents(data.path()), before);
}

#[test]
fn an_unusable_data_directory_is_named_in_the_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let port = free_port().to_string();
    let path = file.path().to_str().unwrap();
    let settings = [("FUNCTIONS_CUSTOMHANDLER_PORT", port.as_str()), ("CLOUDSMETS_DATA_DIR", path)];
    let output = Program::run(&[], &settings);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains(path), "{stderr}");
}
