//! Firmware releases: their versions, and what the signature of a file states about it.

mod trusted_comment;
mod version;

pub use trusted_comment::{ParseTrustedCommentError, Target, TrustedComment};
pub use version::{ParseVersionError, Version};
