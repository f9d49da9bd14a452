//! The roll: a tree of leaves, and its roots by slot.
//!
//! # The model
//! Depth 20, node = P2(left, right), an empty leaf is 0. Places are given from
//! the left and kept for ever. A proof is about the root at the beginning of a
//! slot, so that a change in the same slot spoils no proof that is under way:
//! the first change in slot t keeps the root before it as `checkpoint[t]`, and
//!
//! ```text
//! root(s) = checkpoint of the least t ≥ s, else the root now
//! ```
//!
//! A root that has not changed for months is valid; nothing older than an hour is.
//!
//! # What is stored
//! Five bands of four levels: only the nodes between bands are stored, a record
//! each, and what is empty is not. An update writes five nodes, scans the
//! sixteen below each and hashes the rest anew: a hash costs a tenth of a read
//! and a twentieth of a write.
//!
//! # Invariants
//! 1. Each stored node is the root of all leaves below it, and so is the root.
//! 2. Checkpoints never change.

pub mod ask;
pub mod empty;
pub mod error;
pub mod invariants;
pub mod state;

use std::collections::BTreeMap;

use cosmwasm_std::{QuerierWrapper, Storage, SubMsg};
use mycel_bindings::{MycelMsg, MycelQuery};

use crate::call::Call;
use crate::element::Element;
use crate::error::ContractError;
use crate::proofs;
use crate::times::RECENT_SLOTS;
pub use empty::{DEPTH, EMPTY, PLACES};
pub use error::TreeError;
use state::Top;

/// Levels of a band.
pub const BAND: usize = 4;
/// For how many slots checkpoints are kept: a day of them, more than any proof
/// may look back.
pub const KEPT_SLOTS: u64 = 144;
/// Under which name other chains find the root: itself what slots after the
/// last change begin with, and `root/` with the place of a slot among
/// [`KEPT_SLOTS`] its checkpoint.
pub const ROOT: &[u8] = b"root";
/// Old checkpoints that a change removes at most.
const REMOVED: usize = 4;

/// An empty tree.
pub fn begin(storage: &mut dyn Storage) {
    let top = Top {
        root: EMPTY[DEPTH],
        places: 0,
        changed: 0,
    };
    state::top().save(storage, &top);
}

/// The next free place, taken. Its leaf is empty until it is written.
///
/// # Errors
/// [`TreeError::Full`].
pub fn take_place(storage: &mut dyn Storage) -> Result<u32, ContractError> {
    let mut top = state::top().load(storage)?;
    let index = top.places;
    if index >= PLACES {
        let places = PLACES;
        return Err(TreeError::Full { index, places }.into());
    }
    top.places = index + 1;
    state::top().save(storage, &top);
    Ok(index)
}

/// Puts leaves in their places. Leaves that share nodes above them pay for
/// those once; each level is one question to the chain.
///
/// # Errors
/// The chain does not hash, or unreadable state.
pub fn update(call: &mut Call<'_>, leaves: &BTreeMap<u32, Element>) -> Result<(), ContractError> {
    let mut nodes: BTreeMap<u32, Element> = BTreeMap::new();
    for (index, leaf) in leaves {
        if state::load(call.storage, 0, *index)? != *leaf {
            nodes.insert(*index, *leaf);
        }
    }
    if nodes.is_empty() {
        return Ok(());
    }
    for height in (0..DEPTH).step_by(BAND) {
        for (index, node) in &nodes {
            put(call.storage, height, *index, node);
        }
        let mut above: Vec<u32> = nodes.keys().map(|index| index >> BAND).collect();
        above.dedup();
        let mut groups = Vec::with_capacity(above.len());
        for parent in &above {
            groups.push(below(call.storage, height, *parent)?);
        }
        for level in height..height + BAND {
            groups = hashed(call.querier, level, &groups)?;
        }
        let roots = groups
            .into_iter()
            .filter_map(|group| group.first().copied());
        nodes = above.into_iter().zip(roots).collect();
    }
    // one root above all
    let Some(root) = nodes.get(&0).copied() else {
        return Ok(());
    };
    let mut top = state::top().load(call.storage)?;
    let slot = call.slot();
    if top.changed != slot {
        checkpoint(call, slot, &top.root);
    }
    top.root = root;
    top.changed = slot;
    state::top().save(call.storage, &top);
    // until something changes, what a later slot begins with
    publish(call, ROOT.to_vec(), slot.saturating_add(1), &root);
    call.event(
        "root",
        &[("root", &cosmwasm_std::to_hex(root)), ("slot", &slot)],
    );
    Ok(())
}

