//! A lottery whose chances are as equal as the quotas allow.
use std::path::PathBuf;

use mycel_kit::lottery::{Fraction, LotteryError as Refused};
use mycel_solver::lottery::{
    LotteryError, Options, Solved, clash, csv,
    file::{self, LotteryFile, PoolFile},
    solve,
};
use serde::Serialize;

use super::{json, spinner};
use crate::{
    exit::Failure,
    output::{Format, Show, pairs},
};

/// Longest files that are read, in bytes.
const MAX_BYTES: u64 = 1 << 30;

/// Arguments of `mycel solve lottery`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Volunteers, a row each, with a column for every feature (CSV)
    #[arg(long, value_name = "FILE", requires_all = ["quotas", "size"], required_unless_present = "json")]
    pool: Option<PathBuf>,
    /// Quotas: feature, value, and columns min and max (CSV)
    #[arg(long, value_name = "FILE", requires = "pool")]
    quotas: Option<PathBuf>,
    /// Seats
    #[arg(long, value_name = "K", requires = "pool")]
    size: Option<u32>,
    /// Volunteers, quotas and seats in one, as `mycel draw pool` writes them
    #[arg(long, value_name = "FILE", conflicts_with = "pool")]
    json: Option<PathBuf>,
    /// Where the lottery goes [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Twice the panels, as draws ask for after nobody came close enough in time
    #[arg(long)]
    doubled: bool,
}

#[derive(Serialize)]
struct Summary {
    persons: usize,
    types: usize,
    panels: usize,
    levels: usize,
    settled: u32,
    min: f64,
    bound: f64,
    gap_before_rounding: f64,
    tolerance_panels: u8,
    pair_term: String,
}

impl Show for Summary {
    fn human(&self) -> String {
        let Summary {
            persons,
            types,
            panels,
            levels,
            settled,
            ..
        } = self;
        pairs(&[
            ("volunteers", format!("{persons} of {types} types")),
            ("panels", panels.to_string()),
            (
                "least chance",
                format!("{:.6}; at most {:.6} is possible", self.min, self.bound),
            ),
            (
                "before rounding",
                format!("within {:.1e} of the best", self.gap_before_rounding),
            ),
            (
                "proven equal",
                format!("{settled} of {persons} in {levels} levels"),
            ),
            ("tolerance", format!("{}/{panels}", self.tolerance_panels)),
            ("pair term", self.pair_term.clone()),
        ])
    }
}

/// Reads, solves, verifies and writes.
pub fn run(cmd: &Cmd, output: Format) -> Result<(), Failure> {
    let (path, pool) = read(cmd)?;
    let instance = pool.pool().map_err(|e| Failure::file(path.display(), &e))?;
    let bar = spinner();
    let options = Options {
        doubled: cmd.doubled,
    };
    let solved = solve(&instance, &options, &|steps| bar.inc(steps));
    bar.finish_and_clear();
    let solved = solved.map_err(|error| match error {
        LotteryError::Pool(Refused::Short(_)) | LotteryError::NoChances => {
            let story = match clash(&instance) {
                Ok(Some(clash)) => clash.story(&pool),
                _ => error.to_string(),
            };
            Failure::Refused(story)
        }
        LotteryError::Pool(error) => Failure::file(path.display(), &error),
        other => Failure::Refused(other.to_string()),
    })?;
    write(cmd, pool, &solved, output)
}

fn read(cmd: &Cmd) -> Result<(&PathBuf, PoolFile), Failure> {
    if let Some(path) = &cmd.json {
        let pool = file::read_pool(&bytes(path)?).map_err(|e| Failure::file(path.display(), &e))?;
        return Ok((path, pool));
    }
    let (Some(path), Some(quotas), Some(size)) = (&cmd.pool, &cmd.quotas, cmd.size) else {
        return Err(Failure::Usage(
            "a lottery needs --pool, --quotas and --size, or --json".into(),
        ));
    };
    let text = |path: &PathBuf| {
        String::from_utf8(bytes(path)?).map_err(|e| Failure::file(path.display(), &e))
    };
    let rows = csv::read_quotas(&text(quotas)?).map_err(|e| Failure::file(quotas.display(), &e))?;
    let pool = csv::read_pool(&text(path)?, rows, size);
    Ok((path, pool.map_err(|e| Failure::file(path.display(), &e))?))
}

fn bytes(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    let story = |e: std::io::Error| Failure::file(path.display(), &e);
    if std::fs::metadata(path).map_err(story)?.len() > MAX_BYTES {
        let long = format!("longer than bytes={MAX_BYTES}");
        return Err(Failure::file(path.display(), &long));
    }
    std::fs::read(path).map_err(story)
}

/// For readers: the check takes no floats.
fn ratio(fraction: Fraction) -> f64 {
    fraction.numerator as f64 / fraction.denominator as f64
}

fn write(cmd: &Cmd, pool: PoolFile, solved: &Solved, output: Format) -> Result<(), Failure> {
    let Some((verdict, tolerance)) = solved.verdict.as_ref().zip(solved.tolerance) else {
        return Err(Failure::Refused(format!(
            "the panels found do not come close enough: least={:.6} bound={:.6}; quotas over several features may \
             allow chances on paper that no panels reach: widen one by 1, or use --doubled",
            solved.least, solved.bound
        )));
    };
    let bounds: Vec<f64> = verdict.held.iter().map(|held| ratio(held.bound)).collect();
    let lottery = LotteryFile::new(pool, &solved.lottery, &bounds, ratio(verdict.least));
    let text = json(&lottery)?;
    let Some(path) = &cmd.out else {
        output.print(&super::Certificate(text));
        return Ok(());
    };
    std::fs::write(path, text).map_err(|e| Failure::file(path.display(), &e))?;
    let types = &lottery.pool.types;
    output.print(&Summary {
        persons: types.iter().map(|kind| kind.members.len()).sum(),
        types: types.len(),
        panels: lottery.panels.len(),
        levels: lottery.levels.len(),
        settled: verdict.rank.settled,
        min: solved.least,
        bound: solved.bound,
        gap_before_rounding: solved.gap,
        tolerance_panels: tolerance.panels(),
        pair_term: verdict.rank.pair_term.to_string(),
    });
    Ok(())
}
