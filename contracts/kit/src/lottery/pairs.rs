//! The pair term: how much two volunteers who know each other can count on
//! being seated together.
//!
//! Persons are drawn uniformly within a type, so the panels that are expected
//! to seat a given pair are `P_st / pairs_st` of the m, with `P_st = Σ a_s·a_t`
//! over panels and `pairs_st = n_s·n_t`, or `Σ C(a_s, 2)` and `C(n_s, 2)` within a
//! type. The term is the sum over all pairs of persons of its square:
//! `Σ_{s≤t} P_st² / pairs_st`, each in 1/2^16, rounded down.

use super::{Frame, LotteryError, MAX_TYPES, Panel, pool::at_most};

/// Bits after the point.
const FRACTION: u32 = 16;
/// Most cells a stripe holds: 2 MiB.
const MAX_CELLS: usize = 1 << 18;

/// The pairs (s, t) with s in a range of types and t ≥ s: a part of the term
/// in bounded memory. Over all stripes the parts add up to the term.
#[derive(Clone, Debug)]
pub struct PairStripe {
    first: usize,
    rows: usize,
    types: usize,
    cells: Vec<u64>,
}

impl PairStripe {
    /// How many rows a stripe has at most.
    #[must_use]
    pub fn most_rows(types: usize) -> usize {
        MAX_CELLS / types.clamp(1, MAX_TYPES)
    }

    /// Begins with the rows `first..first + rows`, as far as there are so many.
    ///
    /// # Errors
    /// More rows than [`PairStripe::most_rows`].
    pub fn begin(frame: &Frame<'_>, first: usize, rows: usize) -> Result<PairStripe, LotteryError> {
        let types = frame.types();
        let rows = rows.min(types.saturating_sub(first));
        at_most("rows", rows, PairStripe::most_rows(types))?;
        Ok(PairStripe {
            first,
            rows,
            types,
            cells: vec![0; rows * types],
        })
    }

    /// Takes a panel that passed [`check_panel`](super::check_panel).
    pub fn panel(&mut self, panel: &Panel) {
        let times = u64::from(panel.times);
        for (place, &(kind, seats)) in panel.seats.iter().enumerate() {
            let kind = usize::from(kind);
            if kind < self.first || kind >= self.first + self.rows {
                continue;
            }
            let row = (kind - self.first) * self.types;
            let seats = u64::from(seats);
            for &(other, others) in &panel.seats[place..] {
                let other = usize::from(other);
                let pairs = if other == kind {
                    seats * (seats - 1) / 2
                } else {
                    seats * u64::from(others)
                };
                // Σ over all cells ≤ 2^17 panels · C(1,000, 2)
                if let Some(cell) = self.cells.get_mut(row + other) {
                    *cell += times * pairs;
                }
            }
        }
    }

    /// The stripe's part of the term.
    #[must_use]
    pub fn finish(&self, frame: &Frame<'_>) -> u128 {
        let counts = &frame.pool().counts;
        let mut term = 0u128;
        for (row, cells) in self.cells.chunks(self.types.max(1)).enumerate() {
            let kind = self.first + row;
            let count = u128::from(counts[kind]);
            for (other, &met) in cells.iter().enumerate().skip(kind) {
                let pairs = if other == kind {
                    count * (count - 1) / 2
                } else {
                    count * u128::from(counts[other])
                };
                if met > 0 && pairs > 0 {
                    let met = u128::from(met);
                    term += ((met * met) << FRACTION) / pairs;
                }
            }
        }
        term
    }
}

/// The pair term of panels that passed [`check_panel`](super::check_panel).
#[must_use]
pub fn pair_term(frame: &Frame<'_>, panels: &[Panel]) -> u128 {
    let rows = PairStripe::most_rows(frame.types());
    let firsts = (0..frame.types()).step_by(rows);
    let stripes = firsts.filter_map(|first| {
        let mut stripe = PairStripe::begin(frame, first, rows).ok()?;
        panels.iter().for_each(|panel| stripe.panel(panel));
        Some(stripe.finish(frame))
    });
    stripes.sum()
}
