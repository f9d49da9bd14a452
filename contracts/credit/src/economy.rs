//! The economy's work and answers: what advances by itself, what anyone may
//! claim for a member, and who answers for a loss.

use cosmwasm_std::{DepsMut, Response, Storage, Uint128};
use mycel_kit::{Amount, Key, Seconds};

use crate::accounts::number;
use crate::assessment::assessment;
use crate::census::{self, Census};
use crate::controller::{Controller, ONE, Signal};
use crate::error::ContractError;
use crate::fold::{Batch, Entry, terms_at};
use crate::invariants;
use crate::ledger;
use crate::msg::{
    AssessmentView, CapacityResponse, ControllerResponse, EconomyChanges, MAX_ADVANCE,
    MAX_PARTNERS, StarterResponse,
};
use crate::policies::{LimitPolicy, Policies};
use crate::rules;
use crate::sponsor::{ancestors, meet};
use crate::starter;
use crate::state::{self, Kind, Parameters};
use crate::volume::{PARTNER, count_aside, earned_from, halved};

/// The controller's memory.
#[must_use]
pub fn controller_key() -> Key<Controller> {
    Key::new(b'r', &[])
}

/// The contract begins: so does the controller's first day.
pub fn begin(storage: &mut dyn Storage, now: u64, rate: u32) {
    controller_key().save(storage, &Controller::begin(now, rate));
    census::census().save(storage, &Census::begin(now));
}

/// The authority changed the rate: the controller goes on from it.
///
/// # Errors
/// Only for unreadable state.
pub fn rate_was_set(storage: &mut dyn Storage, rate: u32) -> Result<(), ContractError> {
    let mut controller = controller_key().load(storage)?;
    controller.rebase(rate);
    controller_key().save(storage, &controller);
    Ok(())
}

/// The authority changes the economy's parameters. Another exempt floor holds
/// from now on, as another rate does.
///
/// # Errors
/// A number out of its bounds, or more floors than are kept apart; nothing is
/// written then.
pub fn change(
    storage: &mut dyn Storage,
    now: u64,
    parameters: &Parameters,
    changes: &EconomyChanges,
) -> Result<(), ContractError> {
    let rules = rules::changed(rules::load(storage)?, changes, parameters)?;
    let mut terms = state::terms().load(storage)?;
    if terms.exempt != rules.exempt {
        let lambda = terms.clock.at(now)?;
        let rounds = state::rounds().may_load(storage)?.unwrap_or_default();
        terms.change_floor(now, lambda, rules.exempt, rounds.settled)?;
        state::terms().save(storage, &terms);
    }
    rules::key().save(storage, &rules);
    Ok(())
}

/// Units of the census that the end of a block does.
pub const END_OF_BLOCK: u32 = 500;

/// `advance {limit}` by anyone.
///
/// # Errors
/// More than [`MAX_ADVANCE`] units.
pub fn advance_by_anyone<P: Policies>(
    deps: DepsMut,
    now: u64,
    limit: u32,
) -> Result<Response, ContractError> {
    if limit > MAX_ADVANCE {
        return Err(ContractError::TooMany {
            what: "units of work",
            count: limit as usize,
            most: MAX_ADVANCE as usize,
        });
    }
    let done = advance::<P>(deps.storage, now, limit)?;
    Ok(Response::new()
        .add_attribute("action", "advance")
        .add_attribute("done", done.to_string()))
}

/// The controller's tick, if a day has passed, and at most about `limit` units
/// of the census. Answers how much was done.
///
/// # Errors
/// Only for unreadable state.
pub fn advance<P: Policies>(
    storage: &mut dyn Storage,
    now: u64,
    limit: u32,
) -> Result<u32, ContractError> {
    let rules = rules::load(storage)?;
    let ticked = tick(storage, now)?;
    let key = census::census();
    let mut census = key.load(storage)?;
    let before = census.clone();
    let done = census.advance::<P>(storage, now, &rules, limit)?;
    if census != before {
        key.save(storage, &census);
    }
    Ok(done + u32::from(ticked))
}

