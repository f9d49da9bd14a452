//! What must always hold of cases, written once. [`judge`] needs the kept sums
//! only; [`recompute`] makes them anew from every raw record, and says whatever
//! does not hold: for tests and auditors.

use std::collections::{BTreeMap, BTreeSet};

use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::peers::sortition::outcomes;
use mycel_kit::standard::{Invariant, Number};

use super::course::DRAWN;
use super::draw;
use super::record::{self, Case, Jury, Place, Step, Totals};
use super::strike;
use super::tally::{self, Finding};
use crate::error::ContractError;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = record::totals().may_load(storage)?.unwrap_or_default();
    let entry = |id: &str, sentence: &str, holds, numbers| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    Ok(vec![
        entry(
            "JURIES-1",
            "every case is open, decided, or lapsed without a verdict",
            totals.cases
                == totals
                    .open
                    .saturating_add(totals.decided)
                    .saturating_add(totals.lapsed),
            vec![
                Number::new("cases", totals.cases),
                Number::new("open", totals.open),
                Number::new("decided", totals.decided),
                Number::new("lapsed", totals.lapsed),
            ],
        ),
        entry(
            "JURIES-2",
            "votes counted are at most the seats",
            totals.votes <= totals.seats,
            vec![
                Number::new("votes", totals.votes),
                Number::new("seats", totals.seats),
            ],
        ),
        entry(
            "JURIES-3",
            "a case is decided at most once, and once more after an appeal",
            totals.appeals <= totals.cases
                && totals.verdicts <= totals.cases.saturating_add(totals.appeals),
            vec![
                Number::new("verdicts", totals.verdicts),
                Number::new("appeals", totals.appeals),
            ],
        ),
    ])
}

/// The sums anew, or what does not hold.
///
/// # Errors
/// Sentences about the first record that breaks a rule.
pub fn recompute(storage: &dyn Storage) -> Result<Totals, String> {
    let mut totals = Totals::default();
    let mut held: BTreeMap<u64, BTreeSet<(u64, u8)>> = BTreeMap::new();
    let unreadable = |error| format!("{error}");
    for (raw, value) in storage.range(Some(b"C"), Some(b"D"), Order::Ascending) {
        let key: Key<Case> = Key::new(b'C', &raw[1..]);
        let case = key.decode(&value).map_err(unreadable)?;
        let number = raw[1..]
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        totals.cases += 1;
        totals.verdicts += case.verdicts.len() as u64;
        totals.appeals += u64::from(case.appealed.is_some());
        if case.lapsed.is_some() == (case.verdicts.len() > usize::from(case.jury())) && !case.open()
        {
            return Err(format!(
                "case {number}: its last jury decided or lapsed: {case:?}"
            ));
        }
        match (case.open(), case.verdicts.is_empty()) {
            (true, _) => totals.open += 1,
            (false, true) => totals.lapsed += 1,
            (false, false) => totals.decided += 1,
        }
        let mut sat = BTreeSet::new();
        for which in 0..=case.jury() {
            let jury = record::jury(number, which)
                .load(storage)
                .map_err(unreadable)?;
            let broken = |what: &str| format!("case {number} jury {which}: {what}: {jury:?}");
            jury_holds(&case, which, &jury).map_err(&broken)?;
            let last = which == case.jury();
            let busy = jury.step != Step::Ended;
            if busy != (last && (case.open() || serves(&case, &jury))) {
                return Err(broken("is at work exactly while the case is open"));
            }
            let drawing = record::drawing(number, which).exists(storage);
            if drawing != (jury.step == Step::Drawing) {
                return Err(broken("a drawing lasts exactly as long as its step"));
            }
            let again = |seat: &&record::Seat| seat.place.sits() && sat.contains(&seat.person);
            if jury.seats.iter().filter(again).count() > usize::from(draw::minority(jury.size)) {
                return Err(broken("who sat before holds a minority of the seats"));
            }
            for seat in &jury.seats {
                if seat.place.holds() && busy {
                    held.entry(seat.person).or_default().insert((number, which));
                }
                let kept = record::sat(seat.person, number, which).exists(storage);
                if kept != seat.place.has_sat() {
                    return Err(broken("who sat is remembered"));
                }
                if seat.place.has_sat() {
                    sat.insert(seat.person);
                }
                let ballot = record::ballot(number, which, seat.person)
                    .may_load(storage)
                    .map_err(unreadable)?;
                let voted = ballot.as_ref().is_some_and(|ballot| ballot.vote.is_some());
                if voted != (seat.place == Place::Voted)
                    || (seat.place == Place::Committed && ballot.is_none())
                {
                    return Err(broken("a vote has a ballot, and a ballot shown is a vote"));
                }
            }
            totals.seats += u64::from(jury.size);
            totals.votes += jury
                .votes
                .iter()
                .map(|votes| u64::from(*votes))
                .sum::<u64>();
        }
    }
    let mut kept: BTreeMap<u64, BTreeSet<(u64, u8)>> = BTreeMap::new();
    for (raw, value) in storage.range(Some(b"S"), Some(b"T"), Order::Ascending) {
        let key: Key<Vec<(u64, u8)>> = Key::new(b'S', &raw[1..]);
        let places = key.decode(&value).map_err(unreadable)?;
        totals.places += places.len() as u64;
        let person = raw[1..]
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        kept.insert(person, places.into_iter().collect());
    }
    if kept != held {
        return Err(format!(
            "places held: kept={kept:?} from the seats={held:?}"
        ));
    }
    Ok(totals)
}

