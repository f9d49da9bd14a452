//! What is stored, under the letter `m`.
//!
//! | key | record | |
//! |---|---|---|
//! | 0 | [`Sums`] | |
//! | 1 ‖ commons | [`Watch`]: all that the value needs | |
//! | 2 ‖ commons ‖ seat | [`Seat`] | from 1, for ever |
//! | 3 ‖ commons ‖ reading | [`Reading`] | from 1, for ever |
//! | 4 ‖ SHA-256 | (commons u64, number u64): where that evidence was used | for ever |
//! | 5 ‖ dispute | [`Dispute`] | from 1, for ever |
//! | 6 ‖ commons ‖ person | u64: the person's open challenge | |
//! | 7 ‖ commons ‖ person | [`Service`] | |
//! | 8 ‖ commons ‖ person | list of u64: seats held, and such whose bond is still here | |
//! | 9 ‖ hold | (commons u64, seat u64): whose bond it is | while it is |
//!
//! Numbers: u64 big-endian. Tasks by kind: [`LOOK`] at a seat daily, [`LOT`] of
//! a commons, [`DISPUTE`] and [`POLL`] by number, [`BOND`] of a seat that ended.

use mycel_kit::Key;

pub use super::record::*;
use crate::agenda::{Part, Task};
use crate::state::key;

const TAG: u8 = b'm';

/// Task: a seat is looked at.
pub const LOOK: u8 = 1;
/// Task: a lot is drawn, or the next.
pub const LOT: u8 = 2;
/// Task: a dispute; the argument is its number and the attempt to open its case.
pub const DISPUTE: u8 = 3;
/// Task: what is left of a bond goes back, or to the commons fund.
pub const BOND: u8 = 4;
/// Task: whether a jury has spoken, before its time is up; argument as [`DISPUTE`].
pub const POLL: u8 = 5;

/// One of this part's tasks.
#[must_use]
pub const fn task(kind: u8, commons: u64, argument: u64) -> Task {
    Task {
        part: Part::Monitors,
        kind,
        commons,
        argument,
    }
}

/// The sums.
#[must_use]
pub fn sums() -> Key<Sums> {
    key(TAG, 0, &[])
}

/// A commons' monitors.
#[must_use]
pub fn watch(commons: u64) -> Key<Watch> {
    key(TAG, 1, &[commons])
}

/// A seat.
#[must_use]
pub fn seat(commons: u64, seat: u64) -> Key<Seat> {
    key(TAG, 2, &[commons, seat])
}

/// A reading.
#[must_use]
pub fn reading(commons: u64, reading: u64) -> Key<Reading> {
    key(TAG, 3, &[commons, reading])
}

/// Where evidence was used.
#[must_use]
pub fn evidence(hash: &[u8; 32]) -> Key<(u64, u64)> {
    Key::new(TAG, &[&[4][..], hash].concat())
}

/// A dispute.
#[must_use]
pub fn dispute(dispute: u64) -> Key<Dispute> {
    key(TAG, 5, &[dispute])
}

/// A person's open challenge.
#[must_use]
pub fn challenge(commons: u64, person: u64) -> Key<u64> {
    key(TAG, 6, &[commons, person])
}

/// What somebody did by watching.
#[must_use]
pub fn service(commons: u64, person: u64) -> Key<Service> {
    key(TAG, 7, &[commons, person])
}

/// A person's seats: the one it holds, and such whose bond is still here.
#[must_use]
pub fn places(commons: u64, person: u64) -> Key<Vec<u64>> {
    key(TAG, 8, &[commons, person])
}

/// Whose bond a hold is.
#[must_use]
pub fn bond_of(hold: u64) -> Key<(u64, u64)> {
    key(TAG, 9, &[hold])
}
