//! Seats: taken by a bond or by lot, looked at daily, given up, taken away.

use mycel_kit::clock::DAY;
use mycel_kit::peers::PeerError;
use mycel_kit::peers::members::{Count, MembersQuery};
use mycel_kit::{Amount, Id};

use super::bonds;
use super::error::MonitorError;
use super::fitness;
use super::lot;
use super::rules::Rules;
use super::state::{self, BOND, Ended, Held, LOOK, LOT, Seat, Watch, task};
use crate::agenda::{self, Worked};
use crate::call::{self, Call};
use crate::error::ContractError;
use crate::registry;

/// Most seats of a commons of which one organisation has a bond there: the one
/// that it holds, and such that it left lately.
pub const MOST_PLACES: usize = 10;
/// How long a seat may be short of its bond before it is empty.
pub const SHORT: u64 = 7 * DAY;
/// Units of work to look at a seat.
pub const LOOK_UNITS: u32 = 6;

/// A commons' monitors; none yet is none.
///
/// # Errors
/// Only for unreadable state.
pub fn watch(call: &Call<'_>, commons: u64) -> Result<Watch, ContractError> {
    Ok(state::watch(commons)
        .may_load(call.storage)?
        .unwrap_or_default())
}

/// A seat that must exist.
///
/// # Errors
/// [`MonitorError::UnknownSeat`].
pub fn seat(call: &Call<'_>, commons: u64, number: u64) -> Result<Seat, ContractError> {
    let found = state::seat(commons, number).may_load(call.storage)?;
    found.ok_or_else(|| {
        MonitorError::UnknownSeat {
            commons,
            seat: number,
        }
        .into()
    })
}

/// How many seats organisations may have now: what the lot fills for them is
/// not theirs.
#[must_use]
pub fn for_organisations(rules: &Rules, watch: &Watch) -> usize {
    usize::from(rules.organisations.saturating_sub(watch.lots))
}

/// Money was put aside for a seat: takes one, or tops its bond up.
///
/// # Errors
/// Not an accredited organisation, an interest, a seat in the same hands, none
/// free, too little.
pub fn bond(call: &mut Call<'_>, held: &call::Held, commons: u64) -> Result<(), ContractError> {
    let rules = super::open_rules(call.storage, commons)?;
    let standing = fitness::sender(call, &held.owner)?;
    fitness::is_organisation(&standing)?;
    let person = standing.person.0;
    let mut watch = watch(call, commons)?;
    if let Some(own) = watch.seat_of(person).cloned() {
        return top_up(call, commons, &mut watch, &own, held, &rules);
    }
    let controllers = fitness::organisation(call, commons, person, &watch, None)?;
    let of = for_organisations(&rules, &watch);
    let taken = watch.count(false);
    if taken >= of {
        return Err(MonitorError::NoneFree { commons, taken, of }.into());
    }
    if held.amount < rules.bond {
        return Err(MonitorError::BondSmall {
            amount: held.amount.pico(),
            least: rules.bond.pico(),
        }
        .into());
    }
    let number = begin(
        call,
        commons,
        &mut watch,
        Held {
            seat: 0,
            person,
            controllers,
            lay: false,
            until: 0,
        },
    )?;
    let mut own = seat(call, commons, number)?;
    let amount = held.amount.pico();
    let worth = bonds::add(
        call,
        (commons, number),
        &mut own,
        (held.hold, amount),
        rules.kept(),
    )?;
    set_until(&mut watch, number, worth.until(rules.kept()));
    state::seat(commons, number).save(call.storage, &own);
    lot::wanted_soon(call, commons, &watch, &rules);
    state::watch(commons).save(call.storage, &watch);
    Ok(())
}

fn set_until(watch: &mut Watch, number: u64, until: u64) {
    if let Some(held) = watch.held.iter_mut().find(|held| held.seat == number) {
        held.until = until;
    }
}

fn top_up(
    call: &mut Call<'_>,
    commons: u64,
    watch: &mut Watch,
    own: &Held,
    held: &call::Held,
    rules: &Rules,
) -> Result<(), ContractError> {
    if own.lay {
        return Err(MonitorError::HasSeat {
            commons,
            person: own.person,
            seat: own.seat,
        }
        .into());
    }
    let mut kept = seat(call, commons, own.seat)?;
    let amount = held.amount.pico();
    let at = (commons, own.seat);
    let worth = bonds::add(call, at, &mut kept, (held.hold, amount), rules.kept())?;
    let until = worth.until(rules.kept());
    set_until(watch, own.seat, until);
    if until > 0 {
        kept.short = None;
    }
    state::seat(commons, own.seat).save(call.storage, &kept);
    state::watch(commons).save(call.storage, watch);
    call.event(
        "bond_added",
        &[
            ("commons", &commons),
            ("seat", &own.seat),
            ("person", &own.person),
            ("left", &worth.left()),
            ("until", &until),
        ],
    );
    Ok(())
}

