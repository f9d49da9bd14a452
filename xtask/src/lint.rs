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
    for package in WASM_CRATES {
        check.args(["-p", package]);
    }
    cargo::run(&mut check)?;
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
