//! Why something about the beacon was refused.

use mycel_kit::error::ErrorKind;
use mycel_kit::key::StateError;

/// A refusal; each text begins with a stable phrase.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum BeaconError {
    #[error("beacon source invalid: {why}")]
    Source { why: &'static str },
    #[error("beacon for development only: commit_reveal is predictable; take chain or drand")]
    DevelopmentOnly,
    #[error("beacon of another source: round={round} comes from {source_name}; {next}")]
    Elsewhere {
        round: u64,
        source_name: &'static str,
        next: &'static str,
    },
    #[error("beacon not awaited: round={round}; no draw and no case waits for it")]
    NotAwaited { round: u64 },
    #[error("beacon known: round={round} has its value already")]
    Known { round: u64 },
    #[error("beacon signature refused: round={round} scheme={scheme} {why}")]
    Signature {
        round: u64,
        scheme: &'static str,
        why: &'static str,
    },
    #[error("beacon out of phase: round={round} {what} from={from} until={until} now={now}")]
    Phase {
        round: u64,
        what: &'static str,
        from: u64,
        until: u64,
        now: u64,
    },
    #[error("beacon commitment: round={round} {why}")]
    Commitment { round: u64, why: &'static str },
    #[error(transparent)]
    State(#[from] StateError),
}

/// All kinds, by number, from 301.
pub const KINDS: [ErrorKind; 8] = [
    kind(301, "beacon source invalid"),
    kind(302, "beacon for development only"),
    kind(303, "beacon of another source"),
    kind(304, "beacon not awaited"),
    kind(305, "beacon known"),
    kind(306, "beacon signature refused"),
    kind(307, "beacon out of phase"),
    kind(308, "beacon commitment"),
];

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}
