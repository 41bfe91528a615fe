//! The one module that reads the clock. All other code takes the time as an argument.

use crate::domain::units::Moment;

/// Returns the current time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> Moment {
    jiff::Timestamp::now().into()
}
