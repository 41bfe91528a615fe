//! Converts gas volume to energy.

use super::observation::GasQuality;

/// The conversion factor that GB bills use, 1.02264, in hundred-thousandths
/// (Gas (Calculation of Thermal Energy) Regulations 1996).
pub const STANDARD_CONVERSION_FACTOR: u32 = 102_264;

/// 39.50 MJ/m3, used until the meter or the owner supplies a value. Real homes show 39.10 to 40.20.
pub const DEFAULT_CALORIFIC_VALUE: u32 = 3_950;

/// Converts litres to watt-hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GasConversion {
    calorific_value: u32,
    conversion_factor: u32,
}

impl Default for GasConversion {
    fn default() -> Self {
        Self {
            calorific_value: DEFAULT_CALORIFIC_VALUE,
            conversion_factor: STANDARD_CONVERSION_FACTOR,
        }
    }
}

impl From<GasQuality> for GasConversion {
    fn from(quality: GasQuality) -> Self {
        let default = Self::default();
        Self {
            calorific_value: quality.calorific_value.unwrap_or(default.calorific_value),
            conversion_factor: quality.conversion_factor.unwrap_or(default.conversion_factor),
        }
    }
}

impl GasConversion {
    /// The energy of a volume in Wh, multiplied by [`Self::SCALE`]. It is exact, so that parts add up to
    /// their total before rounding.
    ///
    /// kWh = m3 x factor x calorific value / 3.6.
    #[must_use]
    pub fn scaled_watt_hours(self, litres: u128) -> u128 {
        litres * u128::from(self.conversion_factor) * u128::from(self.calorific_value) * 10
    }

    /// The factor of [`Self::scaled_watt_hours`]: 10^5 for the conversion factor, 10^2 for the calorific
    /// value and 36 for 3.6 x 10.
    pub const SCALE: u128 = 100_000 * 100 * 36;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cubic_metre_is_about_eleven_kilowatt_hours() {
        let quality = GasQuality { calorific_value: Some(3_930), conversion_factor: None };
        let wh = GasConversion::from(quality).scaled_watt_hours(1_000) / GasConversion::SCALE;
        // 1.02264 x 39.30 / 3.6 = 11.16382 kWh
        assert_eq!(wh, 11_163);
    }
}
