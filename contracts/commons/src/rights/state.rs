//! Where rights lie: letter `h`.
//!
//! | key | record | |
//! |---|---|---|
//! | `h` ‖ 1 ‖ commons | [`Book`] | |
//! | `h` ‖ 2 ‖ commons ‖ person | [`Holding`] | person 0: the treasury |
//! | `h` ‖ 3 ‖ commons ‖ epoch ‖ person | [`Account`] | |
//! | `h` ‖ 4 ‖ commons ‖ epoch | [`Sums`] | |
//! | `h` ‖ 5 ‖ commons ‖ person | [`Debt`] | |
//! | `h` ‖ 6 ‖ commons ‖ person ‖ epoch | [`Turn`] | removed once taken into account |
//! | `h` ‖ 7 ‖ commons ‖ lease | [`Lease`] | leases densely from 1 |
//! | `h` ‖ 8 ‖ commons ‖ person | [`Excess`] | |
//! | `h` ‖ 20 ‖ commons ‖ basket | [`Basket`](super::baskets::Basket) | baskets densely from 1 |
//! | `h` ‖ 21 ‖ commons ‖ basket ‖ person | [`Parts`](super::baskets::Parts) | |

use mycel_kit::Key;

use super::record::{Account, Book, Debt, Excess, Holding, Lease, Sums, Turn};
use crate::state::key;

/// The letter.
pub const TAG: u8 = b'h';

/// What is kept of a commons.
#[must_use]
pub fn book(commons: u64) -> Key<Book> {
    key(TAG, 1, &[commons])
}

/// One's shares.
#[must_use]
pub fn holding(commons: u64, person: u64) -> Key<Holding> {
    key(TAG, 2, &[commons, person])
}

/// One's entitlement of an epoch.
#[must_use]
pub fn account(commons: u64, epoch: u64, person: u64) -> Key<Account> {
    key(TAG, 3, &[commons, epoch, person])
}

/// The sums of an epoch.
#[must_use]
pub fn sums(commons: u64, epoch: u64) -> Key<Sums> {
    key(TAG, 4, &[commons, epoch])
}

/// What one owes.
#[must_use]
pub fn debt(commons: u64, person: u64) -> Key<Debt> {
    key(TAG, 5, &[commons, person])
}

/// What begins and ends with an epoch.
#[must_use]
pub fn turn(commons: u64, person: u64, epoch: u64) -> Key<Turn> {
    key(TAG, 6, &[commons, person, epoch])
}

/// A lease.
#[must_use]
pub fn lease(commons: u64, lease: u64) -> Key<Lease> {
    key(TAG, 7, &[commons, lease])
}

/// An excess found.
#[must_use]
pub fn excess(commons: u64, person: u64) -> Key<Excess> {
    key(TAG, 8, &[commons, person])
}
