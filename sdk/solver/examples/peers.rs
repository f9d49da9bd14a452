//! Our side of the comparison with other solvers (`cargo xtask peers ortools`, `cargo xtask bench solver`).
//!
//! ```text
//! peers numbered COUNT MOST DIR     writes instances 0..COUNT of up to MOST nodes as DIR/SEED.min
//! peers large NAME FILE             writes sarafu, ng100k or geo100k as DIMACS
//! peers solve NAME                  solves it; {"seconds": CPU, "wall", "optimum"} on stdout
//! peers warm NAME PAIRS             solves it, changes so many pairs of supplies, solves again; seconds of the second
//! peers record ANSWERS MOST OUT     compares a peer's answers, lines {"case", "optimum"}, and writes the recording
//! ```
use std::{collections::BTreeMap, error::Error, fs, path::Path, time::Instant};

use mycel_solver::{
    NetworkSimplex, Options, Problem, Solution, clear,
    file::{debts::Debts, dimacs},
    generate::{self, Random},
    solve, unwatched,
};
use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["numbered", count, most, folder] => numbered(count.parse()?, most.parse()?, folder),
        ["large", name, file] => Ok(fs::write(file, dimacs::write(&large(name)?))?),
        ["solve", name] => timed(name),
        ["warm", name, pairs] => warm(name, pairs.parse()?),
        ["record", answers, most, out] => record(answers, most.parse()?, out),
        _ => {
            Err("usage: peers numbered|large|solve|warm|record …; see the head of the file".into())
        }
    }
}

fn numbered(count: u64, most: usize, folder: &str) -> Outcome {
    fs::create_dir_all(folder)?;
    for seed in 0..count {
        let (_, problem) = generate::numbered(seed, most);
        let file = Path::new(folder).join(format!("{seed}.min"));
        fs::write(file, dimacs::write(&problem))?;
    }
    Ok(())
}

fn sarafu() -> Outcome<Debts> {
    let folder = std::env::var("MYCEL_DATA").unwrap_or_else(|_| "../shared/data".into());
    let path = Path::new(&folder).join("sarafu/debt.csv");
    let text = fs::read_to_string(&path)
        .map_err(|e| format!("{}: {e}; set MYCEL_DATA to the data folder", path.display()))?;
    Ok(Debts::read(&text)?)
}

fn large(name: &str) -> Outcome<Problem> {
    match name {
        "sarafu" => Ok(generate::leftover(&sarafu()?)?),
        _ => generate::large(name).ok_or_else(|| format!("no instance={name}").into()),
    }
}

/// What a solver takes.
struct Clock {
    cpu: f64,
    wall: Instant,
}

impl Clock {
    fn start() -> Outcome<Self> {
        Ok(Self {
            cpu: cpu()?,
            wall: Instant::now(),
        })
    }

    /// Tells what has passed since, and what was found.
    fn tell(self, optimum: impl FnOnce() -> Outcome<i128>) -> Outcome {
        let (seconds, wall) = (cpu()? - self.cpu, self.wall.elapsed().as_secs_f64());
        let optimum = optimum()?.to_string();
        println!(
            "{}",
            json!({"seconds": seconds, "wall": wall, "optimum": optimum})
        );
        Ok(())
    }
}

/// Seconds that this process has been on a processor.
fn cpu() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: u64 = stat.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds as f64 / 1e9)
}

fn timed(name: &str) -> Outcome {
    if name == "sarafu" {
        let debts = sarafu()?;
        let nodes = debts.names.len();
        let clock = Clock::start()?;
        let solution = clear(nodes, &debts.edges, &Options::default(), &unwatched)?;
        return clock.tell(|| {
            let problem = Problem::new(vec![0; nodes], debts.edges)?;
            // what is left, as the peers count
            let total: i128 = problem.edges().iter().map(|e| i128::from(e.capacity)).sum();
            Ok(total + proven(&problem, &solution)?)
        });
    }
    let problem = large(name)?;
    let clock = Clock::start()?;
    let solution = solve(&problem, &Options::default(), &unwatched)?;
    clock.tell(|| proven(&problem, &solution))
}

