//! The bytes of a [`Record`] in flash memory.
//!
//! Numbers are little-endian. A version is four numbers of 32 bits: major, minor, patch, and N of
//! `-devN`, or 0.
//!
//! | offset | content |
//! |---|---|
//! | 0 | `CSUR` |
//! | 4 | schema, 1 |
//! | 5 | group, or 255 |
//! | 6 | which of the following are present, a bit each: floor, version of the TLSR8258, trial, setback |
//! | 7 | slot of the trial |
//! | 8 | starts of the trial |
//! | 9 | 1 if the trial is being reverted |
//! | 10 | chip of the setback |
//! | 11 | reason of the setback |
//! | 12 | count of the setback |
//! | 13 | three reserved bytes, 0 |
//! | 16 | the versions: floor, TLSR8258, trial, setback |
//! | 80 | sequence number |
//! | 84 | eight reserved bytes, 0 |
//! | 92 | CRC-32 (of Ethernet and zip) of the bytes before it |
//!
//! A new version on trial writes this record, and the old version reads it after a reversion. Therefore
//! the bytes above never change their meaning. Additions go into reserved bytes, which a reader ignores.

use core::num::NonZeroU32;

use cloudsmets_protocol::release::Version;
use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

use super::{Chip, Image, Record, Setback, SetbackReason, Slot, Trial};

/// The size of an encoded record in bytes.
pub const RECORD_SIZE: usize = 96;

const MAGIC: [u8; 4] = *b"CSUR";
const SCHEMA: u8 = 1;
const NO_GROUP: u8 = 255;
const GROUPS: u8 = 100;
const CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

const FLOOR: usize = 16;
const TLSR8258: usize = 32;
const TRIAL: usize = 48;
const SETBACK: usize = 64;
const SEQUENCE: usize = 80;
const CHECKSUM_AT: usize = 92;

/// The reason why bytes are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeRecordError {
    /// The bytes do not start like a record, for example because the memory is blank.
    NotARecord,
    /// The schema is unknown.
    UnknownSchema(u8),
    /// The record is damaged, for example because the power failed while it was written.
    WrongChecksum,
    /// A byte has a value that no record has.
    InvalidValue,
}

