//! How a case begins, and how it begins anew before a second jury.

use std::collections::VecDeque;

use mycel_kit::Id;
use mycel_kit::peers::members::{Count, MembersQuery};
use mycel_kit::peers::sortition::{CaseOpened, outcomes};

use super::error::JuryError;
use super::pick::Row;
use super::record::{self, Case, Drawing, Jury, Step};
use super::size::{self, APPEAL, ASSESS, Asked};
use super::{party, show, strike};
use crate::agenda;
use crate::beacon;
use crate::bounds;
use crate::call::Call;
use crate::draws;
use crate::error::ContractError;
use crate::msg::OpenCase;
use crate::state::Task;

/// The shortest time for a case, in seconds: each of its sixteen parts needs some.
pub const MIN_TERM: u64 = 60;
/// The longest.
pub const MAX_TERM: u64 = 366 * 86_400;

/// A client opens a case; the answer is `mycel_kit::peers::sortition::CaseOpened`.
///
/// # Errors
/// Not a client, something out of bounds, an unknown party, or a party with
/// too many cases of this client.
pub fn open(call: &mut Call<'_>, asked: OpenCase) -> Result<(), ContractError> {
    let client = call.client(&asked.r#ref)?;
    begin(call, client, asked)
}

/// The assembly opens a case, e.g. about a default. Persons are found by a
/// name, so it draws none under a client's; a case is found by its number, and
/// may bear the name by which a client knows what it is about
/// (`credit/default/7`).
///
/// # Errors
/// As [`open`]; a client's name.
pub fn decided(call: &mut Call<'_>, asked: OpenCase) -> Result<(), ContractError> {
    if asked.kind == ASSESS {
        draws::open::no_clients(call, &asked.r#ref)?;
    }
    begin(call, String::new(), asked)
}

fn begin(call: &mut Call<'_>, client: String, asked: OpenCase) -> Result<(), ContractError> {
    bounds::text("ref", &asked.r#ref, 128)?;
    bounds::text("kind", &asked.kind, 32)?;
    bounds::within("size", asked.size.into(), 1, size::MOST.into())?;
    let bps = u64::from(asked.threshold_bps);
    bounds::within("threshold_bps", bps, 1, 10_000)?;
    bounds::within(
        "parties",
        asked.parties.len() as u64,
        1,
        bounds::MAX_ITEMS as u64,
    )?;
    let (soonest, latest) = (
        call.now.saturating_add(MIN_TERM),
        call.now.saturating_add(MAX_TERM),
    );
    bounds::within("deadline", asked.deadline.0, soonest, latest)?;
    let mut totals = record::totals().may_load(call.storage)?.unwrap_or_default();
    totals.cases = totals.cases.saturating_add(1);
    let number = totals.cases;
    if asked.kind == ASSESS {
        name(call, &asked.r#ref, number)?;
    }
    let case = Case {
        client,
        reference: asked.r#ref,
        kind: asked.kind,
        size: asked.size,
        threshold_bps: asked.threshold_bps,
        parties: asked.parties.into_iter().map(|Id(party)| party).collect(),
        opened: call.now,
        deadline: asked.deadline.0,
        appealed: None,
        verdicts: Vec::new(),
        lapsed: None,
    };
    party::opened(call, &case)?;
    totals.open = totals.open.saturating_add(1);
    record::totals().save(call.storage, &totals);
    record::case(number).save(call.storage, &case);
    let jury = summon(call, number, &case)?;
    call.event(
        "open_case",
        &[
            ("case", &number),
            ("ref", &case.reference),
            ("kind", &case.kind),
            ("client", &case.client),
            ("size", &jury.size),
            ("votes_needed", &jury.needed),
            ("deadline", &case.deadline),
            ("round", &jury.rounds[0]),
        ],
    );
    call.answer(&CaseOpened { case: Id(number) })
}

/// Persons drawn are found by the name, which is therefore given once.
fn name(call: &mut Call<'_>, reference: &str, number: u64) -> Result<(), ContractError> {
    let key = record::named(reference);
    let taken = key.may_load(call.storage)?;
    if taken.is_some() || draws::drawn(call.storage, reference)?.is_some() {
        return Err(JuryError::NameTaken {
            reference: reference.to_owned(),
            case: taken.unwrap_or(0),
        }
        .into());
    }
    key.save(call.storage, &number);
    Ok(())
}

/// What a case's jury is like: the greater of what was asked and the least of
/// its kind; on development networks at most the cap.
#[must_use]
pub fn shape(case: &Case, cap: u32) -> Asked {
    let asked = Asked {
        size: case.size,
        threshold_bps: case.threshold_bps,
    }
    .or_more(size::least(&case.kind));
    if case.kind == ASSESS {
        return asked;
    }
    let asked = if case.appealed.is_some() {
        asked.or_more(size::SECOND)
    } else {
        asked
    };
    asked.capped(u16::try_from(cap).unwrap_or(u16::MAX))
}

/// Asks for the case's first or second jury: fixes the round of the beacon and
/// among whom is drawn.
fn summon(call: &mut Call<'_>, number: u64, case: &Case) -> Result<Jury, ContractError> {
    let interests = party::interests(call, &case.parties)?;
    let at = Id(call.env.block.height);
    let count: Count = call.members(&MembersQuery::Count { at })?;
    let numbers = u32::try_from(count.numbers.0).unwrap_or(u32::MAX);
    if numbers == 0 {
        return Err(JuryError::Nobody.into());
    }
    let asked = shape(case, call.parameters.numbers.jury_cap);
    let votes = outcomes(&case.kind);
    let round = beacon::fix(call)?;
    let sides = strike::sides(case);
    let strikes = if votes.is_empty() { 0 } else { asked.strikes() };
    let jury = Jury {
        size: asked.size,
        needed: asked.votes(),
        strikes,
        interests,
        numbers,
        rounds: vec![round],
        step: Step::Drawing,
        until: case.deadline,
        seats: Vec::new(),
        strikers: Vec::new(),
        votes: vec![0; votes.len()],
    };
    let which = case.jury();
    record::jury(number, which).save(call.storage, &jury);
    record::drawing(number, which).save(
        call.storage,
        &Drawing {
            round,
            seed: None,
            want: asked.size.saturating_add(strikes.saturating_mul(sides)),
            row: Row::new(numbers),
            busy: VecDeque::new(),
            before: VecDeque::new(),
            checking: None,
        },
    );
    let mut totals = record::totals().load(call.storage)?;
    totals.seats = totals.seats.saturating_add(asked.size.into());
    record::totals().save(call.storage, &totals);
    let due = beacon::time_of(call, round)?;
    agenda::set(call, Task::Case(number), Some(due))?;
    Ok(jury)
}

/// Who lost appeals, once ([`party::lost`]); the time runs anew for as long as it was.
///
/// # Errors
/// Not a party, one that did not lose, or nothing to appeal (any more).
pub fn appeal(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut case = show::load(call.storage, number)?;
    let (person, _) = party::sender(call, number, &case)?;
    let refused = |why| JuryError::NoAppeal { case: number, why };
    if case.kind == ASSESS {
        return Err(refused("persons were drawn, nothing was judged").into());
    }
    if case.kind == APPEAL {
        return Err(refused("it is an appeal itself").into());
    }
    if case.appealed.is_some() {
        return Err(refused("there was one").into());
    }
    let Some(verdict) = case.verdicts.first() else {
        return Err(refused("there is no verdict").into());
    };
    let lost = party::lost(&case, &verdict.outcome);
    if call.now >= verdict.appeal_until {
        return Err(refused("the verdict is final").into());
    }
    if !lost.contains(&person) {
        return Err(refused("only who lost may").into());
    }
    let term = case.term();
    case.appealed = Some((person, call.now));
    case.deadline = call.now.saturating_add(term);
    record::case(number).save(call.storage, &case);
    let mut totals = record::totals().load(call.storage)?;
    totals.appeals = totals.appeals.saturating_add(1);
    totals.decided = totals.decided.saturating_sub(1);
    totals.open = totals.open.saturating_add(1);
    record::totals().save(call.storage, &totals);
    let jury = summon(call, number, &case)?;
    call.event(
        "appeal",
        &[
            ("case", &number),
            ("person", &person),
            ("size", &jury.size),
            ("votes_needed", &jury.needed),
            ("deadline", &case.deadline),
            ("round", &jury.rounds[0]),
        ],
    );
    Ok(())
}
