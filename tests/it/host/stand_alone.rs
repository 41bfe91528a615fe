//! Starting the program without the Functions host.

use std::path::Path;

use super::{Connection, Program, Reply, Settings, free_port, head};

/// The stand-alone program on a loopback address.
pub(crate) struct StandAlone {
    pub(crate) program: Program,
    pub(crate) port: u16,
}

impl StandAlone {
    /// Starts the program on a data directory and waits until it answers.
    pub(crate) fn start(data: &Path, settings: Settings<'_>) -> Self {
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let mut all = vec![
            ("CLOUDSMETS_LISTEN", address.as_str()),
            ("CLOUDSMETS_DATA_DIR", data.to_str().unwrap()),
        ];
        all.extend(settings);
        let mut program = Program::start(&["serve"], &all);
        crate::lifecycle::wait_until_ready(&mut program, &address);
        Self { program, port }
    }

    /// Sends a `GET` request with exactly these headers.
    pub(crate) fn get(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        self.send(&head("GET", target, headers))
    }

    /// Sends a request as it is over a new connection.
    pub(crate) fn send(&self, request: &[u8]) -> Reply {
        Connection::open(self.port).unwrap().round_trip(request).unwrap()
    }
}
