//! Style, determinism bans, the Wasm face of the SDK, and the licences of what we ship.
use std::process::Command;

use crate::{Outcome, cargo, contracts, tools};

/// Crates that wallets compile to Wasm.
const WASM_CRATES: &[&str] = &["mycel-types", "mycel-light", "mycel-kit"];

/// Runs all lints.
pub fn run() -> Outcome {
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
    let mut check = vec!["check", "--quiet", "--target", "wasm32-unknown-unknown"];
    for package in WASM_CRATES {
        check.extend(["-p", package]);
    }
    cargo::cargo(&check)?;
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
