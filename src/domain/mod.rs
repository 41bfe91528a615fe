//! Readings, documents, merging and consumption. Everything is pure: there is no clock, network, disk
//! or HTTP. Of our own code this imports `cloudsmets_protocol` only.

pub mod calendar;
pub mod consumption;
pub mod decode;
pub mod document;
pub mod gas;
pub mod identity;
pub mod json;
pub mod merge;
pub mod observation;
pub mod register;
pub mod text;
pub mod units;
