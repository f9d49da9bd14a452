//! Paying for overage: a hold at credit whose message names commons and epoch.
//! What is owed is captured for credit's own address, the common fund; the rest
//! goes back. This contract never pulls money.

use mycel_kit::peers::credit::Resolution;
use mycel_kit::{Amount, Id};

use super::error::RightsError;
use super::ledger::Ledger;
use crate::call::{Call, Held};
use crate::error::ContractError;

/// Money for what an epoch's overage costs. Whoever pays it: anyone may pay
/// its own debt only.
///
/// # Errors
/// Nothing is owed.
pub fn pay(
    call: &mut Call<'_>,
    held: &Held,
    commons: u64,
    epoch: u64,
) -> Result<(), ContractError> {
    let person = call.standing(&held.owner)?.person.0;
    crate::registry::commons(call.storage, commons)?;
    // the account that owes, and the one of now, which may wait for the money
    let mut ledger = Ledger::at(call.storage, commons, call.now, epoch)?;
    ledger.touch(call.storage, person)?;
    let entry = ledger.edit(person)?;
    let owed = entry.account.owed;
    if owed == 0 {
        return Err(RightsError::NothingOwed { commons, epoch }.into());
    }
    let paid = owed.min(held.amount.pico());
    entry.account.owed -= paid;
    entry.debt.owed = entry.debt.owed.saturating_sub(paid.into());
    let settled = entry.debt.owed == 0;
    ledger.book.owed = ledger.book.owed.saturating_sub(paid.into());
    ledger.save(call.storage);
    if settled {
        release(call, commons, person)?;
    }
    let hold = Id(held.hold);
    let amount = Amount::new(paid).unwrap_or(Amount::MAX);
    let to = call.fund();
    let mut items = vec![Resolution::Capture { hold, amount, to }];
    // a hold that was captured to the last unit is no more
    if paid < held.amount.pico() {
        items.push(Resolution::Release { hold });
    }
    call.resolve(items)?;
    call.event(
        "pay_overage",
        &[
            ("commons", &commons),
            ("epoch", &epoch),
            ("person", &person),
            ("paid", &paid),
            ("owed", &(owed - paid)),
        ],
    );
    Ok(())
}

/// What waited in the epoch of now may be used.
fn release(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, person)?;
    ledger.save(call.storage);
    Ok(())
}
