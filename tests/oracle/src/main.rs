//! Runs the same contracts on cosmwasm-vm 3.0.10 and on mycel-runtime in one process, compares result, error class,
//! storage and gas to the unit, and writes what cosmwasm-vm did to `recordings/`.
//!
//! `cargo run` from this folder. It exits with 1 and lists the differences if there are any; nothing is written then.

mod hackatom;
mod imports;
mod scripts;
mod upstream;

use std::path::Path;
use std::process::ExitCode;

use mycel_runtime::testing::recording::{Class, Recording, Script, replay, upstream_contracts};
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
    assert_eq!(
        mycel_runtime::testing::mock_env(),
        cosmwasm_vm::testing::mock_env(),
        "both sides must be told the same block"
    );
    let vm = Vm::new(VmConfig::default()).map_err(|e| e.to_string())?;
    let mut differences = Vec::new();

    let contract = "hackatom.wasm";
    let contracts = upstream_contracts(&folder.join("Cargo.toml"))?;
    let wasm = std::fs::read(contracts.join(contract)).map_err(|e| format!("{contract}: {e}"))?;
    let hackatom = vec![compare(
        &vm,
        contract,
        None,
        &wasm,
        hackatom::scripts(),
        &mut differences,
    )?];

    let mut imports = Vec::new();
    for case in imports::cases() {
        let wasm = wat::parse_str(&case.wat).map_err(|e| format!("{}: {e}", case.name))?;
        imports.push(compare(
            &vm,
            &case.name,
            Some(case.wat),
            &wasm,
            vec![case.script],
            &mut differences,
        )?);
    }

    if !differences.is_empty() {
        return Err(format!(
            "differences={}\n{}",
            differences.len(),
            differences.join("\n")
        ));
    }
    write(folder, "hackatom.json", &hackatom)?;
    write(folder, "imports.json", &imports)
}

/// Plays scripts on both, then their edges of gas, and gives what cosmwasm-vm did.
fn compare(
    vm: &Vm,
    contract: &str,
    wat: Option<String>,
    wasm: &[u8],
    scripts: Vec<Script>,
    differences: &mut Vec<String>,
) -> Result<Recording, String> {
    let upstream = Upstream::new(wasm)?;
    let mut played = Vec::new();
    let mut play = |mut script: Script| -> Script {
        let theirs = upstream.replay(&script);
        let ours = replay(vm, wasm, &script);
        for ((step, ours), theirs) in script.steps.iter_mut().zip(ours).zip(theirs) {
            if !ours.agrees_with(&theirs) || theirs.class == Class::Other {
                differences.push(format!(
                    "{contract}: {}: {} {} gas_limit={}\n    ours {ours:?}\n  theirs {theirs:?}",
                    script.name, step.entry, step.msg, step.gas_limit
                ));
            }
            step.ended = Some(theirs);
        }
        played.push(script.clone());
        script
    };
    for script in scripts {
        let recorded = play(script);
        for edge in scripts::edges(&recorded) {
            play(edge);
        }
    }
    Ok(Recording {
        vm: "cosmwasm-vm 3.0.10".to_owned(),
        contract: contract.to_owned(),
        wat,
        wasm_sha256: CodeId::of(wasm).to_string(),
        scripts: played,
    })
}

fn write(folder: &Path, file: &str, recordings: &[Recording]) -> Result<(), String> {
    let calls: usize = recordings
        .iter()
        .flat_map(|r| &r.scripts)
        .map(|s| s.steps.len())
        .sum();
    let folder = folder.join("recordings");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let json: Result<Vec<String>, _> = recordings.iter().map(serde_json::to_string).collect();
    // A line for each contract, so that a diff says which of them changed.
    let json = format!("[\n{}\n]\n", json.map_err(|e| e.to_string())?.join(",\n"));
    let path = folder.join(file);
    std::fs::write(&path, json).map_err(|e| format!("{}: {e}", path.display()))?;
    eprintln!(
        "{} contracts={} calls={calls}",
        path.display(),
        recordings.len()
    );
    Ok(())
}
