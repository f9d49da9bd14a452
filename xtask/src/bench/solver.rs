//! Our solver, OR-Tools and LEMON on the same instances in one run. CPU seconds of the solvers alone, the least of
//! several runs where they are short.
use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Outcome, cargo,
    peers::{ortools, wasmd::output},
};

/// Instances, and how often each is solved. OR-Tools and LEMON take minutes on the last.
const CASES: &[(&str, usize)] = &[("sarafu", 5), ("ng100k", 3), ("geo100k", 1)];

/// All cases; with `--quick` without geo100k.
pub fn run(rest: &[String]) -> Outcome {
    let quick = rest.iter().any(|arg| arg == "--quick");
    let ours = ortools::ours()?;
    let lemon = lemon()?;
    for &(case, runs) in CASES {
        if quick && case == "geo100k" {
            continue;
        }
        let file = ortools::instance(&ours, case)?;
        let mine = best(runs.max(3), || ask(&ours, &["solve", case]))?;
        let google = best(runs, || {
            let answers = ortools::theirs(std::slice::from_ref(&file))?;
            Answer::read(answers.lines().last().unwrap_or_default())
        })?;
        report(case, "OR-Tools", &mine, &google)?;
        for method in ["simplex", "scaling"] {
            let path = file.display().to_string();
            let theirs = best(runs, || ask(&lemon, &[method, &path]))?;
            report(case, &format!("LEMON {method}"), &mine, &theirs)?;
        }
    }
    if !quick {
        let warm = best(3, || ask(&ours, &["warm", "geo100k", "100"]))?;
        println!(
            "{{\"bench\":\"solver\",\"case\":\"geo100k, 100 pairs changed, warm\",\"ours\":{:.3},\"peer\":null,\"ratio\":null,\"unit\":\"s\"}}",
            warm.seconds
        );
    }
    Ok(())
}

struct Answer {
    seconds: f64,
    optimum: String,
}

impl Answer {
    fn read(line: &str) -> Outcome<Self> {
        let field = |name: &str| {
            let rest = line.split_once(&format!("\"{name}\":"))?.1;
            let value = rest.split([',', '}']).next()?;
            Some(value.trim().trim_matches('"').to_owned())
        };
        let seconds = field("seconds").and_then(|seconds| seconds.parse().ok());
        match (seconds, field("optimum")) {
            (Some(seconds), Some(optimum)) => Ok(Self { seconds, optimum }),
            _ => Err(format!("no answer: {line}")),
        }
    }
}

fn ask(program: &Path, args: &[&str]) -> Outcome<Answer> {
    let mut command = Command::new(program);
    let answer = output(command.current_dir(cargo::root()).args(args))?;
    Answer::read(&answer)
}

fn best(runs: usize, mut solve: impl FnMut() -> Outcome<Answer>) -> Outcome<Answer> {
    let mut best = solve()?;
    for _ in 1..runs {
        let next = solve()?;
        if next.seconds < best.seconds {
            best = next;
        }
    }
    Ok(best)
}

fn report(case: &str, peer: &str, ours: &Answer, theirs: &Answer) -> Outcome {
    if ours.optimum != theirs.optimum {
        return Err(format!(
            "{case}: our optimum {} is not {peer}'s {}",
            ours.optimum, theirs.optimum
        ));
    }
    println!(
        "{{\"bench\":\"solver\",\"case\":\"{case} against {peer}\",\"ours\":{:.3},\"peer\":{:.3},\"ratio\":{:.3},\"unit\":\"s\"}}",
        ours.seconds,
        theirs.seconds,
        ours.seconds / theirs.seconds
    );
    Ok(())
}

/// LEMON's driver, compiled.
fn lemon() -> Outcome<PathBuf> {
    let binary = ortools::work_folder()?.join("lemon");
    let mut compile = Command::new("g++");
    compile.args(["-O3", "-w", "-o"]).arg(&binary);
    compile.arg(cargo::root().join("tests/peers/lemon/main.cpp"));
    cargo::run(&mut compile).map_err(|e| {
        format!("{e}\nthis needs g++ and LEMON's headers: install the packages g++ and liblemon-dev (Debian) and try again")
    })?;
    Ok(binary)
}
