//! What deals store, and where: `d` and a letter.
//!
//! | key | record |
//! |---|---|
//! | `dn` | [`Totals`] |
//! | `dd` ‖ deal | [`Deal`], removed when its ratings are cleaned, six periods after it ended at the earliest |
//! | `du` ‖ number in the field | u64: the deal that used it; for ever, once it was accepted |
//! | `ds` ‖ person ‖ person ‖ reference | u64: the deal that a payment stands behind; the lower person first |
//! | `dp` ‖ person ‖ deal | u8 1: is its deal |
//! | `do` ‖ person | u32: its deals that have not ended |
//! | `db` ‖ person | u32: ratings of it that it disputes now |
//! | `dw` ‖ person ‖ person ‖ period u32 | u64: weights of the pair; the lower person first |
//! | `dg` ‖ person ‖ period u32 | u64: weights that it gives |
//! | `dr` ‖ person ‖ period u32 | u64: weights that its mailbox received |
//! | `dc` ‖ own number | [`Asked`] |
//! | `di` | u64: the last own number of a case |
//!
//! Numbers are u64 big-endian unless said otherwise.

use mycel_kit::Key;

use super::record::{Asked, Deal, Totals};
use crate::element::Element;

/// The tag of deals.
pub const TAG: u8 = b'd';

fn key<T>(kind: u8, parts: &[&[u8]]) -> Key<T> {
    let mut rest = vec![kind];
    for part in parts {
        rest.extend_from_slice(part);
    }
    Key::new(TAG, &rest)
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $of:ty),*) -> $record:ty = $kind:literal;)*) => {
        $($(#[$doc])* #[must_use]
        pub fn $name($($arg: $of),*) -> Key<$record> {
            key($kind, &[$(&$arg.to_be_bytes()),*])
        })*
    };
}

keys! {
    /// The sums over all deals.
    totals() -> Totals = b'n';
    /// A deal.
    deal(number: u64) -> Deal = b'd';
    /// That a deal is a person's.
    deal_of(person: u64, deal: u64) -> u8 = b'p';
    /// How many of a person's deals have not ended.
    open(person: u64) -> u32 = b'o';
    /// How many ratings of it a person disputes now.
    disputes(person: u64) -> u32 = b'b';
    /// Weights that a person gives in a period.
    given(person: u64, period: u32) -> u64 = b'g';
    /// Weights that a person's mailbox received in a period.
    received(person: u64, period: u32) -> u64 = b'r';
    /// A case, by own number.
    asked(number: u64) -> Asked = b'c';
    /// The last own number of a case.
    cases() -> u64 = b'i';
}

/// The deal that used a number of the field.
#[must_use]
pub fn used(element: &Element) -> Key<u64> {
    key(b'u', &[element])
}

/// Two persons, the lower number first.
#[must_use]
pub const fn pair(a: u64, b: u64) -> (u64, u64) {
    if a < b { (a, b) } else { (b, a) }
}

/// Weights of a pair in a period.
#[must_use]
pub fn pair_weight(a: u64, b: u64, period: u32) -> Key<u64> {
    let (low, high) = pair(a, b);
    key(
        b'w',
        &[
            &low.to_be_bytes(),
            &high.to_be_bytes(),
            &period.to_be_bytes(),
        ],
    )
}

/// The deal that a payment stands behind.
#[must_use]
pub fn reference(a: u64, b: u64, reference: &str) -> Key<u64> {
    let (low, high) = pair(a, b);
    key(
        b's',
        &[
            &low.to_be_bytes(),
            &high.to_be_bytes(),
            reference.as_bytes(),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_the_same_from_both_sides() {
        assert_eq!(pair_weight(3, 7, 1), pair_weight(7, 3, 1));
        assert_ne!(pair_weight(3, 7, 1), pair_weight(3, 7, 2));
        assert_eq!(reference(3, 7, "x"), reference(7, 3, "x"));
    }
}
