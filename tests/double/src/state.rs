//! What is stored, and where.
//!
//! | key | record |
//! |---|---|
//! | `p` | [`Parameters`] |
//! | `n` | [`Totals`] |
//! | `c` ‖ case | [`Case`] |
//! | `d` ‖ ref | list of u64: a draw |
//! | `contract_info` | JSON {contract, version} (CW2) |
//!
//! Cases: u64 big-endian, from 1. Values are borsh.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

/// Set at the beginning and by the key.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// The genesis key's address.
    pub key: String,
    /// Who says which person an address is; empty: nobody yet.
    pub members: String,
    /// Seconds in which a party may appeal; 0: a decision is final at once.
    pub appeal_seconds: u64,
}

/// Kept sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Cases ever opened.
    pub cases: u64,
    /// Decisions of cases, those after appeals included.
    pub verdicts: u64,
    /// Appeals.
    pub appeals: u64,
    /// Draws.
    pub draws: u64,
    /// Decisions forwarded.
    pub proposals: u64,
}

/// What the key said of a case.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Verdict {
    /// `uphold`, `dismiss`, …
    pub outcome: String,
    /// SHA-256 of the reasons, hexadecimal.
    pub reasons: String,
    /// When.
    pub at: u64,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Case {
    /// Which contract asked.
    pub client: String,
    /// Its own name for it.
    pub reference: String,
    /// What is judged.
    pub kind: String,
    /// Jurors, as asked for.
    pub size: u16,
    /// Votes needed, as asked for.
    pub threshold_bps: u16,
    /// Person numbers.
    pub parties: Vec<u64>,
    /// When.
    pub opened: u64,
    /// Until when it must be decided; after an appeal, anew.
    pub deadline: u64,
    /// The first verdict.
    pub verdict: Option<Verdict>,
    /// When a party appealed.
    pub appealed: Option<u64>,
    /// The verdict after the appeal.
    pub second: Option<Verdict>,
}

/// The parameters.
#[must_use]
pub fn parameters() -> Key<Parameters> {
    Key::new(b'p', &[])
}

/// The sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    Key::new(b'n', &[])
}

/// A case.
#[must_use]
pub fn case(number: u64) -> Key<Case> {
    Key::new(b'c', &number.to_be_bytes())
}

/// A draw.
#[must_use]
pub fn draw(reference: &str) -> Key<Vec<u64>> {
    Key::new(b'd', reference.as_bytes())
}
