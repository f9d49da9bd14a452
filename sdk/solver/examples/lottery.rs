//! Our side of the comparison with other tools that draw lots (`cargo xtask peers sortition`, `cargo xtask bench lottery`).
//!
//! ```text
//! lottery solve POOL.csv QUOTAS.csv K     {"seconds": CPU, "wall", figures} on stdout
//! lottery made N TYPES K DIR              writes DIR/pool.csv and DIR/quotas.csv: N persons of so many types
//! ```
use std::{error::Error, fs, path::Path, time::Instant};

use mycel_solver::{
    generate::Random,
    lottery::{Options, csv, solve},
    unwatched,
};
use serde_json::json;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["solve", pool, quotas, k] => figures(pool, quotas, k.parse()?),
        ["made", n, types, k, folder] => {
            made(n.parse()?, types.parse()?, k.parse()?, folder.as_ref())
        }
        _ => Err("usage: lottery solve|made …; see the head of the file".into()),
    }
}

fn figures(pool: &str, quotas: &str, k: u32) -> Outcome {
    let (pool, quotas) = (fs::read_to_string(pool)?, fs::read_to_string(quotas)?);
    let (wall, cpu) = (Instant::now(), cpu()?);
    let file = csv::read_pool(&pool, csv::read_quotas(&quotas)?, k)?;
    let pool = file.pool()?;
    let solved = solve(&pool, &Options::default(), &unwatched)?;
    let (cpu, wall) = (self::cpu()? - cpu, wall.elapsed().as_secs_f64());
    let mut chances: Vec<f64> = (solved.chances.iter().zip(&pool.counts))
        .flat_map(|(&chance, &count)| std::iter::repeat_n(chance, count as usize))
        .collect();
    chances.sort_by(f64::total_cmp);
    let (n, sum) = (chances.len() as f64, chances.iter().sum::<f64>());
    let ranked = (1..).zip(&chances);
    let gini: f64 = ranked
        .map(|(i, chance)| (2.0 * f64::from(i) - n - 1.0) * chance)
        .sum();
    let mean = chances.iter().map(|chance| chance.ln()).sum::<f64>() / n;
    println!(
        "{}",
        json!({
            "seconds": cpu, "wall": wall, "persons": chances.len(), "types": pool.counts.len(),
            "min": chances.first(), "max": chances.last(), "gini": gini / (n * sum), "geometric_mean": mean.exp(),
            "least": solved.least, "bound": solved.bound, "gap": solved.gap, "off": solved.off,
            "tolerance": solved.tolerance.map(|tolerance| tolerance.panels()),
            "levels": solved.lottery.levels.len(),
            "settled": solved.verdict.as_ref().map(|verdict| verdict.rank.settled),
            "pair_term": solved.verdict.as_ref().map(|verdict| verdict.rank.pair_term.to_string()),
            "panels": solved.lottery.panels.len(),
        })
    );
    Ok(())
}

/// CPU seconds of this process.
fn cpu() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/schedstat")?;
    let nanos: f64 = stat
        .split_whitespace()
        .next()
        .ok_or("no figures")?
        .parse()?;
    Ok(nanos / 1e9)
}

/// A town whose types have different sizes: one feature, whose quotas want each type in nearly equal numbers.
fn made(n: u32, types: u32, k: u32, folder: &Path) -> Outcome {
    let mut random = Random::new(u64::from(n));
    let mut pool = String::from("kind\n");
    for _ in 0..n {
        let kind = random
            .below(u64::from(types))
            .max(random.below(u64::from(types)));
        pool.push_str(&format!("v{kind}\n"));
    }
    let mut quotas = String::from("feature,value,min,max\n");
    for kind in 0..types {
        quotas.push_str(&format!(
            "kind,v{kind},{},{}\n",
            k / types - 1,
            k / types + 2
        ));
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("pool.csv"), pool)?;
    fs::write(folder.join("quotas.csv"), quotas)?;
    Ok(())
}
