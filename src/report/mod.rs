//! What a page or a data endpoint needs to know, read from the store and
//! worked out by the domain. Knows nothing of HTML, JSON or status codes.

mod home;
mod live;
mod load;
mod period;
mod usage;

pub use home::{FuelNow, FuelReadings, Health, HomeReport, LiveReport, ReadingsReport};
pub use live::{all_live, homes, live, newest_day, readings};
pub use period::{FuelReport, Period, PeriodReport, period};
pub use usage::{Question, usage};
