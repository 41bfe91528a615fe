//! Wire types shared by the device's firmware and the server.
//!
//! With this crate, both ends of a connection use the same code. It contains only encodings: no clock,
//! no input or output, no tariffs or homes. It depends on no other crate of this project, needs no
//! allocator and never panics, whatever its input.
//!
//! # Version policy
//!
//! Devices in the field cannot be recompiled. Each payload version therefore has its own module, test
//! file and golden bytes in `tests/golden/`. The golden bytes are **never edited**: a change that needs
//! other bytes is a new version. A decoder ignores unknown members, so a version may gain optional
//! members. [`cloudsmets_v1`] is the documented format of the first devices, and [`cloudsmets_v2`] is
//! that of this project's devices.
//!
//! | module | encoding |
//! |---|---|
//! | [`zbhci`] | Telink ZBHCI frames, on the UART or relayed unchanged |
//! | [`zigbee`] | Zigbee attribute values, ids and units |
//! | [`cloudsmets_v1`], [`cloudsmets_v2`] | the JSON that devices publish, in an [`Envelope`] |
//! | [`release`] | release versions such as `1.5.0-dev12`, and the trusted comments of signatures |
#![warn(missing_docs)]
#![no_std]
#![forbid(unsafe_code)]

pub mod cloudsmets_v1;
pub mod cloudsmets_v2;
pub mod release;
pub mod zbhci;
pub mod zigbee;

mod bytes;
mod envelope;
mod json;
mod time;

pub use bytes::BufferFull;
pub use envelope::Envelope;
