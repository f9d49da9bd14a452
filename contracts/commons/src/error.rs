//! Every refusal, its number and its phrase. Each part's own are in its folder.

use mycel_kit::error::{ErrorKind, find_kind};
use mycel_kit::key::StateError;
use mycel_kit::pages::PageError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{NotDecided, Unauthorized};

use crate::cap::{self, CapError};
use crate::market::{self, MarketError};
use crate::monitors::{self, MonitorError};
use crate::order::{self, OrderError};
use crate::regeneration::{self, RegenerationError};
use crate::registry::{self, RegistryError};
use crate::rights::{self, RightsError};

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
        value: u128,
        least: u128,
        most: u128,
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
    #[error("hash refused: {what} bytes={bytes}; a SHA-256 has 32")]
    Hash { what: &'static str, bytes: usize },
    #[error("invalid address: address={address}")]
    InvalidAddress { address: String },
    #[error("members missing: without members nobody is known")]
    MembersMissing,
    #[error("development only: {what}")]
    DevelopmentOnly { what: &'static str },
    #[error("coins refused: this contract keeps rights, not coins")]
    CoinsRefused,
    #[error("hold message unreadable: {why}")]
    HoldMessage { why: String },
    #[error("unknown case: case={case}")]
    UnknownCase { case: u64 },
    #[error("nothing to do: {what}")]
    NothingToDo { what: String },
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Monitor(#[from] MonitorError),
    #[error(transparent)]
    Cap(#[from] CapError),
    #[error(transparent)]
    Regeneration(#[from] RegenerationError),
    #[error(transparent)]
    Rights(#[from] RightsError),
    #[error(transparent)]
    Market(#[from] MarketError),
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

/// Kinds that all parts share, by number; the registry has its own from 101,
/// order from 201, monitors from 301, the cap from 401, regeneration from 501,
/// rights from 601, the market from 701. A number is never given to another phrase.
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
    kind(10, "hash refused"),
    kind(11, "invalid address"),
    kind(12, "members missing"),
    kind(13, "development only"),
    kind(14, "coins refused"),
    kind(15, "hold message unreadable"),
    kind(16, "unknown case"),
    kind(17, "nothing to do"),
    kind(18, "state missing"),
    kind(19, "state unreadable"),
    kind(20, "no such record"),
    kind(21, "record width"),
    kind(22, "array full"),
    kind(23, "answer unreadable"),
];

/// The tables of all parts.
#[must_use]
pub fn kinds() -> [&'static [ErrorKind]; 8] {
    [
        KINDS,
        registry::error::KINDS,
        order::error::KINDS,
        monitors::error::KINDS,
        cap::error::KINDS,
        regeneration::error::KINDS,
        rights::error::KINDS,
        market::error::KINDS,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_and_no_phrase_is_given_twice() {
        let all: Vec<&ErrorKind> = kinds().into_iter().flatten().collect();
        for (place, one) in all.iter().enumerate() {
            for other in &all[place + 1..] {
                assert_ne!(one.code, other.code, "{}", one.phrase);
                assert!(
                    !one.phrase.starts_with(other.phrase) && !other.phrase.starts_with(one.phrase),
                    "{} and {}",
                    one.phrase,
                    other.phrase
                );
            }
        }
    }

    #[test]
    fn refusals_are_known_by_their_phrase() {
        let unknown = RegistryError::UnknownCommons { commons: 7 };
        assert_eq!(ContractError::from(unknown).code(), 101);
        let settled = OrderError::Settled {
            measure: 1,
            state: "final",
        };
        assert_eq!(ContractError::from(settled).code(), 208);
    }
}
