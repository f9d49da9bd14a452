//! Obligations change only as both sides, or the one whom it harms, have
//! signed. How they come to be: [`proposals`](crate::proposals).

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{DepsMut, Response, SubMsg, WasmMsg, to_json_binary};
use mycel_kit::{Amount, Id, Seconds};

use crate::book::{self, Entry, Found, flag};
use crate::error::ContractError;
use crate::people;
use crate::round;
use crate::state::{self, Extension, PRIORITIES, Parameters};

/// Obligations fall due within this time.
pub const MAX_TERM: u64 = 90 * 86_400;
/// Most obligations in one `tender`.
pub const MAX_TENDER: usize = 50;

/// Writes a confirmed obligation.
///
/// # Errors
/// Numbers are used up, or unreadable state.
pub fn add(
    storage: &mut dyn cosmwasm_std::Storage,
    entry: Entry,
    amount: Amount,
) -> Result<u32, ContractError> {
    let mut counters = state::counters().load(storage)?;
    let number = counters.obligation;
    counters.obligation = number.checked_add(1).ok_or(ContractError::TooMany {
        what: "obligations",
        count: usize::MAX,
        most: u32::MAX as usize,
    })?;
    state::counters().save(storage, &counters);
    book::append(storage, number, entry, amount)?;
    people::note(storage, entry.debtor, number)?;
    people::note(storage, entry.creditor, number)?;
    let mut totals = state::totals().load(storage)?;
    totals.confirmed += amount.signed();
    totals.outstanding += amount.signed();
    state::totals().save(storage, &totals);
    Ok(number)
}

/// Gives or revokes standing consent.
///
/// # Errors
/// Not in standing to give it; a round is being frozen.
pub fn consent(deps: DepsMut, sender: &str, on: bool) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = if on {
        people::dealer(deps.querier, &parameters, sender)?
    } else {
        people::person(deps.querier, &parameters, sender)?
    };
    round::not_freezing(deps.storage)?;
    people::set_consent(deps.storage, person, on);
    Ok(Response::new()
        .add_attribute("action", "consent")
        .add_attribute("person", person.to_string())
        .add_attribute("on", on.to_string()))
}

/// Tenders single obligations, overdue ones included, or takes the tender
/// back.
///
/// # Errors
/// Not a party, not in standing, frozen.
pub fn tender(
    deps: DepsMut,
    sender: &str,
    obligations: &[Id],
    on: bool,
) -> Result<Response, ContractError> {
    if obligations.len() > MAX_TENDER {
        return Err(ContractError::TooMany {
            what: "obligations",
            count: obligations.len(),
            most: MAX_TENDER,
        });
    }
    let parameters = state::parameters().load(deps.storage)?;
    let person = if on {
        people::dealer(deps.querier, &parameters, sender)?
    } else {
        people::person(deps.querier, &parameters, sender)?
    };
    for obligation in obligations {
        let mut found = open(deps.storage, *obligation)?;
        let mut entry = found.entry();
        let bit = match side(entry, person)? {
            Side::Debtor => flag::TENDER_DEBTOR,
            Side::Creditor => flag::TENDER_CREDITOR,
        };
        entry.flags = if on {
            entry.flags | bit
        } else {
            entry.flags & !bit
        };
        found.set_entry(deps.storage, entry);
    }
    Ok(Response::new()
        .add_attribute("action", "tender")
        .add_attribute("person", person.to_string())
        .add_attribute("count", obligations.len().to_string())
        .add_attribute("on", on.to_string()))
}

/// The creditor confirms a payment that happened elsewhere.
///
/// # Errors
/// Not the creditor, a key that may not pay, more than owed, frozen.
pub fn record_payment(
    deps: DepsMut,
    sender: &str,
    obligation: Id,
    amount: Amount,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::payer(deps.querier, &parameters, sender)?;
    let mut found = open(deps.storage, obligation)?;
    if side(found.entry(), person)? != Side::Creditor {
        return Err(ContractError::NotAParty {
            person,
            needs: "the creditor",
        });
    }
    reduce(deps.storage, &mut found, amount)?;
    Ok(Response::new()
        .add_attribute("action", "record_payment")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("amount", amount.to_string())
        .add_attribute("owed", found.amount().to_string()))
}

