//! The credit contract on a real wasmd: lowered to what its VM accepts, then the scenario of `tests/compat` through
//! CosmJS. The answers are recorded; the embedded chain must give the same.
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Outcome, cargo, contracts, test};

/// Instructions and sections that wasmd's VM does not take, and stock rustc emits.
const LOWERING: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--llvm-memory-copy-fill-lowering",
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Runs the scenario on wasmd and writes the recording.
pub fn run() -> Outcome {
    // wasmd takes at most 800 KiB
    let wasm = contracts::small("mycel-credit")?;
    let lowered = lower(&wasm)?;
    let peers = cargo::root().join("tests/peers");
    let compat = cargo::root().join("tests/compat");
    test::npm_ci(&compat)?;
    let addresses = scenario(&["--addresses", "--prefix", "wasm"])?;
    let mut wasmd = Command::new("bash");
    wasmd
        .arg(peers.join("wasmd.sh"))
        .arg("start")
        .args(bech32s(&addresses));
    let mut wasmd = wasmd
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("wasmd.sh: {e}"))?;
    let mut url = String::new();
    if let Some(out) = wasmd.stdout.take() {
        BufReader::new(out)
            .read_line(&mut url)
            .map_err(|e| format!("wasmd.sh: {e}"))?;
    }
    let answers = match url.trim() {
        "" => Err("wasmd did not start; its log is above".into()),
        url => scenario(&[
            "--rpc",
            url,
            "--prefix",
            "wasm",
            "--price",
            "0stake",
            "--wasm",
            &lowered.display().to_string(),
        ]),
    };
    // closing its input asks it to stop
    drop(wasmd.stdin.take());
    wasmd.wait().map_err(|e| format!("wasmd.sh: {e}"))?;
    let recording = peers.join("recordings/wasmd.json");
    let text = format!(
        "{{\n \"versions\": {},\n \"scenario_sha256\": \"{}\",\n \"wasm_sha256\": \"{}\",\n{}",
        quoted(&output(
            Command::new("bash")
                .arg(peers.join("wasmd.sh"))
                .arg("version")
        )?),
        sha256(&compat.join("scenario.mjs"))?,
        sha256(&lowered)?,
        answers?
            .trim_start()
            .trim_start_matches('{')
            .trim_start_matches('\n'),
    );
    fs::create_dir_all(peers.join("recordings")).map_err(|e| e.to_string())?;
    fs::write(&recording, text).map_err(|e| format!("{}: {e}", recording.display()))?;
    eprintln!(
        "recorded {}; `cargo xtask test` compares the embedded chain with it",
        recording.display()
    );
    Ok(())
}

/// The contract without what wasmd's VM refuses.
fn lower(wasm: &Path) -> Outcome<PathBuf> {
    let peers = cargo::root().join("tests/peers");
    test::npm_ci(&peers)?;
    let lowered = wasm.with_extension("lowered.wasm");
    let mut command = Command::new(peers.join("node_modules/.bin/wasm-opt"));
    cargo::run(command.args(LOWERING).arg(wasm).arg("-o").arg(&lowered))?;
    Ok(lowered)
}

fn scenario(args: &[&str]) -> Outcome<String> {
    let mut command = Command::new("node");
    command
        .current_dir(cargo::root().join("tests/compat"))
        .arg("scenario.mjs")
        .args(args);
    output(&mut command)
}

/// What a program prints, without the blank around it.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if !output.status.success() {
        return Err(format!(
            "{command:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn sha256(file: &Path) -> Outcome<String> {
    let text = output(Command::new("sha256sum").arg(file))?;
    Ok(text.split(' ').next().unwrap_or_default().to_owned())
}

/// The values of a flat JSON object of strings.
fn bech32s(json: &str) -> Vec<String> {
    json.split('"')
        .filter(|part| part.starts_with("wasm1"))
        .map(str::to_owned)
        .collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', ""))
}
