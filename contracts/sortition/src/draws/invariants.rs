//! What must always hold of draws, written once. [`judge`] needs the kept sums
//! only; [`recompute`] makes them anew from every raw record, for tests and
//! auditors, and finds what only records can show.

use std::collections::BTreeMap;

use borsh::BorshDeserialize;
use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::lottery::{Frame, Page, Tally, read_page};
use mycel_kit::standard::{Invariant, Number};

use super::freeze::Root;
use super::pool::{self, PER_PAGE};
use super::posts;
use super::sat::Sat;
use super::seats::{self, Panel};
use super::state::{self, Draw, Entry, Stage, Terms, Totals};
use crate::error::ContractError;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = state::load_totals(storage)?;
    let most = crate::state::parameters().load(storage)?.most_in_a_row;
    let entry = |id: &str, sentence: &str, holds: bool, numbers: Vec<Number>| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    Ok(vec![
        entry(
            "SORTITION-1",
            "everyone seated was in the pool, and every full panel fits its quotas",
            totals.seated == totals.from_pool && totals.full == totals.fitting,
            vec![
                Number::new("seated", totals.seated),
                Number::new("from_pool", totals.from_pool),
                Number::new("full", totals.full),
                Number::new("fitting", totals.fitting),
            ],
        ),
        entry(
            "SORTITION-2",
            "the chances published are those of the accepted panels",
            totals.accepted == totals.published,
            vec![
                Number::new("accepted", totals.accepted),
                Number::new("published", totals.published),
            ],
        ),
        entry(
            "SORTITION-3",
            "the beacon's round is later than the acceptance",
            totals.accepted == totals.later,
            vec![
                Number::new("accepted", totals.accepted),
                Number::new("later", totals.later),
            ],
        ),
        entry(
            "SORTITION-4",
            "nobody sits more often running than the parameter ever allowed",
            totals.longest <= most,
            vec![
                Number::new("longest", totals.longest),
                Number::new("most", most),
            ],
        ),
    ])
}

fn each<T: BorshDeserialize>(
    storage: &dyn Storage,
    tag: u8,
    mut see: impl FnMut(&[u8], T) -> Result<(), String>,
) -> Result<(), String> {
    for (raw, value) in storage.range(Some(&[tag]), Some(&[tag + 1]), Order::Ascending) {
        let record = Key::new(tag, &raw[1..]).decode(&value);
        see(&raw[1..], record.map_err(|error| error.to_string())?)?;
    }
    Ok(())
}

fn number(raw: &[u8]) -> u64 {
    let eight = raw.get(..8).and_then(|eight| eight.try_into().ok());
    eight.map_or(0, u64::from_be_bytes)
}

