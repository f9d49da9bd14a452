//! Tables of rules, style, determinism bans, the Wasm face of the SDK, and the licences of what we ship.
use std::process::Command;

use crate::{Outcome, cargo, contracts, rules, tools};

/// Crates that wallets compile to Wasm, without what needs sockets.
const WASM_CRATES: &[&str] = &[
    "mycel-types",
    "mycel-light",
    "mycel-kit",
    "mycel-solver",
    "mycel-client",
];

/// Whoever verifies proofs elsewhere, in a contract of another chain or on a phone, has it without std.
const NO_STD: &str = "mycel-verifier";

/// What a page loads into a worker to prove, with the prover and the circuits below it.
const WORKER: &str = "mycel-browser";

/// Runs all lints.
pub fn run() -> Outcome {
    rules::check()?;
    cargo::cargo(&["fmt", "--all", "--check"])?;
    cargo::cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ])?;
    contracts::ensure_target()?;
    wasm_check(WASM_CRATES)?;
    // each alone: beside crates that ask for its features it would be checked with them
    wasm_check(&[NO_STD])?;
    wasm_check(&[WORKER])?;
    let deny = tools::cargo_deny()?;
    let mut command = Command::new(deny);
    command.current_dir(cargo::root()).args([
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ]);
    cargo::run(&mut command)
}

/// Checks these packages for Wasm without their default features.
fn wasm_check(packages: &[&str]) -> Outcome {
    let mut check = Command::new(cargo::bin());
    contracts::selected_features(&mut check)
        .current_dir(cargo::root())
        .args([
            "check",
            "--quiet",
            "--no-default-features",
            "--target",
            contracts::WASM,
        ]);
    for package in packages {
        check.args(["-p", package]);
    }
    cargo::run(&mut check)
}
