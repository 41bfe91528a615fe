//! A minisign public key as the pages show it.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// A public key that `minisign` accepts as the argument of `-P`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicKey {
    pub(super) base64: String,
    /// The id as `minisign` prints it.
    pub(super) id: String,
}

impl PublicKey {
    /// `None` if the text is not a public key.
    pub(super) fn parse(base64: &str) -> Option<Self> {
        let bytes: [u8; 42] = BASE64_STANDARD.decode(base64).ok()?.try_into().ok()?;
        let (id, _) = bytes.strip_prefix(b"Ed")?.split_first_chunk()?;
        let id = format!("{:016X}", u64::from_le_bytes(*id));
        Some(Self { base64: base64.to_owned(), id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_one_that_minisign_prints() {
        let key = "RWTqa3HbQwcZkdSEJsGm5Qc+U80RSyH8ivX5en4bzvn8E0v++a8Pb5xp";
        assert_eq!(PublicKey::parse(key).unwrap().id, "91190743DB716BEA");
    }

    #[test]
    fn a_text_that_is_not_a_key_is_refused() {
        for text in ["", "RWTqa3HbQwcZ", "'; rm -rf ~; '", "\u{202E}"] {
            assert_eq!(PublicKey::parse(text), None, "{text}");
        }
        let other_algorithm = format!("QQ{}", "A".repeat(54));
        assert_eq!(PublicKey::parse(&other_algorithm), None);
    }
}
