//! The tables of `docs/rules`, rule → tests that fail without it, name only tests that exist.
use std::{collections::BTreeSet, fs, path::Path, process::Command};

use crate::{Outcome, cargo};

/// Checks every table.
pub fn check() -> Outcome {
    let tests = tests()?;
    let folder = cargo::root().join("docs/rules");
    let read =
        |path: &Path| fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))? {
        let path = entry.map_err(|e| e.to_string())?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for (line, text) in read(&path)?.lines().enumerate() {
            let named = named(text);
            if is_rule(text) && named.is_empty() {
                wrong.push(format!(
                    "docs/rules/{name}:{}: a rule without a test",
                    line + 1
                ));
            }
            let missing = named.into_iter().filter(|test| !tests.contains(*test));
            wrong.extend(
                missing.map(|test| format!("docs/rules/{name}:{}: no test {test}", line + 1)),
            );
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    wrong.sort();
    Err(format!(
        "{}\nname the test that took its place, or write it",
        wrong.join("\n")
    ))
}

/// A row of a table that is neither its head nor the line below.
fn is_rule(line: &str) -> bool {
    line.starts_with("| ") && !line.starts_with("| rule |")
}

/// The tests that a row names: what stands in backticks in its last cell.
fn named(line: &str) -> Vec<&str> {
    if !is_rule(line) {
        return Vec::new();
    }
    let cell = line.trim_end_matches(['|', ' ']).rsplit(" | ").next();
    cell.map(|cell| cell.split('`').skip(1).step_by(2).collect())
        .unwrap_or_default()
}

/// Every function that follows a test attribute, or stands in a file with `proptest!`.
fn tests() -> Outcome<BTreeSet<String>> {
    let mut list = Command::new("git");
    list.current_dir(cargo::root()).args(["ls-files", "*.rs"]);
    let output = list.output().map_err(|e| format!("git ls-files: {e}"))?;
    let mut found = BTreeSet::new();
    for file in String::from_utf8_lossy(&output.stdout).lines() {
        // listed, but deleted in the work tree
        let Ok(text) = fs::read_to_string(cargo::root().join(file)) else {
            continue;
        };
        let mut pending = text.contains("proptest!");
        let always = pending;
        for line in text.lines().map(str::trim) {
            pending |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
            let line = line.strip_prefix("async ").unwrap_or(line);
            if let Some(rest) = line.strip_prefix("fn ") {
                let name = rest
                    .split(|c: char| c != '_' && !c.is_ascii_alphanumeric())
                    .next();
                if pending {
                    found.extend(name.map(str::to_owned));
                }
                pending = always;
            }
        }
    }
    Ok(found)
}
