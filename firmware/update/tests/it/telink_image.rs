//! The check of an image for the Telink chip.

use cloudsmets_update::telink::{ImageCheck, ImageError, ImageHeader, MAX_IMAGE_SIZE, check_image};

use crate::simulated_chip::make_image;

fn image(size: usize) -> Vec<u8> {
    let mut image = vec![0; size];
    make_image(&mut image, 1);
    image
}

fn check_in_chunks(image: &[u8], size: usize) -> Result<ImageHeader, ImageError> {
    let mut check = ImageCheck::new();
    for chunk in image.chunks(size) {
        check.update(chunk)?;
    }
    check.finish()
}

/// Checks an image in which the bytes at `position` are replaced. Its checksum is no longer valid.
fn changed(position: usize, bytes: &[u8]) -> Result<ImageHeader, ImageError> {
    let mut image = image(100);
    image[position..position + bytes.len()].copy_from_slice(bytes);
    check_image(&image)
}

#[test]
fn a_valid_image_is_accepted_in_chunks_of_any_size() {
    let header =
        ImageHeader { version: 0x0105_0000, manufacturer: 0x1141, image_type: 0x0203, size: 100 };
    for size in 1..=100 {
        assert_eq!(check_in_chunks(&image(100), size), Ok(header), "{size}");
    }
    assert!(check_image(&image(32)).is_ok());
}

#[test]
fn each_kind_of_invalid_image_has_its_own_error() {
    use ImageError::{TooLarge, TooShort, TrailingBytes, Truncated, WrongMagic, WrongMark};
    assert_eq!(check_image(&[]), Err(TooShort(0)));
    assert_eq!(check_image(&image(100)[..27]), Err(TooShort(27)));
    assert_eq!(changed(0x18, &[31, 0, 0, 0]), Err(TooShort(31)));
    assert_eq!(changed(6, &[0x5D, 0x03]), Err(WrongMark([0x5D, 0x03])));
    // The chip's own copy of the running image has this flag.
    assert_eq!(changed(8, &[0xFF]), Err(WrongMagic(*b"\xFFNLT")));
    let truncated = |received| Err(Truncated { declared: 100, received });
    assert_eq!(check_image(&image(100)[..28]), truncated(28));
    assert_eq!(check_image(&image(100)[..99]), truncated(99));
    assert_eq!(changed(0x18, &[99, 0, 0, 0]), Err(TrailingBytes(99)));
    assert!(matches!(changed(50, &[0, 0, 0]), Err(ImageError::ChecksumMismatch { .. })));

    let [low, middle, high, _] = (MAX_IMAGE_SIZE + 1).to_le_bytes();
    assert_eq!(changed(0x18, &[low, middle, high]), Err(TooLarge(MAX_IMAGE_SIZE + 1)));
    assert!(check_image(&image(MAX_IMAGE_SIZE as usize)).is_ok());
}

#[test]
fn one_flipped_bit_anywhere_is_refused() {
    let valid = image(100);
    for bit in 0..valid.len() * 8 {
        let mut image = valid.clone();
        image[bit / 8] ^= 1 << (bit % 8);
        assert!(check_image(&image).is_err(), "bit {bit}");
    }
}

#[test]
fn bytes_after_the_image_are_refused_when_they_arrive() {
    let mut check = ImageCheck::new();
    check.update(&image(100)).unwrap();
    assert_eq!(check.header().map(|header| header.size), Some(100));
    assert_eq!(check.update(&[0]), Err(ImageError::TrailingBytes(100)));
}
