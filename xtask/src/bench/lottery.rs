//! Our lotteries and those of sortition-algorithms on the same pools in one run.
//!
//! As in `bench solver` the competitors take turns, CPU seconds count, and the least of several rounds. Theirs are the
//! seconds of its leximin alone, without reading files or Python's start; ours take in everything from the text of the
//! files to panels, levels and their check.
use crate::{
    Outcome,
    peers::sortition::{self, Case},
};

/// Rounds of ours; theirs take one.
const ROUNDS: usize = 5;
/// Seconds that they have on the town of 2,000, with `--long`.
const LIMIT: u32 = 1_200;

/// What each pool may take us, in CPU seconds.
struct Goal {
    case: Case,
    most: f64,
    /// Whether they are asked, too.
    peer: bool,
}

/// The published pools and a town of 2,000; with `--long` they are asked about that, too.
pub fn run(rest: &[String]) -> Outcome {
    let long = match rest {
        [] => false,
        [word] if word == "--long" => true,
        _ => return Err(format!("unknown options {rest:?}; there is: --long")),
    };
    let ours = sortition::ours()?;
    let mut goals: Vec<Goal> = sortition::published()?
        .into_iter()
        .map(|case| Goal {
            case,
            most: 1.0,
            peer: true,
        })
        .collect();
    goals.push(Goal {
        case: sortition::made(&ours, "2,000 persons of 3 types", "2000", "3", "100")?,
        most: 0.05,
        peer: long,
    });
    for Goal { case, most, peer } in goals {
        let mut best = f64::INFINITY;
        let mut answer = String::new();
        for round in 1..=ROUNDS {
            answer = sortition::answer(&ours, &case)?;
            let seconds = number(&answer, "seconds")?;
            eprintln!(
                "{} round {round}/{ROUNDS} ours: {seconds:.3} s CPU, {:.3} s wall",
                case.name,
                number(&answer, "wall")?
            );
            best = best.min(seconds);
        }
        if number(&answer, "tolerance")? > 2.0 || number(&answer, "gap")? > 1e-6 {
            return Err(format!(
                "{}: not proven as near as it should be: {answer}",
                case.name
            ));
        }
        let theirs = if peer {
            match sortition::theirs(&case, Some(LIMIT)) {
                Ok(theirs) => {
                    // where one of its programs has no solution to the last digit it lowers all chances by 10^-4, once
                    // or often, as its order of work in this run has it: below ours it may be, above our bound never
                    let (least, bound) = (number(&theirs, "min")?, number(&answer, "bound")?);
                    if least > bound + 1e-6 || number(&answer, "min")? < least - 1e-6 {
                        return Err(format!("{}: figures differ: {answer} {theirs}", case.name));
                    }
                    eprintln!("{} theirs: {theirs}", case.name);
                    Some(number(&theirs, "seconds")?)
                }
                Err(why) if long => {
                    eprintln!("{} theirs: nothing within {LIMIT} s: {why}", case.name);
                    None
                }
                Err(why) => return Err(why),
            }
        } else {
            None
        };
        let or_null =
            |value: Option<f64>| value.map_or("null".into(), |value| format!("{value:.4}"));
        println!(
            "{{\"bench\":\"lottery\",\"case\":\"{}\",\"ours\":{best:.4},\"peer\":{},\"ratio\":{},\"unit\":\"CPU s\"}}",
            case.name,
            or_null(theirs),
            or_null(theirs.map(|theirs| best / theirs))
        );
        if best > most {
            return Err(format!(
                "{}: {best:.3} s CPU where {most} s are allowed",
                case.name
            ));
        }
    }
    Ok(())
}

fn number(line: &str, name: &str) -> Outcome<f64> {
    let found = line
        .split_once(&format!("\"{name}\":"))
        .and_then(|(_, rest)| rest.split([',', '}']).next()?.trim().parse().ok());
    found.ok_or_else(|| format!("no {name}: {line}"))
}
