//! Writes an image into the inactive slot while it is verified.

use core::fmt;

use cloudsmets_protocol::release::TrustedComment;
use embedded_storage::nor_flash::NorFlash;

use crate::{Expected, KeyRing, Refusal, Verifier};

/// The maximum number of bytes that the flash memory may require to be written at once.
pub const MAX_WRITE_SIZE: usize = 32;

/// The block size of `BLAKE2b`, so that blocks are hashed without being copied.
const READ_BACK_SIZE: usize = 128;

/// Writes an image into a slot of the flash memory while it arrives, in chunks of any size.
///
/// The installer erases the slot block by block as it needs them. It reads back what it has written and
/// verifies what it has read, so an image is only accepted if the flash memory contains what was signed.
/// The slot must not be made bootable before [`finish`](Self::finish) has returned.
///
/// After a lost connection, the download continues at [`held`](Self::held), with a range request. If the
/// server does not support these, the client skips that number of bytes. After a restart of the
/// device, the installation begins again: the state of the hash is lost, and a download is too short
/// for saved progress to be worthwhile. After an error, the installation begins again, too.
#[derive(Debug)]
pub struct Installer<F> {
    flash: F,
    verifier: Verifier,
    /// The number of bytes in flash memory.
    written: u32,
    /// The end of the blocks that have been erased.
    erased: u32,
    /// Received bytes that are not yet a whole unit of writing.
    tail: [u8; MAX_WRITE_SIZE],
    tail_size: usize,
}

impl<F: NorFlash> Installer<F> {
    const WRITE_SIZE: usize = {
        assert!(F::WRITE_SIZE > 0 && F::WRITE_SIZE <= MAX_WRITE_SIZE);
        assert!(READ_BACK_SIZE.is_multiple_of(F::WRITE_SIZE), "pieces have to be aligned");
        assert!(F::WRITE_SIZE.is_multiple_of(F::READ_SIZE), "written bytes have to be readable");
        assert!(F::ERASE_SIZE.is_multiple_of(F::WRITE_SIZE) && F::ERASE_SIZE <= u32::MAX as usize);
        F::WRITE_SIZE
    };

    /// Verifies the signature file of the image. Does not write anything yet.
    ///
    /// # Errors
    /// If the image must not be installed, whatever its content.
    pub fn begin(
        keys: &KeyRing,
        signature_file: &[u8],
        expected: &Expected,
        flash: F,
    ) -> Result<Self, Refusal> {
        let slot_size = u32::try_from(flash.capacity()).unwrap_or(u32::MAX);
        let expected = Expected { capacity: expected.capacity.min(slot_size), ..*expected };
        let verifier = Verifier::begin(keys, signature_file, &expected)?;
        Ok(Self { flash, verifier, written: 0, erased: 0, tail: [0; MAX_WRITE_SIZE], tail_size: 0 })
    }

    /// What the signature states about the image.
    #[must_use]
    pub const fn trusted_comment(&self) -> &TrustedComment {
        self.verifier.trusted_comment()
    }

    /// The number of bytes received. This is where a download continues.
    #[must_use]
    pub const fn held(&self) -> u32 {
        self.written + self.tail_size as u32
    }

