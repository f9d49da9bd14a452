//! Records as they are shown.

use cosmwasm_std::{Storage, to_hex};
use mycel_kit::{Amount, Id, Seconds};

use crate::ask::{
    AdviceView, BallotView, ClustersView, OpeningView, OutcomeView, PhaseName, ProposalView,
    StatementView, TermsView,
};
use crate::call::proposal;
use crate::error::ContractError;
use crate::msg::{BallotChoice, Reaction};
use crate::state::{self, Advice, Ballot, Choice, Clusters, Kind, Outcome, Phase, Proposal, Terms};
use crate::verdict;

/// The name of a phase on the wire.
#[must_use]
pub const fn phase_name(phase: Phase) -> PhaseName {
    match phase {
        Phase::Draft => PhaseName::Draft,
        Phase::Deliberation => PhaseName::Deliberation,
        Phase::Vote => PhaseName::Vote,
        Phase::Tally => PhaseName::Tally,
        Phase::Timelock => PhaseName::Timelock,
        Phase::Execution => PhaseName::Execution,
        Phase::Executed => PhaseName::Executed,
        Phase::Rejected => PhaseName::Rejected,
        Phase::Lapsed => PhaseName::Lapsed,
        Phase::Withdrawn => PhaseName::Withdrawn,
    }
}

/// The name of a kind on the wire.
#[must_use]
pub const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::YesNo => "yes_no",
        Kind::Approval => "approval",
        Kind::Ranked => "ranked",
        Kind::Budget { .. } => "budget",
    }
}

const fn terms_view(terms: &Terms) -> TermsView {
    TermsView {
        quorum_bps: terms.quorum_bps,
        majority_bps: terms.majority_bps,
        vote_seconds: terms.vote_seconds,
        timelock_seconds: terms.timelock_seconds,
        completion_times: terms.completion.times,
        completion_support_bps: terms.completion.support_bps,
    }
}

/// A proposal as shown.
///
/// # Errors
/// [`ContractError::UnknownProposal`].
pub fn view(storage: &dyn Storage, number: u64) -> Result<ProposalView, ContractError> {
    let found = proposal(storage, number)?;
    let terms = match &found.opening {
        Some(opening) => opening.terms,
        None => state::parameters().load(storage)?.terms(found.class),
    };
    Ok(ProposalView {
        proposal: Id(number),
        proposer: Id(found.proposer),
        outcome: outcome_view(&found),
        total: match found.kind {
            Kind::Budget { total, .. } => Amount::new(total),
            _ => None,
        },
        opening: found.opening.as_ref().map(|opening| OpeningView {
            height: Id(opening.at.height),
            at: Seconds(opening.at.time),
            closes: Seconds(opening.closes),
            members: opening.members,
            residency: opening.residency,
            terms: terms_view(&opening.terms),
            controllers: opening.controllers.iter().copied().map(Id).collect(),
        }),
        title: found.title,
        area: found.area,
        electorate: found.electorate,
        class: found.class,
        kind: kind_name(found.kind).to_owned(),
        options: found.options,
        atomic: found.atomic,
        hash: to_hex(found.hash),
        phase: phase_name(found.phase),
        until: Seconds(found.until),
        made: Seconds(found.made.time),
        made_height: Id(found.made.height),
        supporters: found.supporters,
        supporters_needed: found.supporters_needed,
        panel: found.panel,
        no_panel: state::no_panel(number).may_load(storage)?,
        ballots: found.ballots,
        statements: found.statements,
        terms: terms_view(&terms),
        closed_height: found.closed.map(|closed| Id(closed.height)),
        executable: (found.executable > 0).then_some(Seconds(found.executable)),
        begun: found.begun.map(|begun| Seconds(begun.time)),
        spent: Amount::new(found.spent).unwrap_or(Amount::MAX),
    })
}

/// What a tally found, as shown.
#[must_use]
pub fn outcome_view(found: &Proposal) -> Option<OutcomeView> {
    let (outcome, opening) = (found.outcome.as_ref()?, found.opening.as_ref()?);
    let Outcome {
        eligible,
        yes,
        no,
        abstain,
        looped,
        unrepresented,
        ref chosen,
    } = *outcome;
    Some(OutcomeView {
        eligible,
        yes,
        no,
        abstain,
        looped,
        unrepresented,
        chosen: chosen.clone(),
        quorum: verdict::quorum(outcome, &opening.terms),
        majority: verdict::majority(outcome, &opening.terms),
        accepted: verdict::met(found),
    })
}

/// A ballot as it counts: of what it does not name "no change" comes first, then the rest.
#[must_use]
pub fn ballot_view(found: &Proposal, person: u64, kept: &Ballot) -> BallotView {
    let choice = match &kept.choice {
        Choice::Yes => BallotChoice::Yes,
        Choice::No => BallotChoice::No,
        Choice::Abstain => BallotChoice::Abstain,
        Choice::Approve(bits) => BallotChoice::Approve(
            (0..found.options)
                .filter(|option| bits >> option & 1 == 1)
                .collect(),
        ),
        Choice::Rank(ranks) => {
            let last = ranks.iter().copied().max().unwrap_or(0);
            BallotChoice::Rank(
                (0..=last)
                    .map(|rank| {
                        (0u8..)
                            .zip(ranks)
                            .filter(|(_, given)| **given == rank)
                            .map(|(option, _)| option)
                            .collect()
                    })
                    .collect(),
            )
        }
    };
    BallotView {
        person: Id(person),
        choice,
        at: Seconds(kept.at.time),
    }
}

/// A statement as shown.
///
/// # Errors
/// Only for unreadable state.
pub fn statement_view(
    storage: &dyn Storage,
    number: u64,
    place: u8,
) -> Result<StatementView, ContractError> {
    let kept = state::statement(number, place).load(storage)?;
    Ok(StatementView {
        statement: place,
        person: Id(kept.person),
        text: kept.text,
        agree: kept.agree,
        disagree: kept.disagree,
        pass: kept.pass,
    })
}

/// Reactions as shown.
#[must_use]
pub fn reactions(words: &[u8]) -> Vec<Option<Reaction>> {
    words
        .iter()
        .map(|word| match word {
            1 => Some(Reaction::Agree),
            2 => Some(Reaction::Disagree),
            3 => Some(Reaction::Pass),
            _ => None,
        })
        .collect()
}

/// Advice as shown.
#[must_use]
pub fn advice_view(person: u64, kept: &Advice) -> AdviceView {
    AdviceView {
        person: Id(person),
        option: kept.option,
        text: kept.text.clone(),
        at: Seconds(kept.at),
    }
}

/// What was attached, as shown.
#[must_use]
pub fn clusters_view(person: u64, kept: &Clusters) -> ClustersView {
    ClustersView {
        person: Id(person),
        hash: to_hex(kept.hash),
        source: kept.source.clone(),
        at: Seconds(kept.at),
    }
}
