//! The whole test suite, as CI runs it.
use std::{
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
    npm_ci(&cargo::root().join("tests/compat"))?;
    // one selection and one profile: cargo builds the binary with its own tests, before any test runs
    let mut command = Command::new(cargo::bin());
    command
        .current_dir(cargo::root())
        .args(["test", "--workspace"])
        .args(rest)
        .env("MYCEL_CONTRACTS", folder)
        .env("MYCEL_BIN", cargo::target_dir().join("debug").join("mycel"));
    cargo::run(&mut command)
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
