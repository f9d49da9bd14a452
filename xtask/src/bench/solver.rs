//! Our solver, OR-Tools and LEMON on the same instances in one run.
//!
//! The competitors take turns, round after round, so that whatever else the machine does hits all of them alike; of
//! each the round with the least time counts. Compared are CPU seconds (user and system, of the solver alone, by the
//! process' own clock): wall time, which each also tells, grows with the machine's load and goes to stderr. An
//! optimum that differs from ours is an error.
use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Outcome, cargo,
    peers::{ortools, wasmd::output},
};

/// Instances, and rounds. OR-Tools and LEMON take minutes on the last.
const CASES: &[(&str, usize)] = &[("sarafu", 7), ("ng100k", 3), ("geo100k", 1)];
const WARM_ROUNDS: usize = 3;
const CHANGED_PAIRS: &str = "100";

/// All cases; with `--quick` without geo100k, with `--rounds N` in so many rounds each.
pub fn run(rest: &[String]) -> Outcome {
    let asked = Asked::read(rest)?;
    let ours = ortools::ours()?;
    let lemon = lemon()?;
    for &(case, rounds) in CASES {
        if asked.quick && case == "geo100k" {
            continue;
        }
        let file = ortools::instance(&ours, case)?;
        let path = file.display().to_string();
        let google = || {
            let answers = ortools::theirs(std::slice::from_ref(&file))?;
            Answer::read(answers.lines().last().unwrap_or_default())
        };
        let of_lemon = |method: &str| ask(&lemon, &[method, &path]);
        let competitors: [Competitor<'_>; 4] = [
            ("ours", &|| ask(&ours, &["solve", case])),
            ("OR-Tools", &google),
            ("LEMON simplex", &|| of_lemon("simplex")),
            ("LEMON scaling", &|| of_lemon("scaling")),
        ];
        let best = in_turns(case, asked.rounds.unwrap_or(rounds), &competitors)?;
        for ((peer, _), theirs) in competitors.iter().zip(&best).skip(1) {
            report(case, peer, &best[0], theirs)?;
        }
    }
    if !asked.quick {
        let case = format!("geo100k, {CHANGED_PAIRS} pairs changed, warm");
        let ours: [Competitor<'_>; 1] =
            [("ours", &|| ask(&ours, &["warm", "geo100k", CHANGED_PAIRS]))];
        let warm = in_turns(&case, asked.rounds.unwrap_or(WARM_ROUNDS), &ours)?;
        println!(
            "{{\"bench\":\"solver\",\"case\":\"{case}\",\"ours\":{:.3},\"peer\":null,\"ratio\":null,\"unit\":\"CPU s\"}}",
            warm[0].seconds
        );
    }
    Ok(())
}

/// Who solves, and how.
type Competitor<'a> = (&'a str, &'a dyn Fn() -> Outcome<Answer>);

/// What the command line asks for.
struct Asked {
    quick: bool,
    rounds: Option<usize>,
}

impl Asked {
    fn read(rest: &[String]) -> Outcome<Self> {
        let mut asked = Self {
            quick: false,
            rounds: None,
        };
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => asked.quick = true,
                "--rounds" => {
                    let rounds = words.next().and_then(|n| n.parse().ok()).filter(|&n| n > 0);
                    asked.rounds = Some(rounds.ok_or("--rounds takes a number above 0")?);
                }
                other => {
                    return Err(format!(
                        "unknown option `{other}`; there are: --quick, --rounds N"
                    ));
                }
            }
        }
        Ok(asked)
    }
}

struct Answer {
    seconds: f64,
    wall: f64,
    optimum: String,
}

impl Answer {
    fn read(line: &str) -> Outcome<Self> {
        let field = |name: &str| {
            let rest = line.split_once(&format!("\"{name}\":"))?.1;
            let value = rest.split([',', '}']).next()?;
            Some(value.trim().trim_matches('"').to_owned())
        };
        let number = |name| field(name).and_then(|number| number.parse().ok());
        match (number("seconds"), number("wall"), field("optimum")) {
            (Some(seconds), Some(wall), Some(optimum)) => Ok(Self {
                seconds,
                wall,
                optimum,
            }),
            _ => Err(format!("no answer: {line}")),
        }
    }
}

fn ask(program: &Path, args: &[&str]) -> Outcome<Answer> {
    let mut command = Command::new(program);
    let answer = output(command.current_dir(cargo::root()).args(args))?;
    Answer::read(&answer)
}

/// The best answer of each competitor.
fn in_turns(case: &str, rounds: usize, competitors: &[Competitor<'_>]) -> Outcome<Vec<Answer>> {
    let mut best: Vec<Option<Answer>> = competitors.iter().map(|_| None).collect();
    for round in 1..=rounds {
        for ((name, solve), best) in competitors.iter().zip(&mut best) {
            let answer = solve()?;
            eprintln!(
                "{case} round {round}/{rounds} {name}: {:.3} s CPU, {:.3} s wall",
                answer.seconds, answer.wall
            );
            if best.as_ref().is_none_or(|b| answer.seconds < b.seconds) {
                *best = Some(answer);
            }
        }
    }
    Ok(best.into_iter().flatten().collect())
}

fn report(case: &str, peer: &str, ours: &Answer, theirs: &Answer) -> Outcome {
    if ours.optimum != theirs.optimum {
        return Err(format!(
            "{case}: our optimum {} is not {peer}'s {}",
            ours.optimum, theirs.optimum
        ));
    }
    println!(
        "{{\"bench\":\"solver\",\"case\":\"{case} against {peer}\",\"ours\":{:.3},\"peer\":{:.3},\"ratio\":{:.3},\"unit\":\"CPU s\"}}",
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
