//! What a page or a data endpoint needs to know, read from the store and
//! worked out by the domain. Knows nothing of HTML, JSON or status codes.

mod home;
mod period;

pub use home::{FuelNow, Health, HomeReport, LiveReport, homes, live};
pub use period::{FuelReport, Period, PeriodReport, period};