/// Somebody takes a seat; gives its number. The watch is written by the caller.
///
/// # Errors
/// Too many seats left lately.
pub fn begin(
    call: &mut Call<'_>,
    commons: u64,
    watch: &mut Watch,
    mut held: Held,
) -> Result<u64, ContractError> {
    let person = held.person;
    let key = state::places(commons, person);
    let mut places = key.may_load(call.storage)?.unwrap_or_default();
    if places.len() >= MOST_PLACES {
        return Err(MonitorError::ManySeats {
            commons,
            person,
            seats: places.len(),
            most: MOST_PLACES,
        }
        .into());
    }
    watch.seats = watch.seats.saturating_add(1);
    let number = watch.seats;
    held.seat = number;
    places.push(number);
    key.save(call.storage, &places);
    registry::involve(call.storage, commons, person);
    state::seat(commons, number).save(
        call.storage,
        &Seat {
            person,
            lay: held.lay,
            since: call.now,
            bonds: vec![],
            short: None,
            readings: 0,
            last: 0,
            silent: 0,
            disputed: 0,
            bound: 0,
            ended: None,
            forfeited: false,
        },
    );
    let mut sums = state::sums().may_load(call.storage)?.unwrap_or_default();
    sums.seats = sums.seats.saturating_add(1);
    sums.held = sums.held.saturating_add(1);
    state::sums().save(call.storage, &sums);
    let due = call.now.saturating_add(DAY);
    agenda::at(call, due, task(LOOK, commons, number));
    call.event(
        "seat_taken",
        &[
            ("commons", &commons),
            ("seat", &number),
            ("person", &person),
            ("by", if held.lay { &"lot" } else { &"bond" }),
        ],
    );
    watch.held.push(held);
    Ok(number)
}

/// A seat is not held any more. Its last reading still holds the value down
/// for a window, unless it was refuted. The watch is written by the caller.
///
/// # Errors
/// Only for unreadable state.
pub fn end(
    call: &mut Call<'_>,
    commons: u64,
    watch: &mut Watch,
    number: u64,
    why: Ended,
) -> Result<(), ContractError> {
    let mut own = seat(call, commons, number)?;
    let mut sums = state::sums().may_load(call.storage)?.unwrap_or_default();
    if why.forfeits() && !own.forfeited {
        own.forfeited = true;
        sums.forfeited = sums.forfeited.saturating_add(1);
    }
    let was_held = own.ended.is_none();
    if was_held {
        own.ended = Some((call.now, why));
        sums.held = sums.held.saturating_sub(1);
        watch.held.retain(|held| held.seat != number);
        match (own.lay, why) {
            // who did not come is replaced by lot
            (false, Ended::Absent) => watch.lots = watch.lots.saturating_add(1),
            // after its term an organisation may have the place again
            (true, Ended::Term) => watch.lots = watch.lots.saturating_sub(1),
            _ => {}
        }
    }
    state::sums().save(call.storage, &sums);
    state::seat(commons, number).save(call.storage, &own);
    if own.bonds.is_empty() {
        free_place(call, own.person, commons, number)?;
    } else {
        let now = call.now;
        agenda::at(call, now, task(BOND, commons, number));
    }
    if was_held {
        let now = call.now;
        agenda::at(call, now, task(LOT, commons, 0));
        call.event(
            "seat_ended",
            &[
                ("commons", &commons),
                ("seat", &number),
                ("person", &own.person),
                ("why", &why.name()),
            ],
        );
    }
    Ok(())
}

/// A person has nothing more to do with a seat.
///
/// # Errors
/// Only for unreadable state.
pub fn free_place(
    call: &mut Call<'_>,
    person: u64,
    commons: u64,
    number: u64,
) -> Result<(), ContractError> {
    let key = state::places(commons, person);
    let mut places = key.may_load(call.storage)?.unwrap_or_default();
    places.retain(|place| *place != number);
    if places.is_empty() {
        call.storage.remove(key.bytes());
    } else {
        key.save(call.storage, &places);
    }
    Ok(())
}

