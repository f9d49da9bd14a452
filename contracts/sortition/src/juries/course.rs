//! The course of a case: from step to step, by whoever completes one or by
//! `advance` when its time is up.
//!
//! ```text
//! drawing → striking → committing ⇄ revealing → a verdict
//!    ↑  absent, at most twice |          |
//!    |________________________|__________|        else: lapsed
//! ```
//!
//! The time of a jury is divided into sixteenths: one to strike, three to
//! commit, one to reveal; committing and revealing may be needed three times,
//! which leaves three sixteenths for the beacon and for whoever is late.
//!
//! Jurors are absent who have not committed, or not revealed, when the time is
//! up. Their seats are filled from a new round of the beacon, so that nobody
//! knows whom an absence will bring. After the second time seats stay empty:
//! the others' votes count, against the threshold of *all* seats, and if they
//! do not suffice the jury lapses. A first jury's lapse ends the measure, as
//! votes against it would: there, absence gains nothing for who is accused. It
//! can spare an accuser `malicious`; and after an appeal, whose lapse lets the first verdict
//! stand, those absent who are too few to uphold it by votes may keep it, if
//! two replacements do not come either. Who could not commit in time is replaced
//! before anybody reveals; only who fails to reveal is replaced by jurors who
//! have seen the others' votes.

use std::collections::VecDeque;

use super::matter::{Matter, list};
use super::party;
use super::pick::Row;
use super::record::{self, Drawing, Lapse, Place, Step, Verdict};
use super::show;
use super::tally::{self, Finding};
use crate::agenda::{RETRY_SECONDS, Worked};
use crate::beacon;
use crate::call::Call;
use crate::error::ContractError;
use mycel_kit::peers::sortition::outcomes;

/// What a drawing without votes ends with.
pub const DRAWN: &str = "drawn";

/// Most persons whose places a step writes at the end of a block; where they
/// are more, it waits for somebody's `advance {case}`: a call that needs more
/// than a block has left would be undone, and with it all other work. At less
/// than 20,000 gas each these stay below 1.2 million; no kind needs more than 31.
pub const BLOCK_PERSONS: u32 = 60;

/// Moves a case on by about `left` units of work. A step that ends takes one
/// for each person that holds a place, as it writes them all at once.
///
/// # Errors
/// A peer does not answer.
pub fn work(call: &mut Call<'_>, number: u64, left: u32) -> Result<Worked, ContractError> {
    let mut matter = Matter::load(call, number)?;
    let late = call.now > matter.case.deadline;
    let up = call.now >= matter.jury.until;
    let ends = match matter.jury.step {
        Step::Ended => false,
        Step::Serving | Step::Drawing => late,
        Step::Striking | Step::Committing | Step::Revealing => late || up,
    };
    let persons = u32::from(matter.jury.count(Place::holds));
    if ends && call.sender.is_empty() && persons > BLOCK_PERSONS {
        return Ok(Worked {
            units: 1,
            next: Some(call.now.saturating_add(RETRY_SECONDS)),
        });
    }
    let units = match matter.jury.step {
        Step::Drawing if !late => super::draw::work(call, &mut matter, left)?,
        _ if !ends => 0,
        step => {
            match step {
                Step::Serving => end(call, &mut matter)?,
                _ if late => lapse(call, &mut matter, Lapse::Time)?,
                Step::Striking => super::strike::seat(call, &mut matter)?,
                Step::Committing => commit_ends(call, &mut matter)?,
                Step::Revealing => reveal_ends(call, &mut matter)?,
                Step::Drawing | Step::Ended => {}
            }
            persons.saturating_add(1)
        }
    };
    if units > 0 {
        matter.save(call);
    }
    Ok(Worked {
        units,
        next: matter.due(call)?,
    })
}

fn step(call: &mut Call<'_>, matter: &mut Matter, step: Step, seconds: u64) {
    matter.jury.step = step;
    matter.jury.until = call.now.saturating_add(seconds.max(1));
    call.event(
        "step",
        &[
            ("case", &matter.number),
            ("jury", &matter.which),
            ("step", &step.name()),
            ("until", &matter.jury.until),
        ],
    );
}

