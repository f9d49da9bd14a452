//! What is stored, and where. The layout is public: auditors read it raw.
//!
//! | key | record | written by |
//! |---|---|---|
//! | `p` | [`Parameters`] | authority |
//! | `k` | [`Terms`]: the clock of decay and what else a payment reads | authority |
//! | `n` | u32: how many accounts there are | enrolment |
//! | `g` | i128: position of the genesis account, ≤ 0 | enrolment |
//! | `a` ‖ number | [`Account`]: position, snap, limit, standing | payments, settling |
//! | `i` ‖ number | [`Identity`]: address, person, sponsor | enrolment |
//! | `x` ‖ address | u32: the number of that address | enrolment |
//! | `q` ‖ person | u32: the number of that person, for ever | enrolment |
//! | `t` ‖ shard | [`Totals`]: this shard's part of the sums | payments, settling, enrolment |
//! | `contract_info` | JSON {contract, version} (CW2) | instantiation |
//!
//! number: u32, person: u64, both big-endian; shard: one byte below 16;
//! address: its text. Values are borsh: integers little-endian of fixed width,
//! enums one byte.
//!
//! Accounts are numbered densely from 0 in order of opening, so a proven `n`
//! makes any walk over `a` complete. Sums are kept in 16 shards so that
//! payments need not all write one key; a message writes the shard of the
//! first account it touches (the payer's), so a single shard means nothing and
//! may be negative; their sum is the truth.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::{Amount, Key};

use crate::decay::Clock;

/// Shards of the sums.
pub const SHARDS: u8 = 16;
/// The bound of a position's magnitude: 2^100.
pub const MAX_POSITION: i128 = 1 << 100;

/// What stands behind an account.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// A person; carries a person number and gets the starter.
    Person,
    /// An organisation.
    Org,
    /// A contract.
    Contract,
    /// Another community's mirror.
    Mirror,
}

/// Whether an account may pay. All may receive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Status {
    /// May pay.
    Active,
    /// May not pay.
    Frozen,
}

/// An account: what payments read and write, small because it is written
/// twice a payment (44 bytes).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Account {
    /// Pico-credits at Λ = `snap`; |position| ≤ 2^100.
    pub position: i128,
    /// Λ up to which `position` is settled, in 2^-96.
    pub snap: u128,
    /// The account's own limit, without the starter line.
    pub limit: Amount,
    /// The limit is scaled by this / 10,000.
    pub scale_bps: u16,
    /// What stands behind it.
    pub kind: Kind,
    /// Whether it may pay.
    pub status: Status,
}

/// Who an account belongs to: written once.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Identity {
    /// The owner's address.
    pub address: String,
    /// The person number, for persons.
    pub person: Option<u64>,
    /// Number of the sponsor's account.
    pub sponsor: Option<u32>,
    /// Unix seconds of the opening.
    pub opened: u64,
}

/// What newcomers get; exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Starter {
    /// Paid once from the genesis account.
    Grant(Amount),
    /// Added to every person's limit.
    Line(Amount),
}

/// Decided by the authority.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Who enrols and decides.
    pub authority: String,
    /// Decay in 10^-9 a day.
    pub rate_ppb_per_day: u32,
    /// What newcomers get.
    pub starter: Starter,
    /// Own limit of accounts that are opened without one.
    pub default_limit: Amount,
    /// Caps are lifted.
    pub development: bool,
    /// Shown to cw20 wallets.
    pub name: String,
    /// Shown to cw20 wallets.
    pub symbol: String,
}

/// What every payment needs of the parameters: one short read.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Terms {
    /// The accumulator of decay.
    pub clock: Clock,
    /// Added to every person's limit.
    pub starter_line: Amount,
}

/// Sums over accounts, kept as differences (a shard alone may be negative).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Σ max(position, 0), as stored.
    pub positive: i128,
    /// Σ max(−position, 0).
    pub negative: i128,
    /// The commons fund.
    pub commons: i128,
    /// Σ of all payments ever made.
    pub volume: i128,
}

/// The parameters.
#[must_use]
pub fn parameters() -> Key<Parameters> {
    Key::new(b'p', &[])
}

/// What a payment reads.
#[must_use]
pub fn terms() -> Key<Terms> {
    Key::new(b'k', &[])
}

/// How many accounts there are.
#[must_use]
pub fn account_count() -> Key<u32> {
    Key::new(b'n', &[])
}

/// The genesis account's position.
#[must_use]
pub fn genesis() -> Key<i128> {
    Key::new(b'g', &[])
}

/// An account.
#[must_use]
pub fn account(number: u32) -> Key<Account> {
    Key::new(b'a', &number.to_be_bytes())
}

/// Who it belongs to.
#[must_use]
pub fn identity(number: u32) -> Key<Identity> {
    Key::new(b'i', &number.to_be_bytes())
}

/// Address → number.
#[must_use]
pub fn number_of(address: &str) -> Key<u32> {
    Key::new(b'x', address.as_bytes())
}

/// Person → number.
#[must_use]
pub fn number_of_person(person: u64) -> Key<u32> {
    Key::new(b'q', &person.to_be_bytes())
}

/// One shard of the sums, `shard < 16`.
#[must_use]
pub fn totals(shard: u8) -> Key<Totals> {
    Key::new(b't', &[shard])
}

/// Which shard a message writes whose first account is `number`.
#[must_use]
pub fn shard_of(number: u32) -> u8 {
    (number % u32::from(SHARDS)) as u8
}
