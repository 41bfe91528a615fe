//! Golden bytes of each dialect and the readings decoded from them. These bytes
//! are never edited, because devices in the field cannot be recompiled.

use serde_json::{Value, json};

use super::HALF_HOUR;
use crate::host::{Batch, Event, FunctionsHost, dead_letters, utc};

const V1: &str = r#"{"cloudsmets":{"GUID":"00-11-22-33-44-55-66-77","time":12345678,"electricity":[1234.56,7890.34],"gas":[1234.56]}}"#;
const V2: &str = r#"{"cloudsmets":{"v":2,"seq":[17,4242],"t":1767323100,"step":10,"elec":{"imp":[[0,1234567,1,1,0,2,1]],"exp":[[0,12345,0,0,0,0,0]],"w":[425,430,428,440,431,429],"price":[24690,53910],"credit":[123400,50000,0]},"gas":{"t":1767322800,"l":5995276,"price":[6120,29110],"credit":[45600,null,-120],"cv":3950,"cf":102264},"dev":{"fw":"1.4.2","rssi":-61,"lqi":200,"up":86400}}}"#;
const ZBHCI: [u8; 40] = [
    0x55, 0x81, 0x00, 0x00, 0x21, 0x04, 0x00, 0x01, 0x05, 0x01, 0x98, 0x01, 0x09, 0x03, 0x02, 0x07,
    0x00, 0x30, 0x01, 0x00, 0x00, 0x00, 0x25, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x02, 0x06, 0x00,
    0x42, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0xAA,
];
const GLOW_ELECTRICITY: &str = r#"{"electricitymeter":{"timestamp":"2022-11-07T09:20:08Z","energy":{"export":{"cumulative":0.0,"units":"kWh"},"import":{"cumulative":15254.827,"day":3.717,"week":3.717,"month":60.439,"units":"kWh","mpan":"2000012345678","supplier":"---","price":{"unitrate":0.16401,"standingcharge":0.19383}}},"power":{"value":0.425,"units":"kW"}}}"#;
const GLOW_GAS: &str = r#"{"gasmeter":{"timestamp":"2022-11-07T09:20:08Z","energy":{"import":{"cumulative":66589.57,"day":6.99,"week":6.99,"month":61.43,"units":"kWh","cumulativevol":5995.276,"cumulativevolunits":"m3","dayvol":6.99,"weekvol":6.99,"monthvol":61.43,"dayweekmonthvolunits":"kWh","mprn":"EMPTY","supplier":"---","price":{"unitrate":0.07320,"standingcharge":0.17850}}}}}"#;
const GLOW_STATE: &str = r#"{"software":"v1.8.12","timestamp":"2022-11-07T09:20:08Z","hardware":"GLOW-IHD-01-1v4-SMETS2","ethmac":"xxxx","smetsversion":"SMETS2","eui":"xx:xx","zigbee":"1.2.5","han":{"rssi":-88,"status":"joined","lqi":48}}"#;
const GLOW_RAW: &str = r#"{"elecMtr":{"0702":{"00":{"00":"0000004D64CC","01":"000000000000","07":"01","14":"03"},"03":{"00":"00","01":"00000001","02":"000003E8","07":"32303030","08":"32314B"},"04":{"00":"000009F3","01":"000B4A","30":"01F5BB","40":"0B0D38"},"0D":{"01":""}},"0705":{"00":{"00":"0000","01":"00000000"},"0A":{"10":""}}},"gasMtr":{"0702":{"00":{"00":"00000022D37B","14":"00"},"03":{"00":"01","01":"00000001","02":"000003E8","12":"00"},"0C":{"01":"000000"}}},"ts":"2022-11-07 09:20:08","hversion":"GLOW-IHD-01-1v4-SMETS2","time":"63","zbSoftVer":"1.2.5","gmtime":1667812808,"pan":{"rssi":"BC","status":"joined","nPAN":"00","join":"0","lqi":"B4"},"smetsVer":"SMETS2","gid":"9CAB"}"#;

/// The response of `/live` after an event that the hub accepted at `enqueued`.
fn live_after(body: &[u8], enqueued: i64) -> Value {
    let host = FunctionsHost::start();
    host.deliver(&Batch::new(vec![Event::new("dev-1", enqueued, body)]));
    let homes = host.data("homes");
    assert_eq!(homes.as_array().unwrap().len(), 1, "{homes}");
    assert_eq!((&homes[0]["id"], &homes[0]["devices"]), (&json!("dev-1"), &json!(["dev-1"])));
    let live = host.data("homes/dev-1/live");
    assert_eq!(dead_letters(host.stop().path()), []);
    live
}

#[test]
fn version_1_with_two_tariff_registers_and_a_clock_that_was_never_set() {
    let live = live_after(V1.as_bytes(), HALF_HOUR + 5);
    let at = json!(utc(HALF_HOUR + 5));
    assert_eq!(live["electricity"], json!({"watts":null,"import_wh":9_124_900,"export_wh":null}));
    assert_eq!(live["gas"], json!({"litres":1_234_560,"at":at}));
    assert_eq!(live["at"], at);
}

#[test]
fn version_2_with_samples_export_gas_and_device_status() {
    let live = live_after(V2.as_bytes(), 1_767_323_152);
    assert_eq!(live["electricity"], json!({"watts":429,"import_wh":1_234_572,"export_wh":12_345}));
    assert_eq!(live["at"], "2026-01-02T03:05:50Z");
    assert_eq!(live["gas"], json!({"litres":5_995_276,"at":"2026-01-02T03:00:00Z"}));
    let device =
        json!({"last_seen":"2026-01-02T03:05:50Z","firmware":"1.4.2","rssi":-61,"lqi":200});
    assert_eq!(live["device"], device);
}

