//! Every refusal, its number and its phrase.

use mycel_kit::error::{ErrorKind, find_kind};
use mycel_kit::key::StateError;
use mycel_kit::pages::PageError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{NotDecided, Unauthorized};

use crate::beacon;
use crate::beacon::BeaconError;
use crate::draws::{self, DrawError};
use crate::juries::{self, JuryError};

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
    #[error("text refused: {what} bytes={bytes} most={most}; not empty, no control characters")]
    Text {
        what: &'static str,
        bytes: usize,
        most: usize,
    },
    #[error("invalid address: address={address}")]
    InvalidAddress { address: String },
    #[error("client refused: name={name}; names and addresses differ, no name has a slash")]
    Client { name: String },
    #[error("reference: ref={reference} {why}")]
    Reference {
        why: &'static str,
        reference: String,
    },
    #[error("development only: {what}")]
    DevelopmentOnly { what: &'static str },
    #[error("coins refused: this contract keeps lots, not coins")]
    CoinsRefused,
    #[error("nothing to do: {task}")]
    NothingToDo { task: String },
    #[error(transparent)]
    Draw(#[from] DrawError),
    #[error(transparent)]
    Jury(#[from] JuryError),
    #[error(transparent)]
    Beacon(#[from] BeaconError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Page(#[from] PageError),
    #[error("answer unreadable: {0}")]
    Answer(String),
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// Kinds that all parts share, by number; draws have theirs from 101, juries from
/// 201, the beacon from 301.
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
    kind(9, "text refused"),
    kind(10, "invalid address"),
    kind(11, "client refused"),
    kind(12, "reference:"),
    kind(13, "development only"),
    kind(14, "coins refused"),
    kind(15, "state missing"),
    kind(16, "state unreadable"),
    kind(17, "no such record"),
    kind(18, "answer unreadable"),
    kind(19, "nothing to do"),
];

/// The tables of all parts.
#[must_use]
pub fn kinds() -> [&'static [ErrorKind]; 4] {
    [
        KINDS,
        &draws::error::KINDS,
        &juries::error::KINDS,
        &beacon::error::KINDS,
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
