//! One enrolled member accuses another before a jury.

use cosmwasm_std::{Order, Storage};
use mycel_kit::Id;
use mycel_kit::ladder::Step;

use super::ladder::{climb, rung};
use super::msg::{Accuse, Accused, Opened};
use super::state::{self, Accusation, Charge, Judged, Why};
use super::{FOUND, JUDGED, OrderError, task};
use crate::agenda::{self, Worked};
use crate::bounds;
use crate::call::Call;
use crate::cases::{self, Question, Verdict};
use crate::error::ContractError;
use crate::registry::{self, RegistryError};
use crate::rights;
use crate::state::last_number;

/// Most bytes of an accusation in words.
pub const MAX_TEXT: usize = 512;

/// The jury for a step: (jurors, votes needed in 1/10,000). More is at stake,
/// more judge.
#[must_use]
pub const fn jury(most: Step) -> (u16, u16) {
    match most {
        Step::None | Step::Notice => (5, 5_001),
        Step::Reduced | Step::Suspended => (11, 6_667),
        Step::Expelled => (23, 6_667),
    }
}

/// An enrolled member accuses another; one accusation at a time.
///
/// # Errors
/// Not enrolled, itself, another one open, or sortition refuses the case.
pub fn accuse(call: &mut Call<'_>, asked: Accuse) -> Result<(), ContractError> {
    let (commons, accused) = (asked.commons.0, asked.person.0);
    registry::living(call.storage, commons)?;
    let accuser = registry::enrolled_sender(call, commons)?.person;
    bounds::text("text", &asked.text, MAX_TEXT)?;
    let evidence = bounds::hash("evidence", &asked.evidence)?;
    if accuser == accused {
        return Err(OrderError::Yourself { person: accused }.into());
    }
    if !registry::is_enrolled(call.storage, commons, accused)? {
        return Err(RegistryError::NotEnrolled {
            commons,
            person: accused,
        }
        .into());
    }
    let own = state::open_of(commons, accuser);
    if let Some(accusation) = own.may_load(call.storage)? {
        return Err(OrderError::AccusationOpen {
            accusation,
            person: accuser,
        }
        .into());
    }
    let charge = match asked.what {
        Accused::Conduct {} => Charge::Conduct,
        Accused::Grave {} => Charge::Grave,
        Accused::Unreported { quantity } => {
            bounds::within(
                "quantity",
                quantity.units(),
                1u128,
                crate::Quantity::MAX.units(),
            )?;
            Charge::Unreported { quantity }
        }
    };
    let step = rung(call.storage, commons, accused, call.now)?.step;
    let next = step.up().unwrap_or(Step::Expelled);
    let most = match charge {
        Charge::Grave => next.up().unwrap_or(Step::Expelled),
        _ => next,
    };
    let (size, threshold_bps) = match charge {
        Charge::Grave => jury(Step::Expelled),
        _ => jury(most),
    };
    let mut counts = state::counts().may_load(call.storage)?.unwrap_or_default();
    let number = counts.accusations.saturating_add(1);
    counts.accusations = number;
    counts.accusations_open = counts.accusations_open.saturating_add(1);
    state::counts().save(call.storage, &counts);
    let case = cases::open(
        call,
        Question {
            kind: "sanction",
            size,
            threshold_bps,
            parties: vec![accused, accuser],
            then: task(JUDGED, commons, number),
            strict: true,
        },
    )?;
    if charge == Charge::Grave {
        state::grave_of(commons, accused, number).save(call.storage, &1);
    }
    let accusation = Accusation {
        commons,
        accuser,
        accused,
        charge,
        text: asked.text,
        evidence,
        at: call.now,
        most,
        case,
        judged: Judged::Open,
    };
    state::accusation(number).save(call.storage, &accusation);
    own.save(call.storage, &number);
    state::accusation_of(commons, accuser, number).save(call.storage, &1);
    state::accusation_of(commons, accused, number).save(call.storage, &2);
    call.event(
        "accuse",
        &[
            ("accusation", &number),
            ("commons", &commons),
            ("accuser", &accuser),
            ("accused", &accused),
        ],
    );
    call.answer(&Opened {
        accusation: Id(number),
    })
}

