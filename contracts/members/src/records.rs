//! Every stored record that names a member, byte by byte, wherever it stands:
//! what [`crate::export`] says by value, and what others' records say of the
//! member. With the public layout ([`crate::state`]) it can be read by anyone.
//!
//! Nothing is written for this when it happens: a page walks a bounded number
//! of records. Left out are records of the community itself (parameters,
//! peers, sums, scan, blocks' times and counts, headers, communities) and `w`
//! and `C`, which name a place of the queue and a measure.

use borsh::BorshDeserialize;
use cosmwasm_std::{Binary, HexBinary, Order, Storage, to_hex};
use mycel_kit::key::StateError;

use crate::ask::{RawRecord, RecordsResponse};
use crate::error::ContractError;
use crate::standing;
use crate::state::{
    Credential, Entry, Flag, Founding, Guard, Handle, Held, Holder, Measure, Org, Person, Question,
    Sanction, Stay, Task, Usage,
};

/// Records that a page walks.
const WALK: usize = 500;
/// Records that a page gives.
const PAGE: usize = 50;
/// Tags of records that may name a member, in the order of the pages.
const TAGS: &[u8] = b"BFGILMPTVacdfghiklmqrstuvxyz";

/// One page; `after` is the last page's `next`.
///
/// # Errors
/// An unknown member, or no cursor.
pub fn page(
    storage: &dyn Storage,
    number: u64,
    after: Option<String>,
) -> Result<RecordsResponse, ContractError> {
    standing::person(storage, number)?;
    let after: Vec<u8> = match after {
        Some(text) => HexBinary::from_hex(&text)
            .map_err(|_| ContractError::NotFound {
                what: "records after",
                id: text.chars().take(64).collect(),
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
            if names(*tag, &key, &value, number)? {
                records.push(RawRecord {
                    key: Binary::from(key.clone()),
                    value: Binary::from(value),
                });
            }
            if walked >= WALK || records.len() >= PAGE {
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
fn names(tag: u8, key: &[u8], value: &[u8], number: u64) -> Result<bool, ContractError> {
    let at = |from: usize| key.get(from..from + 8) == Some(&number.to_be_bytes()[..]);
    let share = |shares: &[(u64, u16)]| shares.iter().any(|(person, _)| *person == number);
    let org = |org: &Org| {
        let mut waiting = org.waiting.iter();
        share(&org.controllers)
            || waiting.any(|to| {
                to.by == number || share(&to.controllers) || to.approvals.contains(&number)
            })
    };
    if matches!(
        tag,
        b'B' | b'L' | b'P' | b'a' | b'k' | b'l' | b't' | b'v' | b'y'
    ) {
        return Ok(at(1));
    }
    Ok(match tag {
        // an epoch, then the root of a sponsor tree
        b'T' => at(9),
        b'V' | b'd' => at(1) || at(9),
        b'I' | b'i' => read::<u64>(key, value)? == number,
        b'x' => read::<Held>(key, value)?.number == number,
        b'h' => read::<Handle>(key, value)?.holder == Holder::Number(number),
        b'm' => at(1) || read::<Person>(key, value)?.sponsor == Some(number),
        b'q' => {
            let entry: Entry = read(key, value)?;
            entry.sponsor == Some(number) || entry.former == Some(number)
        }
        b'r' => at(1) || read::<Stay>(key, value)?.sponsor == Some(number),
        b'c' => at(1) || read::<Credential>(key, value)?.subject == number,
        b's' => at(1) || read::<Sanction>(key, value)?.basis.contains(&number),
        b'G' => at(1) || org(&read(key, value)?),
        b'f' => {
            let flags: Vec<Flag> = read(key, value)?;
            at(1) || flags.iter().any(|flag| flag.by == number)
        }
        b'g' => {
            let guard: Guard = read(key, value)?;
            let mut running = guard.recoveries.iter();
            at(1)
                || guard.persons.contains(&number)
                || running.any(|running| running.approvals.contains(&number))
        }
        b'u' => {
            let usage: Usage = read(key, value)?;
            at(1)
                || usage.vouches.contains(&number)
                || usage.orgs.contains(&number)
                || usage.flags.iter().any(|(person, _)| *person == number)
        }
        b'M' => {
            let measure: Measure = read(key, value)?;
            let asks =
                matches!(measure.question, Question::Sanction { accuser, .. } if accuser == number);
            asks || measure.person == number || measure.parties.contains(&number)
        }
        b'F' => {
            let founding: Founding = read(key, value)?;
            org(&founding.org) || founding.approvals.contains(&number)
        }
        b'z' => match read::<Task>(key, value)? {
            Task::Step(person) | Task::Recheck(person) => person == number,
            Task::Vouch(to, from) => to == number || from == number,
            Task::Measure(_) => false,
        },
        _ => false,
    })
}
