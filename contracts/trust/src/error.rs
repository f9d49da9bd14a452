//! Every refusal, its number and its phrase.

use mycel_kit::error::{ErrorKind, find_kind};
use mycel_kit::key::StateError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{NotDecided, Unauthorized};

use crate::deals::{self, DealError};
use crate::gates::{self, GateError};
use crate::keys::{self, KeysError};
use crate::mailbox::{self, MailboxError};
use crate::tree::{self, TreeError};

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
    #[error("text refused: {what} is one line of 1 to {most} bytes")]
    Text { what: &'static str, most: usize },
    #[error("not 32 bytes: {what}")]
    NotBytes { what: &'static str },
    #[error("not canonical: {what} must be below the field's order")]
    NotCanonical { what: &'static str },
    #[error("missing: {what}")]
    Missing { what: &'static str },
    #[error("given twice: {what}={id}")]
    Twice { what: &'static str, id: String },
    #[error("invalid address: address={address}")]
    InvalidAddress { address: String },
    #[error("development only: {what}")]
    DevelopmentOnly { what: &'static str },
    #[error("coins refused: this contract keeps no coins")]
    CoinsRefused,
    #[error("nothing to do: {task}")]
    NothingToDo { task: String },
    #[error("too little work: limit={limit} needs={needs}; advance with that limit")]
    TooLittleWork { limit: u32, needs: u32 },
    #[error(
        "proof refused: circuit={circuit}; it does not hold for what this contract knows and the message means"
    )]
    Proof { circuit: &'static str },
    #[error("chain did not answer: {why}")]
    Chain { why: String },
    #[error("verifying key refused: circuit={circuit} {why}")]
    VerifyingKey {
        circuit: &'static str,
        why: &'static str,
    },
    #[error("answer unreadable: {0}")]
    Answer(String),
    #[error(transparent)]
    State(#[from] StateError),
    // ---- tree
    #[error(transparent)]
    Tree(#[from] TreeError),
    // ---- mailbox
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    // ---- keys
    #[error(transparent)]
    Keys(#[from] KeysError),
    // ---- deals
    #[error(transparent)]
    Deal(#[from] DealError),
    // ---- gates
    #[error(transparent)]
    Gate(#[from] GateError),
}

pub(crate) const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// Kinds that all parts share, by number; the tree has its own from 101, the
/// mailbox from 201, keys from 301, deals from 401, gates from 501. A number is
/// never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(1, "unauthorized"),
    kind(2, "not yet"),
    kind(3, "no peer"),
    kind(4, "peer did not answer"),
    kind(5, "decision insufficient"),
    kind(6, "decision of another electorate"),
    kind(7, "out of bounds"),
    kind(8, "too many items"),
    kind(9, "text refused"),
    kind(10, "not 32 bytes"),
    kind(11, "not canonical"),
    kind(12, "missing"),
    kind(13, "given twice"),
    kind(14, "invalid address"),
    kind(15, "development only"),
    kind(16, "coins refused"),
    kind(17, "nothing to do"),
    kind(18, "too little work"),
    kind(19, "proof refused"),
    kind(20, "chain did not answer"),
    kind(21, "verifying key refused"),
    kind(22, "answer unreadable"),
    kind(23, "state missing"),
    kind(24, "state unreadable"),
];

/// The tables of all parts.
#[must_use]
pub fn kinds() -> Vec<&'static [ErrorKind]> {
    vec![
        KINDS,
        tree::error::KINDS,
        mailbox::error::KINDS,
        keys::error::KINDS,
        // ---- deals
        deals::error::KINDS,
        // ---- gates
        gates::error::KINDS,
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
