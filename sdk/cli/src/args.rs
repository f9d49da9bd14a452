//! The whole command line.
use std::{path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

#[cfg(feature = "node")]
use crate::up;
use crate::{
    advice::advised,
    audit, clear, commons, contract, draw,
    exit::{Exit, Failure},
    fund, history, keys, later, member, node,
    output::Format,
    pay, position, request,
    session::Session,
    solve, statement, trust, vote, zk,
};

/// Runs a community's own economy: a node, a wallet, a developer's and an auditor's tools in one.
#[derive(Debug, Parser)]
#[command(
    name = "mycel",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    noun: Noun,
}

/// Options that every command understands.
#[derive(Clone, Debug, Args)]
pub struct Globals {
    /// Keys and the network that commands talk to [default: MYCEL_HOME, else ~/.mycel]; for `node`, the node's folder
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help_heading = "Options everywhere"
    )]
    pub home: Option<PathBuf>,
    /// The node to talk to [default: MYCEL_NODE, else the network of the home, else http://127.0.0.1:26657]
    #[arg(
        long,
        visible_alias = "rpc",
        global = true,
        value_name = "URL",
        help_heading = "Options everywhere"
    )]
    pub node: Option<String>,
    /// What is trusted: a validator set's hash, or height:hash of a block [default: the home's network]
    #[arg(
        long,
        global = true,
        value_name = "TRUST",
        help_heading = "Options everywhere"
    )]
    pub trust: Option<String>,
    /// How results are shown
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = "Options everywhere"
    )]
    pub output: Format,
    /// Do not ask before writing to the chain
    #[arg(long, short = 'y', global = true, help_heading = "Options everywhere")]
    pub yes: bool,
    /// Never ask anything: fail instead
    #[arg(long, global = true, help_heading = "Options everywhere")]
    pub no_input: bool,
    /// Simulate, and say in words what would change
    #[arg(long, global = true, help_heading = "Options everywhere")]
    pub dry_run: bool,
    /// Make a file to sign elsewhere
    #[arg(long, global = true, help_heading = "Options everywhere")]
    pub offline: bool,
    /// A file whose first line is the passphrase of the keys
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Options everywhere"
    )]
    pub passphrase_file: Option<PathBuf>,
    /// The passphrase of the keys
    #[arg(long, global = true, hide = true)]
    pub passphrase: Option<String>,
}

impl Globals {
    /// Takes what no option says from the environment. Not clap's own way: to it a variable that is set is an argument
    /// that was given, so that `mycel vote` would get an error in place of help.
    fn complete(&mut self) {
        let said = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let text = |name: &str| said(name).and_then(|value| value.into_string().ok());
        self.home = self
            .home
            .take()
            .or_else(|| said("MYCEL_HOME").map(Into::into));
        self.node = self.node.take().or_else(|| text("MYCEL_NODE"));
        self.passphrase = self.passphrase.take().or_else(|| text("MYCEL_PASSPHRASE"));
    }
}

#[derive(Debug, Subcommand)]
enum Noun {
    /// Starts a local network with a town that trades
    #[cfg(feature = "node")]
    Up(up::Cmd),
    /// Runs a node, or asks one where it stands
    Node(node::Cmd),
    /// Keys in the home directory
    Keys(keys::Cmd),
    /// Who belongs: invites, joins, vouches, leaves
    Member(member::Cmd),
    /// Pays credits
    Pay(pay::Cmd),
    /// Asks for payments and answers those who ask
    Request(request::Cmd),
    /// Shows a member's position, verified
    Position(position::Cmd),
    /// Shows a member's payments
    History(history::Cmd),
    /// Shows what happened to a member's account, by periods of 30 days
    Statement(statement::Cmd),
    /// What members owe each other, and rounds that set it off in circles
    Clear(clear::Cmd),
    /// Proposals, votes and delegation
    Vote(vote::Cmd),
    /// Forests, fisheries, aquifers: what they yield, to whom, and their market
    Commons(commons::Cmd),
    /// Public goods: rounds that match what many give, the commons dividend, the innovation register
    Fund(fund::Cmd),
    /// Panels drawn by lot, juries, and the randomness behind both
    Draw(draw::Cmd),
    /// Sealed ratings between members, and proofs of what they add up to
    Trust(trust::Cmd),
    /// The circuits behind trust, their keys, and ceremonies that make keys
    Zk(zk::Cmd),
    /// Deploys, calls and asks contracts
    Contract(contract::Cmd),
    /// Recomputes and verifies what the chain claims
    Audit(audit::Cmd),
    /// Clears debts, allocates and assigns, with a certificate that anyone can check
    Solve(solve::Cmd),
}

