//! Release versions: each has one spelling, and an order.

#![no_main]

use std::cmp::Ordering;

use cloudsmets_protocol::release::Version;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    let versions: Vec<Version> = data
        .split(' ')
        .filter_map(|text| {
            let version: Version = text.parse().ok()?;
            assert_eq!(version.to_string(), text, "a version has one spelling");
            Some(version)
        })
        .collect();
    if let [one, other, ..] = versions[..] {
        assert_eq!(one.cmp(&other), other.cmp(&one).reverse());
        assert_eq!(one.cmp(&other) == Ordering::Equal, one == other);
    }
});
