//! Phase A: may this transaction stand in a block?
//!
//! [`Request`] holds all that can be checked without state; [`Ledger`] checks it against accounts, sequences and
//! gas allowances, and reserves the full gas limit. The order is from cheap to dear: size, form, fee, signers,
//! account, sequence, allowance, and the signature last.
mod allowance;
mod ledger;
mod memory;
mod request;
mod signature;

pub(crate) use allowance::{MILLI, capacity, class, level};
pub(crate) use ledger::{Ledger, Refusal, Stage, new_account};
pub(crate) use memory::{Judge, Judged};
pub(crate) use request::{Mode, Request};

use std::sync::Arc;

/// A transaction that was admitted: its place in the block and what it asks for.
#[derive(Clone)]
pub struct Admitted {
    /// Its index in the block.
    pub index: u32,
    pub(crate) request: Arc<Request>,
}
