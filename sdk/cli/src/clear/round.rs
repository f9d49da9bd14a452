//! Moves a round on as far as it goes, with progress on stderr.
use std::time::Instant;

use mycel_client::{
    Client, Credits, Http,
    clearing::{Report, Solver, Step, Watch},
};
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::Session,
};

pub(super) struct Progress(pub indicatif::ProgressBar, Instant);

impl Progress {
    pub(super) fn new() -> Self {
        Self(indicatif::ProgressBar::new_spinner(), Instant::now())
    }
}

impl Watch for Progress {
    fn say(&mut self, what: &str) {
        if self.0.is_hidden() {
            eprintln!("{what}");
        } else {
            self.0.set_message(what.to_owned());
            self.0.tick();
        }
    }
    fn now_ms(&self) -> u64 {
        u64::try_from(self.1.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Amounts in pico-credits.
#[derive(Serialize)]
struct Done {
    round: u64,
    stage: String,
    obligations: u32,
    members: u32,
    volume: String,
    cleared: String,
    gap: Option<String>,
    certificate_bytes: usize,
    steps: Vec<Step>,
    #[serde(skip)]
    sentence: String,
}

impl Show for Done {
    fn human(&self) -> String {
        format!("{}\n{}", self.sentence, steps(&self.steps))
    }
}

/// A table of what each step took.
pub(super) fn steps(steps: &[Step]) -> String {
    let headings = [
        ("step", Align::Left),
        ("transactions", Align::Right),
        ("gas", Align::Right),
        ("ms", Align::Right),
    ];
    let row = |step: &Step| {
        vec![
            step.name.to_owned(),
            step.transactions.to_string(),
            step.gas.to_string(),
            step.ms.to_string(),
        ]
    };
    let rows: Vec<_> = steps.iter().map(row).collect();
    table(&headings, &rows)
}

fn sentence(report: &Report) -> String {
    let round = &report.round;
    if report.waits() {
        return format!(
            "round {}: the certificate ({} bytes, {} credits) is committed to; others may commit until second {} of \
             the contract's clock. Then run the same command again to post it.",
            round.round.0,
            report.certificate.body.len(),
            Credits(report.certificate.cleared()),
            round.commit_until.0,
        );
    }
    let gap = round.best.as_ref().map_or(0, |best| best.gap.i128());
    format!(
        "round {}: {} of {} credits set off among {} obligations of {} members, {}",
        round.round.0,
        Credits(round.applied.i128()),
        Credits(round.volume.i128()),
        round.edges,
        round.nodes,
        if gap == 0 {
            "proven to be the most possible".into()
        } else {
            format!("at most {} short of the most possible", Credits(gap))
        }
    )
}

/// Opens, freezes, solves, commits, posts, verifies, settles: whatever is left to do.
pub async fn run(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    from: &str,
    threads: usize,
) -> Result<(), Failure> {
    if session.globals().dry_run {
        return Err(Failure::NotYet("--dry-run of a whole round".into()));
    }
    session.confirm(
        "move a clearing round on, with up to 20,000,000 gas of the allowance in each transaction?",
    )?;
    let mut wallet = session.wallet(from, client).await?;
    let mut progress = Progress::new();
    let solver = Solver::new(client, contract, &mut wallet, &mut progress).threads(threads);
    let report = solver.run().await;
    progress.0.finish_and_clear();
    let report = report?;
    session.print(&Done {
        round: report.round.round.0,
        stage: report.round.stage.clone(),
        obligations: report.round.edges,
        members: report.round.nodes,
        volume: report.round.volume.to_string(),
        cleared: report.round.applied.to_string(),
        gap: report.round.best.as_ref().map(|best| best.gap.to_string()),
        certificate_bytes: report.certificate.body.len(),
        sentence: sentence(&report),
        steps: report.steps,
    });
    Ok(())
}
