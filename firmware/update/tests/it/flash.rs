//! Flash memory whose power can fail and that can store other bytes than were written.

use std::cell::RefCell;
use std::rc::Rc;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

pub(crate) const ERASE_SIZE: usize = 256;
const WRITE_SIZE: usize = 4;

#[derive(Debug, Clone)]
pub(crate) struct Flash {
    pub(crate) bytes: Vec<u8>,
    /// A byte that stores one bit wrongly.
    pub(crate) broken_byte: Option<usize>,
    /// After so many bytes, the power fails, in the middle of an operation.
    pub(crate) bytes_until_power_cut: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FlashError {
    PowerCut,
    OutOfBounds,
    NotAligned,
    NotErased,
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl Flash {
    /// The memory contains something else, as after an earlier use.
    pub(crate) fn used(size: usize) -> Self {
        Self { bytes: vec![0x5A; size], broken_byte: None, bytes_until_power_cut: None }
    }

    /// How many of `count` bytes are written before the power fails.
    fn take_power(&mut self, count: usize) -> usize {
        let Some(remaining) = &mut self.bytes_until_power_cut else { return count };
        let possible = count.min(*remaining);
        *remaining -= possible;
        possible
    }

    fn check(&self, from: usize, length: usize, unit: usize) -> Result<(), FlashError> {
        if !from.is_multiple_of(unit) || !length.is_multiple_of(unit) {
            return Err(FlashError::NotAligned);
        }
        if from + length > self.bytes.len() {
            return Err(FlashError::OutOfBounds);
        }
        Ok(())
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = WRITE_SIZE;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let offset = offset as usize;
        self.check(offset, bytes.len(), Self::READ_SIZE)?;
        bytes.copy_from_slice(&self.bytes[offset..offset + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WRITE_SIZE;
    const ERASE_SIZE: usize = ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let (from, to) = (from as usize, to as usize);
        self.check(from, to - from, ERASE_SIZE)?;
        let erased = self.take_power(to - from);
        self.bytes[from..from + erased].fill(0xFF);
        if erased < to - from { Err(FlashError::PowerCut) } else { Ok(()) }
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let offset = offset as usize;
        self.check(offset, bytes.len(), WRITE_SIZE)?;
        if self.bytes[offset..offset + bytes.len()].iter().any(|&byte| byte != 0xFF) {
            return Err(FlashError::NotErased);
        }
        let written = self.take_power(bytes.len());
        self.bytes[offset..offset + written].copy_from_slice(&bytes[..written]);
        if let Some(broken) = self.broken_byte.filter(|at| (offset..offset + written).contains(at))
        {
            self.bytes[broken] ^= 0x10;
        }
        if written < bytes.len() { Err(FlashError::PowerCut) } else { Ok(()) }
    }
}

/// Flash memory that the test can look at while an installer writes it.
#[derive(Debug, Clone)]
pub(crate) struct SharedFlash(pub(crate) Rc<RefCell<Flash>>);

impl ErrorType for SharedFlash {
    type Error = FlashError;
}

impl ReadNorFlash for SharedFlash {
    const READ_SIZE: usize = Flash::READ_SIZE;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        self.0.borrow_mut().read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.0.borrow().capacity()
    }
}

impl NorFlash for SharedFlash {
    const WRITE_SIZE: usize = Flash::WRITE_SIZE;
    const ERASE_SIZE: usize = Flash::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        self.0.borrow_mut().erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        self.0.borrow_mut().write(offset, bytes)
    }
}
