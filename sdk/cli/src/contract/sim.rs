//! Simulates a town of agents on the contracts, in virtual time, and draws what became of it.
use std::path::PathBuf;

use mycel_town::sim::{Day, SimError, Story, simulate};
use serde::Serialize;

use crate::{
    chart::{self, Chart},
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Rows of each chart in a terminal.
const ROWS: usize = 6;

/// Arguments of `mycel contract sim`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// How many members
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(10..=100_000))]
    members: u32,
    /// How many years
    #[arg(long, value_name = "Y", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=50))]
    years: u32,
    /// How many days, instead of years
    #[arg(long, value_name = "N", conflicts_with = "years", value_parser = clap::value_parser!(u32).range(1..=18250))]
    days: Option<u32>,
    /// Of the agents' dice
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The folder of compiled contracts, or `native`: the same code without a virtual machine, faster
    #[arg(long, value_name = "DIR|native")]
    wasm: Option<PathBuf>,
    /// Writes the charts into a file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

#[derive(Serialize)]
struct Simulated {
    members: u32,
    days: u32,
    seed: u64,
    end: Day,
    history: Vec<Day>,
    #[serde(skip)]
    charts: Vec<Chart>,
    #[serde(skip)]
    svg: Option<String>,
}

impl Show for Simulated {
    fn human(&self) -> String {
        let width = usize::from(console::Term::stdout().size().1).clamp(40, 120);
        let mut text = String::new();
        for chart in &self.charts {
            text.push_str(&chart::terminal(chart, width, ROWS));
            text.push('\n');
        }
        let end = &self.end;
        let mut rows = vec![
            ("after", format!("{} days", self.days)),
            ("members", format!("{} of {}", end.members, self.members)),
            ("owned", format!("{:.0} credits", end.owned)),
            ("commons", format!("{:.0} credits", end.commons)),
            (
                "decay",
                format!("{:.4} % a day", f64::from(end.rate_ppb) / 1e7),
            ),
            ("richest 1 %", format!("own {:.1} %", 100.0 * end.top_share)),
            ("written off", format!("{:.0} credits", end.written_off)),
        ];
        rows.extend(self.svg.as_ref().map(|file| ("charts", file.clone())));
        text + &pairs(&rows)
    }
}

fn charts(days: &[Day]) -> Vec<Chart> {
    let line = |of: &dyn Fn(&Day) -> f64| {
        let point = |day: &Day| (f64::from(day.day), of(day));
        days.iter().map(point).collect::<Vec<_>>()
    };
    let across = "days";
    vec![
        Chart::of("what members own, credits", across, line(&|d| d.owned)),
        Chart::of("the commons, credits", across, line(&|d| d.commons)),
        Chart::of(
            "decay, % a day",
            across,
            line(&|d| f64::from(d.rate_ppb) / 1e7),
        ),
        Chart::of(
            "what the richest 1 % own, % of all",
            across,
            line(&|d| 100.0 * d.top_share),
        ),
        Chart::new("payments in ten days", across)
            .with("made", line(&|d| f64::from(d.payments)))
            .with("refused", line(&|d| f64::from(d.refused))),
    ]
}

/// Simulates and shows.
pub fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let days = cmd.days.unwrap_or(365 * cmd.years);
    let native = cmd
        .wasm
        .as_ref()
        .is_some_and(|way| way.as_os_str() == "native");
    let story = Story {
        members: cmd.members,
        days,
        seed: cmd.seed,
        wasm: match cmd.wasm {
            _ if native => None,
            Some(folder) => Some(folder),
            None => Some(crate::up::contracts_beside_binary()),
        },
    };
    let bar = indicatif::ProgressBar::new(days.into());
    if let Ok(style) =
        indicatif::ProgressStyle::with_template("{bar:30} day {pos}/{len}, {eta} left")
    {
        bar.set_style(style);
    }
    let history = simulate(&story, |day| bar.set_position(day.into()));
    bar.finish_and_clear();
    let history = history.map_err(|error| match error {
        SimError::Broken { .. } => Failure::Violated(error.to_string()),
        SimError::Refused { .. } => Failure::Refused(error.to_string()),
        other => Failure::Usage(other.to_string()),
    })?;
    let charts = charts(&history);
    if let Some(path) = &cmd.svg
        && !session.globals().dry_run
    {
        let about = format!(
            "{} members over {days} days, seed {}",
            cmd.members, cmd.seed
        );
        let svg = chart::svg(&about, &charts);
        std::fs::write(path, svg).map_err(|e| Failure::file(path.display(), &e))?;
    }
    session.print(&Simulated {
        members: cmd.members,
        days,
        seed: cmd.seed,
        end: history.last().copied().unwrap_or_default(),
        history,
        charts,
        svg: cmd.svg.map(|path| path.display().to_string()),
    });
    Ok(())
}
