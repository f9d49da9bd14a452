//! Notice → reduced credit → suspension with mediation → expulsion.
//!
//! The rules of the steps are `mycel_kit::ladder`'s; here is who may bring them
//! about, and what they do. Flags alone reach notice ([`crate::flags`]). Every
//! further step is asked for by `accuse` and decided by a jury; a jury may give
//! a notice, too. A measure can be appealed once, before 23 jurors, whoever
//! asks for the next step meanwhile: that waits until the appeal is decided. An
//! appeal that is not decided in time ends the measure. Who has begun to leave
//! is not accused anew; what a jury judges already goes on. While suspended, the person and
//! the accuser may both declare the matter settled, which lowers it by a step.
//! While suspended or expelled, a person's shares in organisations do not count
//! ([`crate::orgs`]). Every step runs out by itself. An expelled person is frozen and out at once.
//! Once `appeal_seconds` have passed, or if the person asks, the account may be
//! closed; if it is still there when the expulsion runs out, the person is back.
//! Who has left keeps the step while it lasts ([`crate::returning`]).

use cosmwasm_std::Storage;
use mycel_kit::ladder::{Rung, Step};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;

use crate::agenda;
use crate::bounds;
use crate::call::Call;
use crate::cases;
use crate::error::ContractError;
use crate::orgs;
use crate::snapshot;
use crate::standing;
use crate::state::{self, ACCUSATION, APPEAL, Question, Sanction, Task};
use crate::tell;
use crate::vouch;

/// A person on the ladder.
///
/// # Errors
/// Only for unreadable state.
pub fn sanction(call: &Call<'_>, number: u64) -> Result<Sanction, ContractError> {
    Ok(state::sanction(number)
        .may_load(call.storage)?
        .unwrap_or_default())
}

/// Asks a jury for the next step.
///
/// # Errors
/// An accuser without standing or with an accusation before a jury, a person
/// about whom a jury sits already or who began to leave, a step that is not the
/// next.
pub fn accuse(
    call: &mut Call<'_>,
    number: u64,
    step: Step,
    reasons: &str,
) -> Result<(), ContractError> {
    let acting = call.member(state::VOTE)?;
    if acting.number == number {
        return Err(ContractError::Oneself { what: "accusation" });
    }
    let reasons = bounds::hex::<32>("reasons", reasons)?;
    let person = standing::person(call.storage, number)?;
    if person.kind != Kind::Person {
        return Err(ContractError::WrongKind { needs: "person" });
    }
    if person.status == Status::Left {
        return Err(crate::call::refused(number, &person));
    }
    if person.leaves {
        return Err(ContractError::LeavingBegun { person: number });
    }
    let next = person
        .step
        .up()
        .ok_or(mycel_kit::ladder::LadderError::Top)?;
    if step != next {
        return Err(ContractError::StepSkipped {
            asked: step.name(),
            next: next.name(),
        });
    }
    let mut usage = state::usage(acting.number)
        .may_load(call.storage)?
        .unwrap_or_default();
    if usage.penalised_until > call.now {
        return Err(ContractError::Penalised {
            until: usage.penalised_until,
        });
    }
    if usage.accusation.is_some() {
        return Err(ContractError::QuotaUsed {
            what: "accusations before a jury",
            used: 1,
            most: 1,
        });
    }
    none_open(call, number, ACCUSATION)?;
    none_open(call, number, APPEAL)?;
    let accuser = acting.number;
    let measure = cases::open(
        call,
        number,
        Question::Sanction { step, accuser },
        vec![number, accuser],
        reasons,
    )?;
    usage.accusation = Some(measure);
    state::usage(accuser).save(call.storage, &usage);
    state::pending(number, ACCUSATION).save(call.storage, &measure);
    call.event(
        "accused",
        &[
            ("person", &number),
            ("by", &accuser),
            ("step", &step.name()),
            ("measure", &measure),
        ],
    );
    Ok(())
}

/// Some measure about a person that a jury judges now, if any.
///
/// # Errors
/// Only for unreadable state.
pub fn open_measure(storage: &dyn Storage, number: u64) -> Result<Option<u64>, ContractError> {
    match open(storage, number, ACCUSATION)? {
        Some(measure) => Ok(Some(measure)),
        None => open(storage, number, APPEAL),
    }
}

