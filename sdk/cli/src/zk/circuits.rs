//! The circuits, and their constraint systems as files.
use std::path::PathBuf;

use mycel_circuits::{Circuit, Compiled};
use serde::Serialize;

use super::{Which, with_circuit};
use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::Session,
};

/// Arguments of `mycel zk circuits`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Writes NAME.r1cs of each circuit into this folder, as ceremonies and snarkjs read it
    #[arg(long, value_name = "DIR")]
    r1cs: Option<PathBuf>,
}

#[derive(Serialize)]
struct Line {
    circuit: &'static str,
    constraints: usize,
    public_inputs: usize,
    variables: usize,
    /// In order.
    publics: &'static str,
    proves: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    r1cs: Option<String>,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Circuits(Vec<Line>);

impl Show for Circuits {
    fn human(&self) -> String {
        let row = |line: &Line| {
            vec![
                line.circuit.to_owned(),
                line.constraints.to_string(),
                line.publics.to_owned(),
                line.proves.to_owned(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        let headings = [
            ("circuit", Align::Left),
            ("constraints", Align::Right),
            ("public inputs", Align::Left),
            ("proves that", Align::Left),
        ];
        table(&headings, &rows)
    }
}

fn words(which: Which) -> (&'static str, &'static str) {
    match which {
        Which::Attest => (
            "K, deal, dir, w, ct, c",
            "what was sealed under a deal is a rating of the deal's weight",
        ),
        Which::Fold => (
            "idc, C, F, C', F'",
            "a sum takes in the next entries, each and in order",
        ),
        Which::Show => (
            "root, period, cutoff, subject, scope, signal, nf, θ, t_min, θ_rel, θ_eco, θ_rec",
            "the whole history of somebody on the roll meets thresholds",
        ),
        Which::Member => (
            "root, cutoff, subject, scope, signal, nf",
            "somebody is on the roll",
        ),
    }
}

/// A circuit's constraint system, in the format of circom and snarkjs.
pub fn r1cs(which: Which) -> Vec<u8> {
    bytes(&compiled(which))
}

fn bytes(compiled: &Compiled) -> Vec<u8> {
    let mut bytes = vec![];
    mycel_circuits::r1cs::write(compiled, &mut bytes).expect("memory takes all that is written");
    bytes
}

/// A circuit's shape.
pub fn compiled(which: Which) -> Compiled {
    with_circuit!(which, C => C::compile())
}

/// Compiles and shows.
pub fn run(cmd: &Cmd, session: &Session) -> Result<(), Failure> {
    let mut lines = vec![];
    for which in Which::ALL {
        let compiled = compiled(which);
        let mut written = None;
        if let Some(folder) = &cmd.r1cs {
            let path = folder.join(format!("{}.r1cs", which.name()));
            if !session.globals().dry_run {
                std::fs::create_dir_all(folder)
                    .and_then(|()| std::fs::write(&path, bytes(&compiled)))
                    .map_err(|e| Failure::file(path.display(), &e))?;
            }
            written = Some(path.display().to_string());
        }
        let (publics, proves) = words(which);
        lines.push(Line {
            circuit: which.name(),
            constraints: compiled.constraints,
            public_inputs: compiled.publics,
            variables: compiled.variables(),
            publics,
            proves,
            r1cs: written,
        });
    }
    session.print(&Circuits(lines));
    Ok(())
}
