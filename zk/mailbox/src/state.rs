//! What entries add up to, by period.

use ark_bn254::Fr;

use crate::entry::Entry;
use crate::error::MailboxError;
use crate::hash::poseidon;

/// Periods that count.
pub const BUCKETS: usize = 4;

/// S successful weight, T total weight, E Σ weight·eco, R Σ weight·reciprocity.
pub const SUMS: usize = 4;

/// Four sums over the period `last` and the three before it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// `buckets[sum][age]`: sums in the order S, T, E, R; age 0 is `last`.
    pub buckets: [[u64; BUCKETS]; SUMS],
    /// The period of the youngest bucket.
    pub last: u32,
    /// The commitment's blinding.
    pub r: Fr,
}

impl std::fmt::Debug for State {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "State(secret until period {})", self.last)
    }
}

impl State {
    /// C = P4(P8(S, T), P8(E, R), last, r).
    #[must_use]
    pub fn commit(&self) -> Fr {
        let half = |i: usize| {
            let both = [self.buckets[i], self.buckets[i + 1]];
            poseidon(
                &both
                    .as_flattened()
                    .iter()
                    .map(|x| Fr::from(*x))
                    .collect::<Vec<_>>(),
            )
        };
        poseidon(&[half(0), half(2), self.last.into(), self.r])
    }

    /// C0: the commitment at enrolment, with nothing in it and r = 0.
    #[must_use]
    pub fn empty_commitment() -> Fr {
        Self::default().commit()
    }

    /// Moves on to a period: buckets grow older, the oldest fall out. Never back.
    pub fn shift(&mut self, period: u32) -> Result<(), MailboxError> {
        let last = self.last;
        let Some(by) = period.checked_sub(last) else {
            return Err(MailboxError::Backwards { period, last });
        };
        let by = BUCKETS.min(by as usize);
        for row in &mut self.buckets {
            row.rotate_right(by);
            row[..by].fill(0);
        }
        self.last = period;
        Ok(())
    }

    /// Moves on to the entry's period and adds it. What is refused changes nothing.
    pub fn absorb(&mut self, entry: &Entry) -> Result<(), MailboxError> {
        entry.rating().check()?;
        let mut next = *self;
        next.shift(entry.period)?;
        let weight = u64::from(entry.weight);
        let parts = [
            if entry.outcome { weight } else { 0 },
            weight,
            weight * u64::from(entry.eco),
            weight * u64::from(entry.reciprocity),
        ];
        for (row, part) in next.buckets.iter_mut().zip(parts) {
            row[0] = row[0].checked_add(part).ok_or(MailboxError::Overflow)?;
        }
        *self = next;
        Ok(())
    }

    /// A sum over the periods with weights 8, 4, 2, 1.
    pub(crate) fn weighted(&self, sum: usize) -> u128 {
        let row = &self.buckets[sum];
        row.iter()
            .zip(PERIOD_WEIGHTS)
            .map(|(x, w)| u128::from(*x) * u128::from(w))
            .sum()
    }
}

/// What a period counts, youngest first.
pub const PERIOD_WEIGHTS: [u64; BUCKETS] = [8, 4, 2, 1];
