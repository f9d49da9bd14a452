//! What must always hold of seats, readings and disputes. [`judge`] needs the
//! kept sums only; [`recompute`] makes them anew from every raw record, for
//! tests and auditors.

use std::collections::{BTreeMap, BTreeSet};

use borsh::BorshDeserialize;
use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::standard::{Invariant, Number};

use super::rules::MOST_SEATS;
use super::state::{self, About, Dispute, Fate, Reading, Seat, Sums, Watch};
use crate::error::ContractError;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let sums = state::sums().may_load(storage)?.unwrap_or_default();
    let entry = |id: &str, sentence: &str, holds: bool, numbers: Vec<Number>| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    Ok(vec![
        entry(
            "COMMONS-MONITORS-1",
            "every reading has evidence of its own",
            sums.readings <= sums.evidence && sums.refuted <= sums.readings,
            vec![
                Number::new("readings", sums.readings),
                Number::new("evidence", sums.evidence),
                Number::new("refuted", sums.refuted),
            ],
        ),
        entry(
            "COMMONS-MONITORS-2",
            "seats held, and such whose bond was lost, were taken; open disputes were opened",
            sums.held <= sums.seats && sums.forfeited <= sums.seats && sums.open <= sums.disputes,
            vec![
                Number::new("seats", sums.seats),
                Number::new("held", sums.held),
                Number::new("forfeited", sums.forfeited),
                Number::new("disputes", sums.disputes),
                Number::new("open", sums.open),
            ],
        ),
    ])
}

fn each<T: BorshDeserialize>(
    storage: &dyn Storage,
    kind: u8,
    mut see: impl FnMut(Vec<u64>, T),
) -> Result<(), String> {
    let (start, end) = ([b'm', kind], [b'm', kind + 1]);
    for (raw, value) in storage.range(Some(&start), Some(&end), Order::Ascending) {
        let record = Key::new(b'm', &raw[1..])
            .decode(&value)
            .map_err(|why| why.to_string())?;
        let numbers = raw[2..]
            .chunks_exact(8)
            .map(|bytes| {
                bytes
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
            })
            .collect();
        see(numbers, record);
    }
    Ok(())
}

/// Everything that was read of the records.
#[derive(Default)]
struct All {
    watches: BTreeMap<u64, Watch>,
    seats: BTreeMap<(u64, u64), Seat>,
    readings: BTreeMap<(u64, u64), Reading>,
    disputes: BTreeMap<u64, Dispute>,
    challenges: BTreeMap<(u64, u64), u64>,
    places: BTreeMap<(u64, u64), Vec<u64>>,
    bonds: BTreeMap<u64, (u64, u64)>,
    evidence: u64,
}

fn read(storage: &dyn Storage) -> Result<All, String> {
    let mut all = All::default();
    each(storage, 1, |at, one| {
        all.watches.insert(at[0], one);
    })?;
    each(storage, 2, |at, one| {
        all.seats.insert((at[0], at[1]), one);
    })?;
    each(storage, 3, |at, one| {
        all.readings.insert((at[0], at[1]), one);
    })?;
    each::<(u64, u64)>(storage, 4, |_, _| all.evidence += 1)?;
    each(storage, 5, |at, one| {
        all.disputes.insert(at[0], one);
    })?;
    each(storage, 6, |at, one| {
        all.challenges.insert((at[0], at[1]), one);
    })?;
    each(storage, 8, |at, one| {
        all.places.insert((at[0], at[1]), one);
    })?;
    each(storage, 9, |at, one| {
        all.bonds.insert(at[0], one);
    })?;
    Ok(all)
}

/// The sums, from every raw record; and what only records can show.
///
/// # Errors
/// Unreadable state, or a sentence that says what does not hold.
pub fn recompute(storage: &dyn Storage) -> Result<Sums, String> {
    let all = read(storage)?;
    let mut sums = Sums {
        evidence: all.evidence,
        ..Sums::default()
    };
    for (commons, watch) in &all.watches {
        watched(*commons, watch, &all)?;
        sums.seats += watch.seats;
        sums.held += watch.held.len() as u64;
        sums.readings += watch.readings;
    }
    for ((commons, number), seat) in &all.seats {
        seated(*commons, *number, seat, &all)?;
        sums.bonds += seat.bonds.len() as u64;
        sums.forfeited += u64::from(seat.forfeited);
    }
    for ((commons, number), reading) in &all.readings {
        if !all.seats.contains_key(&(*commons, reading.seat)) {
            return Err(format!("reading {commons}/{number}: of no seat"));
        }
        sums.refuted += u64::from(matches!(reading.fate, Fate::Refuted(_)));
    }
    sums.disputes = all.disputes.len() as u64;
    for (number, dispute) in &all.disputes {
        sums.open += u64::from(dispute.ended.is_none());
        disputed(*number, dispute, &all)?;
    }
    for ((commons, person), number) in &all.challenges {
        let open = all.disputes.get(number).is_some_and(|one| {
            let by = matches!(one.about, About::Challenge { by, .. } if by == *person);
            one.ended.is_none() && one.commons == *commons && by
        });
        if !open {
            return Err(format!("challenge {number} of {person} is not open"));
        }
    }
    let listed: usize = all.places.values().map(Vec::len).sum();
    let kept = |seat: &&Seat| seat.ended.is_none() || !seat.bonds.is_empty();
    if listed != all.seats.values().filter(kept).count() {
        return Err("a place is listed for no seat".to_owned());
    }
    if all.bonds.len() as u64 != sums.bonds {
        return Err("a hold is nobody's bond".to_owned());
    }
    Ok(sums)
}

