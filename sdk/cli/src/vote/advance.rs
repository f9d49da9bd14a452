//! Moving proposals on, as anybody may.
use std::{collections::BTreeMap, time::Duration};

use mycel_assembly::{ask::PhaseName, msg::ExecuteMsg};
use mycel_client::{Client, Http, Receipt, message};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use super::{
    list::{is_final, phase_word},
    terms,
};
use crate::{
    exit::Failure,
    output::Show,
    session::{Act, Session},
};

/// Pieces of work that one transaction asks for: the most that the contract does.
const WORK: u32 = 50;
/// How often who waits looks again.
const LOOK: Duration = Duration::from_millis(500);
/// How often it looks again once the time is over, before it sends anything.
const GRACE: u32 = 3;

/// Arguments of `mycel vote advance`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Only this one [default: whatever is due]
    proposal: Option<u64>,
    /// Waits until the phase that it is in is over; of an accepted one, until it may be carried out
    #[arg(long, requires = "proposal")]
    wait: bool,
    /// Who does the work: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Serialize)]
struct Moved {
    /// The phase that each proposal reached, by number.
    phases: BTreeMap<String, String>,
    /// Whether more of the same may be due at once.
    more: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    sent: Option<Sent>,
}

/// The transaction; none where the chain was faster.
#[derive(Serialize)]
struct Sent {
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
            text.push_str(match self.more {
                true => "some work was done and more is left: run it again\n",
                false => "nothing was due that moves a proposal on; see `mycel vote list`\n",
            });
        }
        match &self.sent {
            Some(Sent { tx, height, .. }) => text + &format!("in block {height} (tx {tx})"),
            None => text,
        }
    }
}

/// Moves one proposal, or whatever is due.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: &AccountAddress,
) -> Result<(), Failure> {
    let Cmd {
        proposal,
        wait,
        from,
    } = cmd;
    let what = match proposal {
        Some(proposal) => format!("move proposal {proposal} on"),
        None => "move on whatever is due".into(),
    };
    if !session.globals().dry_run {
        session.confirm(&format!("{what}?"))?;
    }
    if let (Some(proposal), true) = (proposal, wait)
        && let Some(phase) = waited(client, contract, proposal).await?
    {
        session.print(&Moved {
            phases: BTreeMap::from([(proposal.to_string(), phase_word(phase))]),
            more: false,
            sent: None,
        });
        return Ok(());
    }
    let body = ExecuteMsg::Advance {
        limit: WORK,
        proposal: proposal.map(Id),
    };
    let sender = session.address(&from).await?;
    let act = Act::new(&from, what, message::execute(&sender, contract, &body)?);
    let Some(receipt) = session.send(client, act).await? else {
        return Ok(());
    };
    let phases = phases(&receipt, contract);
    let done = receipt.attribute("wasm-advance", "done");
    let done: u32 = done.and_then(|done| done.parse().ok()).unwrap_or(0);
    session.print(&Moved {
        // one that is asked for does something or is refused; of all that is due, the most is done
        more: phases.is_empty() && (proposal.is_some() || done >= WORK),
        phases,
        sent: Some(Sent {
            tx: receipt.hash,
            height: receipt.height,
            gas_used: receipt.gas_used,
        }),
    });
    Ok(())
}

/// Waits until there is something to do, and then says nothing; or until the chain itself has moved the proposal on
/// at the end of a block, and says where it is.
async fn waited(
    client: &Client<Http>,
    contract: &AccountAddress,
    proposal: u64,
) -> Result<Option<PhaseName>, Failure> {
    let assembly = client.assembly(contract.clone());
    let (mut first, mut told, mut late) = (None, false, 0);
    loop {
        let view = assembly.proposal(Id(proposal)).await?;
        if *first.get_or_insert(view.phase) != view.phase {
            return Ok(Some(view.phase));
        }
        let now = client.contract_time().await?;
        let waits = match view.phase {
            // nothing ends by itself here
            PhaseName::Draft => {
                return Err(Failure::Refused(format!(
                    "proposal {proposal} is a draft and waits for supporters, not for time: `mycel vote support {proposal} --from NAME`"
                )));
            }
            phase if is_final(phase) => {
                return Err(Failure::Refused(format!(
                    "proposal {proposal} is {}: nothing is left to wait for; see `mycel vote show {proposal}`",
                    phase_word(phase)
                )));
            }
            PhaseName::Tally | PhaseName::Execution => false,
            _ => now < view.until.0,
        };
        // the chain moves most proposals on by itself, at the end of the first block that is late enough
        let timed = !matches!(view.phase, PhaseName::Tally | PhaseName::Execution);
        late += u32::from(!waits);
        if !waits && (late > GRACE || !timed) {
            return Ok(None);
        }
        if !told {
            let left = terms::short_left(view.until.0, now);
            eprintln!("{}, {left} left …", phase_word(view.phase));
            told = true;
        }
        tokio::time::sleep(LOOK).await;
    }
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
