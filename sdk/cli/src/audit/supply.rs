//! Recomputes the sum of all positions from proven state.
//!
//! Complete because accounts are numbered densely from 0 and their count is proven: no account can be left out.
use mycel_client::{Credits, credit::Books, network::CREDIT};
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Arguments of `mycel audit supply`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The credit contract [default: the network's]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
    /// The state's height [default: the newest that is provable]
    #[arg(long, value_name = "N")]
    height: Option<u64>,
}

/// Amounts in pico-credits.
#[derive(Serialize)]
struct Supply {
    contract: String,
    height: u64,
    accounts: u32,
    positions: String,
    held: String,
    genesis: String,
    commons: String,
    sum: String,
    positive: String,
    negative: String,
    claimed_positive: String,
    claimed_negative: String,
    holds: bool,
    violations: Vec<String>,
    #[serde(skip)]
    books: Books,
}

impl Show for Supply {
    fn human(&self) -> String {
        let books = &self.books;
        let credits = |pico: i128| Credits(pico).to_string();
        let claim = |counted: i128, claimed: i128| {
            let verdict = if counted == claimed { "as" } else { "NOT as" };
            format!("{} ({verdict} the contract says)", credits(counted))
        };
        pairs(&[
            ("height", self.height.to_string()),
            ("accounts", format!("{}, each proven", self.accounts)),
            ("positions", credits(books.walk.positions)),
            (
                "  above 0",
                claim(books.walk.positive, books.claimed.positive),
            ),
            (
                "  below 0",
                claim(-books.walk.negative, -books.claimed.negative),
            ),
            ("in holds", credits(books.claimed.held)),
            ("genesis", credits(books.genesis)),
            ("commons", credits(books.commons())),
            ("sum", credits(books.sum())),
            ("holds", if self.holds { "yes" } else { "NO" }.into()),
        ])
    }
}

/// Recomputes, shows, and fails if anything does not hold.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let trust = session.need_trust()?;
    let contract = session.contract(cmd.contract.as_deref(), CREDIT).await?;
    let client = session.client()?;
    let snapshot = client.snapshot(&trust, cmd.height).await?;
    let bar = indicatif::ProgressBar::no_length();
    if let Ok(style) =
        indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} accounts proven, {eta} left")
    {
        bar.set_style(style);
    }
    let books = snapshot
        .credit_books(&contract, |done, total| {
            bar.set_length(total.into());
            bar.set_position(done.into());
        })
        .await;
    bar.finish_and_clear();
    let books = books?;
    let violations = books.violations();
    session.print(&Supply {
        contract: contract.to_string(),
        height: books.height,
        accounts: books.accounts,
        positions: books.walk.positions.to_string(),
        held: books.claimed.held.to_string(),
        genesis: books.genesis.to_string(),
        commons: books.commons().to_string(),
        sum: books.sum().to_string(),
        positive: books.walk.positive.to_string(),
        negative: books.walk.negative.to_string(),
        claimed_positive: books.claimed.positive.to_string(),
        claimed_negative: books.claimed.negative.to_string(),
        holds: violations.is_empty(),
        violations: violations.clone(),
        books: books.clone(),
    });
    if violations.is_empty() {
        Ok(())
    } else {
        Err(Failure::Violated(format!(
            "violated at height {}: {}; keep this output and tell the other members",
            books.height,
            violations.join("; ")
        )))
    }
}
