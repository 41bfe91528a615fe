//! The format of the chip's image.

use crc::{CRC_32_JAMCRC, Crc, Digest};

use super::ImageError;

/// The size of the largest image in bytes. The chip has a slot of 208 kB, and refuses an image that fills
/// it completely.
pub const MAX_IMAGE_SIZE: u32 = 208 * 1024 - 1;

/// The bytes that [`ImageHeader`] is read from.
const HEADER_LENGTH: usize = 0x1C;
/// The checksum of all bytes before it ends the image.
const CHECKSUM_LENGTH: u32 = 4;
const MIN_IMAGE_SIZE: u32 = HEADER_LENGTH as u32 + CHECKSUM_LENGTH;

const MARK: [u8; 2] = [0x5D, 0x02];
const MAGIC: [u8; 4] = *b"KNLT";

/// Polynomial 0xEDB88320 (reflected), initially FFFFFFFF, without a final xor.
static CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_JAMCRC);

/// What the start of an image states about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageHeader {
    /// The version, in the numbering of the vendor of the image.
    pub version: u32,
    /// The Zigbee manufacturer code.
    pub manufacturer: u16,
    /// The image type, which the manufacturer assigns.
    pub image_type: u16,
    /// The size of the image in bytes, including its checksum.
    pub size: u32,
}

/// Checks an image that arrives in chunks of any size. An error is final.
#[derive(Clone)]
pub struct ImageCheck {
    header: [u8; HEADER_LENGTH],
    /// What `header` contains, once it is complete and valid.
    parsed: Option<ImageHeader>,
    received: u32,
    digest: Digest<'static, u32>,
    declared: [u8; CHECKSUM_LENGTH as usize],
}

impl ImageCheck {
    /// Expects the first byte of an image.
    #[must_use]
    pub fn new() -> Self {
        Self {
            header: [0; HEADER_LENGTH],
            parsed: None,
            received: 0,
            digest: CHECKSUM.digest(),
            declared: [0; CHECKSUM_LENGTH as usize],
        }
    }

    /// The header, as soon as enough bytes have arrived. It is valid only if the rest is.
    #[must_use]
    pub const fn header(&self) -> Option<ImageHeader> {
        self.parsed
    }

    /// Continues with the next bytes of the image.
    ///
    /// # Errors
    /// [`ImageError`] as soon as the bytes cannot be the start of a valid image.
    pub fn update(&mut self, chunk: &[u8]) -> Result<(), ImageError> {
        let rest = self.fill_header(chunk)?;
        let Some(header) = self.parsed else { return Ok(()) };
        let content_end = header.size.saturating_sub(CHECKSUM_LENGTH);
        let (content, rest) = split(rest, content_end.saturating_sub(self.received));
        self.digest.update(content);
        self.count(content);
        let checksum_start = self.received.saturating_sub(content_end);
        let (checksum, rest) = split(rest, CHECKSUM_LENGTH.saturating_sub(checksum_start));
        put(&mut self.declared, checksum_start, checksum);
        self.count(checksum);
        if rest.is_empty() { Ok(()) } else { Err(ImageError::TrailingBytes(header.size)) }
    }

    /// Ends the image.
    ///
    /// # Errors
    /// [`ImageError`] if the image is incomplete or its checksum is wrong.
    pub fn finish(self) -> Result<ImageHeader, ImageError> {
        let header = self.parsed.ok_or(ImageError::TooShort(self.received))?;
        if self.received < header.size {
            let (declared, received) = (header.size, self.received);
            return Err(ImageError::Truncated { declared, received });
        }
        let (declared, computed) = (u32::from_le_bytes(self.declared), self.digest.finalize());
        if declared != computed {
            return Err(ImageError::ChecksumMismatch { declared, computed });
        }
        Ok(header)
    }

    /// Moves bytes into the header until it is complete, and returns the rest.
    fn fill_header<'a>(&mut self, chunk: &'a [u8]) -> Result<&'a [u8], ImageError> {
        if self.parsed.is_some() {
            return Ok(chunk);
        }
        let missing = (HEADER_LENGTH as u32).saturating_sub(self.received);
        let (head, rest) = split(chunk, missing);
        put(&mut self.header, self.received, head);
        self.count(head);
        if self.received == HEADER_LENGTH as u32 {
            self.parsed = Some(parse(&self.header)?);
            self.digest.update(&self.header);
        }
        Ok(rest)
    }

    fn count(&mut self, bytes: &[u8]) {
        // At most the size of the image, which fits.
        self.received = self.received.saturating_add(bytes.len() as u32);
    }
}

impl Default for ImageCheck {
    fn default() -> Self {
        Self::new()
    }
}

/// Checks a whole image.
///
/// # Errors
/// [`ImageError`].
pub fn check_image(image: &[u8]) -> Result<ImageHeader, ImageError> {
    let mut check = ImageCheck::new();
    check.update(image)?;
    check.finish()
}

fn parse(header: &[u8; HEADER_LENGTH]) -> Result<ImageHeader, ImageError> {
    // The fields are consecutive: 2 unused bytes, version, mark, magic, 6 unused bytes, ...
    let [
        _,
        _,
        v0,
        v1,
        v2,
        v3,
        mark0,
        mark1,
        magic0,
        magic1,
        magic2,
        magic3,
        _,
        _,
        _,
        _,
        _,
        _,
        m0,
        m1,
        t0,
        t1,
        _,
        _,
        s0,
        s1,
        s2,
        s3,
    ] = *header;
    let (mark, magic) = ([mark0, mark1], [magic0, magic1, magic2, magic3]);
    if magic != MAGIC {
        return Err(ImageError::WrongMagic(magic));
    }
    if mark != MARK {
        return Err(ImageError::WrongMark(mark));
    }
    let size = u32::from_le_bytes([s0, s1, s2, s3]);
    if size < MIN_IMAGE_SIZE {
        return Err(ImageError::TooShort(size));
    }
    if size > MAX_IMAGE_SIZE {
        return Err(ImageError::TooLarge(size));
    }
    Ok(ImageHeader {
        version: u32::from_le_bytes([v0, v1, v2, v3]),
        manufacturer: u16::from_le_bytes([m0, m1]),
        image_type: u16::from_le_bytes([t0, t1]),
        size,
    })
}

/// Splits after `length` bytes, or at the end if there are fewer.
fn split(bytes: &[u8], length: u32) -> (&[u8], &[u8]) {
    bytes.split_at_checked(length as usize).unwrap_or((bytes, &[]))
}

/// Copies `bytes` to `target` from this position on, as far as they fit.
fn put(target: &mut [u8], position: u32, bytes: &[u8]) {
    for (place, byte) in target.iter_mut().skip(position as usize).zip(bytes) {
        *place = *byte;
    }
}
