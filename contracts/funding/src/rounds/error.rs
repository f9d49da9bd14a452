//! What rounds refuse.

use mycel_kit::error::ErrorKind;

/// Why a round refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum RoundError {
    #[error("no such round: round={round}")]
    UnknownRound { round: u64 },
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// Kinds, by number.
pub const KINDS: [ErrorKind; 1] = [kind(101, "no such round")];
