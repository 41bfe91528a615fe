//! Writing an image into a slot.

use cloudsmets_protocol::release::Target;
use cloudsmets_update::{Expected, InstallError, Installer, Refusal};

use crate::flash::{ERASE_SIZE, Flash, FlashError};
use crate::signer::{Signer, expected};

const SLOT_SIZE: usize = 4 * ERASE_SIZE;

fn image(size: usize) -> Vec<u8> {
    (0..size).map(|at| (at * 7 % 251) as u8).collect()
}

struct Release {
    signer: Signer,
    image: Vec<u8>,
    signature: String,
}

impl Release {
    fn of_size(size: usize) -> Self {
        let (signer, image) = (Signer::new(), image(size));
        let signature = signer.sign_image(&image, "1.5.0", Target::Esp32c3);
        Self { signer, image, signature }
    }

    fn begin<'a>(&self, slot: &'a mut Flash) -> Result<Installer<&'a mut Flash>, Refusal> {
        let expected = Expected { capacity: u32::MAX, ..expected() };
        Installer::begin(&self.signer.key_ring(), self.signature.as_bytes(), &expected, slot)
    }
}

#[test]
fn chunks_of_any_size_give_the_same_slot() {
    for size in [0, 1, 3, 4, 5, 127, 128, 129, ERASE_SIZE, ERASE_SIZE + 1, SLOT_SIZE - 1, SLOT_SIZE]
    {
        let release = Release::of_size(size);
        for chunk_size in [1, 2, 3, 5, 64, 131, 300, SLOT_SIZE] {
            let mut slot = Flash::used(SLOT_SIZE);
            let mut installer = release.begin(&mut slot).unwrap();
            for (number, chunk) in release.image.chunks(chunk_size).enumerate() {
                assert_eq!(installer.held() as usize, number * chunk_size);
                installer.write(chunk).unwrap();
            }
            assert!(installer.is_complete());
            let stored = installer.finish().unwrap();
            assert_eq!(stored.trusted_comment().size as usize, size);
            assert_eq!(
                &slot.bytes[..size],
                release.image,
                "{size} bytes in chunks of {chunk_size}"
            );
        }
    }
}

#[test]
fn only_the_blocks_that_the_image_needs_are_erased() {
    let release = Release::of_size(ERASE_SIZE + 1);
    let mut slot = Flash::used(SLOT_SIZE);
    let mut installer = release.begin(&mut slot).unwrap();
    installer.write(&release.image).unwrap();
    installer.finish().unwrap();
    assert!(slot.bytes[2 * ERASE_SIZE..] == Flash::used(2 * ERASE_SIZE).bytes);
}

#[test]
fn an_image_that_is_larger_than_its_slot_is_refused_before_the_slot_is_touched() {
    let mut slot = Flash::used(SLOT_SIZE);
    let refusal = Release::of_size(SLOT_SIZE + 1).begin(&mut slot).unwrap_err();
    let (size, capacity) = (SLOT_SIZE as u32 + 1, SLOT_SIZE as u32);
    assert_eq!(refusal, Refusal::LargerThanSlot { size, capacity });
    assert!(slot.bytes == Flash::used(SLOT_SIZE).bytes);
}

#[test]
fn an_incomplete_image_is_refused() {
    let release = Release::of_size(100);
    let mut slot = Flash::used(SLOT_SIZE);
    let mut installer = release.begin(&mut slot).unwrap();
    installer.write(&release.image[..99]).unwrap();
    assert!(!installer.is_complete());
    let refusal = Refusal::Truncated { received: 99, size: 100 };
    assert_eq!(installer.finish(), Err(InstallError::Refused(refusal)));
}

#[test]
fn bytes_after_the_end_of_the_image_are_refused() {
    let release = Release::of_size(100);
    let mut slot = Flash::used(SLOT_SIZE);
    let mut installer = release.begin(&mut slot).unwrap();
    installer.write(&release.image).unwrap();
    let refusal = Refusal::TooLong { size: 100 };
    assert_eq!(installer.write(b"x"), Err(InstallError::Refused(refusal)));
}

#[test]
fn another_image_of_the_same_size_is_refused() {
    let release = Release::of_size(100);
    let mut slot = Flash::used(SLOT_SIZE);
    let mut installer = release.begin(&mut slot).unwrap();
    installer.write(&[0; 100]).unwrap();
    assert_eq!(installer.finish(), Err(InstallError::Refused(Refusal::WrongSignature)));
}

#[test]
fn every_byte_that_the_flash_memory_stores_wrongly_is_noticed() {
    let release = Release::of_size(301);
    for broken in 0..301 {
        let mut slot = Flash { broken_byte: Some(broken), ..Flash::used(SLOT_SIZE) };
        let mut installer = release.begin(&mut slot).unwrap();
        let result = installer.write(&release.image).and_then(|()| installer.finish());
        assert!(
            matches!(result, Err(InstallError::StoredOtherBytes { .. })),
            "{broken}: {result:?}"
        );
    }
}

#[test]
fn an_error_of_the_flash_memory_is_reported() {
    let release = Release::of_size(300);
    let mut slot = Flash { bytes_until_power_cut: Some(700), ..Flash::used(SLOT_SIZE) };
    let mut installer = release.begin(&mut slot).unwrap();
    assert_eq!(installer.write(&release.image), Err(InstallError::Flash(FlashError::PowerCut)));
}
