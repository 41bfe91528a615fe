//! What a device that runs 1.4.0 refuses, and the reason that it names.

use base64ct::{Base64, Encoding};
use cloudsmets_protocol::release::{Target, TrustedComment};
use cloudsmets_update::{Expected, KeyRing, Refusal, VerifiedFile};

use crate::signer::{Signer, comment, expected, independently_verified, verify, version};

const IMAGE: &[u8] = b"an image of 47 bytes, which is signed as 1.5.0.";

/// Signs the image with a comment of the test's choice and verifies it as a device that runs 1.4.0.
fn signed_as(
    change_comment: impl FnOnce(&mut TrustedComment),
    expected: &Expected,
) -> Result<VerifiedFile, Refusal> {
    let signer = Signer::new();
    let mut comment = comment(IMAGE, "1.5.0", Target::Esp32c3);
    change_comment(&mut comment);
    verify(&signer.key_ring(), signer.sign(IMAGE, &comment.to_string()), IMAGE, expected)
}

#[test]
fn a_newer_image_is_accepted() {
    assert!(signed_as(|_| {}, &expected()).is_ok());
    let unlimited = Expected { floor: None, offered: None, ..expected() };
    assert!(signed_as(|comment| comment.version = version("0.1.0-dev1"), &unlimited).is_ok());
}

#[test]
fn one_flipped_bit_in_the_image_is_refused() {
    let signer = Signer::new();
    let (keys, line) = (signer.key_ring(), signer.public_line());
    let file = signer.sign_image(IMAGE, "1.5.0", Target::Esp32c3);
    for bit in 0..IMAGE.len() * 8 {
        let mut image = IMAGE.to_vec();
        image[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            verify(&keys, &file, &image, &expected()),
            Err(Refusal::WrongSignature),
            "{bit}"
        );
        assert!(!independently_verified(&line, &file, &image));
    }
}

/// The untrusted comment is not signed, so a changed one is accepted.
#[test]
fn one_flipped_bit_in_the_signature_file_is_refused_except_in_the_untrusted_comment() {
    let signer = Signer::new();
    let (keys, line) = (signer.key_ring(), signer.public_line());
    let file = signer.sign_image(IMAGE, "1.5.0", Target::Esp32c3);
    let untrusted = "untrusted comment: ".len()..file.find('\n').unwrap();
    let mut accepted = 0;
    for bit in 0..file.len() * 8 {
        let mut changed = file.clone().into_bytes();
        changed[bit / 8] ^= 1 << (bit % 8);
        let adds_a_line = changed[bit / 8] == b'\n';
        let result = verify(&keys, &changed, IMAGE, &expected());
        let is_valid = untrusted.contains(&(bit / 8)) && !adds_a_line;
        assert_eq!(result.is_ok(), is_valid, "bit {bit}: {result:?}");
        accepted += usize::from(is_valid);
        if let Ok(text) = str::from_utf8(&changed)
            && is_valid
        {
            assert!(independently_verified(&line, text, IMAGE), "bit {bit}");
        }
    }
    assert!(accepted > 0);
}

#[test]
fn a_truncated_image_is_refused() {
    let signer = Signer::new();
    let file = signer.sign_image(IMAGE, "1.5.0", Target::Esp32c3);
    for length in 0..IMAGE.len() {
        let refusal = Refusal::Truncated {
            received: length.try_into().unwrap(),
            size: IMAGE.len().try_into().unwrap(),
        };
        let result = verify(&signer.key_ring(), &file, &IMAGE[..length], &expected());
        assert_eq!(result, Err(refusal));
    }
}

#[test]
fn an_image_that_is_too_long_is_refused() {
    let signer = Signer::new();
    let file = signer.sign_image(IMAGE, "1.5.0", Target::Esp32c3);
    let image = [IMAGE, b"x"].concat();
    let size = IMAGE.len().try_into().unwrap();
    let result = verify(&signer.key_ring(), &file, &image, &expected());
    assert_eq!(result, Err(Refusal::TooLong { size }));
}

/// The signature states the size, so a signature with another size does not fit its own image.
#[test]
fn a_signature_for_another_size_is_refused() {
    let (size, received) = (48, 47);
    let result = signed_as(|comment| comment.size = size, &expected());
    assert_eq!(result, Err(Refusal::Truncated { received, size }));
    let result = signed_as(|comment| comment.size = 46, &expected());
    assert_eq!(result, Err(Refusal::TooLong { size: 46 }));
}

#[test]
fn an_image_that_is_larger_than_the_slot_is_refused() {
    let result = signed_as(|_| {}, &Expected { capacity: 46, ..expected() });
    assert_eq!(result, Err(Refusal::LargerThanSlot { size: 47, capacity: 46 }));
    assert!(signed_as(|_| {}, &Expected { capacity: 47, ..expected() }).is_ok());
}

#[test]
fn a_signature_for_another_target_is_refused() {
    for signed in [Target::Esp32c3Factory, Target::Tlsr8258, Target::Manifest] {
        let refusal = Refusal::WrongTarget { expected: Target::Esp32c3, signed };
        assert_eq!(signed_as(|comment| comment.target = signed, &expected()), Err(refusal));
    }
}

