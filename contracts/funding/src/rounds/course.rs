//! A round's way through its stages, a piece at a time. Each piece reads what
//! is stored, does at most the units of work it is given, and says where the
//! next one goes on; a unit is about 15,000 gas.

use super::open::cancel;
use super::record::{Course, Part, Stage};
use super::{control, course_of, pay, project, projects, round, state, weigh};
use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// Units of looking at a project whose payee is an organisation: members is
/// asked twice. Where control passed, each new controller counts one more.
const CHECK_ORG: u32 = 3;
/// Units of looking at any other.
const CHECK: u32 = 1;
/// Units of a round's beginning, beside one for each hold of its pool.
const BEGIN: u32 = 2;

/// A piece of a round.
///
/// # Errors
/// A peer that does not answer; unreadable state.
pub fn work(call: &mut Call<'_>, number: u64, units: u32) -> Result<Worked, ContractError> {
    let found = round(call.storage, number)?;
    let course = course_of(call.storage, number)?;
    let done = |units| Worked::Done { units, next: None };
    if !divided(course.stage) && late(call, &course) {
        return expired(call, number, course, units);
    }
    match course.stage {
        Stage::Open if call.now < found.begins => Ok(Worked::Done {
            units: 0,
            next: Some(found.begins),
        }),
        Stage::Open => {
            let asked = match found.min_pool {
                0 => 0,
                _ => state::sponsors(number)
                    .may_load(call.storage)?
                    .map_or(0, |all| all.len()),
            };
            let used = BEGIN + asked as u32; // at most 20
            if units < used {
                return Ok(Worked::Needs(used));
            }
            let course = begin(call, number, course)?;
            let next = match course.stage {
                Stage::Giving => found.ends,
                _ => call.now,
            };
            Ok(Worked::Done {
                units: used,
                next: Some(next),
            })
        }
        Stage::Giving if call.now < found.ends => Ok(Worked::Done {
            units: 0,
            next: Some(found.ends),
        }),
        Stage::Giving => end(call, number, course, units),
        Stage::Checking(from) => check(call, number, course, from, units),
        Stage::Gathering => weigh::gather(call, number, &found, course, units),
        Stage::Packing(after) => weigh::pack(call, number, course, after, units),
        Stage::Weighing => weigh::weigh(call, number, &found, course, units),
        Stage::Dividing => weigh::divide(call, number, &found, course, units),
        Stage::Matching(from) => pay::matching(call, number, course, from, units),
        Stage::Returning(from) | Stage::Releasing(from) => {
            pay::sponsors_back(call, number, course, from, units)
        }
        Stage::Settling(from) | Stage::Refunding(from) => {
            pay::settle(call, number, course, from, units)
        }
        Stage::Closing { project, cancelled } => {
            pay::close(call, number, &found, course, project, cancelled, units)
        }
        Stage::Done | Stage::Cancelled => Ok(done(0)),
    }
}

/// Writes where a round stands and goes on at once.
pub(super) fn go_on(call: &mut Call<'_>, number: u64, course: &Course, units: u32) -> Worked {
    state::course(number).save(call.storage, course);
    Worked::Done {
        units,
        next: Some(call.now),
    }
}

/// Contributions begin, or the round dies of too small a pool: what its holds
/// have left now counts.
///
/// # Errors
/// No credit.
pub fn begin(
    call: &mut Call<'_>,
    number: u64,
    mut course: Course,
) -> Result<Course, ContractError> {
    let found = round(call.storage, number)?;
    if found.min_pool > 0 {
        let mut pool: u128 = 0;
        let sponsors = state::sponsors(number).may_load(call.storage)?;
        for sponsor in sponsors.unwrap_or_default() {
            let left = call.hold(sponsor.hold)?;
            pool += left.map_or(0, |hold| u128::from(hold.amount.pico()));
        }
        if pool < u128::from(found.min_pool) {
            cancel(call, number, course, "its pool is below its minimum")?;
            return course_of(call.storage, number);
        }
    }
    course.stage = Stage::Giving;
    state::course(number).save(call.storage, &course);
    crate::agenda::set(call, crate::state::Task::Round(number), Some(found.ends))?;
    call.event("begin_round", &[("round", &number)]);
    Ok(course)
}

/// Whether the pool is divided, or contributions still come.
const fn divided(stage: Stage) -> bool {
    !matches!(
        stage,
        Stage::Checking(_)
            | Stage::Gathering
            | Stage::Packing(_)
            | Stage::Weighing
            | Stage::Dividing
    )
}

/// Whether a contribution may have expired.
fn late(call: &Call<'_>, course: &Course) -> bool {
    course.open_holds > 0 && call.now >= course.first_expiry
}

/// Nothing can be settled that may have expired, else who takes a contribution
/// back leaves its match behind: a round that nobody advanced in time, at its
/// end or until its pool is divided, gives everything back.
fn expired(
    call: &mut Call<'_>,
    number: u64,
    course: Course,
    units: u32,
) -> Result<Worked, ContractError> {
    if units == 0 {
        return Ok(Worked::Needs(1));
    }
    cancel(call, number, course, "its contributions may have expired")?;
    Ok(Worked::Done {
        units: 1,
        next: Some(call.now),
    })
}

/// Contributions have ended.
fn end(
    call: &mut Call<'_>,
    number: u64,
    mut course: Course,
    units: u32,
) -> Result<Worked, ContractError> {
    let used = 1 + u32::from(course.admitted) / 16;
    if units < used {
        return Ok(Worked::Needs(used));
    }
    if late(call, &course) {
        return expired(call, number, course, units);
    }
    course.stage = Stage::Checking(0);
    let admitted = projects::admitted(call.storage, number)?.into_iter();
    let part = |project| Part {
        project,
        matching: 0,
    };
    state::parts(number).save(call.storage, &admitted.map(part).collect());
    call.event("end_round", &[("round", &number)]);
    Ok(go_on(call, number, &course, used))
}

fn check(
    call: &mut Call<'_>,
    number: u64,
    mut course: Course,
    from: u16,
    units: u32,
) -> Result<Worked, ContractError> {
    let parts = state::parts(number).load(call.storage)?;
    let mut at = from;
    let mut used = 1;
    while let Some(part) = parts.get(usize::from(at)) {
        let place = part.project;
        let mut one = project(call.storage, number, place.into())?;
        let mut cost = if one.org { CHECK_ORG } else { CHECK };
        let mut passed = None;
        if used + cost <= units {
            passed = control::passed(call, &one)?;
            cost += passed.as_ref().map_or(0, |now| now.len() as u32); // at most 20
        }
        if used + cost > units {
            if at == from {
                return Ok(Worked::Needs(used + cost));
            }
            used += CHECK_ORG.min(cost); // to look costs work
            break;
        }
        used += cost;
        if let Some(now) = passed {
            let tallied = state::tally(number, place);
            let mut tally = tallied.may_load(call.storage)?.unwrap_or_default();
            control::pass(call, number, place, &mut one, &mut tally, now)?;
            state::project(number, place).save(call.storage, &one);
            tallied.save(call.storage, &tally);
        }
        at += 1;
    }
    course.stage = match usize::from(at) < parts.len() {
        true => Stage::Checking(at),
        false => Stage::Gathering,
    };
    Ok(go_on(call, number, &course, used.min(units)))
}
