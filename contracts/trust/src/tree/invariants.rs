//! What must hold of the tree.

use std::collections::BTreeMap;

use cosmwasm_std::Storage;
use mycel_kit::standard::{Invariant, Number};

use super::{BAND, DEPTH, EMPTY, PLACES, state};
use crate::element::Element;
use crate::error::ContractError;
use crate::mailbox;

/// What kept sums show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let top = state::top().load(storage)?;
    let mailboxes = mailbox::totals(storage)?.mailboxes;
    Ok(vec![Invariant {
        id: "TRUST-1".to_owned(),
        sentence: "each mailbox has one place in the tree, and no place is given twice".to_owned(),
        holds: top.places == mailboxes && top.places <= PLACES,
        numbers: vec![
            Number::new("places", top.places),
            Number::new("mailboxes", mailboxes),
        ],
    }])
}

/// The root of all stored leaves, and each stored node.
///
/// # Errors
/// Only for unreadable state.
pub fn audit(
    storage: &dyn Storage,
    poseidon: &dyn Fn(&[Element]) -> Element,
) -> Result<Vec<String>, ContractError> {
    let top = state::top().load(storage)?;
    let mut wrong = vec![];
    let mut level = stored(storage, 0)?;
    for height in 0..DEPTH {
        let at = |level: &BTreeMap<u32, Element>, index: u32| {
            level.get(&index).copied().unwrap_or(EMPTY[height])
        };
        let mut above: BTreeMap<u32, Element> = BTreeMap::new();
        for index in level.keys() {
            let parent = index >> 1;
            let pair = [at(&level, 2 * parent), at(&level, 2 * parent + 1)];
            above.entry(parent).or_insert_with(|| poseidon(&pair));
        }
        above.retain(|_, node| *node != EMPTY[height + 1]);
        let stands = height + 1;
        let expected = match stands < DEPTH && stands % BAND == 0 {
            true => above.clone(),
            false => BTreeMap::new(),
        };
        if stored(storage, stands)? != expected {
            wrong.push(format!("tree: the nodes of height {stands} differ"));
        }
        level = above;
    }
    let root = level.get(&0).copied().unwrap_or(EMPTY[DEPTH]);
    if root != top.root {
        wrong.push("tree: the root is not that of all leaves".to_owned());
    }
    if state::checkpoints(storage, top.changed.saturating_add(1))
        .next()
        .is_some()
    {
        wrong.push("tree: a checkpoint later than the last change".to_owned());
    }
    Ok(wrong)
}

fn stored(storage: &dyn Storage, height: usize) -> Result<BTreeMap<u32, Element>, ContractError> {
    let found = state::nodes(storage, height as u8, 0, PLACES);
    Ok(found.collect::<Result<_, _>>()?)
}
