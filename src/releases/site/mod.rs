//! The web site of the releases.

pub mod policy;
