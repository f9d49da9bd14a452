//! Answers.

use cosmwasm_std::{Deps, HexBinary, Order, Storage};
use mycel_bindings::MycelQuery;
use mycel_kit::{Id, Seconds};

use super::ask::{
    AccountResponse, AccreditedResponse, AccreditedView, ApplicationView, Budget, CommonsLine,
    CommonsListResponse, CommonsView, Contribution, EnrolledResponse, EnrolmentView, Kept,
};
use super::state::{self, Enrolment, Status};
use crate::error::ContractError;
use crate::state::last_number;
use crate::{market, monitors, order, regeneration, rights};

/// The default and most of a page.
pub const MAX_PAGE: u32 = 50;

/// How many of a page.
#[must_use]
pub fn page(limit: Option<u32>) -> usize {
    limit.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE) as usize
}

/// The number after which a page begins, as the first it may contain.
#[must_use]
pub fn first(after: Option<Id>) -> u64 {
    after.map_or(0, |Id(after)| after.saturating_add(1))
}

/// Answer to `commons`.
///
/// # Errors
/// No such commons.
pub fn commons(storage: &dyn Storage, number: u64) -> Result<CommonsView, ContractError> {
    let record = super::commons(storage, number)?;
    let description = state::description(number).load(storage)?;
    let budget_ppm = match record.parent {
        Some(parent) => state::budget(parent, number).may_load(storage)?,
        None => None,
    };
    Ok(CommonsView {
        id: Id(number),
        name: description.name,
        unit: description.unit,
        boundary: description.boundary,
        geometry: HexBinary::from(&description.geometry),
        parent: record.parent.map(Id),
        founded: Seconds(record.founded),
        status: record.status.name().to_owned(),
        enrolled: record.enrolled,
        budgets: super::budgets(storage, number)?
            .into_iter()
            .map(|(child, ppm)| Budget {
                child: Id(child),
                ppm,
            })
            .collect(),
        budget_ppm,
        rules: state::rules(number).load(storage)?,
        next_rules: state::next_rules(number).may_load(storage)?,
    })
}