/// Who holds a seat gives it up. Nobody needs standing to go.
///
/// # Errors
/// Holds none.
pub fn leave(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let sender = call.sender.clone();
    let person = call.standing(&sender)?.person.0;
    let mut watch = watch(call, commons)?;
    let Some(own) = watch.seat_of(person).cloned() else {
        return Err(MonitorError::NoSeat { commons, person }.into());
    };
    end(call, commons, &mut watch, own.seat, Ended::Left)?;
    state::watch(commons).save(call.storage, &watch);
    super::changed(call, commons)
}

/// What a seat said in another part may cost its bond: it stays until [`unbind`],
/// also if the seat is left.
///
/// # Errors
/// No such seat.
pub fn bind(call: &mut Call<'_>, commons: u64, number: u64) -> Result<(), ContractError> {
    let mut own = seat(call, commons, number)?;
    own.bound = own.bound.saturating_add(1);
    state::seat(commons, number).save(call.storage, &own);
    Ok(())
}

/// Nothing can come of that any more.
///
/// # Errors
/// No such seat.
pub fn unbind(call: &mut Call<'_>, commons: u64, number: u64) -> Result<(), ContractError> {
    let mut own = seat(call, commons, number)?;
    own.bound = own.bound.saturating_sub(1);
    state::seat(commons, number).save(call.storage, &own);
    if own.ended.is_some() && !own.bonds.is_empty() {
        let now = call.now;
        agenda::at(call, now, task(BOND, commons, number));
    }
    Ok(())
}

/// Looks at a seat: whether its monitor may go on, and its bond.
///
/// # Errors
/// No such seat; a peer does not answer.
pub fn look(call: &mut Call<'_>, commons: u64, number: u64) -> Result<Worked, ContractError> {
    let mut watch = watch(call, commons)?;
    let mut own = seat(call, commons, number)?;
    let Some(held) = watch.seat(number).cloned() else {
        return Ok(Worked::Done);
    };
    let rules = super::rules(call.storage, commons)?;
    if let Some(why) = unfit(call, commons, &mut watch, &held)? {
        end(call, commons, &mut watch, number, why)?;
        state::watch(commons).save(call.storage, &watch);
        super::changed(call, commons)?;
        return Ok(Worked::Done);
    }
    if !held.lay {
        let worth = bonds::worth(call, &own.bonds)?;
        let until = worth.until(rules.kept());
        set_until(&mut watch, number, until);
        match (own.short, until) {
            (None, 0) => {
                own.short = Some(call.now);
                call.event(
                    "bond_short",
                    &[
                        ("commons", &commons),
                        ("seat", &number),
                        ("left", &worth.left()),
                        ("least", &Amount::new(rules.kept()).unwrap_or(Amount::MAX)),
                    ],
                );
            }
            (Some(since), 0) if since.saturating_add(SHORT) <= call.now => {
                end(call, commons, &mut watch, number, Ended::Unbonded)?;
                state::watch(commons).save(call.storage, &watch);
                super::changed(call, commons)?;
                return Ok(Worked::Done);
            }
            (_, 0) => {}
            (_, _) => own.short = None,
        }
        state::seat(commons, number).save(call.storage, &own);
    }
    state::watch(commons).save(call.storage, &watch);
    Ok(Worked::Again(call.now.saturating_add(DAY)))
}

/// Why who holds a seat may not go on, if so. Members must answer.
fn unfit(
    call: &mut Call<'_>,
    commons: u64,
    watch: &mut Watch,
    held: &Held,
) -> Result<Option<Ended>, ContractError> {
    if super::is_closed(call.storage, commons)? {
        return Ok(Some(Ended::Left));
    }
    if held.lay && held.until <= call.now {
        return Ok(Some(Ended::Term));
    }
    let address = call.address_of(held.person)?.address;
    let standing = match call.standing(&address) {
        Err(ContractError::Peer(PeerError::Silent { .. })) => {
            // members answer, and say that it is gone; or they do not answer at all
            let at = Id(call.env.block.height);
            let _: Count = call.members(&MembersQuery::Count { at })?;
            return Ok(Some(Ended::Unfit));
        }
        standing => standing?,
    };
    if !standing.may_deal() {
        return Ok(Some(Ended::Unfit));
    }
    match fitness::still(call, commons, watch, held) {
        Ok(controllers) => {
            if let Some(held) = watch.held.iter_mut().find(|one| one.seat == held.seat) {
                held.controllers = controllers;
            }
            Ok(None)
        }
        Err(ContractError::Monitor(_)) => Ok(Some(Ended::Unfit)),
        Err(error) => Err(error),
    }
}

/// Anyone: looks at a seat now.
///
/// # Errors
/// No such seat; a peer does not answer.
pub fn check(call: &mut Call<'_>, commons: u64, number: u64) -> Result<(), ContractError> {
    look(call, commons, number).map(|_| ())
}
