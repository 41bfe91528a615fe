//! The reasons to refuse an image.

use core::fmt;

use super::MAX_IMAGE_SIZE;

/// The reason why bytes are not a valid image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageError {
    /// The image ends after this number of bytes, before its header or its checksum is complete.
    TooShort(u32),
    /// The size in the header is above [`MAX_IMAGE_SIZE`].
    TooLarge(u32),
    /// Bytes 6 and 7 are not 5D 02.
    WrongMark([u8; 2]),
    /// Bytes 8 to 11 are not "KNLT".
    WrongMagic([u8; 4]),
    /// The image has fewer bytes than its header states.
    Truncated {
        /// The size in the header.
        declared: u32,
        /// The number of bytes.
        received: u32,
    },
    /// Bytes follow the image. The value is the size in the header.
    TrailingBytes(u32),
    /// The checksum at the end of the image does not match its content.
    ChecksumMismatch {
        /// The checksum in the image.
        declared: u32,
        /// The checksum of the content.
        computed: u32,
    },
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort(size) => write!(f, "the image ends after {size} bytes"),
            Self::TooLarge(size) => {
                write!(f, "the image has {size} bytes; at most {MAX_IMAGE_SIZE} fit into the chip")
            }
            Self::WrongMark([first, second]) => {
                write!(f, "bytes 6 and 7 are {first:02X} {second:02X}, not 5D 02")
            }
            Self::WrongMagic(magic) => {
                write!(f, "bytes 8 to 11 are {:08X}, not KNLT", u32::from_be_bytes(*magic))
            }
            Self::Truncated { declared, received } => {
                write!(f, "the image has {received} bytes of the {declared} in its header")
            }
            Self::TrailingBytes(declared) => {
                write!(f, "more bytes follow the {declared} bytes of the image")
            }
            Self::ChecksumMismatch { declared, computed } => write!(
                f,
                "the image's checksum is {declared:08X}, its content gives {computed:08X}"
            ),
        }
    }
}

impl core::error::Error for ImageError {}
