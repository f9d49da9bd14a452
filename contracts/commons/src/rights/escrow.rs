//! What the market does with rights: into escrow, out of it, and room kept for
//! bids. Escrow stays on its owner's account and is cut with it, so the market
//! asks [`escrowed`] before it settles.

use super::error::RightsError;
use super::ledger::{Ledger, TREASURY};
use super::record::Good;
use super::{concentration, shares};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Quantity;

fn count(quantity: Quantity) -> u64 {
    // what is above cannot be there: 10^8 shares at most
    u64::try_from(quantity.units()).unwrap_or(u64::MAX)
}

/// From a person's account of the open epoch, or its shares, into escrow.
///
/// # Errors
/// Too little; shares of one who owes; no epoch open.
pub fn take(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    good: Good,
    quantity: Quantity,
) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, person)?;
    if good == Good::Shares {
        shares::owes_nothing(&ledger, person)?;
    }
    enter(&mut ledger, person, good, quantity)?;
    ledger.save(call.storage);
    Ok(())
}

/// As [`take`], of shares, whatever is owed: for a forced sale.
///
/// # Errors
/// Too few are free.
pub fn take_by_force(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    quantity: Quantity,
) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, person)?;
    enter(&mut ledger, person, Good::Shares, quantity)?;
    ledger.save(call.storage);
    Ok(())
}

fn enter(
    ledger: &mut Ledger,
    person: u64,
    good: Good,
    quantity: Quantity,
) -> Result<(), ContractError> {
    if quantity.is_zero() {
        return Err(RightsError::Zero.into());
    }
    match good {
        Good::Entitlement => {
            ledger.opened()?;
            ledger.escrow(person, quantity.units())
        }
        Good::Shares => {
            let wants = count(quantity);
            let holding = &mut ledger.edit(person)?.holding;
            let (free, shares) = (holding.free(), holding.shares);
            if wants > free {
                return Err(RightsError::Shares {
                    wants,
                    free,
                    shares,
                }
                .into());
            }
            holding.escrow += wants;
            if person != TREASURY {
                ledger.book.escrow += wants;
            }
            Ok(())
        }
    }
}

/// Out of `from`'s escrow to `to`: to itself what was not sold, to a buyer what
/// was, to person 0 what is forfeited. Of an epoch that is over it moves, too,
/// and is worth nothing. No room is asked for: [`reserve`] kept it.
///
/// # Errors
/// There is not so much in escrow: ask [`escrowed`] first.
pub fn give(
    call: &mut Call<'_>,
    commons: u64,
    epoch: u64,
    from: u64,
    to: u64,
    good: Good,
    quantity: Quantity,
) -> Result<(), ContractError> {
    if quantity.is_zero() {
        return Ok(());
    }
    let mut ledger = match good {
        Good::Entitlement => Ledger::at(call.storage, commons, call.now, epoch)?,
        Good::Shares => Ledger::open(call.storage, commons, call.now)?,
    };
    ledger.touch(call.storage, from)?;
    if to != TREASURY || good == Good::Shares {
        ledger.touch(call.storage, to)?;
    }
    match good {
        Good::Entitlement => ledger.deliver(from, to, quantity.units())?,
        Good::Shares => {
            let wants = count(quantity);
            let holding = &mut ledger.edit(from)?.holding;
            let has = holding.escrow;
            holding.escrow = has.checked_sub(wants).ok_or(RightsError::Escrow {
                wants: wants.into(),
                has: has.into(),
            })?;
            if from != TREASURY {
                ledger.book.escrow -= wants;
            }
            if from != to {
                shares::pass(&mut ledger, from, to, wants)?;
            }
        }
    }
    ledger.save(call.storage);
    Ok(())
}

/// What a person has in escrow now, after cuts.
///
/// # Errors
/// Unreadable state.
pub fn escrowed(
    call: &Call<'_>,
    commons: u64,
    epoch: u64,
    person: u64,
    good: Good,
) -> Result<Quantity, ContractError> {
    let ledger = match good {
        Good::Entitlement => Ledger::at(call.storage, commons, call.now, epoch)?,
        Good::Shares => Ledger::open(call.storage, commons, call.now)?,
    };
    let entry = ledger.peek(call.storage, person)?;
    Ok(Quantity::at_most(match good {
        Good::Entitlement => entry.account.escrow,
        Good::Shares => entry.holding.escrow.into(),
    }))
}

/// Keeps room below the concentration cap for what a bid may bring.
///
/// # Errors
/// Above the cap; no epoch open.
pub fn reserve(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    good: Good,
    quantity: Quantity,
) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, person)?;
    match good {
        Good::Entitlement => {
            ledger.opened()?;
            ledger.edit(person)?.account.reserved += quantity.units();
        }
        Good::Shares => ledger.edit(person)?.holding.reserved += count(quantity),
    }
    concentration::admit(call, &ledger, person, good, quantity.units(), None)?;
    ledger.save(call.storage);
    Ok(())
}

/// The room is not needed any more: the bid was settled or failed.
///
/// # Errors
/// Unreadable state.
pub fn unreserve(
    call: &mut Call<'_>,
    commons: u64,
    epoch: u64,
    person: u64,
    good: Good,
    quantity: Quantity,
) -> Result<(), ContractError> {
    let mut ledger = match good {
        Good::Entitlement => Ledger::at(call.storage, commons, call.now, epoch)?,
        Good::Shares => Ledger::open(call.storage, commons, call.now)?,
    };
    ledger.touch(call.storage, person)?;
    let entry = ledger.edit(person)?;
    match good {
        Good::Entitlement => {
            entry.account.reserved = entry.account.reserved.saturating_sub(quantity.units());
        }
        Good::Shares => {
            entry.holding.reserved = entry.holding.reserved.saturating_sub(count(quantity));
        }
    }
    ledger.save(call.storage);
    Ok(())
}
