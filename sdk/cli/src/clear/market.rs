//! Moves a market's round on as far as it goes: its instance from the chain, through the solver, and back.
use std::path::{Path, PathBuf};

use mycel_clearing::msg::MarketKind;
use mycel_client::{
    Client, ClientError, Http,
    clearing::{MarketGraph, MarketReport, Solver, Step},
};
use mycel_solver::{
    Problem,
    file::{dimacs, pairs},
};
use mycel_types::AccountAddress;
use serde::Serialize;

use super::round::{Progress, steps};
use crate::{exit::Failure, output::Show, session::Session};

/// Which market, and how.
pub struct How {
    pub market: u32,
    pub instance: Option<PathBuf>,
    pub threads: usize,
}

#[derive(Serialize)]
struct Done {
    round: u64,
    market: u32,
    kind: MarketKind,
    stage: String,
    nodes: u32,
    edges: u32,
    /// What the best certificate is worth, and how far it may be from the most.
    value: Option<String>,
    gap: Option<String>,
    /// Units over all links, or pairs together: what was promised.
    promised: String,
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

fn sentence(report: &MarketReport) -> String {
    let round = &report.round;
    if report.waits() {
        return format!(
            "round {}: the certificate ({} bytes) is committed to; others may commit until second {} of the \
             contract's clock. Then run the same command again to post it.",
            round.round.0,
            report.certificate.body.len(),
            round.commit_until.0,
        );
    }
    let Some(best) = &round.best else {
        return format!("round {}: there was nothing to match", round.round.0);
    };
    let proof = match (round.kind, best.gap.i128()) {
        (Some(MarketKind::Stable), 0) => {
            "no two would rather have each other, and no stable matching is better for anybody in need".into()
        }
        (_, 0) => "proven to be of least cost".into(),
        (_, gap) => format!("at most {gap} from the best"),
    };
    format!(
        "round {}: {} promised among {} persons, {proof}",
        round.round.0,
        promised(report),
        round.nodes.saturating_sub(1)
    )
}

/// Σ over links or pairs; node 0 is nobody.
fn promised(report: &MarketReport) -> i128 {
    let edges = report.graph.iter().flat_map(|graph| &graph.edges);
    let between = edges
        .zip(&report.certificate.flow)
        .filter(|(edge, _)| edge.tail > 0);
    between.map(|(_, flow)| i128::from(*flow)).sum()
}

/// Writes the instance as `mycel solve allocation` (flows, assignments) or `mycel solve stable` reads it.
fn write(path: &Path, graph: &MarketGraph) -> Result<(), ClientError> {
    let wrong = |e: &dyn std::fmt::Display| ClientError::Violated(format!("the graph: {e}"));
    let text = if graph.kind == MarketKind::Stable {
        pairs::write(graph.supplies.len(), &graph.edges)
    } else {
        let problem = Problem::new(graph.supplies.clone(), graph.edges.clone());
        dimacs::write(&problem.map_err(|e| wrong(&e))?)
    };
    std::fs::write(path, text).map_err(|e| {
        let path = path.display();
        ClientError::Answer(format!("{path} cannot be written: {e}"))
    })
}

/// Opens, freezes, solves, commits, posts, verifies, settles: whatever is left to do.
pub async fn run(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    from: &str,
    how: How,
) -> Result<(), Failure> {
    if session.globals().dry_run {
        return Err(Failure::NotYet("--dry-run of a whole round".into()));
    }
    session.confirm(&format!(
        "move a round of market {} on, with up to 20,000,000 gas of the allowance in each transaction?",
        how.market
    ))?;
    let mut wallet = session.wallet(from, client).await?;
    let mut progress = Progress::new();
    let solver = Solver::new(client, contract, &mut wallet, &mut progress).threads(how.threads);
    let keep = |graph: &MarketGraph| match &how.instance {
        Some(path) => write(path, graph),
        None => Ok(()),
    };
    let report = solver.run_market(how.market, keep).await;
    progress.0.finish_and_clear();
    let report = report?;
    let best = report.round.best.as_ref();
    session.print(&Done {
        round: report.round.round.0,
        market: how.market,
        kind: report.round.kind.unwrap_or_default(),
        stage: report.round.stage.clone(),
        nodes: report.round.nodes,
        edges: report.round.edges,
        value: best.map(|best| best.value.to_string()),
        gap: best.map(|best| best.gap.to_string()),
        promised: promised(&report).to_string(),
        certificate_bytes: report.certificate.body.len(),
        sentence: sentence(&report),
        steps: report.steps,
    });
    Ok(())
}
