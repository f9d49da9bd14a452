//! What this contract holds of a member's keys: all it ever published, and all
//! identities it ever used.

use cosmwasm_std::{HexBinary, Order, Storage};

use super::ask::ViewingKey;
use super::{state, viewing_key};
use crate::element::{Element, hex};
use crate::error::ContractError;

/// Most viewing keys on a page.
const KEYS: u32 = 50;
/// Most identities that a page looks at: they are kept by value, everybody's.
const LOOKS: usize = 100;

/// Viewing keys from a version on; the version that the next page begins with.
///
/// # Errors
/// Only for unreadable state.
pub fn viewing_keys(
    storage: &dyn Storage,
    person: u64,
    from: u32,
) -> Result<(Vec<ViewingKey>, Option<u32>), ContractError> {
    let newest = state::newest(person).may_load(storage)?.unwrap_or(0);
    let from = from.max(1);
    let end = newest.saturating_add(1).min(from.saturating_add(KEYS));
    let mut found = vec![];
    for version in from..end {
        if let Some((version, key)) = viewing_key(storage, person, Some(version))? {
            let key = HexBinary::from(key);
            found.push(ViewingKey { version, key });
        }
    }
    Ok((found, (end <= newest).then_some(end)))
}

/// The person's identities among those from a place on, the one it has now as
/// well; the place that the next page begins with.
///
/// # Errors
/// Only for unreadable state.
pub fn identities(
    storage: &dyn Storage,
    person: u64,
    from: &Element,
) -> Result<(Vec<HexBinary>, Option<Element>), ContractError> {
    let (start, end) = (state::identity(from), [b'k', b'i' + 1]);
    let mut found = vec![];
    let used = storage.range(Some(start.bytes()), Some(&end), Order::Ascending);
    for (looked, (raw, value)) in used.enumerate() {
        let Some(idc) = raw.get(2..).and_then(|idc| Element::try_from(idc).ok()) else {
            continue;
        };
        if looked == LOOKS {
            return Ok((found, Some(idc)));
        }
        if state::identity(&idc).decode(&value)? == person {
            found.push(hex(&idc));
        }
    }
    Ok((found, None))
}
