//! The one place that reads the clock. Everything else is handed a moment.

use crate::domain::units::Moment;

/// Now.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the edge at which time enters")]
pub fn now() -> Moment {
    jiff::Timestamp::now().into()
}
