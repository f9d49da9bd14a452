//! A flow of least cost.
use mycel_solver::{
    file::{FileError, binary, certificate, dimacs, json, number::Number},
    solve,
};
use serde::Serialize;

use super::{Files, How, refused, spinner, verify};
use crate::{
    exit::Failure,
    output::{Format, Show, pairs},
};

/// Arguments of `mycel solve allocation`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    how: How,
}

#[derive(Serialize)]
struct Summary {
    nodes: usize,
    edges: usize,
    cost: Number,
    gap: Number,
}

impl Show for Summary {
    fn human(&self) -> String {
        pairs(&[
            ("nodes", self.nodes.to_string()),
            ("edges", self.edges.to_string()),
            ("cost", self.cost.0.to_string()),
            ("gap", self.gap.0.to_string()),
        ])
    }
}

/// Reads, solves, verifies and writes.
pub fn run(cmd: &Cmd, output: Format) -> Result<(), Failure> {
    let bytes = cmd.files.read()?;
    // DIMACS counts nodes from 1, the other forms from 0
    let (problem, first) = if binary::is_instance(&bytes) {
        (binary::read(&bytes), 0)
    } else if bytes.starts_with(b"{") {
        (json::read(&bytes), 0)
    } else {
        let text = String::from_utf8(bytes).map_err(|e| FileError::Whole(e.to_string()));
        (text.and_then(|text| dimacs::read(&text)), 1)
    };
    let problem = problem.map_err(|e| cmd.files.bad(&e))?;
    let bar = spinner();
    let solution = solve(&problem, &cmd.how.options(), &|steps| bar.inc(steps));
    bar.finish_and_clear();
    let solution = solution.map_err(|e| refused(&e))?;
    verify(&problem, &solution)?;
    let certificate = certificate::Flow::new(&problem, first, &solution);
    let summary = Summary {
        nodes: problem.nodes(),
        edges: problem.edges().len(),
        cost: certificate.cost,
        gap: certificate.gap,
    };
    let binary = || binary::write_certificate(&solution);
    cmd.files.write(&certificate, binary, &summary, output)
}
