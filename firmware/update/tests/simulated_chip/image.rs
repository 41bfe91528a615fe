use super::Random;

/// Fills `image` with a valid image for the chip: a header, pseudo-random bytes and the checksum.
pub(crate) fn make_image(image: &mut [u8], seed: u64) {
    let size = image.len() as u32;
    Random::new(seed).fill(image);
    image[2..6].copy_from_slice(&0x0105_0000_u32.to_le_bytes());
    image[6..8].copy_from_slice(&[0x5D, 0x02]);
    image[8..12].copy_from_slice(b"KNLT");
    image[0x12..0x14].copy_from_slice(&0x1141_u16.to_le_bytes());
    image[0x14..0x16].copy_from_slice(&0x0203_u16.to_le_bytes());
    image[0x18..0x1C].copy_from_slice(&size.to_le_bytes());
    let (content, end) = image.split_at_mut(image.len() - 4);
    end.copy_from_slice(&checksum(content).to_le_bytes());
}

/// The checksum, bit by bit, independent of the crate that the checked code uses.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 }
        })
    })
}
