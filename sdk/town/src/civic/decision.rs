//! A proposal from draft to execution.
use std::time::Duration;

use mycel_assembly::{
    ask::{PhaseName, ProposalView, QueryMsg, RunsResponse},
    msg::{BallotChoice, ExecuteMsg, ProposalInput, ProposalRef},
};
use mycel_client::ClientError;
use mycel_kit::Id;

use super::{
    CivicError,
    voices::{Patience, Voices},
};
use crate::contracts::ASSEMBLY;

/// How long a phase may take.
const PATIENCE: Duration = Duration::from_secs(180);
/// Pieces of work at a time.
const PIECES: u32 = 50;

/// Makes a proposal; gives its number.
pub async fn propose(
    voices: &mut Voices<'_>,
    by: u32,
    input: ProposalInput,
) -> Result<Id, CivicError> {
    let propose = ExecuteMsg::Propose(Box::new(input));
    let receipt = voices.say(by, ASSEMBLY, &propose).await?;
    let number = receipt
        .events
        .iter()
        .find_map(|event| event.get("proposal")?.parse().ok());
    Ok(Id(number.ok_or_else(|| {
        ClientError::Answer("propose without proposal".into())
    })?))
}

/// Where a proposal is.
pub async fn look(voices: &Voices<'_>, proposal: Id) -> Result<ProposalView, CivicError> {
    let question = QueryMsg::Proposal(ProposalRef { proposal });
    let assembly = voices.address(ASSEMBLY);
    Ok(voices.client().smart(assembly, &question).await?)
}

/// Members support a draft until it has found enough.
pub async fn support(
    voices: &mut Voices<'_>,
    proposal: Id,
    supporters: &[u32],
) -> Result<(), CivicError> {
    for account in supporters {
        if look(voices, proposal).await?.phase != PhaseName::Draft {
            break;
        }
        let support = ExecuteMsg::Support(ProposalRef { proposal });
        voices.say(*account, ASSEMBLY, &support).await?;
    }
    Ok(())
}

/// Members vote.
pub async fn vote(
    voices: &mut Voices<'_>,
    proposal: Id,
    ballots: &[(u32, BallotChoice)],
) -> Result<(), CivicError> {
    let word = |(account, ballot): &(u32, BallotChoice)| {
        let ballot = ballot.clone();
        (*account, ExecuteMsg::Vote { proposal, ballot })
    };
    let words: Vec<_> = ballots.iter().map(word).collect();
    voices.say_all(ASSEMBLY, &words).await?;
    Ok(())
}

/// Waits until a proposal is past a phase, doing what is due.
pub async fn past(
    voices: &mut Voices<'_>,
    proposal: Id,
    phase: PhaseName,
) -> Result<ProposalView, CivicError> {
    let patience = Patience::new(format!("proposal {proposal}"), PATIENCE);
    loop {
        let view = look(voices, proposal).await?;
        if view.phase != phase {
            return Ok(view);
        }
        patience.check(|| format!("{phase:?}"))?;
        // a vote that nobody closes, a tally that nobody counts: anybody does
        let now = voices.now().await?;
        if now >= view.until.0 {
            let advance = ExecuteMsg::Advance {
                limit: PIECES,
                proposal: Some(proposal),
            };
            voices.work(ASSEMBLY, &advance).await?;
        } else {
            wait_for_time(voices).await?;
        }
    }
}

/// Time passes for contracts with blocks, and an idle chain makes few: a moment, and a block.
pub(super) async fn wait_for_time(voices: &mut Voices<'_>) -> Result<(), CivicError> {
    voices.pause().await;
    let advance = ExecuteMsg::Advance {
        limit: 1,
        proposal: None,
    };
    voices.work(ASSEMBLY, &advance).await?;
    Ok(())
}

/// After the vote: counts it, waits for the timelock and has everything carried out. Gives the proposal as executed.
///
/// # Errors
/// It was rejected, or an action failed.
pub async fn carry_out(voices: &mut Voices<'_>, proposal: Id) -> Result<ProposalView, CivicError> {
    past(voices, proposal, PhaseName::Vote).await?;
    past(voices, proposal, PhaseName::Tally).await?;
    let mut view = past(voices, proposal, PhaseName::Timelock).await?;
    if view.phase == PhaseName::Execution {
        let execute = ExecuteMsg::Execute {
            proposal,
            action: None,
        };
        voices.work(ASSEMBLY, &execute).await?;
        view = look(voices, proposal).await?;
    }
    if view.phase == PhaseName::Executed {
        return Ok(view);
    }
    let runs: RunsResponse = voices
        .client()
        .smart(
            voices.address(ASSEMBLY),
            &QueryMsg::Runs(ProposalRef { proposal }),
        )
        .await?;
    Err(CivicError::Ended {
        what: format!("proposal {proposal}"),
        how: format!("{:?} {:?} {:?}", view.phase, view.outcome, runs.runs),
    })
}

/// From draft to execution without a panel: one proposes, the next supports, all of `ballots` vote.
pub async fn decide(
    voices: &mut Voices<'_>,
    input: ProposalInput,
    ballots: &[(u32, BallotChoice)],
) -> Result<ProposalView, CivicError> {
    let mut voters = ballots.iter().map(|(account, _)| *account);
    let by = voters.next().unwrap_or_default();
    let supporters: Vec<u32> = voters.collect();
    let proposal = propose(voices, by, input).await?;
    support(voices, proposal, &supporters).await?;
    past(voices, proposal, PhaseName::Deliberation).await?;
    vote(voices, proposal, ballots).await?;
    carry_out(voices, proposal).await
}
