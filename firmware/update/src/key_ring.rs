//! The keys that a device accepts signatures of.

use crate::{KeyId, PublicKey};

/// The public keys that a device accepts: the current key and, except at the very end of a rotation,
/// the next one.
///
/// A release that is signed with the current key brings a firmware with other keys: the former next key
/// as the current one, and a new next key. From then on, the old key is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyRing {
    current: PublicKey,
    next: Option<PublicKey>,
}

impl KeyRing {
    /// Creates a key ring. Signatures of either key are accepted.
    #[must_use]
    pub const fn new(current: PublicKey, next: Option<PublicKey>) -> Self {
        Self { current, next }
    }

    /// The key with this id.
    #[must_use]
    pub fn get(&self, id: KeyId) -> Option<&PublicKey> {
        [Some(&self.current), self.next.as_ref()].into_iter().flatten().find(|key| key.id() == id)
    }
}
