//! Appeals against measures, and mediation.

use mycel_kit::ladder::Step;

use super::accusations::jury;
use super::ladder::{rung, settle, step_name, undo};
use super::state::{self, Measure, State, Why};
use super::{HEARD, OrderError, measure, task};
use crate::agenda::Worked;
use crate::call::Call;
use crate::cases::{self, Question, Verdict};
use crate::error::ContractError;

/// Who a measure is against appeals it, once, until its time. Enrolled or not:
/// who was excluded may appeal that.
///
/// # Errors
/// Another's measure, too late, appealed before, or sortition refuses the case.
pub fn appeal(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut taken = measure(call.storage, number)?;
    let person = call.standing(&call.sender)?.person.0;
    if person != taken.person {
        return Err(OrderError::NotYours {
            measure: number,
            person: taken.person,
        }
        .into());
    }
    // one that mediation lowered stays against the person
    if !matches!(taken.state, State::Taken | State::Lowered) {
        return Err(OrderError::Settled {
            measure: number,
            state: taken.state.name(),
        }
        .into());
    }
    if call.now >= taken.until {
        return Err(OrderError::TooLate {
            measure: number,
            until: taken.until,
            now: call.now,
        }
        .into());
    }
    let mut parties = vec![person];
    if let Why::Upheld { accusation } = taken.why {
        parties.extend(
            state::accusation(accusation)
                .may_load(call.storage)?
                .map(|one| one.accuser),
        );
    }
    let (size, threshold_bps) = jury(Step::Expelled);
    let case = cases::open(
        call,
        Question {
            kind: "appeal",
            size,
            threshold_bps,
            parties,
            then: task(HEARD, taken.commons, number),
            strict: true,
        },
    )?;
    taken.state = State::Appealed;
    taken.case = Some(case);
    state::measure(number).save(call.storage, &taken);
    let mut counts = state::counts().load(call.storage)?;
    counts.appealed = counts.appealed.saturating_add(1);
    state::counts().save(call.storage, &counts);
    call.event("appeal", &[("measure", &number), ("person", &person)]);
    Ok(())
}

/// What a jury said about an appeal, acted on once: upheld or lapsed, the
/// measure is lifted; else it is final.
///
/// # Errors
/// Sortition does not answer.
pub(super) fn heard(call: &mut Call<'_>, number: u64) -> Result<Worked, ContractError> {
    let mut taken = measure(call.storage, number)?;
    let (State::Appealed, Some(case)) = (taken.state, taken.case) else {
        return Ok(Worked::Done);
    };
    let lifted = match cases::verdict(call, case)? {
        Verdict::Pending(until) => return Ok(Worked::Again(until)),
        Verdict::Lapsed => true,
        Verdict::Said(outcome) => outcome == "uphold",
    };
    let mut counts = state::counts().load(call.storage)?;
    counts.appealed = counts.appealed.saturating_sub(1);
    if lifted {
        counts.lifted = counts.lifted.saturating_add(1);
    }
    state::counts().save(call.storage, &counts);
    if lifted {
        lift(call, number, &mut taken, State::Lifted)?;
    } else {
        settle(call, number, &mut taken)?;
    }
    Ok(Worked::Done)
}

fn lift(
    call: &mut Call<'_>,
    number: u64,
    taken: &mut Measure,
    as_what: State,
) -> Result<(), ContractError> {
    taken.state = as_what;
    state::measure(number).save(call.storage, taken);
    undo(call, number, taken)?;
    call.event(
        "measure_lifted",
        &[("measure", &number), ("state", &as_what.name())],
    );
    Ok(())
}

/// The members of a commons lower a measure by a step: mediation ended well.
///
/// # Errors
/// Another commons' measure, one before a jury or no more in force.
pub fn lower(call: &mut Call<'_>, commons: u64, number: u64) -> Result<(), ContractError> {
    let mut taken = measure(call.storage, number)?;
    if taken.commons != commons {
        return Err(OrderError::Elsewhere {
            measure: number,
            commons: taken.commons,
        }
        .into());
    }
    if !matches!(taken.state, State::Taken | State::Final) {
        return Err(OrderError::Settled {
            measure: number,
            state: taken.state.name(),
        }
        .into());
    }
    let current = rung(call.storage, commons, taken.person, call.now)?;
    if current.case != Some(number) || current.step != taken.step || current.step == Step::Expelled
    {
        return Err(OrderError::NotInForce {
            measure: number,
            step: step_name(current.step),
        }
        .into());
    }
    let terms = crate::registry::rules(call.storage, commons)?.order.terms();
    let key = state::standing(commons, taken.person);
    let mut standing = key.load(call.storage)?;
    standing.rung = current.lower(call.now, &terms);
    key.save(call.storage, &standing);
    taken.state = State::Lowered;
    state::measure(number).save(call.storage, &taken);
    let step = step_name(standing.rung.step);
    call.event("measure_lowered", &[("measure", &number), ("step", &step)]);
    Ok(())
}