/// Answer to `commons_list`.
///
/// # Errors
/// Only for unreadable state.
pub fn list(
    storage: &dyn Storage,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<CommonsListResponse, ContractError> {
    let last = state::founded().may_load(storage)?.unwrap_or(0);
    let from = first(after).max(1);
    let end = from
        .saturating_add(page(limit) as u64)
        .min(last.saturating_add(1));
    let mut commons = vec![];
    for number in from..end {
        let record = super::commons(storage, number)?;
        let description = state::description(number).load(storage)?;
        commons.push(CommonsLine {
            id: Id(number),
            name: description.name,
            unit: description.unit,
            parent: record.parent.map(Id),
            status: record.status.name().to_owned(),
            enrolled: record.enrolled,
        });
    }
    Ok(CommonsListResponse {
        commons,
        next: (end <= last).then(|| Id(end.saturating_sub(1))),
    })
}

fn view(person: u64, one: &Enrolment) -> EnrolmentView {
    EnrolmentView {
        person: Id(person),
        kind: one.kind,
        standing: one.standing.name().to_owned(),
        since: Seconds(one.since),
        place: one.place,
    }
}

/// Answer to `enrolled`.
///
/// # Errors
/// No such commons.
pub fn enrolled(
    storage: &dyn Storage,
    commons: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<EnrolledResponse, ContractError> {
    super::commons(storage, commons)?;
    let (start, end) = (
        state::enrolment(commons, first(after)),
        state::enrolment(commons.saturating_add(1), 0),
    );
    let limit = page(limit);
    let mut enrolled = vec![];
    let all = storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending);
    for (raw, value) in all.take(limit.saturating_add(1)) {
        enrolled.push(view(last_number(&raw), &start.decode(&value)?));
    }
    let more = enrolled.len() > limit;
    enrolled.truncate(limit);
    let next = enrolled.last().filter(|_| more).map(|one| one.person);
    Ok(EnrolledResponse { enrolled, next })
}

/// Answer to `accredited`.
///
/// # Errors
/// Only for unreadable state.
pub fn accredited(
    storage: &dyn Storage,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<AccreditedResponse, ContractError> {
    let (start, end) = (state::accredited(first(after)), state::accredited(u64::MAX));
    let limit = page(limit);
    let mut organisations = vec![];
    let all = storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending);
    for (raw, value) in all.take(limit.saturating_add(1)) {
        organisations.push(AccreditedView {
            organisation: Id(last_number(&raw)),
            since: Seconds(start.decode(&value)?),
        });
    }
    let more = organisations.len() > limit;
    organisations.truncate(limit);
    let next = organisations
        .last()
        .filter(|_| more)
        .map(|one| one.organisation);
    Ok(AccreditedResponse {
        organisations,
        next,
    })
}

/// Answer to `account`.
///
/// # Errors
/// No such commons, or a stranger.
pub fn account(
    deps: Deps<'_, MycelQuery>,
    now: u64,
    commons: u64,
    member: &str,
) -> Result<AccountResponse, ContractError> {
    let storage = deps.storage;
    super::commons(storage, commons)?;
    let person = crate::query::person(deps, member)?;
    let enrolment = super::enrolment(storage, commons, person)?;
    Ok(AccountResponse {
        person: Id(person),
        enrolment: enrolment.map(|one| view(person, &one)),
        step: order::ladder::step_name(order::step(storage, commons, person, now)?).to_owned(),
        benefit: rights::benefit(storage, commons, person, now)?,
        contribution: Contribution {
            readings: monitors::readings(storage, commons, person)?,
            restored: regeneration::restored(storage, commons, person)?,
            repaid: rights::repaid(storage, commons, person)?,
            welcomed: state::welcomed(commons, person)
                .may_load(storage)?
                .unwrap_or(0),
        },
    })
}

/// The commons that a person has or had to do with, ascending, after one.
#[must_use]
pub fn involved(storage: &dyn Storage, person: u64, after: Option<Id>) -> Vec<u64> {
    let (start, end) = (
        state::involved(person, first(after)),
        state::involved(person.saturating_add(1), 0),
    );
    storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), Order::Ascending)
        .map(|raw| last_number(&raw))
        .collect()
}

/// What keeps a person from leaving one commons.
///
/// # Errors
/// Only for unreadable state.
pub fn items_of(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Vec<String>, ContractError> {
    let mut items = rights::open_items(storage, commons, person)?;
    items.extend(market::open_items(storage, commons, person)?);
    items.extend(monitors::open_items(storage, commons, person)?);
    items.extend(regeneration::open_items(storage, commons, person)?);
    items.extend(order::open_items(storage, commons, person)?);
    Ok(items)
}

/// What keeps a person from leaving the community: a closed commons keeps nobody.
///
/// # Errors
/// Only for unreadable state.
pub fn open_items(storage: &dyn Storage, person: u64) -> Result<Vec<String>, ContractError> {
    let mut items = vec![];
    for commons in involved(storage, person, None) {
        if super::commons(storage, commons)?.status != Status::Closed {
            items.extend(items_of(storage, commons, person)?);
        }
    }
    Ok(items)
}

/// What this part keeps about a person in a commons.
///
/// # Errors
/// Only for unreadable state.
pub fn kept(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Option<Kept>, ContractError> {
    let application = state::application(commons, person).may_load(storage)?;
    let kept = Kept {
        enrolment: super::enrolment(storage, commons, person)?.map(|one| view(person, &one)),
        application: application.map(|one| ApplicationView {
            asked: Seconds(one.asked),
            welcomed: one.welcomed.into_iter().map(Id).collect(),
        }),
        welcomed: state::welcomed(commons, person)
            .may_load(storage)?
            .unwrap_or(0),
        controls: super::organisations(storage, commons, person)
            .into_iter()
            .map(Id)
            .collect(),
    };
    let nothing = kept.enrolment.is_none() && kept.application.is_none() && kept.welcomed == 0;
    Ok((!nothing || !kept.controls.is_empty()).then_some(kept))
}
