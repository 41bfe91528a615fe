//! The state of one connection. It determines the connection's time-outs, and whether the connection
//! may be closed to make room.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::limits::Limits;

/// One connection, shared by its stream, its requests and the list of all connections.
#[derive(Debug)]
pub(super) struct Connection {
    state: Mutex<State>,
    closing: Notify,
    /// Notified when this connection becomes one that may be closed.
    closable: Arc<Notify>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// The time since which the client has accepted no part of a waiting response.
    blocked_since: Option<Instant>,
}

#[derive(Debug)]
enum Phase {
    /// Accepted at the given time and not read yet, so a request may have arrived.
    Unread(Instant),
    /// No part of a request has been received since the given time.
    Idle(Instant),
    /// A part of a request's header has been received; its first byte at the given time.
    Header(Instant),
    /// A part of a request's body is outstanding; the request began at the given time.
    Body(Instant),
    /// A request has been received, and its response has not been sent.
    Responding,
    /// A request has been received whose response is delayed because its password is wrong, since
    /// the given time.
    Delayed(Instant),
    /// The connection is being closed and accepts no request.
    Closing,
}

/// A request in flight. Dropping it marks the connection as idle.
#[derive(Debug)]
pub(super) struct RequestInFlight(Arc<Connection>);

impl Connection {
    pub(super) fn new(closable: Arc<Notify>) -> Self {
        let state = State { phase: Phase::Unread(Instant::now()), blocked_since: None };
        Self { state: Mutex::new(state), closing: Notify::new(), closable }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is valid after each statement, so a panic elsewhere does not matter.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records that the client has sent nothing more than what was read.
    pub(super) fn nothing_received(&self) {
        let mut state = self.state();
        if let Phase::Unread(since) = state.phase {
            state.phase = Phase::Idle(since);
            drop(state);
            self.closable.notify_one();
        }
    }

    pub(super) fn bytes_received(&self) {
        let mut state = self.state();
        if let Phase::Unread(_) | Phase::Idle(_) = state.phase {
            state.phase = Phase::Header(Instant::now());
            drop(state);
            self.closable.notify_one();
        }
    }

    /// Records that the client accepted some bytes of a response.
    pub(super) fn bytes_sent(&self) {
        let mut state = self.state();
        state.blocked_since = None;
        if let Phase::Unread(since) | Phase::Idle(since) = &mut state.phase {
            *since = Instant::now();
        }
    }

    /// Records that bytes of a response are waiting for the client.
    pub(super) fn send_blocked(&self) {
        self.state().blocked_since.get_or_insert_with(Instant::now);
    }

    /// Begins a request, unless the connection is being closed.
    pub(super) fn begin_request(self: &Arc<Self>, has_body: bool) -> Option<RequestInFlight> {
        let mut state = self.state();
        if let Phase::Closing = state.phase {
            return None;
        }
        state.phase = if has_body { Phase::Body(Instant::now()) } else { Phase::Responding };
        Some(RequestInFlight(Arc::clone(self)))
    }

    /// Records that the request's body has been received or is no longer wanted.
    pub(super) fn body_finished(&self) {
        let mut state = self.state();
        if let Phase::Body(_) = state.phase {
            state.phase = Phase::Responding;
        }
    }

    /// Records that the request in flight may be abandoned to make room for another connection.
    pub(super) fn release(&self) {
        let mut state = self.state();
        if let Phase::Body(_) | Phase::Responding = state.phase {
            state.phase = Phase::Delayed(Instant::now());
            drop(state);
            self.closable.notify_one();
        }
    }

    /// Returns since when the connection has been waiting for the client to complete a request, or
    /// `None` if a request has arrived, or may have, that is being answered.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        match self.state().phase {
            Phase::Idle(since)
            | Phase::Header(since)
            | Phase::Body(since)
            | Phase::Delayed(since) => Some(since),
            Phase::Unread(_) | Phase::Responding | Phase::Closing => None,
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        matches!(self.state().phase, Phase::Closing)
    }

    /// Tells the connection's task to close it, unless a request has arrived, or may have.
    pub(super) fn close_if_waiting(&self) {
        let mut state = self.state();
        if !matches!(state.phase, Phase::Unread(_) | Phase::Responding) {
            state.phase = Phase::Closing;
            self.closing.notify_one();
        }
    }

    /// Waits until the connection must be closed: because of [`Self::close_if_waiting`], or because
    /// the client has exceeded a time-out.
    pub(super) async fn closed(&self, limits: &Limits) {
        tokio::select! {
            () = self.closing.notified() => {}
            () = self.timed_out(limits) => {}
        }
    }

    /// Wakes up at the deadline, or before any deadline that the client's next action may set. That
    /// takes one timer, which no request has to reset.
    async fn timed_out(&self, limits: &Limits) {
        loop {
            let now = Instant::now();
            let deadline = self.state().close_at_deadline(limits, now);
            let Some(deadline) = deadline else { return };
            sleep_until(deadline.min(now + limits.shortest())).await;
        }
    }
}

impl State {
    /// Returns the next deadline, in the far future if there is none. Returns `None`, and accepts
    /// no further request, if it has passed.
    fn close_at_deadline(&mut self, limits: &Limits, now: Instant) -> Option<Instant> {
        let waiting = match self.phase {
            Phase::Unread(since) | Phase::Idle(since) => Some(since + limits.idle),
            Phase::Header(since) => Some(since + limits.header),
            // The body has a time-out of its own, which answers the request.
            Phase::Body(_) | Phase::Responding | Phase::Delayed(_) | Phase::Closing => None,
        };
        let blocked = self.blocked_since.map(|since| since + limits.write);
        let next = waiting.into_iter().chain(blocked).min();
        if next.is_some_and(|deadline| deadline <= now) {
            self.phase = Phase::Closing;
            return None;
        }
        Some(next.unwrap_or(now + limits.shortest()))
    }
}

impl Drop for RequestInFlight {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if !matches!(state.phase, Phase::Closing) {
            state.phase = Phase::Idle(Instant::now());
        }
        drop(state);
        self.0.closable.notify_one();
    }
}
