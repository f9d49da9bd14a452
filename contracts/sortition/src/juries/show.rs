//! Answers about cases. Nothing is written; what time alone brings about is
//! told even if nobody has called `advance` yet.

use cosmwasm_std::{Order, Storage, to_hex};
use mycel_kit::peers::sortition::{Case as CaseAnswer, CaseStatus, Drawn, outcomes};
use mycel_kit::{Id, Seconds};

use super::ask::{
    CaseItem, CasesResponse, Duty, JuriesResponse, JurorResponse, JuryView, SeatView, Service,
    StrikeShare, VerdictView,
};
use super::error::JuryError;
use super::record::{self, Case, Jury, Lapse, Place, Step, Verdict};
use super::strike;
use crate::bounds::MAX_ITEMS;
use crate::error::ContractError;

/// A case that must exist.
///
/// # Errors
/// [`JuryError::UnknownCase`].
pub fn load(storage: &dyn Storage, number: u64) -> Result<Case, ContractError> {
    record::case(number)
        .may_load(storage)?
        .ok_or_else(|| JuryError::UnknownCase { case: number }.into())
}

/// What the detailed answer says where the second jury decided nothing.
pub const STANDS: &str = "appeal lapsed: the first verdict stands";

/// Why the jury that sat last decided nothing, if it did not, also where nobody
/// has called `advance` since its deadline.
fn lapsed(case: &Case, now: u64) -> Option<Lapse> {
    let late = (case.open() && now > case.deadline).then_some(Lapse::Time);
    case.lapsed.or(late)
}

/// Where a case is at a time, and whether that is final. A verdict is changed
/// by a verdict only: where the jury after an appeal decided nothing, the first
/// verdict stands.
#[must_use]
pub fn status(case: &Case, now: u64) -> (CaseStatus, bool) {
    if lapsed(case, now).is_some() {
        let stands = !case.verdicts.is_empty();
        let status = if stands {
            CaseStatus::Decided
        } else {
            CaseStatus::Lapsed
        };
        return (status, true);
    }
    match (case.open(), case.verdicts.last()) {
        (true, None) => (CaseStatus::Open, false),
        (true, Some(_)) => (CaseStatus::Appealed, false),
        (false, verdict) => {
            let is_final = verdict.is_none_or(|verdict| now >= verdict.appeal_until);
            (CaseStatus::Decided, is_final)
        }
    }
}

/// The verdict that counts: the last one, unless the case lapsed.
fn counts(case: &Case, status: CaseStatus) -> Option<&Verdict> {
    match status {
        CaseStatus::Decided | CaseStatus::Appealed => case.verdicts.last(),
        CaseStatus::Open | CaseStatus::Lapsed => None,
    }
}

fn ids(numbers: &[u64]) -> Vec<Id> {
    numbers.iter().copied().map(Id).collect()
}

