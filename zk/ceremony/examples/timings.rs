//! What each step costs, in seconds of processor time: `cargo run --release -p mycel-ceremony --example timings [circuit…]`.
//!
//! With `--powers N` the whole ceremony over development powers of tau of 2^N, too.
use std::{ops::ControlFlow, str::FromStr};

use mycel_ceremony::{Ptau, R1cs, Zkey, development};
use mycel_circuits::Kind;
use mycel_prover::{ProvingKey, Silent, Stage, prove_assignment};
use rand::rngs::OsRng;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let powers = arguments.iter().position(|a| a == "--powers").map(|at| {
        arguments.remove(at);
        arguments
            .remove(at)
            .parse::<u32>()
            .expect("a number after --powers")
    });
    let named: Vec<Kind> = arguments
        .iter()
        .map(|name| Kind::from_str(name).expect("a circuit's name"))
        .collect();
    let folder = std::env::temp_dir().join("mycel-ceremony-timings");
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let ptau = folder.join("powers.ptau");
    if let Some(power) = powers {
        timed("powers of tau", || {
            development::powers(power, &ptau).expect("written")
        });
    }
    for kind in if named.is_empty() {
        Kind::ALL.to_vec()
    } else {
        named
    } {
        println!("{kind}");
        let compiled = timed("compile", || kind.compile());
        println!(
            "  rows {} variables {} entries {:?}",
            compiled.constraints,
            compiled.variables(),
            compiled.entries()
        );
        let r1cs = timed("r1cs", || R1cs::of(kind));
        let bytes = timed("development key", || {
            development::zkey(&r1cs).expect("made")
        });
        println!("  {} bytes", bytes.len());
        let key = timed("read", || {
            ProvingKey::read(&bytes[..], None, &Silent).expect("read")
        });
        let (_, assignment) = timed("witness", || kind.example(1));
        for _ in 0..3 {
            timed("prove", || {
                prove_assignment(&key, &assignment, &mut OsRng, &Silent).expect("proved")
            });
        }
        let clock = std::cell::Cell::new(cpu());
        let stages = |stage: Stage, done: u64, _: u64| {
            println!(
                "    until {stage:?} {done}: {:.3}",
                cpu() - clock.replace(cpu())
            );
            ControlFlow::Continue(())
        };
        prove_assignment(&key, &assignment, &mut OsRng, &stages).expect("proved");
        println!("    until the end: {:.3}", cpu() - clock.get());
        if powers.is_some() {
            let init = timed("init", || {
                mycel_ceremony::init(&r1cs, &mut Ptau::open(&ptau).expect("opened")).expect("made")
            });
            let one = timed("contribute", || {
                mycel_ceremony::contribute(&init, "a", b"b").expect("made")
            });
            let one = Zkey::parse(one).expect("read");
            timed("verify", || {
                mycel_ceremony::verify(&init, &one).expect("holds")
            });
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "it measures; nothing depends on it"
)]
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (start, wall) = (cpu(), std::time::Instant::now());
    let out = work();
    println!(
        "  {what}: {:.3} s processor, {:.3} s",
        cpu() - start,
        wall.elapsed().as_secs_f64()
    );
    out
}

/// Seconds of processor time of this process, ended threads included.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|n| n.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}
