//! Entitlement for what was restored: within what an opening set aside for it,
//! in the order attested.
//!
//! An opening does not depend on how many wait: it says how much may be minted
//! in its epoch, and tasks hand it out, claim by claim. Whoever is reached after
//! a cut has what whoever is reached before it has (rights applies the cuts).
//! What is not handed out before the epoch closes waits on.
//!
//! What has no room below its holder's concentration cap is parked: it is set
//! aside of no cap until its holder, having room, asks for as much of it again.
//! So nobody who is full keeps half a cap from everybody else. What waits for
//! somebody who is not enrolled any more is nature's.

use cosmwasm_std::{Order, Storage};

use super::RegenerationError;
use super::attested;
use super::attesting::{MINT, task};
use super::record::{Claim, Grant, Restorer};
use super::state;
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::rights::{self, Good};
use crate::state::last_number;
use crate::{cap, registry};
use mycel_kit::Id;
use mycel_kit::peers::members::{Count, MembersQuery};

/// Units of work for each claim: its record, its holder's account and room.
const EACH: u32 = 8;

/// More of a claim was attested: a part is kept, the rest waits, last in the queue.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn attested(
    call: &mut Call<'_>,
    number: u64,
    claim: &mut Claim,
    more: u128,
) -> Result<(), ContractError> {
    let (commons, person) = (claim.commons, claim.person);
    let (before, after) = (claim.attested.units(), claim.attested.units() + more);
    let kept = attested::buffer(after, claim.buffer_bps)
        .saturating_sub(attested::buffer(before, claim.buffer_bps));
    let waits = more - kept.min(more);
    let kept = more - waits;
    claim.attested = Quantity::at_most(after);
    claim.buffer = Quantity::at_most(claim.buffer.units() + kept);
    let mut restorer = state::load_restorer(call.storage, commons, person)?;
    restorer.restored += more;
    restorer.waiting += waits;
    state::restorer(commons, person).save(call.storage, &restorer);
    state::sum(call.storage, commons, |sums| {
        sums.attested += more;
        sums.buffer += kept;
    })?;
    enqueue(call, number, claim, waits)
}

/// What waits of a claim is given up.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn waive(call: &mut Call<'_>, claim: &mut Claim) -> Result<(), ContractError> {
    let mut restorer = state::load_restorer(call.storage, claim.commons, claim.person)?;
    give_up(call, claim, &mut restorer)?;
    state::restorer(claim.commons, claim.person).save(call.storage, &restorer);
    Ok(())
}

fn give_up(
    call: &mut Call<'_>,
    claim: &mut Claim,
    restorer: &mut Restorer,
) -> Result<(), ContractError> {
    let (waiting, parked) = (claim.waiting.units(), claim.parked.units());
    restorer.waiting = restorer.waiting.saturating_sub(waiting + parked);
    claim.waiting = Quantity::ZERO;
    claim.parked = Quantity::ZERO;
    claim.waived = Quantity::at_most(claim.waived.units() + waiting + parked);
    state::sum(call.storage, claim.commons, |sums| {
        sums.waiting -= waiting;
        sums.parked -= parked;
        sums.waived += waiting + parked;
    })
}

/// What has no room is set aside of no cap.
fn park(call: &mut Call<'_>, claim: &mut Claim) -> Result<(), ContractError> {
    let units = claim.waiting.units();
    claim.parked = Quantity::at_most(claim.parked.units() + units);
    claim.waiting = Quantity::ZERO;
    state::sum(call.storage, claim.commons, |sums| {
        sums.waiting -= units;
        sums.parked += units;
    })
}

/// Who made a claim asks again for what had no room, as far as it has room now.
///
/// # Errors
/// Another's claim; nothing parked; no room.
pub fn resume(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut claim = state::load_claim(call.storage, number)?;
    let (commons, person) = (claim.commons, claim.person);
    let sender = registry::dealer(call, commons)?.person;
    if sender != person {
        return Err(RegenerationError::NotYours {
            claim: number,
            person: sender,
        }
        .into());
    }
    let room = rights::room(call, commons, person, Good::Entitlement)?;
    let back = claim.parked.min(room);
    if back.is_zero() {
        return Err(RegenerationError::NothingToResume {
            claim: number,
            parked: claim.parked.units(),
            room: room.units(),
        }
        .into());
    }
    claim.parked = claim.parked.less(back);
    state::sum(call.storage, commons, |sums| {
        sums.parked -= back.units();
    })?;
    enqueue(call, number, &mut claim, back.units())?;
    state::claim(number).save(call.storage, &claim);
    call.event("resumed", &[("claim", &number), ("quantity", &back)]);
    Ok(())
}

/// More of a claim waits; it is last in the queue unless it stands there.
fn enqueue(
    call: &mut Call<'_>,
    number: u64,
    claim: &mut Claim,
    more: u128,
) -> Result<(), ContractError> {
    let joins = more > 0 && claim.waiting.is_zero();
    claim.waiting = Quantity::at_most(claim.waiting.units() + more);
    let mut place = 0;
    state::sum(call.storage, claim.commons, |sums| {
        sums.waiting += more;
        sums.queued += u64::from(joins);
        place = sums.queued;
    })?;
    if joins {
        state::queue(claim.commons, place).save(call.storage, &number);
    }
    Ok(())
}

/// What restorers of a commons wait for.
///
/// # Errors
/// Only for unreadable state.
pub fn waiting(storage: &dyn Storage, commons: u64) -> Result<Quantity, ContractError> {
    let sums = state::sums(commons).may_load(storage)?;
    Ok(Quantity::at_most(sums.unwrap_or_default().waiting))
}

