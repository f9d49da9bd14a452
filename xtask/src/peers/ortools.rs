//! OR-Tools (PyPI) on a thousand random instances and the large ones: equal optima, recorded.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::wasmd::output;
use crate::{Outcome, cargo};

const VERSION: &str = "9.15.6755";
const COUNT: &str = "1050";
const MOST_NODES: &str = "120";

/// Solves with both and writes the recording. `--long` takes geo100k in, which OR-Tools needs minutes for.
pub fn run(rest: &[String]) -> Outcome {
    let ours = ours()?;
    let folder = work_folder()?;
    let numbered = folder.join("numbered");
    if numbered.exists() {
        fs::remove_dir_all(&numbered).map_err(|e| format!("{}: {e}", numbered.display()))?;
    }
    let mut write = Command::new(&ours);
    cargo::run(write.args(["numbered", COUNT, MOST_NODES]).arg(&numbered))?;
    let mut files = vec![numbered];
    let mut cases = vec!["sarafu", "ng100k"];
    if rest.iter().any(|arg| arg == "--long") {
        cases.push("geo100k");
    }
    for case in cases {
        files.push(instance(&ours, case)?);
    }
    let answers = folder.join("ortools.jsonl");
    fs::write(&answers, theirs(&files)?).map_err(|e| format!("{}: {e}", answers.display()))?;
    let recording = cargo::root().join("tests/peers/recordings/ortools.json");
    let mut record = Command::new(&ours);
    record.current_dir(cargo::root()).arg("record").arg(answers);
    cargo::run(record.arg(MOST_NODES).arg(&recording))?;
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
        "peers",
    ])?;
    Ok(cargo::target_dir().join("release/examples/peers"))
}

/// A large instance as a file.
pub fn instance(ours: &Path, case: &str) -> Outcome<PathBuf> {
    let file = work_folder()?.join(format!("{case}.min"));
    let mut write = Command::new(ours);
    write.current_dir(cargo::root()).args(["large", case]);
    cargo::run(write.arg(&file))?;
    Ok(file)
}

/// What OR-Tools answers on files and folders of instances, a line of JSON each.
pub fn theirs(files: &[PathBuf]) -> Outcome<String> {
    let mut solve = Command::new(python()?);
    solve.arg(cargo::root().join("tests/peers/ortools/main.py"));
    output(solve.args(files))
}

/// A Python of our own that has OR-Tools, in the user's cache.
fn python() -> Outcome<PathBuf> {
    let folder = cache()?.join(format!("ortools-{VERSION}"));
    let python = folder.join("bin/python");
    let has = |python: &Path| {
        let mut ask = Command::new(python);
        let found = ask.args(["-c", "import ortools; print(ortools.__version__)"]);
        output(found).is_ok_and(|version| version == VERSION)
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
        cargo::run(pip.arg(format!("ortools=={VERSION}"))).map_err(needs)?;
    }
    Ok(python)
}

/// Where instances and answers lie between runs.
pub fn work_folder() -> Outcome<PathBuf> {
    let folder = cargo::target_dir().join("peers");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(folder)
}

/// `$PEERS`, else a folder in the user's cache.
pub fn cache() -> Outcome<PathBuf> {
    let named = |name| env::var_os(name).map(PathBuf::from);
    named("PEERS")
        .or_else(|| named("XDG_CACHE_HOME").map(|cache| cache.join("mycel-peers")))
        .or_else(|| named("HOME").map(|home| home.join(".cache/mycel-peers")))
        .ok_or_else(|| "no home directory; set PEERS to a folder for peers".into())
}
