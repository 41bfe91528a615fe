//! Messages of devices. They are written from the documentation of the dialects, without the program's
//! encoders.

use crate::host::{Event, utc};

/// The dialects in which a device reports its electricity register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    V1,
    V2,
    Zbhci,
    Glow,
}

impl Dialect {
    pub(crate) const ALL: [Self; 4] = [Self::V1, Self::V2, Self::Zbhci, Self::Glow];

    /// A message with the import register at `wh`.
    pub(crate) fn electricity(self, at: i64, wh: u64) -> Vec<u8> {
        match self {
            Self::V1 => format!(
                "{{\"cloudsmets\":{{\"GUID\":\"00-11-22-33-44-55-66-77\",\"time\":{at},\"electricity\":[{}],\"gas\":[]}}}}",
                thousandths(wh)
            )
            .into_bytes(),
            Self::V2 => format!(
                "{{\"cloudsmets\":{{\"v\":2,\"seq\":[1,{}],\"t\":{at},\"elec\":{{\"imp\":[[0,{wh}]]}}}}}}",
                at.rem_euclid(1_000_000)
            )
            .into_bytes(),
            Self::Zbhci => {
                let register = wh.to_be_bytes();
                zbhci(0x0702, 1, &[&[0, 0, 0, 0x25], &register[2..]].concat())
            }
            Self::Glow => format!(
                "{{\"electricitymeter\":{{\"timestamp\":\"{}\",\"energy\":{{\"import\":{{\"cumulative\":{},\"units\":\"kWh\"}}}}}}}}",
                utc(at),
                thousandths(wh)
            )
            .into_bytes(),
        }
    }

    /// The message as an event that the hub enqueued at the time of the reading.
    pub(crate) fn event(self, device: &str, at: i64, wh: u64) -> Event {
        Event::new(device, at, self.electricity(at, wh))
    }
}

/// A gas reading in litres.
pub(crate) fn gas(device: &str, at: i64, litres: u64) -> Event {
    let body =
        format!("{{\"cloudsmets\":{{\"v\":2,\"t\":{at},\"gas\":{{\"t\":{at},\"l\":{litres}}}}}}}");
    Event::new(device, at, body)
}

/// Formats thousandths as a decimal, without a binary float.
fn thousandths(value: u64) -> String {
    format!("{}.{:03}", value / 1_000, value % 1_000)
}

/// An attribute read response with encoded attributes.
fn zbhci(cluster: u16, count: u8, attributes: &[u8]) -> Vec<u8> {
    let mut payload = vec![0x00, 0x01, 0x05, 0x01, 0x98];
    payload.extend(cluster.to_be_bytes());
    payload.push(count);
    payload.extend(attributes);
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    let checked = [&[0x81, 0x00], &length[..], &payload].concat();
    let checksum = checked.iter().fold(0, |sum, byte| sum ^ byte);
    [&[0x55], &checked[..4], &[checksum], &payload[..], &[0xAA]].concat()
}
