//! Answers about holds, requests, pools, plans and the waterfall.

use cosmwasm_std::{Storage, Uint128};
use mycel_kit::{Amount, Id, Seconds};

use crate::accounts::number;
use crate::error::ContractError;
use crate::export::request_view;
use crate::holds::left;
use crate::items;
use crate::msg::{
    HoldResponse, MAX_PAGE, PlanResponse, PoolResponse, RequestsResponse, SettledResponse,
    WaterfallResponse,
};
use crate::peers;
use crate::pledges;
use crate::policies::Policies;
use crate::state::{self, Item, Owner, Plan, PoolStatus};

/// A hold as it is now.
///
/// # Errors
/// No such hold.
pub fn hold<P: Policies>(
    storage: &dyn Storage,
    id: u64,
    now: u64,
) -> Result<HoldResponse, ContractError> {
    let hold = state::hold(id)
        .may_load(storage)?
        .ok_or(ContractError::UnknownItem { what: "hold", id })?;
    let lambda = state::terms().load(storage)?.clock.at(now)?;
    Ok(HoldResponse {
        id: Id(id),
        amount: Amount::from_i128(left::<P>(&hold, lambda)).unwrap_or(Amount::MAX),
        owner: match hold.owner {
            Owner::Account(owner) => state::identity(owner).load(storage)?.address,
            Owner::Commons => "commons".to_owned(),
        },
        holder: hold.holder,
        expires: Seconds(hold.expires),
    })
}

/// What lies in an account's holds at Λ = `lambda`.
///
/// # Errors
/// Only for unreadable state.
pub fn held<P: Policies>(
    storage: &dyn Storage,
    number: u32,
    lambda: u128,
) -> Result<u128, ContractError> {
    let mut held = 0u128;
    for item in items::list(storage, number, None, items::COUNTED) {
        let Item::Hold(id) = item else {
            break; // holds come first
        };
        let hold = state::hold(id).load(storage)?;
        held = held.saturating_add(left::<P>(&hold, lambda).unsigned_abs());
    }
    Ok(held)
}

/// What two members paid each other under a reference.
///
/// # Errors
/// An unknown member.
pub fn settled(
    storage: &dyn Storage,
    reference: &str,
    a: &str,
    b: &str,
) -> Result<SettledResponse, ContractError> {
    let (a, b) = (number(storage, a)?, number(storage, b)?);
    let paid = |from, to| -> Result<Uint128, ContractError> {
        let paid = state::settled(from, to, reference).may_load(storage)?;
        Ok(paid.unwrap_or(0).into())
    };
    Ok(SettledResponse {
        a_to_b: paid(a, b)?,
        b_to_a: paid(b, a)?,
    })
}

/// The requests from and to a member, expired ones included.
///
/// # Errors
/// Only for unreadable state.
pub fn requests(
    storage: &dyn Storage,
    number: u32,
    after: Option<Id>,
) -> Result<RequestsResponse, ContractError> {
    let most = MAX_PAGE as usize;
    let after = Item::Request(after.map_or(0, |Id(id)| id));
    let mut requests = Vec::new();
    for item in items::list(storage, number, Some(after), most) {
        if let Item::Request(id) = item {
            requests.push(request_view(storage, id)?);
        }
    }
    let full = requests.len() == most;
    let next = requests.last().filter(|_| full).map(|last| last.id);
    Ok(RequestsResponse { requests, next })
}

/// One pooled purchase.
///
/// # Errors
/// No such pool.
pub fn pool(storage: &dyn Storage, id: u64) -> Result<PoolResponse, ContractError> {
    let pool = pledges::load(storage, id)?;
    let status = match pool.status {
        PoolStatus::Open => "open",
        _ if pool.open.is_empty() => "done",
        PoolStatus::Reached => "reached",
        PoolStatus::Missed => "missed",
    };
    Ok(PoolResponse {
        id: Id(id),
        opener: state::identity(pool.opener).load(storage)?.address,
        to: state::identity(pool.to).load(storage)?.address,
        target: pool.target,
        pledged: pool.pledged.unsigned_abs().into(),
        pledges: u32::try_from(pool.open.len()).unwrap_or(u32::MAX),
        deadline: Seconds(pool.deadline),
        status: status.to_owned(),
    })
}

/// Where the waterfall stands.
///
/// # Errors
/// Only for unreadable state.
pub fn waterfall(storage: &dyn Storage) -> Result<WaterfallResponse, ContractError> {
    let fall = crate::waterfall::load(storage)?;
    let length = peers::load(storage)?.waterfall.epoch.0;
    let sum = |sum: i128| Uint128::from(sum.unsigned_abs());
    Ok(WaterfallResponse {
        next_epoch: Id(fall.epochs + 1),
        ends: Seconds(fall.since.saturating_add(length)),
        loss_budget: sum(fall.losses),
        services: sum(fall.services),
        dividend: sum(fall.dividend),
        written_off: sum(fall.written_off),
    })
}

/// A leaving member's plan of repayment.
///
/// # Errors
/// There is none.
pub fn plan(storage: &dyn Storage, number: u32, now: u64) -> Result<PlanResponse, ContractError> {
    let plan = state::plan(number).may_load(storage)?;
    let plan = plan.ok_or(ContractError::UnknownItem {
        what: "plan",
        id: u64::from(number),
    })?;
    Ok(plan_view(&plan, now))
}

/// A plan of repayment as it is now.
#[must_use]
pub fn plan_view(plan: &Plan, now: u64) -> PlanResponse {
    PlanResponse {
        debt: plan.debt.unsigned_abs().into(),
        since: Seconds(plan.since),
        months: plan.months,
        allowed: plan.allowed(now).unsigned_abs().into(),
    }
}
