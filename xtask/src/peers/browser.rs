//! Every circuit proven in a worker of Debian's Chromium, from instances in JSON, by the prover compiled to wasm32; verified
//! outside, and recorded with the keys' digests.
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

/// The circuit whose time counts, and the others.
const CIRCUITS: [&str; 4] = [SHOW, "attest", "fold", "member"];
const SHOW: &str = "show";
/// Proofs that are made of each; the least time counts.
const PROOFS: &str = "5";
/// What a proof may take in the worker, in milliseconds.
const MOST_MS: f64 = 3000.0;
const TARGET: &str = "wasm32-unknown-unknown";

/// One circuit's proofs.
struct Seen {
    circuit: &'static str,
    /// What the page's driver said, one JSON object.
    said: String,
    least: f64,
    middle: f64,
}

/// Proves, verifies, and writes the recording.
pub fn run() -> Outcome {
    let chromium = chromium()?;
    test::npm_ci(&folder())?;
    let ours = proofs::measure(FAST)?;
    let (module, instances) = (module()?, instances()?);
    let mut seen = vec![];
    for circuit in CIRCUITS {
        let work = work_folder()?.join("browser").join(circuit);
        cargo::run(Command::new(&ours).args(["write", circuit, "1"]).arg(&work))?;
        cargo::run(Command::new(&instances).args([circuit, PROOFS]).arg(&work))?;
        let mut drive = Command::new("node");
        drive.current_dir(folder()).arg("run.mjs");
        let said = output(drive.args([&chromium, &module, &work]).arg(PROOFS))?;
        seen.push(timed(circuit, said, &ours, &work)?);
    }
    record(&seen)?;
    let Seen {
        said,
        least,
        middle,
        ..
    } = &seen[0];
    eprintln!(
        "a show: least {least:.0} ms, middle {middle:.0} ms of {PROOFS} proofs; each of all circuits verified outside of the browser"
    );
    println!(
        "{{\"bench\":\"browser\",\"case\":\"show in a worker of {}\",\"ours\":{least:.1},\"peer\":null,\"ratio\":null,\"unit\":\"ms\"}}",
        json_text(said, "browser").unwrap_or("?")
    );
    match *least <= MOST_MS {
        true => Ok(()),
        false => Err(format!("{least:.0} ms where {MOST_MS} are allowed")),
    }
}

fn folder() -> PathBuf {
    cargo::root().join("tests/peers/browser")
}

/// The times of what was said, each of its proofs verified.
fn timed(circuit: &'static str, said: String, ours: &Path, work: &Path) -> Outcome<Seen> {
    let mut times = vec![];
    for (i, answer) in said.split("\"number\":").skip(1).enumerate() {
        times.push(json_number(answer, "ms")?);
        let proof = json_text(answer, "answer").unwrap_or_default();
        verify(ours, work, i, proof)?;
    }
    if times.len().to_string() != PROOFS {
        return Err(format!(
            "{circuit}: {} proofs instead of {PROOFS}: {said}",
            times.len()
        ));
    }
    times.sort_by(f64::total_cmp);
    Ok(Seen {
        circuit,
        said,
        least: times[0],
        middle: times[times.len() / 2],
    })
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

/// The program that writes instances.
fn instances() -> Outcome<PathBuf> {
    cargo::cargo(&[
        "build",
        "--profile",
        FAST,
        "-p",
        "mycel-browser",
        "--example",
        "instance",
    ])?;
    Ok(cargo::target_dir().join(FAST).join("examples/instance"))
}

/// Whether an answer (a proof of 256 bytes, then public inputs of 32) holds for mycel-verifier.
fn verify(ours: &Path, work: &Path, i: usize, answer: &str) -> Outcome {
    let (proof, publics) = answer
        .split_at_checked(512)
        .filter(|(_, publics)| !publics.is_empty() && publics.len() % 64 == 0)
        .ok_or_else(|| format!("no proof and public inputs: {answer}"))?;
    let publics: Vec<String> = (0..publics.len() / 64)
        .map(|n| format!("\"{}\"", &publics[64 * n..64 * (n + 1)]))
        .collect();
    let file = work.join(format!("browser-{i}.json"));
    let text = format!(
        "{{\"proof\":\"{proof}\",\"publics\":[{}]}}",
        publics.join(",")
    );
    fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    cargo::run(
        Command::new(ours)
            .arg("check")
            .arg(work.join("circuit.zkey"))
            .arg(file),
    )
}

fn record(seen: &[Seen]) -> Outcome {
    let lines: Vec<String> = seen.iter().map(circuit_line).collect::<Outcome<_>>()?;
    let said = &seen[0].said;
    let text = format!(
        "{{\n \"browser\": \"{}\",\n \"circuits\": {{\n{}\n }},\n \"verified_outside\": true,\n \"refuses_another_key\": \"{}\",\n \"stops_when_told\": \"{}\",\n \"names_a_missing_field\": \"{}\"\n}}\n",
        json_text(said, "browser").unwrap_or("?"),
        lines.join(",\n"),
        json_text(said, "foreign").unwrap_or("?"),
        json_text(said, "stopped").unwrap_or("?"),
        json_text(said, "missing").unwrap_or("?"),
    );
    let recording = cargo::root().join("tests/peers/recordings/browser.json");
    fs::write(&recording, text).map_err(|e| format!("{}: {e}", recording.display()))?;
    eprintln!("recorded {}", recording.display());
    Ok(())
}

fn circuit_line(seen: &Seen) -> Outcome<String> {
    let number = |name| json_number(&seen.said, name);
    Ok(format!(
        "  \"{}\": {{\n   \"key_digest\": \"{}\",\n   \"key_bytes\": {},\n   \"ms_least\": {:.1},\n   \"ms_middle\": {:.1},\n   \"proofs\": {PROOFS},\n   \"read_key_ms\": {:.1},\n   \"download_ms\": {:.1},\n   \"memory_bytes\": {}\n  }}",
        seen.circuit,
        json_text(&seen.said, "digest").unwrap_or("?"),
        number("key_bytes")?,
        seen.least,
        seen.middle,
        number("read_ms")?,
        number("download_ms")?,
        number("memory_bytes")?,
    ))
}
