//! Payments: the one way that money moves between members.
//!
//! Needs the payer's authority only and reads only this contract's records.
//! Both sides are settled first, so decay is always charged to whoever held
//! the money while it decayed.

use cosmwasm_std::{Addr, DepsMut, Response};
use mycel_kit::Amount;

use crate::decay::settle;
use crate::error::ContractError;
use crate::msg::{MAX_MEMO, MAX_REF};
use crate::policies::{LimitPolicy, Policies};
use crate::state::{self, Account, MAX_POSITION, Status, Terms, Totals};

/// What accompanies a payment.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// The event's `action`: `pay`, or `transfer` for cw20 wallets.
    pub action: &'static str,
    /// Public, found again in events.
    pub reference: Option<&'a str>,
    /// Stays in the transaction.
    pub memo: Option<&'a str>,
}

/// `amount` from the sender to `to`, or nothing at all.
///
/// # Errors
/// Says which rule refused it; nothing is written then.
pub fn pay<P: Policies>(
    deps: DepsMut,
    now: u64,
    sender: &Addr,
    to: &str,
    amount: Amount,
    note: Note<'_>,
) -> Result<Response, ContractError> {
    at_most_bytes("memo", note.memo, MAX_MEMO)?;
    at_most_bytes("ref", note.reference, MAX_REF)?;
    let payer_number = state::number_of(sender.as_str())
        .may_load(deps.storage)?
        .ok_or_else(|| ContractError::UnknownPayer {
            address: sender.to_string(),
        })?;
    let payee_number = state::number_of(to)
        .may_load(deps.storage)?
        .ok_or_else(|| ContractError::UnknownPayee {
            address: to.to_owned(),
        })?;
    if payer_number == payee_number {
        return Err(ContractError::SelfPayment {
            address: to.to_owned(),
        });
    }
    let (payer_key, payee_key) = (state::account(payer_number), state::account(payee_number));
    let mut payer = payer_key.load(deps.storage)?;
    let mut payee = payee_key.load(deps.storage)?;
    if payer.status == Status::Frozen {
        return Err(ContractError::Frozen {
            address: sender.to_string(),
        });
    }
    let terms = state::terms().load(deps.storage)?;
    let totals_key = state::totals(state::shard_of(payer_number));
    let mut totals = totals_key.may_load(deps.storage)?.unwrap_or_default();

    let decayed = apply::<P>(&mut payer, &mut payee, amount, now, &terms, &mut totals)?;

    payer_key.save(deps.storage, &payer);
    payee_key.save(deps.storage, &payee);
    totals_key.save(deps.storage, &totals);

    let mut response = Response::new()
        .add_attribute("action", note.action)
        .add_attribute("from", sender.as_str())
        .add_attribute("to", to)
        .add_attribute("amount", amount.to_string());
    if let Some(reference) = note.reference {
        response = response.add_attribute("ref", reference);
    }
    if decayed > 0 {
        response = response.add_attribute("to_commons", decayed.to_string());
    }
    Ok(response)
}

/// The rule of a payment over the two records, without storage: settles both
/// sides at `now`, checks, moves. Answers the decay that went to the commons.
/// On an error the records and sums must be thrown away.
///
/// # Errors
/// [`ContractError::ZeroAmount`], [`ContractError::LimitExceeded`],
/// [`ContractError::OutOfBounds`], and errors of time.
pub fn apply<P: Policies>(
    payer: &mut Account,
    payee: &mut Account,
    amount: Amount,
    now: u64,
    terms: &Terms,
    totals: &mut Totals,
) -> Result<i128, ContractError> {
    if amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let lambda = terms.clock.at(now)?;
    let decayed = settle::<P>(payer, lambda, totals)? + settle::<P>(payee, lambda, totals)?;
    let limit = P::Limit::limit(payer, terms).signed();
    let amount = amount.signed();
    if payer.position - amount < -limit {
        return Err(ContractError::LimitExceeded {
            position: payer.position,
            amount,
            limit,
        });
    }
    shift(payer, -amount, totals)?;
    shift(payee, amount, totals)?;
    totals.volume = totals.volume.saturating_add(amount);
    Ok(decayed)
}

/// Adds to a settled position and keeps the sums.
///
/// # Errors
/// [`ContractError::OutOfBounds`] beyond 2^100.
pub fn shift(account: &mut Account, by: i128, totals: &mut Totals) -> Result<(), ContractError> {
    let (before, after) = (account.position, account.position + by);
    if after.unsigned_abs() > MAX_POSITION.unsigned_abs() {
        return Err(ContractError::OutOfBounds {
            what: "position",
            value: after.to_string(),
            least: (-MAX_POSITION).to_string(),
            most: MAX_POSITION.to_string(),
        });
    }
    account.position = after;
    totals.positive += after.max(0) - before.max(0);
    totals.negative += (-after).max(0) - (-before).max(0);
    Ok(())
}

fn at_most_bytes(what: &'static str, text: Option<&str>, most: usize) -> Result<(), ContractError> {
    match text.map(str::len) {
        Some(bytes) if bytes > most => Err(ContractError::TooLong { what, bytes, most }),
        _ => Ok(()),
    }
}