fn serves(case: &Case, jury: &Jury) -> bool {
    let drawn = |verdict: &record::Verdict| verdict.outcome == DRAWN;
    jury.step == Step::Serving && case.verdicts.last().is_some_and(drawn)
}

fn jury_holds(case: &Case, which: u8, jury: &Jury) -> Result<(), &'static str> {
    let persons: BTreeSet<u64> = jury.seats.iter().map(|seat| seat.person).collect();
    if persons.len() != jury.seats.len() {
        return Err("nobody is called twice");
    }
    if jury.interests.iter().any(|party| persons.contains(party)) {
        return Err("no party is called");
    }
    if !case
        .parties
        .iter()
        .all(|party| jury.interests.contains(party))
    {
        return Err("every party has an interest");
    }
    if jury
        .seats
        .iter()
        .any(|seat| seat.person > u64::from(jury.numbers))
    {
        return Err("nobody sits who came after the jury was asked for");
    }
    if jury.count(Place::sits) > jury.size {
        return Err("not more sit than there are seats");
    }
    let cast: u16 = jury.votes.iter().sum();
    if cast != jury.count(|place| place == Place::Voted) || cast > jury.size {
        return Err("votes counted are those of seats");
    }
    for struck in [Place::StruckByFirst, Place::StruckByOthers] {
        if jury.count(|place| place == struck) > jury.size / 5 {
            return Err("a side strikes at most a fifth");
        }
    }
    let struck = |place| matches!(place, Place::StruckByFirst | Place::StruckByOthers);
    if usize::from(jury.count(struck)) != jury.strikers.len() {
        return Err("whoever is struck was struck by somebody");
    }
    let shares = strike::shares(case, jury.strikes);
    let within = |party: &u64| {
        let share = shares.iter().find(|(one, _)| one == party);
        share.is_some_and(|(_, share)| jury.struck_by(*party) <= *share)
    };
    if !jury.strikers.iter().all(within) {
        return Err("a party strikes at most its share");
    }
    if jury.rounds.is_empty() || jury.rounds.len() > 3 {
        return Err("absent jurors are replaced at most twice");
    }
    if jury.rounds.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err("a replacement is drawn from another round");
    }
    let Some(verdict) = case.verdicts.get(usize::from(which)) else {
        return Ok(());
    };
    let known = outcomes(&case.kind);
    if known.is_empty() {
        return if verdict.outcome == DRAWN && !jury.seats.is_empty() {
            Ok(())
        } else {
            Err("a drawing without votes ends with who was drawn")
        };
    }
    let said = match tally::read(&jury.votes, jury.size, jury.needed) {
        Finding::Open => return Err("a decided case met its threshold"),
        Finding::Reached(outcome) => known.get(outcome),
        Finding::Unreachable => known.first(),
    };
    if said != Some(&verdict.outcome.as_str()) {
        return Err("the verdict is what was voted");
    }
    Ok(())
}
