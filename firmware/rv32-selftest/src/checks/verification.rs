use cloudsmets_protocol::release::Target;
use cloudsmets_update::{Expected, KeyRing, Refusal, VerifiedFile, Verifier};

use super::memory::Buffer;
use crate::simulated_chip::Random;

const PUBLIC_KEY: &str = include_str!("../../../update/tests/golden/large-image.pub");
const SIGNATURE: &[u8] = include_bytes!("../../../update/tests/golden/large-image.minisig");

/// The size of a flash sector.
const CHUNK_SIZE: usize = 4096;

static IMAGE: Buffer<1_200_000> = Buffer::new();

pub(super) fn make() {
    IMAGE.with(|image| Random::new(8).fill(image));
}

pub(super) fn verify() {
    IMAGE.with(|image| verified(image)).unwrap();
}

pub(super) fn refuse() {
    IMAGE.with(|image| {
        image[600_000] ^= 1;
        assert_eq!(verified(image), Err(Refusal::WrongSignature));
        image[600_000] ^= 1;
    });
}

/// What the firmware contains: its keys and its version. Not inlined, so that what is needed to parse
/// them is not part of the cost.
#[inline(never)]
fn firmware() -> (KeyRing, Expected) {
    let version = "1.4.0".parse().unwrap();
    let expected = Expected {
        target: Target::Esp32c3,
        running: version,
        floor: Some(version),
        capacity: 0x1E_0000,
        offered: None,
    };
    (KeyRing::new(PUBLIC_KEY.parse().unwrap(), None), expected)
}

fn verified(image: &[u8]) -> Result<VerifiedFile, Refusal> {
    let (keys, expected) = firmware();
    // By reference, because moving the verifier out of the result would take its size again.
    let mut verifier = Verifier::begin(&keys, SIGNATURE, &expected);
    let verifier = verifier.as_mut().map_err(|refusal| *refusal)?;
    for chunk in image.chunks(CHUNK_SIZE) {
        verifier.update(chunk)?;
    }
    verifier.finish()
}
