//! What must always hold of this part.

use std::collections::BTreeMap;

use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::standard::{Invariant, Number};

use super::jury;
use super::record::{Claim, Phase, Restorer, Sums};
use super::state::{self, TAG};
use crate::error::ContractError;
use crate::monitors::state::Seat;
use crate::state::last_number;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let sums = state::totals().may_load(storage)?.unwrap_or_default();
    let entry = |id: &str, sentence: &str, holds: bool, numbers: Vec<Number>| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    Ok(vec![
        entry(
            "REGENERATION-1",
            "entitlement for what was restored, and what is kept of it, is never more than what was attested",
            sums.minted + sums.buffer <= sums.attested && adds_up(&sums),
            vec![
                Number::new("attested", sums.attested),
                Number::new("minted", sums.minted),
                Number::new("waiting", sums.waiting),
                Number::new("parked", sums.parked),
                Number::new("buffer", sums.buffer),
                Number::new("cancelled", sums.cancelled),
                Number::new("waived", sums.waived),
            ],
        ),
        entry(
            "REGENERATION-2",
            "what was lost again is taken back or owed",
            sums.reversed == sums.cancelled + sums.owed && sums.reversed <= sums.attested,
            vec![
                Number::new("reversed", sums.reversed),
                Number::new("cancelled", sums.cancelled),
                Number::new("owed", sums.owed),
            ],
        ),
    ])
}

fn adds_up(sums: &Sums) -> bool {
    sums.attested
        == sums.minted + sums.waiting + sums.parked + sums.buffer + sums.cancelled + sums.waived
}

fn each<T: borsh::BorshDeserialize>(
    storage: &dyn Storage,
    kind: u8,
    mut see: impl FnMut(&[u8], T) -> Result<(), String>,
) -> Result<(), String> {
    let (start, end) = ([TAG, kind], [TAG, kind + 1]);
    for (raw, value) in storage.range(Some(&start), Some(&end), Order::Ascending) {
        let record = Key::new(TAG, &raw[1..])
            .decode(&value)
            .map_err(|why| why.to_string())?;
        see(&raw[2..], record)?;
    }
    Ok(())
}

fn number(raw: &[u8], at: usize) -> u64 {
    raw.get(at..)
        .map_or(0, |part| last_number(part.get(..8).unwrap_or_default()))
}

/// The sums of all, from every raw record; and what only records can show: each
/// claim adds up, cells are claimed once for a time, what waits is in the queue,
/// persons' sums are those of their claims. For tests and auditors.
///
/// # Errors
/// Unreadable state, or a sentence that says what does not hold.
pub fn recompute(storage: &dyn Storage) -> Result<Sums, String> {
    let mut all = Sums::default();
    let mut places = BTreeMap::<u64, u32>::new();
    let mut persons = BTreeMap::<(u64, u64), Restorer>::new();
    let mut waits = vec![];
    let mut bound = BTreeMap::<(u64, u64), u32>::new();
    each::<Claim>(storage, 1, |raw, claim| {
        let n = number(raw, 0);
        let wrong = |what: &str| Err(format!("claim {n}: {what}"));
        all.claims += 1;
        if n != all.claims {
            return wrong("numbers are not dense");
        }
        let one = Sums {
            attested: claim.attested.units(),
            minted: claim.minted.units(),
            waiting: claim.waiting.units(),
            parked: claim.parked.units(),
            buffer: claim.buffer.units(),
            cancelled: claim.cancelled.units(),
            waived: claim.waived.units(),
            ..Sums::default()
        };
        if !adds_up(&one) || claim.minted.units() + claim.buffer.units() > claim.attested.units() {
            return wrong("does not add up");
        }
        if claim.attested > claim.asked || claim.reversed > claim.attested {
            return wrong("more was attested than asked, or lost than attested");
        }
        if claim.phase != Phase::Attested && !claim.attested.is_zero() {
            return wrong("gives something and was not attested");
        }
        all.attested += one.attested;
        all.minted += one.minted;
        all.waiting += one.waiting;
        all.parked += one.parked;
        all.buffer += one.buffer;
        all.cancelled += one.cancelled;
        all.waived += one.waived;
        all.reversed += claim.reversed.units();
        if claim.phase.holds_cells() {
            *places.entry(n).or_default() += claim.cells.len() as u32;
        }
        if !claim.waiting.is_zero() {
            waits.push(n);
        }
        let restorer = persons.entry((claim.commons, claim.person)).or_default();
        restorer.restored += claim.attested.units() - claim.reversed.units();
        restorer.waiting += claim.to_come();
        let mut seats = jury::accused(&claim);
        if claim.phase == Phase::Claimed {
            restorer.open.push(n);
            seats.extend(claim.attestations.iter().map(|one| one.seat));
        }
        if let Some(open) = claim.reversal.as_ref().filter(|open| open.case.is_none()) {
            seats.extend(open.attestations.iter().map(|one| one.seat));
        }
        for seat in seats {
            *bound.entry((claim.commons, seat)).or_default() += 1;
        }
        Ok(())
    })?;
    bonds_stay(storage, bound)?;
    let mut before: Option<(Vec<u8>, u64)> = None;
    each::<(u64, u64)>(storage, 3, |raw, (to, claim)| {
        let (cell, from) = (raw[..16].to_vec(), number(raw, 16));
        if before
            .as_ref()
            .is_some_and(|(other, ends)| *other == cell && *ends > from)
        {
            return Err(format!("claim {claim}: a cell is claimed twice for a time"));
        }
        before = Some((cell, to));
        match places.get_mut(&claim) {
            Some(left) if *left > 0 => *left -= 1,
            _ => return Err(format!("claim {claim}: a cell is claimed for nothing")),
        }
        Ok(())
    })?;
    if places.values().any(|left| *left > 0) {
        return Err("a claim has lost a cell".to_owned());
    }
    let mut queue = vec![];
    each::<u64>(storage, 4, |_, claim| {
        queue.push(claim);
        Ok(())
    })?;
    if let Some(lost) = waits.iter().find(|claim| !queue.contains(claim)) {
        return Err(format!("claim {lost}: waits and is in no queue"));
    }
    each::<Restorer>(storage, 6, |raw, kept| {
        let who = (number(raw, 0), number(raw, 8));
        let mut made = persons.remove(&who).unwrap_or_default();
        all.owed += kept.owed;
        made.owed = kept.owed;
        if made != kept {
            return Err(format!("{who:?}: {made:?} is kept as {kept:?}"));
        }
        Ok(())
    })?;
    let kept = state::totals()
        .may_load(storage)
        .map_err(|e| e.to_string())?
        .unwrap_or_default();
    all.queued = kept.queued;
    Ok(all)
}

/// Seats are bound by the claims that they attested and that may cost their bonds.
fn bonds_stay(storage: &dyn Storage, mut bound: BTreeMap<(u64, u64), u32>) -> Result<(), String> {
    let (start, end) = ([b'm', 2], [b'm', 3]);
    for (raw, value) in storage.range(Some(&start), Some(&end), Order::Ascending) {
        let seat: Seat = Key::new(b'm', &raw[1..])
            .decode(&value)
            .map_err(|why| why.to_string())?;
        let at = (number(&raw, 2), number(&raw, 10));
        if bound.remove(&at).unwrap_or_default() != seat.bound {
            return Err(format!("seat {at:?}: bound by {} claims", seat.bound));
        }
    }
    match bound.first_key_value() {
        Some((at, _)) => Err(format!("seat {at:?}: attested and is none")),
        None => Ok(()),
    }
}
