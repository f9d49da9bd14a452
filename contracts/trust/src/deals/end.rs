//! How a deal goes on by itself: offers lapse, ratings that were not opened are
//! absent, what was opened lands in a mailbox; then it ends, and after a while
//! its record goes.

use super::record::{Deal, Rating, Sealed, Stage};
use super::{caps, course, deal, rate, state};
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::element::Element;
use crate::error::ContractError;
use crate::mailbox::{self, Entry};
use crate::state::Task;

/// For how many periods an ended deal is kept at least: longer than its ratings
/// count. It says which keys open them, so as long as a mailbox has one that
/// its owner may still have to open, it stays.
pub const KEPT_PERIODS: u32 = 6;
/// Units of work of looking at a deal: as much as of one whose ratings never came,
/// see `tests/dearest.txt`.
const UNITS: u32 = 5;
/// … and of taking its record away.
const REMOVAL: u32 = 2;

/// Puts down when the deal is next looked at.
///
/// # Errors
/// Only for unreadable state.
pub fn look_again(call: &mut Call<'_>, number: u64, one: &Deal) -> Result<(), ContractError> {
    let due = course::next(one, call.fixed.clock.times.open_window.into());
    agenda::set(call, Task::Deal(number), due)
}

/// An opened rating waits for the mailbox of the rated.
///
/// # Errors
/// Only for unreadable state.
pub fn wait(
    call: &mut Call<'_>,
    one: &Deal,
    dir: u8,
    c: Element,
    ct: Element,
    due: u64,
) -> Result<Sealed, ContractError> {
    let entry = Entry {
        c,
        ct,
        deal: one.element,
        dir,
    };
    let ticket = mailbox::receive(call, rate::rated(one, dir), entry, due)?;
    Ok(Sealed { c, ct, ticket })
}

/// A rating lies in the mailbox of the rated, since this period.
///
/// # Errors
/// Only for unreadable state.
pub fn landed(call: &mut Call<'_>, entry: &Entry, period: u32) -> Result<(), ContractError> {
    let Some(number) = state::used(&entry.deal).may_load(call.storage)? else {
        return Ok(());
    };
    let mut one = deal(call.storage, number)?;
    let Some(side) = one.sides.get(usize::from(entry.dir)) else {
        return Ok(());
    };
    if !matches!(side.rating, Rating::Opened(_)) {
        return Ok(());
    }
    let person = rate::rated(&one, entry.dir);
    caps::landed(call.storage, &one, person, period)?;
    one.sides[usize::from(entry.dir)].rating = Rating::Given(period);
    let mut totals = state::totals().load(call.storage)?;
    totals.waiting = totals.waiting.saturating_sub(1);
    totals.given = totals.given.saturating_add(1);
    state::totals().save(call.storage, &totals);
    settle(call, number, one)
}

/// After a change of a running deal: it ends if nothing more becomes of it.
///
/// # Errors
/// Only for unreadable state.
pub fn settle(call: &mut Call<'_>, number: u64, mut one: Deal) -> Result<(), ContractError> {
    if course::over(&one) {
        caps::release(call.storage, &one)?;
        for person in [one.a, one.b] {
            caps::free_place(call.storage, person)?;
        }
        let mut totals = state::totals().load(call.storage)?;
        totals.ended = totals.ended.saturating_add(1);
        totals.places = totals.places.saturating_sub(2);
        state::totals().save(call.storage, &totals);
        one.stage = Stage::Ended;
        one.until = until(call);
        let names = [0, 1].map(|dir: usize| one.sides[dir].rating.name());
        call.event(
            "deal_ended",
            &[("deal", &number), ("of_b", &names[0]), ("of_a", &names[1])],
        );
    }
    state::deal(number).save(call.storage, &one);
    look_again(call, number, &one)
}

/// An offer is gone: its place is free, the payment may stand behind another
/// deal, and so may the number: nothing was ever sealed under it. Whoever offers
/// and withdraws all day leaves nothing behind.
///
/// # Errors
/// Only for unreadable state.
pub fn withdraw(call: &mut Call<'_>, number: u64, one: &Deal) -> Result<(), ContractError> {
    caps::free_place(call.storage, one.a)?;
    if let Some(reference) = &one.reference {
        let key = state::reference(one.a, one.b, reference);
        call.storage.remove(key.bytes());
    }
    call.storage.remove(state::used(&one.element).bytes());
    let mut totals = state::totals().load(call.storage)?;
    totals.withdrawn = totals.withdrawn.saturating_add(1);
    totals.places = totals.places.saturating_sub(1);
    state::totals().save(call.storage, &totals);
    remove(call, number, one);
    Ok(())
}

/// Until when the record of a deal that ends now is kept.
fn until(call: &Call<'_>) -> u64 {
    let period = call.period().saturating_add(KEPT_PERIODS);
    call.fixed.clock.period_start(period)
}

/// Whether a mailbox has a rating of it that its owner may still have to open:
/// without this record nobody knows its key, and the mailbox could never be
/// folded again.
fn needed(call: &Call<'_>, one: &Deal) -> Result<bool, ContractError> {
    for (dir, side) in [0u8, 1].into_iter().zip(&one.sides) {
        if let Rating::Given(period) = side.rating
            && mailbox::clean::keeps(call.storage, rate::rated(one, dir), period)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn remove(call: &mut Call<'_>, number: u64, one: &Deal) {
    for person in [one.a, one.b] {
        call.storage.remove(state::deal_of(person, number).bytes());
    }
    call.storage.remove(state::deal(number).bytes());
}

/// What is due of a deal.
///
/// # Errors
/// Only for unreadable state.
pub fn work(call: &mut Call<'_>, number: u64, left: u32) -> Result<Worked, ContractError> {
    if left < UNITS {
        return Ok(Worked::Needs(UNITS));
    }
    let done = |units, next| Ok(Worked::Done { units, next });
    let Some(mut one) = state::deal(number).may_load(call.storage)? else {
        return done(0, None);
    };
    let window = call.fixed.clock.times.open_window.into();
    if let Some(due) = course::next(&one, window).filter(|due| call.now < *due) {
        return done(0, Some(due));
    }
    match one.stage {
        Stage::Offered => {
            withdraw(call, number, &one)?;
            call.event("offer_lapsed", &[("deal", &number)]);
            done(UNITS, None)
        }
        Stage::Ended => {
            if needed(call, &one)? {
                one.until = until(call);
                state::deal(number).save(call.storage, &one);
                return done(UNITS, Some(one.until));
            }
            remove(call, number, &one);
            done(REMOVAL, None)
        }
        Stage::Running => {
            let absent = course::close(&mut one, window, call.now);
            if absent == 0 {
                return done(0, None);
            }
            let mut totals = state::totals().load(call.storage)?;
            totals.absent = totals.absent.saturating_add(absent);
            state::totals().save(call.storage, &totals);
            call.event("rating_absent", &[("deal", &number), ("count", &absent)]);
            settle(call, number, one)?;
            let next = state::deal(number).load(call.storage)?;
            done(UNITS, course::next(&next, window))
        }
    }
}
