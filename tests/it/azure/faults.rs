//! What can go wrong between the program and a service far away.

use crate::dice::Dice;

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
pub(crate) struct Schedule {
    next: Box<dyn FnMut(&str) -> Fault + Send>,
}

impl Schedule {
    /// Everything is answered.
    pub(crate) fn calm() -> Self {
        Self::of(|_| Fault::None)
    }

    /// A schedule of one's own; it is asked with the request's method and path.
    pub(crate) fn of(next: impl FnMut(&str) -> Fault + Send + 'static) -> Self {
        Self { next: Box::new(next) }
    }

    /// One in `odds` requests for items fares badly, in a way that chance picks.
    pub(crate) fn stormy(seed: u64, odds: usize) -> Self {
        const WAYS: [Fault; 8] = [
            Fault::Refused(408),
            Fault::Refused(429),
            Fault::Refused(449),
            Fault::Refused(503),
            Fault::LostRequest,
            Fault::LostReply,
            Fault::LostReply,
            Fault::LostReply,
        ];
        let mut dice = Dice(seed);
        Self::of(move |request| {
            let is_for_items = request.contains("/docs");
            if is_for_items && dice.below(odds) == 0 {
                WAYS[dice.below(WAYS.len())]
            } else {
                Fault::None
            }
        })
    }

    pub(crate) fn next(&mut self, request: &str) -> Fault {
        (self.next)(request)
    }
}
