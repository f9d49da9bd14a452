//! What is counted against the caps, and given back: weights in each period
//! that a deal can reach, places for deals that have not ended, and disputes.

use cosmwasm_std::Storage;
use mycel_kit::Key;

use super::record::{Deal, Rating};
use super::weight::{self, MAX_REACH, Room};
use super::{DealError, course, state};
use crate::call::Call;
use crate::error::ContractError;
use crate::parameters::Numbers;
use crate::times::Clock;

/// The periods that a deal accepted now can reach.
///
/// # Errors
/// [`DealError::TooLong`].
pub fn reach(clock: &Clock, numbers: &Numbers, now: u64) -> Result<(u32, u32), ContractError> {
    let latest = course::latest(
        now,
        numbers.rating_seconds.into(),
        clock.times.open_window.into(),
        clock.times.appeal.into(),
        numbers.case_seconds.into(),
    );
    let (first, last) = (clock.period_of(now), clock.period_of(latest));
    weight::reach(first, last).ok_or(DealError::TooLong {
        first,
        last,
        most: MAX_REACH,
    })?;
    Ok((first, last))
}

fn load(storage: &dyn Storage, key: &Key<u64>) -> Result<u64, ContractError> {
    Ok(key.may_load(storage)?.unwrap_or(0))
}

/// What is left for two persons in all of these periods.
///
/// # Errors
/// Only for unreadable state.
pub fn room(
    storage: &dyn Storage,
    pair_cap: u32,
    rater_cap: u32,
    (a, b): (u64, u64),
    reach: (u32, u32),
) -> Result<Room, ContractError> {
    let (pair_cap, rater_cap) = (u64::from(pair_cap), u64::from(rater_cap));
    let mut room = Room {
        pair: u64::MAX,
        a: u64::MAX,
        b: u64::MAX,
    };
    for period in reach.0..=reach.1 {
        let used = |key| load(storage, &key);
        room = room.and(Room {
            pair: weight::left(pair_cap, used(state::pair_weight(a, b, period))?),
            a: weight::left(rater_cap, used(state::given(a, period))?),
            b: weight::left(rater_cap, used(state::given(b, period))?),
        });
    }
    Ok(room)
}

/// A weight cut to what is left now; nothing is counted yet.
///
/// # Errors
/// [`DealError::NothingLeft`] with the numbers.
pub fn cut(
    call: &Call<'_>,
    a: u64,
    b: u64,
    asked: u16,
    reach: (u32, u32),
) -> Result<u16, ContractError> {
    let (pair_cap, rater_cap) = (call.fixed.pair_cap, call.parameters.numbers.rater_cap);
    let room = room(call.storage, pair_cap, rater_cap, (a, b), reach)?;
    match weight::cut(asked, room) {
        0 => Err(DealError::NothingLeft {
            asked,
            pair: room.pair,
            pair_cap: pair_cap.into(),
            a: room.a,
            b: room.b,
            rater_cap: rater_cap.into(),
            first: reach.0,
            last: reach.1,
        }
        .into()),
        weight => Ok(weight),
    }
}

fn change(
    storage: &mut dyn Storage,
    key: &Key<u64>,
    change: impl Fn(u64) -> u64,
) -> Result<(), ContractError> {
    match change(load(storage, key)?) {
        0 => storage.remove(key.bytes()),
        left => key.save(storage, &left),
    }
    Ok(())
}

fn count(
    storage: &mut dyn Storage,
    deal: &Deal,
    period: u32,
    by: impl Fn(u64, u64) -> u64,
) -> Result<(), ContractError> {
    let weight = u64::from(deal.weight);
    for key in [
        state::pair_weight(deal.a, deal.b, period),
        state::given(deal.a, period),
        state::given(deal.b, period),
    ] {
        change(storage, &key, |before| by(before, weight))?;
    }
    Ok(())
}

/// A deal counts in all periods that it can reach.
///
/// # Errors
/// Only for unreadable state.
pub fn reserve(storage: &mut dyn Storage, deal: &Deal) -> Result<(), ContractError> {
    for period in deal.reach.0..=deal.reach.1 {
        count(storage, deal, period, u64::saturating_add)?;
    }
    Ok(())
}

/// A rating landed in a period: it counts there, also where the deal should not
/// have reached it (blocks that came late).
///
/// # Errors
/// Only for unreadable state.
pub fn landed(
    storage: &mut dyn Storage,
    deal: &Deal,
    person: u64,
    period: u32,
) -> Result<(), ContractError> {
    let other = deal
        .sides
        .iter()
        .any(|side| side.rating == Rating::Given(period));
    if !(deal.reach.0..=deal.reach.1).contains(&period) && !other {
        count(storage, deal, period, u64::saturating_add)?;
    }
    let weight = u64::from(deal.weight);
    change(storage, &state::received(person, period), |before| {
        before.saturating_add(weight)
    })
}

/// A deal ended: it counts only where a rating landed.
///
/// # Errors
/// Only for unreadable state.
pub fn release(storage: &mut dyn Storage, deal: &Deal) -> Result<(), ContractError> {
    for period in deal.reach.0..=deal.reach.1 {
        if deal
            .sides
            .iter()
            .all(|side| side.rating != Rating::Given(period))
        {
            count(storage, deal, period, u64::saturating_sub)?;
        }
    }
    Ok(())
}

/// A person disputes one more rating: each is withheld until a jury is done, so
/// only so many at once.
///
/// # Errors
/// [`DealError::NoDispute`].
pub fn take_dispute(call: &mut Call<'_>, person: u64) -> Result<(), ContractError> {
    let key = state::disputes(person);
    let open = key.may_load(call.storage)?.unwrap_or(0);
    let most = call.parameters.numbers.open_disputes;
    if open >= most {
        return Err(DealError::NoDispute { person, open, most }.into());
    }
    key.save(call.storage, &(open + 1));
    Ok(())
}

/// A person takes a place for a deal.
///
/// # Errors
/// [`DealError::NoPlace`].
pub fn take_place(call: &mut Call<'_>, person: u64) -> Result<(), ContractError> {
    let key = state::open(person);
    let open = key.may_load(call.storage)?.unwrap_or(0);
    let most = call.parameters.numbers.open_deals;
    if open >= most {
        return Err(DealError::NoPlace { person, open, most }.into());
    }
    key.save(call.storage, &(open + 1));
    Ok(())
}

/// A place is free again.
///
/// # Errors
/// Only for unreadable state.
pub fn free_place(storage: &mut dyn Storage, person: u64) -> Result<(), ContractError> {
    one_less(storage, &state::open(person))
}

/// A dispute of a person is over.
///
/// # Errors
/// Only for unreadable state.
pub fn free_dispute(storage: &mut dyn Storage, person: u64) -> Result<(), ContractError> {
    one_less(storage, &state::disputes(person))
}

fn one_less(storage: &mut dyn Storage, key: &Key<u32>) -> Result<(), ContractError> {
    match key.may_load(storage)?.unwrap_or(0).saturating_sub(1) {
        0 => storage.remove(key.bytes()),
        open => key.save(storage, &open),
    }
    Ok(())
}
