//! Reports for pages and data endpoints. They are read from the store and calculated by the domain,
//! and do not depend on HTML, JSON or status codes.

mod home;
mod live;
mod load;
mod period;
mod usage;

pub use home::{DeviceHealth, FuelReadings, HomeReport, LiveFuel, LiveReport, ReadingsReport};
pub use live::{homes, live, live_of_all_homes, newest_day, readings};
pub use period::{FuelReport, Period, PeriodReport, period};
pub use usage::{UsageRequest, usage};
