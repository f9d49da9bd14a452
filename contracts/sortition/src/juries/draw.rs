//! Who is called: the beacon's order over all members, passing over who may
//! not judge.
//!
//! Among the numbers that existed when the jury was asked for, one after the
//! other is called ([`super::pick`]). Passed over is, by the first reason that
//! holds: who was called here before and not spared, a party or who controls a party, who sat
//! on the first jury, who holds places on too many juries, who is no person
//! with a say, and who is related to a party. All but the last are asked
//! before relations, as these cost a question for each party.
//!
//! Where that finds too few, whoever was passed over as busy is looked at once
//! more, in the same order, and called up to [`STRETCH`] times as many places:
//! who brings many cases takes nobody's jury. Who is free always comes first.
//! An appeal that still has fewer than it has seats takes who judged before, in
//! the same order, for as many as are missing and at most a minority of the
//! seats: a small town's measures can be appealed, and those who are new decide.
//! Who gave the seat back does not return, and nobody of them is called only to
//! be struck.
//!
//! A unit of work is a call, a question about standing, or one about a
//! relation; the place where it stopped is kept. Numbers and order are fixed
//! before anyone can know the beacon; what can still change until the drawing
//! is done, some seconds later, is that somebody stops taking part or becomes
//! related: that can take a person off a jury, and never bring one on.

use mycel_kit::Id;
use mycel_kit::Seconds;
use mycel_kit::peers::members::{Eligible, MembersQuery, PersonAddress, Related};

use super::course;
use super::matter::{Matter, list};
use super::pick;
use super::record::{self, Drawing, Lapse, Pass, Place};
use super::size::{APPEAL, ASSESS};
use super::strike;
use crate::beacon;
use crate::call::Call;
use crate::error::ContractError;

/// Most persons called in one drawing. With this many calls 23 are found where
/// one in 100 may judge; the record of the order stays below 50 KiB.
pub const MAX_CALLS: u32 = 4_096;
/// How many times the places that a person may hold it may hold where too few
/// can be called otherwise.
pub const STRETCH: usize = 2;

/// Who sat on a jury that is not to judge the same matter again: the first one
/// of an appealed case; of a case that is itself an appeal, the last ones that
/// the same client had about the same person. With it whether the seat was kept.
fn sat_before(call: &Call<'_>, matter: &Matter) -> Result<Vec<(u64, bool)>, ContractError> {
    let mut juries = Vec::new();
    if matter.which == 1 {
        juries.push((matter.number, 0));
    }
    if matter.case.kind == APPEAL
        && let Some(first) = matter.case.parties.first()
    {
        let last = record::last(*first, &matter.case.client).may_load(call.storage)?;
        for number in last.unwrap_or_default() {
            juries.extend([(number, 0), (number, 1)]);
        }
    }
    let mut sat = Vec::new();
    for (number, which) in juries {
        if let Some(jury) = record::jury(number, which).may_load(call.storage)? {
            let seats = jury.seats.iter().filter(|seat| seat.place.has_sat());
            sat.extend(seats.map(|seat| (seat.person, seat.place != Place::Recused)));
        }
    }
    Ok(sat)
}

/// Why a person is passed over, as far as it can be known without a question.
fn known_reason(
    call: &Call<'_>,
    matter: &Matter,
    before: &[(u64, bool)],
    accepted: &[u64],
    person: u64,
    pass: Pass,
) -> Result<Option<&'static str>, ContractError> {
    let jury = &matter.jury;
    // who was spared may come as a replacement
    let called = |seat: &record::Seat| seat.person == person && seat.place != Place::Spared;
    if accepted.contains(&person) || jury.seats.iter().any(called) {
        return Ok(Some("called"));
    }
    if jury.interests.binary_search(&person).is_ok() {
        return Ok(Some("party"));
    }
    let mut seats = before.iter().filter(|(sat, _)| *sat == person);
    if let Some(first) = seats.next() {
        let kept = first.1 && seats.all(|(_, kept)| *kept);
        match pass {
            Pass::Last => {}
            _ if kept => return Ok(Some(SAT)),
            _ => return Ok(Some("recused")),
        }
    }
    too_many(call, matter, person, pass)
}

