//! Every stored record that names a member, byte by byte: what `export` says
//! by value, and what it leaves out (links to the member, signed by both or by
//! the other end alone, grants, what was asked for in an epoch, posts as a
//! solver). A page of obligations, or of consents, names everybody on it.
//!
//! Nothing is written for this when it happens: a page walks a bounded number
//! of records. Left out are records of the contract itself and the frozen
//! graphs of rounds, which hold nothing but copies while a round runs.

use borsh::BorshDeserialize;
use cosmwasm_std::{Binary, HexBinary, Order, Storage, to_hex};
use mycel_kit::key::StateError;

use crate::allocation::trades::Promise;
use crate::book::{Found, Page};
use crate::error::ContractError;
use crate::msg::{RawRecord, RecordsResponse};
use crate::posts::Post;
use crate::state::Proposal;

/// Records that a page walks.
const WALK: usize = 500;
/// Records that a page gives.
const MOST: usize = 50;
/// Tags of records that may name a member, in the order of the pages.
const TAGS: &[u8] = b"CDGHLOPQRWcdehjkosuvx";
/// Persons on a page of consents.
const CONSENTS: u32 = 4_096;

/// One page; `after` is the last page's `next`.
pub fn records(
    storage: &dyn Storage,
    person: u32,
    address: &str,
    after: Option<String>,
) -> Result<RecordsResponse, ContractError> {
    let after: Vec<u8> = match after {
        Some(text) => HexBinary::from_hex(&text)
            .map_err(|_| ContractError::OutOfBounds {
                what: "after",
                value: text.chars().take(64).collect(),
                least: "none".to_owned(),
                most: "the previous page's next".to_owned(),
            })?
            .into(),
        None => vec![],
    };
    let begun = after.first().copied().unwrap_or(0);
    let mut records = Vec::new();
    let mut walked = 0;
    for tag in TAGS.iter().filter(|tag| **tag >= begun) {
        let start = if begun == *tag {
            [&after, &[0][..]].concat()
        } else {
            vec![*tag]
        };
        let range = storage.range(Some(&start), Some(&[*tag + 1]), Order::Ascending);
        for (key, value) in range.filter(|(key, _)| key != b"contract_info") {
            walked += 1;
            if names(storage, *tag, &key, &value, person, address)? {
                records.push(RawRecord {
                    key: Binary::from(key.clone()),
                    value: Binary::from(value),
                });
            }
            if walked >= WALK || records.len() >= MOST {
                let next = Some(to_hex(key));
                return Ok(RecordsResponse { records, next });
            }
        }
    }
    Ok(RecordsResponse {
        records,
        next: None,
    })
}

fn read<T: BorshDeserialize>(key: &[u8], value: &[u8]) -> Result<T, ContractError> {
    let key = || to_hex(key);
    Ok(borsh::from_slice(value).map_err(|_| StateError::Unreadable { key: key() })?)
}

/// Whether a record names a member, by its key or within.
fn names(
    storage: &dyn Storage,
    tag: u8,
    key: &[u8],
    value: &[u8],
    person: u32,
    address: &str,
) -> Result<bool, ContractError> {
    let at = |from: usize| key.get(from..from + 4) == Some(&person.to_be_bytes()[..]);
    let first = key.get(1..5).and_then(|bytes| bytes.try_into().ok());
    let first = u32::from_be_bytes(first.unwrap_or_default());
    Ok(match tag {
        b'u' | b'd' | b'h' | b'R' => at(1),
        // a market, then a person
        b'O' | b'D' | b'G' | b'H' | b'Q' | b'C' => at(5),
        b'L' | b'W' => at(5) || at(9),
        b'c' => first == person / CONSENTS,
        b'o' => {
            let proposal: Proposal = read(key, value)?;
            proposal.debtor == person || proposal.creditor == person
        }
        b'P' => {
            let promise: Promise = read(key, value)?;
            promise.from == person || promise.to == person
        }
        b'e' | b'v' => {
            let page = Page::load(storage, first)?.unwrap_or_default();
            let mut entries = page.entries.iter();
            entries.any(|entry| entry.debtor == person || entry.creditor == person)
        }
        b'x' | b'j' => Found::may_load(storage, first)?.is_some_and(|found| {
            let entry = found.entry();
            entry.debtor == person || entry.creditor == person
        }),
        b's' => read::<Post>(key, value)?.solver == address,
        b'k' => key.get(9..) == Some(address.as_bytes()),
        _ => false,
    })
}
