//! From ballots to results: pure functions over integers.
//!
//! | module | ballot | result |
//! |---|---|---|
//! | [`approval`] | any set of options | votes for each, most first |
//! | [`schulze`] | options in groups, best first | pairwise matrix, strongest paths, ranking |
//! | [`shares`] | any set of projects that cost | what is bought by equal shares |
//!
//! A ballot has a weight: how many electors stand behind it. Every result is
//! the same whatever the order in which ballots are added. Ties are shown, and
//! broken by the lower option number; in approval and ranked ballots option 0
//! is "no change", so that where nothing else decides nothing changes.

pub mod approval;
pub mod schulze;
pub mod shares;

/// Most options of an approval or ranked ballot.
pub const MAX_OPTIONS: usize = 32;

/// The options of a set, ascending.
#[must_use]
pub fn members(bits: u64) -> Vec<u8> {
    (0..64).filter(|option| bits >> option & 1 == 1).collect()
}

/// Options in order, and where the order is only by number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Every option that takes part, best first.
    pub options: Vec<u8>,
    /// Whether an option is level with the one after it; one shorter than `options`.
    pub tied: Vec<bool>,
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_set_is_its_bits() {
        assert_eq!(super::members(1 | 8 | 1 << 31 | 1 << 63), [0, 3, 31, 63]);
        assert!(super::members(0).is_empty());
    }
}
