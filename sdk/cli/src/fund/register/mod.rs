//! `mycel fund register`: innovations, what is owed of them, who built them, what restricts them.
mod acts;
mod show;

use std::path::PathBuf;

use mycel_client::funding::words;
use mycel_kit::{Id, roles::Electorate};

use super::{Desk, projects::digest};
use crate::exit::Failure;

pub use show::{Refused, refused};

/// Arguments of `mycel fund register`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Lists entries, or what is overdue
    List(show::List),
    /// Shows an entry: whose it is, from when it is everybody's, what is owed, who built it
    Show {
        /// The entry's number
        entry: u64,
    },
    /// Registers an innovation
    Add(acts::Add),
    /// Gives a proprietary entry to everybody now
    Release(acts::One),
    /// Tells what a proprietary entry brought in, and says what is owed of it
    ReportRevenue(acts::Revenue),
    /// Pays dues to the commons
    PayDues(acts::Pay),
    /// Pays restoration that a jury found owed
    PayRestoration(acts::Restore),
    /// Reports that one built a published design; its author is rewarded
    Built(acts::Built),
    /// Takes what an entry has earned by others building it
    Reward(acts::One),
    /// Asks a jury for restoration of a harm to a commons
    Harm(acts::Harm),
    /// Asks a jury what a technology does inside a boundary
    Review(acts::Review),
    /// Shows a case or a payment
    Matter {
        /// Its number
        matter: u64,
    },
    /// Moves a case or a payment on, as far as it is due
    Advance(acts::Matter),
}

/// What shows something.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Evidence {
    /// SHA-256 of what shows it, in hex
    #[arg(long, value_name = "HEX")]
    evidence: Option<String>,
    /// The file that shows it; the chain keeps its SHA-256
    #[arg(long, value_name = "FILE")]
    evidence_file: Option<PathBuf>,
}

impl Evidence {
    fn read(&self) -> Result<String, Failure> {
        let read = digest(self.evidence.as_deref(), self.evidence_file.as_ref())?;
        read.ok_or_else(|| Failure::Usage("add `--evidence HEX` or `--evidence-file FILE`".into()))
    }
}

/// A technology as the register names it.
pub fn technology(text: &str) -> Result<String, String> {
    words::technology(text).ok_or_else(|| {
        "write `entry/7`, or a word of at most 64 letters a-z, digits and `-`, as `deep-trawling`".into()
    })
}

/// `all`, `commons/7` or `7`.
pub fn boundary(text: &str) -> Result<Electorate, String> {
    let number = text.strip_prefix("commons/").unwrap_or(text);
    match (text, number.parse::<u64>()) {
        ("all", _) => Ok(Electorate::All),
        (_, Ok(number)) if number > 0 => Ok(Electorate::Commons(Id(number))),
        _ => Err("write `all` or `commons/7`".into()),
    }
}

/// Where something is refused.
fn boundary_words(boundary: &Electorate) -> String {
    match boundary {
        Electorate::Commons(number) => format!("in commons {number}"),
        _ => "in the whole community".into(),
    }
}

/// Runs one verb.
pub async fn run(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    match cmd.verb {
        Verb::List(cmd) => show::list(cmd, desk).await,
        Verb::Show { entry } => show::entry(entry, desk).await,
        Verb::Add(cmd) => acts::add(cmd, desk).await,
        Verb::Release(cmd) => acts::release(cmd, desk).await,
        Verb::ReportRevenue(cmd) => acts::revenue(cmd, desk).await,
        Verb::PayDues(cmd) => acts::pay(cmd, desk).await,
        Verb::PayRestoration(cmd) => acts::restore(cmd, desk).await,
        Verb::Built(cmd) => acts::built(cmd, desk).await,
        Verb::Reward(cmd) => acts::reward(cmd, desk).await,
        Verb::Harm(cmd) => acts::harm(cmd, desk).await,
        Verb::Review(cmd) => acts::review(cmd, desk).await,
        Verb::Matter { matter } => show::matter(matter, desk).await,
        Verb::Advance(cmd) => acts::advance(cmd, desk).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_and_technologies_read_as_they_are_written() {
        assert_eq!(boundary("all"), Ok(Electorate::All));
        assert_eq!(boundary("commons/7"), Ok(Electorate::Commons(Id(7))));
        assert_eq!(boundary("7"), Ok(Electorate::Commons(Id(7))));
        for wrong in ["", "some", "commons/0", "commons/x"] {
            assert!(
                boundary(wrong).unwrap_err().contains("commons/7"),
                "{wrong}"
            );
        }
        assert_eq!(technology("Deep Trawling").unwrap(), "deep-trawling");
        assert!(technology("?").unwrap_err().contains("entry/7"));
        assert!(boundary_words(&Electorate::All).contains("whole community"));
    }
}
