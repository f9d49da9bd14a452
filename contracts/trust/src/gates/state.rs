//! What gates store, and where: `g` and a letter.
//!
//! | key | record |
//! |---|---|
//! | `gn` | [`Totals`] |
//! | `gg` ‖ gate u64 | [`Gate`], for ever |
//! | `gt` ‖ gate u64 ‖ term u64 | u64: when a term of the consumer opened |
//! | `gs` ‖ scope ‖ nf | u64: when a nullifier was spent, for ever |
//! | `gk` ‖ address | (gate u64, nf): the nullifier that an address acts for, for ever |

use mycel_kit::Key;

use super::record::{Gate, Totals};
use crate::element::Element;

fn key<T>(kind: u8, parts: &[&[u8]]) -> Key<T> {
    let mut rest = vec![kind];
    for part in parts {
        rest.extend_from_slice(part);
    }
    Key::new(b'g', &rest)
}

/// Sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    key(b'n', &[])
}

/// A gate.
#[must_use]
pub fn gate(number: u64) -> Key<Gate> {
    key(b'g', &[&number.to_be_bytes()])
}

/// When a term of the consumer opened.
#[must_use]
pub fn term(gate: u64, term: u64) -> Key<u64> {
    key(b't', &[&gate.to_be_bytes(), &term.to_be_bytes()])
}

/// When a nullifier was spent.
#[must_use]
pub fn nullifier(scope: &Element, nf: &Element) -> Key<u64> {
    key(b's', &[scope, nf])
}

/// The nullifier that an address acts for.
#[must_use]
pub fn pseudonym(address: &str) -> Key<(u64, Element)> {
    key(b'k', &[address.as_bytes()])
}
