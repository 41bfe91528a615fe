//! Wrong passwords. Each client address gets a bounded number of answers to wrong passwords a
//! second, and the log shows how many there were. Correct passwords are not affected.
//!
//! Every wrong password reserves the next answer of its address before it waits, so closing the
//! connection early does not free the reservation. Because a correct password is answered at once, a
//! client can conclude from silence that a password is wrong. Only the rate of its connections bounds
//! such guesses, which is why passwords have a minimum length.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};

/// The delay of the answer to a wrong password.
const DELAY: Duration = Duration::from_secs(1);

/// The average interval between two answers to one client, once more than
/// `DELAY / INTERVAL` answers are pending.
const INTERVAL: Duration = Duration::from_millis(200);

/// The longest delay. Beyond it, the number of a client's open connections bounds its answers.
pub(super) const MAX_DELAY: Duration = Duration::from_secs(10);

/// The number of clients that are tracked separately; about 64 bytes each. Any others share one
/// entry.
const MAX_CLIENTS: usize = 4_096;

/// The number of answers that wait at a time. Each holds a connection and its file descriptor.
const MAX_PENDING: usize = 256;

/// The interval at which the number of wrong passwords is logged.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// A client by the address of its connection, never by a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ClientAddress {
    V4(Ipv4Addr),
    /// The first 64 bits of an IPv6 address, since a client usually controls a whole /64.
    V6([u8; 8]),
    /// The address is unknown, or too many clients have failed recently.
    Other,
}

impl ClientAddress {
    pub(super) fn of(request: &Request) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        peer.map_or(Self::Other, |ConnectInfo(address)| address.ip().into())
    }
}

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6([a, b, c, d, e, f, g, h])
            }
        }
    }
}

/// Whether there were so many failures that an answer was delayed more than usual or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DelayOutcome {
    WithinRate,
    RateExceeded,
}

/// The recent failures of all clients.
#[derive(Debug)]
pub(super) struct Failures {
    state: Mutex<State>,
    pending: Semaphore,
}

impl Default for Failures {
    fn default() -> Self {
        Self { state: Mutex::default(), pending: Semaphore::new(MAX_PENDING) }
    }
}

#[derive(Debug, Default)]
struct State {
    /// When the last reserved answer of each client is due.
    reserved_until: HashMap<ClientAddress, Instant>,
    unlogged: u64,
    is_log_scheduled: bool,
}

impl Failures {
    /// Counts a wrong password and waits until it may be answered.
    pub(super) async fn delay(self: &Arc<Self>, client: ClientAddress) -> DelayOutcome {
        let now = Instant::now();
        let until = self.lock().reserve(client, now);
        self.count();
        let Ok(_pending) = self.pending.try_acquire() else { return DelayOutcome::RateExceeded };
        let usual = now + DELAY;
        sleep_until(until.max(usual)).await;
        if until > usual { DelayOutcome::RateExceeded } else { DelayOutcome::WithinRate }
    }

    /// Logs the first failure at once, and then once a minute the number of failures since.
    fn count(self: &Arc<Self>) {
        let mut state = self.lock();
        state.unlogged += 1;
        if state.is_log_scheduled {
            return;
        }
        state.is_log_scheduled = true;
        state.log();
        drop(state);
        let failures = Arc::clone(self);
        tokio::spawn(async move {
            loop {
                sleep(LOG_INTERVAL).await;
                let mut state = failures.lock();
                state.is_log_scheduled = state.unlogged > 0;
                if !state.is_log_scheduled {
                    return;
                }
                state.log();
            }
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change of the state is complete in itself, so a panic elsewhere does not matter.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Reserves the next answer of a client, and returns until when its answers are reserved.
    fn reserve(&mut self, client: ClientAddress, now: Instant) -> Instant {
        if self.reserved_until.len() >= MAX_CLIENTS {
            self.reserved_until.retain(|_, until| *until > now);
        }
        let is_full = self.reserved_until.len() >= MAX_CLIENTS;
        let is_known = self.reserved_until.contains_key(&client);
        let client = if is_full && !is_known { ClientAddress::Other } else { client };
        let until = self.reserved_until.entry(client).or_insert(now);
        *until = ((*until).max(now) + INTERVAL).min(now + MAX_DELAY);
        *until
    }

    fn log(&mut self) {
        let count = std::mem::take(&mut self.unlogged);
        tracing::warn!(auth.failures = count, "wrong dashboard passwords");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUESSER: ClientAddress = ClientAddress::V4(Ipv4Addr::new(192, 0, 2, 1));

    async fn answers(failures: &Arc<Failures>, client: ClientAddress) -> (DelayOutcome, Duration) {
        let start = Instant::now();
        (failures.delay(client).await, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_single_wrong_password_is_answered_after_the_delay() {
        let failures = Arc::default();
        for _ in 0..3 {
            assert_eq!(answers(&failures, GUESSER).await, (DelayOutcome::WithinRate, DELAY));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_guesser_that_hangs_up_gets_no_more_answers_than_one_that_waits() {
        let failures = Arc::<Failures>::default();
        for _ in 0..20 {
            let hung_up = tokio::time::timeout(Duration::ZERO, failures.delay(GUESSER)).await;
            assert!(hung_up.is_err());
        }
        let waited = answers(&failures, GUESSER).await;
        assert_eq!(waited.0, DelayOutcome::RateExceeded);
        assert!(waited.1 >= INTERVAL * 20, "{waited:?}");
        let other = ClientAddress::V4(Ipv4Addr::new(192, 0, 2, 2));
        assert_eq!(answers(&failures, other).await, (DelayOutcome::WithinRate, DELAY));
    }

    #[test]
    fn the_answers_of_a_client_are_spaced_and_its_delay_is_bounded() {
        let (mut state, now) = (State::default(), Instant::now());
        let mut last = now;
        for _ in 0..MAX_DELAY.as_millis() / INTERVAL.as_millis() {
            let until = state.reserve(GUESSER, now);
            assert_eq!(until - last, INTERVAL);
            last = until;
        }
        assert_eq!(state.reserve(GUESSER, now), now + MAX_DELAY);
        let later = now + MAX_DELAY * 2;
        assert_eq!(state.reserve(GUESSER, later), later + INTERVAL);
    }

    #[test]
    fn the_number_of_tracked_clients_is_bounded() {
        let (mut state, now) = (State::default(), Instant::now());
        for number in 0..20_000_u32 {
            state.reserve(IpAddr::from(Ipv4Addr::from(number)).into(), now);
        }
        assert!(state.reserved_until.len() <= MAX_CLIENTS + 1);
        state.reserve(GUESSER, now + MAX_DELAY * 2);
        assert_eq!(state.reserved_until.len(), 1);
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        let client = |text: &str| ClientAddress::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::9"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_eq!(client("::ffff:192.0.2.1"), GUESSER);
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_counted_and_logged_once_a_minute() {
        let failures = Arc::<Failures>::default();
        for _ in 0..7 {
            failures.count();
        }
        let unlogged = || failures.lock().unlogged;
        assert_eq!(unlogged(), 6, "only the first is logged at once");
        sleep(LOG_INTERVAL + DELAY).await;
        assert_eq!(unlogged(), 0);
        sleep(LOG_INTERVAL).await;
        assert!(!failures.lock().is_log_scheduled);
    }
}