impl Cli {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let Self { globals, noun } = self;
        if matches!(globals.output, Format::Jsonl | Format::Csv) {
            return Err(Failure::NotYet("--output jsonl|csv".into()));
        }
        if globals.offline {
            return Err(Failure::NotYet("offline signing".into()));
        }
        let open = || Session::open(globals.clone());
        match noun {
            #[cfg(feature = "node")]
            Noun::Up(cmd) => up::run(cmd, &globals),
            Noun::Node(cmd) => node::run(cmd, &globals),
            Noun::Keys(cmd) => keys::run(cmd, &open()?),
            Noun::Pay(cmd) => {
                let session = open()?;
                session.block_on(pay::run(cmd, &session))
            }
            Noun::Member(cmd) => {
                let session = open()?;
                session.block_on(member::run(cmd, &session))
            }
            Noun::Request(cmd) => {
                let session = open()?;
                session.block_on(request::run(cmd, &session))
            }
            Noun::Clear(cmd) => {
                let session = open()?;
                session.block_on(clear::run(cmd, &session))
            }
            Noun::Vote(cmd) => {
                let session = open()?;
                session.block_on(vote::run(cmd, &session)).map_err(advised)
            }
            Noun::Commons(cmd) => {
                let session = open()?;
                session.block_on(commons::run(cmd, &session))
            }
            Noun::Fund(cmd) => {
                let session = open()?;
                session.block_on(fund::run(cmd, &session))
            }
            Noun::Draw(cmd) => {
                let session = open()?;
                session.block_on(draw::run(cmd, &session)).map_err(advised)
            }
            Noun::Trust(cmd) => {
                let session = open()?;
                session.block_on(trust::run(cmd, &session))
            }
            Noun::Zk(cmd) => zk::run(cmd, &open()?),
            Noun::Statement(cmd) => {
                let session = open()?;
                session.block_on(statement::run(cmd, &session))
            }
            Noun::Position(cmd) => {
                let session = open()?;
                session.block_on(position::run(cmd, &session))
            }
            Noun::History(cmd) => {
                let session = open()?;
                session.block_on(history::run(cmd, &session))
            }
            Noun::Contract(cmd) => {
                let session = open()?;
                session.block_on(contract::run(cmd, &session))
            }
            Noun::Solve(cmd) => solve::run(cmd, globals.output),
            Noun::Audit(cmd) => {
                let session = open()?;
                session.block_on(audit::run(cmd, &session))
            }
        }
    }
}

/// Why a command line leads to no command: help, a mistake, or something that is not built yet.
pub enum Stop {
    /// Help, version or a usage error, as clap words it.
    Clap(clap::Error),
    /// A known name of a later version.
    Later(String),
}

impl Stop {
    /// Says so and gives the exit code: 0 for help, 2 for a mistake, 1 for what is not built yet.
    pub fn finish(self) -> ExitCode {
        match self {
            Self::Clap(error) => {
                // help goes to stdout, mistakes to stderr; if neither can be written there is nobody to tell
                let _ = error.print();
                if error.use_stderr() {
                    Exit::Usage.into()
                } else {
                    ExitCode::SUCCESS
                }
            }
            Self::Later(name) => {
                eprintln!("error: {}", Failure::NotYet(name));
                Exit::Refused.into()
            }
        }
    }
}

/// Reads the process's command line.
pub fn parse() -> Result<Cli, Stop> {
    let matches = later::announce(Cli::command())
        .try_get_matches()
        .map_err(Stop::Clap)?;
    if let Some(name) = later::asked(&matches) {
        return Err(Stop::Later(name));
    }
    let mut cli = Cli::from_arg_matches(&matches).map_err(Stop::Clap)?;
    cli.globals.complete();
    Ok(cli)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        later::announce(Cli::command()).debug_assert();
    }
}
