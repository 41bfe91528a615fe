//! The messages of the golden payloads of version 1.

use cloudsmets_protocol::Envelope;
use cloudsmets_protocol::cloudsmets_v1::{Guid, MAX_REGISTERS, Message, Thousandths};

pub(crate) const DOCUMENTED: &str = include_str!("../golden/cloudsmets-v1.json");
pub(crate) const DECIMALS: &str = include_str!("../golden/cloudsmets-v1-decimals.json");

pub(crate) type Registers = heapless::Vec<Option<Thousandths>, MAX_REGISTERS>;

pub(crate) fn registers(thousandths: impl IntoIterator<Item = Option<u64>>) -> Registers {
    thousandths.into_iter().map(|value| value.map(Thousandths)).collect()
}

pub(crate) fn documented() -> Envelope<Message> {
    let mut message = Message::new(12_345_678);
    message.guid = Some(Guid([0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]));
    message.electricity = registers([Some(1_234_560), Some(7_890_340)]);
    message.gas = registers([Some(1_234_560)]);
    Envelope { cloudsmets: message }
}

pub(crate) fn decimals() -> Envelope<Message> {
    let mut message = Message::new(1_767_323_100);
    message.electricity =
        registers([Some(0), None, Some(1), Some(15_254_827), Some((1 << 50) - 1)]);
    Envelope { cloudsmets: message }
}
