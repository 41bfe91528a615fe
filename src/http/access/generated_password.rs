//! A random password for a run without a configured one.

use crate::config::Secret;

/// Lower-case letters and digits without `i`, `l`, `o` and `u`, which are easy to confuse or
/// misread (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The number of characters without dashes. Each has 5 random bits, so a password has 100.
const LENGTH: usize = 20;

/// Returns a password such as `7k2mx-q9wd4-0hn3v-zt8ra`.
///
/// # Errors
/// When the operating system provides no random bytes.
pub(super) fn generate() -> Result<Secret, getrandom::Error> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)?;
    // 256 is a multiple of 32, so every character is equally likely.
    let characters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = characters.chunks(5).map(|group| group.iter().collect()).collect();
    Ok(Secret::new(groups.join("-")))
}
