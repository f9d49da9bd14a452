//! snarkjs 0.7.6 and circomlibjs (npm) as judges: every proof that the test suite makes is verified, and a whole ceremony
//! of each circuit, half ours and half theirs, is made and verified by both. What they said is recorded.
use std::{fs, path::Path, process::Command};

use super::ortools::work_folder;
use crate::{Outcome, cargo, contracts, test};

/// The suites that make real proofs: their targets, and which of their tests.
const PROVING: [(&[&str], &[&str]); 2] = [
    // first, because these build the binary that the others run
    (&["trust", "session"], &[]),
    (
        &["suite"],
        &[
            "a_real_attest",
            "a_real_fold",
            "a_real_show",
            "a_real_new_identity",
            "prove::",
            "snarkjs_verifies_proofs",
            "neighbours_rate_one_another",
        ],
    ),
];

/// Runs the suites that prove, then the long half of the ceremony's tests; some ten minutes.
pub fn run() -> Outcome {
    test::npm_ci(&cargo::root().join("tests/compat/zk"))?;
    let proofs = work_folder()?.join("proofs");
    if proofs.exists() {
        fs::remove_dir_all(&proofs).map_err(|e| format!("{}: {e}", proofs.display()))?;
    }
    let contracts = contracts::build()?;
    for (targets, filters) in PROVING {
        let mut command = suites(targets, &proofs);
        command
            .arg("--")
            .args(filters)
            .env("MYCEL_CONTRACTS", &contracts)
            .env("MYCEL_BIN", cargo::target_dir().join("debug").join("mycel"));
        cargo::run(&mut command)?;
    }
    let mut judge = suites(&["suite"], &proofs);
    judge
        .args(["--", "--ignored", "--nocapture", "--test-threads", "1"])
        .arg("holds_before_snarkjs")
        .env("MYCEL_UPDATE", "1");
    cargo::run(&mut judge)
}

/// Test targets, with the folder for proofs.
fn suites(targets: &[&str], proofs: &Path) -> Command {
    let mut command = Command::new(cargo::bin());
    command
        .current_dir(cargo::root())
        .args(["test", "--workspace"]);
    for target in targets {
        command.args(["--test", target]);
    }
    command.env("MYCEL_PROOFS", proofs);
    command
}