/// The measure of a kind about a person that a jury judges now, if any.
///
/// # Errors
/// Only for unreadable state.
pub fn open(storage: &dyn Storage, number: u64, kind: u8) -> Result<Option<u64>, ContractError> {
    let Some(measure) = state::pending(number, kind).may_load(storage)? else {
        return Ok(None);
    };
    let open = state::measure(measure)
        .may_load(storage)?
        .is_some_and(|kept| {
            matches!(
                kept.progress,
                state::Progress::Asked | state::Progress::Open
            )
        });
    Ok(open.then_some(measure))
}

fn none_open(call: &Call<'_>, number: u64, kind: u8) -> Result<(), ContractError> {
    match open(call.storage, number, kind)? {
        Some(_) => Err(ContractError::Already {
            what: "a jury judges this person",
        }),
        None => Ok(()),
    }
}

/// The measure in force before 23 jurors, once.
///
/// # Errors
/// Nothing in force, or appealed before.
pub fn appeal(call: &mut Call<'_>, reasons: &str) -> Result<(), ContractError> {
    let acting = call.owner(state::VOTE | state::RECOVER)?;
    let reasons = bounds::hex::<32>("reasons", reasons)?;
    let mut kept = sanction(call, acting.number)?;
    if kept.rung.step == Step::None {
        return Err(ContractError::NotFound {
            what: "measure in force",
            id: acting.number.to_string(),
        });
    }
    if kept.appealed {
        return Err(ContractError::Already {
            what: "measure appealed",
        });
    }
    none_open(call, acting.number, APPEAL)?;
    kept.appealed = true;
    state::sanction(acting.number).save(call.storage, &kept);
    let mut parties = vec![acting.number];
    parties.extend(kept.basis.iter().copied().take(10));
    let serial = kept.serial;
    let measure = cases::open(
        call,
        acting.number,
        Question::Appeal { serial },
        parties,
        reasons,
    )?;
    state::pending(acting.number, APPEAL).save(call.storage, &measure);
    call.event(
        "appealed",
        &[("person", &acting.number), ("measure", &measure)],
    );
    Ok(())
}

/// Flags brought a notice.
///
/// # Errors
/// A step is in force.
pub fn notice(call: &mut Call<'_>, number: u64, flaggers: Vec<u64>) -> Result<(), ContractError> {
    let mut kept = sanction(call, number)?;
    let rung = kept.rung.notice(call.now, &call.parameters.terms())?;
    begin(&mut kept, flaggers);
    set(call, number, kept, rung, "flags")
}

/// A jury upheld a step.
///
/// # Errors
/// The case has counted.
pub fn escalate(
    call: &mut Call<'_>,
    number: u64,
    judged: Step,
    case: u64,
    accuser: u64,
) -> Result<(), ContractError> {
    let mut kept = sanction(call, number)?;
    let next = kept.rung.step.up();
    // The jury judged this step: where the person has come to stand there by
    // another way, it has had its will, and nobody goes higher by it. Leaving
    // meanwhile changes nothing: the step is there when the person comes back.
    if next.is_none_or(|next| next > judged) {
        call.event("moot", &[("person", &number)]);
        return Ok(());
    }
    let rung = kept
        .rung
        .escalate(call.now, case, &call.parameters.terms())?;
    begin(
        &mut kept,
        (accuser != 0).then_some(accuser).into_iter().collect(),
    );
    set(call, number, kept, rung, "case")
}

fn begin(kept: &mut Sanction, basis: Vec<u64>) {
    kept.serial = kept.serial.saturating_add(1);
    kept.basis = basis;
    kept.appealed = false;
    kept.settled = (false, false);
}

/// An appeal succeeded: the measure ends.
///
/// # Errors
/// Only for unreadable state.
pub fn lift(call: &mut Call<'_>, number: u64, serial: u32) -> Result<(), ContractError> {
    let kept = sanction(call, number)?;
    if kept.serial != serial || kept.rung.step == Step::None {
        return Ok(());
    }
    let rung = kept.rung.lift(call.now, &call.parameters.terms());
    set(call, number, kept, rung, "appeal")
}

/// No jury decided an appeal. What a jury said stands, as only a verdict
/// changes a verdict; what flags alone brought about ends, as no jury said it.
///
/// # Errors
/// Only for unreadable state.
pub fn unheard(call: &mut Call<'_>, number: u64, serial: u32) -> Result<(), ContractError> {
    // flaggers are several; who accused before a jury is one
    if basis(call, number, serial)?.len() > 1 {
        return lift(call, number, serial);
    }
    Ok(())
}

