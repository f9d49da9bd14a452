//! Outside implementations, run live beside ours; what they answer is recorded with versions and input hashes, and
//! `cargo xtask test` checks ours against the recording.
pub mod browser;
pub mod elections;
pub mod ortools;
pub mod proofs;
pub mod snarkjs;
pub mod sortition;
pub mod uniqueness;
pub mod wasmd;

use crate::{Outcome, cargo};

/// Runs one peer by name.
pub fn run(rest: &[String]) -> Outcome {
    match rest.first().map(String::as_str) {
        Some("oracle") => cargo::cargo(&["run", "--manifest-path", "tests/oracle/Cargo.toml"]),
        Some("wasmd") => wasmd::run(),
        Some("ortools") => ortools::run(&rest[1..]),
        Some("sortition") => sortition::run(),
        Some("snarkjs") => snarkjs::run(),
        Some("browser") => browser::run(),
        Some("elections") => elections::run(&rest[1..]),
        other => Err(format!(
            "unknown peer `{}`; there are: oracle, wasmd, ortools, sortition, elections, snarkjs, browser",
            other.unwrap_or_default()
        )),
    }
}
