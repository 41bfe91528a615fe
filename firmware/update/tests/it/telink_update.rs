//! Updates of a simulated Telink chip, with faults on the line and of the ESP32.

use cloudsmets_protocol::zbhci::UpdateStatus;
use cloudsmets_update::telink::{MAX_IMAGE_SIZE, Outcome};

use crate::simulated_chip::{
    Chip, FLASH_SIZE, Faults, Random, SLOT_ADDRESS, Simulation, make_image,
};

const OLD_SIZE: usize = 5000;
const NO_FAULTS: Faults = Faults { dropped: 0, duplicated: 0, corrupted: 0, paused: 0 };

fn image(size: usize, seed: u64) -> Vec<u8> {
    let mut image = vec![0; size];
    make_image(&mut image, seed);
    image
}

/// A flash with a running image in the slot at `boots_from`.
fn flash(boots_from: usize) -> Vec<u8> {
    let mut flash = vec![0xA5; FLASH_SIZE];
    flash[boots_from..boots_from + OLD_SIZE].copy_from_slice(&image(OLD_SIZE, 1));
    flash
}

fn runs(chip: &Chip<'_>, image: &[u8]) -> bool {
    chip.flash[chip.boots_from..].starts_with(image)
}

#[test]
fn the_chip_runs_the_new_image_after_an_update_in_either_direction() {
    for (boots_from, size) in [(0, 20_000), (SLOT_ADDRESS, 20_001), (0, MAX_IMAGE_SIZE as usize)] {
        let (mut flash, new) = (flash(boots_from), image(size, 2));
        let mut simulation = Simulation::new(Chip::new(&mut flash, boots_from), NO_FAULTS, 0);
        assert_eq!(simulation.update(&new), Outcome::Accepted);
        assert!(runs(&simulation.chip, &image(OLD_SIZE, 1)), "the chip restarts later");
        simulation.pass(3100);
        assert!(runs(&simulation.chip, &new));
        assert_ne!(simulation.chip.boots_from, boots_from);
    }
}

#[test]
fn a_chip_that_erases_slowly_is_waited_for() {
    let (mut flash, new) = (flash(0), image(MAX_IMAGE_SIZE as usize, 2));
    let mut chip = Chip::new(&mut flash, 0);
    chip.erase_time = 188; // 52 sectors in 9.8 s
    assert_eq!(Simulation::new(chip, NO_FAULTS, 0).update(&new), Outcome::Accepted);
}

#[test]
fn the_chip_refuses_what_it_has_no_room_for_and_what_is_damaged() {
    let mut flash = flash(0);
    let mut simulation = Simulation::new(Chip::new(&mut flash, 0), NO_FAULTS, 0);
    let too_large = image(MAX_IMAGE_SIZE as usize + 1, 2);
    let refused = Outcome::StartRefused(UpdateStatus::TooLarge);
    assert_eq!(simulation.update(&too_large), refused);

    let mut damaged = image(1000, 2);
    damaged[500] ^= 1;
    let refused = Outcome::Stopped { status: UpdateStatus::WrongData, offset: 1000 };
    assert_eq!(simulation.update(&damaged), refused);
    damaged[8] ^= 1;
    let refused = Outcome::Stopped { status: UpdateStatus::WrongData, offset: 0 };
    assert_eq!(simulation.update(&damaged), refused);

    simulation.pass(10_000);
    assert!(runs(&simulation.chip, &image(OLD_SIZE, 1)));
}

#[test]
fn an_update_waits_for_the_end_of_one_that_a_restart_interrupted() {
    let (mut flash, new) = (flash(0), image(9000, 3));
    for blocks in [1, 2, 100] {
        let mut simulation = Simulation::new(Chip::new(&mut flash, 0), NO_FAULTS, 0);
        let mut remaining = blocks;
        let interrupted = simulation.update_until(&image(8000, 2), |_| {
            remaining -= 1;
            remaining == 0
        });
        assert_eq!(interrupted, None);
        assert_eq!(simulation.update(&new), Outcome::Accepted, "{blocks} blocks");
        assert!(simulation.chip.flash[SLOT_ADDRESS + 9..].starts_with(&new[9..]));
    }
}

#[test]
fn a_chip_that_restarts_during_an_update_is_named_silent() {
    let (mut flash, new) = (flash(0), image(8000, 2));
    let mut simulation = Simulation::new(Chip::new(&mut flash, 0), NO_FAULTS, 0);
    let mut requests = 0;
    let outcome = simulation.update_until(&new, |chip| {
        requests += 1;
        if requests == 50 {
            chip.reset();
        }
        false
    });
    assert_eq!(outcome, Some(Outcome::Silent(50 * 40)));
    assert!(runs(&simulation.chip, &image(OLD_SIZE, 1)));
    assert_eq!(simulation.update(&new), Outcome::Accepted);
}

/// Repeats an update with faults until it succeeds. After each attempt, the chip runs one of the two
/// images, and the new one only if the outcome allows it.
fn update_with_faults(seed: u64, counts: &mut Counts) {
    let mut random = Random::new(seed);
    let faults = Faults {
        dropped: random.below(60),
        duplicated: random.below(60),
        corrupted: random.below(60),
        paused: random.below(12),
    };
    let boots_from = if random.happens(500) { 0 } else { SLOT_ADDRESS };
    let (mut flash, new) = (flash(boots_from), image(1500 + random.below(2500) as usize, seed));
    let mut simulation = Simulation::new(Chip::new(&mut flash, boots_from), faults, seed);
    for _ in 0..100 {
        let outcome = simulation.update(&new);
        simulation.pass(10_000);
        let what = format!("seed {seed}, {faults:?}: {outcome}");
        match outcome {
            Outcome::Accepted => {
                assert!(runs(&simulation.chip, &new), "{what}");
                counts.accepted += 1;
                return;
            }
            Outcome::Unconfirmed if runs(&simulation.chip, &new) => {
                counts.unconfirmed += 1;
                return;
            }
            _ => {
                assert!(runs(&simulation.chip, &image(OLD_SIZE, 1)), "{what}");
                counts.failed += 1;
            }
        }
    }
    panic!("seed {seed}, {faults:?}: no update succeeded");
}

#[derive(Debug, Default)]
struct Counts {
    accepted: u32,
    unconfirmed: u32,
    failed: u32,
}

#[test]
fn an_update_with_faults_ends_with_the_image_in_the_flash_or_names_the_failure() {
    let mut counts = Counts::default();
    for seed in 0..500 {
        update_with_faults(seed, &mut counts);
    }
    println!("{counts:?}");
    assert!(counts.accepted > 0 && counts.unconfirmed > 0 && counts.failed > 0, "{counts:?}");
}
