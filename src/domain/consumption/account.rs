//! A fuel's streams as one account of energy.

use std::collections::BTreeMap;

use super::series::series;
use super::{Ledger, Piece, Series};
use crate::domain::document::{Month, Stream, Streams};
use crate::domain::gas::GasConversion;
use crate::domain::register::{Direction, Fuel, Register};
use crate::domain::units::Moment;

/// All that is known of a fuel over a stretch of time, in order of time.
#[derive(Clone, Debug)]
pub struct Account {
    fuel: Fuel,
    gas: GasConversion,
    streams: Streams,
}

impl Account {
    /// An account of nothing yet.
    #[must_use]
    pub const fn new(fuel: Fuel, gas: GasConversion) -> Self {
        Self { fuel, gas, streams: BTreeMap::new() }
    }

    /// Adds streams that lie after what is there.
    pub fn extend(&mut self, streams: Streams) {
        for (stream, pieces) in streams {
            self.streams.entry(stream).or_default().extend(pieces);
        }
    }

    /// Adds the entries of a month's days, as far as `wanted` wants them.
    pub fn extend_from_month(&mut self, month: &Month, wanted: impl Fn(i8) -> bool) {
        for (_, streams) in month.days.iter().filter(|(day, _)| wanted(**day)) {
            for (stream, pieces) in streams {
                self.streams.entry(*stream).or_default().extend(&pieces.0);
            }
        }
    }

    /// The energy between neighbouring cuts. What a supplier states stands
    /// over the total register, and that over the sum of the tariff registers.
    #[must_use]
    pub fn series(&self, direction: Direction, cuts: &[Moment]) -> Series {
        let of = |wanted: &dyn Fn(Stream) -> bool| {
            let streams = self.streams.iter();
            let wanted = streams.filter(|(s, _)| s.direction() == direction && wanted(**s));
            wanted.map(|(stream, pieces)| self.ledger(*stream, pieces)).collect::<Vec<_>>()
        };
        let stated = of(&|stream| matches!(stream, Stream::Stated(_)));
        let totals = of(&|stream| matches!(stream, Stream::Register(Register { tariff: 0, .. })));
        let tariffs =
            of(&|stream| matches!(stream, Stream::Register(Register { tariff: 1.., .. })));
        let best = stated.into_iter().chain(totals).reduce(|best, next| best.over(&next));
        let first = tariffs.iter().fold(best.unwrap_or_default(), Ledger::yielding_to);
        let others: Vec<_> = tariffs.iter().map(|ledger| ledger.outside(&first)).collect();
        series(&first, &others, cuts)
    }

    fn ledger(&self, stream: Stream, pieces: &[Piece]) -> Ledger {
        Ledger::new(pieces, self.fuel, stream.unit(), self.gas)
    }

    /// Whether anything is known of a direction.
    #[must_use]
    pub fn has(&self, direction: Direction) -> bool {
        self.streams.keys().any(|stream| stream.direction() == direction)
    }
}
