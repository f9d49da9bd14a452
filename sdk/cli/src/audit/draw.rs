//! Draws a draw again from proven records.
//!
//! Complete because every key follows from the draw's number and from records proven before: how many types, pages,
//! posts' pages and passed-over persons there are is proven, so none can be left out.
use mycel_client::{
    network::SORTITION,
    sortition::{Ledger, Proof, Replay, Told, replay},
};
use serde::Serialize;

use crate::{
    draw::steps,
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Arguments of `mycel audit draw`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The draw's number
    draw: u64,
    /// The sortition contract [default: the network's]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
    /// The state's height [default: the newest that is provable]
    #[arg(long, value_name = "N")]
    height: Option<u64>,
}

#[derive(Serialize)]
struct Audited {
    contract: String,
    draw: u64,
    r#ref: String,
    stage: String,
    height: u64,
    /// Records that were read, each with its proof.
    proven: u64,
    /// What had to be taken on somebody's word.
    unproven: Vec<String>,
    #[serde(flatten)]
    replay: Replay,
}

impl Show for Audited {
    fn human(&self) -> String {
        let mut rows = vec![
            ("draw", format!("{} for {}", self.draw, self.r#ref)),
            ("stage", self.stage.clone()),
            ("height", self.height.to_string()),
            ("records", format!("{}, each proven", self.proven)),
        ];
        for what in &self.unproven {
            rows.push(("on trust", what.clone()));
        }
        let holds = if self.replay.holds { "yes" } else { "NO" };
        rows.push(("holds", holds.into()));
        format!("{}\n{}", steps(&self.replay.steps), pairs(&rows))
    }
}

/// What proofs and arithmetic do not show.
fn unproven(told: &Told) -> Vec<String> {
    let mut list = vec![
        "that volunteers were members with a say, and who was barred or at rest: the contracts' word".to_owned(),
        "that no better lottery was handed in: losing ones are removed; the events of their blocks tell".to_owned(),
    ];
    if told.accepted.is_none() {
        list.truncate(1);
        return list;
    }
    match told.beacon.proof {
        Proof::Word => list.push("the beacon's value: the chain's own word".to_owned()),
        Proof::Members { .. } => {
            list.push(format!("the beacon: it is {}", told.beacon.note));
        }
        Proof::Drand { .. } => {}
    }
    list
}

/// Proves, draws again, shows, and fails if anything does not hold.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let trust = session.need_trust()?;
    let contract = session.contract(cmd.contract.as_deref(), SORTITION).await?;
    let client = session.client()?;
    let snapshot = client.snapshot(&trust, cmd.height).await?;
    let chain_id = snapshot.block().header.chain_id.to_string();
    let ledger = Ledger::proven(&client, contract.clone(), &snapshot);
    let told = ledger.told(&chain_id, cmd.draw).await?;
    let again = replay(&told);
    let holds = again.holds;
    session.print(&Audited {
        contract: contract.to_string(),
        draw: cmd.draw,
        r#ref: told.reference.clone(),
        stage: told.stage.clone(),
        height: snapshot.height(),
        proven: ledger.records(),
        unproven: unproven(&told),
        replay: again,
    });
    if holds {
        return Ok(());
    }
    Err(Failure::Violated(format!(
        "draw {} does not follow from the state at height {}; keep this output and tell the other members",
        cmd.draw,
        snapshot.height()
    )))
}
