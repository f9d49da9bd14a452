//! Lay seats: held by who was drawn by lot, and accepted. The lot is
//! sortition's, among all members; who uses the commons, or stands behind
//! another seat, is passed over.
//!
//! Several are drawn. The first is waited for, then the next may accept as
//! well, and so on; who declines is not waited for. When the time is over and
//! seats are still empty, organisations may have those again that were theirs,
//! and for the others another lot is drawn.

use super::bonds::AGAIN;
use super::error::MonitorError;
use super::fitness;
use super::rules::Rules;
use super::seats;
use super::state::{self, Held, LOT, Lot, Watch, task};
use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::cases::{self, Question};
use crate::error::ContractError;
use mycel_kit::peers::credit::Kind;

/// The kind of case that only draws.
const ASSESS: &str = "assess";
/// Drawn for each seat.
const FOR_EACH: usize = 5;
/// Most drawn in one lot.
const MOST_DRAWN: usize = 15;
/// Units of work to look at a lot: what is drawn is looked at.
pub const UNITS: u32 = 20;
/// Into how many parts the time of a lot is cut to look at it.
const LOOKS: u64 = 16;

/// How many seats the lot still has to fill.
#[must_use]
pub fn wanted(watch: &Watch, rules: &Rules) -> usize {
    let lay = usize::from(rules.lay) + usize::from(watch.lots.min(rules.organisations));
    lay.saturating_sub(watch.count(true))
}

/// Puts a lot down, if one is needed and none is drawn.
pub fn wanted_soon(call: &mut Call<'_>, commons: u64, watch: &Watch, rules: &Rules) {
    if watch.lot.is_none() && wanted(watch, rules) > 0 {
        let now = call.now;
        agenda::at(call, now, task(LOT, commons, 0));
    }
}

/// Who has an interest in who is drawn: who holds or held seats. A lot needs
/// one at least, so the first waits until the first organisation is there.
fn parties(call: &Call<'_>, commons: u64, watch: &Watch) -> Result<Vec<u64>, ContractError> {
    let mut found: Vec<u64> = watch.held.iter().map(|held| held.person).collect();
    if found.is_empty() && watch.seats > 0 {
        found.push(seats::seat(call, commons, watch.seats)?.person);
    }
    Ok(found)
}

/// Looks at a lot, or begins one (`case` 0).
///
/// # Errors
/// Only for unreadable state: a sortition that does not answer is asked again.
pub fn work(call: &mut Call<'_>, commons: u64, case: u64) -> Result<Worked, ContractError> {
    let mut watch = seats::watch(call, commons)?;
    let rules = super::rules(call.storage, commons)?;
    let worked = match watch.lot.clone() {
        None if case == 0 => begin(call, commons, &mut watch, &rules)?,
        Some(lot) if lot.case == case => look(call, commons, &mut watch, &rules, lot)?,
        // another one is drawn, with a task of its own
        _ => return Ok(Worked::Done),
    };
    state::watch(commons).save(call.storage, &watch);
    Ok(worked)
}

/// What no lot filled organisations may have again: a commons whose monitors
/// were all absent once is not without any for ever.
fn unfilled(watch: &mut Watch, rules: &Rules) {
    let empty = u8::try_from(wanted(watch, rules)).unwrap_or(u8::MAX);
    watch.lots = watch.lots.saturating_sub(empty);
}

fn begin(
    call: &mut Call<'_>,
    commons: u64,
    watch: &mut Watch,
    rules: &Rules,
) -> Result<Worked, ContractError> {
    let wanted = wanted(watch, rules);
    let parties = parties(call, commons, watch)?;
    if wanted == 0 || parties.is_empty() || super::is_closed(call.storage, commons)? {
        return Ok(Worked::Done);
    }
    let size = (wanted * FOR_EACH).min(MOST_DRAWN);
    // the number is known only when the case is asked for
    let number = call.totals.cases.saturating_add(1);
    let question = Question {
        kind: ASSESS,
        size: size as u16,
        threshold_bps: 10_000,
        parties,
        then: task(LOT, commons, number),
        strict: false,
    };
    let case = match cases::open(call, question) {
        Ok(case) => case,
        Err(ContractError::Peer(_)) => {
            unfilled(watch, rules);
            return Ok(Worked::Again(call.now.saturating_add(AGAIN)));
        }
        Err(error) => return Err(error),
    };
    let length = u64::from(call.parameters.numbers.case_seconds);
    watch.lot = Some(Lot {
        case,
        drawn: vec![],
        since: 0,
        turn: 0,
        until: call.now.saturating_add(length),
        declined: vec![],
    });
    let due = call.now.saturating_add((length / LOOKS).max(1));
    agenda::at(call, due, task(LOT, commons, case));
    call.event(
        "lot_asked",
        &[("commons", &commons), ("seats", &wanted), ("drawn", &size)],
    );
    Ok(Worked::Done)
}

