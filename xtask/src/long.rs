//! The randomised suites with as many cases as take minutes each: what CI runs of them is less.
use std::{env, process::Command};

use crate::{Outcome, cargo, contracts};

/// A suite with its number of cases.
struct Heavy {
    name: &'static str,
    /// Arguments of `cargo test`: the target, then which tests.
    target: &'static [&'static str],
    tests: &'static [&'static str],
    /// What says how many, and how many.
    cases: &'static [(&'static str, &'static str)],
}

const ALL: [Heavy; 6] = [
    // so many of each: proofs, keys, inputs, and the JSON of each
    Heavy {
        name: "malformed",
        target: &["--lib"],
        tests: &["malformed_proofs_keys_and_inputs", "malformed_json"],
        cases: &[("MYCEL_CASES", "100000")],
    },
    Heavy {
        name: "batches",
        target: &["--lib"],
        tests: &["a_batch_gives_the_verdicts_of_one_by_one"],
        cases: &[("MYCEL_CASES", "2000")],
    },
    Heavy {
        name: "ahead",
        target: &["--test", "town"],
        tests: &["blocks_have_the_same_bytes_whether_or_not"],
        cases: &[("MYCEL_CASES", "50")],
    },
    Heavy {
        name: "trust",
        target: &["--test", "suite"],
        tests: &["after_every_message_of_a_random_play"],
        cases: &[("MYCEL_CASES", "60"), ("MYCEL_STEPS", "400")],
    },
    Heavy {
        name: "economy",
        target: &["--test", "random_messages"],
        tests: &["every_invariant_holds_after_every_message"],
        cases: &[("MYCEL_CASES", "1000000")],
    },
    Heavy {
        name: "solver",
        target: &["--test", "mutations", "--test", "lottery"],
        tests: &["mutat", "damaged"],
        cases: &[("MYCEL_MUTATIONS", "100000")],
    },
];

/// All of them, or those that are named; from `$MYCEL_SEED`, else 1.
pub fn run(rest: &[String]) -> Outcome {
    let named = |heavy: &&Heavy| rest.is_empty() || rest.iter().any(|name| name == heavy.name);
    if let Some(other) = rest
        .iter()
        .find(|name| ALL.iter().all(|heavy| heavy.name != *name))
    {
        let names = ALL.map(|heavy| heavy.name).join(", ");
        return Err(format!("no long suite `{other}`; there are: {names}"));
    }
    let folder = contracts::build()?;
    let seed = env::var("MYCEL_SEED").unwrap_or_else(|_| "1".into());
    for heavy in ALL.iter().filter(named) {
        let mut command = Command::new(cargo::bin());
        command
            .current_dir(cargo::root())
            .args(["test", "--workspace"])
            .args(heavy.target)
            .arg("--")
            .args(heavy.tests)
            .arg("--nocapture")
            .env("MYCEL_CONTRACTS", &folder)
            .env("MYCEL_SEED", &seed)
            .envs(heavy.cases.iter().copied());
        let cases = heavy
            .cases
            .iter()
            .map(|(name, count)| format!("{name}={count} "));
        let args: Vec<_> = command
            .get_args()
            .map(|arg| arg.to_string_lossy())
            .collect();
        eprintln!(
            "xtask: {}: {}MYCEL_SEED={seed} cargo {}",
            heavy.name,
            cases.collect::<String>(),
            args.join(" ")
        );
        let begin = std::time::Instant::now();
        cargo::run(&mut command)?;
        eprintln!("xtask: {}: {:.0?}", heavy.name, begin.elapsed());
    }
    Ok(())
}
