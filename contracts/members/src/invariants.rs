//! What must always hold, written once. [`judge`] needs the kept sums only;
//! [`recompute`] makes them anew from every raw record, for tests and auditors.

use borsh::BorshDeserialize;
use cosmwasm_std::{Order, Storage, to_hex};
use mycel_kit::Key;
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;
use mycel_kit::standard::{Invariant, Number};

use crate::error::ContractError;
use crate::orgs;
use crate::snapshot;
use crate::standing;
use crate::state::{self, Entry, Handle, Measure, Person, Progress, Totals, Vouch};

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = state::totals().load(storage)?;
    let counted = snapshot::count(storage, u64::MAX)?.count;
    let persons_open = totals.persons - totals.left.min(totals.persons);
    let orgs_open = totals.orgs - totals.orgs_left.min(totals.orgs);
    let classes = [
        totals.classed_persons,
        totals.classed_orgs,
        totals.unclassed,
    ];
    let entry = |id: &str, sentence: &str, holds: bool, numbers: Vec<Number>| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    Ok(vec![
        entry(
            "MEMBERS-1",
            "members in each class equal the allowance classes set on chain",
            totals.classed_persons <= persons_open
                && totals.classed_orgs <= orgs_open
                && sum(&classes) == u64::from(persons_open) + u64::from(orgs_open),
            vec![
                Number::new("persons", totals.classed_persons),
                Number::new("organisations", totals.classed_orgs),
                Number::new("untold", totals.unclassed),
                Number::new("open", persons_open.saturating_add(orgs_open)),
            ],
        ),
        entry(
            "MEMBERS-2",
            "active, leaving, left and expelled persons are all persons, and numbers are dense",
            sum(&[totals.active, totals.leaving, totals.left, totals.expelled])
                == u64::from(totals.persons)
                && totals.numbers == u64::from(totals.persons) + u64::from(totals.orgs),
            vec![
                Number::new("active", totals.active),
                Number::new("leaving", totals.leaving),
                Number::new("left", totals.left),
                Number::new("expelled", totals.expelled),
                Number::new("numbers", totals.numbers),
            ],
        ),
        entry(
            "MEMBERS-3",
            "the count of those with a say is the last one in its history",
            totals.live == counted && totals.live <= totals.active,
            vec![
                Number::new("live", totals.live),
                Number::new("counted", counted),
            ],
        ),
        entry(
            "MEMBERS-4",
            "every member and everyone who waits holds exactly one handle",
            u64::from(totals.handles) == sum(&[persons_open, orgs_open, totals.queue]),
            vec![
                Number::new("handles", totals.handles),
                Number::new("waiting", totals.queue),
            ],
        ),
        entry(
            "MEMBERS-5",
            "each case is used once: open and closed measures are all measures, and no case has two",
            totals.measures == totals.measures_open + totals.measures_closed
                && totals.cases <= totals.measures,
            vec![
                Number::new("measures", totals.measures),
                Number::new("open", totals.measures_open),
                Number::new("closed", totals.measures_closed),
                Number::new("cases", totals.cases),
            ],
        ),
        entry(
            "MEMBERS-6",
            "places in the queue are given once",
            u64::from(totals.queue) <= totals.queue_next,
            vec![
                Number::new("waiting", totals.queue),
                Number::new("next", totals.queue_next),
            ],
        ),
        entry(
            "MEMBERS-7",
            "vouches have their weight",
            u64::from(totals.vouches) <= totals.vouch_weight || totals.vouches == 0,
            vec![
                Number::new("vouches", totals.vouches),
                Number::new("weight", totals.vouch_weight),
            ],
        ),
    ])
}

fn sum(parts: &[u32]) -> u64 {
    parts.iter().copied().map(u64::from).sum()
}

fn each<T: BorshDeserialize>(
    storage: &dyn Storage,
    tag: u8,
    length: usize,
    mut see: impl FnMut(&[u8], T),
) -> Result<(), ContractError> {
    let range = storage.range(Some(&[tag]), Some(&[tag + 1]), Order::Ascending);
    for (raw, value) in range.filter(|(raw, _)| length == 0 || raw.len() == length) {
        see(&raw[1..], Key::new(tag, &raw[1..]).decode(&value)?);
    }
    Ok(())
}

