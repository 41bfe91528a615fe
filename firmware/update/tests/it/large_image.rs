//! The image of 1.2 MB that `firmware/rv32-selftest` verifies: the algorithm `SplitMix64` with the seed 8. Debian's
//! `minisign` 0.11 signed it with a test key that was made for it and deleted.

use cloudsmets_update::KeyRing;

use crate::signer::{expected, independently_verified, verify};
use crate::simulated_chip::Random;

const PUBLIC_KEY: &str = include_str!("../golden/large-image.pub");
const SIGNATURE: &str = include_str!("../golden/large-image.minisig");

#[test]
fn the_signature_of_the_large_image_is_valid() {
    let mut image = vec![0; 1_200_000];
    Random::new(8).fill(&mut image);
    let keys = KeyRing::new(PUBLIC_KEY.parse().unwrap(), None);
    let mut expected = expected();
    expected.capacity = 0x1E_0000;
    assert!(verify(&keys, SIGNATURE, &image, &expected).is_ok());
    assert!(independently_verified(PUBLIC_KEY.lines().last().unwrap(), SIGNATURE, &image));
}
