//! Proposals in a table.
use mycel_assembly::ask::{PhaseName, ProposalView};
use mycel_client::{Client, Http};
use mycel_types::AccountAddress;
use serde::Serialize;

use super::terms;
use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::Session,
};

/// Proposals that are shown where nobody says how many.
const SHOWN: usize = 50;

/// Arguments of `mycel vote list`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Only those in this phase: draft, deliberation, vote, tally, timelock, execution, executed, rejected, lapsed,
    /// withdrawn
    #[arg(long, value_parser = phase)]
    phase: Option<PhaseName>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = SHOWN)]
    limit: usize,
}

/// A phase by its name.
fn phase(text: &str) -> Result<PhaseName, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        "write draft, deliberation, vote, tally, timelock, execution, executed, rejected, lapsed or withdrawn"
            .into()
    })
}

/// A phase's name on the wire.
pub fn phase_word(phase: PhaseName) -> String {
    let text = serde_json::to_value(phase).ok();
    let text = text.as_ref().and_then(|value| value.as_str());
    text.unwrap_or_default().to_owned()
}

/// Whether nothing can happen any more.
pub fn is_final(phase: PhaseName) -> bool {
    matches!(
        phase,
        PhaseName::Executed | PhaseName::Rejected | PhaseName::Lapsed | PhaseName::Withdrawn
    )
}

#[derive(Serialize)]
struct Proposals {
    proposals: Vec<ProposalView>,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

impl Proposals {
    fn time(&self, proposal: &ProposalView) -> String {
        match (self.now, is_final(proposal.phase)) {
            (Some(now), false) => terms::short_left(proposal.until.0, now),
            _ => String::new(),
        }
    }
}

impl Show for Proposals {
    fn human(&self) -> String {
        if self.proposals.is_empty() {
            return String::new();
        }
        let headings = [
            ("proposal", Align::Right),
            ("phase", Align::Left),
            ("left", Align::Left),
            ("class", Align::Left),
            ("voted", Align::Right),
            ("title", Align::Left),
        ];
        let row = |proposal: &ProposalView| {
            vec![
                proposal.proposal.to_string(),
                phase_word(proposal.phase),
                self.time(proposal),
                proposal.class.name().to_owned(),
                proposal.ballots.to_string(),
                proposal.title.clone(),
            ]
        };
        let rows: Vec<_> = self.proposals.iter().map(row).collect();
        table(&headings, &rows)
    }
}

/// Lists them.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let proposals = client
        .assembly(contract)
        .proposals(cmd.phase, cmd.limit)
        .await?;
    let now = client.contract_time().await.ok();
    if proposals.is_empty() {
        eprintln!("no proposals; make one with `mycel vote propose`");
    }
    session.print(&Proposals { proposals, now });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_read_as_they_are_shown() {
        for name in ["draft", "vote", "executed", "withdrawn"] {
            let read = phase(name).unwrap();
            assert_eq!(phase_word(read), name);
        }
        assert!(phase("done").unwrap_err().contains("draft"));
        assert!(is_final(PhaseName::Lapsed) && !is_final(PhaseName::Execution));
    }
}