/// Who brought a measure about.
///
/// # Errors
/// Only for unreadable state.
pub fn basis(call: &Call<'_>, number: u64, serial: u32) -> Result<Vec<u64>, ContractError> {
    let kept = sanction(call, number)?;
    Ok(if kept.serial == serial {
        kept.basis
    } else {
        vec![]
    })
}

/// A step ran out.
///
/// # Errors
/// Only for unreadable state.
pub fn step_ends(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let kept = sanction(call, number)?;
    let rung = kept.rung.at(call.now, &call.parameters.terms());
    if rung == kept.rung {
        return Ok(());
    }
    set(call, number, kept, rung, "time")
}

/// Mediation ended well: the person and the accuser both say so.
///
/// # Errors
/// Not suspended, or the sender has no part in it.
pub fn settle(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let acting = call.acting(state::VOTE)?;
    let mut kept = sanction(call, number)?;
    if kept.rung.step != Step::Suspended {
        return Err(ContractError::NotFound {
            what: "suspension",
            id: number.to_string(),
        });
    }
    if acting.number == number {
        kept.settled.0 = true;
    } else if kept.basis.contains(&acting.number) {
        kept.settled.1 = true;
    } else {
        return Err(mycel_kit::roles::Unauthorized::new(&call.sender, "a party").into());
    }
    call.event("settled", &[("person", &number), ("by", &acting.number)]);
    if kept.settled == (true, true) {
        kept.settled = (false, false);
        let rung = kept.rung.lower(call.now, &call.parameters.terms());
        return set(call, number, kept, rung, "mediation");
    }
    state::sanction(number).save(call.storage, &kept);
    Ok(())
}

/// Writes a rung and does what it does.
fn set(
    call: &mut Call<'_>,
    number: u64,
    mut kept: Sanction,
    rung: Rung,
    by: &str,
) -> Result<(), ContractError> {
    let mut person = standing::person(call.storage, number)?;
    let (before, after) = (person.step, rung.step);
    let had_say = standing::has_say(&person);
    kept.rung = rung;
    state::sanction(number).save(call.storage, &kept);
    person.step = after;
    if after == Step::Expelled && person.status == Status::Active {
        person.status = Status::Expelled;
        call.totals.active = call.totals.active.saturating_sub(1);
        call.totals.expelled = call.totals.expelled.saturating_add(1);
        vouch::end_given(call, number)?;
    } else if person.status == Status::Expelled && after != Step::Expelled {
        person.status = if person.leaves {
            call.totals.leaving = call.totals.leaving.saturating_add(1);
            Status::Leaving
        } else {
            call.totals.active = call.totals.active.saturating_add(1);
            Status::Active
        };
        call.totals.expelled = call.totals.expelled.saturating_sub(1);
    }
    state::person(number).save(call.storage, &person);
    snapshot::keep_say(call, number, had_say, &person);
    snapshot::keep_barred(call, number, &person);
    if after != Step::None {
        agenda::at(call, rung.until, Task::Step(number));
    }
    if person.status != Status::Left {
        let terms = call.parameters.terms();
        if terms.scale_bps(before) != terms.scale_bps(after)
            || before.is_frozen() != after.is_frozen()
        {
            tell::standing(call, &person, after);
        }
        if had_say != standing::has_say(&person) {
            tell::leaf(call, number, &person);
        }
    }
    call.event(
        "step",
        &[
            ("person", &number),
            ("from", &before.name()),
            ("to", &after.name()),
            ("until", &rung.until),
            ("by", &by),
        ],
    );
    if before.is_frozen() != after.is_frozen() {
        orgs::controller_changed(call, number)?;
    }
    Ok(())
}

/// A jury called flags or an accusation malicious: who brought them invites,
/// flags and accuses nobody for a while, and goes to notice if there is no step.
///
/// # Errors
/// Only for unreadable state.
pub fn penalise(call: &mut Call<'_>, persons: &[u64], case: u64) -> Result<(), ContractError> {
    let until = call
        .now
        .saturating_add(call.parameters.numbers.penalty_seconds.into());
    for number in persons {
        let mut usage = state::usage(*number)
            .may_load(call.storage)?
            .unwrap_or_default();
        usage.penalised_until = usage.penalised_until.max(until);
        state::usage(*number).save(call.storage, &usage);
        call.event("penalised", &[("person", &number), ("until", &until)]);
        if sanction(call, *number)?.rung.step == Step::None {
            escalate(call, *number, Step::Notice, case, 0)?;
        }
    }
    Ok(())
}
