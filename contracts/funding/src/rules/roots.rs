//! Square roots of contributions, and the two sums of them by which a project
//! is weighed. Both change in O(1) when somebody adds to a contribution.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::sqrt;
use mycel_kit::wide::{U256, mul};

/// ⌊√(c·2^64)⌋: the root of a contribution in Q32. A person's contribution has
/// 63 bits and its root 64; a group's have at most 83 and 74.
#[must_use]
pub fn root(c: u128) -> u128 {
    match u64::try_from(c) {
        Ok(c) => sqrt::isqrt_q32(c).into(),
        Err(_) => sqrt::isqrt(U256::from(c) << 64),
    }
}

/// A number of 256 bits as it is stored: four limbs, the lowest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Wide(pub [u64; 4]);

impl From<U256> for Wide {
    fn from(number: U256) -> Wide {
        Wide(*number.as_limbs())
    }
}

impl Wide {
    /// The number.
    #[must_use]
    pub fn number(self) -> U256 {
        U256::from_limbs(self.0)
    }
}

/// What is kept of a project's contributions: Σs and Σs² over those who count
/// as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sums {
    roots: u128,
    squares: Wide,
}

impl Sums {
    /// What one contributor gave in all becomes `after` instead of `before`
    /// (0: nothing so far, or nothing any more).
    pub fn replace(&mut self, before: u128, after: u128) {
        let (old, new) = (root(before), root(after));
        // old is one of the roots that were added
        self.roots = self.roots.saturating_sub(old).saturating_add(new);
        let squares = self.squares.number().saturating_sub(mul(old, old));
        self.squares = squares.saturating_add(mul(new, new)).into();
    }

    /// Sums as others kept them.
    #[must_use]
    pub fn of(roots: u128, squares: U256) -> Sums {
        Sums {
            roots,
            squares: squares.into(),
        }
    }

    /// Σs in Q32.
    #[must_use]
    pub const fn roots(&self) -> u128 {
        self.roots
    }

    /// Σs² in Q64.
    #[must_use]
    pub fn squares(&self) -> U256 {
        self.squares.number()
    }

    /// (Σs)² − Σs² in Q64: below 2^168 for 2^20 contributors.
    #[must_use]
    pub fn weight(&self) -> U256 {
        mul(self.roots, self.roots).saturating_sub(self.squares())
    }
}

/// Pairs (before, after), as [`Sums::replace`] takes them.
impl FromIterator<(u128, u128)> for Sums {
    fn from_iter<I: IntoIterator<Item = (u128, u128)>>(given: I) -> Sums {
        let mut sums = Sums::default();
        for (before, after) in given {
            sums.replace(before, after);
        }
        sums
    }
}
