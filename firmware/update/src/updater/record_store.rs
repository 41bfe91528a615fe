//! Two copies of the record in flash memory.

use embedded_storage::nor_flash::NorFlash;

use super::{RECORD_SIZE, Record};

/// Stores the record in the first two erase blocks of a flash region, alternately. If the power fails
/// while one is written, the other one is still valid.
///
/// If neither is valid, the record is that of a new device. The device then keeps running its version,
/// accepts versions that are newer than it, and chooses another group.
#[derive(Debug)]
pub struct RecordStore<F> {
    flash: F,
    /// The block that the next record is written to.
    next_block: u32,
    next_sequence: u32,
}

impl<F: NorFlash> RecordStore<F> {
    const BLOCK_SIZE: u32 = {
        assert!(F::ERASE_SIZE >= RECORD_SIZE && F::ERASE_SIZE <= u32::MAX as usize / 2);
        assert!(
            RECORD_SIZE.is_multiple_of(F::WRITE_SIZE) && RECORD_SIZE.is_multiple_of(F::READ_SIZE)
        );
        F::ERASE_SIZE as u32
    };

    /// Opens the store and reads the newest valid record.
    ///
    /// # Errors
    /// If the flash memory fails.
    pub fn open(mut flash: F) -> Result<(Self, Record), F::Error> {
        let records = [read(&mut flash, 0)?, read(&mut flash, Self::BLOCK_SIZE)?];
        let (record, sequence, block) = match records {
            [Some((first, a)), Some((_, b))] if a > b => (first, a, 0),
            [Some((first, a)), None] => (first, a, 0),
            [_, Some((second, b))] => (second, b, 1),
            [None, None] => (Record::default(), 0, 1),
        };
        let next_sequence = sequence.saturating_add(1);
        Ok((Self { flash, next_block: 1 - block, next_sequence }, record))
    }

    /// Stores a record. After an error, the previous record is still valid.
    ///
    /// # Errors
    /// If the flash memory fails.
    pub fn save(&mut self, record: &Record) -> Result<(), SaveRecordError<F::Error>> {
        let at = self.next_block * Self::BLOCK_SIZE;
        let bytes = record.encode(self.next_sequence);
        self.flash.erase(at, at + Self::BLOCK_SIZE).map_err(SaveRecordError::Flash)?;
        self.flash.write(at, &bytes).map_err(SaveRecordError::Flash)?;
        let mut stored = [0; RECORD_SIZE];
        self.flash.read(at, &mut stored).map_err(SaveRecordError::Flash)?;
        if stored != bytes {
            return Err(SaveRecordError::StoredOtherBytes);
        }
        self.next_block = 1 - self.next_block;
        self.next_sequence = self.next_sequence.saturating_add(1);
        Ok(())
    }
}

fn read<F: NorFlash>(flash: &mut F, at: u32) -> Result<Option<(Record, u32)>, F::Error> {
    let mut bytes = [0; RECORD_SIZE];
    flash.read(at, &mut bytes)?;
    Ok(Record::decode(&bytes).ok())
}

/// The reason why a record was not stored. `E` is the error of the flash memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveRecordError<E> {
    /// The flash memory reported an error.
    Flash(E),
    /// The flash memory contains other bytes than were written.
    StoredOtherBytes,
}
