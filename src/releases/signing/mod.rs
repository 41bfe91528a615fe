//! Signing keys, signed release folders and their verification.

mod contents;
mod folder;
mod image;
mod key_folder;
mod key_pair;
mod layout;
mod limited_read;
mod manifest_of;
mod notes;
mod public_key_file;
mod signed_release;
mod signing_key;
mod verify;

pub use contents::{ContentsProblem, ReleaseContents};
pub use folder::{StagedFolder, WriteFolderError, check_destination};
pub use image::ImageProblem;
pub use key_folder::{KEY_FILES, KeyFolderError, check_key_folder, write_key_folder};
pub use key_pair::{GenerateKeyError, KeyPair};
pub use layout::{SIGNED_BY, max_size, path, signature_path};
pub use limited_read::{ReadFileError, read_limited};
pub use notes::{MAX_NOTES_SIZE, NotesProblem, parse_notes};
pub use public_key_file::{PublicKeyFile, PublicKeyFileError, TooManyKeys, key_ring};
pub use signed_release::SignedRelease;
pub use signing_key::{EncryptedKey, MAX_KEY_FILE_SIZE, SigningKey, SigningKeyError};
pub use verify::{FolderProblem, FolderProblems, VerifiedRelease, verify_folder};
