//! What is stored of the dividend.
//!
//! | key | record | |
//! |---|---|---|
//! | `d` ‖ `n` | [`Totals`] | |
//! | `d` ‖ `d` ‖ deposit | [`Deposit`] | densely from 1 |
//! | `d` ‖ `p` ‖ person | u64: the last deposit that it claimed or had no part in | |

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

/// The sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Deposits so far.
    pub deposits: u64,
    /// All up to this one have ended.
    pub ended: u64,
    /// Σ shares: what one who was always a member was paid or can claim.
    pub index: u128,
    /// The remainder that the next deposit divides, too.
    pub carry: Option<Carry>,
    /// What came in.
    pub deposited: u128,
    /// What members were paid.
    pub claimed: u128,
    /// What went back to the commons.
    pub released: u128,
    /// What the holds have.
    pub left: u128,
}

/// A remainder, and the deposit in whose hold it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Carry {
    /// The deposit.
    pub deposit: u64,
    /// How much.
    pub amount: u64,
    /// Until when its hold does not expire.
    pub live: u64,
}

/// A dividend of the commons.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Deposit {
    /// Its hold.
    pub hold: u64,
    /// The epoch of credit's waterfall.
    pub epoch: u64,
    /// How much it was.
    pub amount: u64,
    /// The height at which members were counted.
    pub height: u64,
    /// When.
    pub at: u64,
    /// Until when it is claimed.
    pub until: u64,
    /// When its hold may expire.
    pub live: u64,
    /// How many members there were.
    pub members: u32,
    /// What each gets.
    pub share: u64,
    /// The index from this deposit on.
    pub index: u128,
    /// What its hold has.
    pub left: u64,
    /// Of that, what the next deposit may use.
    pub lent: u64,
    /// The deposit before whose remainder it divides, and how much of that is unused.
    pub carried: Option<(u64, u64)>,
    /// How many claimed it.
    pub claims: u32,
    /// Whether it is over.
    pub ended: bool,
}

fn key<T>(kind: u8, rest: &[u8]) -> Key<T> {
    Key::new(b'd', &[&[kind][..], rest].concat())
}

/// The sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    key(b'n', &[])
}

/// A deposit.
#[must_use]
pub fn deposit(number: u64) -> Key<Deposit> {
    key(b'd', &number.to_be_bytes())
}

/// The last deposit that a person claimed or had no part in.
#[must_use]
pub fn mark(person: u64) -> Key<u64> {
    key(b'p', &person.to_be_bytes())
}
