//! What stands in for Azure: Microsoft's own emulators, and what they leave out.

pub(crate) mod cosmos;
pub(crate) mod faults;
