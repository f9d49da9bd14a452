//! `mycel audit`: what the chain claims, recomputed and verified.
mod draw;
mod entries;
mod epoch;
mod record;
mod round;
mod state;
mod supply;
mod verify;

use crate::{exit::Failure, session::Session};

/// Arguments of `mycel audit`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Reads one entry of the state into a bundle that anybody can verify offline
    State(state::Cmd),
    /// Verifies a bundle, without any node
    Verify(verify::Cmd),
    /// Recomputes the sum of all positions from proven state
    Supply(supply::Cmd),
    /// Draws a draw again from proven state
    Draw(draw::Cmd),
    /// Adds up a commons' season again from proven state: its cap, everybody's entitlement, what was harvested
    Epoch(epoch::Cmd),
    /// Divides a round's pool again from proven state
    Round(round::Cmd),
}

/// Reads, verifies or recomputes.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    match cmd.verb {
        Verb::State(cmd) => state::run(cmd, session).await,
        Verb::Verify(cmd) => verify::run(cmd, session),
        Verb::Supply(cmd) => supply::run(cmd, session).await,
        Verb::Draw(cmd) => draw::run(cmd, session).await,
        Verb::Epoch(cmd) => epoch::run(cmd, session).await,
        Verb::Round(cmd) => round::run(cmd, session).await,
    }
}
