//! Ports that nobody else uses.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};

/// Ports below those that the system gives to outgoing connections, so that a
/// test's own connections never sit on one.
const FIRST_PORT: u32 = 10_000;
const PORT_COUNT: u32 = 20_000;

/// A port that is free now. Processes that run side by side look in different
/// places, so that two tests do not find the same one.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(31);
    (0..PORT_COUNT)
        .map(|_| start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)))
        .filter_map(|number| u16::try_from(FIRST_PORT + number % PORT_COUNT).ok())
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