/// What a jury said about an accusation, acted on once.
///
/// # Errors
/// Sortition does not answer; harvest that cannot be recorded while no epoch is open.
pub(super) fn judged(call: &mut Call<'_>, number: u64) -> Result<Worked, ContractError> {
    let key = state::accusation(number);
    let mut accusation = key
        .may_load(call.storage)?
        .ok_or(OrderError::UnknownAccusation { accusation: number })?;
    if accusation.judged != Judged::Open {
        return Ok(Worked::Done);
    }
    accusation.judged = match cases::verdict(call, accusation.case)? {
        Verdict::Pending(until) => return Ok(Worked::Again(until)),
        Verdict::Lapsed => Judged::Lapsed,
        Verdict::Said(outcome) => match outcome.as_str() {
            "uphold" => Judged::Upheld,
            "malicious" => Judged::Malicious,
            _ => Judged::Dismissed,
        },
    };
    key.save(call.storage, &accusation);
    call.storage
        .remove(state::open_of(accusation.commons, accusation.accuser).bytes());
    call.storage
        .remove(state::grave_of(accusation.commons, accusation.accused, number).bytes());
    let mut counts = state::counts().load(call.storage)?;
    counts.accusations_open = counts.accusations_open.saturating_sub(1);
    state::counts().save(call.storage, &counts);
    call.event(
        "judged",
        &[
            ("accusation", &number),
            ("commons", &accusation.commons),
            ("outcome", &accusation.judged.name()),
        ],
    );
    let (commons, accused) = (accusation.commons, accusation.accused);
    match (accusation.judged, &accusation.charge) {
        // of a closed commons nothing is harvested any more
        (Judged::Upheld, Charge::Unreported { .. })
            if registry::living(call.storage, commons).is_err() => {}
        (Judged::Upheld, Charge::Unreported { quantity }) => {
            if rights::is_open(call, commons)? {
                rights::unreported(call, commons, accused, *quantity)?;
            } else {
                // nobody's place waits with it for an epoch
                let due = call.now.saturating_add(agenda::FAILED_SECONDS);
                agenda::at(call, due, task(FOUND, commons, number));
            }
        }
        (Judged::Upheld, charge) => {
            let steps = if *charge == Charge::Grave { 2 } else { 1 };
            let why = Why::Upheld { accusation: number };
            climb(call, commons, accused, why, steps, accusation.most)?;
        }
        (Judged::Malicious, _) => {
            // its jury was as large as the accused's next step asked; the
            // accuser climbs no higher than that
            let why = Why::Malicious { accusation: number };
            climb(call, commons, accusation.accuser, why, 1, accusation.most)?;
        }
        _ => {}
    }
    Ok(Worked::Done)
}

/// What a jury found while no epoch was open is recorded in the next one.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn found(call: &mut Call<'_>, number: u64) -> Result<Worked, ContractError> {
    let one = state::accusation(number).load(call.storage)?;
    let Charge::Unreported { quantity } = one.charge else {
        return Ok(Worked::Done);
    };
    if registry::living(call.storage, one.commons).is_err() {
        return Ok(Worked::Done);
    }
    if !rights::is_open(call, one.commons)? {
        let due = call.now.saturating_add(agenda::FAILED_SECONDS);
        return Ok(Worked::Again(due));
    }
    rights::unreported(call, one.commons, one.accused, quantity)?;
    Ok(Worked::Done)
}

/// What someone is accused of that is grave, and until when its jury has time.
///
/// # Errors
/// Only for unreadable state.
pub fn gravely_accused(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Option<(u64, u64)>, ContractError> {
    let (start, end) = (
        state::grave_of(commons, person, 0),
        state::grave_of(commons, person, u64::MAX),
    );
    let mut all = storage.range_keys(Some(start.bytes()), Some(end.bytes()), Order::Ascending);
    let Some(number) = all.next().map(|raw| last_number(&raw)) else {
        return Ok(None);
    };
    let case = state::accusation(number).load(storage)?.case;
    Ok(Some((number, cases::asked(storage, case)?.deadline)))
}
