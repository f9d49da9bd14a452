//! Who may hold a seat. Monitors use nothing of what they watch, neither they
//! nor who controls a quarter of their organisation; no two seats are in the
//! same hands; organisations are accredited, lay persons are not enrolled.

use cosmwasm_std::Storage;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Standing;

use super::error::MonitorError;
use super::state::{Held, Watch};
use crate::call::Call;
use crate::error::ContractError;
use crate::{market, regeneration, registry, rights};

/// Whether a person has shares, entitlement, leases, orders or debts there, or
/// restored something that is attested or gives entitlement yet.
fn has_rights(storage: &dyn Storage, commons: u64, person: u64) -> Result<bool, ContractError> {
    Ok(!rights::open_items(storage, commons, person)?.is_empty()
        || !market::open_items(storage, commons, person)?.is_empty()
        || !regeneration::open_items(storage, commons, person)?.is_empty())
}

/// Refuses who uses what it would watch.
///
/// # Errors
/// [`MonitorError::Interest`].
pub fn no_interest(storage: &dyn Storage, commons: u64, person: u64) -> Result<(), ContractError> {
    let refused = |what| MonitorError::Interest {
        commons,
        person,
        what,
    };
    if registry::is_enrolled(storage, commons, person)? {
        return Err(refused("enrolment").into());
    }
    no_rights(storage, commons, person)
}

fn no_rights(storage: &dyn Storage, commons: u64, person: u64) -> Result<(), ContractError> {
    if has_rights(storage, commons, person)? {
        return Err(MonitorError::Interest {
            commons,
            person,
            what: "rights",
        }
        .into());
    }
    Ok(())
}

/// The sender of a message as who may watch: an active member by a key that acts.
///
/// # Errors
/// A stranger, or one that may not deal.
pub fn sender(call: &Call<'_>, address: &str) -> Result<Standing, ContractError> {
    let standing = call.standing(address)?;
    let acts = |role: &String| role == "pay" || role == "vote";
    if !standing.may_deal() || !standing.roles.iter().any(acts) {
        return Err(MonitorError::MayNotDeal {
            person: standing.person.0,
        }
        .into());
    }
    Ok(standing)
}

/// Another seat in the same hands.
fn other_seat(watch: &Watch, own: Option<u64>, hands: &[u64]) -> Option<u64> {
    let same = |held: &&Held| {
        Some(held.seat) != own
            && (hands.contains(&held.person)
                || held.controllers.iter().any(|one| hands.contains(one)))
    };
    watch.held.iter().find(same).map(|held| held.seat)
}

/// Whether an organisation may hold a seat, `own` being the one it has; gives
/// who controls it.
///
/// # Errors
/// Why not; members does not answer.
pub fn organisation(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    watch: &Watch,
    own: Option<u64>,
) -> Result<Vec<u64>, ContractError> {
    if !registry::is_accredited(call.storage, person) {
        return Err(MonitorError::NotAccredited { person }.into());
    }
    no_interest(call.storage, commons, person)?;
    let controllers = registry::controllers(call, commons, person)?;
    for controller in &controllers {
        no_rights(call.storage, commons, *controller)?;
    }
    let hands: Vec<u64> = [person].iter().chain(&controllers).copied().collect();
    if let Some(seat) = other_seat(watch, own, &hands) {
        return Err(MonitorError::SameHands {
            commons,
            person,
            seat,
        }
        .into());
    }
    Ok(controllers)
}

/// Whether a person may hold a seat drawn by lot, `own` being the one it has.
///
/// # Errors
/// Why not.
pub fn lay(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    watch: &Watch,
    own: Option<u64>,
) -> Result<(), ContractError> {
    no_interest(storage, commons, person)?;
    if let Some(seat) = other_seat(watch, own, &[person]) {
        return Err(MonitorError::SameHands {
            commons,
            person,
            seat,
        }
        .into());
    }
    Ok(())
}

/// Whether who holds a seat may go on holding it; gives who controls it now.
/// Members is asked.
///
/// # Errors
/// Why not; members does not answer.
pub fn still(
    call: &mut Call<'_>,
    commons: u64,
    watch: &Watch,
    held: &Held,
) -> Result<Vec<u64>, ContractError> {
    if held.lay {
        lay(call.storage, commons, held.person, watch, Some(held.seat))?;
        return Ok(vec![]);
    }
    organisation(call, commons, held.person, watch, Some(held.seat))
}

/// Only organisations put bonds down.
///
/// # Errors
/// [`MonitorError::NotOrganisation`].
pub fn is_organisation(standing: &Standing) -> Result<(), ContractError> {
    if standing.kind == Kind::Org {
        return Ok(());
    }
    Err(MonitorError::NotOrganisation {
        person: standing.person.0,
    }
    .into())
}
