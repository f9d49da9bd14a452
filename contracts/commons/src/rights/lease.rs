//! Letting shares: they stay whose they are and yield for another, from the
//! next epoch on and for so many epochs. Nothing runs at an epoch's opening:
//! what begins and ends with it lies under its number for each of the two, and
//! is taken into account when they are touched. So a lease ends for whoever
//! never looks at it again, and there may be any number of them.

use super::concentration;
use super::error::RightsError;
use super::ledger::{Ledger, TREASURY};
use super::record::{Good, Lease, Turn};
use super::{shares, state};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Shares;
use crate::registry;

/// The sender lets shares to another enrolled.
///
/// # Errors
/// Not enrolled, not free, above the cap, too long, or something is owed.
pub fn lease(
    call: &mut Call<'_>,
    commons: u64,
    to: u64,
    quantity: Shares,
    epochs: u16,
) -> Result<(), ContractError> {
    let count = u64::from(quantity.0);
    if count == 0 {
        return Err(RightsError::Zero.into());
    }
    let from = registry::dealer(call, commons)?.person;
    if to == TREASURY {
        return Err(RightsError::TheTreasury.into());
    }
    shares::recipient(call, commons, from, to)?;
    let most = registry::rules(call.storage, commons)?.rights.lease_epochs;
    bounds::within("epochs", epochs, 1u16, most)?;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, from)?;
    ledger.touch(call.storage, to)?;
    shares::owes_nothing(&ledger, from)?;
    shares::not_reduced(call, commons, from)?;
    concentration::no_excess(call, commons, from)?;
    let holding = &mut ledger.edit(from)?.holding;
    let free = holding.free();
    if count > free {
        return Err(RightsError::Shares {
            wants: count,
            free,
            shares: holding.shares,
        }
        .into());
    }
    holding.lent += count;
    ledger.edit(to)?.holding.hired += count;
    ledger.book.lent += count;
    ledger.book.hired += count;
    // whose they are keeps them: only who hires comes nearer to the cap
    concentration::admit(call, &ledger, to, Good::Shares, count.into(), None)?;
    let first = ledger.next_epoch();
    let lease = Lease {
        from,
        to,
        shares: count,
        first,
        end: first + u64::from(epochs),
    };
    ledger.book.leases += 1;
    let number = ledger.book.leases;
    state::lease(commons, number).save(call.storage, &lease);
    ledger.save(call.storage);
    turn(call, commons, from, first, |turn| turn.lent_begins += count)?;
    turn(call, commons, from, lease.end, |turn| {
        turn.lent_ends += count
    })?;
    turn(call, commons, to, first, |turn| turn.hired_begins += count)?;
    turn(call, commons, to, lease.end, |turn| {
        turn.hired_ends += count
    })?;
    call.event(
        "lease",
        &[
            ("commons", &commons),
            ("lease", &number),
            ("from", &from),
            ("to", &to),
            ("shares", &count),
            ("first", &first),
            ("end", &lease.end),
        ],
    );
    Ok(())
}

/// Who uses leased shares gives them back: from the next epoch on they yield
/// for their owner. The owner takes them back itself from one who is enrolled
/// no more.
///
/// # Errors
/// No such lease, another's, or it is over.
pub fn give_back(call: &mut Call<'_>, commons: u64, number: u64) -> Result<(), ContractError> {
    let person = registry::dealer(call, commons)?.person;
    let unknown = RightsError::UnknownLease {
        commons,
        lease: number,
    };
    let key = state::lease(commons, number);
    let mut lease = key.may_load(call.storage)?.ok_or(unknown)?;
    let orphaned = lease.from == person && !registry::is_enrolled(call.storage, commons, lease.to)?;
    if lease.to != person && !orphaned {
        let to = lease.to;
        return Err(RightsError::NotYours { lease: number, to }.into());
    }
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let next = ledger.next_epoch();
    if lease.end <= next {
        let end = lease.end;
        return Err(RightsError::LeaseOver { lease: number, end }.into());
    }
    // turns of this epoch and before are taken into account first
    ledger.touch(call.storage, lease.from)?;
    ledger.touch(call.storage, lease.to)?;
    let count = lease.shares;
    let (from, to) = (lease.from, lease.to);
    ledger.save(call.storage);
    turn(call, commons, from, lease.end, |turn| {
        turn.lent_ends -= count
    })?;
    turn(call, commons, to, lease.end, |turn| {
        turn.hired_ends -= count
    })?;
    turn(call, commons, from, next, |turn| turn.lent_ends += count)?;
    turn(call, commons, to, next, |turn| turn.hired_ends += count)?;
    lease.end = next;
    key.save(call.storage, &lease);
    call.event(
        "return_lease",
        &[
            ("commons", &commons),
            ("lease", &number),
            ("end", &lease.end),
        ],
    );
    Ok(())
}

fn turn(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    epoch: u64,
    change: impl FnOnce(&mut Turn),
) -> Result<(), ContractError> {
    let key = state::turn(commons, person, epoch);
    let mut turn = key.may_load(call.storage)?.unwrap_or_default();
    change(&mut turn);
    if turn == Turn::default() {
        call.storage.remove(key.bytes());
    } else {
        key.save(call.storage, &turn);
    }
    Ok(())
}
