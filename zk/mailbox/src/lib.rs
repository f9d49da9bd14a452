//! The sealed mailbox, outside circuits.
//!
//! Each member has a mailbox on the chain. Two members who dealt with one
//! another each put a rating into the other's, sealed: everyone sees that it
//! came and with what weight, only the two can read it. The chain chains the
//! seals; the owner keeps the sums and shows by proof what they amount to.
//!
//! This crate is what circuits, contract and wallet must agree on.
//!
//! # Model
//! - An **entry** is a rating in a mailbox: `c = P2(packed, ρ)`, and the
//!   **head** after it is `P3(head before, c, period)`: whoever knows a head
//!   cannot leave out, swap or change what lies under it.
//! - A **state** is what entries add up to: four sums over four periods,
//!   committed to as `C`. A fold moves entries from the chain of heads into C.
//! - A **leaf** binds who (`idc`), C, the head that C contains (`F`), the head
//!   of all that came (`H`) and what the contract says of the member (`attr`);
//!   leaves form a tree of depth 20 whose root proofs are about.
//! - Whoever has the 32-byte trust seed has everything: identity keys, viewing
//!   keys, blindings and the key of backups.
//!
//! What is secret shows none of it in [`Debug`](std::fmt::Debug), so that no log
//! does. Keys are erased from memory when dropped; ratings, sums and the numbers
//! that a prover computes with are not.
//!
//! Pn is circomlib's Poseidon with n inputs; every P3 but a head's ends with a
//! selector of [`tag::selector`], so that none of them serves another's purpose.
//!
//! # Map
//! [`tag`] hashing into the field, tags and selectors: all that the contract needs ·
//! [`rating_commitment`] what is sent before a rating is opened ·
//! [`hash`] Poseidon by number of inputs · [`entry`] ratings and heads ·
//! [`state`] sums by period · [`score`] thresholds · [`leaf`] and [`tree`] ·
//! [`identity`] and [`viewing`] keys · [`deal`] sealing · [`backup`].
#![forbid(unsafe_code)]

pub mod tag;

#[cfg(feature = "hashing")]
pub mod backup;
#[cfg(feature = "hashing")]
pub mod deal;
#[cfg(feature = "hashing")]
pub mod entry;
#[cfg(feature = "hashing")]
pub mod error;
#[cfg(feature = "hashing")]
pub mod hash;
#[cfg(feature = "hashing")]
pub mod identity;
#[cfg(feature = "hashing")]
pub mod leaf;
#[cfg(feature = "hashing")]
pub mod score;
#[cfg(feature = "hashing")]
pub mod state;
#[cfg(feature = "hashing")]
pub mod tree;
#[cfg(feature = "hashing")]
pub mod viewing;

#[cfg(feature = "hashing")]
pub use {
    ark_bn254::Fr,
    deal::{DealKey, Direction, Sealed},
    entry::{Entry, Rating, first_head, head},
    error::MailboxError,
    hash::{element, fr},
    identity::Identity,
    leaf::{Attr, leaf},
    score::{Score, Shortfall, Thresholds},
    state::State,
    tree::Tree,
    viewing::ViewingKey,
};

use tag::Element;

/// What a party sends of its rating before the deadline: BLAKE3(c, ct, salt).
/// It binds and hides: neither sees the other's rating before both are in.
#[must_use]
pub fn rating_commitment(c: &Element, ct: &Element, salt: &[u8; 32]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for part in [c, ct, salt] {
        hasher.update(part);
    }
    hasher.finalize().into()
}