/// The optimum, if the contracts' verifier says so, too.
fn proven(problem: &Problem, solution: &Solution) -> Outcome<i128> {
    let verdict = solution.verify(problem)?;
    verdict.optimal()?;
    Ok(verdict.primal)
}

fn warm(name: &str, pairs: usize) -> Outcome {
    let problem = large(name)?;
    let mut simplex = NetworkSimplex::new(&problem);
    simplex.solve(&unwatched);
    let mut random = Random::new(7);
    let mut supplies = problem.supplies().to_vec();
    for _ in 0..pairs {
        let amount = random.between(0, 200);
        supplies[random.node(problem.nodes()) as usize] += amount;
        supplies[random.node(problem.nodes()) as usize] -= amount;
    }
    let problem = Problem::new(supplies, problem.edges().to_vec())?;
    let clock = Clock::start()?;
    simplex.change(&problem)?;
    simplex.solve(&unwatched);
    let solution = Solution {
        flow: simplex.flow(),
        potentials: simplex.potentials(),
    };
    clock.tell(|| proven(&problem, &solution))
}

/// A peer's optimum by case; none where it says that the instance is infeasible.
fn record(answers: &str, most: usize, out: &str) -> Outcome {
    let mut versions = Value::Null;
    let (mut numbered, mut large_ones) = (BTreeMap::new(), BTreeMap::new());
    for line in fs::read_to_string(answers)?.lines() {
        let answer: Value = serde_json::from_str(line)?;
        if let Some(found) = answer.get("versions") {
            versions = found.clone();
            continue;
        }
        let case = answer["case"].as_str().ok_or("an answer without a case")?;
        let theirs = answer["optimum"].clone();
        let problem = match case.parse::<u64>() {
            Ok(seed) => generate::numbered(seed, most).1,
            Err(_) => large(case)?,
        };
        let ours = match solve(&problem, &Options::default(), &unwatched) {
            Ok(solution) => {
                solution.verify(&problem)?.optimal()?;
                Value::String(solution.cost(&problem).to_string())
            }
            Err(mycel_solver::Error::Infeasible(_)) => Value::Null,
            Err(other) => return Err(other.into()),
        };
        if ours != theirs {
            return Err(format!("case={case}: ours={ours} theirs={theirs}").into());
        }
        let entry = json!([generate::fingerprint(&dimacs::write(&problem)), theirs]);
        match case.parse::<u64>() {
            Ok(seed) => numbered.insert(seed, entry).is_none(),
            Err(_) => large_ones.insert(case.to_owned(), entry).is_none(),
        };
    }
    // what takes minutes is not asked for every time: it stands while solver and instance are the same
    let old: Value = fs::read_to_string(out)
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default();
    if old["versions"] == versions {
        for (case, entry) in old["large"].as_object().into_iter().flatten() {
            if large_ones.contains_key(case) {
                continue;
            }
            if entry[0] == generate::fingerprint(&dimacs::write(&large(case)?)) {
                eprintln!("{case}: kept as recorded");
                large_ones.insert(case.clone(), entry.clone());
            }
        }
    }
    eprintln!(
        "equal: {} numbered, {} large",
        numbered.len(),
        large_ones.len()
    );
    // one instance a line, so that a difference can be read
    let lines: Vec<String> = numbered
        .iter()
        .map(|(seed, entry)| format!("  \"{seed}\": {entry}"))
        .collect();
    let text = format!(
        "{{\n \"versions\": {versions},\n \"most_nodes\": {most},\n \"large\": {},\n \"numbered\": {{\n{}\n }}\n}}\n",
        json!(large_ones),
        lines.join(",\n")
    );
    Ok(fs::write(out, text)?)
}
