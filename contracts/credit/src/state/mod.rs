//! What is stored, and where. The layout is public: auditors read it raw.
//!
//! | key | record | written by |
//! |---|---|---|
//! | `p` | [`Parameters`] | authority |
//! | `O` | [`Peers`]: other contracts, holders, the waterfall's terms | authority |
//! | `k` | [`Terms`]: the clock of decay and what else a payment reads | authority, controller |
//! | `n` | u32: how many accounts there are | enrolment |
//! | `g` | i128: position of the genesis account, ≤ 0 | enrolment, waterfall |
//! | `C` | u32: the account that the sweep settles next | end of block |
//! | `c` | [`Rounds`]: how far it has gone round | end of block |
//! | `#` | [`Counters`]: numbers of holds, requests and pools | each of them |
//! | `a` ‖ number | [`Account`]: position, snap, limit, standing, pending | payments, settling |
//! | `i` ‖ number | [`Identity`]: address, person, sponsor | enrolment |
//! | `x` ‖ address | u32: the number of that address | enrolment |
//! | `q` ‖ person | u32: the number of that person, for ever | enrolment |
//! | `P` ‖ number ‖ ordinal | [`Stay`] that has ended, from 0 | closing |
//! | `t` ‖ shard | [`Totals`]: this shard's part of the sums | folding |
//! | `M` ‖ period | u128: Λ at the first second of that period of 30 days | folding |
//! | `S` ‖ number ‖ period | [`Statement`] | folding |
//! | `H` ‖ hold | [`Hold`] | holds |
//! | `W` ‖ address | [`Pot`] of a holder | holds |
//! | `Y` ‖ number ‖ item | 1: an open item of that account ([`Item`]) | holds, requests |
//! | `R` ‖ request | [`Request`] | requests |
//! | `J` ‖ a ‖ b | u64s: requests between two accounts, a < b, at most 20 | requests |
//! | `D` ‖ payer ‖ payee ‖ ref | u128: what was paid so far | payments with a reference |
//! | `N` ‖ payee ‖ payer ‖ ref | 1: there is such a payment | payments with a reference |
//! | `Q` ‖ case | 1: the jury's case has been used | write-offs |
//! | `G` ‖ number | Amount: what sponsors bore of that debtor's debt | write-offs |
//! | `E` ‖ owner ‖ spender | [`Allowance`] | owners, spenders |
//! | `F` ‖ spender ‖ owner | 1: there is such an allowance | owners |
//! | `Z` ‖ pool | [`Pool`] | pledges |
//! | `U` ‖ from ‖ by | Amount: the debt that `by` may take over | debtors |
//! | `L` ‖ number | [`Plan`] of repayment | leaving members |
//! | `B` | [`Waterfall`] | distribute |
//! | `e` | [`Rules`](crate::rules::Rules): the economy's parameters | authority |
//! | `r` | [`Controller`](crate::controller::Controller): its memory | a tick a day |
//! | `y` | [`Census`](crate::census::Census) | end of block |
//! | `z` ‖ page (u32) | u64s: what accounts spent in the period being counted | census |
//! | `v` ‖ a ‖ b | [`Pair`](crate::volume::Pair): net of two accounts, a < b | folding |
//! | `w` ‖ number | [`Activity`](crate::volume::Activity) of two periods | folding |
//! | `f` ‖ number ‖ period | (u32, u64)s: payments of a closed period not counted yet | payments, census |
//! | `l` ‖ number | [`Ledger`](crate::ledger::Ledger): what the limit is made of | census, assessments |
//! | `s` ‖ number | [`Promise`](crate::starter::Promise): a grant not wholly released | claims |
//! | `j` ‖ number | [`Assessment`](crate::assessment::Assessment) that is open | assessors |
//! | `contract_info` | JSON {contract, version} (CW2) | instantiation |
//!
//! number: u32, person, hold, request, pool: u64, period, ordinal: u16, all big-endian;
//! shard: one byte below 16; address, spender, ref: text. Values are borsh:
//! integers little-endian of fixed width, enums one byte; only [`Account`] has
//! an encoding of its own.
//!
//! Accounts are numbered densely from 0 in order of opening, so a proven `n`
//! makes any walk over `a` complete. A payment writes two accounts and nothing
//! else: what the sums do not know yet waits in the accounts ([`Pending`])
//! until a fold. So Σ (position + due) + held + commons + genesis is exactly 0
//! at all times, and the sums in 16 shards add up to the accounts as counted.

