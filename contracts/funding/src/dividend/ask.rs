//! Answers about the dividend.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Deps, Storage, Uint128};
use mycel_bindings::MycelQuery;
use mycel_kit::peers::members::{Eligible, MembersQuery};
use mycel_kit::peers::pull;
use mycel_kit::{Amount, Id, Seconds};

use super::DividendError;
use super::claim::{MAX_CLAIM, first};
use super::state;
use crate::error::ContractError;
use crate::query;

/// Answer to `dividend`.
#[cw_serde]
pub struct DividendView {
    /// Deposits so far.
    pub deposits: Id,
    /// All up to this one have ended.
    pub ended: Id,
    /// Σ shares since the beginning, in pico-credits a member.
    pub index: Uint128,
    /// What the next deposit divides, too.
    pub carried: Amount,
    /// What came in.
    pub deposited: Uint128,
    /// What members were paid.
    pub claimed: Uint128,
    /// What went back to the commons.
    pub released: Uint128,
    /// What can still be claimed or is carried.
    pub left: Uint128,
}

/// Answer to `deposit`.
#[cw_serde]
pub struct DepositView {
    /// Its number.
    pub deposit: Id,
    /// The epoch of credit's waterfall.
    pub epoch: Id,
    /// Its hold.
    pub hold: Id,
    /// How much it was.
    pub amount: Amount,
    /// Who was a member before this block gets a share.
    pub height: Id,
    /// When it came.
    pub at: Seconds,
    /// Until when it is claimed.
    pub until: Seconds,
    /// How many members.
    pub members: u32,
    /// What each gets.
    pub share: Amount,
    /// The index from this deposit on.
    pub index: Uint128,
    /// How many claimed it.
    pub claims: u32,
    /// What its hold has.
    pub left: Amount,
    /// Whether it is over.
    pub ended: bool,
}

/// Answer to `claimable`.
#[cw_serde]
pub struct Claimable {
    /// What a claim now would pay, of the next deposits.
    pub amount: Amount,
    /// How many shares that is.
    pub shares: u32,
    /// The first deposit that is looked at.
    pub from: Id,
    /// The last.
    pub to: Id,
    /// How many deposits come after it.
    pub left: Id,
    /// When the first of these shares ends.
    pub until: Option<Seconds>,
}

/// Data of the response to `claim_dividend`.
#[cw_serde]
pub struct Claimed {
    /// What was paid.
    pub amount: Amount,
    /// How many shares.
    pub shares: u32,
    /// The last deposit that was looked at.
    pub up_to: Id,
    /// How many are left for another call.
    pub left: Id,
}

fn amount(pico: u64) -> Amount {
    Amount::new(pico).unwrap_or(Amount::MAX)
}

/// The sums.
///
/// # Errors
/// Unreadable state.
pub fn dividend(storage: &dyn Storage) -> Result<DividendView, ContractError> {
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    Ok(DividendView {
        deposits: Id(totals.deposits),
        ended: Id(totals.ended),
        index: totals.index.into(),
        carried: amount(totals.carry.map_or(0, |carry| carry.amount)),
        deposited: totals.deposited.into(),
        claimed: totals.claimed.into(),
        released: totals.released.into(),
        left: totals.left.into(),
    })
}

/// One deposit.
///
/// # Errors
/// There is none of that number.
pub fn deposit(storage: &dyn Storage, number: u64) -> Result<DepositView, ContractError> {
    let Some(deposit) = state::deposit(number).may_load(storage)? else {
        let totals = state::totals().may_load(storage)?.unwrap_or_default();
        return Err(DividendError::UnknownDeposit {
            deposit: number,
            deposits: totals.deposits,
        }
        .into());
    };
    Ok(DepositView {
        deposit: Id(number),
        epoch: Id(deposit.epoch),
        hold: Id(deposit.hold),
        amount: amount(deposit.amount),
        height: Id(deposit.height),
        at: Seconds(deposit.at),
        until: Seconds(deposit.until),
        members: deposit.members,
        share: amount(deposit.share),
        index: deposit.index.into(),
        claims: deposit.claims,
        left: amount(deposit.left),
        ended: deposit.ended,
    })
}

/// What a claim of at most 50 deposits would pay a member now.
///
/// # Errors
/// No member's address; no answer from members.
pub fn claimable(
    deps: Deps<'_, MycelQuery>,
    now: u64,
    member: &str,
) -> Result<Claimable, ContractError> {
    let person = query::person(deps, member)?;
    let storage = deps.storage;
    let members = crate::state::parameters().load(storage)?.members;
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    let from = first(storage, &totals, person)?;
    let to = totals
        .deposits
        .min(from.saturating_add(MAX_CLAIM.into()) - 1);
    let (mut sum, mut shares, mut until) = (0u64, 0, None::<u64>);
    for number in from..=to {
        let deposit = state::deposit(number).load(storage)?;
        if deposit.share == 0 || now >= deposit.until {
            continue;
        }
        let question = MembersQuery::Eligible {
            address: member.to_owned(),
            at: Id(deposit.height),
            residency: Seconds(0),
        };
        let answer: Eligible = pull(deps.querier, "members", &members, &question)?;
        if answer.eligible && answer.person == Some(Id(person)) {
            sum = sum.saturating_add(deposit.share);
            shares += 1;
            until = Some(until.map_or(deposit.until, |first| first.min(deposit.until)));
        }
    }
    Ok(Claimable {
        amount: amount(sum),
        shares,
        from: Id(from),
        to: Id(to),
        left: Id(totals.deposits - to.min(totals.deposits)),
        until: until.map(Seconds),
    })
}
