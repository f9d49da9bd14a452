//! Set-up, build, test and the town: `cargo xtask <verb>`. Plain standard library, so that it builds in a second.
#![forbid(unsafe_code)]

mod bench;
mod cargo;
mod contracts;
mod lint;
mod long;
mod manifest;
mod peers;
mod rules;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <verb>

  up [args]     build everything, start four validators and a town that trades
                (args go to `mycel up`; --release builds optimised)
  test [args]   lint, contracts, the whole test suite, CosmJS (args go to `cargo test`,
                and then only contracts and tests run)
  contracts     build every contract to Wasm and print the sizes
  lint          rustfmt, clippy, wasm32 check, dependency licences and bans
  long [NAME…]  the randomised suites with many cases: malformed (proofs, keys, inputs: 10^5 of each), batches,
                ahead, trust, economy, solver; from $MYCEL_SEED
  bench NAME    a benchmark; JSON lines {bench, case, ours, peer, ratio, unit} on stdout
  peers NAME    install and run an outside implementation live, and record its answers:
                oracle (cosmwasm-vm), wasmd, ortools [--long], sortition (the lotteries of
                sortition-algorithms), elections [FILE.pb …], snarkjs (every proof of the
                suites, and ceremonies), browser (a proof in a worker of the system's Chromium)
  uniqueness    ask cvc5's finite-field solver whether the circuits' gadgets have one answer each
";

/// What went wrong, in words for the person at the terminal.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (verb, rest) = match args.split_first() {
        Some((verb, rest)) => (verb.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match verb {
        "up" => up(rest),
        "test" => test::run(rest),
        "contracts" => contracts::build().map(|_| ()),
        "lint" => lint::run(),
        "long" => long::run(rest),
        "bench" => bench::run(rest),
        "peers" => peers::run(rest),
        "uniqueness" => peers::uniqueness::run(),
        "help" | "-h" | "--help" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("unknown verb `{other}`\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(story) => {
            eprintln!("xtask: {story}");
            ExitCode::FAILURE
        }
    }
}

/// The main job. Its dev profile optimises every hot crate and shares its artifacts with the tests.
fn up(rest: &[String]) -> Outcome {
    let folder = contracts::build()?;
    let release = rest.iter().any(|arg| arg == "--release");
    let mut build = vec!["build", "--workspace", "--bin", "mycel"];
    if release {
        build.push("--release");
    }
    cargo::cargo(&build)?;
    let binary = cargo::target_dir()
        .join(if release { "release" } else { "debug" })
        .join("mycel");
    let mut node = std::process::Command::new(binary);
    node.arg("up").arg("--contracts").arg(folder);
    node.args(rest.iter().filter(|arg| *arg != "--release"));
    cargo::run(&mut node)
}