pub mod account;
mod records;

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::{Amount, Key};

pub use account::{Account, Flow, Kind, MAX_FLOWS, Pending, Status};
pub use records::*;

use crate::decay::Clock;

/// Shards of the sums.
pub const SHARDS: u8 = 16;
/// The bound of a position's magnitude: 2^100.
pub const MAX_POSITION: i128 = 1 << 100;
/// Seconds of a period of statements and volume: 30 days.
pub const PERIOD: u64 = 30 * 86_400;

/// Who an account belongs to: written at the opening, and at each return.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Identity {
    /// The owner's address.
    pub address: String,
    /// The person number, for persons.
    pub person: Option<u64>,
    /// Number of the sponsor's account.
    pub sponsor: Option<u32>,
    /// Unix seconds of the opening, of the last one where there were several.
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
    /// Own limit of persons' accounts that are opened without one.
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
    /// B0: what a person holds up to this does not decay.
    pub exempt: Amount,
    /// The period of 30 days whose beginning `period_lambda` is.
    pub period: u16,
    /// Λ at that beginning; what an account did before is folded first.
    pub period_lambda: u128,
    /// Earlier floors, the oldest first, at most [`MAX_FLOORS`]: none while
    /// the floor was never changed.
    pub floors: Vec<Floor>,
}

/// Most earlier floors that are kept.
pub const MAX_FLOORS: usize = 8;

/// A floor B0 that was in force before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Floor {
    /// Λ up to which it was.
    pub until: u128,
    /// What of a person's position did not decay.
    pub exempt: Amount,
    /// Unix seconds of the change that ended it.
    pub ended: u64,
}

/// How far the sweep has gone round, kept while there are earlier floors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rounds {
    /// Λ when the round that is under way began.
    pub began: u128,
    /// Every account has been settled since this Λ.
    pub settled: u128,
}

/// Sums over accounts as last counted, kept as differences (a shard alone may
/// be negative).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Σ max(position, 0), as counted.
    pub positive: i128,
    /// Σ max(−position, 0).
    pub negative: i128,
    /// The commons fund.
    pub commons: i128,
    /// Σ of all holds: all pots together.
    pub held: i128,
    /// What of `held` is the commons' own.
    pub reserved: i128,
    /// Payments of which one side is counted and the other not yet: counted as
    /// spent minus counted as received.
    pub transit: i128,
    /// Σ of all payments ever counted.
    pub volume: i128,
}

impl Totals {
    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Totals) -> Totals {
        Totals {
            positive: self.positive + other.positive,
            negative: self.negative + other.negative,
            commons: self.commons + other.commons,
            held: self.held + other.held,
            reserved: self.reserved + other.reserved,
            transit: self.transit + other.transit,
            volume: self.volume.saturating_add(other.volume),
        }
    }
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

