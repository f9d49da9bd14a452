//! A matching in which no two would rather have each other.
use mycel_solver::{
    file::{certificate, number::Number, pairs as form},
    units::{stable_flow, verify_stable},
};
use serde::Serialize;

use super::Files;
use crate::{
    exit::Failure,
    output::{Format, Show, pairs},
};

/// Arguments of `mycel solve stable`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    #[command(flatten)]
    files: Files,
}

#[derive(Serialize)]
struct Summary {
    nodes: u32,
    pairs: usize,
    matched: u32,
    ranks: Number,
    gap: Number,
}

impl Show for Summary {
    fn human(&self) -> String {
        pairs(&[
            ("nodes", self.nodes.to_string()),
            ("pairs", self.pairs.to_string()),
            ("matched", self.matched.to_string()),
            ("ranks", self.ranks.0.to_string()),
            ("gap", self.gap.0.to_string()),
        ])
    }
}

/// Reads, matches, verifies and writes.
pub fn run(cmd: &Cmd, output: Format) -> Result<(), Failure> {
    if cmd.files.wants_borsh() {
        return Err(Failure::NotYet("stable matchings in borsh".into()));
    }
    let file = form::read(&cmd.files.text()?).map_err(|e| cmd.files.bad(&e))?;
    let flow = stable_flow(file.nodes as usize, &file.edges);
    let verdict = verify_stable(file.nodes, &file.edges, &flow)
        .map_err(|e| Failure::Violated(format!("the solver's own result is refused: {e}")))?;
    let certificate = certificate::Stable::new(&file.edges, &flow, &verdict);
    let summary = Summary {
        nodes: file.nodes,
        pairs: file.edges.len(),
        matched: verdict.matched,
        ranks: certificate.ranks,
        gap: certificate.gap,
    };
    cmd.files.write(&certificate, Vec::new, &summary, output)
}
