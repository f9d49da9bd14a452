//! Payments: the one way that money moves between members.
//!
//! Needs the payer's authority only and reads only this contract's records.
//! Both sides are settled first, so decay is always charged to whoever held
//! the money while it decayed. Two records are written, the two accounts; what
//! sums, statements and the economy learn of it waits there ([`crate::fold`]).

use cosmwasm_std::{Response, Storage};
use mycel_kit::Amount;

use crate::decay::settle;
use crate::error::ContractError;
use crate::fold::{add_totals, book, is_stale, period_of_snap, terms_at, within_bounds};
use crate::msg::{MAX_MEMO, MAX_REF};
use crate::policies::{LimitPolicy, Policies};
use crate::state::{self, Account, Flow, Kind, MAX_FLOWS, Status, Terms, Totals};
use crate::volume;

/// A payment: who pays whom how much, and what accompanies it.
#[derive(Clone, Copy, Debug)]
pub struct Payment<'a> {
    /// The event's `action`.
    pub action: &'static str,
    /// Address of the payer.
    pub from: &'a str,
    /// Address of the payee.
    pub to: &'a str,
    /// How much.
    pub amount: Amount,
    /// Public, found again in events and by `settled`.
    pub reference: Option<&'a str>,
    /// Stays in the transaction.
    pub memo: Option<&'a str>,
    /// Who caused it under an allowance.
    pub by: Option<&'a str>,
}

impl<'a> Payment<'a> {
    /// A payment with nothing along.
    #[must_use]
    pub fn plain(action: &'static str, from: &'a str, to: &'a str, amount: Amount) -> Payment<'a> {
        Payment {
            action,
            from,
            to,
            amount,
            reference: None,
            memo: None,
            by: None,
        }
    }
}

/// Makes the payment, or nothing at all.
///
/// # Errors
/// Says which rule refused it; nothing is written then.
pub fn pay<P: Policies>(
    storage: &mut dyn Storage,
    now: u64,
    payment: Payment<'_>,
) -> Result<Response, ContractError> {
    let Payment {
        action,
        from,
        to,
        amount,
        reference,
        memo,
        by,
    } = payment;
    at_most_bytes("memo", memo, MAX_MEMO)?;
    at_most_bytes("ref", reference, MAX_REF)?;
    let payer_number =
        state::number_of(from)
            .may_load(storage)?
            .ok_or_else(|| ContractError::UnknownPayer {
                address: from.to_owned(),
            })?;
    let payee_number =
        state::number_of(to)
            .may_load(storage)?
            .ok_or_else(|| ContractError::UnknownPayee {
                address: to.to_owned(),
            })?;
    if payer_number == payee_number {
        return Err(ContractError::SelfPayment {
            address: to.to_owned(),
        });
    }
    let (payer_key, payee_key) = (state::account(payer_number), state::account(payee_number));
    let mut payer = payer_key.load(storage)?;
    let mut payee = payee_key.load(storage)?;
    may_pay(&payer, from)?;
    may_receive(&payee, to)?;
    let terms = terms_at(storage, now)?;
    let mut totals = Totals::default();
    for (number, account) in [(payer_number, &mut payer), (payee_number, &mut payee)] {
        if is_stale(account, &terms) {
            let period = period_of_snap(storage, &terms, account.snap)?;
            book(storage, number, account, &terms, &mut totals)?;
            volume::set_aside(storage, number, account, period);
        }
    }

    let decayed = apply::<P>(&mut payer, &mut payee, amount, now, &terms)?;

    if let Some(spilled) = note_flow(&mut payer, payee_number, amount) {
        volume::count(
            storage,
            payer_number,
            spilled.to,
            spilled.amount,
            terms.period,
        )?;
    }
    payer_key.save(storage, &payer);
    payee_key.save(storage, &payee);
    add_totals(storage, state::shard_of(payer_number), &totals)?;

    let mut response = Response::new()
        .add_attribute("action", action)
        .add_attribute("from", from)
        .add_attribute("to", to);
    if let Some(by) = by {
        response = response.add_attribute("by", by);
    }
    response = response.add_attribute("amount", amount.to_string());
    if let Some(reference) = reference {
        note_reference(storage, payer_number, payee_number, reference, amount)?;
        response = response.add_attribute("ref", reference);
    }
    if decayed > 0 {
        response = response.add_attribute("to_commons", decayed.to_string());
    }
    Ok(response)
}

/// The rule of a payment over the two records, without storage: settles both
/// sides at `now`, checks, moves. Answers the decay that is due to the commons.
/// On an error the records must be thrown away.
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
) -> Result<i128, ContractError> {
    if amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let lambda = terms.clock.at(now)?;
    let decayed = settle::<P>(payer, lambda, terms)? + settle::<P>(payee, lambda, terms)?;
    within_limit::<P>(payer, amount, terms, now)?;
    let amount = amount.signed();
    within_bounds(payer.position - amount)?;
    within_bounds(payee.position + amount)?;
    payer.position -= amount;
    payee.position += amount;
    payee.pending.received += amount;
    Ok(decayed)
}

