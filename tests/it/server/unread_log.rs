//! A log that nothing reads holds up neither requests nor the end of the program.

use std::io::{BufRead, BufReader};
use std::process::ChildStdout;

use super::StandAlone;
use crate::host::{Program, head};
use crate::lifecycle::terminate;

/// Each writes a line; together they are more than the pipe and the queue hold.
const REQUESTS: u64 = 6_000;

fn serve_without_reading() -> (StandAlone, ChildStdout) {
    let mut pipe = None;
    let server = StandAlone::start_with(|settings| {
        let one_line_a_request = ("RUST_LOG", "warn,cloudsmets::http::error=debug");
        let settings = [settings, &[one_line_a_request]].concat();
        let (program, stdout) = Program::start_with_pipe(&[], &settings);
        pipe = Some(stdout);
        program
    });
    let mut connection = server.connect();
    for _ in 0..REQUESTS {
        let reply = connection.round_trip(&head("GET", "/nothing", &[])).unwrap();
        assert_eq!(reply.status, 404);
    }
    (server, pipe.unwrap())
}

#[test]
fn requests_are_answered_and_the_program_ends_while_nothing_reads_the_log() {
    let (mut server, unread) = serve_without_reading();
    terminate(&server.program);
    assert_eq!(server.program.wait().code(), Some(0));
    drop(unread);
}

#[test]
fn the_log_reports_how_many_lines_were_dropped() {
    let (mut server, pipe) = serve_without_reading();
    let (mut written, mut dropped) = (0, 0);
    let mut lines = BufReader::new(pipe).lines();
    for line in lines.by_ref() {
        let Ok(line) = serde_json::from_str::<serde_json::Value>(&line.unwrap()) else {
            continue; // the dashboard's address
        };
        written += u64::from(line["message"] == "refused");
        if let Some(count) = line["lines.dropped"].as_u64() {
            dropped = count;
            break;
        }
    }
    assert!(dropped > 0 && written + dropped == REQUESTS, "{written} written, {dropped} dropped");
    terminate(&server.program);
    assert_eq!(server.program.wait().code(), Some(0));
}
