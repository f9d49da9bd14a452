//! Answers about the tree.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Deps, HexBinary, Storage};
use mycel_bindings::MycelQuery;
use mycel_kit::{Id, Seconds};

use super::{KEPT_SLOTS, PLACES, TreeError, state};
use crate::element::hex;
use crate::error::ContractError;
use crate::times::Clock;

/// Most leaves in an answer, and the default.
pub const MAX_LEAVES: u32 = 500;

/// Answer to `leaves`.
#[cw_serde]
pub struct Leaves {
    /// Leaves that are not empty, by place.
    pub leaves: Vec<Leaf>,
    /// The root now: of all leaves, not of this page.
    pub root: HexBinary,
    /// Places taken.
    pub places: u32,
    /// `after` of the next page; absent on the last.
    pub next: Option<u32>,
}

/// A leaf.
#[cw_serde]
pub struct Leaf {
    /// Its place.
    pub index: u32,
    /// The leaf.
    pub leaf: HexBinary,
}

/// Answer to `path`. Who asks for a path names a member: a wallet that shows
/// without a name keeps all leaves instead.
#[cw_serde]
pub struct Path {
    /// The leaf's place.
    pub index: u32,
    /// The leaf.
    pub leaf: HexBinary,
    /// Neighbours, lowest first.
    pub siblings: Vec<HexBinary>,
    /// The root now.
    pub root: HexBinary,
}

/// Answer to `root`.
#[cw_serde]
pub struct Root {
    /// The slot.
    pub slot: Id,
    /// When it began.
    pub since: Seconds,
    /// The root then.
    pub root: HexBinary,
    /// The period then.
    pub period: u32,
}

/// Answer to `checkpoints`.
#[cw_serde]
pub struct Checkpoints {
    /// Roots before the first change of a slot, by slot.
    pub checkpoints: Vec<Root>,
    /// The root now.
    pub root: HexBinary,
    /// The slot of its last change.
    pub changed: Id,
}

/// Leaves after a place.
///
/// # Errors
/// Only for unreadable state.
pub fn leaves(
    storage: &dyn Storage,
    after: Option<u32>,
    limit: Option<u32>,
) -> Result<Leaves, ContractError> {
    let top = state::top().load(storage)?;
    let limit = limit.unwrap_or(MAX_LEAVES).clamp(1, MAX_LEAVES) as usize;
    let first = after.map_or(0, |after| after.saturating_add(1));
    let mut leaves = vec![];
    let mut more = false;
    for found in state::nodes(storage, 0, first, PLACES) {
        let (index, leaf) = found?;
        if leaves.len() == limit {
            more = true;
            break;
        }
        let leaf = hex(&leaf);
        leaves.push(Leaf { index, leaf });
    }
    let next = leaves.last().filter(|_| more).map(|leaf| leaf.index);
    Ok(Leaves {
        leaves,
        root: hex(&top.root),
        places: top.places,
        next,
    })
}

/// The way from a place to the root.
///
/// # Errors
/// A place that is not taken.
pub fn path(deps: Deps<'_, MycelQuery>, index: u32) -> Result<Path, ContractError> {
    let storage = deps.storage;
    let top = state::top().load(storage)?;
    if index >= top.places {
        let places = top.places;
        return Err(TreeError::Full { index, places }.into());
    }
    let siblings = super::path(storage, deps.querier, index)?;
    Ok(Path {
        index,
        leaf: hex(&state::load(storage, 0, index)?),
        siblings: siblings.iter().map(hex).collect(),
        root: hex(&top.root),
    })
}

/// The root when a slot began; of the slot now if none is named.
///
/// # Errors
/// A slot that has not begun, or of which nothing is known any more.
pub fn root(
    storage: &dyn Storage,
    clock: &Clock,
    now: u64,
    slot: Option<u64>,
) -> Result<Root, ContractError> {
    let now = clock.slot_of(now);
    let slot = slot.unwrap_or(now);
    let least = now.saturating_sub(KEPT_SLOTS);
    if !(least..=now).contains(&slot) {
        return Err(TreeError::Slot { slot, least, now }.into());
    }
    let root = super::root_of(storage, slot)?;
    Ok(shown(clock, slot, &root))
}

fn shown(clock: &Clock, slot: u64, root: &crate::element::Element) -> Root {
    let since = clock.slot_start(slot);
    Root {
        slot: Id(slot),
        since: Seconds(since),
        root: hex(root),
        period: clock.period_of(since),
    }
}

/// The checkpoints that are kept.
///
/// # Errors
/// Only for unreadable state.
pub fn checkpoints(storage: &dyn Storage, clock: &Clock) -> Result<Checkpoints, ContractError> {
    let top = state::top().load(storage)?;
    let mut checkpoints = vec![];
    for found in state::checkpoints(storage, 0) {
        let (slot, root) = found?;
        checkpoints.push(shown(clock, slot, &root));
    }
    Ok(Checkpoints {
        checkpoints,
        root: hex(&top.root),
        changed: Id(top.changed),
    })
}
