//! Clusters of Zigbee Smart Energy, and the attributes that CloudSMETS reads.

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident = $id:literal;)+) => {
        $($(#[$doc])* pub const $name: u16 = $id;)+

        /// The name of an attribute of this cluster: that of its constant.
        #[must_use]
        pub const fn attribute_name(attribute: u16) -> Option<&'static str> {
            match attribute {
                $($id => Some(stringify!($name)),)+
                _ => None,
            }
        }
    };
}

/// The metering cluster.
pub const METERING: u16 = 0x0702;
/// The id that the first CloudSMETS receiver used for [`METERING`]. It is the Smart Energy profile's id.
pub const METERING_ALIAS: u16 = 0x0109;
/// The price cluster.
pub const PRICE: u16 = 0x0700;
/// The prepayment cluster.
pub const PREPAYMENT: u16 = 0x0705;
/// The time cluster.
pub const TIME: u16 = 0x000A;

/// Whether a cluster id means metering: the standard id or the alias.
#[must_use]
pub const fn is_metering(cluster: u16) -> bool {
    matches!(cluster, METERING | METERING_ALIAS)
}

/// Attributes of the metering cluster. Registers count in the unit of [`UNIT`](metering::UNIT) after
/// x multiplier / divisor, see [`scale_to_thousandths`](super::scale_to_thousandths).
pub mod metering {
    attributes! {
        /// Import register, unsigned 48-bit ("current summation delivered").
        SUMMATION_DELIVERED = 0x0000;
        /// Export register, unsigned 48-bit ("current summation received").
        SUMMATION_RECEIVED = 0x0001;
        /// Supply status: 0 off, 1 armed, 2 on.
        SUPPLY_STATUS = 0x0014;
        /// The active tariff tier.
        ACTIVE_TIER = 0x0020;
        /// Import register of tier 1.
        TIER_1_DELIVERED = 0x0100;
        /// Export register of tier 1.
        TIER_1_RECEIVED = 0x0101;
        /// Import register of tier 2.
        TIER_2_DELIVERED = 0x0102;
        /// Export register of tier 2.
        TIER_2_RECEIVED = 0x0103;
        /// Import register of tier 3.
        TIER_3_DELIVERED = 0x0104;
        /// Export register of tier 3.
        TIER_3_RECEIVED = 0x0105;
        /// Import register of tier 4.
        TIER_4_DELIVERED = 0x0106;
        /// Export register of tier 4.
        TIER_4_RECEIVED = 0x0107;
        /// Meter id, a string.
        METER_ID = 0x0206;
        /// Ambient consumption: 0 low, 1 medium, 2 high.
        AMBIENT_CONSUMPTION = 0x0207;
        /// Unit of the registers: 0 kWh, 1 m3.
        UNIT = 0x0300;
        /// Multiplier, unsigned 24-bit.
        MULTIPLIER = 0x0301;
        /// Divisor, unsigned 24-bit.
        DIVISOR = 0x0302;
        /// Device type: 0 electricity, 0x80 mirrored gas.
        DEVICE_TYPE = 0x0306;
        /// Site id: MPAN or MPRN.
        SITE_ID = 0x0307;
        /// Serial number of the meter.
        SERIAL_NUMBER = 0x0308;
        /// Demand in watts, signed 24-bit, negative when exporting; see
        /// [`demand_watts`](crate::zigbee::demand_watts).
        DEMAND = 0x0400;
        /// Consumption of the current day.
        DAY_DELIVERED = 0x0401;
        /// Consumption of the previous day.
        PREVIOUS_DAY_DELIVERED = 0x0403;
        /// Import register in the alternative unit, gas only.
        ALTERNATIVE_SUMMATION_DELIVERED = 0x0C00;
    }
}

/// Attributes of the price cluster.
pub mod price {
    attributes! {
        /// Standing charge.
        STANDING_CHARGE = 0x0301;
        /// Volume conversion factor of gas.
        CONVERSION_FACTOR = 0x0302;
        /// Position of the decimal point in the conversion factor.
        CONVERSION_FACTOR_DIGITS = 0x0303;
        /// Calorific value of gas.
        CALORIFIC_VALUE = 0x0304;
        /// Unit of the calorific value.
        CALORIFIC_VALUE_UNIT = 0x0305;
        /// Position of the decimal point in the calorific value.
        CALORIFIC_VALUE_DIGITS = 0x0306;
    }
}

/// Attributes of the prepayment cluster.
pub mod prepayment {
    attributes! {
        /// Payment control.
        PAYMENT_CONTROL = 0x0000;
        /// Credit remaining, signed 32-bit.
        CREDIT_REMAINING = 0x0001;
        /// Emergency credit remaining.
        EMERGENCY_CREDIT_REMAINING = 0x0002;
        /// Accumulated debt.
        ACCUMULATED_DEBT = 0x0005;
        /// Emergency credit limit.
        EMERGENCY_CREDIT_LIMIT = 0x0010;
        /// Emergency credit threshold.
        EMERGENCY_CREDIT_THRESHOLD = 0x0011;
        /// Level at which the meter warns of low credit.
        LOW_CREDIT_LEVEL = 0x0031;
    }
}

/// Attributes of the time cluster.
pub mod time {
    attributes! {
        /// The meter's clock, a `UTCTime`; see [`utc_time_to_unix`](crate::zigbee::utc_time_to_unix).
        TIME = 0x0000;
    }
}
