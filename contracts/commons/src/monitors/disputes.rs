//! Disputes: readings too far apart, a value beyond what can have grown, or a
//! member's challenge. A jury is asked whether the accused readings are wrong.
//!
//! | the jury says | spread or rise | challenge |
//! |---|---|---|
//! | uphold | the accused are refuted: bonds lost, seats empty | the same |
//! | dismiss | the accused are confirmed, the others overruled | confirmed |
//! | malicious | – | confirmed, and the challenger climbs a step |
//! | nothing (lapsed) | the accused are set aside: nothing lost, nothing loosened | it stands |
//!
//! # Parties
//! All who read, and who controls them, are kept off the jury; the order in which
//! they are named says who strikes from it. Sortition takes the first party as
//! one side and deals the other side's strikes round to all others, in their
//! order: of a jury of eleven, two for each side. So
//!
//! - one who read less, against any number: it is first, alone on its side, and
//!   the accused share the other;
//! - two or more who read less: the highest accused is first, alone on its side;
//!   those who read less are next and have all of the other side's; further
//!   accused come last and take none of theirs.
//!
//! Either way two strikes are the accuseds' and two those of who read less. Of a
//! rise of which all are accused nobody stands against them. About claims it is
//! the same ([`sides`]), and who claims comes last: it gains with the accused.
//!
//! Where there is no sortition, or it refuses, the case is asked for again
//! every ten minutes, and the lowest reading counts meanwhile.

use super::bonds::AGAIN;
use super::error::MonitorError;
use super::msg::Challenge;
use super::prediction;
use super::rules::Rules;
use super::seats;
use super::state::{
    self, About, Current, DISPUTE, Dispute, Ended, Fate, Open, Outcome, POLL, Stood, Watch, task,
};
use super::value;
use crate::agenda::{self, Worked};
use crate::bounds;
use crate::call::Call;
use crate::cases::{self, Question, Verdict};
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::{cap, order, regeneration, registry};

/// Jurors, and the votes needed in 1/10,000: less than rights are at stake for
/// a monitor, and more than rights for nature.
const JURY: (u16, u16) = (11, 6_667);
/// The kind of case about a spread or a rise.
pub const READING: &str = "reading";
/// The kind of case about a member's challenge: it may be malicious.
pub const CHALLENGE: &str = "challenge";
/// Units of work to act on a verdict.
pub const UNITS: u32 = 20;
/// Into how many parts a jury's time is cut to look whether it has spoken.
const LOOKS: u64 = 16;

/// Disputes what the readings show now, if nothing is disputed yet.
///
/// # Errors
/// Only for unreadable state.
pub fn consider(
    call: &mut Call<'_>,
    commons: u64,
    watch: &mut Watch,
    rules: &Rules,
) -> Result<(), ContractError> {
    if watch.dispute.is_some() {
        return Ok(());
    }
    let prediction = prediction::prediction(call.storage, commons, watch, rules, call.now)?;
    let parts = watch.parts(call.now, rules.window.0);
    let most = prediction.map(Quantity::units);
    let Some(doubt) = value::doubt(&parts, rules.spread_ppm, most) else {
        return Ok(());
    };
    let live = |one: &&Current| watch.is_fresh(one, call.now, rules.window.0) && !one.overruled;
    let (accused, others): (Vec<Current>, Vec<Current>) = watch
        .current
        .iter()
        .filter(live)
        .partition(|one| one.quantity.units() >= doubt.from);
    let mut ranked = accused.clone();
    ranked.sort_by_key(|one| std::cmp::Reverse(one.quantity));
    let parties = sides(&persons(watch, &ranked), &persons(watch, &others));
    let about = if doubt.spread {
        About::Spread
    } else {
        About::Rise
    };
    let names = |of: &[Current]| of.iter().map(|one| (one.reading, one.seat)).collect();
    let dispute = Dispute {
        commons,
        about,
        accused: names(&accused),
        others: names(&others),
        parties,
        opened: call.now,
        attempt: 0,
        case: None,
        ended: None,
    };
    let number = begin(call, dispute)?;
    watch.dispute = Some(Open {
        dispute: number,
        ceiling: Quantity::at_most(doubt.ceiling),
    });
    call.event(
        "disputed",
        &[
            ("commons", &commons),
            ("dispute", &number),
            ("about", &about.name()),
            ("from", &doubt.from),
            ("counts", &doubt.ceiling),
        ],
    );
    Ok(())
}

