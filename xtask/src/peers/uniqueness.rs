//! cvc5 (PyPI cvc5-gpl) on the gadgets of the circuits: whether inputs force outputs.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::ortools::{cache, work_folder};
use super::wasmd::output;
use crate::{Outcome, cargo};

const VERSION: &str = "1.4.2";

/// Writes the questions, asks them, and fails unless every answer is the expected one.
pub fn run() -> Outcome {
    let python = python()?;
    let folder = work_folder()?.join("uniqueness");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let questions = folder.to_string_lossy().into_owned();
    cargo::cargo(&[
        "run",
        "--quiet",
        "-p",
        "mycel-circuits",
        "--example",
        "uniqueness",
        "--",
        &questions,
    ])?;
    let mut ask = Command::new(python);
    ask.arg(cargo::root().join("tests/peers/cvc5/main.py"));
    cargo::run(ask.arg(&folder))
}

/// A Python of our own that has cvc5, in the user's cache.
fn python() -> Outcome<PathBuf> {
    let folder = cache()?.join(format!("cvc5-{VERSION}"));
    let python = folder.join("bin/python");
    let has = |python: &Path| {
        let mut ask = Command::new(python);
        let found = ask.args([
            "-c",
            "import cvc5, importlib.metadata as m; print(m.version('cvc5-gpl'))",
        ]);
        output(found).is_ok_and(|version| version.trim() == VERSION)
    };
    if !has(&python) {
        let needs = |e: String| {
            format!(
                "{e}\nthis needs python 3.9 or newer with venv and access to PyPI: install them and try again"
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
        cargo::run(pip.arg(format!("cvc5-gpl=={VERSION}"))).map_err(needs)?;
    }
    Ok(python)
}
