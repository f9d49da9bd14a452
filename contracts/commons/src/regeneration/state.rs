//! What is stored of restored land: letter `g`.
//!
//! | key | record | |
//! |---|---|---|
//! | `g` 0 | [`Sums`] of all commons | `claims`: the last claim's number |
//! | `g` 1 ‖ claim | [`Claim`] | densely from 1 |
//! | `g` 2 ‖ commons | [`Sums`] | |
//! | `g` 3 ‖ commons ‖ cell ‖ from | (u64, u64): until when, claim | periods of a cell never overlap |
//! | `g` 4 ‖ commons ‖ place | u64: a claim of which something waits | in the order attested |
//! | `g` 5 ‖ commons | [`Grant`] of its open epoch | |
//! | `g` 6 ‖ commons ‖ person | [`Restorer`] | |
//! | `g` 7 ‖ commons ‖ person ‖ claim | u8 1: its claim | |
//! | `g` 8 ‖ person | u64: the claim about which it has an open reversal or challenge | |
//! | `g` 9 ‖ claim | u64: who challenged what was attested of it | once, for ever |
//!
//! Evidence is kept by [`crate::monitors::evidence`], for readings and claims alike.

use cosmwasm_std::Storage;
use mycel_kit::Key;

use super::RegenerationError;
use super::record::{Claim, Grant, Restorer, Sums};
use crate::error::ContractError;
use crate::state::key;

/// The letter of this part.
pub const TAG: u8 = b'g';

/// Sums of all commons.
#[must_use]
pub fn totals() -> Key<Sums> {
    key(TAG, 0, &[])
}

/// A claim.
#[must_use]
pub fn claim(number: u64) -> Key<Claim> {
    key(TAG, 1, &[number])
}

/// Sums of a commons.
#[must_use]
pub fn sums(commons: u64) -> Key<Sums> {
    key(TAG, 2, &[commons])
}

/// The claimed period of a cell that begins then.
#[must_use]
pub fn cell(commons: u64, cell: u64, from: u64) -> Key<(u64, u64)> {
    key(TAG, 3, &[commons, cell, from])
}

/// A place in the queue.
#[must_use]
pub fn queue(commons: u64, place: u64) -> Key<u64> {
    key(TAG, 4, &[commons, place])
}

/// What may be minted in the open epoch.
#[must_use]
pub fn grant(commons: u64) -> Key<Grant> {
    key(TAG, 5, &[commons])
}

/// Who restored.
#[must_use]
pub fn restorer(commons: u64, person: u64) -> Key<Restorer> {
    key(TAG, 6, &[commons, person])
}

/// That a claim is a person's.
#[must_use]
pub fn claim_of(commons: u64, person: u64, claim: u64) -> Key<u8> {
    key(TAG, 7, &[commons, person, claim])
}

/// The claim about which a person has an open reversal.
#[must_use]
pub fn reversal_of(person: u64) -> Key<u64> {
    key(TAG, 8, &[person])
}

/// Who challenged what monitors attested of a claim.
#[must_use]
pub fn challenged(claim: u64) -> Key<u64> {
    key(TAG, 9, &[claim])
}

/// A claim that must exist.
///
/// # Errors
/// [`RegenerationError::UnknownClaim`].
pub fn load_claim(storage: &dyn Storage, number: u64) -> Result<Claim, ContractError> {
    let found = claim(number).may_load(storage)?;
    Ok(found.ok_or(RegenerationError::UnknownClaim { claim: number })?)
}

/// A person's record, empty if there is none.
///
/// # Errors
/// Only for unreadable state.
pub fn load_restorer(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Restorer, ContractError> {
    Ok(restorer(commons, person)
        .may_load(storage)?
        .unwrap_or_default())
}

/// Changes the sums of a commons and of all alike.
///
/// # Errors
/// Only for unreadable state.
pub fn sum(
    storage: &mut dyn Storage,
    commons: u64,
    mut change: impl FnMut(&mut Sums),
) -> Result<(), ContractError> {
    for key in [totals(), sums(commons)] {
        let mut sums = key.may_load(storage)?.unwrap_or_default();
        change(&mut sums);
        key.save(storage, &sums);
    }
    Ok(())
}