/// The parties may strike, if they have anything to strike.
///
/// # Errors
/// Only for unreadable state.
pub fn strike_begins(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    if matter.jury.strikes == 0 {
        return super::strike::seat(call, matter);
    }
    let seconds = matter.part().min(matter.remaining(call.now) / 4);
    step(call, matter, Step::Striking, seconds);
    Ok(())
}

/// Jurors commit: three parts of the time, and never so long that none is left
/// to reveal.
///
/// # Errors
/// Only for unreadable state.
pub fn commit_begins(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    let most = matter.remaining(call.now) / 4 * 3;
    let seconds = (3 * matter.part()).min(most);
    step(call, matter, Step::Committing, seconds);
    if matter.jury.count(|place| place == Place::Seated) == 0 {
        // nobody was left to be called
        return commit_ends(call, matter);
    }
    Ok(())
}

/// Committing is over: everybody has, or the time is up.
///
/// # Errors
/// Only for unreadable state.
pub fn commit_ends(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    absent(call, matter, Place::Seated)?;
    if matter.jury.empty() > 0 && matter.can_replace(call.now) {
        return replace(call, matter);
    }
    if matter.jury.count(|place| place == Place::Committed) == 0 {
        return lapse(call, matter, Lapse::Absent);
    }
    let seconds = matter.part().min(matter.remaining(call.now));
    step(call, matter, Step::Revealing, seconds);
    Ok(())
}

/// Revealing is over, and the votes do not suffice: somebody is missing.
///
/// # Errors
/// Only for unreadable state.
pub fn reveal_ends(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    absent(call, matter, Place::Committed)?;
    if matter.can_replace(call.now) {
        return replace(call, matter);
    }
    lapse(call, matter, Lapse::Absent)
}

fn absent(call: &mut Call<'_>, matter: &mut Matter, missing: Place) -> Result<(), ContractError> {
    let gone = matter.release(call, |place| place == missing, |_| Place::Absent)?;
    if !gone.is_empty() {
        call.event(
            "absent",
            &[
                ("case", &matter.number),
                ("jury", &matter.which),
                ("persons", &list(&gone)),
            ],
        );
    }
    Ok(())
}

/// Draws jurors for the empty seats from a round that nobody knows yet.
fn replace(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    let round = beacon::fix(call)?;
    matter.jury.rounds.push(round);
    let drawing = Drawing {
        round,
        seed: None,
        want: matter.jury.empty(),
        row: Row::new(matter.jury.numbers),
        busy: VecDeque::new(),
        before: VecDeque::new(),
        checking: None,
    };
    record::drawing(matter.number, matter.which).save(call.storage, &drawing);
    let seconds = matter.remaining(call.now);
    step(call, matter, Step::Drawing, seconds);
    Ok(())
}

/// Ends the case if the votes so far do, whoever still votes.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(call: &mut Call<'_>, matter: &mut Matter) -> Result<bool, ContractError> {
    let jury = &matter.jury;
    let outcome = match tally::read(&jury.votes, jury.size, jury.needed) {
        Finding::Open => return Ok(false),
        Finding::Reached(outcome) => outcome,
        Finding::Unreachable => 0,
    };
    let reasons = reasons(call, matter, outcome)?;
    let known = outcomes(&matter.case.kind);
    let name = known.get(outcome).copied().unwrap_or_default();
    decide(call, matter, name, reasons)?;
    Ok(true)
}

/// The reasons that most of those gave who voted for the outcome; of several,
/// those of who was drawn first. Where nobody voted for it (none was reached),
/// the same among all votes.
fn reasons(call: &Call<'_>, matter: &Matter, outcome: usize) -> Result<[u8; 32], ContractError> {
    let mut votes = Vec::new();
    for seat in &matter.jury.seats {
        if seat.place == Place::Voted {
            let key = record::ballot(matter.number, matter.which, seat.person);
            votes.extend(key.load(call.storage)?.vote);
        }
    }
    if votes
        .iter()
        .any(|(voted, _)| usize::from(*voted) == outcome)
    {
        votes.retain(|(voted, _)| usize::from(*voted) == outcome);
    }
    let mut best: ([u8; 32], usize) = ([0; 32], 0);
    for (_, reasons) in &votes {
        let times = votes.iter().filter(|(_, other)| other == reasons).count();
        if times > best.1 {
            best = (*reasons, times);
        }
    }
    Ok(best.0)
}

