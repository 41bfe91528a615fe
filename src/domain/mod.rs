//! What a household's meters say and what it means: pure, without clock,
//! network, storage or web. Imports `cloudsmets_protocol` and nothing else of ours.

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
