//! Every refusal, its number and its phrase.

use mycel_kit::Credits;
use mycel_kit::error::ErrorKind;
use mycel_kit::key::StateError;
use mycel_kit::roles::{Class, Unauthorized};

/// Why a message or query was refused. The text begins with a stable phrase;
/// [`ContractError::kind`] gives its number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("not yet: {what}")]
    NotYet { what: &'static str },
    #[error("unknown payer: address={address}; ask the authority to open an account")]
    UnknownPayer { address: String },
    #[error("unknown payee: address={address}")]
    UnknownPayee { address: String },
    #[error("unknown account: address={address}")]
    UnknownAccount { address: String },
    #[error("account frozen: address={address}")]
    Frozen { address: String },
    #[error("self payment: address={address}")]
    SelfPayment { address: String },
    #[error("zero amount")]
    ZeroAmount,
    #[error(
        "limit exceeded: position={} amount={} limit={}",
        Credits(*position), Credits(*amount), Credits(*limit)
    )]
    LimitExceeded {
        position: i128,
        amount: i128,
        limit: i128,
    },
    #[error("out of bounds: {what}={value} least={least} most={most}")]
    OutOfBounds {
        what: &'static str,
        value: String,
        least: String,
        most: String,
    },
    #[error("text too long: {what} bytes={bytes} most={most}")]
    TooLong {
        what: &'static str,
        bytes: usize,
        most: usize,
    },
    #[error("too many items: {what}={count} most={most}")]
    TooMany {
        what: &'static str,
        count: usize,
        most: usize,
    },
    #[error("account exists: address={address}")]
    AccountExists { address: String },
    #[error("person seen: person={person}")]
    PersonSeen { person: u64 },
    #[error("person number: kind={kind} needs={needs}")]
    PersonNumber {
        kind: &'static str,
        needs: &'static str,
    },
    #[error("starter ambiguous: give starter_grant or starter_line, not both")]
    StarterAmbiguous,
    #[error("development only: {what}")]
    DevelopmentOnly { what: &'static str },
    #[error("coins refused: this contract keeps credit, not coins")]
    CoinsRefused,
    #[error("decision insufficient: class={class:?} needs={needs:?}")]
    DecisionInsufficient { class: Class, needs: Class },
    #[error("decision elsewhere: this action is for the electorate of all members")]
    DecisionElsewhere,
    #[error("invalid address: address={address}")]
    InvalidAddress { address: String },
    #[error("time out of range: time={time} since={since}")]
    TimeOutOfRange { time: u64, since: u64 },
    #[error("before last change: ask an older state for an older time")]
    BeforeLastChange,
    #[error(transparent)]
    State(#[from] StateError),
    #[error("answer unreadable: {0}")]
    Answer(String),
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(1, "unauthorized"),
    kind(2, "not yet"),
    kind(3, "unknown payer"),
    kind(4, "unknown payee"),
    kind(5, "unknown account"),
    kind(6, "account frozen"),
    kind(7, "self payment"),
    kind(8, "zero amount"),
    kind(9, "limit exceeded"),
    kind(10, "out of bounds"),
    kind(11, "text too long"),
    kind(12, "too many items"),
    kind(13, "account exists"),
    kind(14, "person seen"),
    kind(15, "person number"),
    kind(16, "starter ambiguous"),
    kind(17, "development only"),
    kind(18, "coins refused"),
    kind(19, "decision insufficient"),
    kind(20, "decision elsewhere"),
    kind(21, "invalid address"),
    kind(22, "time out of range"),
    kind(23, "before last change"),
    kind(24, "state missing"),
    kind(25, "state unreadable"),
    kind(26, "answer unreadable"),
];

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

impl ContractError {
    /// The stable number of this kind of refusal.
    #[must_use]
    pub fn code(&self) -> u32 {
        match self {
            Self::Unauthorized(_) => 1,
            Self::NotYet { .. } => 2,
            Self::UnknownPayer { .. } => 3,
            Self::UnknownPayee { .. } => 4,
            Self::UnknownAccount { .. } => 5,
            Self::Frozen { .. } => 6,
            Self::SelfPayment { .. } => 7,
            Self::ZeroAmount => 8,
            Self::LimitExceeded { .. } => 9,
            Self::OutOfBounds { .. } => 10,
            Self::TooLong { .. } => 11,
            Self::TooMany { .. } => 12,
            Self::AccountExists { .. } => 13,
            Self::PersonSeen { .. } => 14,
            Self::PersonNumber { .. } => 15,
            Self::StarterAmbiguous => 16,
            Self::DevelopmentOnly { .. } => 17,
            Self::CoinsRefused => 18,
            Self::DecisionInsufficient { .. } => 19,
            Self::DecisionElsewhere => 20,
            Self::InvalidAddress { .. } => 21,
            Self::TimeOutOfRange { .. } => 22,
            Self::BeforeLastChange => 23,
            Self::State(StateError::Missing { .. }) => 24,
            Self::State(StateError::Unreadable { .. }) => 25,
            Self::Answer(_) => 26,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mycel_kit::error::find_kind;

    #[test]
    fn every_error_begins_with_the_phrase_of_its_code() {
        let text = String::from;
        let all = [
            Unauthorized {
                sender: text("a"),
                needs: text("b"),
            }
            .into(),
            ContractError::NotYet { what: "hold" },
            ContractError::UnknownPayer { address: text("a") },
            ContractError::UnknownPayee { address: text("a") },
            ContractError::UnknownAccount { address: text("a") },
            ContractError::Frozen { address: text("a") },
            ContractError::SelfPayment { address: text("a") },
            ContractError::ZeroAmount,
            ContractError::LimitExceeded {
                position: 0,
                amount: 0,
                limit: 0,
            },
            ContractError::OutOfBounds {
                what: "limit",
                value: text("1"),
                least: text("0"),
                most: text("0"),
            },
            ContractError::TooLong {
                what: "memo",
                bytes: 141,
                most: 140,
            },
            ContractError::TooMany {
                what: "accounts",
                count: 65,
                most: 64,
            },
            ContractError::AccountExists { address: text("a") },
            ContractError::PersonSeen { person: 1 },
            ContractError::PersonNumber {
                kind: "person",
                needs: "a number",
            },
            ContractError::StarterAmbiguous,
            ContractError::DevelopmentOnly { what: "limit" },
            ContractError::CoinsRefused,
            ContractError::DecisionInsufficient {
                class: Class::Ordinary,
                needs: Class::Constitutional,
            },
            ContractError::DecisionElsewhere,
            ContractError::InvalidAddress { address: text("a") },
            ContractError::TimeOutOfRange { time: 1, since: 2 },
            ContractError::BeforeLastChange,
            StateError::Missing { key: text("70") }.into(),
            StateError::Unreadable { key: text("70") }.into(),
            ContractError::Answer(text("?")),
        ];
        assert_eq!(all.len(), KINDS.len());
        for (error, kind) in all.iter().zip(KINDS) {
            assert_eq!(error.code(), kind.code);
            assert!(error.to_string().starts_with(kind.phrase), "{error}");
            assert_eq!(find_kind(KINDS, &error.to_string()), Some(*kind), "{error}");
        }
    }

    #[test]
    fn a_refusal_says_its_numbers_in_credits() {
        let credit = 1_000_000_000_000;
        let error = ContractError::LimitExceeded {
            position: -990 * credit,
            amount: 25 * credit,
            limit: 1_000 * credit,
        };
        assert_eq!(
            error.to_string(),
            "limit exceeded: position=-990.00 amount=25.00 limit=1000.00"
        );
    }
}
