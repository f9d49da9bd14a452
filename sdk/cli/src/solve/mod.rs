//! `mycel solve`: finds what the contracts verify, from a file, without a node.
//!
//! With `--out` the certificate goes to that file and a summary to stdout; without, the certificate itself is the
//! result. Whatever is written has passed the verifier that the contracts use.
mod allocation;
mod assignment;
mod clearing;
mod lottery;
mod stable;

use std::{io::Read, path::PathBuf, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use mycel_solver::{Method, Options, file::FileError};
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Format, Show},
};

/// The longest file that is read.
const MAX_BYTES: u64 = 1 << 32;

/// Arguments of `mycel solve`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Sets off as much debt as circles of obligations allow
    Clearing(clearing::Cmd),
    /// Finds a flow of least cost (DIMACS min, JSON or borsh)
    Allocation(allocation::Cmd),
    /// Matches each row to a column at the least cost (DIMACS asn)
    Assignment(assignment::Cmd),
    /// Matches two sides by their ranks so that no two would rather have each other (`p stable`)
    Stable(stable::Cmd),
    /// Draws up panels within quotas so that every volunteer's chance is as equal as they allow
    Lottery(lottery::Cmd),
}

/// Where an instance comes from and a certificate goes.
#[derive(Debug, clap::Args)]
struct Files {
    /// The instance
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Where the certificate goes; a name that ends in .borsh gets its binary form [default: stdout, as JSON]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How a flow is found.
#[derive(Debug, clap::Args)]
struct How {
    /// Threads for parts that do not depend on each other; the result is the same for any number [default: all]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// The method
    #[arg(long, value_enum, default_value_t, value_name = "METHOD")]
    method: By,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum By {
    /// By the instance's shape
    #[default]
    Auto,
    /// Network simplex
    Simplex,
    /// Cost scaling
    Scaling,
}

impl How {
    fn options(&self) -> Options {
        Options {
            method: match self.method {
                By::Auto => Method::Auto,
                By::Simplex => Method::Simplex,
                By::Scaling => Method::Scaling,
            },
            threads: self.threads.unwrap_or_else(|| {
                std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
            }),
        }
    }
}

/// Solves.
pub fn run(cmd: Cmd, output: Format) -> Result<(), Failure> {
    match cmd.verb {
        Verb::Clearing(cmd) => clearing::run(&cmd, output),
        Verb::Allocation(cmd) => allocation::run(&cmd, output),
        Verb::Assignment(cmd) => assignment::run(&cmd, output),
        Verb::Stable(cmd) => stable::run(&cmd, output),
        Verb::Lottery(cmd) => lottery::run(&cmd, output),
    }
}

impl Files {
    fn read(&self) -> Result<Vec<u8>, Failure> {
        let story = |e: std::io::Error| Failure::file(self.data.display(), &e);
        let mut bytes = Vec::new();
        std::fs::File::open(&self.data)
            .map_err(story)?
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(story)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(Failure::file(
                self.data.display(),
                &format!("longer than bytes={MAX_BYTES}"),
            ));
        }
        Ok(bytes)
    }

    fn text(&self) -> Result<String, Failure> {
        String::from_utf8(self.read()?).map_err(|e| Failure::file(self.data.display(), &e))
    }

    fn bad(&self, error: &FileError) -> Failure {
        Failure::file(self.data.display(), error)
    }

    fn wants_borsh(&self) -> bool {
        self.out
            .as_ref()
            .is_some_and(|path| path.extension().is_some_and(|end| end == "borsh"))
    }

    /// Puts the certificate where it belongs, and shows the summary unless the certificate is the result.
    fn write(
        &self,
        certificate: &impl Serialize,
        binary: impl FnOnce() -> Vec<u8>,
        summary: &impl Show,
        output: Format,
    ) -> Result<(), Failure> {
        let Some(path) = &self.out else {
            output.print(&Certificate(json(certificate)?));
            return Ok(());
        };
        let bytes = if self.wants_borsh() {
            binary()
        } else {
            json(certificate)?.into_bytes()
        };
        std::fs::write(path, bytes).map_err(|e| Failure::file(path.display(), &e))?;
        output.print(summary);
        Ok(())
    }
}

fn json(certificate: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(certificate).map_err(|e| Failure::file("certificate", &e))
}

/// A certificate that is the result: the same text for people and programs.
struct Certificate(String);

impl Serialize for Certificate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: serde_json::Value =
            serde_json::from_str(&self.0).map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

impl Show for Certificate {
    fn human(&self) -> String {
        self.0.clone()
    }
}

/// A sign of life on stderr, with the steps made so far.
fn spinner() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} steps, {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// An instance that has no solution is refused; one that is wrong is a wrong file.
fn refused(error: &mycel_solver::Error) -> Failure {
    match error {
        mycel_solver::Error::Infeasible(_) => Failure::Refused(error.to_string()),
        other => Failure::Usage(other.to_string()),
    }
}

/// What a solver says of its own work is not enough.
fn verify(
    problem: &mycel_solver::Problem,
    solution: &mycel_solver::Solution,
) -> Result<(), Failure> {
    use mycel_kit::flow::{MAX_EDGES, MAX_NODES};
    let on_chain =
        problem.nodes() <= MAX_NODES as usize && problem.edges().len() <= MAX_EDGES as usize;
    if on_chain && problem.greatest_cost() <= mycel_kit::flow::MAX_COST {
        solution
            .verify(problem)
            .and_then(|verdict| verdict.optimal())
            .map_err(|e| {
                Failure::Violated(format!(
                    "the solver's own result is refused: {e}; please report it with the instance"
                ))
            })
    } else if solution.gap(problem) == 0 {
        eprintln!("note: larger than what contracts take; checked by the solver only");
        Ok(())
    } else {
        Err(Failure::Violated(
            "the solver's own result is not optimal; please report it with the instance".into(),
        ))
    }
}