/// A membership that has ended.
#[must_use]
pub fn stay(number: u32, ordinal: u16) -> Key<Stay> {
    Key::new(
        b'P',
        &[&number.to_be_bytes()[..], &ordinal.to_be_bytes()].concat(),
    )
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

/// Other contracts.
#[must_use]
pub fn peers() -> Key<Peers> {
    Key::new(b'O', &[])
}

/// The account that the sweep settles next.
#[must_use]
pub fn cursor() -> Key<u32> {
    Key::new(b'C', &[])
}

/// How far the sweep has gone round.
#[must_use]
pub fn rounds() -> Key<Rounds> {
    Key::new(b'c', &[])
}

/// The next numbers.
#[must_use]
pub fn counters() -> Key<Counters> {
    Key::new(b'#', &[])
}

/// Λ at the first second of a period.
#[must_use]
pub fn period_lambda(period: u16) -> Key<u128> {
    Key::new(b'M', &period.to_be_bytes())
}

/// What happened to an account in a period.
#[must_use]
pub fn statement(number: u32, period: u16) -> Key<Statement> {
    Key::new(
        b'S',
        &[&number.to_be_bytes()[..], &period.to_be_bytes()].concat(),
    )
}

/// A hold.
#[must_use]
pub fn hold(id: u64) -> Key<Hold> {
    Key::new(b'H', &id.to_be_bytes())
}

/// A holder's pot.
#[must_use]
pub fn pot(holder: &str) -> Key<Pot> {
    Key::new(b'W', holder.as_bytes())
}

/// The mark of an open item.
#[must_use]
pub fn item(number: u32, item: Item) -> Key<u8> {
    let (tag, id) = match item {
        Item::Hold(id) => (b'h', id),
        Item::Request(id) => (b'r', id),
    };
    Key::new(
        b'Y',
        &[&number.to_be_bytes()[..], &[tag], &id.to_be_bytes()].concat(),
    )
}

/// A request.
#[must_use]
pub fn request(id: u64) -> Key<Request> {
    Key::new(b'R', &id.to_be_bytes())
}

/// The requests between two accounts, the oldest first.
#[must_use]
pub fn requests_between(a: u32, b: u32) -> Key<Vec<u64>> {
    Key::new(b'J', &pair(a, b))
}

/// What one account paid another under a reference.
#[must_use]
pub fn settled(payer: u32, payee: u32, reference: &str) -> Key<u128> {
    Key::new(b'D', &reference_key(payer, payee, reference))
}

/// The mark that there is such a payment, by payee.
#[must_use]
pub fn settled_with(payee: u32, payer: u32, reference: &str) -> Key<u8> {
    Key::new(b'N', &reference_key(payee, payer, reference))
}

fn reference_key(a: u32, b: u32, reference: &str) -> Vec<u8> {
    [&a.to_be_bytes()[..], &b.to_be_bytes(), reference.as_bytes()].concat()
}

/// An allowance.
#[must_use]
pub fn allowance(owner: u32, spender: &str) -> Key<Allowance> {
    Key::new(
        b'E',
        &[&owner.to_be_bytes()[..], spender.as_bytes()].concat(),
    )
}

/// The mark that there is an allowance, by spender.
#[must_use]
pub fn allowance_for(spender: &str, owner: u32) -> Key<u8> {
    Key::new(b'F', &[spender.as_bytes(), &owner.to_be_bytes()].concat())
}

/// A pooled purchase.
#[must_use]
pub fn pool(id: u64) -> Key<Pool> {
    Key::new(b'Z', &id.to_be_bytes())
}

/// The debt of one that another may take over.
#[must_use]
pub fn assumable(from: u32, by: u32) -> Key<Amount> {
    Key::new(b'U', &[from.to_be_bytes(), by.to_be_bytes()].concat())
}

/// A plan of repayment.
#[must_use]
pub fn plan(number: u32) -> Key<Plan> {
    Key::new(b'L', &number.to_be_bytes())
}

/// The mark that a jury's case has been used.
#[must_use]
pub fn case(id: u64) -> Key<u8> {
    Key::new(b'Q', &id.to_be_bytes())
}

/// What sponsors have borne of a debt that was written off, in all cases.
#[must_use]
pub fn borne(debtor: u32) -> Key<Amount> {
    Key::new(b'G', &debtor.to_be_bytes())
}

/// The waterfall.
#[must_use]
pub fn waterfall() -> Key<Waterfall> {
    Key::new(b'B', &[])
}

/// Two numbers, the lower first.
fn pair(a: u32, b: u32) -> [u8; 8] {
    let (low, high) = (a.min(b), a.max(b));
    ((u64::from(low) << 32) | u64::from(high)).to_be_bytes()
}
