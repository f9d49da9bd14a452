//! The whole test suite, as CI runs it.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Outcome, cargo, contracts, lint};

/// Without arguments everything; with arguments only the contracts and `cargo test` with them.
pub fn run(rest: &[String]) -> Outcome {
    if rest.is_empty() {
        lint::run()?;
    }
    let folder = contracts::build()?;
    for packages in ["tests/compat", "tests/compat/zk"] {
        npm_ci(&cargo::root().join(packages))?;
    }
    let skipped = cargo::target_dir().join("skipped-tests");
    _ = fs::remove_file(&skipped);
    // one selection and one profile: cargo builds the binary with its own tests, before any test runs
    let mut command = Command::new(cargo::bin());
    command
        .current_dir(cargo::root())
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(rest)
        .env("MYCEL_CONTRACTS", folder)
        .env("MYCEL_SKIPPED", &skipped)
        .env("MYCEL_BIN", cargo::target_dir().join("debug").join("mycel"));
    let outcome = cargo::run(&mut command);
    report_skipped(&skipped);
    outcome
}

/// Names the tests that passed only because their reference data is not here.
fn report_skipped(list: &Path) {
    let lines = fs::read_to_string(list).unwrap_or_default();
    if !lines.is_empty() {
        eprint!("xtask: {} tests skipped\n{lines}", lines.lines().count());
    }
}

/// Installs a folder's node packages at the versions of its lock file.
pub fn npm_ci(folder: &Path) -> Outcome {
    let age = |path: PathBuf| path.metadata().and_then(|m| m.modified()).ok();
    if age(folder.join("node_modules/.package-lock.json")) > age(folder.join("package-lock.json")) {
        return Ok(());
    }
    let mut command = Command::new("npm");
    command.current_dir(folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel",
        "error",
    ]);
    cargo::run(&mut command)
        .map_err(|e| format!("{e}\nthis needs node 20 or newer with npm: install it and try again"))
}
