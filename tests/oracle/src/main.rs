//! Runs the same contracts on cosmwasm-vm 3.0.10 and on mycel-runtime in one process, compares result, error class,
//! storage and gas to the unit, and writes what cosmwasm-vm did to `recordings/`.
//!
//! `cargo run` from this folder. It exits with 1 and lists the differences if there are any; nothing is written then.

mod scripts;
mod upstream;

use std::path::Path;
use std::process::ExitCode;

use mycel_runtime::testing::recording::{Class, Ended, Recording, Script, replay, upstream_contracts};
use mycel_runtime::{CodeId, Vm, VmConfig};

use upstream::Upstream;

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    match run(folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> Result<(), String> {
    let contract = "hackatom.wasm";
    let contracts = upstream_contracts(&folder.join("Cargo.toml"))?;
    let wasm = std::fs::read(contracts.join(contract)).map_err(|e| format!("{contract}: {e}"))?;
    let vm = Vm::new(VmConfig::default()).map_err(|e| e.to_string())?;
    let upstream = Upstream::new(&wasm)?;
    assert_eq!(
        mycel_runtime::testing::mock_env(),
        cosmwasm_vm::testing::mock_env(),
        "both sides must be told the same block"
    );

    let mut played = Vec::new();
    let mut differences = Vec::new();
    let mut play = |script: Script| -> Script {
        let theirs = upstream.replay(&script);
        let ours = replay(&vm, &wasm, &script);
        for ((step, ours), theirs) in script.steps.iter().zip(&ours).zip(&theirs) {
            if !ours.agrees_with(theirs) || theirs.class == Class::Other {
                differences.push(format!(
                    "script={} entry={} msg={} gas_limit={}\n    ours {ours:?}\n  theirs {theirs:?}",
                    script.name, step.entry, step.msg, step.gas_limit
                ));
            }
        }
        let script = record(script, theirs);
        played.push(script.clone());
        script
    };
    for script in scripts::hackatom() {
        let recorded = play(script);
        for edge in scripts::edges(&recorded) {
            play(edge);
        }
    }

    let steps: usize = played.iter().map(|s| s.steps.len()).sum();
    eprintln!("scripts={} calls={steps} differences={}", played.len(), differences.len());
    if !differences.is_empty() {
        return Err(differences.join("\n"));
    }
    let recording = Recording {
        vm: "cosmwasm-vm 3.0.10".to_owned(),
        contract: contract.to_owned(),
        wasm_sha256: CodeId::of(&wasm).to_string(),
        scripts: played,
    };
    let mut json = serde_json::to_string_pretty(&recording).map_err(|e| e.to_string())?;
    json.push('\n');
    let file = folder.join("recordings/hackatom.json");
    std::fs::create_dir_all(folder.join("recordings")).map_err(|e| e.to_string())?;
    std::fs::write(&file, json).map_err(|e| format!("{}: {e}", file.display()))?;
    eprintln!("written {}", file.display());
    Ok(())
}

fn record(mut script: Script, ended: Vec<Ended>) -> Script {
    for (step, ended) in script.steps.iter_mut().zip(ended) {
        step.ended = Some(ended);
    }
    script
}
