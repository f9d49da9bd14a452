//! Climbing, and what each step means. The kit's ladder counts steps and their
//! ends; here each climb is a measure with a number, so that it can be appealed.

use cosmwasm_std::Storage;
use mycel_kit::ladder::{Rung, Step};

use super::state::{self, Measure, State, Why};
use super::{OVER, OrderError, Rules, measure, task};
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry::{self, RegistryError};
use crate::rights;

/// The name of a step on the wire; here the last one is exclusion from one commons.
#[must_use]
pub const fn step_name(step: Step) -> &'static str {
    match step {
        Step::Expelled => "excluded",
        _ => step.name(),
    }
}

fn rules(storage: &dyn Storage, commons: u64) -> Result<Rules, ContractError> {
    Ok(registry::rules(storage, commons)?.order)
}

/// Where someone is on a commons' ladder now.
///
/// # Errors
/// No such commons.
pub fn rung(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    now: u64,
) -> Result<Rung, ContractError> {
    match state::standing(commons, person).may_load(storage)? {
        None => Ok(Rung::default()),
        Some(standing) => Ok(standing.rung.at(now, &rules(storage, commons)?.terms())),
    }
}

/// The step in force; [`Step::Expelled`] is exclusion from this commons.
///
/// # Errors
/// No such commons.
pub fn step(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    now: u64,
) -> Result<Step, ContractError> {
    Ok(rung(storage, commons, person, now)?.step)
}

/// What is left of the next entitlements, in 1/10,000; 10,000 in good standing.
///
/// # Errors
/// No such commons.
pub fn scale_bps(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    now: u64,
) -> Result<u16, ContractError> {
    match step(storage, commons, person, now)? {
        Step::None | Step::Notice => Ok(10_000),
        step => Ok(rules(storage, commons)?.terms().scale_bps(step)),
    }
}

/// Whether someone may harvest, order and transfer.
///
/// # Errors
/// [`RegistryError::Suspended`].
pub fn may_deal(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    now: u64,
) -> Result<(), ContractError> {
    let rung = rung(storage, commons, person, now)?;
    if !rung.step.is_frozen() {
        return Ok(());
    }
    Err(RegistryError::Suspended {
        commons,
        person,
        step: step_name(rung.step),
        until: rung.until,
    }
    .into())
}

/// Whether someone may be enrolled: not while it is excluded.
///
/// # Errors
/// [`OrderError::Excluded`].
pub fn may_return(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    now: u64,
) -> Result<(), ContractError> {
    let rung = rung(storage, commons, person, now)?;
    if rung.step != Step::Expelled {
        return Ok(());
    }
    Err(OrderError::Excluded {
        commons,
        person,
        until: rung.until,
    }
    .into())
}

/// More was harvested in an epoch than the entitlement: beyond tolerance one
/// step, once an epoch, however often it is told. Gives the measure, if one was taken.
///
/// # Errors
/// Only for unreadable state.
pub fn overused(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    epoch: u64,
    over: Quantity,
    entitlement: Quantity,
) -> Result<Option<u64>, ContractError> {
    let rules = rules(call.storage, commons)?;
    if over <= entitlement.part(rules.tolerance_bps.into(), 10_000) {
        return Ok(None);
    }
    let key = state::standing(commons, person);
    let mut standing = key.may_load(call.storage)?.unwrap_or_default();
    if standing.overused >= epoch {
        return Ok(None);
    }
    standing.overused = epoch;
    key.save(call.storage, &standing);
    let why = Why::Overuse {
        epoch,
        over,
        entitlement,
    };
    climb(call, commons, person, why, 1, Step::Expelled)
}

/// A jury found a challenge of a reading malicious: who made it climbs one
/// step, never above suspension, for the jury of a reading is no larger.
///
/// # Errors
/// Only for unreadable state.
pub fn malicious(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    climb(call, commons, person, Why::Challenge, 1, Step::Suspended)?;
    Ok(())
}