/// One tick of the controller, if a day has passed and trade was ever counted.
#[inline(never)] // engines bound the locals of one function
fn tick(storage: &mut dyn Storage, now: u64) -> Result<bool, ContractError> {
    let mut controller = controller_key().load(storage)?;
    if !controller.due(now) {
        return Ok(false);
    }
    let signal = signal(storage)?;
    if signal.need == 0 {
        return Ok(false);
    }
    let mut parameters = state::parameters().load(storage)?;
    let rules = rules::load(storage)?;
    let rate = controller.tick(now, parameters.rate_ppb_per_day, &rules.tuning, signal);
    controller_key().save(storage, &controller);
    if rate != parameters.rate_ppb_per_day {
        let mut terms = terms_at(storage, now)?;
        terms.clock = terms.clock.change_rate(now, rate)?;
        state::terms().save(storage, &terms);
        parameters.rate_ppb_per_day = rate;
        state::parameters().save(storage, &parameters);
    }
    Ok(true)
}

/// M and need as they are; need is 0 before trade was ever counted.
fn signal(storage: &dyn Storage) -> Result<Signal, ContractError> {
    let totals = invariants::read(storage)?.totals;
    let measure = census::census().load(storage)?.result;
    let tuning = rules::load(storage)?.tuning;
    let money = totals.positive + totals.held - totals.reserved;
    Ok(Signal {
        money: money.max(0).unsigned_abs(),
        need: tuning.need(measure.volume, measure.persons),
    })
}

/// `release_starter` by anyone for a member: what is due by what the partners
/// named have paid.
///
/// # Errors
/// No promise, nothing due, too many partners, or an unknown account.
pub fn release_starter<P: Policies>(
    deps: DepsMut,
    now: u64,
    member: &str,
    partners: &[String],
) -> Result<Response, ContractError> {
    let storage = deps.storage;
    if partners.len() > MAX_PARTNERS {
        return Err(ContractError::TooMany {
            what: "partners",
            count: partners.len(),
            most: MAX_PARTNERS,
        });
    }
    let own = number(storage, member)?;
    let nothing_due = ContractError::NothingDue { what: "starter" };
    let key = starter::promise(own);
    let mut promise = key.may_load(storage)?.ok_or(nothing_due.clone())?;
    let mut numbers = Vec::with_capacity(partners.len());
    for partner in partners {
        numbers.push(number(storage, partner)?);
    }
    numbers.sort_unstable();
    numbers.dedup();

    // what waits in the records must be counted first
    let mut batch = Batch::open(storage, now)?;
    let last = batch.terms.period.saturating_sub(1);
    for each in numbers.iter().chain([&own]) {
        batch.account::<P>(storage, *each)?;
        count_aside(storage, *each, last)?;
    }
    batch.close(storage)?;

    let rules = rules::load(storage)?;
    let (earned, count) = earned_outside(storage, own, &numbers, rules.sponsorship.generations)?;
    let due = promise.due(earned, count, &rules.release, now);
    if due.is_zero() {
        return Err(nothing_due);
    }
    promise.released = promise.released.checked_add(due).unwrap_or(promise.grant);
    if promise.released < promise.grant {
        key.save(storage, &promise);
    } else {
        storage.remove(key.bytes());
    }
    let mut batch = Batch::open(storage, now)?;
    batch.account::<P>(storage, own)?;
    batch.shift(own, due.signed(), Entry::Move)?;
    batch.close(storage)?;
    let genesis = state::genesis().load(storage)?;
    state::genesis().save(storage, &(genesis - due.signed()));
    Ok(Response::new()
        .add_attribute("action", "release_starter")
        .add_attribute("owner", member)
        .add_attribute("released", due.to_string()))
}

