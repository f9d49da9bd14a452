//! Lots: how a beacon's randomness becomes an index, an order, a seating.
//!
//! Pure functions, the same for the contract that draws and for whoever draws
//! again from the ledger. With `H` = SHA-256 and lengths as four big-endian bytes:
//!
//! ```text
//! lot           = H("mycel/lot/1" ‖ len ‖ domain ‖ beacon ‖ len ‖ part ‖ …)
//! index         = the first b bits of lot
//! words (label) = H(lot ‖ len ‖ label ‖ 0 u64), H(lot ‖ len ‖ label ‖ 1 u64), …
//!                 each four big-endian u64
//! below (n)     = the next word under the greatest multiple of n, mod n
//! order (n)     = Fisher–Yates: the i-th item changes place with the
//!                 (i + below(n − i))-th; what stands at i then is the i-th drawn
//! ```
//! Every number below a bound is equally likely (no modulo bias), and an order
//! is drawn only as far as it is read: its next item costs one word.
//!
//! # Example
//! ```
//! use mycel_kit::lot::Lot;
//! let lot = Lot::new("example", &[7; 32], &[b"town", b"draw 4"]);
//! let mut order: Vec<u32> = lot.order(b"members", 5).collect();
//! assert_eq!(order, lot.order(b"members", 5).collect::<Vec<_>>());
//! order.sort_unstable();
//! assert_eq!(order, [0, 1, 2, 3, 4]);
//! ```

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// One lot: what a beacon says to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot(pub [u8; 32]);

impl Lot {
    /// The lot of a question: its kind, the beacon's value, and what tells the
    /// question from all others (chain, contract, number).
    #[must_use]
    pub fn new(domain: &str, beacon: &[u8; 32], parts: &[&[u8]]) -> Lot {
        let mut hash = Sha256::new();
        hash.update(b"mycel/lot/1");
        with_length(&mut hash, domain.as_bytes());
        hash.update(beacon);
        for part in parts {
            with_length(&mut hash, part);
        }
        Lot(hash.finalize().into())
    }

    /// The first `bits` bits, at most 32, as a number.
    #[must_use]
    pub fn index(&self, bits: u32) -> u32 {
        let [a, b, c, d, ..] = self.0;
        let head = u64::from(u32::from_be_bytes([a, b, c, d]));
        // below 2^32: 64 bits wide so that no bits at all is no overflow
        (head >> (32 - bits.min(32))) as u32
    }

    /// Numbers under a label.
    #[must_use]
    pub fn words(&self, label: &[u8]) -> Words {
        let mut hash = Sha256::new();
        hash.update(self.0);
        with_length(&mut hash, label);
        Words {
            stem: hash,
            block: 0,
            ready: [0; 4],
            left: 0,
        }
    }

    /// The order of `0..n` under a label.
    #[must_use]
    pub fn order(&self, label: &[u8], n: u32) -> Order {
        Order {
            words: self.words(label),
            at: 0,
            n,
            moved: BTreeMap::new(),
        }
    }

    /// The order of the `n` persons of a type: first those who sit, then the alternates.
    #[must_use]
    pub fn order_of_type(&self, kind: u16, n: u32) -> Order {
        let [a, b] = kind.to_be_bytes();
        self.order(&[b't', a, b], n)
    }

    /// The order in which other types are asked for an alternate.
    #[must_use]
    pub fn order_of_types(&self, types: u16) -> Order {
        self.order(b"types", u32::from(types))
    }
}

fn with_length(hash: &mut Sha256, bytes: &[u8]) {
    // no part is 4 GiB long: the length is the message's, which is far below
    hash.update((bytes.len() as u32).to_be_bytes());
    hash.update(bytes);
}

/// An endless row of random numbers.
#[derive(Clone)]
pub struct Words {
    stem: Sha256,
    block: u64,
    ready: [u64; 4],
    left: usize,
}

impl Words {
    /// The next word.
    pub fn next_word(&mut self) -> u64 {
        if self.left == 0 {
            let mut hash = self.stem.clone();
            hash.update(self.block.to_be_bytes());
            self.block = self.block.wrapping_add(1);
            let bytes = hash.finalize();
            for (word, eight) in self.ready.iter_mut().zip(bytes.chunks_exact(8)) {
                *word = eight
                    .iter()
                    .fold(0, |word, byte| word << 8 | u64::from(*byte));
            }
            self.left = 4;
        }
        self.left -= 1;
        self.ready[3 - self.left]
    }

    /// A number below `bound`, all equally likely; 0 for a bound of 0. For a
    /// bound of 32 bits, not one word in 2^32 is passed over.
    pub fn below(&mut self, bound: u32) -> u32 {
        let bound = u64::from(bound);
        if bound == 0 {
            return 0;
        }
        let passed_over = (u64::MAX % bound + 1) % bound;
        loop {
            let word = self.next_word();
            if word <= u64::MAX - passed_over {
                return (word % bound) as u32; // below a u32
            }
        }
    }
}

/// A permutation, drawn as far as it is read.
#[derive(Clone)]
pub struct Order {
    words: Words,
    at: u32,
    n: u32,
    /// What stands where it did not stand at first.
    moved: BTreeMap<u32, u32>,
}

impl Iterator for Order {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.at >= self.n {
            return None;
        }
        let here = self.moved.remove(&self.at).unwrap_or(self.at);
        let place = self.at + self.words.below(self.n - self.at);
        let drawn = if place == self.at {
            here
        } else {
            self.moved.insert(place, here).unwrap_or(place)
        };
        self.at += 1;
        Some(drawn)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.n - self.at) as usize;
        (left, Some(left))
    }
}

