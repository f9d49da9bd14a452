//! A show proven in a worker of Debian's Chromium, by the prover compiled to wasm32; verified outside, and recorded.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    ortools::work_folder,
    proofs::{self, FAST, json_number, json_text},
    wasmd::output,
};
use crate::{Outcome, cargo, test};

/// Proofs that are made; the least time counts.
const PROOFS: &str = "5";
/// What a proof may take in the worker, in milliseconds.
const MOST_MS: f64 = 3000.0;
const TARGET: &str = "wasm32-unknown-unknown";

/// Proves, verifies, and writes the recording.
pub fn run() -> Outcome {
    let chromium = chromium()?;
    let here = cargo::root().join("tests/peers/browser");
    test::npm_ci(&here)?;
    let ours = proofs::measure(FAST)?;
    let show = work_folder()?.join("browser");
    cargo::run(Command::new(&ours).args(["write", "show", "1"]).arg(&show))?;
    let digest = fs::read_to_string(show.join("digest.txt")).map_err(|e| e.to_string())?;
    let mut drive = Command::new("node");
    drive.current_dir(&here).arg("run.mjs").arg(&chromium);
    drive.arg(module()?).arg(show.join("circuit.zkey"));
    let said = output(drive.args([digest.trim(), PROOFS]))?;

    let mut times = vec![];
    let answers: Vec<&str> = said.split("\"seed\":").skip(1).collect();
    for (i, answer) in answers.iter().enumerate() {
        times.push(json_number(answer, "ms")?);
        verify(
            &ours,
            &show,
            i,
            json_text(answer, "answer").unwrap_or_default(),
        )?;
    }
    if times.len().to_string() != PROOFS {
        return Err(format!(
            "{} proofs instead of {PROOFS}: {said}",
            times.len()
        ));
    }
    times.sort_by(f64::total_cmp);
    let (least, middle) = (times[0], times[times.len() / 2]);
    record(&said, least, middle)?;
    eprintln!(
        "least {least:.0} ms, middle {middle:.0} ms of {PROOFS} proofs, each verified outside of the browser"
    );
    println!(
        "{{\"bench\":\"browser\",\"case\":\"show in a worker of {}\",\"ours\":{least:.1},\"peer\":null,\"ratio\":null,\"unit\":\"ms\"}}",
        json_text(&said, "browser").unwrap_or("?")
    );
    match least <= MOST_MS {
        true => Ok(()),
        false => Err(format!("{least:.0} ms where {MOST_MS} are allowed")),
    }
}

/// The system's browser, named by `$CHROMIUM` or found on the path.
fn chromium() -> Outcome<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let candidates = named
        .into_iter()
        .chain(["chromium".into(), "chromium-browser".into()]);
    for candidate in candidates {
        // some packagings wrap the browser in a script, which playwright starts as well
        if let Ok(path) = output(Command::new("which").arg(&candidate)) {
            return Ok(path.into());
        }
    }
    Err("there is no Chromium: run `apt-get install chromium`, or set CHROMIUM to one, and try again".into())
}

/// The prover as a module.
fn module() -> Outcome<PathBuf> {
    cargo::cargo(&[
        "build",
        "--profile",
        "dist",
        "--target",
        TARGET,
        "--lib",
        "-p",
        "mycel-browser",
    ])?;
    Ok(cargo::target_dir()
        .join(TARGET)
        .join("dist/mycel_browser.wasm"))
}

/// Whether an answer (a proof of 256 bytes, then public inputs of 32) holds for mycel-verifier.
fn verify(ours: &Path, show: &Path, i: usize, answer: &str) -> Outcome {
    let (proof, publics) = answer
        .split_at_checked(512)
        .filter(|(_, publics)| !publics.is_empty() && publics.len() % 64 == 0)
        .ok_or_else(|| format!("no proof and public inputs: {answer}"))?;
    let publics: Vec<String> = (0..publics.len() / 64)
        .map(|n| format!("\"{}\"", &publics[64 * n..64 * (n + 1)]))
        .collect();
    let file = show.join(format!("browser-{i}.json"));
    let text = format!(
        "{{\"proof\":\"{proof}\",\"publics\":[{}]}}",
        publics.join(",")
    );
    fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    cargo::run(
        Command::new(ours)
            .arg("check")
            .arg(show.join("circuit.zkey"))
            .arg(file),
    )
}

fn record(said: &str, least: f64, middle: f64) -> Outcome {
    let number = |name| json_number(said, name);
    let text = format!(
        "{{\n \"browser\": \"{}\",\n \"show_ms_least\": {least:.1},\n \"show_ms_middle\": {middle:.1},\n \"proofs\": {PROOFS},\n \"read_key_ms\": {:.1},\n \"download_ms\": {:.1},\n \"key_bytes\": {},\n \"memory_bytes\": {},\n \"verified_outside\": true,\n \"refuses_another_key\": \"{}\",\n \"stops_when_told\": \"{}\"\n}}\n",
        json_text(said, "browser").unwrap_or("?"),
        number("read_ms")?,
        number("download_ms")?,
        number("key_bytes")?,
        number("memory_bytes")?,
        json_text(said, "foreign").unwrap_or("?"),
        json_text(said, "stopped").unwrap_or("?"),
    );
    let recording = cargo::root().join("tests/peers/recordings/browser.json");
    fs::write(&recording, text).map_err(|e| format!("{}: {e}", recording.display()))?;
    eprintln!("recorded {}", recording.display());
    Ok(())
}
