//! How commands fail: one type for all nouns, and the exit code that each failure leaves with.
use std::process::ExitCode;

use mycel_ceremony::CeremonyError;
use mycel_client::{ClientError, trust::TrustError};
use mycel_light::VerifyError;

use crate::keys::store::KeyError;

/// What a failed command leaves with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The chain said no, or a part is not built yet.
    Refused = 1,
    /// The command line, a file or a key is wrong.
    Usage = 2,
    /// No node answers.
    Unreachable = 3,
    /// Something that was checked does not hold.
    Violated = 4,
    /// Nothing is known to be wrong, and nothing can be shown.
    Unverifiable = 5,
    /// The chain needs another binary.
    #[allow(dead_code, reason = "only commands that run a node end so")]
    Upgrade = 10,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A part that is not built yet.
    #[error("not yet: {0}")]
    NotYet(String),
    /// The chain, or what is proven of it, says no.
    #[error("{0}")]
    Refused(String),
    /// The command line cannot mean anything.
    #[error("{0}")]
    Usage(String),
    /// What was checked does not hold.
    #[error("{0}")]
    Violated(String),
    /// Nothing can be shown; the result was printed, marked as unverified.
    #[error("cannot be verified: {0}")]
    Unverified(String),
    /// A file cannot be read or written.
    #[error("file={path}: {story}")]
    File {
        /// Which.
        path: String,
        /// What the system said.
        story: String,
    },
    /// Bundles and trusts.
    #[error("verification failed: {0}")]
    Verify(VerifyError),
    /// Keys.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The chain.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The chain, with the command that helps.
    #[error("{error}; {next}")]
    Advised {
        /// What it said.
        error: ClientError,
        /// The next step.
        next: String,
    },
    /// Trust: mailboxes, proofs.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A ceremony.
    #[error(transparent)]
    Ceremony(#[from] CeremonyError),
    /// A node that was to run here.
    #[cfg(feature = "node")]
    #[error(transparent)]
    Node(#[from] mycel_node::NodeError),
    /// A town that was to run here.
    #[cfg(feature = "node")]
    #[error(transparent)]
    Town(#[from] mycel_town::TownError),
}

impl Failure {
    /// A file and what the system says about it.
    pub fn file(path: impl std::fmt::Display, story: &dyn std::fmt::Display) -> Self {
        Self::File {
            path: path.to_string(),
            story: story.to_string(),
        }
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::NotYet(_) | Self::Refused(_) => Exit::Refused,
            Self::Usage(_) | Self::File { .. } | Self::Key(_) => Exit::Usage,
            Self::Violated(_) | Self::Verify(_) => Exit::Violated,
            Self::Unverified(_) => Exit::Unverifiable,
            Self::Client(error) | Self::Advised { error, .. } => of_client(error),
            Self::Trust(error) => of_trust(error),
            Self::Ceremony(CeremonyError::Flaw(_)) => Exit::Violated,
            Self::Ceremony(_) => Exit::Usage,
            #[cfg(feature = "node")]
            Self::Node(error) => of_node(error),
            #[cfg(feature = "node")]
            Self::Town(error) => of_town(error),
        }
    }
}

fn of_client(error: &ClientError) -> Exit {
    match error {
        ClientError::Unreachable { .. } | ClientError::Answer(_) | ClientError::Pending { .. } => {
            Exit::Unreachable
        }
        ClientError::Rpc { .. }
        | ClientError::NotYet(_)
        | ClientError::Query { .. }
        | ClientError::Foreseen { .. }
        | ClientError::Displaced { .. }
        | ClientError::Refused { .. } => Exit::Refused,
        ClientError::Verify(_) | ClientError::Violated(_) => Exit::Violated,
        ClientError::Unverifiable(_) => Exit::Unverifiable,
        ClientError::Key(_) | ClientError::Amount { .. } | ClientError::Input(_) => Exit::Usage,
    }
}

fn of_trust(error: &TrustError) -> Exit {
    match error {
        TrustError::Client(error) => of_client(error),
        TrustError::Violated(_) | TrustError::Root { .. } => Exit::Violated,
        TrustError::File(_) => Exit::Usage,
        TrustError::Mailbox(_)
        | TrustError::Foreign
        | TrustError::Sealed { .. }
        | TrustError::Lost { .. }
        | TrustError::Unfolded { .. }
        | TrustError::Nothing
        | TrustError::Below(_)
        | TrustError::Prover(_)
        | TrustError::Relay(_) => Exit::Refused,
    }
}

#[cfg(feature = "node")]
fn of_node(error: &mycel_node::NodeError) -> Exit {
    use mycel_node::NodeError;
    use mycel_types::Halt;
    match error {
        NodeError::Halt(Halt::Upgrade { .. }) => Exit::Upgrade,
        NodeError::Halt(Halt::Diverged(_)) => Exit::Violated,
        _ => Exit::Usage,
    }
}

#[cfg(feature = "node")]
fn of_town(error: &mycel_town::TownError) -> Exit {
    use mycel_town::{NetworkError, TownError};
    match error {
        TownError::Client(error) => of_client(error),
        TownError::Network(NetworkError::Disagree { .. }) => Exit::Violated,
        TownError::Network(NetworkError::NoBlock(_)) => Exit::Unreachable,
        TownError::Network(_) | TownError::Replay(_) => Exit::Refused,
        _ => Exit::Usage,
    }
}
