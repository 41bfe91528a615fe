//! Verification of Ed25519 signatures in little memory.
//!
//! `ed25519-dalek` needs more than 8 kB of stack on RV32, because it adds up multiples of both points
//! from two tables. This uses the same arithmetic, of `curve25519-dalek`, without tables: it needs 3 kB,
//! and 20 % more instructions. The result is that of `verify_strict` of `ed25519-dalek`, to which the
//! tests compare it. Nothing here is secret, so the time may depend on the values.

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use group::Group;
use sha2::{Digest, Sha512};

/// Whether these bytes are a usable public key. Anyone can make signatures for a point of small order, so
/// such a point is not a key.
pub(crate) fn is_valid_key(key: &[u8; 32]) -> bool {
    CompressedEdwardsY(*key).decompress().is_some_and(|point| !point.is_small_order())
}

/// Verifies the signature of a message, which is the concatenation of `message`.
///
/// With R and S as the halves of the signature, A as the key and k as the hash of R, A and the message,
/// it is valid if R = S B - k A, S is less than the order of the group, and neither A nor R has a small
/// order.
pub(crate) fn verify(key: &[u8; 32], message: [&[u8]; 2], signature: &[u8; 64]) -> bool {
    let Some((r, s)) = signature.split_first_chunk::<32>() else { return false };
    let Some(s) = s.try_into().ok().and_then(canonical_scalar) else { return false };
    let mut point = CompressedEdwardsY(*key).decompress();
    let Some(point) = point.as_mut().filter(|point| !point.is_small_order()) else { return false };
    let k = challenge(r, key, message);
    subtract_from_multiple(point, &k, &s);
    is_encoded_as_minus(point, r)
}

// Functions are not inlined where their temporary values would add up in one stack frame.

#[inline(never)]
fn canonical_scalar(bytes: [u8; 32]) -> Option<Scalar> {
    Scalar::from_canonical_bytes(bytes).into()
}

#[inline(never)]
fn is_encoded_as_minus(point: &EdwardsPoint, encoded: &[u8; 32]) -> bool {
    !point.is_small_order() && (-point).compress().as_bytes() == encoded
}

#[inline(never)]
fn challenge(r: &[u8; 32], key: &[u8; 32], message: [&[u8]; 2]) -> Scalar {
    let mut digest = Sha512::new();
    for part in [r.as_slice(), key].into_iter().chain(message) {
        digest.update(part);
    }
    Scalar::from_bytes_mod_order_wide(&digest.finalize().into())
}

/// Replaces P by k P - s B, where B is the base point.
#[inline(never)]
fn subtract_from_multiple(point: &mut EdwardsPoint, k: &Scalar, s: &Scalar) {
    let base = &ED25519_BASEPOINT_POINT;
    let (mut with_base, mut without_base) = (*point, *point);
    add(&mut with_base, base);
    subtract(&mut without_base, base);
    let (k, s) = (SignedDigits::new(k), SignedDigits::new(s));
    let mut sum = EdwardsPoint::identity();
    for index in (0..SignedDigits::COUNT).rev() {
        double(&mut sum);
        match (k.digit(index), s.digit(index)) {
            (0, 0) => {}
            (1, 0) => add(&mut sum, point),
            (-1, 0) => subtract(&mut sum, point),
            (0, 1) => subtract(&mut sum, base),
            (0, _) => add(&mut sum, base),
            (1, 1) => add(&mut sum, &without_base),
            (1, _) => add(&mut sum, &with_base),
            (_, 1) => subtract(&mut sum, &with_base),
            (_, _) => subtract(&mut sum, &without_base),
        }
    }
    *point = sum;
}

#[inline(never)]
fn add(sum: &mut EdwardsPoint, point: &EdwardsPoint) {
    *sum += point;
}

#[inline(never)]
fn subtract(sum: &mut EdwardsPoint, point: &EdwardsPoint) {
    *sum -= point;
}

#[inline(never)]
fn double(sum: &mut EdwardsPoint) {
    *sum = sum.double();
}

/// A scalar n with the binary digits -1, 0 and 1, of which two neighbours are never both different from 0.
///
/// They are the differences between the bits of 3 n and of n, shifted by one: 3 n - n = 2 n.
struct SignedDigits {
    scalar: [u8; 32],
    triple: [u8; 32],
}

impl SignedDigits {
    /// A scalar has 253 bits, so its triple has 255.
    const COUNT: usize = 254;

    fn new(scalar: &Scalar) -> Self {
        let scalar = scalar.to_bytes();
        let mut triple = [0; 32];
        let mut carry = 0;
        for (place, byte) in triple.iter_mut().zip(scalar) {
            let [low, high] = (3 * u16::from(byte) + carry).to_le_bytes();
            (*place, carry) = (low, u16::from(high));
        }
        Self { scalar, triple }
    }

    fn digit(&self, index: usize) -> i8 {
        bit(&self.triple, index + 1) - bit(&self.scalar, index + 1)
    }
}

fn bit(bytes: &[u8; 32], index: usize) -> i8 {
    bytes.get(index / 8).map_or(0, |byte| i8::from((byte >> (index % 8)) & 1 == 1))
}

#[cfg(test)]
mod tests;