/// So many steps up, never above `most`. Gives the measure; `None` where the
/// step in force is `most` or higher already.
///
/// # Errors
/// Only for unreadable state.
pub fn climb(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    why: Why,
    steps: u8,
    most: Step,
) -> Result<Option<u64>, ContractError> {
    let rules = rules(call.storage, commons)?;
    let terms = rules.terms();
    // what the open epoch yields was the person's before; the next ones' is less
    rights::touch(call, commons, person)?;
    let key = state::standing(commons, person);
    let mut standing = key.may_load(call.storage)?.unwrap_or_default();
    let before = standing.rung.at(call.now, &terms);
    let mut counts = state::counts().may_load(call.storage)?.unwrap_or_default();
    let number = counts.measures.saturating_add(1);
    let mut rung = before;
    for _ in 0..steps {
        if rung.step >= most {
            break;
        }
        // within one measure the second step counts as the first one's case
        rung.case = None;
        let Ok(next) = rung.escalate(call.now, number, &terms) else {
            break;
        };
        rung = next;
    }
    if rung.step == before.step {
        call.event(
            "no_further_step",
            &[
                ("commons", &commons),
                ("person", &person),
                ("step", &step_name(before.step)),
            ],
        );
        return Ok(None);
    }
    counts.measures = number;
    state::counts().save(call.storage, &counts);
    standing.rung = rung;
    key.save(call.storage, &standing);
    let until = call.now.saturating_add(rules.appeal_seconds.into());
    let taken = Measure {
        commons,
        person,
        step: rung.step,
        before,
        why,
        at: call.now,
        until,
        state: State::Taken,
        case: None,
    };
    state::measure(number).save(call.storage, &taken);
    state::measure_of(commons, person, number).save(call.storage, &1);
    registry::involve(call.storage, commons, person);
    agenda::at(call, until, task(OVER, commons, number));
    call.event(
        "measure",
        &[
            ("measure", &number),
            ("commons", &commons),
            ("person", &person),
            ("step", &step_name(rung.step)),
            ("until", &until),
        ],
    );
    if rung.step == Step::Expelled && registry::is_enrolled(call.storage, commons, person)? {
        registry::exclude(call, commons, person)?;
    }
    Ok(Some(number))
}

/// The time to appeal a measure is over: it is final, and shares of who was
/// excluded are sold for it.
///
/// # Errors
/// No such measure.
pub(super) fn over(call: &mut Call<'_>, number: u64) -> Result<Worked, ContractError> {
    let mut taken = measure(call.storage, number)?;
    if taken.state != State::Taken {
        return Ok(Worked::Done);
    }
    if call.now < taken.until {
        return Ok(Worked::Again(taken.until));
    }
    settle(call, number, &mut taken)?;
    Ok(Worked::Done)
}

/// Nobody can appeal it any more.
pub(super) fn settle(
    call: &mut Call<'_>,
    number: u64,
    taken: &mut Measure,
) -> Result<(), ContractError> {
    taken.state = State::Final;
    state::measure(number).save(call.storage, taken);
    call.event("measure_final", &[("measure", &number)]);
    let gone = !registry::is_enrolled(call.storage, taken.commons, taken.person)?;
    if taken.step == Step::Expelled && gone {
        rights::sell_all(call, taken.commons, taken.person)?;
    }
    Ok(())
}

/// A measure is undone: back to where the person was before it. Where another
/// one has climbed from it since, that one stays and is a step lower; one that
/// climbed after it was over stays as it is.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn undo(call: &mut Call<'_>, number: u64, taken: &Measure) -> Result<(), ContractError> {
    let terms = rules(call.storage, taken.commons)?.terms();
    let key = state::standing(taken.commons, taken.person);
    let mut standing = key.may_load(call.storage)?.unwrap_or_default();
    let current = standing.rung.at(call.now, &terms);
    standing.rung = if current.case == Some(number) {
        let back = taken.before.at(call.now, &terms);
        // never higher than what it has expired to meanwhile
        if back.step <= current.step {
            back
        } else {
            current
        }
    } else if !climbed_from(call.storage, current.case, number)? {
        current
    } else if current.step == Step::Expelled {
        // a step below exclusion, not a clean slate
        Rung {
            step: Step::Suspended,
            since: call.now,
            until: call.now.saturating_add(terms.suspended),
            case: current.case,
        }
    } else {
        current.lower(call.now, &terms)
    };
    key.save(call.storage, &standing);
    let excluded = taken.step == Step::Expelled || current.step == Step::Expelled;
    if excluded && standing.rung.step != Step::Expelled {
        registry::reinstate(call, taken.commons, taken.person)?;
    }
    // by the opening no milder than either was then
    let (before, after) = (taken.before, standing.rung);
    let scale = |opens| {
        let bps = |rung: Rung| terms.scale_bps(rung.at(opens, &terms).step);
        bps(before).min(bps(after))
    };
    rights::restore(call, taken.commons, taken.person, taken.at, scale)
}

/// Whether the measure of a rung climbed from another one's.
fn climbed_from(
    storage: &dyn Storage,
    of: Option<u64>,
    number: u64,
) -> Result<bool, ContractError> {
    let mut of = of;
    // each stands on one of a lower step
    for _ in 0..4 {
        let Some(one) = of.filter(|one| *one > number) else {
            break;
        };
        let before = measure(storage, one)?.before;
        if before.step == Step::None {
            break;
        }
        if before.case == Some(number) {
            return Ok(true);
        }
        of = before.case;
    }
    Ok(false)
}

/// Whether somebody excluded may still be reinstated: the measure can be
/// appealed, or is before a jury.
///
/// # Errors
/// Only for unreadable state.
pub fn may_be_reinstated(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<bool, ContractError> {
    let standing = state::standing(commons, person).may_load(storage)?;
    let Some(number) = standing.and_then(|standing| standing.rung.case) else {
        return Ok(false);
    };
    let last = measure(storage, number)?;
    let open = matches!(last.state, State::Taken | State::Appealed);
    Ok(open && last.step == Step::Expelled)
}
