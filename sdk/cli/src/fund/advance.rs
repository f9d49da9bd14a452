//! Moving a round on, as anybody may.
use std::time::Duration;

use mycel_client::funding::msg::ExecuteMsg;
use mycel_kit::Id;
use serde::Serialize;

use super::{Desk, words};
use crate::{exit::Failure, output::Show};

/// Units of work of one `advance`: the most that the contract does.
const WORK: u32 = 500;
/// Transactions of one command.
const MOST_STEPS: u32 = 2_000;
/// How the contract says that a round has come as far as it can for now.
const NOTHING: &str = "nothing to do";
/// How often who waits looks again.
const LOOK: Duration = Duration::from_millis(500);
/// How often it looks again once the time is over, before it sends anything: the chain does much by itself.
const GRACE: u32 = 3;

/// Arguments of `mycel fund advance`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The round's number
    round: u64,
    /// Waits until gifts begin, or end, first
    #[arg(long)]
    wait: bool,
    /// Who does the work: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Debug, Default, Serialize)]
struct Moved {
    round: u64,
    stage: String,
    work: u32,
    transactions: u32,
    gas_used: u64,
    height: u64,
    #[serde(skip)]
    words: String,
}

impl Show for Moved {
    fn human(&self) -> String {
        let text = format!("round {}: {}\n", self.round, self.words);
        match self.transactions {
            0 => text,
            many => {
                let sent = words::count(many.into(), "transaction");
                text + &format!(
                    "{sent} in blocks up to {}, {} gas",
                    self.height, self.gas_used
                )
            }
        }
    }
}

/// Moves it on until time must pass or all is done.
pub async fn run(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    let Cmd { round, wait, from } = cmd;
    let what = format!("move round {round} on as far as it goes");
    let dry = desk.session.globals().dry_run;
    if !dry {
        desk.session.confirm(&format!("{what}?"))?;
    }
    let asked = desk.client.funding(desk.contract.clone());
    let mut moved = Moved {
        round,
        ..Moved::default()
    };
    if wait && !dry {
        waited(desk, round).await?;
    }
    let body = ExecuteMsg::Advance {
        limit: Some(WORK),
        round: Some(Id(round)),
    };
    for step in 0..MOST_STEPS {
        let view = asked.round(Id(round)).await?.round;
        if step > 0 && !words::is_due(&view, desk.now().await) {
            break;
        }
        if wait && words::is_over(&view.stage) {
            break; // the chain was faster
        }
        let act = desk.act(&from, what.clone(), &body).await?;
        let sent = match desk.session.send(&desk.client, act).await {
            Err(Failure::Client(why))
                if (step > 0 || wait) && why.to_string().contains(NOTHING) =>
            {
                break;
            }
            sent => sent?,
        };
        let Some(receipt) = sent else {
            return Ok(());
        };
        let work = receipt
            .attribute("wasm-advance", "work")
            .and_then(|work| work.parse().ok());
        moved.work += work.unwrap_or(0);
        moved.transactions += 1;
        moved.gas_used += receipt.gas_used;
        moved.height = receipt.height;
        eprintln!("{what}: step {}", step + 1);
    }
    let view = asked.round(Id(round)).await?.round;
    moved.words = words::stage(&view, desk.now().await);
    moved.stage = view.stage;
    desk.session.print(&moved);
    Ok(())
}

/// Waits until there is something to do, or the chain has done it.
async fn waited(desk: &Desk<'_>, round: u64) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let (mut first, mut told, mut late) = (None, false, 0);
    loop {
        let view = asked.round(Id(round)).await?.round;
        if words::is_over(&view.stage) && first.is_none() {
            return Err(Failure::Refused(format!(
                "round {round} is {}: nothing is left to wait for; see `mycel fund result {round}`",
                view.stage
            )));
        }
        if *first.get_or_insert_with(|| view.stage.clone()) != view.stage {
            return Ok(());
        }
        let now = desk.client.contract_time().await?;
        let due = words::is_due(&view, Some(now));
        late += u32::from(due);
        if due && (late > GRACE || !["open", "giving"].contains(&view.stage.as_str())) {
            return Ok(());
        }
        if !told {
            eprintln!("{} …", words::stage(&view, Some(now)));
            told = true;
        }
        tokio::time::sleep(LOOK).await;
    }
}
