//! Who proves beside us: snarkjs on the peers' published circuits and on ours, rapidsnark, and our own measuring program.
use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{ortools::work_folder, wasmd::output};
use crate::{Outcome, cargo, test};

/// How our programs are built for figures.
pub const FAST: &str = "release";

/// Our measuring program, in a profile: what is measured needs [`FAST`].
pub fn measure(profile: &str) -> Outcome<PathBuf> {
    let package = "mycel-ceremony";
    cargo::cargo(&[
        "build",
        "--profile",
        profile,
        "-p",
        package,
        "--example",
        "measure",
    ])?;
    Ok(cargo::target_dir().join(profile).join("examples/measure"))
}

fn folder() -> PathBuf {
    cargo::root().join("tests/peers/zk")
}

fn node(script: &str) -> Outcome<Command> {
    test::npm_ci(&folder())?;
    let mut node = Command::new("node");
    node.current_dir(folder()).arg(script);
    Ok(node)
}

/// Writes the peers' keys and witnesses below a folder, and names where.
pub fn peers(work: &Path) -> Outcome<Vec<PathBuf>> {
    let written = output(node("cases.mjs")?.arg(work))?;
    Ok(written.lines().map(PathBuf::from).collect())
}

/// What snarkjs needs for each folder.
pub fn snarkjs(rounds: &str, folders: &[PathBuf]) -> Outcome<String> {
    output(node("bench.mjs")?.arg(rounds).args(folders))
}

/// rapidsnark, from the Go module that carries its library.
pub fn rapidsnark() -> Outcome<PathBuf> {
    let program = work_folder()?.join("rapidsnark");
    let mut go = Command::new("go");
    go.current_dir(folder().join("rapidsnark"));
    output(go.args(["build", "-o"]).arg(&program).arg(".")).map_err(|e| {
        format!("{e}\nthis needs go 1.21 or newer, a C++ compiler and access to Go's module proxy")
    })?;
    Ok(program)
}

/// A text of a flat JSON object.
pub fn json_text<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let rest = line.split_once(&format!("\"{name}\":\""))?.1;
    rest.split('"').next()
}

/// A number of a flat JSON object.
pub fn json_number(line: &str, name: &str) -> Outcome<f64> {
    let found = line
        .split_once(&format!("\"{name}\":"))
        .and_then(|(_, rest)| rest.split([',', '}', ']']).next()?.trim().parse().ok());
    found.ok_or_else(|| format!("no {name}: {line}"))
}
