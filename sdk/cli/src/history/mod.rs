//! `mycel history`: a member's payments, as the node's index finds them.
use mycel_client::{Credits, network::CREDIT};
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::Session,
};

/// Arguments of `mycel history`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Whose: a name or an address
    name: String,
    /// How many of the last payments
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    count: u32,
    /// The credit contract [default: the network's]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Serialize)]
struct Line {
    height: u64,
    /// `received` or `paid`.
    direction: &'static str,
    /// Pico-credits, positive if received.
    amount: String,
    with: String,
    address: String,
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    tx: String,
    #[serde(skip)]
    shown: String,
}

#[derive(Serialize)]
#[serde(transparent)]
struct History(Vec<Line>);

impl Show for History {
    fn human(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let headings = [
            ("height", Align::Right),
            ("amount", Align::Right),
            ("with", Align::Left),
            ("ref", Align::Left),
            ("tx", Align::Left),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|line| {
                vec![
                    line.height.to_string(),
                    line.shown.clone(),
                    line.with.clone(),
                    line.reference.clone().unwrap_or_default(),
                    line.tx.chars().take(12).collect(),
                ]
            })
            .collect();
        table(&headings, &rows)
    }
}

/// Shows the last payments, newest first.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let member = session.address(&cmd.name).await?;
    let contract = session.contract(cmd.contract.as_deref(), CREDIT).await?;
    let client = session.client()?;
    let own = member.to_string();
    let lines: Vec<Line> = client
        .credit(contract)
        .history(&member, cmd.count)
        .await?
        .into_iter()
        .map(|payment| {
            let paid = payment.from == own;
            let other = if paid { payment.to } else { payment.from };
            let amount = if paid {
                -payment.amount.signed()
            } else {
                payment.amount.signed()
            };
            Line {
                height: payment.height,
                direction: if paid { "paid" } else { "received" },
                amount: amount.to_string(),
                with: session.name(&other),
                address: other,
                reference: payment.reference,
                tx: payment.hash,
                shown: Credits(amount).to_string(),
            }
        })
        .collect();
    if lines.is_empty() {
        eprintln!("no payments of {} yet", cmd.name);
    }
    session.print(&History(lines));
    Ok(())
}
