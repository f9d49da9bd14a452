//! What can go wrong: while the state is read ([`StateFault`]), and when the database is opened ([`StoreError`]).
use mycel_types::Halt;

/// Why the state gave no answer. Never part of a transaction's result, except that [`Self::Invalid`] may be the
/// caller's fault and is then for the caller to word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateFault {
    /// A dependency under parallel execution: run again.
    #[error("retry")]
    Retry,
    /// Somebody called it off.
    #[error("cancelled")]
    Cancelled,
    /// The request is none that the state can serve: an empty key or value, a height outside the window, a child of
    /// another parent. Deterministic where it concerns keys and values.
    #[error("invalid: {0}")]
    Invalid(String),
    /// The database failed or its content contradicts itself: the node must stop.
    #[error("corrupt: {0}")]
    Corrupt(String),
}

impl StateFault {
    pub(crate) fn damaged(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(format!("{what}; {REPAIR}"))
    }
}

impl From<StateFault> for Halt {
    fn from(fault: StateFault) -> Self {
        match fault {
            StateFault::Cancelled => Self::Cancelled,
            other => Self::Store(other.to_string()),
        }
    }
}

/// What a person can do about a damaged database.
pub(crate) const REPAIR: &str =
    "state.redb is damaged: restore the data directory from a snapshot or run `mycel node sync`";

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Its content contradicts itself.
    #[error("{reason}; {REPAIR}")]
    Damaged {
        /// What was found.
        reason: String,
    },
    /// Written by another version of this software, or not by it at all.
    #[error(
        "state.redb has format={found}, this binary reads format={expected}: start the binary that wrote it, or an empty data directory and `mycel node sync`"
    )]
    Format {
        /// What the file says.
        found: String,
        /// What is understood here.
        expected: &'static str,
    },
    /// Another process has it open.
    #[error(
        "state.redb is in use by another process: stop the node that runs on this data directory first"
    )]
    Busy,
    /// The file system refused.
    #[error("state.redb cannot be opened path={path}: {reason}")]
    Io {
        /// Where.
        path: String,
        /// The story.
        reason: String,
    },
}