/// An epoch opened: so much of its cap is for restorers.
///
/// # Errors
/// Only for unreadable state.
pub fn epoch_opened(
    call: &mut Call<'_>,
    commons: u64,
    epoch: u64,
    quantity: Quantity,
) -> Result<(), ContractError> {
    if quantity.is_zero() {
        return Ok(());
    }
    let grant = Grant {
        epoch,
        left: quantity.units(),
        next: 0,
    };
    state::grant(commons).save(call.storage, &grant);
    agenda::at(call, call.now, task(MINT, commons, epoch));
    Ok(())
}

/// An epoch closed: what was not handed out waits on.
///
/// # Errors
/// None.
pub fn epoch_closed(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    call.storage.remove(state::grant(commons).bytes());
    Ok(())
}

/// The task that hands out: as many claims as there is work for.
///
/// # Errors
/// Unreadable state.
pub(super) fn work(
    call: &mut Call<'_>,
    commons: u64,
    epoch: u64,
    units: &mut u32,
) -> Result<Worked, ContractError> {
    if *units < EACH {
        return Ok(Worked::Waiting { needs: EACH });
    }
    let key = state::grant(commons);
    let grant = key.may_load(call.storage)?;
    let Some(mut grant) = grant.filter(|grant| grant.epoch == epoch) else {
        return Ok(Worked::Done);
    };
    let open = cap::current(call.storage, commons)?;
    if open.is_none_or(|open| open.number != epoch) {
        return Ok(Worked::Done);
    }
    while *units >= EACH && grant.left > 0 {
        let Some((place, number)) = after(call.storage, commons, grant.next)? else {
            grant.left = 0;
            break;
        };
        *units -= EACH;
        grant.next = place;
        let minted = mint(call, commons, place, number, grant.left)?;
        grant.left = grant.left.saturating_sub(minted);
    }
    if grant.left == 0 {
        call.storage.remove(key.bytes());
        return Ok(Worked::Done);
    }
    key.save(call.storage, &grant);
    Ok(Worked::Again(call.now))
}

/// The first place in the queue after another.
fn after(
    storage: &dyn Storage,
    commons: u64,
    place: u64,
) -> Result<Option<(u64, u64)>, ContractError> {
    let start = state::queue(commons, place.saturating_add(1));
    let end = state::queue(commons.saturating_add(1), 0);
    let mut places = storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending);
    let Some((raw, value)) = places.next() else {
        return Ok(None);
    };
    Ok(Some((last_number(&raw), start.decode(&value)?)))
}

/// Mints what one claim may have of what is left; gives how much.
fn mint(
    call: &mut Call<'_>,
    commons: u64,
    place: u64,
    number: u64,
    left: u128,
) -> Result<u128, ContractError> {
    let mut claim = state::load_claim(call.storage, number)?;
    let person = claim.person;
    if claim
        .reversal
        .as_ref()
        .is_some_and(|open| open.case.is_some())
    {
        // a jury is asked what of it was lost
        return Ok(0);
    }
    let mut restorer = state::load_restorer(call.storage, commons, person)?;
    let room = match registry::is_enrolled(call.storage, commons, person)? {
        true => match room(call, commons, person)? {
            Some(room) => Some(room),
            None => return Ok(0),
        },
        false => None,
    };
    repay(call, &mut claim, &mut restorer)?;
    let mut minted = 0;
    let mut full = false;
    if let Some(room) = room {
        let wanted = Quantity::at_most(left).min(claim.waiting);
        minted = wanted.min(room).units();
        full = room < wanted;
    } else {
        give_up(call, &mut claim, &mut restorer)?;
    }
    if minted > 0 {
        let quantity = Quantity::at_most(minted);
        rights::mint(call, commons, person, quantity)?;
        claim.waiting = claim.waiting.less(quantity);
        claim.minted = Quantity::at_most(claim.minted.units() + minted);
        restorer.waiting = restorer.waiting.saturating_sub(minted);
        state::sum(call.storage, commons, |sums| {
            sums.waiting -= minted;
            sums.minted += minted;
        })?;
        call.event(
            "minted",
            &[
                ("commons", &commons),
                ("claim", &number),
                ("person", &person),
                ("quantity", &minted),
            ],
        );
    }
    if full {
        park(call, &mut claim)?;
    }
    if claim.waiting.is_zero() {
        call.storage.remove(state::queue(commons, place).bytes());
    }
    state::claim(number).save(call.storage, &claim);
    state::restorer(commons, person).save(call.storage, &restorer);
    Ok(minted)
}

/// What somebody may still have; `None` where members answer, but not about that
/// one: it waits, and keeps nobody after it waiting.
fn room(call: &mut Call<'_>, commons: u64, person: u64) -> Result<Option<Quantity>, ContractError> {
    match rights::room(call, commons, person, Good::Entitlement) {
        Err(ContractError::Peer(_)) => {
            let at = Id(call.env.block.height);
            let _: Count = call.members(&MembersQuery::Count { at })?;
            Ok(None)
        }
        room => room.map(Some),
    }
}

/// What is owed for a loss is taken of what waits.
fn repay(
    call: &mut Call<'_>,
    claim: &mut Claim,
    restorer: &mut Restorer,
) -> Result<(), ContractError> {
    let taken = restorer.owed.min(claim.waiting.units());
    if taken == 0 {
        return Ok(());
    }
    claim.waiting = claim.waiting.less(Quantity::at_most(taken));
    claim.cancelled = Quantity::at_most(claim.cancelled.units() + taken);
    restorer.owed -= taken;
    restorer.waiting = restorer.waiting.saturating_sub(taken);
    state::sum(call.storage, claim.commons, |sums| {
        sums.waiting -= taken;
        sums.cancelled += taken;
        sums.owed -= taken;
    })
}
