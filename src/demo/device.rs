//! A simulated device: reports what its home's meters show, in the messages of a real one.

use cloudsmets_protocol::Envelope;
use cloudsmets_protocol::cloudsmets_v2::{self as v2, Message};
use jiff::tz::TimeZone;

use super::Household;
use crate::domain::units::Moment;

/// Seconds between two readings of the gas meter, which sleeps in between.
const GAS_INTERVAL_SECONDS: i64 = 1_800;

/// A simulated device together with its home.
#[derive(Clone, Debug)]
pub struct Device {
    pub home: Household,
    simulated_until: Moment,
    /// The latest reading of the gas meter: its time and its register in litres.
    gas_reading: (Moment, u64),
    started: Moment,
    messages: u32,
}

impl Device {
    /// Creates a device whose home is simulated from `start` on.
    #[must_use]
    pub const fn new(home: Household, start: Moment) -> Self {
        let gas_reading = (start, home.gas_litres());
        Self { home, simulated_until: start, gas_reading, started: start, messages: 0 }
    }

    /// Simulates the home up to `at` and returns the message with its readings at that time.
    #[must_use]
    pub fn next_message(&mut self, at: Moment, zone: &TimeZone) -> Message {
        let power = self.home.simulate(self.simulated_until, at, zone);
        self.simulated_until = at;
        let last_wake = Moment::from_unix(at.unix() - at.unix().rem_euclid(GAS_INTERVAL_SECONDS));
        if last_wake > self.gas_reading.0 {
            self.gas_reading = (last_wake, self.home.gas_litres());
        }
        self.messages = self.messages.wrapping_add(1);
        let mut message = Message::new(at.unix());
        message.sequence = Some(v2::Sequence { boot: 1, message: self.messages });
        message.electricity = Some(self.electricity(power));
        message.gas = Some(self.gas());
        message.device = Some(v2::Device {
            firmware: "1.0.0".try_into().ok(),
            rssi: Some(-61),
            lqi: Some(182),
            uptime: u64::try_from(at.since(self.started)).ok(),
        });
        message
    }

    fn electricity(&self, power: i64) -> v2::Electricity {
        let mut electricity = v2::Electricity::default();
        let registers = [
            (&mut electricity.import, Some(self.home.import_wh())),
            (&mut electricity.export, self.home.export_wh()),
        ];
        for (rows, value) in registers {
            if let (Some(value), Ok(mut register)) = (value, v2::Register::new(0)) {
                // Cannot fail because a simulated register stays far below 48 bits.
                let _ = register.push(Some(value));
                let _ = rows.push(register);
            }
        }
        let _ = electricity.demand.push(i32::try_from(power).ok());
        electricity.price =
            Some(v2::Price { unit_rate: Some(24_690), standing_charge: Some(53_910) });
        electricity.credit = self.home.is_prepaid.then_some(v2::Credit {
            remaining: Some(self.home.credit_millipence),
            emergency: Some(1_000_000),
            debt: Some(0),
        });
        electricity
    }

    fn gas(&self) -> v2::Gas {
        v2::Gas {
            time: Some(self.gas_reading.0.unix()),
            litres: Some(self.gas_reading.1),
            price: Some(v2::Price { unit_rate: Some(6_240), standing_charge: Some(29_110) }),
            calorific_value: Some(3_920),
            ..v2::Gas::default()
        }
    }

    /// Encodes a message as the device publishes it.
    #[must_use]
    pub fn encode(message: Message) -> Vec<u8> {
        let mut bytes = vec![0; 2_048];
        // Cannot fail because a message with one sample of each value is under 400 bytes.
        let length = Envelope { cloudsmets: message }.encode(&mut bytes).unwrap_or(0);
        bytes.truncate(length);
        bytes
    }
}