/// The sums, from every raw record; and what only records can show: each pool
/// is as its pages say, its root is theirs, chances are those of the panels.
///
/// # Errors
/// Unreadable state, or a sentence that says what does not hold.
pub fn recompute(storage: &dyn Storage) -> Result<Totals, String> {
    let text = |error: ContractError| error.to_string();
    let mut totals = Totals::default();
    let mut draws: BTreeMap<u64, (Terms, Draw)> = BTreeMap::new();
    each::<Terms>(storage, b'd', |raw, terms| {
        let number = number(raw);
        let draw = state::draw(number).load(storage);
        draws.insert(number, (terms, draw.map_err(|error| error.to_string())?));
        Ok(())
    })?;
    let mut entries: BTreeMap<u64, u32> = BTreeMap::new();
    each::<Entry>(storage, b'h', |raw, entry| {
        let person = raw.get(..4).and_then(|four| four.try_into().ok());
        let person = person.map_or(0, u32::from_be_bytes);
        let draw = number(&raw[4..]);
        if pool::at(storage, draw, entry.raw, entry.index).map_err(text)? != person {
            return Err(format!(
                "person {person} does not stand where draw {draw} says"
            ));
        }
        *entries.entry(draw).or_insert(0) += 1;
        Ok(())
    })?;
    each::<Sat>(storage, b'i', |_, sat| {
        totals.longest = totals.longest.max(sat.longest);
        Ok(())
    })?;
    for (number, (terms, draw)) in &draws {
        totals.draws += 1;
        totals.lapsed += u64::from(draw.stage == Stage::Lapsed);
        totals.done += u64::from(draw.stage == Stage::Done);
        let frozen = pool::frozen(storage, *number, terms).map_err(text)?;
        let persons: u32 = frozen.pool.counts.iter().sum();
        if persons != draw.persons || entries.get(number).copied().unwrap_or(0) != persons {
            return Err(format!(
                "draw {number} has not as many volunteers as it says"
            ));
        }
        if draw.panels == 0 {
            continue;
        }
        if state::frozen(*number).load(storage).ok().as_ref() != Some(&frozen) {
            return Err(format!(
                "the pool of draw {number} changed after its freeze"
            ));
        }
        if root(storage, *number, &frozen).map_err(text)? != draw.root {
            return Err(format!("the root of draw {number} is not its pool's"));
        }
        if draw.accepted > 0 {
            totals.accepted += 1;
            totals.later += u64::from(draw.round_time > draw.accepted);
            totals.published += u64::from(published(storage, *number, draw, &frozen)?);
        }
        if let Some(panel) = seats::panel(*number)
            .may_load(storage)
            .map_err(|error| error.to_string())?
        {
            count_panel(storage, *number, draw, &frozen, &panel, &mut totals).map_err(text)?;
        }
    }
    Ok(totals)
}

/// The root, from the pages.
///
/// # Errors
/// Only for unreadable state.
pub fn root(
    storage: &dyn Storage,
    number: u64,
    frozen: &state::Frozen,
) -> Result<[u8; 32], ContractError> {
    let mut root = Root::new(number);
    for (kind, (raw, count)) in (0u16..).zip(frozen.raw.iter().zip(&frozen.pool.counts)) {
        for page in 0..count.div_ceil(PER_PAGE) {
            let persons = state::members(number, *raw, page).load(storage)?;
            root.add(kind, page * PER_PAGE, &persons);
        }
    }
    Ok(root.close(&frozen.pool))
}

/// Whether the sums that are published are those of the panels.
fn published(
    storage: &dyn Storage,
    number: u64,
    draw: &Draw,
    frozen: &state::Frozen,
) -> Result<bool, String> {
    let frame = Frame::new(&frozen.pool).map_err(|error| error.to_string())?;
    let mut tally = Tally::begin(&frame, draw.panels).map_err(|error| error.to_string())?;
    let post = draw.best.as_ref().map_or(0, |best| best.post);
    let mine = posts::load(storage, number, post).map_err(|error| error.to_string())?;
    for page in 0..mine.pages {
        let bytes = posts::page(storage, number, post, page);
        if let Page::Panels(panels) =
            read_page(&frame, &bytes).map_err(|error| error.to_string())?
        {
            for panel in &panels {
                tally
                    .panel(&frame, panel)
                    .map_err(|error| error.to_string())?;
            }
        }
    }
    let sums = state::sums(number).load(storage);
    Ok(tally.finish().is_ok() && sums.ok() == Some(tally.sums))
}

fn count_panel(
    storage: &dyn Storage,
    number: u64,
    draw: &Draw,
    frozen: &state::Frozen,
    panel: &Panel,
    totals: &mut Totals,
) -> Result<(), ContractError> {
    for seat in panel.seats.iter().filter(|seat| seat.person > 0) {
        totals.seated += 1;
        let raw = frozen.raw[usize::from(seat.kind)];
        let there = pool::at(storage, number, raw, seat.index)?;
        totals.from_pool += u64::from(there == seat.person);
    }
    if draw.stage == Stage::Done && panel.seats.iter().all(|seat| seat.person > 0) {
        totals.full += 1;
        totals.fitting += u64::from(seats::fits(frozen, panel)?);
    }
    Ok(())
}
