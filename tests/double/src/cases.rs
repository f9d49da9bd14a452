//! Cases, as sortition keeps them: opened by contracts, decided by the key,
//! appealed once by a party, lapsed after their deadline.

use cosmwasm_std::{DepsMut, Event, Response, Storage, to_json_binary};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_kit::peers::members::{MembersQuery, Standing};
use mycel_kit::peers::pull;
use mycel_kit::peers::sortition::{Case as CaseView, CaseOpened, CaseStatus};
use mycel_kit::{Id, Seconds, roles};

use crate::error::ContractError;
use crate::state::{self, Case, Verdict};

/// The longest name of a case or draw, in bytes.
pub const MAX_REF: u64 = 128;
/// Most parties or drawn persons.
pub const MAX_PERSONS: u64 = 50;
/// The latest deadline: a year from now.
pub const MAX_DEADLINE: u64 = 366 * 86_400;

/// A number within its bounds.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn within(what: &'static str, value: u64, least: u64, most: u64) -> Result<(), ContractError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value,
        least,
        most,
    })
}

fn text(what: &'static str, text: &str, most: u64) -> Result<(), ContractError> {
    within(what, text.len() as u64, 1, most)
}

/// What a client asks for.
pub struct Opening {
    /// Its own name for it.
    pub reference: String,
    /// What is judged.
    pub kind: String,
    /// Jurors.
    pub size: u16,
    /// Votes needed.
    pub threshold_bps: u16,
    /// Person numbers.
    pub parties: Vec<Id>,
    /// Until when.
    pub deadline: u64,
}

/// Opens a case; anyone may, as nothing follows but an entry here.
///
/// # Errors
/// A name, kind, size or deadline out of bounds.
pub fn open(
    deps: DepsMut<'_, MycelQuery>,
    now: u64,
    client: &str,
    opening: Opening,
) -> Result<Response<MycelMsg>, ContractError> {
    text("ref bytes", &opening.reference, MAX_REF)?;
    text("kind bytes", &opening.kind, 32)?;
    within("size", opening.size.into(), 1, 101)?;
    within("threshold_bps", opening.threshold_bps.into(), 5_000, 10_000)?;
    within("parties", opening.parties.len() as u64, 1, MAX_PERSONS)?;
    let latest = now.saturating_add(MAX_DEADLINE);
    within("deadline", opening.deadline, now.saturating_add(1), latest)?;
    let mut totals = state::totals().load(deps.storage)?;
    totals.cases = totals.cases.saturating_add(1);
    let number = totals.cases;
    state::totals().save(deps.storage, &totals);
    let event = Event::new("open_case")
        .add_attribute("case", number.to_string())
        .add_attribute("ref", opening.reference.clone())
        .add_attribute("kind", opening.kind.clone())
        .add_attribute("client", client);
    state::case(number).save(
        deps.storage,
        &Case {
            client: client.to_owned(),
            reference: opening.reference,
            kind: opening.kind,
            size: opening.size,
            threshold_bps: opening.threshold_bps,
            parties: opening.parties.into_iter().map(|Id(party)| party).collect(),
            opened: now,
            deadline: opening.deadline,
            verdict: None,
            appealed: None,
            second: None,
        },
    );
    let data = to_json_binary(&CaseOpened { case: Id(number) })
        .map_err(|error| ContractError::Answer(error.to_string()))?;
    Ok(Response::new().add_event(event).set_data(data))
}

fn load(storage: &dyn Storage, number: u64) -> Result<Case, ContractError> {
    state::case(number)
        .may_load(storage)?
        .ok_or(ContractError::UnknownCase { case: number })
}

/// Where a case is at a time, and whether that is final.
#[must_use]
pub fn status(case: &Case, appeal_seconds: u64, now: u64) -> (CaseStatus, bool) {
    match (&case.verdict, case.appealed, &case.second) {
        (_, _, Some(_)) => (CaseStatus::Decided, true),
        // a verdict is changed by a verdict only
        (_, Some(_), None) if now > case.deadline => (CaseStatus::Decided, true),
        (_, Some(_), None) => (CaseStatus::Appealed, false),
        (Some(verdict), None, None) => {
            let until = verdict.at.saturating_add(appeal_seconds);
            (CaseStatus::Decided, now >= until)
        }
        (None, None, None) if now > case.deadline => (CaseStatus::Lapsed, true),
        (None, None, None) => (CaseStatus::Open, false),
    }
}

fn name(status: CaseStatus) -> &'static str {
    match status {
        CaseStatus::Open => "open",
        CaseStatus::Decided => "decided",
        CaseStatus::Appealed => "appealed",
        CaseStatus::Lapsed => "lapsed",
    }
}

