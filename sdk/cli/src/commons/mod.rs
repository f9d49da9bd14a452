//! `mycel commons`: what a forest, a fishery, an aquifer yields, to whom, and what its members do about it.
mod advice;
mod claims;
mod here;
mod list;
mod market;
mod mine;
mod monitor;
mod order;
mod people;
mod plot;
mod rights;
mod sealed;
mod show;
mod words;

use mycel_client::network::COMMONS;

use crate::{exit::Failure, session::Session};
use here::Here;

/// Arguments of `mycel commons`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
    /// The contract that keeps commons [default: the network's]
    #[arg(long, global = true, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Lists all commons
    List,
    /// Shows a commons: stock, cap and why it changed; with `--as` what somebody's shares yield and what is left
    Show(show::Cmd),
    /// Shows cap, stock, harvest and price over the seasons, as a table and a plot
    Plot(plot::Cmd),
    /// Lists who is enrolled in a commons
    Members(list::Members),
    #[command(flatten)]
    People(people::Verb),
    #[command(flatten)]
    Rights(rights::Verb),
    #[command(flatten)]
    Claims(claims::Verb),
    #[command(flatten)]
    Market(market::Verb),
    /// Who watches a commons, and what monitors do
    Monitor(monitor::Cmd),
}

/// Runs one verb.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let contract = session.contract(cmd.contract.as_deref(), COMMONS).await?;
    let client = session.client()?;
    let here = Here::new(session, &client, contract);
    let done = match cmd.verb {
        Verb::List => list::run(&here).await,
        Verb::Show(cmd) => show::run(cmd, &here).await,
        Verb::Plot(cmd) => plot::run(cmd, &here).await,
        Verb::Members(cmd) => list::members(cmd, &here).await,
        Verb::People(verb) => people::run(verb, &here).await,
        Verb::Rights(verb) => rights::run(verb, &here).await,
        Verb::Claims(verb) => claims::run(verb, &here).await,
        Verb::Market(verb) => market::run(verb, &here).await,
        Verb::Monitor(cmd) => monitor::run(cmd, &here).await,
    };
    done.map_err(advice::advised)
}
