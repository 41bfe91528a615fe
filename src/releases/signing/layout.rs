//! The files of a release folder.

use cloudsmets_protocol::release::Target;

/// The public key with which the release can be verified. It is not published.
pub const SIGNED_BY: &str = "signed-by.pub";

/// The path of a file within a release folder.
#[must_use]
pub const fn path(target: Target) -> &'static str {
    match target {
        Target::Esp32c3 => "esp32c3/cloudsmets.bin",
        Target::Esp32c3Factory => "esp32c3/factory.bin",
        Target::Tlsr8258 => "tlsr8258/cloudsmets.bin",
        Target::Manifest => "manifest.json",
    }
}

/// The path of a file's signature within a release folder.
#[must_use]
pub const fn signature_path(target: Target) -> &'static str {
    match target {
        Target::Esp32c3 => "esp32c3/cloudsmets.bin.minisig",
        Target::Esp32c3Factory => "esp32c3/factory.bin.minisig",
        Target::Tlsr8258 => "tlsr8258/cloudsmets.bin.minisig",
        Target::Manifest => "manifest.json.minisig",
    }
}

/// The maximum size of a file in bytes.
#[must_use]
pub const fn max_size(target: Target) -> usize {
    match target {
        // The slot for an update in the flash memory.
        Target::Esp32c3 => 0x1E_0000,
        // The flash memory.
        Target::Esp32c3Factory => 4 << 20,
        // What the chip accepts.
        Target::Tlsr8258 => cloudsmets_update::telink::MAX_IMAGE_SIZE as usize,
        // The notes of at most 64 KiB occur three times, and JSON may escape one byte as two.
        Target::Manifest => 1 << 20,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_beside_its_file() {
        for target in Target::ALL {
            assert_eq!(signature_path(target), format!("{}.minisig", path(target)));
        }
    }
}
