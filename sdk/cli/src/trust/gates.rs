//! Gates: what they ask for, and in which crowd a proof would be.
use std::collections::BTreeMap;

use serde::Serialize;

use mycel_client::{assembly::words::clique, trust::chain::GateOf};

use super::{desk::Desk, words};
use crate::{
    exit::Failure,
    output::{Align, Show, table},
};

/// Arguments of `mycel trust gates`.
#[derive(Debug, clap::Args)]
pub struct Cmd {}

#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    gate: GateOf,
    consumer_name: String,
    /// How many could pass, by what everybody can see.
    eligible: u64,
    /// So many who praise one another always pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    clique: Option<u64>,
}

/// Which cliques pass which gates: no threshold hinders that, so it is said.
fn cliques(lines: &[Line]) -> String {
    let mut gates = BTreeMap::<u64, Vec<String>>::new();
    for line in lines {
        if let Some(least) = line.gate.min_counterparties {
            let gate = line.gate.gate.to_string();
            gates.entry(least.into()).or_default().push(gate);
        }
    }
    let said = gates.iter().map(|(least, gates)| {
        let gates = match gates.len() {
            1 => format!("gate {}", gates[0]),
            _ => format!("gates {}", gates.join(", ")),
        };
        format!("{gates}: {}\n", clique(*least))
    });
    said.collect()
}

#[derive(Serialize)]
#[serde(transparent)]
struct Lines(Vec<Line>);

impl Show for Lines {
    fn human(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let row = |line: &Line| {
            vec![
                line.gate.gate.to_string(),
                line.consumer_name.clone(),
                words::asks(&line.gate),
                words::mode(line.gate.mode).to_owned(),
                words::term(line.gate.term),
                line.eligible.to_string(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        let headings = [
            ("gate", Align::Right),
            ("of", Align::Left),
            ("asks for", Align::Left),
            ("names", Align::Left),
            ("", Align::Left),
            ("could pass", Align::Right),
        ];
        format!("{}{}", table(&headings, &rows), cliques(&self.0))
    }
}

/// Reads and shows.
pub async fn run(_: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.asked();
    let mut lines = vec![];
    for gate in asked.gates().await?.into_iter().filter(|gate| gate.open) {
        lines.push(Line {
            consumer_name: desk.contract_name(&gate.consumer),
            eligible: asked.eligible(gate.gate.0, None).await?,
            clique: gate.min_counterparties.map(|least| u64::from(least) + 1),
            gate,
        });
    }
    if lines.is_empty() {
        desk.aside("no gates are open; the assembly opens them: `mycel vote propose`");
    }
    desk.session.print(&Lines(lines));
    Ok(())
}
