//! Coming back: a person whose account was closed is opened again under the
//! same number, for the same address or another one.
//!
//! Nothing is given twice and nothing is forgotten:
//!
//! - The starter is once for each person number: no second grant, no starter
//!   line, and what of the first grant was not released is gone.
//! - The own limit is a newcomer's at most, and no more than before; one that
//!   the authority named stays. Whom the member brought in still weighs on it.
//! - Whoever had left a debt behind still only receives and repays.
//! - A sanction stands as it stood when the account was closed, until members
//!   says otherwise.
//! - Every sponsor, the present one and those of before, answers for its 12
//!   months, and the member belongs to the trees of all ([`crate::sponsor`]).
//! - Allowances of before are void.

use cosmwasm_std::{Order, Storage};

use crate::error::ContractError;
use crate::fold::Batch;
use crate::ledger;
use crate::msg::NewAccount;
use crate::policies::Policies;
use crate::rules::Rules;
use crate::state::{self, Identity, Parameters, Status, Stay};

/// An account closes: the stay that ends is kept.
///
/// # Errors
/// Only for unreadable state.
pub fn remember(
    storage: &mut dyn Storage,
    number: u32,
    status: Status,
    now: u64,
) -> Result<(), ContractError> {
    let identity = state::identity(number).load(storage)?;
    let (start, end) = (state::stay(number, 0), state::stay(number, u16::MAX));
    let last = storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), Order::Descending)
        .next();
    let ordinal = match last.as_deref().and_then(|key| key.last_chunk()) {
        Some(last) => u16::from_be_bytes(*last).saturating_add(1),
        None => 0,
    };
    let stay = Stay {
        sponsor: identity.sponsor,
        opened: identity.opened,
        closed: now,
        status,
    };
    state::stay(number, ordinal.min(u16::MAX - 1)).save(storage, &stay);
    Ok(())
}

/// The number of a person's closed account, if it may be opened again for this
/// address.
///
/// # Errors
/// [`ContractError::PersonSeen`] while the account is open,
/// [`ContractError::AccountExists`] for an address that is another's.
pub fn closed(
    storage: &dyn Storage,
    person: u64,
    owner: &str,
) -> Result<Option<u32>, ContractError> {
    let Some(number) = state::number_of_person(person).may_load(storage)? else {
        return Ok(None);
    };
    // one that this message opens is not written yet
    let account = state::account(number).may_load(storage)?;
    if account.is_none_or(|account| account.status != Status::Closed) {
        return Err(ContractError::PersonSeen { person });
    }
    match state::number_of(owner).may_load(storage)? {
        Some(other) if other != number => Err(ContractError::AccountExists {
            address: owner.to_owned(),
        }),
        _ => Ok(Some(number)),
    }
}

/// Opens a closed account again; the caller closes the batch.
///
/// # Errors
/// The own account as sponsor, or unreadable state.
pub fn reopen<P: Policies>(
    storage: &mut dyn Storage,
    batch: &mut Batch,
    parameters: &Parameters,
    rules: &Rules,
    number: u32,
    identity: &Identity,
    new: &NewAccount,
) -> Result<(), ContractError> {
    if identity.sponsor == Some(number) {
        return Err(ContractError::SelfPayment {
            address: identity.address.clone(),
        });
    }
    let key = state::identity(number);
    let before = key.load(storage)?;
    storage.remove(state::number_of(&before.address).bytes());
    state::number_of(&identity.address).save(storage, &number);
    key.save(storage, identity);
    let (now, line) = (batch.now, batch.terms.starter_line);
    let account = batch.account::<P>(storage, number)?;
    account.limit = ledger::again::<P>(
        storage,
        rules,
        number,
        account,
        line,
        parameters.default_limit,
        now,
    )?;
    if let Some(limit) = new.limit {
        account.limit = ledger::set(storage, rules, number, account, limit, now)?;
    }
    account.status = if defaulted(storage, number)? {
        Status::Defaulted
    } else {
        Status::Active
    };
    account.returned = true;
    // who is named twice in one message has an account by the second time
    let account = account.clone();
    state::account(number).save(storage, &account);
    Ok(())
}

/// Whether a debt was ever left behind; it is passed on from stay to stay.
fn defaulted(storage: &dyn Storage, number: u32) -> Result<bool, ContractError> {
    let stays = crate::sponsor::stays(storage, number)?;
    let last = stays.first();
    Ok(last.is_some_and(|stay| stay.status == Status::Defaulted))
}
