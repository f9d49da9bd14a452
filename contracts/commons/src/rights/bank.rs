//! Setting aside for the next epoch, and borrowing of the treasury. Both move
//! what is issued already: what is set aside is part of the next cap, what is
//! borrowed is the treasury's and comes back of the next entitlement.

use super::entitlement::scaled;
use super::error::RightsError;
use super::ledger::{Ledger, TREASURY};
use super::record::Good;
use super::uses::some;
use super::{concentration, cut};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry;

/// What one's own shares yielded, after the epoch's cuts.
fn own(ledger: &Ledger, person: u64) -> Result<u128, ContractError> {
    let season = ledger.opened()?;
    let account = ledger.entry(person).account;
    Ok(cut::after(account.own(), season.since(0)))
}

/// The sender sets some of its balance aside for the next epoch.
///
/// # Errors
/// More than the rules allow of its entitlement, or more than it has.
pub fn bank(call: &mut Call<'_>, commons: u64, quantity: Quantity) -> Result<(), ContractError> {
    let units = some(quantity)?;
    let person = registry::dealer(call, commons)?.person;
    let bps = registry::rules(call.storage, commons)?.rights.bank_bps;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let epoch = ledger.opened()?.number;
    ledger.touch(call.storage, person)?;
    let own = own(&ledger, person)?;
    let account = ledger.entry(person).account;
    // what went on into baskets was set aside as well
    let already = account.banked + account.deposited;
    let most = scaled(own, bps.into());
    if already + units > most {
        return Err(RightsError::Bank {
            wants: units,
            already,
            most,
            own,
        }
        .into());
    }
    ledger.bank(person, units)?;
    ledger.save(call.storage);
    call.event(
        "bank",
        &[
            ("commons", &commons),
            ("epoch", &epoch),
            ("person", &person),
            ("units", &units),
        ],
    );
    Ok(())
}

/// The sender borrows of what the treasury's shares yield; the next entitlement
/// returns it.
///
/// # Errors
/// More than the rules allow of its entitlement, more than the treasury has,
/// above the concentration cap, or money is owed for overage.
pub fn borrow(call: &mut Call<'_>, commons: u64, quantity: Quantity) -> Result<(), ContractError> {
    let units = some(quantity)?;
    let person = registry::dealer(call, commons)?.person;
    let bps = registry::rules(call.storage, commons)?.rights.borrow_bps;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let epoch = ledger.opened()?.number;
    ledger.touch(call.storage, TREASURY)?;
    ledger.touch(call.storage, person)?;
    let own = own(&ledger, person)?;
    let debt = ledger.entry(person).debt;
    if debt.owed > 0 {
        let owed = debt.owed;
        return Err(RightsError::Owes { commons, owed }.into());
    }
    let already = debt.borrowed;
    let most = scaled(own, bps.into());
    if already + units > most {
        return Err(RightsError::Borrow {
            wants: units,
            already,
            most,
            own,
        }
        .into());
    }
    ledger.lend(person, units)?;
    concentration::admit(
        call,
        &ledger,
        person,
        Good::Entitlement,
        units,
        Some(TREASURY),
    )?;
    ledger.save(call.storage);
    call.event(
        "borrow",
        &[
            ("commons", &commons),
            ("epoch", &epoch),
            ("person", &person),
            ("units", &units),
        ],
    );
    Ok(())
}

/// The sender gives entitlement to another enrolled, or to the treasury.
///
/// # Errors
/// Not so much, above the cap, or the other may not receive.
pub fn transfer(
    call: &mut Call<'_>,
    commons: u64,
    to: u64,
    quantity: Quantity,
) -> Result<(), ContractError> {
    let units = some(quantity)?;
    let from = registry::dealer(call, commons)?.person;
    super::shares::recipient(call, commons, from, to)?;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let epoch = ledger.opened()?.number;
    ledger.touch(call.storage, from)?;
    ledger.touch(call.storage, to)?;
    ledger.pass(from, to, units)?;
    concentration::admit(call, &ledger, to, Good::Entitlement, units, Some(from))?;
    ledger.save(call.storage);
    call.event(
        "transfer",
        &[
            ("commons", &commons),
            ("epoch", &epoch),
            ("from", &from),
            ("to", &to),
            ("units", &units),
        ],
    );
    Ok(())
}