/// Who gave readings, in that order.
fn persons(watch: &Watch, of: &[Current]) -> Vec<u64> {
    let held = of.iter().filter_map(|one| watch.seat(one.seat));
    held.map(|held| held.person).collect()
}

/// The parties of a case about readings or attestations that are too high, in
/// the order that lets both sides strike as many: `accused` begins with the
/// highest, `others` saw less.
#[must_use]
pub fn sides(accused: &[u64], others: &[u64]) -> Vec<u64> {
    let (first, rest) = match (others, accused) {
        ([one], _) => (vec![*one], [accused, &[]]),
        (_, [highest, rest @ ..]) => (vec![*highest], [others, rest]),
        (_, []) => (vec![], [others, &[]]),
    };
    let mut parties: Vec<u64> = vec![];
    for one in first.iter().chain(rest.into_iter().flatten()) {
        if !parties.contains(one) {
            parties.push(*one);
        }
    }
    parties
}

/// Writes a dispute and asks a jury; gives its number.
fn begin(call: &mut Call<'_>, dispute: Dispute) -> Result<u64, ContractError> {
    let mut sums = state::sums().may_load(call.storage)?.unwrap_or_default();
    sums.disputes = sums.disputes.saturating_add(1);
    sums.open = sums.open.saturating_add(1);
    let number = sums.disputes;
    state::sums().save(call.storage, &sums);
    for (_, seat) in &dispute.accused {
        let mut own = seats::seat(call, dispute.commons, *seat)?;
        own.disputed = own.disputed.saturating_add(1);
        state::seat(dispute.commons, *seat).save(call.storage, &own);
    }
    ask(call, number, dispute)?;
    Ok(number)
}

/// Asks sortition for a jury. A challenge is refused with it; any other dispute
/// waits for it.
fn ask(call: &mut Call<'_>, number: u64, mut dispute: Dispute) -> Result<(), ContractError> {
    dispute.attempt = dispute.attempt.saturating_add(1);
    let argument = argument(number, dispute.attempt);
    let challenge = matches!(dispute.about, About::Challenge { .. });
    let question = Question {
        kind: if challenge { CHALLENGE } else { READING },
        size: JURY.0,
        threshold_bps: JURY.1,
        parties: dispute.parties.clone(),
        then: task(DISPUTE, dispute.commons, argument),
        strict: challenge && dispute.attempt == 1,
    };
    let strict = question.strict;
    match cases::open(call, question) {
        Ok(case) => {
            dispute.case = Some(case);
            let due = call.now.saturating_add(poll(call));
            agenda::at(call, due, task(POLL, dispute.commons, argument));
        }
        // there is no sortition yet: asked again
        Err(ContractError::Peer(_)) if !strict => {
            dispute.case = None;
            let due = call.now.saturating_add(AGAIN);
            agenda::at(call, due, task(DISPUTE, dispute.commons, argument));
        }
        Err(error) => return Err(error),
    }
    state::dispute(number).save(call.storage, &dispute);
    Ok(())
}

fn poll(call: &Call<'_>) -> u64 {
    (u64::from(call.parameters.numbers.case_seconds) / LOOKS).max(1)
}

/// A task is about one attempt to open the case: those of earlier ones end.
const fn argument(number: u64, attempt: u16) -> u64 {
    number << 16 | attempt as u64
}