fn look(
    call: &mut Call<'_>,
    commons: u64,
    watch: &mut Watch,
    rules: &Rules,
    mut lot: Lot,
) -> Result<Worked, ContractError> {
    let length = u64::from(call.parameters.numbers.case_seconds);
    let part = (length / LOOKS).max(1);
    if wanted(watch, rules) == 0 || call.now >= lot.until {
        watch.lot = None;
        unfilled(watch, rules);
        // not at once: whom nobody accepts from is not asked every block
        let due = call.now.saturating_add(part.max(AGAIN));
        agenda::at(call, due, task(LOT, commons, 0));
        return Ok(Worked::Done);
    }
    if !lot.drawn.is_empty() {
        return Ok(Worked::Done);
    }
    let drawn = match cases::drawn(call, lot.case) {
        Err(ContractError::Peer(_)) => {
            return Ok(Worked::Again(call.now.saturating_add(AGAIN)));
        }
        Err(error) => return Err(error),
        Ok(None) => return Ok(Worked::Again(call.now.saturating_add(part))),
        Ok(Some(drawn)) => drawn,
    };
    for person in drawn.into_iter().take(MOST_DRAWN) {
        match fitness::lay(call.storage, commons, person, watch, None) {
            Ok(()) => lot.drawn.push(person),
            Err(ContractError::Monitor(_)) => {}
            Err(error) => return Err(error),
        }
    }
    if lot.drawn.is_empty() {
        // nobody fits, or sortition refused: ended now, another one later
        lot.until = call.now;
        watch.lot = Some(lot);
        return Ok(Worked::Again(call.now));
    }
    lot.since = call.now;
    let left = lot.until.saturating_sub(call.now);
    lot.turn = left / (lot.drawn.len() as u64 + 1);
    let names: Vec<String> = lot.drawn.iter().map(u64::to_string).collect();
    call.event(
        "drawn",
        &[
            ("commons", &commons),
            ("persons", &names.join(",")),
            ("turn", &lot.turn),
            ("until", &lot.until),
        ],
    );
    watch.lot = Some(lot);
    Ok(Worked::Done)
}

/// The lot as the sender sees it, who must be drawn and have its turn.
fn drawn(
    call: &Call<'_>,
    commons: u64,
    person: u64,
    watch: &Watch,
) -> Result<(Lot, u64), ContractError> {
    let refused = MonitorError::NotDrawn { commons, person };
    let lot = watch.lot.clone().filter(|lot| call.now < lot.until);
    let lot = lot.ok_or(refused.clone())?;
    let from = lot.turn_of(person).ok_or(refused)?;
    Ok((lot, from))
}

/// Who was drawn takes the seat.
///
/// # Errors
/// Not drawn, not its turn, an interest, no standing.
pub fn accept(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let rules = super::open_rules(call.storage, commons)?;
    let sender = call.sender.clone();
    let standing = fitness::sender(call, &sender)?;
    let person = standing.person.0;
    let mut watch = seats::watch(call, commons)?;
    let (_, from) = drawn(call, commons, person, &watch)?;
    if standing.kind != Kind::Person || wanted(&watch, &rules) == 0 {
        return Err(MonitorError::NotDrawn { commons, person }.into());
    }
    if call.now < from {
        return Err(MonitorError::NotTurn {
            commons,
            person,
            from,
        }
        .into());
    }
    fitness::lay(call.storage, commons, person, &watch, None)?;
    let until = call.now.saturating_add(rules.lay_term.0);
    seats::begin(
        call,
        commons,
        &mut watch,
        Held {
            seat: 0,
            person,
            controllers: vec![],
            lay: true,
            until,
        },
    )?;
    decline_in(&mut watch, person);
    if wanted(&watch, &rules) == 0 {
        watch.lot = None;
    }
    state::watch(commons).save(call.storage, &watch);
    Ok(())
}

fn decline_in(watch: &mut Watch, person: u64) {
    if let Some(lot) = &mut watch.lot {
        lot.declined.push(person);
    }
}

/// Who was drawn says no: the next need not wait.
///
/// # Errors
/// Not drawn.
pub fn decline(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let sender = call.sender.clone();
    let person = call.standing(&sender)?.person.0;
    let mut watch = seats::watch(call, commons)?;
    let (mut lot, _) = drawn(call, commons, person, &watch)?;
    lot.declined.push(person);
    if lot.drawn.iter().all(|one| lot.declined.contains(one)) {
        lot.until = call.now;
        let now = call.now;
        agenda::at(call, now, task(LOT, commons, lot.case));
    }
    watch.lot = Some(lot);
    state::watch(commons).save(call.storage, &watch);
    call.event(
        "seat_declined",
        &[("commons", &commons), ("person", &person)],
    );
    Ok(())
}
