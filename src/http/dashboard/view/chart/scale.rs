//! A vertical scale of energy with round gridlines.

use super::coordinate::Down;
use crate::http::dashboard::view::format::thousandths;

/// A gridline and what it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    /// Where it lies.
    pub(crate) y: Down,
    /// The amount in kWh.
    pub(crate) label: String,
    /// Where the label's letters stand.
    pub(crate) text_y: Down,
    /// Whether it is the line of nothing.
    pub(crate) zero: bool,
}

/// Import upwards, export downwards, in one measure.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    step: u64,
    up: u64,
    down: u64,
    above: u64,
    plot: u64,
}

impl Scale {
    /// Room for `up` and `down` Wh in `plot` pixels that begin `above` pixels
    /// from the top.
    pub(crate) fn new(up: u64, down: u64, above: u64, plot: u64) -> Self {
        let wanted = if down > 0 { 6 } else { 5 };
        let step = round_step(up.saturating_add(down).div_ceil(wanted));
        let whole = |amount: u64| amount.div_ceil(step).saturating_mul(step);
        Self { step, up: whole(up).max(step), down: whole(down), above, plot }
    }

    /// How far from the zero line an amount reaches, in tenths of a pixel.
    fn height(&self, amount: u64) -> u64 {
        let range = u128::from(self.up) + u128::from(self.down);
        let height = u128::from(amount) * u128::from(self.plot * 10) / range;
        // Cannot fail because amounts lie inside the range.
        u64::try_from(height).unwrap_or(0)
    }

    /// The line of nothing.
    pub(crate) fn zero(&self) -> Down {
        Down(self.above * 10 + self.height(self.up))
    }

    /// Top and height of a bar that stands on the zero line.
    pub(crate) fn standing(&self, amount: u64) -> (Down, Down) {
        let height = self.visible(amount);
        (Down(self.zero().0.saturating_sub(height)), Down(height))
    }

    /// Top and height of a bar that hangs from it.
    pub(crate) fn hanging(&self, amount: u64) -> (Down, Down) {
        (self.zero(), Down(self.visible(amount)))
    }

    /// A known amount is seen, be it nothing.
    fn visible(&self, amount: u64) -> u64 {
        self.height(amount).max(10)
    }

    /// The gridlines from the top down.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let tick = |amount: u64, y: u64| Tick {
            y: Down(y),
            label: label(amount, self.step),
            text_y: Down(y + 40),
            zero: amount == 0,
        };
        let zero = self.zero().0;
        let upper = (0..=self.up / self.step).rev().map(|count| count * self.step);
        let lower = (1..=self.down / self.step).map(|count| count * self.step);
        upper
            .map(|amount| tick(amount, zero.saturating_sub(self.height(amount))))
            .chain(lower.map(|amount| tick(amount, zero + self.height(amount))))
            .collect()
    }
}

/// The smallest of 10, 20, 50, 100, 200... that is not below `least`.
pub(crate) fn round_step(least: u64) -> u64 {
    let mut ten: u64 = 10;
    loop {
        for one in [1, 2, 5] {
            let step = ten.saturating_mul(one);
            if step >= least {
                return step;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

fn label(amount: u64, step: u64) -> String {
    let places = match step {
        1_000.. => 0,
        100.. => 1,
        _ => 2,
    };
    if amount == 0 { "0".to_owned() } else { thousandths(amount, places) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(up: u64, down: u64) -> Vec<String> {
        Scale::new(up, down, 20, 180).ticks().into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn gridlines_stand_at_ones_twos_and_fives() {
        assert_eq!(labels(920, 0), ["1.0", "0.8", "0.6", "0.4", "0.2", "0"]);
        assert_eq!(labels(700, 0), ["0.8", "0.6", "0.4", "0.2", "0"]);
        assert_eq!(labels(1_300, 900), ["1.5", "1.0", "0.5", "0", "0.5", "1.0"]);
        assert_eq!(labels(412_000, 0), ["500", "400", "300", "200", "100", "0"]);
        assert_eq!(labels(0, 0), ["0.01", "0"]);
        assert!(!labels(u64::MAX, u64::MAX).is_empty());
    }

    #[test]
    fn bars_meet_at_the_zero_line() {
        let scale = Scale::new(1_000, 1_000, 20, 200);
        let (top, height) = scale.standing(500);
        assert_eq!(top.0 + height.0, scale.zero().0);
        assert_eq!(scale.hanging(500), (scale.zero(), height));
        assert_eq!(scale.standing(1_000).0, Down::pixels(20));
        assert_eq!(scale.standing(0).1, Down::pixels(1));
    }
}
