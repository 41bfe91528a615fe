//! What can go wrong between the program and a service far away.

use crate::seeded_random::SeededRandom;

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is answered.
    None,
    /// It is refused with this status and not executed.
    Refused(u16),
    /// The connection breaks before it is executed.
    LostRequest,
    /// It is executed, and the connection breaks before the answer.
    LostReply,
    /// It is executed, and an answer never comes.
    NoReply,
    /// It waits, on its way, until the test lets it go.
    Held,
}

/// Which requests fare how.
pub(crate) struct FaultSchedule {
    next: Box<dyn FnMut(&str) -> Fault + Send>,
}

impl FaultSchedule {
    /// Everything is answered.
    pub(crate) fn none() -> Self {
        Self::from_fn(|_| Fault::None)
    }

    /// A schedule of one's own; it is asked with the request's method and path.
    pub(crate) fn from_fn(next: impl FnMut(&str) -> Fault + Send + 'static) -> Self {
        Self { next: Box::new(next) }
    }

    /// One in `odds` requests for items fares badly, in a way that chance picks.
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