#[test]
fn swapped_chips_are_refused() {
    let signer = Signer::new();
    let (esp32c3, tlsr8258) = (*b"image of the esp32c3 ", *b"image of the tlsr8258");
    let esp32c3_file = signer.sign_image(&esp32c3, "1.5.0", Target::Esp32c3);
    let tlsr8258_file = signer.sign_image(&tlsr8258, "1.5.0", Target::Tlsr8258);
    let device_for = |target, file, image| {
        verify(&signer.key_ring(), file, image, &Expected { target, ..expected() })
    };
    let wrong_target = |expected, signed| Err(Refusal::WrongTarget { expected, signed });

    let result = device_for(Target::Esp32c3, &tlsr8258_file, &tlsr8258);
    assert_eq!(result, wrong_target(Target::Esp32c3, Target::Tlsr8258));
    let result = device_for(Target::Tlsr8258, &esp32c3_file, &esp32c3);
    assert_eq!(result, wrong_target(Target::Tlsr8258, Target::Esp32c3));
    let result = device_for(Target::Esp32c3, &esp32c3_file, &tlsr8258);
    assert_eq!(result, Err(Refusal::WrongSignature));
    let result = device_for(Target::Tlsr8258, &tlsr8258_file, &esp32c3);
    assert_eq!(result, Err(Refusal::WrongSignature));
}

#[test]
fn a_signature_of_another_version_than_offered_is_refused() {
    let (offered, signed) = (version("1.5.0"), version("1.6.0"));
    let result = signed_as(|comment| comment.version = signed, &expected());
    assert_eq!(result, Err(Refusal::OtherVersion { offered, signed }));
}

#[test]
fn older_and_equal_versions_are_refused() {
    for old in ["1.3.9", "1.4.0-dev3", "1.4.0"] {
        let signed = version(old);
        let result = signed_as(
            |comment| comment.version = signed,
            &Expected { offered: Some(signed), ..expected() },
        );
        assert_eq!(result, Err(Refusal::NotNewer { floor: version("1.4.0"), signed }));
    }
}

/// The running version may be older than the floor, for example after an installation over USB.
#[test]
fn the_highest_confirmed_version_counts() {
    let floor = version("1.6.0");
    let result = signed_as(|_| {}, &Expected { floor: Some(floor), ..expected() });
    assert_eq!(result, Err(Refusal::NotNewer { floor, signed: version("1.5.0") }));
}

#[test]
fn a_minimum_above_the_running_version_is_refused() {
    let (running, min) = (version("1.4.0"), version("1.4.1-dev1"));
    let result = signed_as(|comment| comment.min = Some(min), &expected());
    assert_eq!(result, Err(Refusal::RunningTooOld { running, min }));
    assert!(signed_as(|comment| comment.min = Some(running), &expected()).is_ok());
}

#[test]
fn an_altered_trusted_comment_is_refused() {
    let signer = Signer::new();
    let file = signer.sign_image(IMAGE, "1.5.0", Target::Esp32c3);
    let changed = file.replace("version:1.5.0", "version:1.5.1");
    let any = Expected { offered: None, ..expected() };
    assert_eq!(verify(&signer.key_ring(), changed, IMAGE, &any), Err(Refusal::CommentNotSigned));
}

/// Both files are valid by themselves, but not parts of them together.
#[test]
fn the_comment_of_another_signature_is_refused() {
    let signer = Signer::new();
    let old = signer.sign_image(IMAGE, "1.3.0", Target::Esp32c3);
    let new = signer.sign_image(b"another image", "1.5.0", Target::Esp32c3);
    let old: Vec<_> = old.lines().collect();
    let new: Vec<_> = new.lines().collect();
    let mixed = [old[0], old[1], new[2], new[3]].join("\n");
    let result = verify(&signer.key_ring(), mixed, IMAGE, &expected());
    assert_eq!(result, Err(Refusal::CommentNotSigned));
}

#[test]
fn a_key_is_accepted_from_its_rotation_in_to_its_rotation_out() {
    let [old, current, next] = [(); 3].map(|()| Signer::new());
    let public = |signer: &Signer| signer.public_key();
    let before = KeyRing::new(public(&old), Some(public(&current)));
    let after = KeyRing::new(public(&current), Some(public(&next)));
    let verify = |keys, signer: &Signer| {
        let file = signer.sign_image(IMAGE, "1.5.0", Target::Esp32c3);
        verify(keys, file, IMAGE, &expected()).map(|_| ())
    };

    assert_eq!(verify(&before, &old), Ok(()));
    assert_eq!(verify(&before, &current), Ok(()));
    assert_eq!(verify(&before, &next), Err(Refusal::UnknownKey(next.public_key().id())));
    assert_eq!(verify(&after, &old), Err(Refusal::UnknownKey(old.public_key().id())));
    assert_eq!(verify(&after, &current), Ok(()));
    assert_eq!(verify(&after, &next), Ok(()));
}

/// The id of a key is not secret, so an attacker can put it into a signature.
#[test]
fn a_foreign_signature_with_the_id_of_an_accepted_key_is_refused() {
    let [signer, attacker] = [(); 2].map(|()| Signer::new());
    let file = attacker.sign_image(IMAGE, "1.5.0", Target::Esp32c3);
    let mut lines: Vec<_> = file.lines().map(str::to_owned).collect();
    let mut signature = Base64::decode_vec(&lines[1]).unwrap();
    signature[2..10].copy_from_slice(&signer.public_key().id().0);
    lines[1] = Base64::encode_string(&signature);
    let result = verify(&signer.key_ring(), lines.join("\n"), IMAGE, &expected());
    assert_eq!(result, Err(Refusal::CommentNotSigned));
}
