//! sortition-algorithms (PyPI), the Sortition Foundation's tool, on published pools: its leximin's figures, recorded.
//!
//! It asks for Gurobi, which is proprietary; `tests/peers/sortition/gurobipy.py` answers those few linear programs by
//! HiGHS, which the tool uses for the rest.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    ortools::{cache, work_folder},
    wasmd::output,
};
use crate::{Outcome, cargo};

const VERSION: &str = "0.12.15";
const HIGHS: &str = "1.15.1";

/// A pool: its name, its files, its seats.
pub struct Case {
    /// How it is called.
    pub name: &'static str,
    pool: PathBuf,
    quotas: PathBuf,
    /// Seats.
    pub seats: &'static str,
}

/// The published pools, in the folder of the reference data.
pub fn published() -> Outcome<Vec<Case>> {
    let folder = std::env::var_os("MYCEL_DATA")
        .map_or_else(|| cargo::root().join("../shared/data"), PathBuf::from)
        .join("sortition");
    let cases = [
        (
            "example_small_20",
            "respondents.csv",
            "categories.csv",
            "20",
        ),
        ("sf_fixture_22", "candidates.csv", "features.csv", "22"),
    ];
    cases
        .into_iter()
        .map(|(name, pool, quotas, seats)| {
            let case = Case {
                name,
                pool: folder.join(name).join(pool),
                quotas: folder.join(name).join(quotas),
                seats,
            };
            if case.pool.exists() && case.quotas.exists() {
                Ok(case)
            } else {
                Err(format!(
                    "no {name} in {}; set MYCEL_DATA to the folder of the reference data",
                    folder.display()
                ))
            }
        })
        .collect()
}

/// A town that our side makes up: so many persons of so many types.
pub fn made(
    ours: &Path,
    name: &'static str,
    persons: &str,
    types: &str,
    seats: &'static str,
) -> Outcome<Case> {
    let folder = work_folder()?.join(format!("lottery-{persons}-{types}"));
    let mut make = Command::new(ours);
    cargo::run(make.args(["made", persons, types, seats]).arg(&folder))?;
    Ok(Case {
        name,
        pool: folder.join("pool.csv"),
        quotas: folder.join("quotas.csv"),
        seats,
    })
}

/// Runs it on the published pools and records its figures.
pub fn run() -> Outcome {
    let mut lines = Vec::new();
    for case in published()? {
        let line = theirs(&case, None)?;
        let (_, figures) = line
            .split_once(',')
            .ok_or_else(|| format!("no answer: {line}"))?;
        lines.push(format!("  \"{}\": {{{}", case.name, figures.trim()));
    }
    let recording = cargo::root().join("tests/peers/recordings/sortition.json");
    let text = format!(
        "{{\n \"versions\": {{\"sortition-algorithms\":\"{VERSION}\",\"highspy\":\"{HIGHS}\"}},\n \"pools\": {{\n{}\n }}\n}}\n",
        lines.join(",\n")
    );
    fs::write(&recording, text).map_err(|e| format!("{}: {e}", recording.display()))?;
    eprintln!(
        "recorded {}; `cargo xtask test` compares ours with it",
        recording.display()
    );
    Ok(())
}

/// Our side, optimised.
pub fn ours() -> Outcome<PathBuf> {
    cargo::cargo(&[
        "build",
        "--release",
        "-p",
        "mycel-solver",
        "--example",
        "lottery",
    ])?;
    Ok(cargo::target_dir().join("release/examples/lottery"))
}

/// Our answer: a line of JSON.
pub fn answer(ours: &Path, case: &Case) -> Outcome<String> {
    let mut solve = Command::new(ours);
    output(
        solve
            .arg("solve")
            .arg(&case.pool)
            .arg(&case.quotas)
            .arg(case.seats),
    )
}

/// Their answer: a line of JSON. With a limit they have so many seconds.
pub fn theirs(case: &Case, limit: Option<u32>) -> Outcome<String> {
    let python = python()?;
    let mut solve = match limit {
        Some(seconds) => {
            let mut limited = Command::new("timeout");
            limited.arg(seconds.to_string()).arg(python);
            limited
        }
        None => Command::new(python),
    };
    // no bytecode beside the sources; the tool goes through sets, whose order hangs on this seed
    solve
        .env("PYTHONHASHSEED", "0")
        .arg("-B")
        .arg(cargo::root().join("tests/peers/sortition/main.py"));
    output(
        solve
            .arg(case.name)
            .arg(&case.pool)
            .arg(&case.quotas)
            .arg(case.seats),
    )
}

/// A Python of our own that has the tool, in the user's cache.
fn python() -> Outcome<PathBuf> {
    let folder = cache()?.join(format!("sortition-{VERSION}"));
    let python = folder.join("bin/python");
    let has = |python: &Path| {
        let mut ask = Command::new(python);
        let script = "import importlib.metadata as m, highspy; print(m.version('sortition-algorithms'), m.version('highspy'))";
        output(ask.args(["-c", script]))
            .is_ok_and(|found| found.trim() == format!("{VERSION} {HIGHS}"))
    };
    if !has(&python) {
        let needs = |e: String| {
            format!(
                "{e}\nthis needs python 3.11 or newer with venv and access to PyPI: install them and try again"
            )
        };
        let mut venv = Command::new("python3");
        cargo::run(venv.args(["-m", "venv"]).arg(&folder)).map_err(needs)?;
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        pip.arg(format!("sortition-algorithms=={VERSION}"));
        cargo::run(pip.arg(format!("highspy=={HIGHS}"))).map_err(needs)?;
    }
    Ok(python)
}
