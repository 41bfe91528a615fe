use cloudsmets_update::telink::{ImageCheck, MAX_IMAGE_SIZE, Outcome};

use super::memory::Buffer;
use crate::simulated_chip::{Chip, FLASH_SIZE, Faults, SLOT_ADDRESS, Simulation, make_image};

/// The simulated update takes the first part of the image as an image of its own.
const UPDATE_SIZE: usize = 20_000;
const FAULTS: Faults = Faults { dropped: 10, duplicated: 10, corrupted: 10, paused: 0 };

static IMAGE: Buffer<{ MAX_IMAGE_SIZE as usize }> = Buffer::new();
static FLASH: Buffer<FLASH_SIZE> = Buffer::new();

pub(super) fn make() {
    IMAGE.with(|image| make_image(image, 1));
}

pub(super) fn check() {
    IMAGE.with(|image| {
        let mut check = ImageCheck::new();
        for chunk in image.chunks(4096) {
            check.update(chunk).unwrap();
        }
        assert_eq!(check.finish().unwrap().size, MAX_IMAGE_SIZE);
    });
}

pub(super) fn update() {
    IMAGE.with(|image| {
        let image = &mut image[..UPDATE_SIZE];
        make_image(image, 2);
        FLASH.with(|flash| {
            let mut simulation = Simulation::new(Chip::new(flash, 0), FAULTS, 1);
            assert_eq!(simulation.update(image), Outcome::Accepted);
            simulation.pass(3100);
            assert_eq!(simulation.chip.boots_from, SLOT_ADDRESS);
            assert_eq!(simulation.chip.flash[SLOT_ADDRESS..][..UPDATE_SIZE], *image);
        });
    });
}