/// The sums, from every raw record; and what only records can show: received
/// vouches equal those given, one handle each, nobody with a say who is barred.
///
/// # Errors
/// Unreadable state, or a sentence that says what does not hold.
pub fn recompute(storage: &dyn Storage) -> Result<Totals, String> {
    let kept = state::totals().load(storage).map_err(|e| e.to_string())?;
    let mut sums = Totals {
        tasks: kept.tasks,
        queue_next: kept.queue_next,
        communities: kept.communities,
        marked: kept.marked,
        ..Totals::default()
    };
    let mut received: std::collections::BTreeMap<u64, (u32, u32)> = Default::default();
    let mut wrong = None;
    let text = |e: ContractError| e.to_string();
    each::<Vouch>(storage, b'V', 17, |raw, vouch| {
        let mut to = [0; 8];
        to.copy_from_slice(&raw[..8]);
        let entry = received.entry(u64::from_be_bytes(to)).or_default();
        entry.0 += vouch.weight;
        entry.1 += 1;
        if !state::task(vouch.until, vouch.task).exists(storage) {
            wrong = Some(format!("the vouch for {} has no task", to_hex(raw)));
        }
        sums.vouches += 1;
        sums.vouch_weight += u64::from(vouch.weight);
    })
    .map_err(text)?;
    let mut last = 0;
    each::<Person>(storage, b'm', 9, |raw, person| {
        let mut number = [0; 8];
        number.copy_from_slice(raw);
        let number = u64::from_be_bytes(number);
        if number != last + 1 {
            wrong = Some(format!("person numbers are not dense at {number}"));
        }
        last = number;
        sums.numbers += 1;
        let left = person.status == Status::Left;
        if person.kind == Kind::Person {
            sums.persons += 1;
            match person.status {
                Status::Active => sums.active += 1,
                Status::Leaving => sums.leaving += 1,
                Status::Left => sums.left += 1,
                Status::Expelled => sums.expelled += 1,
            }
            sums.live += u32::from(standing::has_say(&person));
            sums.classed_persons += u32::from(person.told.class);
        } else {
            sums.orgs += 1;
            sums.orgs_left += u32::from(left);
            sums.classed_orgs += u32::from(person.told.class);
        }
        sums.unclassed += u32::from(!left && !person.told.class);
        let (weight, count) = received.get(&number).copied().unwrap_or_default();
        if (person.vouched, person.vouchers) != (weight, count) {
            wrong = Some(format!("vouches of person {number} do not add up"));
        }
        if person.kind == Kind::Org
            && !left
            && let Some(org) = state::org(number).may_load(storage).ok().flatten()
            && orgs::reaches(storage, &org).ok() != Some(!person.step.is_frozen())
        {
            wrong = Some(format!("organisation {number} is frozen, or ought to be"));
        }
        if state::barred(number).exists(storage) == standing::takes_part(&person) {
            wrong = Some(format!(
                "person {number} is barred and takes part, or neither"
            ));
        }
    })
    .map_err(text)?;
    each::<Handle>(storage, b'h', 0, |_, handle| {
        sums.handles += u32::from(handle.rests_until.is_none());
    })
    .map_err(text)?;
    each::<Entry>(storage, b'q', 9, |_, _| sums.queue += 1).map_err(text)?;
    each::<Measure>(storage, b'M', 9, |_, measure| {
        sums.measures += 1;
        match measure.progress {
            Progress::Asked | Progress::Open => sums.measures_open += 1,
            Progress::Used | Progress::Lapsed => sums.measures_closed += 1,
        }
    })
    .map_err(text)?;
    each::<u64>(storage, b'C', 9, |_, _| sums.cases += 1).map_err(text)?;
    match wrong {
        Some(wrong) => Err(wrong),
        None => Ok(sums),
    }
}
