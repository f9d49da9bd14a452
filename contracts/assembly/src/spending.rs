//! Caps on what decisions take from the commons: so much each, so much in a
//! window. Judged against what the commons hold at this moment, when a
//! proposal is made and again whenever it spends.

use cosmwasm_std::{Int128, QuerierWrapper};
use mycel_bindings::MycelQuery;
use mycel_kit::peers::credit::CreditQuery;
use mycel_kit::peers::pull;

use crate::call::Call;
use crate::error::ContractError;
use crate::state::{self, Peers, Proposal, Spending};

/// Into how many slices a window is cut: a spending counts up to one longer than the window.
const SLICES: u64 = 90;

/// What is read of credit's answer.
#[derive(serde::Deserialize)]
struct Commons {
    commons: Int128,
}

/// What the commons hold.
///
/// # Errors
/// Credit does not answer.
pub fn commons(
    querier: QuerierWrapper<'_, MycelQuery>,
    peers: &Peers,
) -> Result<i128, ContractError> {
    let answer: Commons = pull(querier, "credit", &peers.credit, &CreditQuery::Commons {})?;
    Ok(answer.commons.i128())
}

/// A share of what the commons held before what is counted here was spent.
#[must_use]
pub fn most(held: i128, spent: u128, bps: u32) -> u128 {
    let base = u128::try_from(held).unwrap_or(0).saturating_add(spent);
    base / 10_000 * u128::from(bps) + base % 10_000 * u128::from(bps) / 10_000
}

fn cap(
    what: &'static str,
    amount: u128,
    held: i128,
    spent: u128,
    bps: u32,
) -> Result<(), ContractError> {
    let most = most(held, spent, bps);
    if amount <= most {
        return Ok(());
    }
    Err(ContractError::SpendingCap {
        what,
        amount,
        most,
        commons: held,
    })
}

/// Whether one proposal could spend so much now.
///
/// # Errors
/// [`ContractError::SpendingCap`].
pub fn may_propose(call: &Call<'_>, amount: u128) -> Result<(), ContractError> {
    let held = commons(call.querier, &call.peers)?;
    let bps = call.parameters.numbers.spend_bps;
    cap("of one proposal", amount, held, 0, bps)
}

/// The sum of what still counts at a time.
#[must_use]
pub fn in_window(spending: &Spending, now: u64, seconds: u32) -> u128 {
    spending
        .slices
        .iter()
        .filter(|(at, _)| at.saturating_add(seconds.into()) > now)
        .map(|(_, amount)| u128::from(*amount))
        .sum()
}

/// Counts a spending that is about to be sent. `held` is what the commons held
/// when this message began, `sent` what it has sent since.
///
/// # Errors
/// [`ContractError::SpendingCap`]; nothing is counted then.
pub fn reserve(
    call: &mut Call<'_>,
    proposal: &mut Proposal,
    amount: u64,
    held: i128,
    sent: u64,
) -> Result<(), ContractError> {
    let numbers = call.parameters.numbers;
    let held = held - i128::from(sent);
    let own = u128::from(proposal.spent);
    cap(
        "of one proposal",
        own + u128::from(amount),
        held,
        own,
        numbers.spend_bps,
    )?;
    let mut spending = state::spending()
        .may_load(call.storage)?
        .unwrap_or_default();
    let lately = in_window(&spending, call.now, numbers.spend_window_seconds);
    let window = lately + u128::from(amount);
    cap(
        "of all in the window",
        window,
        held,
        lately,
        numbers.spend_window_bps,
    )?;
    let length = u64::from(numbers.spend_window_seconds);
    let slice = (length / SLICES).max(1);
    spending
        .slices
        .retain(|(at, _)| at.saturating_add(length) > call.now);
    match spending.slices.last_mut() {
        Some((at, sum)) if *at / slice == call.now / slice => {
            *at = call.now;
            *sum = sum.saturating_add(amount);
        }
        _ => spending.slices.push((call.now, amount)),
    }
    state::spending().save(call.storage, &spending);
    proposal.spent = proposal.spent.saturating_add(amount);
    call.totals.spent = call.totals.spent.saturating_add(amount.into());
    call.totals.window_spent = window;
    call.totals.window_base = u128::try_from(held).unwrap_or(0).saturating_add(lately);
    Ok(())
}

/// Takes back what was counted in this transaction for a spending that was refused.
///
/// # Errors
/// Only for unreadable state.
pub fn give_back(
    call: &mut Call<'_>,
    proposal: &mut Proposal,
    amount: u64,
) -> Result<(), ContractError> {
    let mut spending = state::spending()
        .may_load(call.storage)?
        .unwrap_or_default();
    if let Some((_, sum)) = spending.slices.last_mut() {
        *sum = sum.saturating_sub(amount);
        state::spending().save(call.storage, &spending);
    }
    proposal.spent = proposal.spent.saturating_sub(amount);
    call.totals.spent = call.totals.spent.saturating_sub(amount.into());
    call.totals.window_spent = call.totals.window_spent.saturating_sub(amount.into());
    Ok(())
}
