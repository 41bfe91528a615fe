//! How long a client may take and how much it may send.

use std::time::Duration;

use rustix::process::{Resource, getrlimit};

use crate::config::Listen;

/// The limits of each connection, and of their number.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its header.
    pub header: Duration,
    /// Between two requests, and before the first.
    pub idle: Duration,
    /// Between two pieces of a request's body.
    pub body: Duration,
    /// How long a client may accept no part of a response.
    pub write: Duration,
    /// The size of a request's header in bytes, including the request line. Larger ones get 431.
    pub header_bytes: usize,
    /// The number of connections, or `None` for no limit.
    pub connections: Option<usize>,
}

/// The descriptors that are kept for files, pipes, the listener and outgoing connections.
const RESERVED_DESCRIPTORS: u64 = 32;
const LEAST_CONNECTIONS: u64 = 8;
const MOST_CONNECTIONS: u64 = 512;

impl Limits {
    /// Returns the limits for an address. Stand-alone, they depend on the number of descriptors
    /// that the process may have open.
    #[must_use]
    pub fn of(listen: Listen) -> Self {
        match listen {
            Listen::CustomHandler(_) => Self::functions_host(),
            Listen::StandAlone(_) => Self::stand_alone(getrlimit(Resource::Nofile).current),
        }
    }

    /// The Functions host limits its clients itself. It reuses connections that have been idle for
    /// up to two minutes, gives up on a silent handler after four (`ActivityTimeout`), and passes
    /// on the headers of App Service's sign-in, whose tokens are large.
    const fn functions_host() -> Self {
        Self {
            header: Duration::from_secs(60),
            idle: Duration::from_secs(300),
            body: Duration::from_secs(240),
            write: Duration::from_secs(240),
            header_bytes: 64 << 10,
            connections: None,
        }
    }

    fn stand_alone(descriptors: Option<u64>) -> Self {
        let descriptors = descriptors.unwrap_or(u64::MAX);
        // Half of them, because each request may need another descriptor, for example for a file.
        let connections = descriptors.saturating_sub(RESERVED_DESCRIPTORS) / 2;
        let connections = connections.clamp(LEAST_CONNECTIONS, MOST_CONNECTIONS);
        Self {
            header: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            body: Duration::from_secs(10),
            write: Duration::from_secs(30),
            header_bytes: 16 << 10,
            connections: usize::try_from(connections).ok(),
        }
    }

    /// The shortest time-out that is checked by [`super::connection::Connection`].
    pub(super) fn shortest(&self) -> Duration {
        self.header.min(self.idle).min(self.write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_connections_leaves_descriptors_for_the_store() {
        for (descriptors, connections) in [
            (Some(20), 8),
            (Some(64), 16),
            (Some(256), 112),
            (Some(1_024), 496),
            (Some(1 << 20), 512),
            (None, 512),
        ] {
            assert_eq!(Limits::stand_alone(descriptors).connections, Some(connections));
        }
    }

    #[test]
    fn connections_of_the_functions_host_are_neither_limited_nor_closed_within_two_minutes() {
        let limits = Limits::functions_host();
        assert_eq!(limits.connections, None);
        assert!(limits.idle > Duration::from_secs(120) && limits.header_bytes >= 64 << 10);
    }
}
