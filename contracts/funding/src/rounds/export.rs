//! What rounds hold about a member.

use cosmwasm_std::{Deps, Order};
use mycel_bindings::MycelQuery;
use mycel_kit::Id;

use super::ask::RoundExport;
use super::{round, show, state};
use crate::error::ContractError;
use crate::state as shared;

/// Rounds on a page.
const ROUNDS: usize = 5;
/// Projects of one giver on a page: more than a round admits.
const GIFTS: usize = 400;

/// Rounds in which a person has or had something, after a round; and the mark
/// of the next page.
///
/// # Errors
/// Unreadable state; no credit.
pub fn page(
    deps: Deps<'_, MycelQuery>,
    person: u64,
    after: u64,
) -> Result<(Vec<RoundExport>, Option<u64>), ContractError> {
    let start = state::part(person, after.saturating_add(1));
    let end = state::head(b'i', &[&person.saturating_add(1).to_be_bytes()]);
    let mut numbers: Vec<u64> = deps
        .storage
        .range_keys(Some(start.bytes()), Some(&end), Order::Ascending)
        .take(ROUNDS + 1)
        .filter_map(|raw| Some(u64::from_be_bytes(raw.get(10..18)?.try_into().ok()?)))
        .collect();
    let more = numbers.len() > ROUNDS;
    numbers.truncate(ROUNDS);
    let mut rounds = vec![];
    for &number in &numbers {
        rounds.push(one(deps, person, number)?);
    }
    Ok((rounds, numbers.last().copied().filter(|_| more)))
}

fn one(deps: Deps<'_, MycelQuery>, person: u64, number: u64) -> Result<RoundExport, ContractError> {
    let storage = deps.storage;
    let giver = state::part(person, number).may_load(storage)?.unwrap_or(0);
    let credit = shared::parameters().load(storage)?.credit;
    let mut sponsored = vec![];
    let sponsors = state::sponsors(number).may_load(storage)?;
    for sponsor in sponsors.unwrap_or_default() {
        if sponsor.person == person {
            sponsored.push(show::sponsor(deps, &credit, &sponsor)?);
        }
    }
    let start = state::support(number, person, 0);
    let end = state::head(
        b'v',
        &[
            &number.to_be_bytes(),
            &person.saturating_add(1).to_be_bytes(),
        ],
    );
    let supports = storage
        .range_keys(Some(start.bytes()), Some(&end), Order::Ascending)
        .take(GIFTS)
        .filter_map(|raw| {
            let place = u16::from_be_bytes(raw.get(18..20)?.try_into().ok()?);
            Some(Id(place.into()))
        })
        .collect();
    let place = |place: Option<u16>| place.map(|place| Id(place.into()));
    Ok(RoundExport {
        round: Id(number),
        opened: round(storage, number)?.opener == person,
        gifts: show::gifts(storage, number, giver, 0, GIFTS)?,
        sponsored,
        submitted: place(state::of_submitter(number, person).may_load(storage)?),
        paid_by: place(state::of_payee(number, person).may_load(storage)?),
        supports,
        group: state::group_of(number, person).may_load(storage)?,
        showing: state::showing_of(number, person).may_load(storage)?.map(Id),
    })
}
