//! `mycel trust`: deals and sealed ratings, what they add up to, and proofs that say no more than they must.
mod action;
mod advice;
mod deals;
mod desk;
mod fold;
mod gates;
mod me;
mod quiet;
mod rate;
mod rekey;
mod roll;
mod show;
mod status;
mod third;
mod words;

use mycel_client::network::TRUST;

use crate::{exit::Failure, session::Session};
use desk::Desk;

/// Arguments of `mycel trust`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
    /// The trust contract [default: the network's]
    #[arg(long, global = true, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Opens a deal with somebody: whoever accepts it, and you, can rate one another
    Open(deals::Open),
    /// Accepts a deal, after checking that what is sealed under it can be opened
    Accept(deals::Which),
    /// Takes a deal back that nobody has accepted
    Cancel(deals::Which),
    /// Rates the other side of a deal: promises first, opens when both have
    Rate(rate::Rate),
    /// Disputes a rating of oneself before a jury, which gets to see it
    Dispute(rate::Dispute),
    /// Shows what one's own mailbox says: ratings, sums, deals, what waits
    Status(status::Cmd),
    /// Adds what came to what was added before, now and not at the day's moment
    Fold(fold::Cmd),
    /// Lists gates: what they ask for, of whom, and how many could pass
    Gates(gates::Cmd),
    /// Shows a proof at a gate; without a name through a relay
    Show(show::Cmd),
    /// Proves to somebody else that one meets thresholds, in a file
    Prove(third::Prove),
    /// Verifies such a file, without any node
    Verify(third::Verify),
    /// Takes another identity, or with `--viewing` another key for later deals
    Rekey(rekey::Rekey),
    /// Finds what one's mailbox adds up to again, from the key and the chain alone
    Recover(rekey::Recover),
}

/// Runs one verb.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let contract = cmd.contract;
    if let Verb::Verify(cmd) = cmd.verb {
        return third::verify(&cmd, contract.as_deref(), session);
    }
    let contract = session.contract(contract.as_deref(), TRUST).await?;
    let desk = Desk::new(session, session.client()?, contract);
    let done = match cmd.verb {
        Verb::Open(cmd) => deals::open(cmd, &desk).await,
        Verb::Accept(which) => deals::accept(which, &desk).await,
        Verb::Cancel(which) => deals::cancel(which, &desk).await,
        Verb::Rate(cmd) => rate::rate(cmd, &desk).await,
        Verb::Dispute(cmd) => rate::dispute(cmd, &desk).await,
        Verb::Status(cmd) => status::run(cmd, &desk).await,
        Verb::Fold(cmd) => fold::run(cmd, &desk).await,
        Verb::Gates(cmd) => gates::run(cmd, &desk).await,
        Verb::Show(cmd) => show::run(cmd, &desk).await,
        Verb::Prove(cmd) => third::prove(cmd, &desk).await,
        Verb::Verify(_) => Ok(()),
        Verb::Rekey(cmd) => rekey::rekey(cmd, &desk).await,
        Verb::Recover(cmd) => rekey::recover(cmd, &desk).await,
    };
    done.map_err(advice::advised)
}