/// No outgoing payment leaves a settled position below −limit.
///
/// # Errors
/// [`ContractError::LimitExceeded`].
pub fn within_limit<P: Policies>(
    payer: &Account,
    amount: Amount,
    terms: &Terms,
    now: u64,
) -> Result<(), ContractError> {
    let limit = P::Limit::limit(payer, terms, now).signed();
    if payer.position - amount.signed() < -limit {
        return Err(ContractError::LimitExceeded {
            position: payer.position,
            amount: amount.signed(),
            limit,
        });
    }
    Ok(())
}

/// Who may pay, or part with money otherwise: neither frozen nor on the way out.
///
/// # Errors
/// [`ContractError::Frozen`], [`ContractError::Leaving`], [`ContractError::Closed`].
pub fn may_pay(account: &Account, address: &str) -> Result<(), ContractError> {
    active(account, address)?;
    if account.frozen {
        return Err(ContractError::Frozen {
            address: address.to_owned(),
        });
    }
    Ok(())
}

/// Who leaves or has left pays no more, for ever; a sanction passes.
///
/// # Errors
/// [`ContractError::Leaving`], [`ContractError::Closed`].
pub fn active(account: &Account, address: &str) -> Result<(), ContractError> {
    let address = || address.to_owned();
    match account.status {
        Status::Closed => Err(ContractError::Closed { address: address() }),
        Status::Leaving | Status::Defaulted => Err(ContractError::Leaving { address: address() }),
        Status::Active => Ok(()),
    }
}

/// All may receive until they have left.
///
/// # Errors
/// [`ContractError::Closed`].
pub fn may_receive(account: &Account, address: &str) -> Result<(), ContractError> {
    if account.status == Status::Closed {
        return Err(ContractError::Closed {
            address: address.to_owned(),
        });
    }
    Ok(())
}

/// Notes to whom the payer paid. A ninth payee pushes the earliest one out,
/// which the caller counts at once.
fn note_flow(payer: &mut Account, to: u32, amount: Amount) -> Option<Flow> {
    let amount = amount.signed();
    let pending = &mut payer.pending;
    if let Some(flow) = pending.flows.iter_mut().find(|flow| flow.to == to) {
        flow.amount += amount;
        return None;
    }
    let spilled = (pending.flows.len() >= MAX_FLOWS).then(|| pending.flows.remove(0));
    if let Some(flow) = spilled {
        pending.beyond += flow.amount;
    }
    pending.flows.push(Flow { to, amount });
    spilled
}

/// Adds to what one account paid another under a reference.
///
/// # Errors
/// Only for unreadable state.
pub fn note_reference(
    storage: &mut dyn Storage,
    payer: u32,
    payee: u32,
    reference: &str,
    amount: Amount,
) -> Result<(), ContractError> {
    let key = state::settled(payer, payee, reference);
    let before = key.may_load(storage)?;
    if before.is_none() {
        state::settled_with(payee, payer, reference).save(storage, &1);
    }
    let after = before
        .unwrap_or(0)
        .saturating_add(u128::from(amount.pico()));
    key.save(storage, &after);
    Ok(())
}

/// Refuses a text that is too long.
///
/// # Errors
/// [`ContractError::TooLong`].
pub fn at_most_bytes(
    what: &'static str,
    text: Option<&str>,
    most: usize,
) -> Result<(), ContractError> {
    match text.map(str::len) {
        Some(bytes) if bytes > most => Err(ContractError::TooLong { what, bytes, most }),
        _ => Ok(()),
    }
}

/// The payer of a mirror account is its adapter alone: no allowance reaches it.
///
/// # Errors
/// [`ContractError::NotYours`].
pub fn not_mirror(account: &Account, number: u32) -> Result<(), ContractError> {
    if account.kind == Kind::Mirror {
        return Err(ContractError::NotYours {
            what: "mirror account",
            id: u64::from(number),
        });
    }
    Ok(())
}