impl Record {
    /// Encodes the record. A record with a greater sequence number is newer.
    #[must_use]
    pub fn encode(&self, sequence: u32) -> [u8; RECORD_SIZE] {
        let mut bytes = [0; RECORD_SIZE];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4] = SCHEMA;
        bytes[5] = self.group.unwrap_or(NO_GROUP);
        bytes[6] = u8::from(self.floor.is_some())
            | u8::from(self.tlsr8258.is_some()) << 1
            | u8::from(self.trial.is_some()) << 2
            | u8::from(self.setback.is_some()) << 3;
        if let Some(floor) = self.floor {
            encode_version(&mut bytes, FLOOR, floor);
        }
        if let Some(tlsr8258) = self.tlsr8258 {
            encode_version(&mut bytes, TLSR8258, tlsr8258);
        }
        if let Some(trial) = self.trial {
            bytes[7] = encode_slot(trial.slot);
            bytes[8] = trial.starts;
            bytes[9] = trial.reverting.into();
            encode_version(&mut bytes, TRIAL, trial.version);
        }
        if let Some(setback) = self.setback {
            bytes[10] = encode_chip(setback.image.chip);
            bytes[11] = encode_reason(setback.reason);
            bytes[12] = setback.count;
            encode_version(&mut bytes, SETBACK, setback.image.version);
        }
        bytes[SEQUENCE..SEQUENCE + 4].copy_from_slice(&sequence.to_le_bytes());
        let checksum = CHECKSUM.checksum(&bytes[..CHECKSUM_AT]);
        bytes[CHECKSUM_AT..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Decodes a record and its sequence number.
    ///
    /// # Errors
    /// If the bytes are not a valid record.
    pub fn decode(bytes: &[u8; RECORD_SIZE]) -> Result<(Self, u32), DecodeRecordError> {
        if bytes[..4] != MAGIC {
            return Err(DecodeRecordError::NotARecord);
        }
        if number(bytes, CHECKSUM_AT) != CHECKSUM.checksum(&bytes[..CHECKSUM_AT]) {
            return Err(DecodeRecordError::WrongChecksum);
        }
        if bytes[4] != SCHEMA {
            return Err(DecodeRecordError::UnknownSchema(bytes[4]));
        }
        let record = decode_values(bytes).ok_or(DecodeRecordError::InvalidValue)?;
        Ok((record, number(bytes, SEQUENCE)))
    }
}

fn decode_values(bytes: &[u8; RECORD_SIZE]) -> Option<Record> {
    let is_present = |bit: u8| bytes[6] & (1 << bit) != 0;
    let mut record = Record::default();
    if bytes[5] != NO_GROUP {
        record.group = Some(Some(bytes[5]).filter(|&group| group < GROUPS)?);
    }
    if is_present(0) {
        record.floor = Some(decode_version(bytes, FLOOR));
    }
    if is_present(1) {
        record.tlsr8258 = Some(decode_version(bytes, TLSR8258));
    }
    if is_present(2) {
        record.trial = Some(Trial {
            version: decode_version(bytes, TRIAL),
            slot: decode_slot(bytes[7])?,
            starts: bytes[8],
            reverting: bytes[9] == 1,
        });
    }
    if is_present(3) {
        let image =
            Image { chip: decode_chip(bytes[10])?, version: decode_version(bytes, SETBACK) };
        let reason = decode_reason(bytes[11])?;
        record.setback = Some(Setback { image, reason, count: bytes[12] });
    }
    Some(record)
}

fn number(bytes: &[u8; RECORD_SIZE], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn encode_version(bytes: &mut [u8; RECORD_SIZE], at: usize, version: Version) {
    let Version { major, minor, patch, dev } = version;
    let numbers = [major, minor, patch, dev.map_or(0, NonZeroU32::get)];
    for (place, number) in bytes[at..].chunks_exact_mut(4).zip(numbers) {
        place.copy_from_slice(&number.to_le_bytes());
    }
}

fn decode_version(bytes: &[u8; RECORD_SIZE], at: usize) -> Version {
    Version {
        major: number(bytes, at),
        minor: number(bytes, at + 4),
        patch: number(bytes, at + 8),
        dev: NonZeroU32::new(number(bytes, at + 12)),
    }
}

const fn encode_slot(slot: Slot) -> u8 {
    match slot {
        Slot::Ota0 => 0,
        Slot::Ota1 => 1,
    }
}

const fn decode_slot(byte: u8) -> Option<Slot> {
    match byte {
        0 => Some(Slot::Ota0),
        1 => Some(Slot::Ota1),
        _ => None,
    }
}

const fn encode_chip(chip: Chip) -> u8 {
    match chip {
        Chip::Esp32c3 => 0,
        Chip::Tlsr8258 => 1,
    }
}

const fn decode_chip(byte: u8) -> Option<Chip> {
    match byte {
        0 => Some(Chip::Esp32c3),
        1 => Some(Chip::Tlsr8258),
        _ => None,
    }
}

const fn encode_reason(reason: SetbackReason) -> u8 {
    match reason {
        SetbackReason::Refused => 0,
        SetbackReason::FlashFailed => 1,
        SetbackReason::NotStarted => 2,
        SetbackReason::Reverted => 3,
        SetbackReason::ChipFailed => 4,
    }
}

const fn decode_reason(byte: u8) -> Option<SetbackReason> {
    match byte {
        0 => Some(SetbackReason::Refused),
        1 => Some(SetbackReason::FlashFailed),
        2 => Some(SetbackReason::NotStarted),
        3 => Some(SetbackReason::Reverted),
        4 => Some(SetbackReason::ChipFailed),
        _ => None,
    }
}
