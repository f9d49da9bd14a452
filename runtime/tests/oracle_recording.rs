//! Replays what cosmwasm-vm 3.0.10 made of its own test contracts: same result, same class of error, same state, same
//! gas to the unit. `tests/oracle` writes the recording; this test does not build that VM.

use std::path::Path;

use mycel_runtime::testing::recording::{Recording, replay, upstream_contracts};
use mycel_runtime::{CodeId, Vm, VmConfig};

fn repository() -> &'static Path {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR"));
    runtime.parent().unwrap_or(runtime)
}

#[test]
fn every_recorded_call_of_hackatom_ends_as_on_cosmwasm_vm() {
    let oracle = repository().join("tests/oracle");
    let recording = oracle.join("recordings/hackatom.json");
    let recording = std::fs::read(&recording).unwrap_or_else(|e| {
        panic!(
            "{}: {e}; write it with `cargo run --manifest-path tests/oracle/Cargo.toml`",
            recording.display()
        )
    });
    let recording: Recording = serde_json::from_slice(&recording).expect("a recording");
    let contracts =
        upstream_contracts(&oracle.join("Cargo.toml")).unwrap_or_else(|why| panic!("{why}"));
    let wasm = std::fs::read(contracts.join(&recording.contract)).expect("the recorded contract");
    assert_eq!(
        CodeId::of(&wasm).to_string(),
        recording.wasm_sha256,
        "the contract is not the one that was recorded"
    );

    let vm = Vm::new(VmConfig::default()).expect("an engine");
    let mut steps = 0;
    for script in &recording.scripts {
        for (step, ended) in script.steps.iter().zip(replay(&vm, &wasm, script)) {
            let recorded = step.ended.as_ref().expect("a recorded end");
            assert!(
                ended.agrees_with(recorded),
                "script={} entry={} msg={} gas_limit={}\n ours {ended:?}\ntheirs {recorded:?}",
                script.name,
                step.entry,
                step.msg,
                step.gas_limit,
            );
            steps += 1;
        }
    }
    assert!(steps >= 60, "only {steps} calls were recorded");
}
