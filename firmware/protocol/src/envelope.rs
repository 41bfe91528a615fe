//! The envelope of every payload that devices publish.

use core::fmt;

use serde::Deserialize;

use crate::bytes::{BufferFull, Output};
use crate::json::{self, Object};
use crate::{cloudsmets_v1, cloudsmets_v2};

/// A complete payload: `{"cloudsmets":...}`. Members other than `cloudsmets` are ignored.
///
/// Firmware should store the envelope instead of the bare message, so that encoding does not move it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Envelope<T> {
    /// The content, [`cloudsmets_v1::Message`] or [`cloudsmets_v2::Message`].
    pub cloudsmets: T,
}

impl Envelope<cloudsmets_v1::Message> {
    /// Writes the payload to the start of `out` and returns its length in bytes.
    ///
    /// # Errors
    /// [`BufferFull`] if `out` is too small.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, BufferFull> {
        json::encode(out, |out| write_envelope(out, |out| self.cloudsmets.write(out)))
    }
}

impl Envelope<cloudsmets_v2::Message> {
    /// Writes the payload to the start of `out` and returns its length in bytes.
    ///
    /// # Errors
    /// [`BufferFull`] if `out` is too small.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, BufferFull> {
        json::encode(out, |out| write_envelope(out, |out| self.cloudsmets.write(out)))
    }
}

fn write_envelope(
    out: &mut Output<'_>,
    content: impl FnOnce(&mut Output<'_>) -> fmt::Result,
) -> fmt::Result {
    let mut object = Object::begin(out);
    content(object.write_key("cloudsmets")?)?;
    object.end()
}
