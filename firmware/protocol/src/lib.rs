//! Wire types shared by the device's firmware and the server.
//!
//! This crate exists so that both ends of a wire are written once. It holds encodings and nothing
//! else: no clock, no input or output, no tariff or home. It imports nothing of ours, needs no
//! allocator and never panics, whatever bytes it is given.
//!
//! # Version policy
//!
//! Devices in the field cannot be recompiled. Each payload version therefore has a module, a test
//! file and golden bytes of its own under `tests/golden/`, and those bytes are **never edited**: a
//! change that would need it is a new version. A decoder ignores members it does not know, so a
//! version may gain optional members. [`cloudsmets_v1`] is the documented shape of the first
//! devices, [`cloudsmets_v2`] is ours.
//!
//! | module | what it encodes |
//! |---|---|
//! | [`zbhci`] | Telink ZBHCI frames on the UART, and relayed as they came |
//! | [`zigbee`] | Zigbee attribute values, ids and units |
//! | [`cloudsmets_v1`], [`cloudsmets_v2`] | the JSON that devices publish, wrapped in [`Envelope`] |
//! | [`release`] | release versions such as `1.5.0-dev12` |
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