/// Which panel an index means, where each stands in the list as often as its
/// multiplicity says. `None`: the index is past the last.
#[must_use]
pub fn panel_at(index: u32, multiplicities: impl IntoIterator<Item = u32>) -> Option<usize> {
    let mut left = index;
    for (place, times) in multiplicities.into_iter().enumerate() {
        if left < times {
            return Some(place);
        }
        left -= times;
    }
    None
}

/// Who sits: for each (type, seats) of a panel the first of the type's order,
/// as (type, index within the type). `count` is how many a type has.
pub fn seating(lot: &Lot, panel: &[(u16, u16)], count: impl Fn(u16) -> u32) -> Vec<(u16, u32)> {
    panel
        .iter()
        .flat_map(|(kind, seats)| {
            lot.order_of_type(*kind, count(*kind))
                .take(usize::from(*seats))
                .map(|index| (*kind, index))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(lot: Lot) -> String {
        cosmwasm_std::to_hex(lot.0)
    }

    #[test]
    fn a_lot_is_pinned_and_every_part_of_the_question_counts() {
        let lot = Lot::new("sortition", &[1; 32], &[b"chain", b"contract"]);
        let others = [
            Lot::new("jury", &[1; 32], &[b"chain", b"contract"]),
            Lot::new("sortition", &[2; 32], &[b"chain", b"contract"]),
            Lot::new("sortition", &[1; 32], &[b"chai", b"ncontract"]),
            Lot::new("sortition", &[1; 32], &[b"chain", b"contract", b""]),
        ];
        assert!(others.iter().all(|other| *other != lot));
        assert_eq!(hex(lot), PINNED);
        let first: Vec<u32> = lot.order(b"x", 1_000).take(5).collect();
        assert_eq!(first, FIRST);
    }

    // computed by another program
    const PINNED: &str = "b49460e065480f4f8d9f03215d69de35bbe7d6079c61d89518a16e7b8c9f0daf";
    const FIRST: [u32; 5] = [229, 750, 251, 892, 810];

    #[test]
    fn the_index_is_the_first_bits() {
        let lot = Lot([0b1011_0001; 32]);
        assert_eq!(lot.index(0), 0);
        assert_eq!(lot.index(1), 1);
        assert_eq!(lot.index(4), 0b1011);
        assert_eq!(lot.index(10), 0b10_1100_0110);
        assert_eq!(lot.index(32), 0xb1b1_b1b1);
        assert_eq!(lot.index(99), 0xb1b1_b1b1);
    }

    #[test]
    fn an_order_is_a_permutation_and_each_is_equally_likely() {
        let mut seen = BTreeMap::new();
        for n in 0..24_000u32 {
            let lot = Lot::new("test", &[0; 32], &[&n.to_be_bytes()]);
            let order: Vec<u32> = lot.order(b"o", 4).collect();
            *seen.entry(order).or_insert(0u32) += 1;
        }
        assert_eq!(seen.len(), 24);
        // chi-square with 23 degrees of freedom: 50 is passed once in 1,100
        let chi: u32 = seen.values().map(|n| n.abs_diff(1_000).pow(2)).sum();
        assert!(chi < 50 * 1_000, "{seen:?}");
        let lot = Lot::new("test", &[9; 32], &[]);
        let mut long: Vec<u32> = lot.order(b"o", 10_000).collect();
        assert_ne!(long[..3], [0, 1, 2]);
        long.sort_unstable();
        assert!(long.into_iter().eq(0..10_000));
        assert_eq!(lot.order(b"o", 0).next(), None);
    }

    #[test]
    fn an_order_read_far_begins_as_one_read_little() {
        let lot = Lot::new("test", &[3; 32], &[]);
        let far: Vec<u32> = lot.order_of_type(7, 500).collect();
        let little: Vec<u32> = lot.order_of_type(7, 500).take(20).collect();
        assert_eq!(far[..20], little);
        assert_ne!(
            little,
            lot.order_of_type(8, 500).take(20).collect::<Vec<_>>()
        );
    }

    #[test]
    fn numbers_below_a_bound_have_no_bias() {
        let lot = Lot::new("test", &[5; 32], &[]);
        let mut words = lot.words(b"w");
        let mut counts = [0u32; 3];
        for _ in 0..30_000 {
            counts[words.below(3) as usize] += 1;
        }
        // three standard deviations are 245
        assert!(
            counts.iter().all(|n| n.abs_diff(10_000) < 300),
            "{counts:?}"
        );
        assert_eq!((words.below(1), words.below(0)), (0, 0));
        assert!((0..1_000).all(|_| words.below(u32::MAX) < u32::MAX));
    }

    #[test]
    fn an_index_finds_its_panel_by_multiplicity() {
        let times = [3, 0, 1, 4];
        let found: Vec<_> = (0..9).map(|index| panel_at(index, times)).collect();
        let expected = [0, 0, 0, 2, 3, 3, 3, 3].map(Some);
        assert_eq!(found[..8], expected);
        assert_eq!(found[8], None);
    }

    #[test]
    fn who_sits_are_the_first_of_each_types_order() {
        let lot = Lot::new("test", &[6; 32], &[]);
        let seats = seating(&lot, &[(0, 2), (5, 1)], |kind| u32::from(kind) + 3);
        assert_eq!(seats.len(), 3);
        let zero: Vec<_> = lot.order_of_type(0, 3).take(2).map(|i| (0, i)).collect();
        assert_eq!(seats[..2], zero);
        assert_eq!(seats[2], (5, lot.order_of_type(5, 8).next().unwrap()));
        // a type cannot seat more than it has
        assert_eq!(seating(&lot, &[(0, 9)], |_| 4).len(), 4);
    }
}