/// Why a person is passed over that holds too many places.
fn too_many(
    call: &Call<'_>,
    matter: &Matter,
    person: u64,
    pass: Pass,
) -> Result<Option<&'static str>, ContractError> {
    let most = call.parameters.numbers.juries_per_person as usize;
    Ok(match pass {
        Pass::First => holds(call, matter, person, most)?.then_some(BUSY),
        Pass::Second | Pass::Last => {
            holds(call, matter, person, most * STRETCH)?.then_some("overloaded")
        }
    })
}

/// Whether a person holds so many places on juries, or of those drawn without
/// votes: many assessments do not leave juries without jurors.
fn holds(
    call: &Call<'_>,
    matter: &Matter,
    person: u64,
    most: usize,
) -> Result<bool, ContractError> {
    let places = record::places(person).may_load(call.storage)?;
    let places = places.unwrap_or_default();
    if places.len() < most {
        return Ok(false);
    }
    let (votes, mut held) = (matter.case.kind != ASSESS, 0);
    for (number, _) in places {
        let other = record::case(number).load(call.storage)?;
        held += usize::from((other.kind != ASSESS) == votes);
    }
    Ok(held >= most)
}

/// Whether a person has a say now.
fn has_say(call: &Call<'_>, person: u64) -> Result<bool, ContractError> {
    let known: PersonAddress = call.members(&MembersQuery::Person { person: Id(person) })?;
    let answer: Eligible = call.members(&MembersQuery::Eligible {
        address: known.address,
        at: Id(call.env.block.height),
        residency: Seconds(0),
    })?;
    Ok(answer.eligible)
}

/// Why a person is passed over that is looked at once more.
const BUSY: &str = "busy";
/// The same, where nobody else is left.
const SAT: &str = "sat";

/// Of so many seats those that may be held by who judged the matter before.
#[must_use]
pub fn minority(size: u16) -> u16 {
    size.saturating_sub(1) / 2
}

/// Whether somebody who judged before may take a seat: there are fewer persons
/// than seats, and fewer of those than a minority.
fn takes_before(matter: &Matter, before: &[(u64, bool)], accepted: &[u64]) -> bool {
    let jury = &matter.jury;
    let holds = jury.seats.iter().filter(|seat| seat.place.holds());
    let persons = holds.map(|seat| &seat.person).chain(accepted);
    let (mut all, mut sat) = (0u16, 0u16);
    for person in persons {
        all = all.saturating_add(1);
        sat = sat.saturating_add(before.iter().any(|(one, _)| one == person).into());
    }
    all < jury.size && sat < minority(jury.size)
}

/// The next to be called: all in their order, then the busy in theirs, then who
/// judged before if `last`.
fn next(drawing: &mut Drawing, seed: &[u8; 32], last: bool) -> Option<(u64, Pass)> {
    let row = &mut drawing.row;
    if row.called < MAX_CALLS
        && let Some(person) = row.call(seed)
    {
        return Some((person, Pass::First));
    }
    if let Some(person) = drawing.busy.pop_front() {
        return Some((person.into(), Pass::Second));
    }
    let person = drawing.before.pop_front().filter(|_| last)?;
    Some((person.into(), Pass::Last))
}

