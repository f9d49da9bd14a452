//! The committed state.

use mycel_mailbox::State;
use mycel_mailbox::state::{BUCKETS, SUMS};

use crate::gadgets::poseidon::poseidon;
use crate::gadgets::seal::Parts;
use crate::gadgets::shift::Shift;
use crate::sheet::Sheet;
use crate::wire::Wire;

/// S, T, E, R by age of the period, and the youngest period.
#[derive(Clone)]
pub struct Sums {
    /// `buckets[sum][age]`.
    pub buckets: [[Wire; BUCKETS]; SUMS],
    /// The period of age 0.
    pub last: Wire,
}

impl Sums {
    /// A state of the prover's choice: only its commitment binds it.
    pub fn witness(sheet: &mut Sheet, state: &State) -> Self {
        Self {
            buckets: state
                .buckets
                .map(|row| row.map(|sum| sheet.witness(sum.into()))),
            last: sheet.witness(state.last.into()),
        }
    }

    /// Forces: C = P4(P8(S, T), P8(E, R), last, r).
    pub fn commit(&self, sheet: &mut Sheet, r: &Wire) -> Wire {
        let [s, t, e, rec] = &self.buckets;
        let [first, second] = [[s, t], [e, rec]].map(|[one, two]| {
            let both: Vec<&Wire> = one.iter().chain(two).collect();
            poseidon(sheet, &both)
        });
        poseidon(sheet, &[&first, &second, &self.last, r])
    }

    /// Moves on to a period. Forces: it is not before `last`.
    pub fn shift(&mut self, sheet: &mut Sheet, period: &Wire) {
        let shift = Shift::between(sheet, &self.last, period);
        for row in &mut self.buckets {
            *row = shift.buckets(sheet, row);
        }
        self.last = period.clone();
    }

    /// Adds a rating to the youngest period, or nothing when `on` is 0.
    pub fn add(&mut self, sheet: &mut Sheet, on: &Wire, parts: &Parts) {
        let weight = sheet.product(&parts.weight, on);
        let added = [
            sheet.product(&weight, &parts.outcome),
            weight.clone(),
            sheet.product(&weight, &parts.eco),
            sheet.product(&weight, &parts.reciprocity),
        ];
        for (row, part) in self.buckets.iter_mut().zip(&added) {
            row[0] = &row[0] + part;
        }
    }
}
