//! snarkjs 0.7.6 and circomlibjs (npm) on all circuits: a whole ceremony of each, half ours and half theirs, is made,
//! verified by both, and recorded.
use std::process::Command;

use crate::{Outcome, cargo, test};

/// Runs the long half of the ceremony's tests; some minutes, most of them snarkjs'.
pub fn run() -> Outcome {
    test::npm_ci(&cargo::root().join("tests/compat/zk"))?;
    let mut command = Command::new(cargo::bin());
    command
        .current_dir(cargo::root())
        .args([
            "test",
            "-p",
            "mycel-ceremony",
            "--test",
            "suite",
            "snarkjs::",
        ])
        .args([
            "--",
            "--include-ignored",
            "--nocapture",
            "--test-threads",
            "1",
        ])
        .env("MYCEL_UPDATE", "1");
    cargo::run(&mut command)
}
