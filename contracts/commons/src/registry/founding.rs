//! A commons begins, changes its rules and ends.

use cosmwasm_std::Storage;
use mycel_kit::Id;

use super::budgets::{MAX_CHILDREN, MAX_DEPTH};
use super::msg::{Found, Founded, SetRules};
use super::rules::Rules;
use super::state::{self, Commons, Description, Status};
use super::{RegistryError, commons, enrolment, open, rules};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::ALL_SHARES;
use crate::{bounds, cap, market, monitors, order, regeneration, rights};

/// Most bytes of a name.
pub const MAX_NAME: usize = 64;
/// Most bytes of a unit.
pub const MAX_UNIT: usize = 16;
/// Most bytes of a boundary in words.
pub const MAX_BOUNDARY: usize = 1_024;

/// All members found a commons.
///
/// # Errors
/// Texts, rules or shares out of bounds; a parent that has no place for it;
/// persons that cannot be enrolled.
pub fn found(call: &mut Call<'_>, asked: Found) -> Result<(), ContractError> {
    bounds::text("name", &asked.name, MAX_NAME)?;
    bounds::text("unit", &asked.unit, MAX_UNIT)?;
    bounds::text("boundary", &asked.boundary, MAX_BOUNDARY)?;
    let geometry = bounds::hash("geometry", &asked.geometry)?;
    asked.rules.check(call)?;
    let parent = asked.parent.map(|Id(parent)| parent);
    let depth = match parent {
        None => 1,
        Some(parent) => below(call, parent)?,
    };
    let given: u64 = asked
        .members
        .iter()
        .map(|one| u64::from(one.shares.0))
        .sum();
    if given > ALL_SHARES.into() {
        return Err(RegistryError::Shares {
            given,
            most: ALL_SHARES.into(),
        }
        .into());
    }
    let key = state::founded();
    let number = key.may_load(call.storage)?.unwrap_or(0).saturating_add(1);
    key.save(call.storage, &number);
    state::commons(number).save(
        call.storage,
        &Commons {
            parent,
            depth,
            founded: call.now,
            status: Status::Open,
            enrolled: 0,
            places: 0,
            children: 0,
            budgets_ppm: 0,
        },
    );
    let description = Description {
        name: asked.name,
        unit: asked.unit,
        boundary: asked.boundary,
        geometry,
    };
    state::description(number).save(call.storage, &description);
    state::rules(number).save(call.storage, &asked.rules);
    if let Some(parent) = parent {
        state::budget(parent, number).save(call.storage, &0);
    }
    call.event(
        "found",
        &[
            ("commons", &number),
            ("name", &description.name),
            ("parent", &parent.unwrap_or(0)),
        ],
    );
    rights::found(call, number)?;
    monitors::found(call, number)?;
    enrolment::enrol_all(call, number, &asked.members)?;
    regeneration::found(call, number)?;
    market::found(call, number)?;
    order::found(call, number)?;
    // its first epoch waits for the first value
    cap::found(call, number)?;
    call.answer(&Founded {
        commons: Id(number),
    })
}

/// The depth of a new child; counts it.
fn below(call: &mut Call<'_>, parent: u64) -> Result<u8, ContractError> {
    let mut record = open(call.storage, parent)?;
    let depth = record.depth.saturating_add(1);
    if depth > MAX_DEPTH {
        return Err(RegistryError::Depth {
            parent,
            depth,
            most: MAX_DEPTH,
        }
        .into());
    }
    if record.children >= MAX_CHILDREN {
        return Err(RegistryError::Children {
            parent,
            children: record.children,
            most: MAX_CHILDREN,
        }
        .into());
    }
    record.children = record.children.saturating_add(1);
    state::commons(parent).save(call.storage, &record);
    Ok(depth)
}

/// A commons' own members give it other rules, in force from the next epoch on.
/// Who decides again before that decides anew.
///
/// # Errors
/// Rules out of bounds, or a commons that closes.
pub fn set_rules(call: &mut Call<'_>, asked: SetRules) -> Result<(), ContractError> {
    let number = asked.commons.0;
    open(call.storage, number)?;
    asked.rules.check(call)?;
    state::next_rules(number).save(call.storage, &asked.rules);
    call.event("set_rules", &[("commons", &number)]);
    Ok(())
}

/// The rules that will be in force once the next epoch opens.
///
/// # Errors
/// No such commons.
pub fn coming_rules(storage: &dyn Storage, number: u64) -> Result<Rules, ContractError> {
    match state::next_rules(number).may_load(storage)? {
        Some(decided) => Ok(decided),
        None => rules(storage, number),
    }
}

/// An epoch is over and the next one may open: rules that were decided come
/// into force. `None`: there is no next one, the commons is closed now.
///
/// # Errors
/// Only for unreadable state.
pub fn turn(call: &mut Call<'_>, number: u64) -> Result<Option<Rules>, ContractError> {
    let record = commons(call.storage, number)?;
    if record.status != Status::Open {
        end(call, number, record)?;
        return Ok(None);
    }
    let next = state::next_rules(number);
    let Some(decided) = next.may_load(call.storage)? else {
        return Ok(Some(rules(call.storage, number)?));
    };
    state::rules(number).save(call.storage, &decided);
    call.storage.remove(next.bytes());
    call.event("rules_in_force", &[("commons", &number)]);
    Ok(Some(decided))
}

/// A commons' own members close it: the open epoch is its last.
///
/// # Errors
/// It closes already, or has children that are open.
pub fn close(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut record = open(call.storage, number)?;
    if record.children > 0 {
        return Err(RegistryError::ChildrenOpen {
            commons: number,
            children: record.children,
        }
        .into());
    }
    record.status = Status::Closing;
    state::commons(number).save(call.storage, &record);
    call.event("close", &[("commons", &number)]);
    if cap::current(call.storage, number)?.is_none() {
        end(call, number, record)?;
    }
    Ok(())
}

/// Closed: its budget is its parent's again.
fn end(call: &mut Call<'_>, number: u64, mut record: Commons) -> Result<(), ContractError> {
    if record.status == Status::Closed {
        return Ok(());
    }
    record.status = Status::Closed;
    state::commons(number).save(call.storage, &record);
    if let Some(parent) = record.parent {
        let key = state::budget(parent, number);
        let ppm = key.may_load(call.storage)?.unwrap_or(0);
        call.storage.remove(key.bytes());
        let mut above = commons(call.storage, parent)?;
        above.children = above.children.saturating_sub(1);
        above.budgets_ppm = above.budgets_ppm.saturating_sub(ppm);
        state::commons(parent).save(call.storage, &above);
    }
    call.event("closed", &[("commons", &number)]);
    Ok(())
}
