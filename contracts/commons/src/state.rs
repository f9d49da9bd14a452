//! What is stored, and where. The layout is public: auditors read it raw.
//!
//! | key | record | |
//! |---|---|---|
//! | `p` | [`Parameters`] | |
//! | `e` | [`Peers`] | |
//! | `n` | [`Totals`] | |
//! | `z` ‖ rank ‖ due ‖ serial | [`Task`](crate::agenda::Task) | rank: one byte, 128 more if too dear for the end of a block |
//! | `contract_info` | JSON {contract, version} (CW2) | |
//!
//! Other letters are the folders', each with a table in its `state.rs`; the
//! first byte after the letter says what kind of record it is:
//! `r` [`registry`](crate::registry) · `j` [`cases`](crate::cases) ·
//! `o` [`order`](crate::order) · `m` [`monitors`](crate::monitors) ·
//! `c` [`cap`](crate::cap) · `g` [`regeneration`](crate::regeneration) ·
//! `h` [`rights`](crate::rights) · `k` [`market`](crate::market).
//! Numbers, heights and times: u64 big-endian. Values are borsh.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

pub use crate::parameters::{Parameters, Peers};

/// Sums that all parts share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Tasks ever put down.
    pub tasks: u64,
    /// Cases ever asked for.
    pub cases: u64,
}

/// The parameters.
#[must_use]
pub fn parameters() -> Key<Parameters> {
    Key::new(b'p', &[])
}

/// The peers.
#[must_use]
pub fn peers() -> Key<Peers> {
    Key::new(b'e', &[])
}

/// The sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    Key::new(b'n', &[])
}

/// A key of a letter, a kind of record and numbers.
#[must_use]
pub fn key<T>(tag: u8, kind: u8, numbers: &[u64]) -> Key<T> {
    let mut rest = Vec::with_capacity(1 + 8 * numbers.len());
    rest.push(kind);
    for number in numbers {
        rest.extend_from_slice(&number.to_be_bytes());
    }
    Key::new(tag, &rest)
}

/// The last number of a raw key.
#[must_use]
pub fn last_number(raw: &[u8]) -> u64 {
    raw.last_chunk::<8>()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes))
}