/// cw20's way to move what an owner has allowed.
#[cw_serde]
enum TokenMsg {
    TransferFrom {
        owner: String,
        recipient: String,
        amount: Amount,
    },
}

/// Pays an obligation, wholly or partly, under an allowance that the debtor
/// gave this contract in credit. Credit's refusal refuses this message, and
/// the obligation stays as it is.
///
/// # Errors
/// Not a party, a key that may not pay, not due, disputed, frozen, more than
/// owed, no peer.
pub fn collect(
    deps: DepsMut,
    now: u64,
    sender: &str,
    obligation: Id,
    amount: Option<Amount>,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::payer(deps.querier, &parameters, sender)?;
    let mut found = open(deps.storage, obligation)?;
    let entry = found.entry();
    if entry.has(flag::DISPUTED) {
        return Err(ContractError::InDispute {
            obligation: obligation.0,
        });
    }
    let due = u64::from(entry.due);
    if side(entry, person)? == Side::Creditor && now < due {
        return Err(ContractError::NotDue {
            obligation: obligation.0,
            due,
        });
    }
    if parameters.credit.is_empty() {
        return Err(mycel_kit::peers::PeerError::Absent { name: "credit" }.into());
    }
    let amount = match amount {
        Some(amount) => amount,
        None => Amount::new(found.amount()).ok_or(ContractError::ZeroAmount)?,
    };
    let owner = people::address(deps.querier, &parameters, entry.debtor)?;
    let recipient = people::address(deps.querier, &parameters, entry.creditor)?;
    reduce(deps.storage, &mut found, amount)?;
    let msg = to_json_binary(&TokenMsg::TransferFrom {
        owner,
        recipient,
        amount,
    })
    .map_err(|error| ContractError::Answer(error.to_string()))?;
    Ok(Response::new()
        .add_submessage(SubMsg::new(WasmMsg::Execute {
            contract_addr: parameters.credit,
            msg,
            funds: vec![],
        }))
        .add_attribute("action", "collect")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("amount", amount.to_string())
        .add_attribute("owed", found.amount().to_string()))
}

/// A side agrees that nothing is owed; both: it ends.
///
/// # Errors
/// Not a party, a key that may not pay, frozen.
pub fn cancel(deps: DepsMut, sender: &str, obligation: Id) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::payer(deps.querier, &parameters, sender)?;
    let mut found = open(deps.storage, obligation)?;
    let mut entry = found.entry();
    entry.flags |= match side(entry, person)? {
        Side::Debtor => flag::CANCEL_DEBTOR,
        Side::Creditor => flag::CANCEL_CREDITOR,
    };
    let both = entry.has(flag::CANCEL_DEBTOR) && entry.has(flag::CANCEL_CREDITOR);
    found.set_entry(deps.storage, entry);
    if both {
        end(deps.storage, &mut found)?;
    }
    Ok(Response::new()
        .add_attribute("action", "cancel")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("ended", both.to_string()))
}

/// A side takes back that it would cancel.
///
/// # Errors
/// Not a party, a key that may not pay, frozen, it has not said so.
pub fn withdraw_cancel(
    deps: DepsMut,
    sender: &str,
    obligation: Id,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::payer(deps.querier, &parameters, sender)?;
    let mut found = open(deps.storage, obligation)?;
    let mut entry = found.entry();
    let bit = match side(entry, person)? {
        Side::Debtor => flag::CANCEL_DEBTOR,
        Side::Creditor => flag::CANCEL_CREDITOR,
    };
    if !entry.has(bit) {
        return Err(ContractError::NotAParty {
            person,
            needs: "a side that would cancel",
        });
    }
    entry.flags &= !bit;
    found.set_entry(deps.storage, entry);
    Ok(Response::new()
        .add_attribute("action", "withdraw_cancel")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("person", person.to_string()))
}