fn watched(commons: u64, watch: &Watch, all: &All) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("commons {commons}: {what}"));
    if watch.held.len() > MOST_SEATS {
        return wrong("too many seats");
    }
    let persons: BTreeSet<u64> = watch.held.iter().map(|held| held.person).collect();
    if persons.len() != watch.held.len() {
        return wrong("somebody holds two seats");
    }
    let seats = |one: &(u64, u64)| one.0 == commons;
    if all.seats.keys().filter(|one| seats(one)).count() as u64 != watch.seats
        || all.readings.keys().filter(|one| seats(one)).count() as u64 != watch.readings
    {
        return wrong("numbers are not dense");
    }
    for held in &watch.held {
        let seat = all.seats.get(&(commons, held.seat));
        let same = seat.is_some_and(|seat| {
            seat.ended.is_none() && seat.person == held.person && seat.lay == held.lay
        });
        if !same {
            return wrong("a seat is held that is not");
        }
    }
    let open = all
        .seats
        .iter()
        .filter(|((of, _), seat)| *of == commons && seat.ended.is_none());
    if open.count() != watch.held.len() {
        return wrong("a seat is not held that is");
    }
    if !watch
        .current
        .windows(2)
        .all(|two| two[0].seat < two[1].seat)
    {
        return wrong("a seat counts twice");
    }
    if watch.current.len()
        > watch.held.len()
            + MOST_SEATS
            + watch
                .current
                .iter()
                .filter(|one| one.challenge.is_some())
                .count()
    {
        return wrong("too many readings take part");
    }
    for one in &watch.current {
        let Some(reading) = all.readings.get(&(commons, one.reading)) else {
            return wrong("a reading counts that nobody gave");
        };
        if reading.seat != one.seat || reading.quantity != one.quantity || reading.at != one.at {
            return wrong("a reading counts as another");
        }
        if matches!(reading.fate, Fate::Refuted(_) | Fate::SetAside(_)) {
            return wrong("a refuted reading counts");
        }
        let challenged = |number| {
            all.disputes.get(&number).is_some_and(|dispute: &Dispute| {
                dispute.ended.is_none() && dispute.accused == [(one.reading, one.seat)]
            })
        };
        if one.challenge.is_some_and(|number| !challenged(number)) {
            return wrong("a challenge is over and still marks a reading");
        }
    }
    if let Some(open) = watch.dispute {
        let found = all.disputes.get(&open.dispute);
        if !found.is_some_and(|one| one.ended.is_none() && one.commons == commons) {
            return wrong("its dispute is not open");
        }
    }
    Ok(())
}

fn seated(commons: u64, number: u64, seat: &Seat, all: &All) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("seat {commons}/{number}: {what}"));
    let named = all
        .disputes
        .values()
        .filter(|one| one.ended.is_none() && one.commons == commons)
        .filter(|one| one.accused.iter().any(|(_, of)| *of == number));
    if named.count() as u64 != u64::from(seat.disputed) {
        return wrong("disputes do not add up");
    }
    if seat.bonds.len() > super::bonds::MOST || (seat.lay && !seat.bonds.is_empty()) {
        return wrong("too many holds");
    }
    for hold in &seat.bonds {
        if all.bonds.get(hold) != Some(&(commons, number)) {
            return wrong("a hold is another's bond");
        }
    }
    let listed = all
        .places
        .get(&(commons, seat.person))
        .is_some_and(|places| places.contains(&number));
    if listed != (seat.ended.is_none() || !seat.bonds.is_empty()) {
        return wrong("is listed and over, or neither");
    }
    Ok(())
}

fn disputed(number: u64, dispute: &Dispute, all: &All) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("dispute {number}: {what}"));
    if dispute.accused.is_empty() || dispute.parties.is_empty() {
        return wrong("accuses nobody");
    }
    if dispute.ended.is_some() {
        return Ok(());
    }
    let shown = match dispute.about {
        About::Challenge { by, .. } => all.challenges.get(&(dispute.commons, by)) == Some(&number),
        About::Spread | About::Rise => all
            .watches
            .get(&dispute.commons)
            .and_then(|watch| watch.dispute)
            .is_some_and(|open| open.dispute == number),
    };
    if !shown {
        return wrong("is open and nobody's");
    }
    Ok(())
}
