//! Runs cargo and other programs with an environment that does not invalidate build artifacts.
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::Outcome;

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies one folder below the root")
        .to_path_buf()
}

/// Where artifacts go.
pub fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The cargo that runs us.
pub fn bin() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".into())
}

/// Runs cargo in the root.
pub fn cargo(args: &[&str]) -> Outcome {
    run(Command::new(bin()).args(args).current_dir(root()))
}

/// Runs a program to its end; an error names the command.
pub fn run(command: &mut Command) -> Outcome {
    let start = Instant::now();
    let shown = format!("{command:?}").replace('"', "");
    without_package_metadata(command);
    let status = command.status().map_err(|e| format!("{shown}: {e}"))?;
    if !status.success() {
        return Err(format!("failed ({status}): {shown}"));
    }
    if start.elapsed().as_secs() > 5 {
        eprintln!("xtask: {:.0?}", start.elapsed());
    }
    Ok(())
}

/// `cargo run` exports the metadata of this package, and build scripts that watch `CARGO_PKG_*` (ring's) would
/// rebuild half of the tree at every switch between `cargo build` and `cargo xtask`.
fn without_package_metadata(command: &mut Command) {
    const OURS: [&str; 4] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_CRATE_",
        "CARGO_BIN_",
    ];
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if OURS.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
}