fn put(storage: &mut dyn Storage, height: usize, index: u32, node: &Element) {
    let key = state::node(height as u8, index);
    if *node == EMPTY[height] {
        storage.remove(&key);
    } else {
        storage.set(&key, node);
    }
}

/// The nodes of a height, one of which bands store, that lie below a node a
/// band higher.
fn below(storage: &dyn Storage, height: usize, parent: u32) -> Result<Vec<Element>, ContractError> {
    let first = parent << BAND;
    let mut nodes = vec![EMPTY[height]; 1 << BAND];
    for found in state::nodes(storage, height as u8, first, first + (1 << BAND)) {
        let (index, node) = found?;
        if let Some(place) = nodes.get_mut((index - first) as usize) {
            *place = node;
        }
    }
    Ok(nodes)
}

/// The level above each group of nodes of a height. Two empty ones make an
/// empty one, which costs nothing.
fn hashed(
    querier: QuerierWrapper<'_, MycelQuery>,
    height: usize,
    groups: &[Vec<Element>],
) -> Result<Vec<Vec<Element>>, ContractError> {
    let empty = [EMPTY[height]; 2];
    let pairs: Vec<Vec<Element>> = groups
        .iter()
        .flat_map(|group| group.chunks(2))
        .filter(|pair| *pair != empty)
        .map(<[Element]>::to_vec)
        .collect();
    let mut hashes = proofs::poseidon(querier, &pairs)?.into_iter();
    let above = EMPTY[height + 1];
    let level = groups.iter().map(|group| {
        let pairs = group.chunks(2);
        pairs
            .map(|pair| match pair == empty {
                true => above,
                false => hashes.next().unwrap_or(above),
            })
            .collect()
    });
    Ok(level.collect())
}

/// The first change of a slot keeps the root before it, and a few old ones go.
fn checkpoint(call: &mut Call<'_>, slot: u64, root: &Element) {
    // old ones first: where the contract has no room left, they make it
    let old: Vec<Vec<u8>> = call
        .storage
        .range_keys(
            Some(&state::checkpoint(0)),
            Some(&state::checkpoint(slot.saturating_sub(KEPT_SLOTS))),
            cosmwasm_std::Order::Ascending,
        )
        .take(REMOVED)
        .collect();
    for key in old {
        call.storage.remove(&key);
    }
    call.storage.set(&state::checkpoint(slot), root);
    let place = (slot % KEPT_SLOTS).to_be_bytes();
    publish(call, [ROOT, b"/", &place].concat(), slot, root);
}

/// Shows a root to other chains: slot and its period, big-endian, then the root
/// of that slot, and of those before it up to the last change.
fn publish(call: &mut Call<'_>, key: Vec<u8>, slot: u64, root: &Element) {
    let clock = &call.fixed.clock;
    let period = clock.period_of(clock.slot_start(slot));
    let value = [&slot.to_be_bytes()[..], &period.to_be_bytes(), root].concat();
    let message = MycelMsg::Publish {
        key: key.into(),
        value: value.into(),
    };
    call.response.messages.push(SubMsg::new(message));
}

/// The root when a slot began; for slots whose checkpoints may be gone or that
/// have not begun, see [`recent`].
///
/// # Errors
/// Only for unreadable state.
pub fn root_of(storage: &dyn Storage, slot: u64) -> Result<Element, ContractError> {
    match state::checkpoints(storage, slot).next() {
        Some(found) => Ok(found?.1),
        None => Ok(state::top().load(storage)?.root),
    }
}

/// The root that a proof may be about: of a slot in [now − 5, now].
///
/// # Errors
/// [`TreeError::Slot`].
pub fn root_at(call: &Call<'_>, slot: u64) -> Result<Element, ContractError> {
    let now = call.slot();
    let least = now.saturating_sub(RECENT_SLOTS);
    if !(least..=now).contains(&slot) {
        return Err(TreeError::Slot { slot, least, now }.into());
    }
    root_of(call.storage, slot)
}

/// The neighbours of a leaf's way to the root, lowest first.
///
/// # Errors
/// The chain does not hash, or unreadable state.
pub fn path(
    storage: &dyn Storage,
    querier: QuerierWrapper<'_, MycelQuery>,
    index: u32,
) -> Result<Vec<Element>, ContractError> {
    let mut siblings = Vec::with_capacity(DEPTH);
    for height in (0..DEPTH).step_by(BAND) {
        let mut groups = vec![below(storage, height, index >> (height + BAND))?];
        for level in height..height + BAND {
            let within = (index >> level) as usize % (1 << (height + BAND - level));
            siblings.extend(groups.iter().filter_map(|group| group.get(within ^ 1)));
            groups = hashed(querier, level, &groups)?;
        }
    }
    Ok(siblings)
}
