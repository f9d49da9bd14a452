//! Benchmarks: JSON lines {bench, case, ours, peer, ratio, unit} on stdout, everything else on stderr.
use crate::Outcome;

/// Runs one benchmark by name.
pub fn run(rest: &[String]) -> Outcome {
    let name = rest.first().map(String::as_str).unwrap_or_default();
    Err(format!("not yet: bench {name}\nbenchmarks there are: none"))
}
