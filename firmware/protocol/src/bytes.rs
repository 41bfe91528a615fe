//! Reads and writes bytes without indexing, which could panic.

use core::fmt;

/// The output buffer is too small. Its content is incomplete and must not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BufferFull;

impl fmt::Display for BufferFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the output buffer is too small")
    }
}

impl core::error::Error for BufferFull {}

/// The bytes that are not read yet. Integers are big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        let bytes: [u8; 2] = self.take(2)?.try_into().ok()?;
        Some(u16::from_be_bytes(bytes))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        let bytes: [u8; 4] = self.take(4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    }
}

/// A buffer that is filled from its start.
pub(crate) struct Output<'b> {
    buffer: &'b mut [u8],
    length: usize,
}

impl<'b> Output<'b> {
    pub(crate) fn new(buffer: &'b mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), BufferFull> {
        let end = self.length.checked_add(bytes.len()).ok_or(BufferFull)?;
        let target = self.buffer.get_mut(self.length..end).ok_or(BufferFull)?;
        target.copy_from_slice(bytes); // cannot panic: `target` was cut to this length
        self.length = end;
        Ok(())
    }

    /// Writes the low `width` bytes of `value`, big-endian. A `width` above 8 writes 8 bytes.
    pub(crate) fn put_unsigned(&mut self, width: u8, value: u64) -> Result<(), BufferFull> {
        let bytes = value.to_be_bytes();
        let skipped = bytes.len().saturating_sub(usize::from(width));
        self.put(bytes.get(skipped..).unwrap_or_default())
    }
}

impl fmt::Write for Output<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text.as_bytes()).map_err(|BufferFull| fmt::Error)
    }
}
