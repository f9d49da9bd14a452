//! From draft to execution: what a proposal does when its phase ends.
//!
//! | phase | ends | with |
//! |---|---|---|
//! | draft | when the last supporter needed comes | deliberation (an urgent one: the vote) |
//! | | at its time | lapsed |
//! | deliberation | at its time | the vote opens: snapshot, terms |
//! | draft, deliberation | when its proposer takes it back | withdrawn |
//! | deliberation, tally | when who knows the electorate has not answered for as long as decisions are carried out | lapsed |
//! | vote | at its time | the tally |
//! | tally | when all is counted | timelock, or rejected |
//! | timelock | at its time | execution |
//! | execution | when all has run | executed |
//! | | at its time | lapsed |
//!
//! A step that comes late never makes the next phase shorter, but for what
//! pauses a contract: it is carried out soon after its result or not at all.

use mycel_kit::roles::Class;

use crate::agenda;
use crate::call::Call;
use crate::delegations;
use crate::electorate;
use crate::error::ContractError;
use crate::execute;
use crate::panel;
use crate::pending;
use crate::state::{self, Opening, Outcome, Phase, Proposal};
use crate::tally::{self, Progress};
use crate::verdict;

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The proposal is in another phase now.
    Done,
    /// There is more of the same to do.
    Working,
    /// The next step needs so many pieces of work at once: more than there were.
    Waiting {
        /// At most what a message may give.
        needs: u32,
    },
    /// Nothing is due.
    Nothing,
}

/// Puts a proposal into a phase that ends at `until`, and keeps it.
///
/// # Errors
/// Unreadable state.
pub fn enter(
    call: &mut Call<'_>,
    number: u64,
    proposal: &mut Proposal,
    phase: Phase,
    until: u64,
) -> Result<(), ContractError> {
    let count = |slot: &mut u64, by: i8| *slot = slot.saturating_add_signed(by.into());
    count(&mut call.totals.phases[proposal.phase.index()], -1);
    count(&mut call.totals.phases[phase.index()], 1);
    if proposal.phase == Phase::Draft && phase != Phase::Draft {
        call.storage
            .remove(state::draft_of(proposal.proposer).bytes());
        call.totals.drafts = call.totals.drafts.saturating_sub(1);
        if call.now < proposal.until {
            agenda::forget(call, proposal.until, number, proposal)?;
        }
    }
    if pending::is_pending(proposal.phase) && !pending::is_pending(phase) {
        pending::ends(call, proposal.proposer, number)?;
    }
    proposal.phase = phase;
    proposal.until = until;
    state::proposal(number).save(call.storage, proposal);
    if !phase.is_final() {
        agenda::at(call, until, number, proposal);
    }
    tell(call, number, proposal);
    Ok(())
}

/// Keeps a proposal that was just made.
pub fn enter_first(call: &mut Call<'_>, number: u64, proposal: &Proposal) {
    state::proposal(number).save(call.storage, proposal);
    agenda::at(call, proposal.until, number, proposal);
    tell(call, number, proposal);
}

fn tell(call: &mut Call<'_>, number: u64, proposal: &Proposal) {
    call.event(
        "phase",
        &[
            ("proposal", &number),
            ("phase", &proposal.phase.name()),
            ("until", &proposal.until),
        ],
    );
}

/// The next step of a proposal, if it is due. Takes at least one piece of `work`.
///
/// # Errors
/// What a peer refuses; then nothing was done.
pub fn step(call: &mut Call<'_>, number: u64, work: &mut u32) -> Result<Step, ContractError> {
    let mut proposal = call.proposal(number)?;
    if proposal.phase == Phase::Tally {
        return match tally::advance(call, number, &proposal, work) {
            Ok(Progress::Working) => Ok(Step::Working),
            Ok(Progress::Waiting { needs }) => Ok(Step::Waiting { needs }),
            Ok(Progress::Done(outcome)) => {
                decide(call, number, &mut proposal, outcome)?;
                Ok(Step::Done)
            }
            Err(why) => give_up(call, number, &mut proposal, why),
        };
    }
    *work = work.saturating_sub(1);
    if proposal.phase.is_final() || call.now < proposal.until {
        return Ok(Step::Nothing);
    }
    match proposal.phase {
        Phase::Deliberation => {
            if let Err(why) = open(call, number, &mut proposal) {
                return give_up(call, number, &mut proposal, why);
            }
        }
        Phase::Vote => {
            proposal.closed = Some(call.moment());
            let now = call.now;
            enter(call, number, &mut proposal, Phase::Tally, now)?;
        }
        Phase::Timelock => execute::release(call, number, &mut proposal)?,
        _ => {
            let now = call.now;
            enter(call, number, &mut proposal, Phase::Lapsed, now)?;
        }
    }
    Ok(Step::Done)
}

