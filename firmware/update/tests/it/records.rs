//! What survives a restart of the device. The golden bytes are never edited.

use cloudsmets_update::updater::{
    Chip, DecodeRecordError, Image, RECORD_SIZE, Record, RecordStore, SaveRecordError, Setback,
    SetbackReason, Slot, Trial,
};

use crate::flash::{ERASE_SIZE, Flash, FlashError};
use crate::signer::version;

fn full_record() -> Record {
    Record {
        group: Some(42),
        floor: Some(version("1.4.0")),
        tlsr8258: Some(version("1.3.0-dev258")),
        trial: Some(Trial {
            version: version("1.5.0-dev10"),
            slot: Slot::Ota1,
            starts: 2,
            reverting: true,
        }),
        setback: Some(Setback {
            image: Image { chip: Chip::Tlsr8258, version: version("1.2.70000") },
            reason: SetbackReason::ChipFailed,
            count: 3,
        }),
    }
}

#[rustfmt::skip]
const FULL_RECORD: [u8; RECORD_SIZE] = [
    b'C', b'S', b'U', b'R', 1, 42, 0b1111, 1, 2, 1, 1, 4, 3, 0, 0, 0,
    1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0,
    1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0,
    1, 0, 0, 0, 2, 0, 0, 0, 0x70, 0x11, 1, 0, 0, 0, 0, 0,
    0xEF, 0xBE, 0xAD, 0xDE, 0, 0, 0, 0, 0, 0, 0, 0, 109, 254, 174, 233,
];

#[test]
fn a_full_record_has_its_golden_bytes() {
    assert_eq!(full_record().encode(0xDEAD_BEEF), FULL_RECORD);
    assert_eq!(Record::decode(&FULL_RECORD), Ok((full_record(), 0xDEAD_BEEF)));
}

#[test]
fn an_empty_record_survives() {
    let record = Record::default();
    assert_eq!(Record::decode(&record.encode(7)), Ok((record, 7)));
}

#[test]
fn every_reason_and_chip_survives() {
    for reason in [
        SetbackReason::Refused,
        SetbackReason::FlashFailed,
        SetbackReason::NotStarted,
        SetbackReason::Reverted,
        SetbackReason::ChipFailed,
    ] {
        for chip in [Chip::Esp32c3, Chip::Tlsr8258] {
            let image = Image { chip, version: version("1.0.0") };
            let setback = Some(Setback { image, reason, count: u8::MAX });
            let record = Record { setback, ..Record::default() };
            assert_eq!(Record::decode(&record.encode(0)), Ok((record, 0)));
        }
    }
}

#[test]
fn blank_memory_is_not_a_record() {
    for byte in [0, 0xFF] {
        assert_eq!(Record::decode(&[byte; RECORD_SIZE]), Err(DecodeRecordError::NotARecord));
    }
}

#[test]
fn a_record_with_a_flipped_bit_is_invalid() {
    for bit in 0..RECORD_SIZE * 8 {
        let mut bytes = FULL_RECORD;
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Record::decode(&bytes).is_err(), "bit {bit}");
    }
}

#[test]
fn a_store_returns_the_newest_record() {
    let mut flash = Flash::used(2 * ERASE_SIZE);
    assert_eq!(RecordStore::open(&mut flash).unwrap().1, Record::default());
    for round in 0..5 {
        let (mut store, _) = RecordStore::open(&mut flash).unwrap();
        for group in [round, 50 + round] {
            store.save(&Record { group: Some(group), ..full_record() }).unwrap();
        }
        let record = RecordStore::open(&mut flash).unwrap().1;
        assert_eq!(record, Record { group: Some(50 + round), ..full_record() });
    }
}

#[test]
fn a_power_cut_during_a_save_leaves_the_old_or_the_new_record() {
    for saves in 0..3 {
        for bytes in 0..ERASE_SIZE + RECORD_SIZE {
            let mut flash = Flash::used(2 * ERASE_SIZE);
            let mut store = RecordStore::open(&mut flash).unwrap().0;
            let mut old = Record::default();
            for group in 0..saves {
                old.group = Some(group);
                store.save(&old).unwrap();
            }
            flash.bytes_until_power_cut = Some(bytes);
            let mut store = RecordStore::open(&mut flash).unwrap().0;
            let result = store.save(&full_record());
            assert_eq!(result, Err(SaveRecordError::Flash(FlashError::PowerCut)));

            flash.bytes_until_power_cut = None;
            let (mut store, record) = RecordStore::open(&mut flash).unwrap();
            assert_eq!(record, old, "after {saves} saves and {bytes} bytes");
            store.save(&full_record()).unwrap();
            assert_eq!(RecordStore::open(&mut flash).unwrap().1, full_record());
        }
    }
}

#[test]
fn a_record_that_is_stored_wrongly_is_noticed() {
    let mut flash = Flash { broken_byte: Some(20), ..Flash::used(2 * ERASE_SIZE) };
    let mut store = RecordStore::open(&mut flash).unwrap().0;
    assert_eq!(store.save(&full_record()), Err(SaveRecordError::StoredOtherBytes));
    assert_eq!(RecordStore::open(&mut flash).unwrap().1, Record::default());
}
