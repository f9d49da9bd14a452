//! `mycel node`: runs a node, or asks one where it stands.
#[cfg(feature = "node")]
mod start;
mod status;

use crate::{args::Globals, exit::Failure, session::Session};

/// Arguments of `mycel node`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Runs the node of a folder (`--home DIR`) until it is stopped
    #[cfg(feature = "node")]
    Start,
    /// Asks a node (`--rpc URL`) where it stands
    Status,
}

/// Runs or asks.
pub fn run(cmd: Cmd, globals: &Globals) -> Result<(), Failure> {
    match cmd.verb {
        #[cfg(feature = "node")]
        Verb::Start => start::run(globals),
        Verb::Status => {
            let session = Session::open(globals.clone())?;
            session.block_on(status::run(&session))
        }
    }
}
