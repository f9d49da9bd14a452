//! What is stored of keys.
//!
//! | key | record |
//! |---|---|
//! | `k` ‖ `i` ‖ idc | u64: who used this identity, for ever |
//! | `k` ‖ `v` ‖ person u64 ‖ version u32 | 32 bytes: a viewing key |
//! | `k` ‖ `c` ‖ person u64 | u32: its newest version |
//! | `k` ‖ `a` ‖ person u64 | u64: until when an approved reset may be made |

use mycel_kit::Key;

use crate::element::Element;

/// Who used an identity.
#[must_use]
pub fn identity(idc: &Element) -> Key<u64> {
    Key::new(b'k', &[b"i", &idc[..]].concat())
}

/// A viewing key.
#[must_use]
pub fn viewing(person: u64, version: u32) -> Key<[u8; 32]> {
    let parts = [b"v", &person.to_be_bytes()[..], &version.to_be_bytes()];
    Key::new(b'k', &parts.concat())
}

/// The newest version of a person's viewing key.
#[must_use]
pub fn newest(person: u64) -> Key<u32> {
    Key::new(b'k', &[b"c", &person.to_be_bytes()[..]].concat())
}

/// Until when a person may reset.
#[must_use]
pub fn approval(person: u64) -> Key<u64> {
    Key::new(b'k', &[b"a", &person.to_be_bytes()[..]].concat())
}
