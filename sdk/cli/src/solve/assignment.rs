//! A matching of least cost.
use mycel_solver::{
    assign,
    assignment::AssignmentError,
    file::{certificate, dimacs, number::Number},
};
use serde::Serialize;

use super::Files;
use crate::{
    exit::Failure,
    output::{Format, Show, pairs},
};

/// Arguments of `mycel solve assignment`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    #[command(flatten)]
    files: Files,
}

#[derive(Serialize)]
struct Summary {
    rows: usize,
    columns: usize,
    cost: Number,
    gap: Number,
}

impl Show for Summary {
    fn human(&self) -> String {
        pairs(&[
            ("rows", self.rows.to_string()),
            ("columns", self.columns.to_string()),
            ("cost", self.cost.0.to_string()),
            ("gap", self.gap.0.to_string()),
        ])
    }
}

/// Reads, matches, verifies and writes.
pub fn run(cmd: &Cmd, output: Format) -> Result<(), Failure> {
    if cmd.files.wants_borsh() {
        return Err(Failure::NotYet("assignments in borsh".into()));
    }
    let file = dimacs::read_assignment(&cmd.files.text()?).map_err(|e| cmd.files.bad(&e))?;
    let (rows, columns) = (file.rows.len(), file.columns.len());
    let assignment = assign(rows, columns, &file.pairs).map_err(|error| match error {
        AssignmentError::Infeasible { rows, columns } => {
            // in the file's own numbers
            let rows = rows.iter().map(|&row| file.rows[row as usize]).collect();
            Failure::Refused(AssignmentError::Infeasible { rows, columns }.to_string())
        }
        other => Failure::file(cmd.files.data.display(), &other),
    })?;
    assignment
        .verify(rows, columns, &file.pairs)
        .map_err(|e| Failure::Violated(format!("the solver's own result is refused: {e}")))?;
    let certificate = certificate::Matching::new(&file, &assignment);
    let summary = Summary {
        rows,
        columns,
        cost: certificate.cost,
        gap: certificate.gap,
    };
    cmd.files.write(&certificate, Vec::new, &summary, output)
}
