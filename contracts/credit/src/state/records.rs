//! Records of everything but accounts and sums.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Amount;

use super::Status;
use crate::msg::{Expiration, Holder, WaterfallTerms};

/// Other contracts, and the terms of what happens rarely. Empty text: no such
/// peer yet.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Peers {
    /// Opens and closes accounts.
    pub members: String,
    /// Draws juries.
    pub sortition: String,
    /// Shows proofs.
    pub trust: String,
    /// Pays dividends out.
    pub funding: String,
    /// Contracts that may hold members' money.
    pub holders: Vec<Holder>,
    /// How the commons flow back.
    pub waterfall: WaterfallTerms,
}

/// The next numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Counters {
    /// Of holds.
    pub hold: u64,
    /// Of requests.
    pub request: u64,
    /// Of pools.
    pub pool: u64,
}

/// What happened to an account in a period of 30 days. The opening is the last
/// closing before, decayed up to the period's beginning; decay follows:
/// closing = opening + received − spent − decayed + moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Statement {
    /// Payments received.
    pub received: i128,
    /// Payments made.
    pub spent: i128,
    /// All else but decay: holds, starter, debts assumed or written off.
    pub moved: i128,
    /// The position when last folded in the period.
    pub closing: i128,
    /// Λ at that moment.
    pub snap: u128,
}

/// Whose money a hold is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Owner {
    /// A member's: decays.
    Account(u32),
    /// The commons': does not decay.
    Commons,
}

/// Money held for a contract.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Hold {
    /// Whose.
    pub owner: Owner,
    /// Address of the holder; this contract's own for pledges.
    pub holder: String,
    /// Pico-credits at Λ = `snap`.
    pub amount: i128,
    /// Λ up to which it is settled.
    pub snap: u128,
    /// From when anyone may release it.
    pub expires: u64,
    /// The pool, for a pledge.
    pub pool: Option<u64>,
}

/// A holder's pot: the sum of its open holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pot {
    /// Σ amounts.
    pub amount: i128,
    /// How many.
    pub open: u32,
}

/// Something of an account that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A hold.
    Hold(u64),
    /// A request to or from it.
    Request(u64),
}

/// A request for a payment.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Request {
    /// Who shall pay.
    pub payer: u32,
    /// Who asks.
    pub payee: u32,
    /// How much.
    pub amount: Amount,
    /// The reference that the payment will carry.
    pub reference: Option<String>,
    /// Whether it asks for a payment back.
    pub refund: bool,
    /// From when on it no longer counts.
    pub expires: u64,
}

/// What a spender may pay from an owner's account.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Allowance {
    /// How much.
    pub amount: Amount,
    /// Until when.
    pub expires: Expiration,
    /// The address that gave it: void once the account answers to another.
    pub owner: String,
    /// When it was first given: void once the account was closed since.
    pub since: u64,
}

/// Where a pooled purchase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum PoolStatus {
    /// Takes pledges.
    Open,
    /// The target was reached: pledges go to the payee.
    Reached,
    /// The target was missed: pledges go back.
    Missed,
}

/// A pooled purchase.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pool {
    /// Who opened it.
    pub opener: u32,
    /// Who receives.
    pub to: u32,
    /// What must come together.
    pub target: Amount,
    /// What was pledged, before decay.
    pub pledged: i128,
    /// Pledges not yet paid or returned.
    pub open: Vec<u64>,
    /// Until when.
    pub deadline: u64,
    /// Where it stands.
    pub status: PoolStatus,
    /// The reference of the payments to the payee.
    pub reference: Option<String>,
}

/// A plan to repay a debt in equal monthly parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Plan {
    /// The debt when it began.
    pub debt: i128,
    /// Unix seconds of the beginning.
    pub since: u64,
    /// In how many months.
    pub months: u8,
}

/// A membership that has ended: what was before is remembered when the same
/// person comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stay {
    /// Number of the sponsor's account.
    pub sponsor: Option<u32>,
    /// Unix seconds of the opening.
    pub opened: u64,
    /// Unix seconds of the closing.
    pub closed: u64,
    /// Where the account stood just before.
    pub status: Status,
}

/// Where the waterfall stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Waterfall {
    /// The beginning of the current epoch; each is [`WaterfallTerms::epoch`] long.
    pub since: u64,
    /// Epochs done.
    pub epochs: u64,
    /// What may be written off.
    pub losses: i128,
    /// What decisions should spend.
    pub services: i128,
    /// What waits to be paid out.
    pub dividend: i128,
    /// What was ever written off.
    pub written_off: i128,
}