/// The key decides, as the first jury or as the one after an appeal.
///
/// # Errors
/// Not the key, not a hash, or neither open nor appealed.
pub fn decide(
    deps: DepsMut<'_, MycelQuery>,
    now: u64,
    sender: &str,
    number: u64,
    outcome: &str,
    reasons: &str,
) -> Result<Response<MycelMsg>, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    roles::only(sender, &parameters.key)?;
    text("outcome bytes", outcome, 32)?;
    within("reasons bytes", reasons.len() as u64, 64, 64)?;
    let mut case = load(deps.storage, number)?;
    let verdict = Verdict {
        outcome: outcome.to_owned(),
        reasons: reasons.to_owned(),
        at: now,
    };
    match status(&case, parameters.appeal_seconds, now).0 {
        CaseStatus::Open => case.verdict = Some(verdict),
        CaseStatus::Appealed => case.second = Some(verdict),
        closed => {
            return Err(ContractError::CaseClosed {
                case: number,
                status: name(closed),
            });
        }
    }
    state::case(number).save(deps.storage, &case);
    let mut totals = state::totals().load(deps.storage)?;
    totals.verdicts = totals.verdicts.saturating_add(1);
    state::totals().save(deps.storage, &totals);
    Ok(Response::new().add_event(
        Event::new("decide")
            .add_attribute("case", number.to_string())
            .add_attribute("outcome", outcome)
            .add_attribute("reasons", reasons),
    ))
}

/// A party appeals, once; the deadline runs anew for as long as it was.
///
/// # Errors
/// No party, or not decided, final, or appealed before.
pub fn appeal(
    deps: DepsMut<'_, MycelQuery>,
    now: u64,
    sender: &str,
    number: u64,
) -> Result<Response<MycelMsg>, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let mut case = load(deps.storage, number)?;
    let question = MembersQuery::Standing {
        address: sender.to_owned(),
    };
    let standing: Standing = pull(deps.querier, "members", &parameters.members, &question)?;
    let Id(person) = standing.person;
    if !case.parties.contains(&person) {
        return Err(ContractError::NoParty { person });
    }
    match status(&case, parameters.appeal_seconds, now) {
        (CaseStatus::Decided, false) => {}
        (other, _) => {
            return Err(ContractError::CaseClosed {
                case: number,
                status: name(other),
            });
        }
    }
    let time = case.deadline.saturating_sub(case.opened);
    case.appealed = Some(now);
    case.deadline = now.saturating_add(time);
    state::case(number).save(deps.storage, &case);
    let mut totals = state::totals().load(deps.storage)?;
    totals.appeals = totals.appeals.saturating_add(1);
    state::totals().save(deps.storage, &totals);
    Ok(Response::new().add_event(
        Event::new("appeal")
            .add_attribute("case", number.to_string())
            .add_attribute("person", person.to_string()),
    ))
}

/// Answer to `case`.
///
/// # Errors
/// [`ContractError::UnknownCase`].
pub fn show(storage: &dyn Storage, now: u64, number: u64) -> Result<CaseView, ContractError> {
    let case = load(storage, number)?;
    let appeal_seconds = state::parameters().load(storage)?.appeal_seconds;
    let (status, r#final) = status(&case, appeal_seconds, now);
    let verdict = match status {
        CaseStatus::Decided | CaseStatus::Appealed => case.second.or(case.verdict),
        CaseStatus::Open | CaseStatus::Lapsed => None,
    };
    let (outcome, reasons) =
        verdict.map_or_else(Default::default, |said| (said.outcome, said.reasons));
    Ok(CaseView {
        status,
        outcome,
        reasons,
        r#final,
        r#ref: case.reference,
        kind: case.kind,
        parties: case.parties.into_iter().map(Id).collect(),
    })
}

/// The key names who was drawn, once for each name.
///
/// # Errors
/// Not the key, too many, or drawn before.
pub fn draw(
    deps: DepsMut<'_, MycelQuery>,
    sender: &str,
    reference: &str,
    persons: &[Id],
) -> Result<Response<MycelMsg>, ContractError> {
    roles::only(sender, &state::parameters().load(deps.storage)?.key)?;
    text("ref bytes", reference, MAX_REF)?;
    within("persons", persons.len() as u64, 1, MAX_PERSONS)?;
    let key = state::draw(reference);
    if key.exists(deps.storage) {
        return Err(ContractError::AlreadyDrawn {
            reference: reference.to_owned(),
        });
    }
    key.save(
        deps.storage,
        &persons.iter().map(|Id(person)| *person).collect(),
    );
    let mut totals = state::totals().load(deps.storage)?;
    totals.draws = totals.draws.saturating_add(1);
    state::totals().save(deps.storage, &totals);
    Ok(Response::new().add_event(
        Event::new("draw")
            .add_attribute("ref", reference)
            .add_attribute("count", persons.len().to_string()),
    ))
}

/// A time as a bounded parameter.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn appeal_seconds(given: Option<Seconds>) -> Result<u64, ContractError> {
    let seconds = given.map_or(7 * 86_400, |Seconds(seconds)| seconds);
    within("appeal_seconds", seconds, 0, 30 * 86_400)?;
    Ok(seconds)
}
