//! Connections: their time-outs, their number, and the log of a program that serves.

mod attacks;
mod in_process;
mod limit;
mod timeouts;
mod unread_log;

use tempfile::TempDir;

use crate::host::{Connection, Program, Reply, free_port, head};

/// The program stand-alone, with a data directory of its own.
struct StandAlone {
    program: Program,
    port: u16,
    _data: TempDir,
}

impl StandAlone {
    fn start() -> Self {
        Self::start_with(|settings| Program::start(&[], settings))
    }

    /// Starts it with a limit on the number of open file descriptors.
    fn start_with_descriptors(limit: u32) -> Self {
        Self::start_with(|settings| Program::start_with_descriptors(limit, &[], settings))
    }

    fn start_with(start: impl FnOnce(&[(&str, &str)]) -> Program) -> Self {
        let (port, data) = (free_port(), TempDir::new().unwrap());
        let address = format!("127.0.0.1:{port}");
        let mut program = start(&[
            ("CLOUDSMETS_LISTEN", &address),
            ("CLOUDSMETS_DATA_DIR", data.path().to_str().unwrap()),
            ("RUST_LOG", "debug"),
        ]);
        crate::lifecycle::wait_until_ready(&mut program, &address);
        Self { program, port, _data: data }
    }

    fn connect(&self) -> Connection {
        Connection::open(self.port).unwrap()
    }

    fn get(&self, target: &str) -> Reply {
        self.connect().round_trip(&head("GET", target, &[])).unwrap()
    }
}
