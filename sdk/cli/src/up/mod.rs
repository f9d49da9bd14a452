//! `mycel up`: a local network, all contracts, a town that trades.
mod run;

use std::path::PathBuf;

use mycel_town::Plan;
use mycel_types::AccountAddress;

use crate::{args::Globals, exit::Failure};

/// Seats of a generated town's assembly.
const SEATS: usize = 8;

/// Which engine decides blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum EngineKind {
    /// Embedded, no other software.
    #[default]
    Malachite,
    /// Beside a CometBFT node (not yet).
    Cometbft,
}

/// Arguments of `mycel up`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The folder with the compiled contracts
    #[arg(long, value_name = "DIR")]
    contracts: Option<PathBuf>,
    /// Replays a file of transfers, a line `from to amount` each, instead of a generated town
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Accounts whose transfers are left out
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    skip: Vec<u32>,
    /// A file of debts, a line `debtor creditor amount` each: genesis holds them with those who owe, confirmed
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "obligations", "payments", "members"])]
    debts: Option<PathBuf>,
    /// How many debts of the town's trade become obligations and are cleared [default: 60; with --data none]
    #[arg(long, value_name = "N")]
    obligations: Option<usize>,
    /// At most so many payments
    #[arg(long, value_name = "N")]
    payments: Option<usize>,
    /// Seats of the assembly that is drawn by lot and recommends, before the town decides [default: 8; with --data,
    /// --debts or --days-per-second none]
    #[arg(long, value_name = "N")]
    seats: Option<usize>,
    /// Whether members live of a forest for two seasons and have a round of funding, which takes two minutes [default:
    /// yes; with --data, --debts, --days-per-second or --seats 0 no]
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set)]
    forest: Option<bool>,
    /// What each member gets, in credits
    #[arg(long, value_name = "CREDITS", default_value_t = 1000)]
    starter: u64,
    /// How far below zero each member may fall, in credits
    #[arg(long, value_name = "CREDITS", default_value_t = 1000)]
    limit: u64,
    /// At least so many milliseconds between two payments
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    pace: Option<u64>,
    /// Ends with figures on stdout instead of staying up
    #[arg(long)]
    exit: bool,
    /// Days that pass for contracts in each second
    #[arg(long, value_name = "N", default_value_t = 0)]
    days_per_second: u64,
    /// Members of the generated town
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    members: u32,
    /// How many validators
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    validators: u16,
    /// Each validator in a process of its own
    #[arg(long)]
    processes: bool,
    /// Which engine decides blocks
    #[arg(long, value_enum, default_value_t)]
    engine: EngineKind,
    /// Where the network lives [default: a new folder that is removed at the end]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Seed of the generated town
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// An address that exists from genesis on; can be repeated
    #[arg(long, value_name = "ADDRESS")]
    account: Vec<AccountAddress>,
}

/// Starts the network and stays up, or ends with figures.
pub fn run(cmd: Cmd, _globals: &Globals) -> Result<(), Failure> {
    if cmd.engine == EngineKind::Cometbft {
        return Err(Failure::NotYet("--engine cometbft".into()));
    }
    // a folder of its own is removed when this value is dropped
    let temporary = match cmd.dir {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(run::system)?),
    };
    let own = temporary.as_ref().map(|dir| dir.path().join("network"));
    let alike = cmd.data.is_none() && cmd.debts.is_none() && cmd.days_per_second == 0;
    let plan = Plan {
        seats: cmd.seats.unwrap_or(if alike { SEATS } else { 0 }),
        shares: cmd.forest.unwrap_or(alike && cmd.seats != Some(0)),
        contracts: cmd.contracts.unwrap_or_else(contracts_beside_binary),
        dir: cmd.dir.or(own).unwrap_or_default(),
        processes: cmd.processes.then(own_binary),
        validators: cmd.validators.into(),
        members: cmd.members,
        seed: cmd.seed,
        data: cmd.data,
        skip: cmd.skip.into_iter().collect(),
        payments: cmd.payments,
        debts: cmd.debts,
        obligations: cmd.obligations,
        starter: cmd.starter,
        limit: cmd.limit,
        days_per_second: cmd.days_per_second,
        pace_ms: cmd.pace,
        exit: cmd.exit,
        accounts: cmd.account,
    };
    run::run(plan)
}

fn own_binary() -> PathBuf {
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("mycel"))
}

/// `target/debug/mycel` finds `target/contracts`.
pub fn contracts_beside_binary() -> PathBuf {
    let binary = own_binary();
    let target = binary.parent().and_then(std::path::Path::parent);
    target.map_or_else(
        || PathBuf::from("target/contracts"),
        |dir| dir.join("contracts"),
    )
}