#[test]
fn the_example_zbhci_frame_gets_the_hub_time() {
    let live = live_after(&ZBHCI, HALF_HOUR + 7);
    let electricity = json!({"watts":null,"import_wh":76_310_993_685_999_u64,"export_wh":null});
    assert_eq!(live["electricity"], electricity);
    assert_eq!(live["at"], utc(HALF_HOUR + 7));
    assert_eq!(live["gas"], Value::Null);
}

#[test]
fn glow_electricity_meter() {
    let live = live_after(GLOW_ELECTRICITY.as_bytes(), 1_667_812_810);
    // An export of zero means unknown.
    let electricity = json!({"watts":425,"import_wh":15_254_827,"export_wh":null});
    assert_eq!(live["electricity"], electricity);
    assert_eq!(live["at"], "2022-11-07T09:20:08Z");
}

#[test]
fn glow_gas_meter_is_read_by_volume() {
    let live = live_after(GLOW_GAS.as_bytes(), 1_667_812_810);
    assert_eq!(live["gas"], json!({"litres":5_995_276,"at":"2022-11-07T09:20:08Z"}));
    assert_eq!(live["electricity"], Value::Null);
}

#[test]
fn glow_state_with_and_without_its_wrapper() {
    for body in [GLOW_STATE.to_owned(), format!("{{\"STATE\":{GLOW_STATE}}}")] {
        let live = live_after(body.as_bytes(), 1_667_812_810);
        let device = &live["device"];
        assert_eq!(
            (&device["rssi"], &device["lqi"], &device["firmware"]),
            (&json!(-88), &json!(48), &json!("v1.8.12"))
        );
        assert_eq!((&live["electricity"], &live["gas"]), (&Value::Null, &Value::Null));
    }
}

#[test]
fn glow_raw_attributes_in_hexadecimal() {
    let live = live_after(GLOW_RAW.as_bytes(), 1_667_812_810);
    let electricity = json!({"watts":2_547,"import_wh":5_072_076,"export_wh":null});
    assert_eq!(live["electricity"], electricity);
    assert_eq!(live["gas"]["litres"], 2_282_363);
    assert_eq!(live["at"], "2022-11-07T09:20:08Z");
}

#[test]
fn demand_below_zero_is_export_and_the_invalid_value_is_dropped() {
    let raw = |demand: &str| GLOW_RAW.replace("000009F3", demand);
    let watts =
        |demand| live_after(raw(demand).as_bytes(), 1_667_812_810)["electricity"]["watts"].clone();
    assert_eq!(watts("FFFFFCEF"), -785);
    assert_eq!(watts("FFFCEF"), -785);
    assert_eq!(watts("800000"), Value::Null);
    assert_eq!(watts("FF800000"), Value::Null);
}

/// A name, when the hub accepted the first message, both messages, and their day.
type Case = (&'static str, i64, Vec<u8>, Vec<u8>, &'static str);

/// Two golden messages half an hour apart.
#[test]
fn usage_is_the_difference_of_two_messages() {
    let later = |text: &str, from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to).into_bytes()
    };
    let mut frame = ZBHCI;
    // 300 Wh more in the register's last two bytes, and in the checksum.
    (frame[27], frame[28]) = (0xCF, 0x1B);
    frame[5] ^= 0xCD ^ 0xCF ^ 0xEF ^ 0x1B;
    let moved =
        |text: &str| text.replace("09:20:08", "09:50:08").replace("1667812808", "1667814608");
    let cases: [Case; 5] = [
        ("v1", HALF_HOUR, V1.into(), later(V1, "7890.34]", "7890.64]"), "2026-01-02"),
        (
            "v2",
            1_767_323_160,
            V2.into(),
            later(&V2.replace("1767323100", "1767324900"), "1234567,", "1234867,"),
            "2026-01-02",
        ),
        ("zbhci", HALF_HOUR, ZBHCI.into(), frame.into(), "2026-01-02"),
        (
            "glow",
            1_667_812_810,
            GLOW_ELECTRICITY.into(),
            later(&moved(GLOW_ELECTRICITY), "15254.827", "15255.127"),
            "2022-11-07",
        ),
        (
            "glow raw",
            1_667_812_810,
            GLOW_RAW.into(),
            later(&moved(GLOW_RAW), "4D64CC", "4D65F8"),
            "2022-11-07",
        ),
    ];
    for (name, enqueued, first, second, day) in cases {
        let host = FunctionsHost::start();
        let event = |at, body: &Vec<u8>| Event::new("dev-1", at, body.clone());
        let events = vec![event(enqueued, &first), event(enqueued + 1_800, &second)];
        host.deliver(&Batch::new(events));
        let tomorrow = if day == "2022-11-07" { "2022-11-08" } else { "2026-01-03" };
        let usage = host.data(&format!(
            "homes/dev-1/usage?fuel=electricity&from={day}&to={tomorrow}&step=half-hour"
        ));
        // The first message of version 2 spans 50 seconds, in which 5 Wh were used.
        let expected = if name == "v2" { 305 } else { 300 };
        assert_eq!(usage["total"]["wh"], expected, "{name}: {usage}");
    }
}
