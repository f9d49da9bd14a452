//! Benchmarks: JSON lines {bench, case, ours, peer, ratio, unit} on stdout, everything else on stderr. A peer is
//! `null` where it does not run in the same session.
mod lottery;
mod solver;
mod zk;

use std::process::{Command, Stdio};

use crate::{Outcome, cargo, contracts};

/// Runs one benchmark by name.
pub fn run(rest: &[String]) -> Outcome {
    match rest.first().map(String::as_str) {
        Some("finality") => finality(),
        Some("state") => cargo::cargo(&["bench", "--workspace", "--bench", "state"]),
        Some("lottery") => lottery::run(&rest[1..]),
        Some("solver") => solver::run(&rest[1..]),
        Some("zk") => zk::run(&rest[1..]),
        other => Err(format!(
            "unknown bench `{}`; there are: finality, state, solver, lottery, zk",
            other.unwrap_or_default()
        )),
    }
}

/// A payment alone on an idle chain of four validators: 100 of them, from submission to commit event.
fn finality() -> Outcome {
    let folder = contracts::build()?;
    cargo::cargo(&["build", "--workspace", "--bin", "mycel", "--release"])?;
    let output = Command::new(cargo::target_dir().join("release/mycel"))
        .args([
            "up",
            "--exit",
            "--members",
            "20",
            "--payments",
            "100",
            "--pace",
            "500",
        ])
        .arg("--contracts")
        .arg(folder)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("mycel up: {e}"))?;
    let figures = String::from_utf8_lossy(&output.stdout);
    let percentile = |name: &str| {
        let rest = figures.split_once(&format!("\"{name}\":"))?.1;
        rest.split([',', '}']).next()?.parse::<f64>().ok()
    };
    for name in ["p50", "p95"] {
        let ours = percentile(name).ok_or_else(|| format!("no figures: {figures}"))?;
        println!(
            "{{\"bench\":\"finality\",\"case\":\"idle, 4 validators, {name}\",\"ours\":{ours},\"peer\":null,\"ratio\":null,\"unit\":\"ms\"}}"
        );
    }
    Ok(())
}
