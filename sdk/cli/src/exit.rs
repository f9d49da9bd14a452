//! How errors become exit codes.
use std::process::ExitCode;

use mycel_client::ClientError;

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

/// An error that knows its exit code.
pub trait Exits: std::error::Error {
    /// The code.
    fn exit(&self) -> Exit;
}

/// Any noun's error.
pub type Failure = Box<dyn Exits>;

impl<E: Exits + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Box::new(error)
    }
}

impl Exits for ClientError {
    fn exit(&self) -> Exit {
        match self {
            Self::Unreachable { .. } | Self::Answer(_) | Self::Pending { .. } => Exit::Unreachable,
            Self::Rpc { .. } | Self::NotYet(_) | Self::Query { .. } | Self::Refused { .. } => {
                Exit::Refused
            }
            Self::Verify(_) | Self::Violated(_) => Exit::Violated,
            Self::Unverifiable(_) => Exit::Unverifiable,
            Self::Key(_) | Self::Amount { .. } | Self::Input(_) => Exit::Usage,
        }
    }
}

/// A part that is not built yet.
#[derive(Debug, thiserror::Error)]
#[error("not yet: {0}")]
pub struct NotYet(pub String);

impl Exits for NotYet {
    fn exit(&self) -> Exit {
        Exit::Refused
    }
}