    /// Whether every byte of the image was received.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.held() == self.trusted_comment().size
    }

    /// Adds the next bytes of the image.
    ///
    /// # Errors
    /// If the image is longer than signed, or if the flash memory fails.
    pub fn write(&mut self, chunk: &[u8]) -> Result<(), InstallError<F::Error>> {
        let size = self.trusted_comment().size;
        if chunk.len() > (size - self.held()) as usize {
            return Err(InstallError::Refused(Refusal::TooLong { size }));
        }
        let rest = self.fill_tail(chunk)?;
        let (units, rest) = rest.split_at(rest.len() - rest.len() % Self::WRITE_SIZE);
        self.store(units, units.len())?;
        self.fill_tail(rest)?;
        Ok(())
    }

    /// Writes the last bytes and verifies the signature of what is in flash memory.
    ///
    /// # Errors
    /// If the image is incomplete or is not what was signed, or if the flash memory fails.
    pub fn finish(mut self) -> Result<StoredImage, InstallError<F::Error>> {
        if self.tail_size > 0 {
            let mut unit = self.tail;
            unit[self.tail_size..].fill(0xFF);
            self.store(&unit[..Self::WRITE_SIZE], self.tail_size)?;
        }
        let file = self.verifier.finish().map_err(InstallError::Refused)?;
        Ok(StoredImage { comment: *file.trusted_comment() })
    }

    /// Moves bytes to the tail, if it has some already or if they do not fill a unit, and stores the
    /// tail once it is a unit. Returns the remaining bytes.
    fn fill_tail<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], InstallError<F::Error>> {
        if self.tail_size == 0 && bytes.len() >= Self::WRITE_SIZE {
            return Ok(bytes);
        }
        let count = bytes.len().min(Self::WRITE_SIZE - self.tail_size);
        let (taken, rest) = bytes.split_at(count);
        self.tail[self.tail_size..self.tail_size + count].copy_from_slice(taken);
        self.tail_size += count;
        if self.tail_size == Self::WRITE_SIZE {
            self.tail_size = 0;
            let unit = self.tail;
            self.store(&unit[..Self::WRITE_SIZE], Self::WRITE_SIZE)?;
        }
        Ok(rest)
    }

    /// Writes whole units, of which the first `length` bytes are of the image, and adds what was
    /// stored to the hash.
    fn store(&mut self, units: &[u8], length: usize) -> Result<(), InstallError<F::Error>> {
        self.erase_until(self.written + units.len() as u32)?;
        self.flash.write(self.written, units).map_err(InstallError::Flash)?;
        let mut remaining = length;
        for piece in units.chunks(READ_BACK_SIZE) {
            let mut stored = [0; READ_BACK_SIZE];
            let stored = &mut stored[..piece.len()];
            self.flash.read(self.written, stored).map_err(InstallError::Flash)?;
            if stored != piece {
                return Err(InstallError::StoredOtherBytes { offset: self.written });
            }
            let of_image = remaining.min(piece.len());
            self.verifier.update(&stored[..of_image]).map_err(InstallError::Refused)?;
            self.written += of_image as u32;
            remaining -= of_image;
        }
        Ok(())
    }

    fn erase_until(&mut self, end: u32) -> Result<(), InstallError<F::Error>> {
        let end = end.checked_next_multiple_of(F::ERASE_SIZE as u32).unwrap_or(u32::MAX);
        if end > self.erased {
            self.flash.erase(self.erased, end).map_err(InstallError::Flash)?;
            self.erased = end;
        }
        Ok(())
    }
}

/// Proof that a slot contains a complete and verified image. Only [`Installer::finish`] makes it, and it
/// cannot be copied, so an image is swapped in at most once.
#[derive(Debug, PartialEq, Eq)]
pub struct StoredImage {
    comment: TrustedComment,
}

impl StoredImage {
    /// What the signature states about the image.
    #[must_use]
    pub const fn trusted_comment(&self) -> &TrustedComment {
        &self.comment
    }
}

/// The reason why an image was not installed. `E` is the error of the flash memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InstallError<E> {
    /// The image must not be installed.
    Refused(Refusal),
    /// The flash memory reported an error.
    Flash(E),
    /// The flash memory contains other bytes than were written.
    StoredOtherBytes {
        /// The start of the piece that differs, from the start of the slot.
        offset: u32,
    },
}

impl<E: fmt::Debug> fmt::Display for InstallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Flash(error) => write!(f, "the flash memory failed: {error:?}"),
            Self::StoredOtherBytes { offset } => {
                write!(f, "the flash memory at {offset} contains other bytes than were written")
            }
        }
    }
}

impl<E: fmt::Debug> core::error::Error for InstallError<E> {}
