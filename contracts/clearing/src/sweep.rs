//! What has ended goes, so that a freeze looks at what is owed and little
//! else. Anyone may sweep; not while a graph is frozen.

use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::Id;

use crate::book::{self, Found, PER_PAGE, Page};
use crate::error::ContractError;
use crate::people::{self, RECENT};
use crate::round::{self, Stage};
use crate::state;

/// Most pages in one `sweep`.
pub const MAX_PAGES: u32 = 64;

/// Removes ended obligations from pages, from `page` on.
///
/// # Errors
/// A graph is frozen.
pub fn sweep(deps: DepsMut, page: u32, limit: Option<u32>) -> Result<Response, ContractError> {
    if let Some(number) = state::active_round().may_load(deps.storage)? {
        let stage = round::load(deps.storage, Id(number))?.stage;
        if stage != Stage::Open {
            return Err(ContractError::WrongStage {
                round: number,
                stage: stage.name(),
                needs: "open or none",
            });
        }
    }
    let end = state::counters().load(deps.storage)?.obligation / PER_PAGE + 1;
    let limit = limit.unwrap_or(MAX_PAGES).clamp(1, MAX_PAGES);
    let mut kept: Vec<(u32, Page)> = Vec::new();
    let (mut seen, mut removed) = (0u32, 0usize);
    let next = book::walk(deps.storage, page, end, |number, page| {
        seen += 1;
        let live = |at: &usize| book::owed(page.amounts[*at]) > 0;
        let places: Vec<usize> = (0..page.entries.len()).filter(live).collect();
        if places.len() < page.entries.len() {
            removed += page.entries.len() - places.len();
            let rest = Page {
                entries: places.iter().map(|at| page.entries[*at]).collect(),
                amounts: places.iter().map(|at| page.amounts[*at]).collect(),
            };
            kept.push((number, rest));
        }
        Ok(seen < limit)
    })?;
    for (number, rest) in kept {
        let live = |place: u8| rest.entries.iter().any(|entry| entry.place == place);
        for place in 0..PER_PAGE as u8 {
            if !live(place) {
                let obligation = number * PER_PAGE + u32::from(place);
                deps.storage.remove(state::extension(obligation).bytes());
                deps.storage.remove(state::case(obligation).bytes());
            }
        }
        rest.save(deps.storage, number);
    }
    Ok(Response::new()
        .add_attribute("action", "sweep")
        .add_attribute("removed", removed.to_string())
        .add_attribute("next", next.to_string()))
}

/// Drops ended obligations from one page of a person's ledger; an emptied
/// page is filled by the last.
///
/// # Errors
/// Unreadable state.
pub fn prune(deps: DepsMut, person: Id, page: u32) -> Result<Response, ContractError> {
    let person = people::number(person)?;
    let key = state::ledger(person);
    let mut ledger = key.may_load(deps.storage)?.unwrap_or_default();
    let before = people::page(deps.storage, person, page)?;
    let mut live = Vec::with_capacity(RECENT);
    for number in &before {
        if is_owed(deps.storage, *number)? {
            live.push(*number);
        }
    }
    let dropped = before.len() - live.len();
    if page >= ledger.pages {
        ledger.recent = if page == ledger.pages {
            live
        } else {
            ledger.recent
        };
    } else if live.is_empty() {
        ledger.pages -= 1;
        let last = state::ledger_page(person, ledger.pages);
        let moved = last.load(deps.storage)?;
        deps.storage.remove(last.bytes());
        if page < ledger.pages {
            state::ledger_page(person, page).save(deps.storage, &moved);
        }
    } else if dropped > 0 {
        state::ledger_page(person, page).save(deps.storage, &live);
    }
    key.save(deps.storage, &ledger);
    Ok(Response::new()
        .add_attribute("action", "prune")
        .add_attribute("person", person.to_string())
        .add_attribute("dropped", dropped.to_string()))
}

/// Whether anything is still owed on an obligation.
///
/// # Errors
/// Unreadable state.
pub fn is_owed(storage: &dyn Storage, obligation: u32) -> Result<bool, ContractError> {
    Ok(Found::may_load(storage, obligation)?.is_some_and(|found| found.amount() > 0))
}
