//! Moving proposals on, as anybody may.
use std::collections::BTreeMap;

use mycel_assembly::msg::ExecuteMsg;
use mycel_client::{Client, Http, Receipt, message};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::Show,
    session::{Act, Session},
};

/// Pieces of work that one transaction asks for: the most that the contract does.
const WORK: u32 = 50;

#[derive(Serialize)]
struct Moved {
    /// The phase that each proposal reached, by number.
    phases: BTreeMap<String, String>,
    tx: String,
    height: u64,
    gas_used: u64,
}

impl Show for Moved {
    fn human(&self) -> String {
        let mut text = String::new();
        for (proposal, phase) in &self.phases {
            text.push_str(&format!("proposal {proposal}: phase {phase}\n"));
        }
        if self.phases.is_empty() {
            text.push_str("some work was done and more is left: run it again\n");
        }
        text + &format!("in block {} (tx {})", self.height, self.tx)
    }
}

/// Moves one proposal, or whatever is due.
pub async fn run(
    session: &Session,
    client: &Client<Http>,
    contract: &AccountAddress,
    proposal: Option<u64>,
    from: &str,
) -> Result<(), Failure> {
    let what = match proposal {
        Some(proposal) => format!("move proposal {proposal} on"),
        None => "move on whatever is due".into(),
    };
    let body = ExecuteMsg::Advance {
        limit: WORK,
        proposal: proposal.map(Id),
    };
    let sender = session.address(from).await?;
    let act = Act::new(from, what, message::execute(&sender, contract, &body)?);
    let Some(receipt) = session.write(client, act).await? else {
        return Ok(());
    };
    session.print(&Moved {
        phases: phases(&receipt, contract),
        tx: receipt.hash,
        height: receipt.height,
        gas_used: receipt.gas_used,
    });
    Ok(())
}

/// The last phase that each proposal entered.
fn phases(receipt: &Receipt, contract: &AccountAddress) -> BTreeMap<String, String> {
    let contract = contract.to_string();
    let mut phases = BTreeMap::new();
    for event in &receipt.events {
        let own = event.get("_contract_address") == Some(contract.as_str());
        if let (true, Some(proposal), Some(phase)) =
            (own, event.get("proposal"), event.get("phase"))
        {
            phases.insert(proposal.to_owned(), phase.to_owned());
        }
    }
    phases
}
