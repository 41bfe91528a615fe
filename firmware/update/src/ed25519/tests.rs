//! Compares the verification with that of `ed25519-dalek`.

extern crate std;

use std::vec::Vec;

use curve25519_dalek::constants::EIGHT_TORSION;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::*;

fn scalar(random: &mut fastrand::Rng) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&core::array::from_fn(|_| random.u8(..)))
}

fn signature(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    core::array::from_fn(|index| if index < 32 { r[index] } else { s[index - 32] })
}

/// Whether both implementations accept a signature.
fn verified(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let (head, tail) = message.split_at(message.len() / 2);
    let result = verify(key, [head, tail], signature);
    let expected = VerifyingKey::from_bytes(key)
        .is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok());
    assert_eq!(result, expected, "key {key:x?}, message {message:x?}, signature {signature:x?}");
    result
}

#[test]
fn signatures_are_accepted_and_refused_with_any_bit_flipped() {
    let mut random = fastrand::Rng::with_seed(1);
    for length in [0, 1, 64, 100, 300] {
        let signing = SigningKey::from_bytes(&core::array::from_fn(|_| random.u8(..)));
        let message: Vec<u8> = (0..length).map(|_| random.u8(..)).collect();
        let (key, valid) = (signing.verifying_key().to_bytes(), signing.sign(&message).to_bytes());
        assert!(verified(&key, &message, &valid));
        for bit in 0..512 {
            let mut signature = valid;
            signature[bit / 8] ^= 1 << (bit % 8);
            assert!(!verified(&key, &message, &signature), "bit {bit} of the signature");
        }
        for bit in 0..256 {
            let mut key = key;
            key[bit / 8] ^= 1 << (bit % 8);
            assert!(!verified(&key, &message, &valid), "bit {bit} of the key");
        }
        if let Some(last) = message.len().checked_sub(1) {
            assert!(!verified(&key, &message[..last], &valid));
        }
    }
}

#[test]
fn the_second_spelling_of_a_signature_is_refused() {
    let signing = SigningKey::from_bytes(&[7; 32]);
    let valid = signing.sign(b"message").to_bytes();
    let order_minus_one = (-Scalar::ONE).to_bytes();
    let (mut other, mut carry) = (valid, 1);
    for (place, byte) in other[32..].iter_mut().zip(order_minus_one) {
        let sum = u16::from(*place) + u16::from(byte) + carry;
        [*place, _] = sum.to_le_bytes();
        carry = sum >> 8;
    }
    let key = signing.verifying_key().to_bytes();
    assert!(verified(&key, b"message", &valid));
    assert!(!verified(&key, b"message", &other));
}

/// Signatures that fulfil the equation, or do so for some messages, with keys and R of any order.
#[test]
fn points_of_small_order_are_refused_and_keys_with_such_a_part_agree() {
    let mut random = fastrand::Rng::with_seed(2);
    let mut accepted = 0;
    for (key_torsion, r_torsion) in
        EIGHT_TORSION.iter().flat_map(|key| EIGHT_TORSION.iter().map(move |r| (key, r)))
    {
        for (has_key, has_r) in [(false, false), (false, true), (true, false), (true, true)] {
            let part = |has: bool, scalar: Scalar| if has { scalar } else { Scalar::ZERO };
            let (a, r) = (part(has_key, scalar(&mut random)), part(has_r, scalar(&mut random)));
            let key = (EdwardsPoint::mul_base(&a) + key_torsion).compress().to_bytes();
            let point = (EdwardsPoint::mul_base(&r) + r_torsion).compress().to_bytes();
            for message in [[1], [2], [3], [4]] {
                let s = r + challenge(&point, &key, [&message, &[]]) * a;
                let is_accepted = verified(&key, &message, &signature(&point, &s.to_bytes()));
                assert!(!is_accepted || (has_key && has_r));
                accepted += u32::from(is_accepted);
            }
        }
    }
    assert!(accepted > 4, "{accepted}");
}

#[test]
fn bytes_that_are_no_points_or_scalars_are_refused() {
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..1000 {
        let key = core::array::from_fn(|_| random.u8(..));
        let bytes = core::array::from_fn(|_| random.u8(..));
        assert!(!verified(&key, b"message", &bytes));
    }
    // Not canonical: the coordinate is the prime or above.
    for first in 0xED..=0xFF {
        let mut key = [0xFF; 32];
        (key[0], key[31]) = (first, 0x7F);
        assert!(!verified(&key, b"message", &signature(&key, &[0; 32])));
        assert!(!verified(&key, b"message", &signature(&[1; 32], &[1; 32])));
    }
}