/// A dispute that must exist.
///
/// # Errors
/// [`MonitorError::UnknownDispute`].
pub fn dispute(storage: &dyn cosmwasm_std::Storage, number: u64) -> Result<Dispute, ContractError> {
    let found = state::dispute(number).may_load(storage)?;
    found.ok_or_else(|| MonitorError::UnknownDispute { dispute: number }.into())
}

/// An enrolled member challenges a reading that counts.
///
/// # Errors
/// Not enrolled, a challenge open, nothing to challenge, disputed or judged
/// already; sortition refuses.
pub fn challenge(call: &mut Call<'_>, asked: &Challenge) -> Result<(), ContractError> {
    if let Some(claim) = asked.claim {
        return regeneration::challenge(call, asked, claim.0);
    }
    let (commons, seat) = (asked.commons.0, asked.seat.0);
    super::open_rules(call.storage, commons)?;
    let person = registry::enrolled_sender(call, commons)?.person;
    let reasons = bounds::hash("reasons", asked.reasons.as_slice())?;
    let own = state::challenge(commons, person);
    if let Some(dispute) = own.may_load(call.storage)? {
        return Err(MonitorError::ChallengeOpen {
            commons,
            person,
            dispute,
        }
        .into());
    }
    let mut watch = seats::watch(call, commons)?;
    let kept = seats::seat(call, commons, seat)?;
    let Some(at) = watch.current.iter().position(|one| one.seat == seat) else {
        return Err(MonitorError::NoReading { commons, seat }.into());
    };
    let current = watch.current[at];
    let accused = |dispute: &Dispute| {
        dispute
            .accused
            .iter()
            .any(|(one, _)| *one == current.reading)
    };
    let open = match watch.dispute {
        Some(open) if accused(&self::dispute(call.storage, open.dispute)?) => Some(open.dispute),
        _ => current.challenge,
    };
    if let Some(dispute) = open {
        return Err(MonitorError::Disputed {
            commons,
            seat,
            dispute,
        }
        .into());
    }
    if current.confirmed {
        return Err(MonitorError::Judged { commons, seat }.into());
    }
    let dispute = Dispute {
        commons,
        about: About::Challenge {
            by: person,
            reasons,
        },
        accused: vec![(current.reading, seat)],
        others: vec![],
        parties: vec![kept.person, person],
        opened: call.now,
        attempt: 0,
        case: None,
        ended: None,
    };
    let number = begin(call, dispute)?;
    own.save(call.storage, &number);
    watch.current[at].challenge = Some(number);
    state::watch(commons).save(call.storage, &watch);
    registry::involve(call.storage, commons, person);
    call.event(
        "challenged",
        &[
            ("commons", &commons),
            ("dispute", &number),
            ("seat", &seat),
            ("reading", &current.reading),
            ("by", &person),
        ],
    );
    super::changed(call, commons)
}

/// Whether a task is about a dispute that is over, or about an attempt of which
/// nothing came.
///
/// # Errors
/// No such dispute.
pub fn is_idle(storage: &dyn cosmwasm_std::Storage, argument: u64) -> Result<bool, ContractError> {
    let dispute = dispute(storage, argument >> 16)?;
    Ok(dispute.ended.is_some() || u64::from(dispute.attempt) != argument & 0xffff)
}

