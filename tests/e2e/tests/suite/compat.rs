//! CosmJS, unmodified, against an embedded chain of four validators.
use std::process::Command;

use mycel_e2e::{Town, contracts, root, text};

const WORDS: &str =
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

fn node(args: &[&str]) -> String {
    let output = Command::new("node")
        .current_dir(root().join("tests/compat"))
        .args(args)
        .output()
        .expect("node runs: install node 20 or newer");
    assert!(
        output.status.success(),
        "node {args:?}\n{}\n{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// The addresses of the scenario's three accounts.
fn scenario_accounts() -> Vec<String> {
    let addresses: serde_json::Value =
        serde_json::from_str(&node(&["scenario.mjs", "--addresses"])).unwrap();
    ["alice", "bob", "carol"]
        .map(|name| addresses[name].as_str().unwrap().to_owned())
        .to_vec()
}

#[test]
fn cosmjs_uploads_pays_and_reads_and_answers_equal_the_recorded_wasmd() {
    let accounts = scenario_accounts();
    let mut args = vec!["--members", "3"];
    for account in &accounts {
        args.extend(["--account", account]);
    }
    let town = Town::start(&args);
    let wasm = contracts().join("mycel_credit.wasm");
    let wasm = wasm.to_str().unwrap();
    let answer = node(&[
        "credit.mjs",
        "--rpc",
        &town.url(0),
        "--wasm",
        wasm,
        "--mnemonic",
        WORDS,
    ]);
    eprintln!("{answer}");
    let ours: serde_json::Value = serde_json::from_str(&node(&[
        "scenario.mjs",
        "--rpc",
        &town.url(1),
        "--wasm",
        wasm,
    ]))
    .unwrap();
    let recording = root().join("tests/peers/recordings/wasmd.json");
    let recording: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(recording).unwrap()).unwrap();
    let (ours, recorded) = (&ours["steps"], &recording["steps"]);
    let steps = recorded.as_array().expect("a recording has steps");
    assert!(steps.len() > 20);
    for (index, step) in steps.iter().enumerate() {
        assert_eq!(
            &ours[index], step,
            "record again with `cargo xtask peers wasmd`?"
        );
    }
}