/// What one unit of work found.
enum Found {
    /// There is more to look at.
    More,
    /// Passed over.
    Passed(u64, &'static str),
    /// May judge.
    Accepted(u64),
    /// Nobody is left.
    Exhausted,
}

/// A person is passed over; if it is busy or judged before it may be called once more.
fn pass_over(drawing: &mut Drawing, person: u64, why: &'static str) -> Found {
    match why {
        BUSY => drawing.busy.extend(u32::try_from(person)),
        SAT => drawing.before.extend(u32::try_from(person)),
        _ => {}
    }
    Found::Passed(person, why)
}

/// One unit of work. Questions come before any change, so that an error
/// leaves the drawing as it was.
fn unit(
    call: &Call<'_>,
    matter: &Matter,
    drawing: &mut Drawing,
    seed: &[u8; 32],
    before: &[(u64, bool)],
    accepted: &[u64],
) -> Result<Found, ContractError> {
    let Some((person, stage, pass)) = drawing.checking else {
        let last = !drawing.before.is_empty() && takes_before(matter, before, accepted);
        let Some((person, pass)) = next(drawing, seed, last) else {
            return Ok(Found::Exhausted);
        };
        if let Some(why) = known_reason(call, matter, before, accepted, person, pass)? {
            return Ok(pass_over(drawing, person, why));
        }
        drawing.checking = Some((person, 0, pass));
        return Ok(Found::More);
    };
    let reason = match stage.checked_sub(1) {
        None => (!has_say(call, person)?).then_some("inactive"),
        Some(nth) => match matter.jury.interests.get(usize::from(nth)) {
            // another case may have taken the person since it was called
            None => match too_many(call, matter, person, pass)? {
                None => {
                    drawing.checking = None;
                    return Ok(Found::Accepted(person));
                }
                taken => taken,
            },
            Some(interest) => {
                let related: Related = call.members(&MembersQuery::Related {
                    a: Id(*interest),
                    b: Id(person),
                })?;
                related.any().then_some("related")
            }
        },
    };
    if let Some(why) = reason {
        drawing.checking = None;
        return Ok(pass_over(drawing, person, why));
    }
    drawing.checking = Some((person, stage + 1, pass));
    Ok(Found::More)
}

/// Draws with at most so many units of work. Gives how many it took; 0: the
/// beacon is not known yet.
///
/// # Errors
/// members does not answer at once.
pub fn work(call: &mut Call<'_>, matter: &mut Matter, left: u32) -> Result<u32, ContractError> {
    let mut drawing = matter.drawing(call)?;
    let seed = match drawing.seed {
        Some(seed) => seed,
        None => {
            let Some(value) = beacon::value(call, drawing.round)? else {
                return Ok(0);
            };
            let nth = u8::try_from(matter.jury.rounds.len()).unwrap_or(u8::MAX);
            let seed = pick::seed(&value, matter.number, matter.which, nth);
            drawing.seed = Some(seed);
            seed
        }
    };
    let before = sat_before(call, matter)?;
    let (mut units, mut accepted, mut passed) = (0, Vec::new(), Vec::new());
    let mut exhausted = false;
    while units < left && drawing.want > 0 && !exhausted {
        let found = match unit(call, matter, &mut drawing, &seed, &before, &accepted) {
            Err(error) if units == 0 => return Err(error),
            // what was found is kept; the next look says why it stopped
            Err(_) => break,
            Ok(found) => found,
        };
        units += 1;
        match found {
            Found::More => {}
            Found::Passed(person, why) => passed.push(format!("{person}:{why}")),
            Found::Accepted(person) => {
                accepted.push(person);
                drawing.want -= 1;
            }
            Found::Exhausted => exhausted = true,
        }
    }
    let place = if matter.case.kind == ASSESS {
        Place::Drawn
    } else if matter.jury.replaced() > 0 {
        Place::Seated
    } else {
        Place::Called
    };
    for person in &accepted {
        matter.hold(call, *person, place)?;
    }
    call.event(
        "called",
        &[
            ("case", &matter.number),
            ("jury", &matter.which),
            ("round", &drawing.round),
            ("persons", &list(&accepted)),
            ("passed", &passed.join(",")),
        ],
    );
    let key = record::drawing(matter.number, matter.which);
    if drawing.want > 0 && !exhausted {
        key.save(call.storage, &drawing);
        return Ok(units);
    }
    call.storage.remove(key.bytes());
    drawn(call, matter)?;
    Ok(units.max(1))
}

/// A drawing is done: everybody was found, or nobody is left.
fn drawn(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    let called = matter.jury.count(Place::holds);
    if matter.case.kind == ASSESS {
        return if called == 0 {
            course::lapse(call, matter, Lapse::TooFew)
        } else {
            course::serve(call, matter)
        };
    }
    if matter.jury.replaced() > 0 {
        return course::commit_begins(call, matter);
    }
    let Some(spare) = called.checked_sub(matter.jury.size) else {
        return course::lapse(call, matter, Lapse::TooFew);
    };
    // where few could be called, both sides may strike less
    matter.jury.strikes = matter.jury.strikes.min(spare / strike::sides(&matter.case));
    course::strike_begins(call, matter)
}
