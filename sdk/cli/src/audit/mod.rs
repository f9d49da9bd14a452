//! `mycel audit`: what the chain claims, recomputed and verified.
mod record;
mod state;
mod supply;
mod verify;

use mycel_client::ClientError;
use mycel_light::VerifyError;

use crate::{
    exit::{Exit, Exits},
    session::{self, Session},
};

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
}

/// Why an audit failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was asked for cannot be read.
    #[error(
        "invalid path={0:?}; name an entry as `position NAME`, `account NAME`, `mycel/HEX`, `ibc/HEX`, or with `--contract ADDRESS --key HEX`"
    )]
    Path(String),
    /// A file cannot be read or written.
    #[error("file={path}: {story}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        story: String,
    },
    /// A trust that is none.
    #[error("{0}")]
    Trust(VerifyError),
    /// The bundle does not verify.
    #[error("verification failed: {0}")]
    Failed(VerifyError),
    /// The books do not balance.
    #[error(
        "violated at height {height}: {violations}; keep this output and tell the other members"
    )]
    Violated {
        /// In which state.
        height: u64,
        /// What does not hold.
        violations: String,
    },
    /// Nobody by that name.
    #[error(
        "{name} is proven not to be a member of contract={contract}; see `mycel contract query credit '{{\"accounts\":{{}}}}'`"
    )]
    NoMember {
        /// Who was asked for.
        name: String,
        /// Where.
        contract: String,
    },
    /// Names and files.
    #[error(transparent)]
    Session(#[from] session::Error),
    /// The chain.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Exits for Error {
    fn exit(&self) -> Exit {
        match self {
            Self::Path(_) | Self::File { .. } | Self::Trust(_) => Exit::Usage,
            Self::Failed(_) | Self::Violated { .. } => Exit::Violated,
            Self::NoMember { .. } => Exit::Refused,
            Self::Session(error) => error.exit(),
            Self::Client(error) => error.exit(),
        }
    }
}

/// Reads, verifies or recomputes.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Error> {
    match cmd.verb {
        Verb::State(cmd) => state::run(cmd, session).await,
        Verb::Verify(cmd) => verify::run(cmd, session),
        Verb::Supply(cmd) => supply::run(cmd, session).await,
    }
}
