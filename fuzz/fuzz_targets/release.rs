//! Release versions: each has one spelling, and the server and the device agree about all of them.

#![no_main]

use std::cmp::Ordering;

use cloudsmets::releases::ReleaseVersion;
use cloudsmets_protocol::release::Version as DeviceVersion;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &str| {
    let versions: Vec<(ReleaseVersion, DeviceVersion)> =
        data.split(' ').filter_map(parse).collect();
    if let [(server, device), (other_server, other_device), ..] = &versions[..] {
        let order = device.cmp(other_device);
        assert_eq!(order, other_device.cmp(device).reverse());
        assert_eq!(order == Ordering::Equal, device == other_device);
        assert_eq!(server.cmp(other_server), order, "server and device have the same order");
    }
});

fn parse(text: &str) -> Option<(ReleaseVersion, DeviceVersion)> {
    let (server, device) = (text.parse::<ReleaseVersion>(), text.parse::<DeviceVersion>());
    assert_eq!(server.is_ok(), device.is_ok(), "server and device accept the same versions");
    let (server, device) = (server.ok()?, device.ok()?);
    assert_eq!(server.to_string(), text, "a version has one spelling");
    assert_eq!(device.to_string(), text, "a version has one spelling");
    Some((server, device))
}