/// A peer refuses what a proposal needs to go on. It is asked again for as long
/// as decisions are carried out; a proposal whose electorate nobody answers for
/// any more lapses then, so that its proposer may propose again.
fn give_up(
    call: &mut Call<'_>,
    number: u64,
    proposal: &mut Proposal,
    why: ContractError,
) -> Result<Step, ContractError> {
    let seconds = call.parameters.numbers.execution_seconds;
    let last = proposal.until.saturating_add(seconds.into());
    if call.now <= last || matches!(why, ContractError::State(_)) {
        return Err(why);
    }
    if let (Phase::Tally, Some(opening)) = (proposal.phase, &proposal.opening) {
        delegations::vote_counted(call.storage, number, opening.closes);
    }
    call.event("gives_up", &[("proposal", &number), ("why", &why)]);
    let now = call.now;
    enter(call, number, proposal, Phase::Lapsed, now)?;
    Ok(Step::Done)
}

/// A draft has found its supporters.
///
/// # Errors
/// Of an urgent one: what a peer refuses.
pub fn deliberate(
    call: &mut Call<'_>,
    number: u64,
    proposal: &mut Proposal,
) -> Result<(), ContractError> {
    if proposal.class == Class::Urgent {
        return open(call, number, proposal);
    }
    let seconds = if proposal.panel > 0 {
        panel::ask_for(call, number, proposal)?
    } else {
        call.parameters.numbers.deliberation_seconds
    };
    let until = call.now.saturating_add(seconds.into());
    enter(call, number, proposal, Phase::Deliberation, until)
}

/// Opens the vote: electorate, residency and what is needed are as they are now.
fn open(call: &mut Call<'_>, number: u64, proposal: &mut Proposal) -> Result<(), ContractError> {
    let height = call.env.block.height;
    let (members, controllers) = electorate::snapshot(call, &proposal.electorate, height)?;
    let terms = call.parameters.terms(proposal.class);
    let closes = call.now.saturating_add(terms.vote_seconds.into());
    proposal.opening = Some(Opening {
        at: call.moment(),
        closes,
        members,
        residency: call.parameters.numbers.residency_seconds,
        terms,
        controllers,
    });
    delegations::vote_opens(call.storage, number, closes);
    enter(call, number, proposal, Phase::Vote, closes)
}

/// All is counted.
fn decide(
    call: &mut Call<'_>,
    number: u64,
    proposal: &mut Proposal,
    outcome: Outcome,
) -> Result<(), ContractError> {
    let totals = &mut call.totals;
    totals.counted = totals.counted.saturating_add(1);
    for (sum, part) in [
        (&mut totals.eligible, outcome.eligible),
        (&mut totals.yes, outcome.yes),
        (&mut totals.no, outcome.no),
        (&mut totals.abstain, outcome.abstain),
        (&mut totals.looped, outcome.looped),
        (&mut totals.unrepresented, outcome.unrepresented),
    ] {
        *sum = sum.saturating_add(part.into());
    }
    call.event(
        "result",
        &[
            ("proposal", &number),
            ("eligible", &outcome.eligible),
            ("yes", &outcome.yes),
            ("no", &outcome.no),
            ("abstain", &outcome.abstain),
            ("looped", &outcome.looped),
            ("unrepresented", &outcome.unrepresented),
        ],
    );
    proposal.outcome = Some(outcome);
    proposal.counted = Some(call.moment());
    let now = call.now;
    if verdict::met(proposal) {
        let seconds = proposal
            .opening
            .as_ref()
            .map_or(0, |opening| opening.terms.timelock_seconds);
        proposal.executable = now.saturating_add(seconds.into());
        let until = proposal.executable;
        enter(call, number, proposal, Phase::Timelock, until)
    } else {
        enter(call, number, proposal, Phase::Rejected, now)
    }
}
