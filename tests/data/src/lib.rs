//! Where tests find the reference data, and how they say that they had none.
//!
//! The data (real transfers, real obligations) is not part of this repository. It is looked for under `$MYCEL_DATA`
//! (default `../shared/data` beside the repository). A test without its file passes, says so on standard error, and is
//! counted: `cargo xtask test` names at its end every test that was skipped.
#![forbid(unsafe_code)]

use std::{
    env,
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
    thread,
};

/// The variable that names the file in which skipped tests are counted.
pub const SKIPPED: &str = "MYCEL_SKIPPED";

/// The folder of the reference data, whether it exists or not.
#[must_use]
pub fn folder() -> PathBuf {
    env::var_os("MYCEL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    )
}

/// A file of the reference data, by its path below the folder; `None`, said and counted, where there is none.
///
/// # Panics
/// If the test cannot be counted as skipped: a skip that nobody hears of would be a hole.
#[must_use]
pub fn find(name: &str) -> Option<PathBuf> {
    let path = folder().join(name);
    if path.exists() {
        return Some(path);
    }
    let current = thread::current();
    let test = current.name().unwrap_or("a test");
    let line = format!(
        "skipped: {test}: no {name} (set MYCEL_DATA to the folder of the reference data)\n"
    );
    eprint!("{line}");
    if let Some(list) = env::var_os(SKIPPED) {
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(&list)
            .and_then(|mut file| file.write_all(line.as_bytes()))
            .unwrap_or_else(|why| panic!("{}: {why}", list.display()));
    }
    None
}

#[cfg(test)]
mod tests {
    /// In a process of its own, for the environment is the process's.
    #[test]
    fn what_is_missing_is_said_and_counted() {
        let list = std::env::temp_dir().join(format!("skipped-{}", std::process::id()));
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "tests::asks_for_what_is_nowhere",
                "--ignored",
                "--nocapture",
            ])
            .env(super::SKIPPED, &list)
            .output()
            .unwrap();
        assert!(output.status.success());
        let counted = std::fs::read_to_string(&list).unwrap();
        std::fs::remove_file(&list).unwrap();
        assert_eq!(
            counted,
            "skipped: tests::asks_for_what_is_nowhere: no nowhere.csv \
             (set MYCEL_DATA to the folder of the reference data)\n"
        );
        assert!(String::from_utf8_lossy(&output.stderr).contains(&counted));
    }

    #[test]
    #[ignore = "run by the test above"]
    fn asks_for_what_is_nowhere() {
        assert_eq!(super::find("nowhere.csv"), None);
    }
}
