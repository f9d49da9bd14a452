//! What a member has open here.

use cosmwasm_std::{Order, Storage};
use mycel_kit::peers::items::OpenItems;

use crate::error::ContractError;
use crate::state::{self, Item};

/// Items that are counted at most; more are as good as this many.
pub const COUNTED: usize = 200;
/// Items told in words.
const TOLD: usize = 10;

/// The open items of an account, by kind and number, at most `most` above
/// `after`.
#[must_use]
pub fn list(storage: &dyn Storage, number: u32, after: Option<Item>, most: usize) -> Vec<Item> {
    let first = state::item(number, Item::Hold(0));
    let prefix = &first.bytes()[..5];
    let start = match after {
        Some(item) => [state::item(number, item).bytes(), &[0]].concat(),
        None => prefix.to_vec(),
    };
    let end = [prefix, &[u8::MAX]].concat();
    let range = storage.range(Some(&start), Some(&end), Order::Ascending);
    range
        .filter_map(|(key, _)| parse(key.get(5..)?))
        .take(most)
        .collect()
}

/// An item from the end of its key.
#[must_use]
pub fn parse(rest: &[u8]) -> Option<Item> {
    let (tag, id) = rest.split_first()?;
    let id = u64::from_be_bytes(id.try_into().ok()?);
    match tag {
        b'h' => Some(Item::Hold(id)),
        b'r' => Some(Item::Request(id)),
        _ => None,
    }
}

/// What keeps an account from closing: holds, and requests that it made and
/// that have not expired. Nobody keeps another's account open by asking it for
/// money: closing declines what it was asked.
///
/// # Errors
/// Only for unreadable state.
pub fn open(storage: &dyn Storage, number: u32, now: u64) -> Result<OpenItems, ContractError> {
    let mut open = 0u32;
    let mut told = Vec::new();
    for item in list(storage, number, None, COUNTED) {
        let sentence = match item {
            Item::Hold(id) => {
                let hold = state::hold(id).load(storage)?;
                Some(format!("hold {id} at {}", hold.holder))
            }
            Item::Request(id) => {
                let request = state::request(id).load(storage)?;
                let own = request.payee == number && now < request.expires;
                own.then(|| format!("request {id}"))
            }
        };
        if let Some(sentence) = sentence {
            open += 1;
            if told.len() < TOLD {
                told.push(sentence);
            }
        }
    }
    Ok(OpenItems { open, items: told })
}
