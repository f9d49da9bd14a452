//! What is stored of epochs: letter `c`.
//!
//! | key | record | |
//! |---|---|---|
//! | `c` 0 | [`Totals`] | |
//! | `c` 1 ‖ commons | u64: the number of its last epoch | |
//! | `c` 2 ‖ commons ‖ number | [`Epoch`] | densely from 1 |
//! | `c` 3 ‖ commons | [`Reserve`] of the stabiliser | |
//! | `c` 4 ‖ child | [`Allotment`] of the parent's open epoch | |
//! | `c` 5 ‖ commons | u64: when its epoch is looked at next | |

use cosmwasm_std::Storage;
use mycel_kit::Key;

use super::record::{Allotment, Epoch, Reserve, Totals};
use crate::error::ContractError;
use crate::state::key;

/// The letter of this part.
pub const TAG: u8 = b'c';

/// The sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    key(TAG, 0, &[])
}

/// The number of the last epoch.
#[must_use]
pub fn last(commons: u64) -> Key<u64> {
    key(TAG, 1, &[commons])
}

/// An epoch.
#[must_use]
pub fn epoch(commons: u64, number: u64) -> Key<Epoch> {
    key(TAG, 2, &[commons, number])
}

/// The stabiliser's reserve.
#[must_use]
pub fn reserve(commons: u64) -> Key<Reserve> {
    key(TAG, 3, &[commons])
}

/// What a child may take of its parent's open epoch.
#[must_use]
pub fn allotment(child: u64) -> Key<Allotment> {
    key(TAG, 4, &[child])
}

/// When a commons' epoch is looked at next.
#[must_use]
pub fn due(commons: u64) -> Key<u64> {
    key(TAG, 5, &[commons])
}

/// The last epoch of a commons, open or over.
///
/// # Errors
/// Only for unreadable state.
pub fn last_epoch(storage: &dyn Storage, commons: u64) -> Result<Option<Epoch>, ContractError> {
    match last(commons).may_load(storage)? {
        Some(number) => Ok(Some(epoch(commons, number).load(storage)?)),
        None => Ok(None),
    }
}
