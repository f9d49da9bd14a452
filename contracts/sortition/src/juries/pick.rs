//! In which order members are called: a permutation of all numbers, made as
//! far as it is needed.
//!
//! Numbers 1..=n lie in a row; the i-th call takes one of those from place i
//! on, the place said by SHA-256, and puts what lay at place i in its stead
//! (Fisher and Yates). What moved is remembered, so the record grows by one
//! entry a call, and nobody is called twice. Anyone who knows the seed can
//! follow it.

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest, Sha256};

/// Begins the hash of a jury's seed.
pub const SEED_DOMAIN: &[u8] = b"mycel/sortition/jury/seed/v1";
/// Begins the hash of a place.
pub const PLACE_DOMAIN: &[u8] = b"mycel/sortition/jury/place/v1";

/// The seed of one drawing: from the beacon's value, the case, which of its
/// juries, and which drawing for it.
#[must_use]
pub fn seed(beacon: &[u8; 32], case: u64, jury: u8, drawing: u8) -> [u8; 32] {
    Sha256::new()
        .chain_update(SEED_DOMAIN)
        .chain_update(beacon)
        .chain_update(case.to_be_bytes())
        .chain_update([jury, drawing])
        .finalize()
        .into()
}

/// A number below `below`, which is not 0. The remainder of 128 bits: no
/// number is more likely than another by more than 2^-64.
fn place(seed: &[u8; 32], call: u32, below: u64) -> u64 {
    let hash = Sha256::new()
        .chain_update(PLACE_DOMAIN)
        .chain_update(seed)
        .chain_update(call.to_be_bytes())
        .finalize();
    let mut head = [0; 16];
    head.copy_from_slice(&hash[..16]);
    u64::try_from(u128::from_be_bytes(head) % u128::from(below)).unwrap_or(0)
}

/// The row as far as it was called.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Row {
    /// Numbers: 1..=this.
    pub numbers: u32,
    /// How many were called.
    pub called: u32,
    /// What lies at places that are not yet called and were disturbed: (place,
    /// number), by place.
    moved: Vec<(u32, u32)>,
}

impl Row {
    /// Nobody called yet.
    #[must_use]
    pub fn new(numbers: u32) -> Row {
        Row {
            numbers,
            called: 0,
            moved: Vec::new(),
        }
    }

    /// The next number, if one is left.
    pub fn call(&mut self, seed: &[u8; 32]) -> Option<u64> {
        let left = self
            .numbers
            .checked_sub(self.called)
            .filter(|left| *left > 0)?;
        let here = self.called;
        let ahead = u32::try_from(place(seed, here, left.into())).unwrap_or(0);
        let chosen = here + ahead;
        let lies_here = self.take(here);
        self.called = here + 1;
        let number = if chosen == here {
            lies_here
        } else {
            let number = self.take(chosen);
            let at = self.moved.partition_point(|(place, _)| *place < chosen);
            self.moved.insert(at, (chosen, lies_here));
            number
        };
        Some(number.into())
    }

    /// What lies at a place; its entry goes.
    fn take(&mut self, place: u32) -> u32 {
        match self.moved.binary_search_by_key(&place, |(place, _)| *place) {
            Ok(at) => self.moved.remove(at).1,
            Err(_) => place + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(seed: u8, numbers: u32) -> Vec<u64> {
        let mut row = Row::new(numbers);
        std::iter::from_fn(|| row.call(&[seed; 32])).collect()
    }

    #[test]
    fn everybody_is_called_exactly_once() {
        for numbers in [0, 1, 2, 3, 50, 1_000] {
            for seed in 0..5 {
                let mut called = all(seed, numbers);
                called.sort_unstable();
                assert!(called.into_iter().eq(1..=u64::from(numbers)), "{numbers}");
            }
        }
    }

    #[test]
    fn every_order_of_four_is_as_likely_as_another() {
        let mut seen = std::collections::BTreeMap::new();
        for n in 0..24_000u32 {
            let seed = seed(&[7; 32], n.into(), 0, 0);
            let mut row = Row::new(4);
            let order: Vec<_> = std::iter::from_fn(|| row.call(&seed)).collect();
            *seen.entry(order).or_insert(0u32) += 1;
        }
        assert_eq!(seen.len(), 24);
        // 1,000 each; six standard deviations are 186
        for (order, times) in seen {
            assert!(times.abs_diff(1_000) < 186, "{order:?} {times}");
        }
    }

    #[test]
    fn the_order_is_pinned() {
        let mut row = Row::new(1_000);
        let seed = seed(&[9; 32], 5, 1, 2);
        let first: Vec<_> = (0..6).filter_map(|_| row.call(&seed)).collect();
        assert_eq!(first, PINNED);
        assert_eq!(row.called, 6);
    }

    /// Computed by another program.
    const PINNED: [u64; 6] = [90, 643, 154, 465, 984, 715];

    #[test]
    fn each_drawing_of_each_jury_of_each_case_has_its_own_order() {
        let one = seed(&[9; 32], 5, 1, 2);
        for other in [
            seed(&[8; 32], 5, 1, 2),
            seed(&[9; 32], 6, 1, 2),
            seed(&[9; 32], 5, 0, 2),
            seed(&[9; 32], 5, 1, 1),
        ] {
            assert_ne!(one, other);
        }
    }
}