/// Looks whether a jury has spoken, and acts once.
///
/// # Errors
/// Only for unreadable state: where sortition does not answer it is asked
/// again after ten minutes.
pub fn work(call: &mut Call<'_>, kind: u8, argument: u64) -> Result<Worked, ContractError> {
    let (number, attempt) = (argument >> 16, argument & 0xffff);
    let dispute = dispute(call.storage, number)?;
    if dispute.ended.is_some() || u64::from(dispute.attempt) != attempt {
        return Ok(Worked::Done);
    }
    let again = call.now.saturating_add(AGAIN);
    let Some(case) = dispute.case else {
        ask(call, number, dispute)?;
        return Ok(Worked::Done);
    };
    let asked = cases::asked(call.storage, case)?;
    if asked.refused || asked.case.is_none() {
        let due = asked.opened.saturating_add(AGAIN);
        if kind == POLL {
            return Ok(Worked::Done);
        }
        if call.now < due {
            return Ok(Worked::Again(due));
        }
        ask(call, number, dispute)?;
        return Ok(Worked::Done);
    }
    let outcome = match cases::verdict(call, case) {
        Err(ContractError::Peer(_)) => return Ok(Worked::Again(again)),
        Err(error) => return Err(error),
        Ok(Verdict::Pending(_)) if kind == POLL => {
            let next = call.now.saturating_add(poll(call));
            // from its deadline on the case has a task of its own
            return Ok(if next < asked.deadline {
                Worked::Again(next)
            } else {
                Worked::Done
            });
        }
        Ok(Verdict::Pending(next)) => return Ok(Worked::Again(next)),
        Ok(Verdict::Lapsed) => Outcome::Lapsed,
        Ok(Verdict::Said(word)) => match word.as_str() {
            "uphold" => Outcome::Refuted,
            "malicious" => Outcome::Malicious,
            _ => Outcome::Dismissed,
        },
    };
    settle(call, number, dispute, outcome)?;
    Ok(Worked::Done)
}

fn settle(
    call: &mut Call<'_>,
    number: u64,
    mut dispute: Dispute,
    outcome: Outcome,
) -> Result<(), ContractError> {
    let commons = dispute.commons;
    dispute.ended = Some((call.now, outcome));
    state::dispute(number).save(call.storage, &dispute);
    let mut sums = state::sums().may_load(call.storage)?.unwrap_or_default();
    sums.open = sums.open.saturating_sub(1);
    state::sums().save(call.storage, &sums);
    let mut watch = seats::watch(call, commons)?;
    if watch.dispute.is_some_and(|open| open.dispute == number) {
        watch.dispute = None;
    }
    for one in &mut watch.current {
        if one.challenge == Some(number) {
            one.challenge = None;
        }
    }
    call.event(
        "dispute_ended",
        &[
            ("commons", &commons),
            ("dispute", &number),
            ("about", &dispute.about.name()),
            ("outcome", &outcome.name()),
        ],
    );
    match outcome {
        Outcome::Refuted => refute(call, number, &dispute, &mut watch)?,
        Outcome::Dismissed | Outcome::Malicious => {
            dismiss(call, number, &dispute, &mut watch)?;
            stands(call, &dispute, &mut watch)?;
        }
        Outcome::Lapsed => set_aside(call, number, &dispute, &mut watch)?,
    }
    let lowered = matches!(outcome, Outcome::Refuted | Outcome::Lapsed);
    if lowered && !matches!(dispute.about, About::Challenge { .. }) {
        cap::judged(call, commons, None)?;
    }
    for (_, seat) in &dispute.accused {
        let mut own = seats::seat(call, commons, *seat)?;
        own.disputed = own.disputed.saturating_sub(1);
        state::seat(commons, *seat).save(call.storage, &own);
        if own.ended.is_some() && !own.bonds.is_empty() {
            let now = call.now;
            agenda::at(call, now, task(state::BOND, commons, *seat));
        }
    }
    if let About::Challenge { by, .. } = dispute.about {
        call.storage.remove(state::challenge(commons, by).bytes());
        if outcome == Outcome::Refuted {
            let key = state::service(commons, by);
            let mut service = key.may_load(call.storage)?.unwrap_or_default();
            service.challenges = service.challenges.saturating_add(1);
            key.save(call.storage, &service);
        }
        if outcome == Outcome::Malicious {
            order::malicious(call, commons, by)?;
        }
    }
    let rules = super::rules(call.storage, commons)?;
    watch.prune(call.now, rules.window.0);
    consider(call, commons, &mut watch, &rules)?;
    state::watch(commons).save(call.storage, &watch);
    super::changed(call, commons)
}

