//! Deals: two members agree, and rate each other so that neither sees the
//! other's rating before both are bound, and nobody else ever.
//!
//! # The model
//! ```text
//! open_deal ─→ accept_deal ─→ commit_rating ×2 ─→ open_rating ×2 ─→ appeal time ─→ mailbox
//!     │ cancelled, lapsed        │ deadline          │ not in time       │ disputed
//!     gone                       └── then opening    absent, visibly     a jury: dropped, or due
//! ```
//! Everyone sees who deals with whom, when and with what weight, and that
//! ratings came or did not; what they say only the two.
//!
//! # Invariants
//! 1. What an attest proof is about is the record here: K, the deal's number,
//!    the direction, the weight. Only c and ct come with the message.
//! 2. No deal's number is ever used twice; one rating a direction.
//! 3. No more than one pair cap of weight lands in a mailbox from one partner
//!    in one period ([`weight`]).
//! 4. A place that was taken is freed when the deal ends, whatever became of it.
//! 5. K is of the viewing keys that were the newest when it was offered; to
//!    offer, accept and promise takes a key with the role recover. An entry that
//!    its owner cannot open would lock the mailbox.
//!
//! # Map
//! [`weight`] what a deal weighs, and caps; [`caps`] what is counted ·
//! [`offer`] · [`rate`] · [`dispute`] · [`course`] times,
//! [`end`] how it goes on by itself · [`record`], [`state`] · [`msg`], [`ask`],
//! [`show`] · [`invariants`] · [`error`].

pub mod ask;
pub mod caps;
pub mod course;
pub mod dispute;
pub mod end;
pub mod error;
pub mod invariants;
pub mod msg;
pub mod offer;
pub mod rate;
pub mod record;
pub mod show;
pub mod state;
pub mod weight;

use cosmwasm_std::Storage;

pub use end::{landed, work};
pub use error::DealError;

use crate::error::ContractError;
use record::Deal;

/// Most bytes of a reference to a payment.
pub const MAX_REFERENCE: usize = 64;

/// A deal that must exist.
///
/// # Errors
/// [`DealError::UnknownDeal`].
pub fn deal(storage: &dyn Storage, number: u64) -> Result<Deal, ContractError> {
    let found = state::deal(number).may_load(storage)?;
    Ok(found.ok_or(DealError::UnknownDeal { deal: number })?)
}

/// 0 or 1.
fn direction(dir: u8) -> Result<u8, ContractError> {
    if dir > 1 {
        return Err(DealError::Direction { dir }.into());
    }
    Ok(dir)
}
