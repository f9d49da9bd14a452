//! Sets off debts in circles.
use std::path::PathBuf;

use mycel_solver::{
    Problem, clear,
    file::{binary, certificate, debts::Debts, number::Number},
};
use serde::Serialize;

use super::{Files, How, refused, spinner, verify};
use crate::{
    exit::Failure,
    output::{Format, Show, pairs},
};

/// Arguments of `mycel solve clearing`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    how: How,
    /// Also write the compact form that the clearing contract takes
    #[arg(long, value_name = "FILE", requires = "root")]
    body: Option<PathBuf>,
    /// The frozen round's root, which the compact form names
    #[arg(long, value_name = "HEX")]
    root: Option<String>,
}

#[derive(Serialize)]
struct Summary {
    nodes: usize,
    edges: usize,
    cleared: Number,
    total: Number,
    percent: String,
    gap: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_bytes: Option<usize>,
}

impl Show for Summary {
    fn human(&self) -> String {
        let amount = |scaled: i128| {
            let whole = scaled / 1_000_000;
            format!("{whole}.{:06}", scaled % 1_000_000)
        };
        let mut rows = vec![
            ("members", self.nodes.to_string()),
            ("obligations", self.edges.to_string()),
            ("owed", amount(self.total.0)),
            (
                "set off",
                format!("{} ({} %)", amount(self.cleared.0), self.percent),
            ),
            ("gap", self.gap.0.to_string()),
        ];
        if let Some(bytes) = self.body_bytes {
            rows.push(("compact form", format!("{bytes} bytes")));
        }
        pairs(&rows)
    }
}

/// Reads, clears, verifies and writes.
pub fn run(cmd: &Cmd, output: Format) -> Result<(), Failure> {
    let root = cmd.root.as_deref().map(root).transpose()?;
    let debts = Debts::read(&cmd.files.text()?).map_err(|e| cmd.files.bad(&e))?;
    let nodes = debts.names.len();
    let bar = spinner();
    let solution = clear(nodes, &debts.edges, &cmd.how.options(), &|steps| {
        bar.inc(steps)
    });
    bar.finish_and_clear();
    let solution = solution.map_err(|e| refused(&e))?;
    let problem = Problem::new(vec![0; nodes], debts.edges.clone()).map_err(|e| refused(&e))?;
    verify(&problem, &solution)?;
    let mut body_bytes = None;
    if let (Some(path), Some(root)) = (&cmd.body, root) {
        let capacity: Vec<i64> = debts.edges.iter().map(|edge| edge.capacity).collect();
        let body = mycel_kit::flow::encode(&root, &capacity, &solution.flow, &solution.potentials)
            .map_err(|e| Failure::Usage(e.to_string()))?;
        std::fs::write(path, &body).map_err(|e| Failure::file(path.display(), &e))?;
        body_bytes = Some(body.len());
    }
    let gap = solution.gap(&problem);
    let certificate = certificate::Clearing::new(&debts.names, &debts.edges, &solution, gap);
    let summary = Summary {
        nodes,
        edges: debts.edges.len(),
        cleared: certificate.cleared,
        total: certificate.total,
        percent: percent(certificate.cleared.0, certificate.total.0),
        gap: certificate.gap,
        body_bytes,
    };
    let binary = || binary::write_certificate(&solution);
    cmd.files.write(&certificate, binary, &summary, output)
}

fn root(hex: &str) -> Result<[u8; 32], Failure> {
    let wrong = || Failure::Usage(format!("root={hex} is not 64 hexadecimal digits"));
    let bytes = hex::decode(hex).map_err(|_| wrong())?;
    bytes.try_into().map_err(|_| wrong())
}

/// With three decimals, to the nearest; nothing owed is wholly cleared.
fn percent(part: i128, whole: i128) -> String {
    let thousandths = if whole == 0 {
        100_000
    } else {
        (part * 200_000 + whole) / (2 * whole)
    };
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}
