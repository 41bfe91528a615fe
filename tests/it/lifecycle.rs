//! Starting, stopping and dying, as the Functions host makes the program do.

mod kill;
mod settings;
mod surface;

use std::process::Command;

use crate::host::{FunctionsHost, Program, free_port, head};

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
    let settings =
        [("CLOUDSMETS_LISTEN", address.as_str()), ("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap())];
    let mut program = Program::start(&["serve"], &settings);
    surface::wait_until_it_answers(&mut program, &address);
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
