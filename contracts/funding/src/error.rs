//! Every refusal, its number and its phrase.

use mycel_kit::error::{ErrorKind, find_kind};
use mycel_kit::key::StateError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{NotDecided, Unauthorized};

use crate::dividend::{self, DividendError};
use crate::register::{self, RegisterError};
use crate::rounds::{self, RoundError};

/// Why a message or query was refused. The text begins with a stable phrase;
/// [`ContractError::code`] gives its number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("not yet: {what}")]
    NotYet { what: &'static str },
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error(transparent)]
    NotDecided(#[from] NotDecided),
    #[error("out of bounds: {what}={value} least={least} most={most}")]
    OutOfBounds {
        what: &'static str,
        value: u64,
        least: u64,
        most: u64,
    },
    #[error("too many items: {what}={count} most={most}")]
    TooMany {
        what: &'static str,
        count: usize,
        most: usize,
    },
    #[error("text too long: {what} bytes={bytes} most={most}")]
    TooLong {
        what: &'static str,
        bytes: usize,
        most: usize,
    },
    #[error("control character: {what}")]
    ControlCharacter { what: &'static str },
    #[error("not hexadecimal: {what} needs 32 bytes in lower case")]
    NotHex { what: &'static str },
    #[error("missing: {what}")]
    Missing { what: &'static str },
    #[error("given twice: {what}={id}")]
    Twice { what: &'static str, id: String },
    #[error("invalid address: address={address}")]
    InvalidAddress { address: String },
    #[error(
        "unreadable hold: {why}; msg is one of contribute, sponsor, dividend, dues, restoration, rewards"
    )]
    HoldMsg { why: String },
    #[error("development only: {what}")]
    DevelopmentOnly { what: &'static str },
    #[error("coins refused: this contract divides credits, not coins")]
    CoinsRefused,
    #[error("nothing to do: {task}")]
    NothingToDo { task: String },
    #[error("too little work: limit={limit} needs={needs}; advance with that limit")]
    TooLittleWork { limit: u32, needs: u32 },
    #[error("sum out of bounds: {what}; nothing was changed, tell the maintainers")]
    Overflow { what: &'static str },
    #[error("answer unreadable: {0}")]
    Answer(String),
    #[error(transparent)]
    State(#[from] StateError),
    // ---- rounds
    #[error(transparent)]
    Round(#[from] RoundError),
    // ---- rules

    // ---- dividend
    #[error(transparent)]
    Dividend(#[from] DividendError),
    // ---- register
    #[error(transparent)]
    Register(#[from] RegisterError),
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// Kinds that all parts share, by number; rounds have theirs from 101, rules
/// from 201, the dividend from 301, the register from 401.
/// A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(1, "unauthorized"),
    kind(2, "not yet"),
    kind(3, "no peer"),
    kind(4, "peer did not answer"),
    kind(5, "decision insufficient"),
    kind(6, "decision of another electorate"),
    kind(7, "out of bounds"),
    kind(8, "too many items"),
    kind(9, "text too long"),
    kind(10, "control character"),
    kind(11, "not hexadecimal"),
    kind(12, "missing"),
    kind(13, "given twice"),
    kind(14, "invalid address"),
    kind(15, "unreadable hold"),
    kind(16, "development only"),
    kind(17, "coins refused"),
    kind(18, "nothing to do"),
    kind(19, "too little work"),
    kind(20, "sum out of bounds"),
    kind(21, "answer unreadable"),
    kind(22, "state missing"),
    kind(23, "state unreadable"),
];

/// The tables of all parts.
#[must_use]
pub fn kinds() -> Vec<&'static [ErrorKind]> {
    vec![
        KINDS,
        // ---- rounds
        &rounds::error::KINDS,
        // ---- rules

        // ---- dividend
        dividend::error::KINDS,
        // ---- register
        register::error::KINDS,
    ]
}

impl ContractError {
    /// The stable number of this kind of error.
    #[must_use]
    pub fn code(&self) -> u32 {
        let text = self.to_string();
        kinds()
            .iter()
            .filter_map(|kinds| find_kind(kinds, &text))
            .find(|kind| text.starts_with(kind.phrase))
            .map_or(0, |kind| kind.code)
    }
}
