//! A vertical scale of energy with round gridlines.

use super::coordinate::Pixels;
use crate::http::dashboard::format::thousandths;

/// A gridline and its label.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    pub(crate) y: Pixels,
    /// The amount in kWh that the gridline represents.
    pub(crate) label: String,
    /// The baseline of the label.
    pub(crate) text_y: Pixels,
    /// Whether it is the zero line.
    pub(crate) is_zero: bool,
}

/// A scale on which import points up and export points down.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    step: u64,
    import: u64,
    export: u64,
    top_margin: u64,
    plot_height: u64,
}

impl Scale {
    /// Fits `import` and `export` Wh into `plot_height` pixels that begin `top_margin` pixels from
    /// the top.
    pub(crate) fn new(import: u64, export: u64, top_margin: u64, plot_height: u64) -> Self {
        let max_steps = if export > 0 { 6 } else { 5 };
        let step = round_step(import.saturating_add(export).div_ceil(max_steps));
        let round_up = |amount: u64| amount.div_ceil(step).saturating_mul(step);
        Self {
            step,
            import: round_up(import).max(step),
            export: round_up(export),
            top_margin,
            plot_height,
        }
    }

    /// The distance of an amount in Wh from the zero line, in tenths of a pixel.
    fn height(&self, amount: u64) -> u64 {
        let range = u128::from(self.import) + u128::from(self.export);
        let height = u128::from(amount) * u128::from(self.plot_height * 10) / range;
        // Cannot fail because amounts are within the range.
        u64::try_from(height).unwrap_or(0)
    }

    pub(crate) fn zero_line(&self) -> Pixels {
        Pixels(self.top_margin * 10 + self.height(self.import))
    }

    /// Top and height of a bar that points up from the zero line.
    pub(crate) fn import_bar(&self, amount: u64) -> (Pixels, Pixels) {
        let height = self.visible_height(amount);
        (Pixels(self.zero_line().0.saturating_sub(height)), Pixels(height))
    }

    /// Top and height of a bar that points down from the zero line.
    pub(crate) fn export_bar(&self, amount: u64) -> (Pixels, Pixels) {
        (self.zero_line(), Pixels(self.visible_height(amount)))
    }

    /// The height of a bar: at least a pixel, so that a known amount of zero is visible.
    fn visible_height(&self, amount: u64) -> u64 {
        self.height(amount).max(10)
    }

    /// The gridlines from the top down.
    pub(crate) fn ticks(&self) -> Vec<Tick> {
        let tick = |amount: u64, y: u64| Tick {
            y: Pixels(y),
            label: label(amount, self.step),
            text_y: Pixels(y + 40),
            is_zero: amount == 0,
        };
        let zero_line = self.zero_line().0;
        let upper = (0..=self.import / self.step).rev().map(|count| count * self.step);
        let lower = (1..=self.export / self.step).map(|count| count * self.step);
        upper
            .map(|amount| tick(amount, zero_line.saturating_sub(self.height(amount))))
            .chain(lower.map(|amount| tick(amount, zero_line + self.height(amount))))
            .collect()
    }
}

/// The smallest of 10, 20, 50, 100, 200... that is not below `minimum`.
pub(crate) fn round_step(minimum: u64) -> u64 {
    let mut power_of_ten: u64 = 10;
    loop {
        for factor in [1, 2, 5] {
            let step = power_of_ten.saturating_mul(factor);
            if step >= minimum {
                return step;
            }
        }
        power_of_ten = power_of_ten.saturating_mul(10);
    }
}

fn label(amount: u64, step: u64) -> String {
    let decimals = match step {
        1_000.. => 0,
        100.. => 1,
        _ => 2,
    };
    if amount == 0 { "0".to_owned() } else { thousandths(amount, decimals) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(import: u64, export: u64) -> Vec<String> {
        Scale::new(import, export, 20, 180).ticks().into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn gridlines_are_at_round_amounts() {
        assert_eq!(labels(920, 0), ["1.0", "0.8", "0.6", "0.4", "0.2", "0"]);
        assert_eq!(labels(700, 0), ["0.8", "0.6", "0.4", "0.2", "0"]);
        assert_eq!(labels(1_300, 900), ["1.5", "1.0", "0.5", "0", "0.5", "1.0"]);
        assert_eq!(labels(412_000, 0), ["500", "400", "300", "200", "100", "0"]);
        assert_eq!(labels(0, 0), ["0.01", "0"]);
        assert!(!labels(u64::MAX, u64::MAX).is_empty());
    }

    #[test]
    fn import_and_export_bars_meet_at_the_zero_line() {
        let scale = Scale::new(1_000, 1_000, 20, 200);
        let (top, height) = scale.import_bar(500);
        assert_eq!(top.0 + height.0, scale.zero_line().0);
        assert_eq!(scale.export_bar(500), (scale.zero_line(), height));
        assert_eq!(scale.import_bar(1_000).0, Pixels::whole(20));
        assert_eq!(scale.import_bar(0).1, Pixels::whole(1));
    }
}
