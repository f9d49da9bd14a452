//! A proof of a random valid instance, for whoever wants to check with other programs.
use std::path::{Path, PathBuf};

use mycel_circuits::{Circuit, Instance};
use mycel_client::trust::proving::ProvingKey;
use mycel_verifier::{Fr, Proof, snarkjs};
use serde::Serialize;
use serde_json::Value;

use super::{Which, keys, with_circuit};
use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Arguments of `mycel zk example`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Which circuit
    #[arg(long, value_enum, value_name = "NAME")]
    circuit: Which,
    /// Which instance: the same number gives the same statement
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Where proof.json, public.json, verification_key.json and instance.json go
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Example {
    circuit: &'static str,
    seed: u64,
    files: Vec<String>,
    written: bool,
    check: String,
}

impl Show for Example {
    fn human(&self) -> String {
        let files = self.files.join(", ");
        pairs(&[
            ("circuit ", self.circuit.to_owned()),
            (
                "files   ",
                match self.written {
                    true => files,
                    false => format!("would be {files}; nothing was written"),
                },
            ),
            ("check it", self.check.clone()),
        ])
    }
}

fn proven<C: Circuit>(key: &ProvingKey, seed: u64) -> Result<(Proof, Vec<Fr>), Failure> {
    let made = mycel_client::trust::proving::prove(key, &C::example(seed), &mut rand::rngs::OsRng);
    Ok(made?)
}

/// Proves and writes.
pub fn run(cmd: &Cmd, session: &Session) -> Result<(), Failure> {
    let verifying = keys::development_key(cmd.circuit);
    let key = keys::proving_key(session, cmd.circuit, &verifying.digest())?;
    let bar = session.spinner("proving");
    let made = with_circuit!(cmd.circuit, C => proven::<C>(&key, cmd.seed));
    bar.finish_and_clear();
    let (proof, publics) = made?;
    let written = !session.globals().dry_run;
    let mut files = vec![];
    for (name, json) in [
        ("proof.json", snarkjs::proof_json(&proof)),
        ("public.json", snarkjs::public_json(&publics)),
        ("verification_key.json", snarkjs::key_json(verifying)),
        // what was proven, secrets too: as a page gives it to the prover's module
        (
            "instance.json",
            Instance::example(cmd.circuit.kind(), cmd.seed).json(),
        ),
    ] {
        let path = cmd.out.join(name);
        if written {
            write(&cmd.out, &path, &json)?;
        }
        files.push(path.display().to_string());
    }
    session.print(&Example {
        circuit: cmd.circuit.name(),
        seed: cmd.seed,
        check: format!(
            "snarkjs groth16 verify {} {} {}",
            files[2], files[1], files[0]
        ),
        files,
        written,
    });
    Ok(())
}

fn write(folder: &Path, path: &Path, json: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(json).unwrap_or_default();
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text + "\n"))
        .map_err(|e| Failure::file(path.display(), &e))
}
