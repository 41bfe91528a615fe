//! Checks that an image is for its target, because a device does not start with the image of another chip.

use cloudsmets_protocol::release::Target;

use super::layout::max_size;

/// The first byte of an ESP32 image, and of a factory image, which starts with the bootloader.
const ESP_MAGIC: u8 = 0xE9;

/// The text at offset 8 of a Telink image.
const TELINK_MAGIC: &[u8] = b"KNLT";
const TELINK_MAGIC_OFFSET: usize = 8;

/// The reason why a file is not an image for its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageProblem {
    #[error("the file is empty")]
    Empty,
    #[error("{size} bytes are more than the {max} that fit into the flash memory")]
    TooLarge { size: usize, max: usize },
    #[error("the file is not an ESP32 image, which starts with the byte E9")]
    NotEsp32,
    #[error("the file is not a Telink image, which has the text KNLT at offset 8")]
    NotTelink,
}

/// Checks the size and the magic number of an image, and nothing else.
pub(super) fn check_image(target: Target, image: &[u8]) -> Result<(), ImageProblem> {
    if image.is_empty() {
        return Err(ImageProblem::Empty);
    }
    let (size, max) = (image.len(), max_size(target));
    if size > max {
        return Err(ImageProblem::TooLarge { size, max });
    }
    match target {
        Target::Esp32c3 | Target::Esp32c3Factory if image[0] != ESP_MAGIC => {
            Err(ImageProblem::NotEsp32)
        }
        Target::Tlsr8258 if !has_telink_magic(image) => Err(ImageProblem::NotTelink),
        Target::Esp32c3 | Target::Esp32c3Factory | Target::Tlsr8258 | Target::Manifest => Ok(()),
    }
}

fn has_telink_magic(image: &[u8]) -> bool {
    image.get(TELINK_MAGIC_OFFSET..).is_some_and(|rest| rest.starts_with(TELINK_MAGIC))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESP32: &[u8] = &[ESP_MAGIC];
    const TELINK: &[u8] = b"........KNLT";

    #[test]
    fn images_of_the_maximum_size_are_accepted_and_larger_ones_refused() {
        for (target, start) in
            [(Target::Esp32c3, ESP32), (Target::Esp32c3Factory, ESP32), (Target::Tlsr8258, TELINK)]
        {
            let max = max_size(target);
            let mut image = start.to_vec();
            image.resize(max + 1, 0);
            assert_eq!(check_image(target, &image[..max]), Ok(()), "{target}");
            let expected = Err(ImageProblem::TooLarge { size: max + 1, max });
            assert_eq!(check_image(target, &image), expected, "{target}");
            assert_eq!(check_image(target, &[]), Err(ImageProblem::Empty), "{target}");
        }
    }

    #[test]
    fn an_image_of_the_other_chip_is_refused() {
        for target in [Target::Esp32c3, Target::Esp32c3Factory] {
            assert_eq!(check_image(target, TELINK), Err(ImageProblem::NotEsp32), "{target}");
        }
        for image in [ESP32, b"KNLT", &TELINK[..11]] {
            assert_eq!(check_image(Target::Tlsr8258, image), Err(ImageProblem::NotTelink));
        }
    }
}
