//! `mycel contract`: deploys, calls and asks contracts.
mod call;
mod deploy;
mod query;
#[cfg(feature = "node")]
mod sim;

use serde_json::Value;

use crate::{exit::Failure, session::Session};

/// Arguments of `mycel contract`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Stores a Wasm file and creates a contract of it
    Deploy(deploy::Cmd),
    /// Calls a contract
    Call(call::Cmd),
    /// Asks a contract
    Query(query::Cmd),
    /// Simulates a town of agents on the contracts, in virtual time
    #[cfg(feature = "node")]
    Sim(sim::Cmd),
}

/// Deploys, calls or asks.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    match cmd.verb {
        Verb::Deploy(cmd) => deploy::run(cmd, session).await,
        Verb::Call(cmd) => call::run(cmd, session).await,
        Verb::Query(cmd) => query::run(cmd, session).await,
        #[cfg(feature = "node")]
        Verb::Sim(cmd) => sim::run(cmd, session),
    }
}

/// JSON from the command line, or from the file behind `@`.
pub fn read_json(text: &str) -> Result<Value, Failure> {
    let json = match text.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path).map_err(|e| Failure::file(path, &e))?,
        None => text.to_owned(),
    };
    serde_json::from_str(&json).map_err(|e| {
        Failure::Usage(format!(
            "not JSON: {e}; quote it for the shell, or name a file as `@message.json`"
        ))
    })
}