/// How a case stands.
///
/// # Errors
/// An unknown case.
pub fn case(storage: &dyn Storage, now: u64, number: u64) -> Result<CaseAnswer, ContractError> {
    let case = load(storage, number)?;
    let (status, r#final) = status(&case, now);
    let verdict = counts(&case, status);
    Ok(CaseAnswer {
        status,
        outcome: verdict.map(|said| said.outcome.clone()).unwrap_or_default(),
        reasons: verdict.map(|said| to_hex(said.reasons)).unwrap_or_default(),
        r#final,
        parties: ids(&case.parties),
        r#ref: case.reference,
        kind: case.kind,
    })
}

/// Who was drawn under a name that is a case's.
///
/// # Errors
/// Only for unreadable state.
pub fn drawn(storage: &dyn Storage, reference: &str) -> Result<Option<Drawn>, ContractError> {
    let Some(number) = record::named(reference).may_load(storage)? else {
        return Ok(None);
    };
    let jury = record::jury(number, 0).load(storage)?;
    let done = !load(storage, number)?.verdicts.is_empty();
    let persons: Vec<u64> = jury.seats.iter().map(|seat| seat.person).collect();
    Ok(Some(Drawn {
        persons: if done { ids(&persons) } else { Vec::new() },
        done,
    }))
}

fn item(number: u64, case: &Case, now: u64) -> CaseItem {
    let (status, r#final) = status(case, now);
    let outcome = counts(case, status).map(|said| said.outcome.clone());
    CaseItem {
        case: Id(number),
        r#ref: case.reference.clone(),
        kind: case.kind.clone(),
        parties: ids(&case.parties),
        status,
        outcome: outcome.unwrap_or_default(),
        r#final,
        deadline: Seconds(case.deadline),
    }
}

/// A page of cases.
///
/// # Errors
/// Only for unreadable state.
pub fn cases(
    storage: &dyn Storage,
    now: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<CasesResponse, ContractError> {
    let totals = record::totals().may_load(storage)?.unwrap_or_default();
    let most = MAX_ITEMS as u64;
    let limit = limit.map_or(most, u64::from).clamp(1, most);
    let after = after.map_or(0, |Id(after)| after).min(totals.cases);
    let end = after.saturating_add(limit).min(totals.cases);
    let cases = (after + 1..=end)
        .map(|number| Ok(item(number, &load(storage, number)?, now)))
        .collect::<Result<_, ContractError>>()?;
    Ok(CasesResponse {
        cases,
        next: (end < totals.cases).then_some(Id(end)),
    })
}

/// All about a case.
///
/// # Errors
/// An unknown case.
pub fn juries(
    storage: &dyn Storage,
    now: u64,
    number: u64,
) -> Result<JuriesResponse, ContractError> {
    let case = load(storage, number)?;
    let (status, _) = status(&case, now);
    let reasons = counts(&case, status).map(|said| to_hex(said.reasons));
    let known = outcomes(&case.kind);
    let mut juries = Vec::new();
    for which in 0..=case.jury() {
        let jury = record::jury(number, which).load(storage)?;
        juries.push(view(storage, number, which, &jury, &case)?);
    }
    let lapsed = lapsed(&case, now);
    let stands = lapsed.is_some() && status == CaseStatus::Decided;
    let appealable = case.verdicts.len() == 1
        && case.appealed.is_none()
        && case.verdicts[0].appeal_until > case.verdicts[0].at;
    Ok(JuriesResponse {
        client: case.client.clone(),
        opened: Seconds(case.opened),
        outcomes: known.iter().map(|name| (*name).to_owned()).collect(),
        reasons: reasons.unwrap_or_default(),
        appeal_until: appealable.then(|| Seconds(case.verdicts[0].appeal_until)),
        appealed_by: case.appealed.map(|(person, _)| Id(person)),
        lapsed: lapsed.map(|why| why_name(why).to_owned()),
        note: stands.then(|| STANDS.to_owned()),
        juries,
        case: item(number, &case, now),
    })
}

/// Why a jury decided nothing, on the wire.
#[must_use]
pub fn why_name(why: Lapse) -> &'static str {
    match why {
        Lapse::Time => "time",
        Lapse::TooFew => "too_few",
        Lapse::Absent => "absent",
    }
}

/// What a person voted in a jury, once shown: outcome and hash of the reasons.
fn vote(
    storage: &dyn Storage,
    (number, which, person): (u64, u8, u64),
    known: &[&str],
) -> Result<(Option<String>, Option<String>), ContractError> {
    let ballot = record::ballot(number, which, person).may_load(storage)?;
    let Some((outcome, reasons)) = ballot.and_then(|ballot| ballot.vote) else {
        return Ok((None, None));
    };
    let name = known.get(usize::from(outcome)).copied().unwrap_or_default();
    Ok((Some(name.to_owned()), Some(to_hex(reasons))))
}

fn view(
    storage: &dyn Storage,
    number: u64,
    which: u8,
    jury: &Jury,
    case: &Case,
) -> Result<JuryView, ContractError> {
    let known = outcomes(&case.kind);
    let said = case.verdicts.get(usize::from(which));
    let mut seats = Vec::with_capacity(jury.seats.len());
    for seat in &jury.seats {
        let (outcome, reasons) = vote(storage, (number, which, seat.person), known)?;
        seats.push(SeatView {
            person: Id(seat.person),
            place: seat.place.name().to_owned(),
            outcome,
            reasons,
        });
    }
    let shares = strike::shares(case, jury.strikes);
    let share = |(party, most)| StrikeShare {
        party: Id(party),
        most,
        used: jury.struck_by(party),
    };
    Ok(JuryView {
        size: jury.size,
        needed: jury.needed,
        step: jury.step.name().to_owned(),
        until: Seconds(jury.until),
        strikes: jury.strikes,
        shares: shares.into_iter().map(share).collect(),
        numbers: jury.numbers,
        interests: ids(&jury.interests),
        rounds: ids(&jury.rounds),
        seats,
        votes: jury.votes.clone(),
        verdict: said.map(|said| VerdictView {
            outcome: said.outcome.clone(),
            reasons: to_hex(said.reasons),
            at: Seconds(said.at),
        }),
    })
}

/// Which cases wait for a person, for what, and until when.
///
/// # Errors
/// Only for unreadable state.
pub fn juror(storage: &dyn Storage, now: u64, person: u64) -> Result<JurorResponse, ContractError> {
    let places = record::places(person).may_load(storage)?;
    let mut duties = Vec::new();
    for (number, which) in places.unwrap_or_default() {
        let case = load(storage, number)?;
        let jury = record::jury(number, which).load(storage)?;
        let mine = jury.seats.iter().find(|seat| seat.person == person);
        let Some(seat) = mine.filter(|_| now <= case.deadline) else {
            continue;
        };
        let todo = match (jury.step, seat.place) {
            (Step::Committing, Place::Seated) if now < jury.until => "commit",
            (Step::Revealing, Place::Committed) if now < jury.until => "reveal",
            (Step::Serving, Place::Drawn) => "serve",
            _ => "wait",
        };
        let known = outcomes(&case.kind);
        duties.push(Duty {
            case: Id(number),
            jury: which,
            todo: todo.to_owned(),
            until: Seconds(jury.until.min(case.deadline)),
            parties: ids(&case.parties),
            outcomes: known.iter().map(|name| (*name).to_owned()).collect(),
            r#ref: case.reference,
            kind: case.kind,
        });
    }
    Ok(JurorResponse { duties })
}

/// What keeps a person from leaving: a seat on a jury that waits for its vote
/// and can be given back. Who was drawn for a task without votes, may still be
/// struck, or has voted owes nothing here: until the deadline nobody else's
/// silence holds anyone.
///
/// # Errors
/// Only for unreadable state.
pub fn open_items(storage: &dyn Storage, person: u64) -> Result<Vec<String>, ContractError> {
    let places = record::places(person).may_load(storage)?;
    let mut items = Vec::new();
    for (number, which) in places.unwrap_or_default() {
        let jury = record::jury(number, which).load(storage)?;
        let waits = |seat: &record::Seat| {
            seat.person == person && matches!(seat.place, Place::Seated | Place::Committed)
        };
        if jury.seats.iter().any(waits) {
            items.push(format!(
                "called to the jury of case {number}; recuse gives the seat back"
            ));
        }
    }
    Ok(items)
}

/// What is kept about a person: where it sat and what it voted, from the last
/// (case, jury) of the page before on. Gives what the next page begins after.
///
/// # Errors
/// Only for unreadable state.
#[allow(clippy::type_complexity, reason = "a page and where the next begins")]
pub fn export(
    storage: &dyn Storage,
    person: u64,
    after: Option<(u64, u8)>,
    limit: usize,
) -> Result<(Vec<Service>, Option<(u64, u8)>), ContractError> {
    let first = record::sat(person, 0, 0);
    let start = match after {
        None => first.bytes().to_vec(),
        Some((case, jury)) => [record::sat(person, case, jury).bytes(), &[0]].concat(),
    };
    let end = record::sat(person, u64::MAX, u8::MAX);
    let mut services = Vec::new();
    let mut last = None;
    for raw in storage
        .range_keys(Some(&start), Some(end.bytes()), Order::Ascending)
        .take(limit.saturating_add(1))
    {
        if services.len() == limit {
            return Ok((services, last));
        }
        let Some((case_bytes, which)) = raw.get(9..17).zip(raw.get(17)) else {
            continue;
        };
        let (mut number, which) = ([0; 8], *which);
        number.copy_from_slice(case_bytes);
        let number = u64::from_be_bytes(number);
        let case = load(storage, number)?;
        let jury = record::jury(number, which).load(storage)?;
        let place = jury.seats.iter().find(|seat| seat.person == person);
        let (outcome, reasons) = vote(storage, (number, which, person), outcomes(&case.kind))?;
        services.push(Service {
            case: Id(number),
            jury: which,
            kind: case.kind,
            place: place.map_or("", |seat| seat.place.name()).to_owned(),
            outcome,
            reasons,
        });
        last = Some((number, which));
    }
    Ok((services, None))
}
