//! The dashboard's pages: each a struct of finished texts that is made from a
//! report, its template, a sample and its tests. Imports `domain` and `report`;
//! knows no store, no request and no clock.

pub(in crate::http) mod address;
mod chart;
mod error;
mod format;
mod head;
mod homes;
mod now;
mod period;
#[cfg(test)]
mod sample;

pub(in crate::http) use error::ErrorPage;
pub(in crate::http) use homes::HomesPage;
pub(in crate::http) use now::NowPage;
pub(in crate::http) use period::PeriodPage;
