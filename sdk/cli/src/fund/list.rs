//! Rounds in a table.
use mycel_client::funding::{
    rounds::ask::RoundView,
    words::{credits, rule_name},
};
use serde::Serialize;

use super::{Desk, words};
use crate::{
    exit::Failure,
    output::{Align, Show, table},
};

/// Arguments of `mycel fund list`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Also those that are over
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Rounds {
    rounds: Vec<RoundView>,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

/// What a round waits for.
fn time(round: &RoundView, now: Option<u64>) -> String {
    match round.stage.as_str() {
        _ if words::is_due(round, now) => "may be advanced".into(),
        "open" => format!("begins {}", words::when(round.begins.0, now)),
        "giving" => format!("ends {}", words::when(round.ends.0, now)),
        _ => String::new(),
    }
}

impl Show for Rounds {
    fn human(&self) -> String {
        if self.rounds.is_empty() {
            return String::new();
        }
        let headings = [
            ("round", Align::Right),
            ("stage", Align::Left),
            ("when", Align::Left),
            ("rule", Align::Left),
            ("pool came", Align::Right),
            ("given", Align::Right),
            ("projects", Align::Right),
            ("title", Align::Left),
        ];
        let row = |round: &RoundView| {
            vec![
                round.round.to_string(),
                round.stage.clone(),
                time(round, self.now),
                rule_name(&round.rule).to_owned(),
                credits(round.pool.came.u128()),
                credits(round.given.came.u128()),
                round.admitted.to_string(),
                round.title.clone(),
            ]
        };
        let rows: Vec<_> = self.rounds.iter().map(row).collect();
        table(&headings, &rows)
    }
}

/// Lists them, the newest first.
pub async fn run(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    let mut rounds = desk.client.funding(desk.contract.clone()).rounds().await?;
    let any = !rounds.is_empty();
    rounds.retain(|round| cmd.all || !words::is_over(&round.stage));
    rounds.reverse();
    if rounds.is_empty() {
        eprintln!(
            "no {}; open one with `mycel fund open`, or propose one of the commons with `mycel vote propose round`",
            if any {
                "round runs; `--all` lists those that are over"
            } else {
                "rounds"
            }
        );
    }
    let now = desk.now().await;
    desk.session.print(&Rounds { rounds, now });
    Ok(())
}
