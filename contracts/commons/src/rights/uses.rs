//! What entitlement is used for: harvest, retirement, cancellation, repayment.
//!
//! A harvest is never refused for want of entitlement: what was taken is told,
//! not hidden. What exceeds the balance is overage: a debt in money and in
//! kind. Until the money is paid nothing new is yielded; the units are repaid
//! of the next entitlement. To retire is to use (it counts as taken), to
//! cancel is to undo the issue (it does not).

use cosmwasm_std::HexBinary;

use super::ledger::{Ledger, Use};
use super::{deemed, warning};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry;
use crate::rights::error::RightsError;
use crate::{market, order};

/// What is moved is something.
pub(super) fn some(quantity: Quantity) -> Result<u128, ContractError> {
    match quantity.units() {
        0 => Err(RightsError::Zero.into()),
        units => Ok(units),
    }
}

/// The sender tells what it took.
///
/// # Errors
/// Not enrolled or suspended; no epoch is open.
pub fn harvest(
    call: &mut Call<'_>,
    commons: u64,
    quantity: Quantity,
    evidence: Option<&HexBinary>,
) -> Result<(), ContractError> {
    let units = some(quantity)?;
    let evidence = evidence
        .map(|evidence| bounds::hash("evidence", evidence))
        .transpose()?;
    let person = registry::dealer(call, commons)?.person;
    if let Some(hash) = evidence {
        call.event(
            "evidence",
            &[
                ("commons", &commons),
                ("person", &person),
                ("sha256", &HexBinary::from(hash)),
            ],
        );
    }
    taken(call, commons, person, units)
}

/// A jury found harvest that was not told: it counts as harvested now.
///
/// # Errors
/// No epoch is open.
pub fn unreported(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    quantity: Quantity,
) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.opened()?;
    ledger.touch(call.storage, person)?;
    let account = ledger.entry(person).account;
    // what a jury says has an effect, as far as it can have been
    let could = plausible(call, commons)?.saturating_sub(account.used());
    let room = account.balance + MOST.saturating_sub(ledger.sums.overage);
    match quantity.units().min(could).min(room) {
        0 => Ok(()),
        units => taken(call, commons, person, units),
    }
}

/// The most that units of an epoch are in all.
const MOST: u128 = Quantity::MAX.units();

/// Nobody takes more than there can be, which is the most that a reading may say.
fn plausible(call: &Call<'_>, commons: u64) -> Result<u128, ContractError> {
    Ok(registry::rules(call.storage, commons)?
        .monitors
        .most
        .units())
}

fn taken(call: &mut Call<'_>, commons: u64, person: u64, units: u128) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let epoch = ledger.opened()?.number;
    ledger.touch(call.storage, person)?;
    let before = ledger.entry(person).account;
    let within = units.min(before.balance);
    let beyond = units - within;
    let most = plausible(call, commons)?;
    bounds::within("quantity", before.used().saturating_add(units), 0u128, most)?;
    let sum = ledger.sums.overage.saturating_add(beyond);
    bounds::within("overage", sum, 0u128, MOST)?;
    ledger.spend(person, within, Use::Harvest)?;
    if beyond > 0 {
        overage(call, &mut ledger, person, beyond)?;
    }
    let after = ledger.entry(person).account;
    let entitled = before.usable();
    let crossed = warning::crossed(before.used(), after.used(), entitled);
    ledger.save(call.storage);
    call.event(
        "harvest",
        &[
            ("commons", &commons),
            ("epoch", &epoch),
            ("person", &person),
            ("within", &within),
            ("beyond", &beyond),
            ("left", &after.balance),
        ],
    );
    if let Some(level) = crossed {
        call.event(
            "warning",
            &[
                ("commons", &commons),
                ("person", &person),
                ("percent", &level),
                ("used", &after.used()),
                ("entitled", &entitled),
            ],
        );
    }
    if beyond > 0 {
        call.event(
            "overage",
            &[
                ("commons", &commons),
                ("epoch", &epoch),
                ("person", &person),
                ("units", &after.overage),
                ("owed", &after.owed),
            ],
        );
        let (over, entitled) = (
            Quantity::at_most(after.overage),
            Quantity::at_most(entitled),
        );
        order::overused(call, commons, person, epoch, over, entitled)?;
    }
    Ok(())
}

/// Records what was taken beyond: its price, and the units to be repaid.
fn overage(
    call: &Call<'_>,
    ledger: &mut Ledger,
    person: u64,
    beyond: u128,
) -> Result<(), ContractError> {
    let commons = ledger.commons;
    let rules = registry::rules(call.storage, commons)?.rights.deemed();
    let middle = market::median_price(call.storage, commons)?;
    let base = deemed::base(&rules, middle.map(|amount| amount.pico()));
    let entry = ledger.edit(person)?;
    let account = &mut entry.account;
    account.overage += beyond;
    // all of the epoch at once, so that pieces are no cheaper; what a lower
    // price would make of it is never less than what was billed
    let billed = deemed::owed(&rules, base, account.overage, account.usable()).max(account.billed);
    let more = billed - account.billed;
    account.billed = billed;
    account.owed = account.owed.saturating_add(more).min(deemed::MOST);
    entry.debt.owed += u128::from(more);
    entry.debt.kind += beyond;
    ledger.book.owed += u128::from(more);
    ledger.book.kind += beyond;
    ledger.sums.overage += beyond;
    Ok(())
}

/// The sender uses up entitlement without harvest, or gives it up for all.
///
/// # Errors
/// Not enrolled, no epoch open, or not so much.
pub fn use_up(
    call: &mut Call<'_>,
    commons: u64,
    quantity: Quantity,
    how: Use,
) -> Result<(), ContractError> {
    let units = some(quantity)?;
    let person = registry::dealer(call, commons)?.person;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.opened()?;
    ledger.touch(call.storage, person)?;
    ledger.spend(person, units, how)?;
    ledger.save(call.storage);
    let name = match how {
        Use::Cancel => "cancel",
        _ => "retire",
    };
    call.event(
        name,
        &[
            ("commons", &commons),
            ("person", &person),
            ("units", &units),
        ],
    );
    Ok(())
}

/// The sender repays in kind now what its next entitlement would: first what
/// overage took, then what was borrowed.
///
/// # Errors
/// Nothing is owed in kind, or not so much is there.
pub fn repay(call: &mut Call<'_>, commons: u64, quantity: Quantity) -> Result<(), ContractError> {
    let units = some(quantity)?;
    let person = registry::dealer(call, commons)?.person;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let epoch = ledger.opened()?.number;
    ledger.touch(call.storage, person)?;
    let debt = ledger.entry(person).debt;
    if debt.units() == 0 {
        return Err(RightsError::NothingOwed { commons, epoch }.into());
    }
    bounds::within("quantity", units, 1u128, debt.units())?;
    let kind = units.min(debt.kind);
    ledger.spend(person, kind, Use::Repay)?;
    ledger.edit(person)?.debt.kind -= kind;
    ledger.edit(person)?.debt.repaid += kind;
    ledger.book.kind -= kind;
    ledger.hand_back(person, units - kind)?;
    ledger.save(call.storage);
    call.event(
        "repay",
        &[
            ("commons", &commons),
            ("person", &person),
            ("units", &units),
        ],
    );
    Ok(())
}
