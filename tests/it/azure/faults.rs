//! Faults between the program and a remote service.

use crate::seeded_random::SeededRandom;

/// The fault that a request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The request is refused with this status and not executed.
    Refused(u16),
    /// The connection breaks before the request is executed.
    LostRequest,
    /// The request is executed, and the connection breaks before the reply.
    LostReply,
    /// The request is executed, and no reply is ever sent.
    NoReply,
    /// The request is delayed until the test releases it.
    Held,
}

/// Decides which requests meet which faults.
pub(crate) struct FaultSchedule {
    next: Box<dyn FnMut(&str) -> Fault + Send>,
}

impl FaultSchedule {
    /// No faults.
    pub(crate) fn none() -> Self {
        Self::from_fn(|_| Fault::None)
    }

    /// A schedule from a function of the request's method and path.
    pub(crate) fn from_fn(next: impl FnMut(&str) -> Fault + Send + 'static) -> Self {
        Self { next: Box::new(next) }
    }

    /// One in `odds` requests for items meets a random fault.
    pub(crate) fn random(seed: u64, odds: usize) -> Self {
        const FAULTS: [Fault; 8] = [
            Fault::Refused(408),
            Fault::Refused(429),
            Fault::Refused(449),
            Fault::Refused(503),
            Fault::LostRequest,
            Fault::LostReply,
            Fault::LostReply,
            Fault::LostReply,
        ];
        let mut random = SeededRandom(seed);
        Self::from_fn(move |request| {
            let is_for_items = request.contains("/docs");
            if is_for_items && random.below(odds) == 0 {
                FAULTS[random.below(FAULTS.len())]
            } else {
                Fault::None
            }
        })
    }

    pub(crate) fn next(&mut self, request: &str) -> Fault {
        (self.next)(request)
    }
}
