//! Proofs: what they cost to verify and to make, ours and the peers' in one run.
//!
//! `bench zk gas` is about validators: verifying one by one and in batches, Poseidon, and the gas that follows. `bench zk
//! prove` is about members: our four circuits natively, from inputs to a proof, each of one instance with as many entries
//! as there can be; our show, Semaphore v4 and UniRep through snarkjs and rapidsnark.
//! CPU milliseconds count, the least of several rounds in turns, so that a busy machine or more cores change little.
//! Peers' figures are of a proof from a witness that is there; ours contain the witness.
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Outcome, cargo,
    peers::{
        ortools::work_folder,
        proofs::{self, FAST, json_number, json_text},
        wasmd::output,
    },
};

/// Rounds of each.
const ROUNDS: &str = "5";
/// What a show may take natively, in CPU milliseconds: its inputs checked, the witness, the proof, verified.
const SHOW_MS: f64 = 750.0;
/// What a proof of a batch of 128 may take, in CPU milliseconds.
const BATCH_MS: f64 = 0.40;
/// A long history: its entries …
const HISTORY: &str = "1000";
/// … what a wallet that knows nothing of it may take once, and then a day, in CPU seconds.
const HISTORY_S: (f64, f64) = (70.0, 1.3);
/// The peers, by how their names begin.
const PEERS: [&str; 2] = ["Semaphore", "UniRep"];

/// Both halves, or the one that is named.
pub fn run(rest: &[String]) -> Outcome {
    match rest {
        [] => {
            gas()?;
            prove()
        }
        [half] if half == "gas" => gas(),
        [half] if half == "prove" => prove(),
        _ => Err(format!("unknown options {rest:?}; there are: gas, prove")),
    }
}

/// Verifying one by one and in batches, Poseidon, and the gas that follows from them.
fn gas() -> Outcome {
    cargo::cargo(&[
        "bench",
        "-p",
        "mycel-verifier",
        "--features",
        "testing",
        "--bench",
        "verifier",
    ])
}

/// What one program said of one circuit, a line of JSON.
struct Figures(Vec<String>);

impl Figures {
    fn of(text: &str) -> Self {
        Self(text.lines().map(str::to_owned).collect())
    }

    fn of_name(&self, begin: &str) -> Outcome<&str> {
        let found = self
            .0
            .iter()
            .find(|line| json_text(line, "name").is_some_and(|name| name.starts_with(begin)));
        found
            .map(String::as_str)
            .ok_or_else(|| format!("no figures of {begin}: {:?}", self.0))
    }

    fn number(&self, begin: &str, name: &str) -> Outcome<f64> {
        json_number(self.of_name(begin)?, name)
    }
}