/// What counts of what partners outside the member's sponsor tree, persons,
/// have paid it, and how many of them there are among those named. The largest
/// counts for at most half; naming fewer never counts for more.
fn earned_outside(
    storage: &dyn Storage,
    member: u32,
    partners: &[u32],
    generations: u8,
) -> Result<(u128, usize), ContractError> {
    let own = ancestors(storage, member, generations)?;
    let (mut sum, mut largest, mut count) = (0u128, 0u128, 0);
    for &partner in partners {
        let net = earned_from(storage, member, partner)?;
        let person = state::account(partner).load(storage)?.kind == Kind::Person;
        if net >= PARTNER && person && !meet(&own, &ancestors(storage, partner, generations)?) {
            sum += u128::from(net);
            largest = largest.max(u128::from(net));
            count += 1;
        }
    }
    Ok((halved(sum, largest), count))
}

/// Answer to `controller`.
///
/// # Errors
/// Only for unreadable state.
pub fn show_controller(
    storage: &dyn Storage,
    now: u64,
) -> Result<ControllerResponse, ContractError> {
    let controller = controller_key().load(storage)?;
    let census = census::census().load(storage)?;
    let signal = signal(storage)?;
    let tuning = rules::load(storage)?.tuning;
    let measure = census.result;
    let ppm = controller.smoothed * 1_000_000 / ONE;
    Ok(ControllerResponse {
        rate_ppb_per_day: state::parameters().load(storage)?.rate_ppb_per_day,
        base_ppb_per_day: u32::try_from(controller.base >> 64).unwrap_or(u32::MAX),
        signal_ppm: u32::try_from(ppm).unwrap_or(u32::MAX),
        day: controller.day,
        starts: controller
            .born
            .saturating_add(u32::from(tuning.starts_after_days)),
        money: Uint128::new(signal.money),
        need: Uint128::new(signal.need),
        period: measure.window,
        volume: Uint128::new(measure.volume),
        median: Amount::new(measure.median).unwrap_or(Amount::MAX),
        payers: measure.payers,
        persons: measure.persons,
        counted: measure.window + 1 >= crate::fold::period_of(now),
    })
}

/// Answer to `capacity`.
///
/// # Errors
/// An unknown account.
pub fn show_capacity<P: Policies>(
    storage: &dyn Storage,
    member: &str,
    now: u64,
) -> Result<CapacityResponse, ContractError> {
    let own = number(storage, member)?;
    let account = state::account(own).load(storage)?;
    let terms = state::terms().load(storage)?;
    let mut entry = ledger::load(storage, own, &account)?;
    entry.age(now);
    let rules = rules::load(storage)?;
    let open = assessment(own).may_load(storage)?;
    Ok(CapacityResponse {
        limit: P::Limit::limit(&account, &terms, now),
        granted: entry.granted,
        fixed: entry.fixed,
        capacity: entry.capacity::<P>(),
        factors: entry.factors.parts().to_vec(),
        eco_ppm: u32::try_from((u128::from(entry.eco) * 1_000_000) >> 32).unwrap_or(u32::MAX),
        assessed_until: (entry.assessed_until != 0).then_some(Seconds(entry.assessed_until)),
        invitees: u32::try_from(entry.invitees(&rules, now)).unwrap_or(u32::MAX),
        assessors: entry.assessors,
        average: entry.average,
        assessment: open.map(|open| AssessmentView {
            r#ref: open.draw(),
            expires: Seconds(open.expires),
            given: u32::try_from(open.given.len()).unwrap_or(u32::MAX),
            assessors: open.assessors,
        }),
    })
}

/// Answer to `starter`.
///
/// # Errors
/// An unknown account.
pub fn show_starter(storage: &dyn Storage, member: &str) -> Result<StarterResponse, ContractError> {
    let promise = starter::promise(number(storage, member)?).may_load(storage)?;
    Ok(match promise {
        Some(promise) => StarterResponse {
            grant: promise.grant,
            released: promise.released,
            until: Some(Seconds(promise.until)),
        },
        None => StarterResponse {
            grant: Amount::ZERO,
            released: Amount::ZERO,
            until: None,
        },
    })
}
