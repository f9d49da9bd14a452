//! Every refusal, its number and its phrase.

use mycel_kit::Credits;
use mycel_kit::error::ErrorKind;
use mycel_kit::flow::FlowError;
use mycel_kit::flow::matching::MatchingError;
use mycel_kit::key::StateError;
use mycel_kit::pause::PauseError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{NotDecided, Unauthorized};

/// Why a message or query was refused. The text begins with a stable phrase;
/// [`ContractError::kind`] gives its number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("not yet: {what}")]
    NotYet { what: &'static str },
    #[error("{0}")]
    Peer(#[from] PeerError),
    #[error(transparent)]
    Pause(#[from] PauseError),
    #[error("may not deal: person={person} step={step}")]
    MayNotDeal { person: u32, step: String },
    #[error("unknown obligation: obligation={obligation}")]
    UnknownObligation { obligation: u64 },
    #[error("unknown proposal: proposal={proposal}")]
    UnknownProposal { proposal: u64 },
    #[error("unknown round: round={round}")]
    UnknownRound { round: u64 },
    #[error("unknown post: round={round} post={post}")]
    UnknownPost { round: u64, post: u32 },
    #[error("not a party: person={person} needs={needs}")]
    NotAParty { person: u32, needs: &'static str },
    #[error(
        "obligation frozen: obligation={obligation} round={round}; it changes when the round ends"
    )]
    Frozen { obligation: u64, round: u64 },
    #[error("obligation ended: obligation={obligation}")]
    Ended { obligation: u64 },
    #[error("due out of bounds: due={due} earliest={earliest} latest={latest}")]
    Due {
        due: u64,
        earliest: u64,
        latest: u64,
    },
    #[error("not due: obligation={obligation} due={due}; before that only the debtor collects")]
    NotDue { obligation: u64, due: u64 },
    #[error("zero amount")]
    ZeroAmount,
    #[error("amount too high: amount={} owed={}", Credits(*amount), Credits(*owed))]
    TooHigh { amount: i128, owed: i128 },
    #[error("with oneself: person={person}")]
    WithOneself { person: u32 },
    #[error("not disputed: obligation={obligation}")]
    NotDisputed { obligation: u64 },
    #[error("disputed already: obligation={obligation}")]
    Disputed { obligation: u64 },
    #[error("case open: obligation={obligation} case={case}")]
    CaseOpen { obligation: u64, case: u64 },
    #[error("round runs: round={round}")]
    RoundRuns { round: u64 },
    #[error("round too early: now={now} from={from}")]
    TooEarly { now: u64, from: u64 },
    #[error("wrong stage: round={round} stage={stage} needs={needs}")]
    WrongStage {
        round: u64,
        stage: &'static str,
        needs: &'static str,
    },
    #[error("nothing to do: round={round} stage={stage} until={until}")]
    NothingToDo {
        round: u64,
        stage: &'static str,
        until: u64,
    },
    #[error("too late: now={now} until={until}")]
    TooLate { now: u64, until: u64 },
    #[error("too many posts: solver={solver} most={most}")]
    TooManyPosts { solver: String, most: u32 },
    #[error("post page: {why}")]
    PostPage { why: String },
    #[error("hash mismatch: the certificate is not the one that was committed by this sender")]
    HashMismatch,
    #[error("another root: the certificate is for another graph")]
    AnotherRoot,
    #[error("no improvement: value={value} best={best}; a new best improves by 0.1 % or has gap 0")]
    NoImprovement { value: i128, best: i128 },
    #[error("certificate refused: {0}")]
    Flow(#[from] FlowError),
    #[error("certificate refused: {0}")]
    Matching(#[from] MatchingError),
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
    #[error("development only: {what}")]
    DevelopmentOnly { what: &'static str },
    #[error("coins refused: this contract keeps obligations, not coins")]
    CoinsRefused,
    #[error(transparent)]
    NotDecided(#[from] NotDecided),
    #[error("market: {why}")]
    Market { why: String },
    #[error("unknown in market: {what} market={market}")]
    UnknownInMarket { what: &'static str, market: u32 },
    #[error("market frozen: market={market} round={round}; it changes when the round ends")]
    MarketFrozen { market: u32, round: u64 },
    #[error("unknown promise: promise={promise}")]
    UnknownPromise { promise: u64 },
    #[error("promise: {why}")]
    Promise { why: &'static str },
    #[error("answer of a peer unreadable: {0}")]
    Reply(String),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("answer unreadable: {0}")]
    Answer(String),
    #[error("not in market: person={person} market={market} needs={needs}")]
    NotInMarket {
        person: u32,
        market: u32,
        needs: &'static str,
    },
    #[error("chosen twice: person={person}")]
    ChosenTwice { person: u32 },
    #[error("in dispute: obligation={obligation}; it is paid when the dispute is over")]
    InDispute { obligation: u64 },
    #[error("key may not pay: person={person}; sign with a key that has the role pay")]
    MayNotPay { person: u32 },
    #[error("no member: person={person} has left or was expelled")]
    NoMember { person: u32 },
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(1, "unauthorized"),
    kind(2, "not yet"),
    kind(3, "no peer"),
    kind(4, "peer did not answer"),
    kind(5, "may not deal"),
    kind(6, "unknown obligation"),
    kind(7, "unknown proposal"),
    kind(8, "unknown round"),
    kind(9, "unknown post"),
    kind(10, "not a party"),
    kind(11, "obligation frozen"),
    kind(12, "obligation ended"),
    kind(13, "due out of bounds"),
    kind(14, "not due"),
    kind(15, "zero amount"),
    kind(16, "amount too high"),
    kind(17, "with oneself"),
    kind(18, "not disputed"),
    kind(19, "disputed already"),
    kind(20, "case open"),
    kind(21, "round runs"),
    kind(22, "round too early"),
    kind(23, "wrong stage"),
    kind(24, "nothing to do"),
    kind(25, "too late"),
    kind(26, "too many posts"),
    kind(27, "post page"),
    kind(28, "hash mismatch"),
    kind(29, "another root"),
    kind(30, "no improvement"),
    kind(31, "certificate refused"),
    kind(32, "out of bounds"),
    kind(33, "text too long"),
    kind(34, "too many items"),
    kind(35, "development only"),
    kind(36, "coins refused"),
    kind(37, "decision insufficient"),
    kind(38, "decision of another electorate"),
    kind(39, "market:"),
    kind(40, "unknown in market"),
    kind(41, "market frozen"),
    kind(42, "unknown promise"),
    kind(43, "promise:"),
    kind(44, "answer of a peer unreadable"),
    kind(45, "state missing"),
    kind(46, "state unreadable"),
    kind(47, "answer unreadable"),
    kind(48, "not in market"),
    kind(49, "chosen twice"),
    kind(50, "in dispute"),
    kind(51, "key may not pay"),
    kind(52, "no member"),
    kind(53, "paused"),
    kind(54, "pause too long"),
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
            Self::Peer(PeerError::Absent { .. }) => 3,
            Self::Peer(PeerError::Silent { .. }) => 4,
            Self::MayNotDeal { .. } => 5,
            Self::UnknownObligation { .. } => 6,
            Self::UnknownProposal { .. } => 7,
            Self::UnknownRound { .. } => 8,
            Self::UnknownPost { .. } => 9,
            Self::NotAParty { .. } => 10,
            Self::Frozen { .. } => 11,
            Self::Ended { .. } => 12,
            Self::Due { .. } => 13,
            Self::NotDue { .. } => 14,
            Self::ZeroAmount => 15,
            Self::TooHigh { .. } => 16,
            Self::WithOneself { .. } => 17,
            Self::NotDisputed { .. } => 18,
            Self::Disputed { .. } => 19,
            Self::CaseOpen { .. } => 20,
            Self::RoundRuns { .. } => 21,
            Self::TooEarly { .. } => 22,
            Self::WrongStage { .. } => 23,
            Self::NothingToDo { .. } => 24,
            Self::TooLate { .. } => 25,
            Self::TooManyPosts { .. } => 26,
            Self::PostPage { .. } => 27,
            Self::HashMismatch => 28,
            Self::AnotherRoot => 29,
            Self::NoImprovement { .. } => 30,
            Self::Flow(_) | Self::Matching(_) => 31,
            Self::OutOfBounds { .. } => 32,
            Self::TooLong { .. } => 33,
            Self::TooMany { .. } => 34,
            Self::DevelopmentOnly { .. } => 35,
            Self::CoinsRefused => 36,
            Self::NotDecided(NotDecided::Unauthorized(_)) => 1,
            Self::NotDecided(NotDecided::Insufficient { .. }) => 37,
            Self::NotDecided(NotDecided::Elsewhere { .. }) => 38,
            Self::Market { .. } => 39,
            Self::UnknownInMarket { .. } => 40,
            Self::MarketFrozen { .. } => 41,
            Self::UnknownPromise { .. } => 42,
            Self::Promise { .. } => 43,
            Self::Reply(_) => 44,
            Self::State(StateError::Missing { .. }) => 45,
            Self::State(StateError::Unreadable { .. }) => 46,
            Self::Answer(_) => 47,
            Self::NotInMarket { .. } => 48,
            Self::ChosenTwice { .. } => 49,
            Self::InDispute { .. } => 50,
            Self::MayNotPay { .. } => 51,
            Self::NoMember { .. } => 52,
            Self::Pause(PauseError::Paused { .. }) => 53,
            Self::Pause(PauseError::TooLong { .. }) => 54,
            Self::Pause(PauseError::State(_)) => 46,
        }
    }

    /// The stable number and phrase.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        KINDS[self.code() as usize - 1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_dense_and_texts_begin_with_their_phrase() {
        for (place, kind) in KINDS.iter().enumerate() {
            assert_eq!(kind.code as usize, place + 1);
        }
        let text = String::from;
        for error in [
            ContractError::NotYet { what: "x" },
            PeerError::Absent { name: "members" }.into(),
            PeerError::Silent {
                name: "members",
                why: text("?"),
            }
            .into(),
            ContractError::Frozen {
                obligation: 1,
                round: 2,
            },
            ContractError::HashMismatch,
            ContractError::AnotherRoot,
            ContractError::Flow(FlowError::Short { at: 1 }),
            ContractError::Matching(MatchingError::MatchedTwice { right: 1 }),
            ContractError::ChosenTwice { person: 1 },
            ContractError::InDispute { obligation: 1 },
            ContractError::MayNotPay { person: 1 },
            ContractError::NoMember { person: 1 },
            PauseError::Paused { until: 1 }.into(),
            PauseError::TooLong { until: 2, most: 1 }.into(),
            ContractError::Market { why: text("?") },
            ContractError::Promise { why: "?" },
            ContractError::Reply(text("?")),
            StateError::Missing { key: text("70") }.into(),
            ContractError::Answer(text("?")),
        ] {
            assert!(
                error.to_string().starts_with(error.kind().phrase),
                "{error}"
            );
        }
    }
}
