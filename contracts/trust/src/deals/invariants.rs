//! What deals promise, judged by the kept sums alone.

use std::collections::BTreeMap;

use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::standard::{Invariant, Number};

use super::record::{Deal, Rating, Stage};
use super::{rate, state};
use crate::error::ContractError;

/// Judges the kept sums.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let t = state::totals().may_load(storage)?.unwrap_or_default();
    let running = t.accepted.saturating_sub(t.ended);
    let offers = t
        .offered
        .saturating_sub(t.withdrawn)
        .saturating_sub(t.accepted);
    Ok(vec![
        Invariant {
            id: "TRUST-D1".to_owned(),
            sentence: "an open offer takes one place, a running deal two, and nothing else any"
                .to_owned(),
            holds: t.places == offers.saturating_add(running.saturating_mul(2)),
            numbers: vec![
                Number::new("places", t.places),
                Number::new("offers", offers),
                Number::new("running", running),
            ],
        },
        Invariant {
            id: "TRUST-D2".to_owned(),
            sentence: "a rating that was opened waits, is given, or was dropped by a jury"
                .to_owned(),
            holds: t.opened == t.waiting + t.given + t.dropped && t.disputed <= t.waiting,
            numbers: vec![
                Number::new("opened", t.opened),
                Number::new("waiting", t.waiting),
                Number::new("disputed", t.disputed),
                Number::new("given", t.given),
                Number::new("dropped", t.dropped),
            ],
        },
        Invariant {
            id: "TRUST-D3".to_owned(),
            sentence: "no rating is opened that was not promised, and each deal has two at most"
                .to_owned(),
            holds: t.opened <= t.promised
                && t.promised <= t.accepted.saturating_mul(2)
                && t.absent.saturating_add(t.opened) <= t.accepted.saturating_mul(2),
            numbers: vec![
                Number::new("accepted", t.accepted),
                Number::new("promised", t.promised),
                Number::new("opened", t.opened),
                Number::new("absent", t.absent),
            ],
        },
    ])
}

/// All records of a kind, with what follows the kind in their keys.
fn all<T: borsh::BorshDeserialize>(
    storage: &dyn Storage,
    kind: u8,
) -> Result<Vec<(Vec<u8>, T)>, ContractError> {
    let (start, end) = ([state::TAG, kind], [state::TAG, kind + 1]);
    storage
        .range(Some(&start), Some(&end), Order::Ascending)
        .map(|(raw, value)| {
            let record = Key::<T>::new(state::TAG, &raw[1..]).decode(&value)?;
            Ok((raw[2..].to_vec(), record))
        })
        .collect()
}

/// Walks all deals and counts them anew. Gives what does not hold.
///
/// # Errors
/// Only for unreadable state.
pub fn audit(storage: &dyn Storage) -> Result<Vec<String>, ContractError> {
    let mut wrong = vec![];
    let mut open: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    let mut reserved: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    let mut disputes: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    let (mut waiting, mut disputed) = (0u64, 0u64);
    for (number, deal) in all::<Deal>(storage, b'd')? {
        let sides: &[u64] = match deal.stage {
            Stage::Offered => &[deal.a],
            Stage::Running => &[deal.a, deal.b],
            Stage::Ended => &[],
        };
        for person in sides {
            *open.entry(person.to_be_bytes().to_vec()).or_default() += 1;
        }
        for (dir, side) in [0u8, 1].into_iter().zip(&deal.sides) {
            if matches!(side.rating, Rating::Disputed(..)) {
                let person = rate::rated(&deal, dir).to_be_bytes();
                *disputes.entry(person.to_vec()).or_default() += 1;
            }
            waiting += u64::from(matches!(
                side.rating,
                Rating::Opened(_) | Rating::Disputed(..)
            ));
            disputed += u64::from(matches!(side.rating, Rating::Disputed(..)));
        }
        if deal.stage != Stage::Offered {
            for period in deal.reach.0..=deal.reach.1 {
                let landed = deal.sides.iter().any(|s| s.rating == Rating::Given(period));
                if deal.stage == Stage::Running || landed {
                    let key = state::pair_weight(deal.a, deal.b, period);
                    *reserved.entry(key.bytes()[2..].to_vec()).or_default() +=
                        u64::from(deal.weight);
                }
            }
        }
        let used = state::used(&deal.element).may_load(storage)?;
        if used.map(u64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice) != Some(&number[..]) {
            wrong.push(format!("deal {number:?} does not own its number"));
        }
    }
    let kept: BTreeMap<_, _> = all::<u32>(storage, b'o')?.into_iter().collect();
    if kept != open {
        wrong.push(format!("places: kept {kept:?}, counted {open:?}"));
    }
    let kept: BTreeMap<_, _> = all::<u32>(storage, b'b')?.into_iter().collect();
    if kept != disputes {
        wrong.push(format!("disputes: kept {kept:?}, counted {disputes:?}"));
    }
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    if (totals.waiting, totals.disputed) != (waiting, disputed) {
        wrong.push(format!("waiting {waiting} disputed {disputed}: {totals:?}"));
    }
    // weights of deals whose records went with time stay counted
    for (key, weight) in &reserved {
        let kept = Key::<u64>::new(state::TAG, &[b"w", &key[..]].concat()).may_load(storage)?;
        if kept.unwrap_or(0) < *weight {
            wrong.push(format!("pair {key:?} counts {kept:?}, deals {weight}"));
        }
    }
    Ok(wrong)
}
