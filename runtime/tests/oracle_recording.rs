//! Replays what cosmwasm-vm 3.0.10 made of its own test contracts: same result, same class of error, same state, same
//! gas to the unit. `tests/oracle` writes the recording; this test does not build that VM.

use std::path::Path;

use mycel_runtime::testing::recording::{Recording, replay, upstream_contracts};
use mycel_runtime::{CodeId, Vm, VmConfig};

fn repository() -> &'static Path {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR"));
    runtime.parent().unwrap_or(runtime)
}

fn replay_all(file: &str, least: usize) {
    let oracle = repository().join("tests/oracle");
    let path = oracle.join("recordings").join(file);
    let json = std::fs::read(&path).unwrap_or_else(|e| {
        panic!(
            "{}: {e}; write it with `cargo run --manifest-path tests/oracle/Cargo.toml`",
            path.display()
        )
    });
    let recordings: Vec<Recording> = serde_json::from_slice(&json).expect("recordings");
    let config = VmConfig::default();
    let vm = Vm::new(config).expect("an engine");
    let mut calls = 0;
    for recording in &recordings {
        let wasm = match &recording.wat {
            Some(text) => wat::parse_str(text).expect("a recorded contract"),
            None => {
                let contracts = upstream_contracts(&oracle.join("Cargo.toml"))
                    .unwrap_or_else(|why| panic!("{why}"));
                std::fs::read(contracts.join(&recording.contract)).expect("the recorded contract")
            }
        };
        assert_eq!(
            CodeId::of(&wasm).to_string(),
            recording.wasm_sha256,
            "{} is not the contract that was recorded",
            recording.contract
        );
        for script in &recording.scripts {
            for (step, ended) in script.steps.iter().zip(replay(&vm, &wasm, script)) {
                let recorded = step.ended.as_ref().expect("a recorded end");
                assert!(
                    ended.agrees_with(recorded),
                    "contract={} script={} entry={} msg={} gas_limit={}\n ours {ended:?}\ntheirs {recorded:?}",
                    recording.contract,
                    script.name,
                    step.entry,
                    step.msg,
                    step.gas_limit,
                );
                calls += 1;
            }
        }
    }
    assert!(calls >= least, "only {calls} calls were recorded");
}

#[test]
fn every_recorded_call_of_hackatom_ends_as_on_cosmwasm_vm() {
    replay_all("hackatom.json", 200);
}

#[test]
fn every_recorded_host_function_answers_and_costs_as_on_cosmwasm_vm() {
    replay_all("imports.json", 100);
}
