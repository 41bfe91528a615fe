//! A simulated device that lives through bad times and then through good ones.
//!
//! In bad times, the server sends other files than it should, connections are lost, the power fails,
//! the flash memory stores other bytes, and some versions cannot reach the hub. Whatever happens, the
//! device only ever starts images that were signed for it and are not older than what it has confirmed.
//! In good times, it arrives at the newest version.

mod device;
mod server;

use std::collections::BTreeMap;

use fastrand::Rng;

use self::device::Device;
use self::server::Server;
use crate::signer::version;

/// What has to happen in the simulations, so that they show something.
const OCCURRENCES: [&str; 17] = [
    "power cut",
    "power cut in an image",
    "power cut in a record",
    "wrong bytes in flash memory",
    "slot not selected",
    "connection lost in an image",
    "not found",
    "malformed signature file",
    "unknown key",
    "comment not signed",
    "wrong target",
    "other version",
    "running too old",
    "too long or truncated",
    "wrong signature",
    "reverted",
    "Zigbee chip failed",
];

#[test]
fn a_device_starts_only_signed_images_and_arrives_at_the_newest_version() {
    let mut occurred = BTreeMap::new();
    for seed in 0..100 {
        println!("seed {seed}");
        let mut random = Rng::with_seed(seed);
        let mut device = Device::new(Server::new(&mut random), random);
        live_through_bad_times(&mut device);
        live_through_good_times(&mut device);
        for (name, count) in device.occurred {
            *occurred.entry(name).or_insert(0) += count;
        }
    }
    println!("{occurred:#?}");
    for name in OCCURRENCES {
        assert!(occurred.contains_key(name), "{name}");
    }
}

fn live_through_bad_times(device: &mut Device) {
    device.is_bad = true;
    device.server.is_honest = false;
    for minor in 1..=6 {
        let (is_good, has_min) = (device.random.u8(..10) < 7, device.random.u8(..10) < 3);
        let min = has_min.then(|| version(&format!("1.{}.0", device.random.u8(..minor))));
        let at = version(&format!("1.{minor}.0"));
        device.server.publish(at, is_good, min, &mut device.random);
        let actions = device.random.usize(10..200);
        device.run(actions);
    }
}

fn live_through_good_times(device: &mut Device) {
    device.is_bad = false;
    device.server.is_honest = true;
    let newest = version("1.7.0");
    device.server.publish(newest, true, None, &mut device.random);
    device.run(150);
    device.assert_has(newest);
}