/// A side signs a later due date; the same from both: it holds.
///
/// # Errors
/// Not a party, not in standing, frozen, past 90 days from now.
pub fn extend(
    deps: DepsMut,
    now: u64,
    sender: &str,
    obligation: Id,
    due: Seconds,
) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let person = people::dealer(deps.querier, &parameters, sender)?;
    let mut found = open(deps.storage, obligation)?;
    let mut entry = found.entry();
    let by_debtor = side(entry, person)? == Side::Debtor;
    let due = due_within(now, due)?;
    let key = state::extension(found.number);
    let agreed = key
        .may_load(deps.storage)?
        .is_some_and(|other| other.by_debtor != by_debtor && other.due == due);
    if agreed {
        deps.storage.remove(key.bytes());
        entry.due = due;
        found.set_entry(deps.storage, entry);
    } else {
        key.save(deps.storage, &Extension { by_debtor, due });
    }
    Ok(Response::new()
        .add_attribute("action", "extend")
        .add_attribute("obligation", obligation.to_string())
        .add_attribute("due", due.to_string())
        .add_attribute("agreed", agreed.to_string()))
}

/// Which side a person is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Owes.
    Debtor,
    /// Is owed.
    Creditor,
}

/// Which side of an obligation a person is on.
///
/// # Errors
/// Neither.
pub fn side(entry: Entry, person: u32) -> Result<Side, ContractError> {
    if person == entry.debtor {
        Ok(Side::Debtor)
    } else if person == entry.creditor {
        Ok(Side::Creditor)
    } else {
        Err(ContractError::NotAParty {
            person,
            needs: "debtor or creditor",
        })
    }
}

/// An obligation that may change now: it exists, has not ended and is not
/// frozen.
///
/// # Errors
/// As said.
pub fn open(storage: &dyn cosmwasm_std::Storage, Id(number): Id) -> Result<Found, ContractError> {
    let unknown = ContractError::UnknownObligation { obligation: number };
    let found = Found::load(storage, u32::try_from(number).map_err(|_| unknown)?)?;
    if found.amount() == 0 {
        return Err(ContractError::Ended { obligation: number });
    }
    round::not_frozen(storage, found.number)?;
    Ok(found)
}

/// Takes a payment off.
fn reduce(
    storage: &mut dyn cosmwasm_std::Storage,
    found: &mut Found,
    amount: Amount,
) -> Result<(), ContractError> {
    if amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let left = found
        .amount()
        .checked_sub(amount.pico())
        .ok_or(ContractError::TooHigh {
            amount: amount.signed(),
            owed: i128::from(found.amount()),
        })?;
    found.set_amount(storage, left);
    let mut totals = state::totals().load(storage)?;
    totals.paid += amount.signed();
    totals.outstanding -= amount.signed();
    state::totals().save(storage, &totals);
    Ok(())
}

/// Ends an obligation that nothing is owed on.
///
/// # Errors
/// Unreadable state.
pub fn end(
    storage: &mut dyn cosmwasm_std::Storage,
    found: &mut Found,
) -> Result<(), ContractError> {
    let amount = i128::from(found.amount());
    found.set_amount(storage, 0);
    let mut totals = state::totals().load(storage)?;
    totals.cancelled += amount;
    totals.outstanding -= amount;
    state::totals().save(storage, &totals);
    Ok(())
}

/// After now and within 90 days.
///
/// # Errors
/// It is not.
pub fn due_within(now: u64, Seconds(due): Seconds) -> Result<u32, ContractError> {
    let (earliest, latest) = (now + 1, now.saturating_add(MAX_TERM));
    match u32::try_from(due) {
        Ok(narrow) if (earliest..=latest).contains(&due) => Ok(narrow),
        _ => Err(ContractError::Due {
            due,
            earliest,
            latest,
        }),
    }
}

/// One of the four classes.
///
/// # Errors
/// None of them.
pub fn priority_within(priority: u8) -> Result<(), ContractError> {
    if usize::from(priority) < PRIORITIES {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what: "priority",
        value: priority.to_string(),
        least: "0".to_owned(),
        most: (PRIORITIES - 1).to_string(),
    })
}

/// The weight of an entry's unit in a round.
#[must_use]
pub fn weight(weights: &[u32; PRIORITIES], entry: Entry) -> i64 {
    i64::from(weights[entry.priority()])
}

/// Parameters of the contract, for rules that only read them.
///
/// # Errors
/// Unreadable state.
pub fn parameters(storage: &dyn cosmwasm_std::Storage) -> Result<Parameters, ContractError> {
    Ok(state::parameters().load(storage)?)
}
