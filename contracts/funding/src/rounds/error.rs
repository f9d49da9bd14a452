//! What rounds refuse.

use mycel_kit::error::ErrorKind;
use mycel_kit::peers::trust::GateRefused;

/// Why a round refused. Amounts are pico-credits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum RoundError {
    #[error("no such round: round={round}")]
    UnknownRound { round: u64 },
    #[error("no such project: round={round} project={project}")]
    UnknownProject { round: u64, project: u64 },
    #[error("round is at another stage: round={round} stage={stage} needs={needs}")]
    Stage {
        round: u64,
        stage: &'static str,
        needs: &'static str,
    },
    #[error(
        "own round open: round={round}; open the next one when it is done, or cancel it before its contributions begin"
    )]
    OwnRound { round: u64 },
    #[error(
        "round would not fit: {what}={value} least={least} most={most}; times are seconds since 1970"
    )]
    Times {
        what: &'static str,
        value: u64,
        least: u64,
        most: u64,
    },
    #[error("amount too small: {what}={amount} least={least}; place a larger hold")]
    TooSmall {
        what: &'static str,
        amount: u64,
        least: u64,
    },
    #[error("project refused: {why}")]
    Project { why: &'static str },
    #[error("already submitted: project={project}; withdraw it first")]
    Submitted { project: u16 },
    #[error(
        "submitted too often: payee={payee} submitted={submitted} most={most}; of what you submit and what you take back of others; another who controls it may, or wait for the next round"
    )]
    Often { payee: u64, submitted: u8, most: u8 },
    #[error("already supported: project={project}")]
    Supported { project: u64 },
    #[error("places full: admitted={admitted} most={most}; {next}")]
    Full {
        admitted: u16,
        most: u16,
        next: &'static str,
    },
    #[error(
        "sponsors full: sponsors={sponsors} smallest={smallest}; sponsor more than the smallest"
    )]
    Sponsors { sponsors: usize, smallest: u64 },
    #[error("identity refused: {why}")]
    Identity { why: &'static str },
    #[error(
        "hold expires too early: expires={expires} needs={needs}; credit's longest age for this contract must reach beyond the round's end"
    )]
    Expires { expires: u64, needs: u64 },
    #[error("hold unknown: hold={hold}; credit names none such for this contract")]
    UnknownHold { hold: u64 },
    #[error(
        "round full: contributions={gifts} most={most}; add to a project that you gave to already"
    )]
    Gifts { gifts: u32, most: u32 },
    #[error("group refused: {why}")]
    Group { why: &'static str },
    #[error(transparent)]
    Gate(#[from] GateRefused),
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// Kinds, by number.
pub const KINDS: [ErrorKind; 18] = [
    kind(101, "no such round"),
    kind(102, "no such project"),
    kind(103, "round is at another stage"),
    kind(104, "own round open"),
    kind(105, "round would not fit"),
    kind(106, "amount too small"),
    kind(107, "project refused"),
    kind(108, "already submitted"),
    kind(109, "already supported"),
    kind(110, "places full"),
    kind(111, "sponsors full"),
    kind(112, "identity refused"),
    kind(113, "hold expires too early"),
    kind(114, "hold unknown"),
    kind(115, "round full"),
    kind(116, "group refused"),
    kind(117, "submitted too often"),
    kind(118, "gate refused"),
];
