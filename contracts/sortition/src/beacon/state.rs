//! What the beacon stores, under digits.
//!
//! | key | record |
//! |---|---|
//! | `0` | u32: sources so far |
//! | `1` ‖ number | [`Source`] |
//! | `2` ‖ round | [`Round`]: what waits for it, and its value |
//! | `3` ‖ round | u8 1: still waited for |
//! | `4` | 32 bytes: the value known last |
//! | `5` ‖ round | u32: commitments |
//! | `6` ‖ round ‖ person | [`Commitment`] |

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

use super::source::Source;

/// The tag of rounds that are waited for.
pub const WAITING: u8 = b'3';

/// A round that something waits for or that has its value.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Round {
    /// Which source.
    pub source: u32,
    /// When the round is.
    pub time: u64,
    /// The value known last when the round was fixed; zeros before the first.
    pub before: [u8; 32],
    /// Its value, once known.
    pub known: Option<Known>,
}

/// The value of a round and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Known {
    /// 32 bytes.
    pub value: [u8; 32],
    /// drand's signature; empty for other sources.
    pub signature: Vec<u8>,
    /// The signature before it; empty where there is none.
    pub previous: Vec<u8>,
    /// When it became known here.
    pub at: u64,
}

/// A member's word on a round that is not out yet.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Commitment {
    /// Of the secret.
    pub hash: [u8; 32],
    /// The secret, once revealed.
    pub secret: Option<[u8; 32]>,
}

/// Sources so far.
#[must_use]
pub fn sources() -> Key<u32> {
    Key::new(b'0', &[])
}

/// One source.
#[must_use]
pub fn source(number: u32) -> Key<Source> {
    Key::new(b'1', &number.to_be_bytes())
}

/// One round.
#[must_use]
pub fn round(round: u64) -> Key<Round> {
    Key::new(b'2', &round.to_be_bytes())
}

/// A round that is waited for.
#[must_use]
pub fn waiting(round: u64) -> Key<u8> {
    Key::new(WAITING, &round.to_be_bytes())
}

/// The value known last.
#[must_use]
pub fn last() -> Key<[u8; 32]> {
    Key::new(b'4', &[])
}

/// How many committed to a round.
#[must_use]
pub fn commitments(round: u64) -> Key<u32> {
    Key::new(b'5', &round.to_be_bytes())
}

/// A person's commitment.
#[must_use]
pub fn commitment(round: u64, person: u64) -> Key<Commitment> {
    Key::new(b'6', &[round.to_be_bytes(), person.to_be_bytes()].concat())
}
