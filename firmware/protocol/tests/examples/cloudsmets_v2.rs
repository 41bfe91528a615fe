//! The messages of the golden payloads of version 2.

use cloudsmets_protocol::Envelope;
use cloudsmets_protocol::cloudsmets_v2::{
    Credit, Device, Electricity, Gas, Message, Price, Register, Sequence, Step,
};

pub(crate) const FULL: &str = include_str!("../golden/cloudsmets-v2.json");
pub(crate) const MINIMAL: &str = include_str!("../golden/cloudsmets-v2-minimal.json");
pub(crate) const GAPS: &str = include_str!("../golden/cloudsmets-v2-gaps.json");

pub(crate) fn register(number: u8, readings: &[Option<u64>]) -> Register {
    let Ok(mut register) = Register::new(number) else { panic!("register {number}") };
    for reading in readings {
        assert_eq!(register.push(*reading), Ok(()));
    }
    register
}

pub(crate) fn complete_register(number: u8, readings: &[u64]) -> Register {
    let Ok(mut register) = Register::new(number) else { panic!("register {number}") };
    for reading in readings {
        assert_eq!(register.push(Some(*reading)), Ok(()));
    }
    register
}

pub(crate) fn price(unit_rate: i64, standing_charge: i64) -> Option<Price> {
    Some(Price { unit_rate: Some(unit_rate), standing_charge: Some(standing_charge) })
}

pub(crate) fn full() -> Envelope<Message> {
    let mut message = Message::new(1_767_323_100);
    message.sequence = Some(Sequence { boot: 17, message: 4242 });
    message.electricity = Some(Electricity {
        import: [complete_register(
            0,
            &[1_234_567, 1_234_568, 1_234_569, 1_234_569, 1_234_571, 1_234_572],
        )]
        .into_iter()
        .collect(),
        export: [complete_register(0, &[12_345; 6])].into_iter().collect(),
        demand: [425, 430, 428, 440, 431, 429].into_iter().map(Some).collect(),
        price: price(24_690, 53_910),
        credit: Some(Credit { remaining: Some(123_400), emergency: Some(50_000), debt: Some(0) }),
    });
    message.gas = Some(Gas {
        time: Some(1_767_322_800),
        litres: Some(5_995_276),
        watt_hours: None,
        price: price(6_120, 29_110),
        credit: Some(Credit { remaining: Some(45_600), emergency: None, debt: Some(-120) }),
        calorific_value: Some(3950),
        conversion_factor: Some(102_264),
    });
    message.device = Some(Device {
        firmware: heapless::String::try_from("1.4.2").ok(),
        rssi: Some(-61),
        lqi: Some(200),
        uptime: Some(86_400),
    });
    Envelope { cloudsmets: message }
}

pub(crate) fn gaps() -> Envelope<Message> {
    let mut message = Message::new(1_767_323_100);
    message.step = Step::new(1800).unwrap_or_default();
    message.electricity = Some(Electricity {
        import: [
            register(1, &[None, Some(700), None, Some(0), Some(5)]),
            register(48, &[Some(1_000_000_000_000)]),
        ]
        .into_iter()
        .collect(),
        demand: [Some(-785), None, Some(0)].into_iter().collect(),
        price: Some(Price { unit_rate: Some(-1250), standing_charge: None }),
        ..Electricity::default()
    });
    message.gas = Some(Gas { watt_hours: Some(66_589_570), ..Gas::default() });
    Envelope { cloudsmets: message }
}
