//! Every refusal, its number and its phrase.

use mycel_kit::error::{ErrorKind, find_kind};
use mycel_kit::key::StateError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::Unauthorized;

/// Why a message or query was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("development only: this contract stands in for an assembly and for juries")]
    DevelopmentOnly,
    #[error("coins refused: this contract keeps no coins")]
    CoinsRefused,
    #[error("unknown case: case={case}")]
    UnknownCase { case: u64 },
    #[error("case closed: case={case} status={status}")]
    CaseClosed { case: u64, status: &'static str },
    #[error("no party: person={person}")]
    NoParty { person: u64 },
    #[error("out of bounds: {what}={value} least={least} most={most}")]
    OutOfBounds {
        what: &'static str,
        value: u64,
        least: u64,
        most: u64,
    },
    #[error("already drawn: ref={reference}")]
    AlreadyDrawn { reference: String },
    #[error("not JSON: action")]
    NotJson,
    #[error("unknown gate: gate={gate}")]
    UnknownGate { gate: u64 },
    #[error("nullifier spent: nf={nf}")]
    Spent { nf: String },
    #[error("invalid address: address={address}")]
    InvalidAddress { address: String },
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("answer unreadable: {0}")]
    Answer(String),
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(1, "unauthorized"),
    kind(2, "development only"),
    kind(3, "coins refused"),
    kind(4, "unknown case"),
    kind(5, "case closed"),
    kind(6, "no party"),
    kind(7, "out of bounds"),
    kind(8, "already drawn"),
    kind(9, "not JSON"),
    kind(10, "invalid address"),
    kind(11, "no peer"),
    kind(12, "peer did not answer"),
    kind(13, "state missing"),
    kind(14, "state unreadable"),
    kind(15, "answer unreadable"),
    kind(16, "unknown gate"),
    kind(17, "nullifier spent"),
];

impl ContractError {
    /// The stable number of this kind of error.
    #[must_use]
    pub fn code(&self) -> u32 {
        find_kind(KINDS, &self.to_string()).map_or(0, |kind| kind.code)
    }
}
