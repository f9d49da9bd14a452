//! What must hold of mailboxes.

use std::collections::BTreeSet;

use cosmwasm_std::{Order, Storage};
use mycel_kit::standard::{Invariant, Number};
use mycel_mailbox::tag;

use super::state::{self, Mailbox, Totals};
use super::{by_place, totals};
use crate::element::{Element, ZERO};
use crate::error::ContractError;
use crate::{keys, tree};

/// What kept sums show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = totals(storage)?;
    Ok(vec![
        Invariant {
            id: "TRUST-2".to_owned(),
            sentence: "what is folded was received, what is gone was folded".to_owned(),
            holds: totals.folded <= totals.entries && totals.cleaned <= totals.folded,
            numbers: vec![
                Number::new("entries", totals.entries),
                Number::new("folded", totals.folded),
                Number::new("cleaned", totals.cleaned),
            ],
        },
        Invariant {
            id: "TRUST-3".to_owned(),
            sentence: "no more leaves count than there are mailboxes".to_owned(),
            holds: totals.leaves <= totals.mailboxes,
            numbers: vec![
                Number::new("leaves", totals.leaves),
                Number::new("mailboxes", totals.mailboxes),
            ],
        },
    ])
}

/// Each mailbox, each entry, and the sums.
///
/// # Errors
/// Only for unreadable state.
pub fn audit(
    storage: &dyn Storage,
    poseidon: &dyn Fn(&[Element]) -> Element,
) -> Result<Vec<String>, ContractError> {
    let kept = totals(storage)?;
    let mut sums = Totals {
        serial: kept.serial,
        waiting: count(storage, b"mq"),
        ..Totals::default()
    };
    let mut wrong = vec![];
    let mut identities = BTreeSet::new();
    let mut rest = 0;
    let mut after = None;
    loop {
        let page = by_place(storage, after, 50)?;
        let Some(last) = page.last() else { break };
        after = Some(last.index);
        for one in &page {
            sums.mailboxes += 1;
            sums.leaves += u32::from(one.counts());
            sums.entries += u64::from(one.entries);
            sums.folded += u64::from(one.folded);
            sums.cleaned += u64::from(one.cleaned);
            rest += u64::from(one.entries.saturating_sub(one.cleaned));
            if one.idc != ZERO && !identities.insert(one.idc) {
                wrong.push(format!(
                    "mailbox: person={} identity of another",
                    one.person
                ));
            }
            if one.idc != ZERO && keys::owner(storage, &one.idc)? != Some(one.person) {
                wrong.push(format!(
                    "mailbox: person={} identity not claimed",
                    one.person
                ));
            }
            wrong.extend(audit_one(storage, one, poseidon)?);
        }
    }
    if sums != kept {
        wrong.push(format!("mailbox: sums {kept:?}, counted {sums:?}"));
    }
    if count(storage, b"me") != rest {
        wrong.push("mailbox: entries are kept that no mailbox has".to_owned());
    }
    Ok(wrong)
}

fn audit_one(
    storage: &dyn Storage,
    one: &Mailbox,
    poseidon: &dyn Fn(&[Element]) -> Element,
) -> Result<Vec<String>, ContractError> {
    let mut wrong = vec![];
    let mut no = |what: &str| wrong.push(format!("mailbox: person={} {what}", one.person));
    if one.cleaned > one.folded || one.folded > one.entries {
        no("counts out of order");
    }
    // what was cleaned took the head before it along
    let mut head = (one.cleaned == 0 && one.folded == 0).then_some(one.folded_head);
    for number in one.cleaned..one.entries {
        if number == one.folded {
            if head.is_some_and(|head| head != one.folded_head) {
                no("F is not the head after what is folded");
            }
            head = Some(one.folded_head);
        }
        let kept = state::entry(one.person, number).load(storage)?;
        let period = tag::small(u64::from(kept.period));
        if let Some(before) = head
            && poseidon(&[before, kept.entry.c, period]) != kept.head
        {
            no("heads do not chain");
        }
        head = Some(kept.head);
    }
    if head.is_some_and(|head| head != one.head) {
        no("H is not the head after the last entry");
    }
    if one.tail() == 0 && one.folded_head != one.head {
        no("F is not H though nothing waits");
    }
    let leaf = if one.counts() {
        let attr = tag::small(one.attr());
        poseidon(&[one.idc, one.state, one.folded_head, one.head, attr])
    } else {
        ZERO
    };
    if leaf != tree::state::load(storage, 0, one.index)? {
        no("the leaf is not what the mailbox says");
    }
    Ok(wrong)
}

/// How many records lie under two letters.
fn count(storage: &dyn Storage, prefix: &[u8; 2]) -> u64 {
    let end = [prefix[0], prefix[1] + 1];
    let keys = storage.range_keys(Some(prefix), Some(&end), Order::Ascending);
    keys.count() as u64
}