/// Persons were drawn; they do what they were drawn for until the deadline.
///
/// # Errors
/// Only for unreadable state.
pub fn serve(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    verdict(call, matter, DRAWN, [0; 32])?;
    let seconds = matter.remaining(call.now);
    step(call, matter, Step::Serving, seconds);
    Ok(())
}

fn decide(
    call: &mut Call<'_>,
    matter: &mut Matter,
    outcome: &str,
    reasons: [u8; 32],
) -> Result<(), ContractError> {
    verdict(call, matter, outcome, reasons)?;
    end(call, matter)
}

fn verdict(
    call: &mut Call<'_>,
    matter: &mut Matter,
    outcome: &str,
    reasons: [u8; 32],
) -> Result<(), ContractError> {
    let first = matter.which == 0;
    // where nobody lost who could appeal, nothing is waited for
    let appealable = first && !party::lost(&matter.case, outcome).is_empty();
    let wait = if appealable {
        call.parameters.numbers.appeal_seconds.into()
    } else {
        0
    };
    let appeal_until = call.now.saturating_add(wait);
    matter.case.verdicts.push(Verdict {
        outcome: outcome.to_owned(),
        reasons,
        at: call.now,
        appeal_until,
    });
    if first {
        party::closed(call, &matter.case)?;
    }
    if outcome != DRAWN {
        party::remember(call, matter.number, &matter.case)?;
    }
    let totals = &mut matter.totals;
    totals.verdicts = totals.verdicts.saturating_add(1);
    totals.open = totals.open.saturating_sub(1);
    totals.decided = totals.decided.saturating_add(1);
    let cast = matter.jury.count(|place| place == Place::Voted);
    call.event(
        "verdict",
        &[
            ("case", &matter.number),
            ("jury", &matter.which),
            ("ref", &matter.case.reference),
            ("outcome", &outcome),
            ("votes", &cast),
            ("reasons", &cosmwasm_std::to_hex(reasons)),
            ("appeal_until", &appeal_until),
        ],
    );
    Ok(())
}

/// This jury decides nothing any more. Where it is the first, the measure ends;
/// after an appeal the first verdict stands: who appeals where no second jury
/// can be found is not acquitted by that.
///
/// # Errors
/// Only for unreadable state.
pub fn lapse(call: &mut Call<'_>, matter: &mut Matter, why: Lapse) -> Result<(), ContractError> {
    matter.case.lapsed = Some(why);
    let totals = &mut matter.totals;
    totals.open = totals.open.saturating_sub(1);
    let stands = matter.case.verdicts.last();
    let stands = stands.map(|said| said.outcome.clone()).unwrap_or_default();
    if matter.which == 0 {
        totals.lapsed = totals.lapsed.saturating_add(1);
        party::closed(call, &matter.case)?;
    } else {
        totals.decided = totals.decided.saturating_add(1);
    }
    let drawing = record::drawing(matter.number, matter.which);
    call.storage.remove(drawing.bytes());
    call.event(
        "lapsed",
        &[
            ("case", &matter.number),
            ("jury", &matter.which),
            ("ref", &matter.case.reference),
            ("why", &show::why_name(why)),
            ("stands", &stands),
        ],
    );
    end(call, matter)
}

/// Everybody who holds a place is free.
fn end(call: &mut Call<'_>, matter: &mut Matter) -> Result<(), ContractError> {
    matter.release(
        call,
        |_| true,
        |place| match place {
            Place::Called => Place::Spared,
            other => other,
        },
    )?;
    matter.jury.step = Step::Ended;
    Ok(())
}
