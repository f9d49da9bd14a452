//! Answers.

use cosmwasm_std::{Deps, HexBinary, Order, Storage};
use mycel_bindings::MycelQuery;
use mycel_kit::{Id, Key, Seconds};

use super::ask::{AccusationView, Kept, LadderResponse, MeasureView, Reason};
use super::ladder::{rung, scale_bps, step_name};
use super::msg::Accused;
use super::state::{self, Charge, State, Why};
use super::{OrderError, measure};
use crate::cases;
use crate::error::ContractError;
use crate::state::last_number;

/// Measures in an answer to `ladder`.
const LATEST: usize = 20;
/// Items on a page of an export.
const PAGE: usize = 50;

/// Answer to `measure`.
///
/// # Errors
/// [`OrderError::UnknownMeasure`].
pub fn measure_view(storage: &dyn Storage, number: u64) -> Result<MeasureView, ContractError> {
    let taken = measure(storage, number)?;
    Ok(MeasureView {
        id: Id(number),
        commons: Id(taken.commons),
        person: Id(taken.person),
        step: step_name(taken.step).to_owned(),
        why: match taken.why {
            Why::Overuse {
                epoch,
                over,
                entitlement,
            } => Reason::Overuse {
                epoch: Id(epoch),
                over,
                entitlement,
            },
            Why::Upheld { accusation } => Reason::Upheld {
                accusation: Id(accusation),
            },
            Why::Malicious { accusation } => Reason::Malicious {
                accusation: Id(accusation),
            },
            Why::Challenge => Reason::Challenge {},
        },
        at: Seconds(taken.at),
        until: Seconds(taken.until),
        state: taken.state.name().to_owned(),
        case: case_of(storage, taken.case)?,
    })
}

fn case_of(storage: &dyn Storage, number: Option<u64>) -> Result<Option<Id>, ContractError> {
    match number {
        None => Ok(None),
        Some(number) => Ok(cases::asked(storage, number)?.case.map(Id)),
    }
}

/// Answer to `accusation`.
///
/// # Errors
/// [`OrderError::UnknownAccusation`].
pub fn accusation_view(
    storage: &dyn Storage,
    number: u64,
) -> Result<AccusationView, ContractError> {
    let one = state::accusation(number)
        .may_load(storage)?
        .ok_or(OrderError::UnknownAccusation { accusation: number })?;
    Ok(AccusationView {
        id: Id(number),
        commons: Id(one.commons),
        accuser: Id(one.accuser),
        accused: Id(one.accused),
        what: match one.charge {
            Charge::Conduct => Accused::Conduct {},
            Charge::Grave => Accused::Grave {},
            Charge::Unreported { quantity } => Accused::Unreported { quantity },
        },
        text: one.text,
        evidence: HexBinary::from(&one.evidence),
        at: Seconds(one.at),
        case: case_of(storage, Some(one.case))?,
        judged: one.judged.name().to_owned(),
    })
}

/// Numbers under the head of a key, ascending.
fn numbers(storage: &dyn Storage, start: &Key<u8>, end: &Key<u8>, order: Order) -> Vec<u64> {
    storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), order)
        .take(PAGE.saturating_add(1))
        .map(|raw| last_number(&raw))
        .collect()
}

/// Answer to `ladder`.
///
/// # Errors
/// No such commons, or a stranger.
pub fn ladder(
    deps: Deps<'_, MycelQuery>,
    now: u64,
    commons: u64,
    member: &str,
) -> Result<LadderResponse, ContractError> {
    let storage = deps.storage;
    crate::registry::commons(storage, commons)?;
    let person = crate::query::person(deps, member)?;
    let rung = rung(storage, commons, person, now)?;
    let (start, end) = (
        state::measure_of(commons, person, 0),
        state::measure_of(commons, person, u64::MAX),
    );
    let mut measures = vec![];
    for number in numbers(storage, &start, &end, Order::Descending)
        .into_iter()
        .take(LATEST)
    {
        measures.push(measure_view(storage, number)?);
    }
    Ok(LadderResponse {
        person: Id(person),
        step: step_name(rung.step).to_owned(),
        since: Seconds(rung.since),
        until: Seconds(rung.until),
        scale_bps: scale_bps(storage, commons, person, now)?,
        measures,
    })
}

/// What keeps a person from leaving a commons: its own open accusation, and an
/// appeal of its own. What others brought against it does not.
///
/// # Errors
/// Only for unreadable state.
pub fn open_items(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Vec<String>, ContractError> {
    let mut items = vec![];
    if let Some(accusation) = state::open_of(commons, person).may_load(storage)? {
        items.push(format!(
            "commons {commons}: accusation {accusation} is before a jury"
        ));
    }
    let (start, end) = (
        state::measure_of(commons, person, 0),
        state::measure_of(commons, person, u64::MAX),
    );
    for number in numbers(storage, &start, &end, Order::Descending)
        .into_iter()
        .take(LATEST)
    {
        if measure(storage, number)?.state == State::Appealed {
            items.push(format!(
                "commons {commons}: your appeal of measure {number} is before a jury"
            ));
        }
    }
    Ok(items)
}

/// A page of what is kept about a person in a commons: measures, then
/// accusations. Where it ended is a measure's number, or 2^63 + an accusation's.
///
/// # Errors
/// Only for unreadable state.
pub fn export(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    after: Option<u64>,
) -> Result<(Vec<Kept>, Option<u64>), ContractError> {
    const SECOND: u64 = 1 << 63;
    let mut kept = vec![];
    let after = after.unwrap_or(0);
    if after < SECOND {
        let (start, end) = (
            state::measure_of(commons, person, after.saturating_add(1)),
            state::measure_of(commons, person, u64::MAX),
        );
        let all = numbers(storage, &start, &end, Order::Ascending);
        for number in all.iter().take(PAGE) {
            kept.push(Kept::Measure(measure_view(storage, *number)?));
        }
        let next = match all.get(PAGE - 1) {
            Some(last) if all.len() > PAGE => *last,
            _ => SECOND,
        };
        return Ok((kept, Some(next)));
    }
    let (start, end) = (
        state::accusation_of(commons, person, (after - SECOND).saturating_add(1)),
        state::accusation_of(commons, person, u64::MAX),
    );
    let all = numbers(storage, &start, &end, Order::Ascending);
    for number in all.iter().take(PAGE) {
        kept.push(Kept::Accusation(accusation_view(storage, *number)?));
    }
    let next = all
        .get(PAGE - 1)
        .filter(|_| all.len() > PAGE)
        .map(|last| SECOND | last);
    Ok((kept, next))
}