fn fate(call: &mut Call<'_>, commons: u64, reading: u64, fate: Fate) -> Result<(), ContractError> {
    let key = state::reading(commons, reading);
    let mut kept = key.load(call.storage)?;
    // what a jury found wrong no other dispute makes right
    if !matches!(kept.fate, Fate::Refuted(_)) {
        kept.fate = fate;
        key.save(call.storage, &kept);
    }
    Ok(())
}

/// The accused readings are wrong: they and whatever their seats read since
/// count no more, the seats are empty, their bonds lost.
fn refute(
    call: &mut Call<'_>,
    number: u64,
    dispute: &Dispute,
    watch: &mut Watch,
) -> Result<(), ContractError> {
    let commons = dispute.commons;
    for (reading, seat) in &dispute.accused {
        let own = seats::seat(call, commons, *seat)?;
        let key = state::service(commons, own.person);
        let before = state::reading(commons, *reading).load(call.storage)?.fate;
        if !matches!(before, Fate::Refuted(_)) {
            let mut service = key.may_load(call.storage)?.unwrap_or_default();
            service.refuted = service.refuted.saturating_add(1);
            key.save(call.storage, &service);
            let mut sums = state::sums().load(call.storage)?;
            sums.refuted = sums.refuted.saturating_add(1);
            state::sums().save(call.storage, &sums);
        }
        fate(call, commons, *reading, Fate::Refuted(number))?;
        watch.current.retain(|one| one.seat != *seat);
        seats::end(call, commons, watch, *seat, Ended::Refuted)?;
    }
    Ok(())
}

/// The accused readings are not wrong; where others were against them, those
/// are overruled.
fn dismiss(
    call: &mut Call<'_>,
    number: u64,
    dispute: &Dispute,
    watch: &mut Watch,
) -> Result<(), ContractError> {
    let commons = dispute.commons;
    for (reading, _) in &dispute.accused {
        fate(call, commons, *reading, Fate::Confirmed(number))?;
    }
    for (reading, _) in &dispute.others {
        fate(call, commons, *reading, Fate::Overruled(number))?;
    }
    for one in &mut watch.current {
        let is_in = |list: &[(u64, u64)]| list.iter().any(|(reading, _)| *reading == one.reading);
        if is_in(&dispute.accused) {
            (one.confirmed, one.overruled) = (true, false);
        } else if is_in(&dispute.others) {
            (one.confirmed, one.overruled) = (false, true);
        }
    }
    Ok(())
}

/// What counts of readings that a jury let stand is what later ones may have
/// grown from, and where a rise of the cap may begin. The jury heard of no more
/// than the highest that was accused: what was read since is no part of it.
fn stands(call: &mut Call<'_>, dispute: &Dispute, watch: &mut Watch) -> Result<(), ContractError> {
    if matches!(dispute.about, About::Challenge { .. }) {
        return Ok(());
    }
    let mut heard = Quantity::ZERO;
    for (reading, _) in &dispute.accused {
        let kept = state::reading(dispute.commons, *reading).load(call.storage)?;
        heard = heard.max(kept.quantity);
    }
    let rules = super::rules(call.storage, dispute.commons)?;
    let value = watch.value(call.now, &rules);
    let quantity = Quantity::at_most(value.counts.max(value.median)).min(heard);
    watch.stood = Some(Stood {
        at: call.now,
        quantity,
    });
    cap::judged(call, dispute.commons, Some(quantity))
}

/// Nobody decided. Nothing may loosen by that: what was too high counts no
/// more, though nobody loses anything by it. A challenge just ends.
fn set_aside(
    call: &mut Call<'_>,
    number: u64,
    dispute: &Dispute,
    watch: &mut Watch,
) -> Result<(), ContractError> {
    if matches!(dispute.about, About::Challenge { .. }) {
        return Ok(());
    }
    for (reading, _) in &dispute.accused {
        fate(call, dispute.commons, *reading, Fate::SetAside(number))?;
        watch.current.retain(|one| one.reading != *reading);
    }
    Ok(())
}
