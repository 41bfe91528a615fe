//! The attributes of the golden frames.

use cloudsmets_protocol::zbhci::{Attribute, MessageHeader, MessageKind};
use cloudsmets_protocol::zigbee::{Text, TextType, Value};

pub(crate) const READ_RESPONSE: &str = include_str!("../golden/zbhci-read-response.hex");
pub(crate) const REPORT: &str = include_str!("../golden/zbhci-report.hex");

pub(crate) fn success(id: u16, value: Value<'_>) -> Attribute<'_> {
    Attribute { id, value: Ok(value) }
}

pub(crate) fn example_attributes() -> [Attribute<'static>; 3] {
    let text = Text { text_type: TextType::Characters, bytes: Some(b"Hello") };
    [
        success(0x0207, Value::Enum8(1)),
        success(0x0000, Value::Unsigned { width: 6, value: 76_310_993_685_999 }),
        success(0x0206, Value::Text(text)),
    ]
}

pub(crate) const EXAMPLE_HEADER: MessageHeader = MessageHeader {
    kind: MessageKind::ReadResponse,
    source_address: 0x0001,
    source_endpoint: 5,
    destination_endpoint: 1,
    sequence: 0x98,
    cluster: 0x0109,
};

pub(crate) fn report_attributes() -> [Attribute<'static>; 3] {
    [
        success(0x0400, Value::Signed { width: 3, value: -785 }),
        success(0x0000, Value::Unsigned { width: 6, value: 222_768_144 }),
        success(0x0300, Value::Enum8(0)),
    ]
}

pub(crate) const REPORT_HEADER: MessageHeader = MessageHeader {
    kind: MessageKind::Report,
    source_address: 0x1A2B,
    source_endpoint: 1,
    destination_endpoint: 2,
    sequence: 7,
    cluster: 0x0702,
};
