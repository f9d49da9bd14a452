//! The whole test suite, as CI runs it.
use std::process::Command;

use crate::{Outcome, cargo, contracts, lint};

/// Without arguments everything; with arguments only the contracts and `cargo test` with them.
pub fn run(rest: &[String]) -> Outcome {
    if rest.is_empty() {
        lint::run()?;
    }
    let folder = contracts::build()?;
    install_cosmjs()?;
    // one selection and one profile always: another one would rebuild wasmtime with other features
    cargo::cargo(&["build", "--workspace", "--bin", "mycel"])?;
    let mut command = Command::new(cargo::bin());
    command
        .current_dir(cargo::root())
        .args(["test", "--workspace"])
        .args(rest)
        .env("MYCEL_CONTRACTS", folder)
        .env("MYCEL_BIN", cargo::target_dir().join("debug").join("mycel"));
    cargo::run(&mut command)
}

/// The clients that the compatibility tests drive, at the versions of their lock file.
fn install_cosmjs() -> Outcome {
    let folder = cargo::root().join("tests/compat");
    let installed = folder.join("node_modules/.package-lock.json");
    let lock = folder.join("package-lock.json");
    let age = |path: &std::path::Path| path.metadata().and_then(|m| m.modified()).ok();
    if age(&installed) > age(&lock) {
        return Ok(());
    }
    let mut command = Command::new("npm");
    command
        .current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"]);
    cargo::run(&mut command).map_err(|e| {
        format!("{e}\nthe CosmJS tests need node 20 or newer with npm: install it and try again")
    })
}
