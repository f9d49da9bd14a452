//! Ballots: whoever had a say when the vote opened casts one, and may cast it
//! anew until the vote closes. Nothing is counted here.
//!
//! A ballot of ranks need not name all options: those that it does not name come
//! after those that it does, and of them "no change" comes first. So where
//! each names only its own option, "no change" is preferred to every one of them.

use crate::bounds;
use crate::call::Call;
use crate::electorate;
use crate::error::ContractError;
use crate::msg::BallotChoice;
use crate::state::{self, Ballot, Choice, Kind, Phase, Proposal};

/// Votes; the last vote counts.
///
/// # Errors
/// No vote, no elector, or a ballot of another kind.
pub fn vote(call: &mut Call<'_>, number: u64, choice: &BallotChoice) -> Result<(), ContractError> {
    let mut proposal = call.proposal(number)?;
    open(call, number, &proposal)?;
    let choice = read(&proposal, choice)?;
    let person = electorate::at_opening(call, &proposal)?;
    let key = state::ballot(number, person);
    if !key.exists(call.storage) {
        proposal.ballots = proposal.ballots.saturating_add(1);
        call.totals.ballots = call.totals.ballots.saturating_add(1);
        state::proposal(number).save(call.storage, &proposal);
    }
    let at = call.moment();
    key.save(call.storage, &Ballot { choice, at });
    call.event("vote", &[("proposal", &number), ("person", &person)]);
    Ok(())
}

/// Takes one's vote back.
///
/// # Errors
/// No vote, or none cast.
pub fn unvote(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut proposal = call.proposal(number)?;
    open(call, number, &proposal)?;
    let person = electorate::at_opening(call, &proposal)?;
    let key = state::ballot(number, person);
    if !key.exists(call.storage) {
        return Err(ContractError::Missing {
            what: "a vote to take back",
        });
    }
    call.storage.remove(key.bytes());
    proposal.ballots = proposal.ballots.saturating_sub(1);
    call.totals.ballots = call.totals.ballots.saturating_sub(1);
    state::proposal(number).save(call.storage, &proposal);
    call.event("unvote", &[("proposal", &number), ("person", &person)]);
    Ok(())
}

fn open(call: &Call<'_>, number: u64, proposal: &Proposal) -> Result<(), ContractError> {
    if proposal.phase == Phase::Vote && call.now < proposal.until {
        return Ok(());
    }
    Err(ContractError::WrongPhase {
        proposal: number,
        phase: proposal.phase.name(),
        until: proposal.until,
        needs: "vote",
    })
}

/// A ballot of the proposal's kind, as it is kept.
fn read(proposal: &Proposal, choice: &BallotChoice) -> Result<Choice, ContractError> {
    let options = proposal.options;
    let known = |option: u8| {
        if option < options {
            Ok(option)
        } else {
            Err(ContractError::UnknownOption { option, options })
        }
    };
    let refused = |why| Err(ContractError::BallotRefused { why });
    match (proposal.kind, choice) {
        (_, BallotChoice::Abstain) => Ok(Choice::Abstain),
        (Kind::YesNo, BallotChoice::Yes) => Ok(Choice::Yes),
        (Kind::YesNo, BallotChoice::No) => Ok(Choice::No),
        (Kind::YesNo, _) => refused("this is voted on with yes, no or abstain"),
        (Kind::Approval | Kind::Budget { .. }, BallotChoice::Approve(list)) => {
            bounds::count("options", list.len(), options.into())?;
            let mut bits = 0u64;
            for option in list {
                let bit = 1u64 << known(*option)?;
                if bits & bit != 0 {
                    return refused("an option stands in it twice");
                }
                bits |= bit;
            }
            Ok(Choice::Approve(bits))
        }
        (Kind::Approval | Kind::Budget { .. }, _) => {
            refused("this is voted on with the list of options that one approves, or abstain")
        }
        (Kind::Ranked, BallotChoice::Rank(groups)) => {
            bounds::count("groups", groups.len(), options.into())?;
            let last = u8::try_from(groups.len()).unwrap_or(u8::MAX);
            // what is not named comes after what is, and of that "no change" comes first:
            // nobody is for a change without a word on it
            let unnamed = if groups.iter().flatten().any(|option| *option == 0) {
                last
            } else {
                last.saturating_add(1)
            };
            let mut ranks = vec![unnamed; options.into()];
            if let Some(no_change) = ranks.first_mut() {
                *no_change = last;
            }
            let mut named = 0u64;
            for (rank, group) in (0u8..).zip(groups) {
                if group.is_empty() {
                    return refused("a group is empty");
                }
                bounds::count("options", group.len(), options.into())?;
                for option in group {
                    let bit = 1u64 << known(*option)?;
                    if named & bit != 0 {
                        return refused("an option stands in it twice");
                    }
                    named |= bit;
                    ranks[usize::from(*option)] = rank;
                }
            }
            Ok(Choice::Rank(ranks))
        }
        (Kind::Ranked, _) => {
            refused("this is voted on with options in order of preference, or abstain")
        }
    }
}