fn prove() -> Outcome {
    let ours = proofs::measure(FAST)?;
    let work = work_folder()?.join("zk");
    let show = work.join("show");
    cargo::run(
        Command::new(&ours)
            .args(["write", "show", "full"])
            .arg(&show),
    )?;
    let mut folders = vec![show];
    folders.extend(proofs::peers(&work)?);
    let rapid = rapid(&folders);
    let native = Figures::of(&output(Command::new(&ours).args(["time", ROUNDS]))?);
    let snarkjs = Figures::of(&proofs::snarkjs(ROUNDS, &folders)?);

    let history = Figures::of(&output(Command::new(&ours).args(["history", HISTORY]))?);
    let once_s = history.number("history", "once_s")?;
    let day_s = history.number("history", "day_s")?;

    let run = Run::begin()?;
    for (what, seconds) in [
        ("first folds", once_s),
        ("each day after: a fold, a show", day_s),
    ] {
        let case = format!("a history of {HISTORY} entries, {what}");
        run.say(&case, seconds, None, "CPU s");
    }
    for kind in ["attest", "fold", "show", "member"] {
        for (name, unit) in [
            ("constraints", "constraints"),
            ("prove_ms", "CPU ms"),
            ("witness_ms", "CPU ms, within proving"),
            ("verify_ms", "CPU ms"),
            ("batch_ms", "CPU ms a proof of 128"),
        ] {
            let case = format!("{kind}, native, {name}");
            run.say(&case, native.number(kind, name)?, None, unit);
        }
    }
    let show_ms = native.number("show", "prove_ms")?;
    for peer in PEERS {
        let case = |what: &str| format!("show against {peer}, {what}");
        let of = |name| {
            Ok::<_, String>((
                snarkjs.number("Mycel show", name)?,
                snarkjs.number(peer, name)?,
            ))
        };
        let (mine, theirs) = of("constraints")?;
        run.say(&case("constraints"), mine, Some(theirs), "constraints");
        let (mine, theirs) = of("prove_ms")?;
        run.say(&case("both through snarkjs"), mine, Some(theirs), "CPU ms");
        run.say(
            &case("ours natively, theirs through snarkjs"),
            show_ms,
            Some(theirs),
            "CPU ms",
        );
        if let Ok(rapid) = &rapid {
            let (mine, theirs) = (
                rapid.number("Mycel show", "rapid_ms")?,
                rapid.number(peer, "rapid_ms")?,
            );
            run.say(
                &case("both through rapidsnark"),
                mine,
                Some(theirs),
                "CPU ms",
            );
            run.say(
                &case("ours natively, theirs through rapidsnark"),
                show_ms,
                Some(theirs),
                "CPU ms",
            );
        }
    }
    run.end()?;
    if let Err(why) = rapid {
        eprintln!("RAPIDSNARK DID NOT RUN, so nothing above is compared with it:\n{why}");
    }
    let mut missed = vec![];
    if show_ms > SHOW_MS {
        missed.push(format!(
            "a show takes {show_ms:.0} ms CPU where {SHOW_MS} are allowed"
        ));
    }
    for (what, took, most) in [
        ("first folds", once_s, HISTORY_S.0),
        ("a day", day_s, HISTORY_S.1),
    ] {
        if took > most {
            missed.push(format!(
                "{what} of a long history: {took:.1} s CPU where {most} are allowed"
            ));
        }
    }
    for kind in ["attest", "fold", "show", "member"] {
        let batch = native.number(kind, "batch_ms")?;
        // attest has the fewest inputs, show the most
        if batch > BATCH_MS {
            missed.push(format!(
                "{kind}: {batch:.3} ms a proof of 128 where {BATCH_MS} are allowed"
            ));
        }
    }
    match missed.is_empty() {
        true => Ok(()),
        false => Err(missed.join("; ")),
    }
}

/// What rapidsnark needs, if it can be had.
fn rapid(folders: &[PathBuf]) -> Outcome<Figures> {
    let program = proofs::rapidsnark()?;
    for folder in folders {
        // what another run left is no proof of this one's
        _ = fs::remove_file(folder.join("rapidsnark.json"));
    }
    let mut prove = Command::new(program);
    Ok(Figures::of(&output(prove.arg(ROUNDS).args(folders))?))
}

/// One run on one machine: each line carries its mark, and the machine must be the same at the end.
struct Run {
    machine: String,
    mark: String,
}

impl Run {
    fn begin() -> Outcome<Self> {
        let machine = machine()?;
        let mark = format!(
            "{}-{}",
            &machine[..8.min(machine.len())],
            std::process::id()
        );
        eprintln!("run {mark} on {machine}");
        Ok(Self { machine, mark })
    }

    fn say(&self, case: &str, ours: f64, peer: Option<f64>, unit: &str) {
        let or_null = |value: Option<f64>| value.map_or("null".into(), |v| format!("{v:.4}"));
        println!(
            "{{\"bench\":\"zk\",\"case\":\"{case}\",\"ours\":{ours:.4},\"peer\":{},\"ratio\":{},\"unit\":\"{unit}\",\"run\":\"{}\"}}",
            or_null(peer),
            or_null(peer.map(|peer| ours / peer)),
            self.mark
        );
    }

    fn end(&self) -> Outcome {
        match machine()? == self.machine {
            true => Ok(()),
            false => Err("the machine was started again in between: run it once more".into()),
        }
    }
}

/// This start of this machine, and what it is.
fn machine() -> Outcome<String> {
    let read = |path: &str| fs::read_to_string(Path::new(path)).map_err(|e| format!("{path}: {e}"));
    let boot = read("/proc/sys/kernel/random/boot_id")?;
    let info = read("/proc/cpuinfo")?;
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("?")
        .trim_start_matches([' ', '\t', ':']);
    let cores = info
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    Ok(format!("{} {model}, {cores} cores", boot.trim()))
}
