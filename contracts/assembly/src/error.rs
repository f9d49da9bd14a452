//! Every refusal, its number and its phrase.

use mycel_kit::error::{ErrorKind, find_kind};
use mycel_kit::key::StateError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{NotDecided, Unauthorized};

/// Why a message or query was refused. The text begins with a stable phrase;
/// [`ContractError::code`] gives its number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("no such proposal: proposal={proposal}")]
    UnknownProposal { proposal: u64 },
    #[error("another phase: proposal={proposal} phase={phase} until={until} needs={needs}")]
    WrongPhase {
        proposal: u64,
        phase: &'static str,
        until: u64,
        needs: &'static str,
    },
    #[error("no elector: {why}")]
    NoElector { why: &'static str },
    #[error(
        "open draft: proposal={proposal}; withdraw it, or wait until it finds its supporters or lapses"
    )]
    OpenDraft { proposal: u64 },
    #[error(
        "open proposals: proposals={proposals} most={most}; propose again when one of them is counted (whoever advances it after its vote counts it)"
    )]
    OpenProposals { proposals: String, most: u32 },
    #[error("already so: {what}")]
    Already { what: &'static str },
    #[error("class insufficient: action={action} class={class} needs={needs}")]
    ClassInsufficient {
        action: String,
        class: &'static str,
        needs: &'static str,
    },
    #[error("urgent only pauses: action={action}")]
    UrgentOnlyPauses { action: String },
    #[error("electorate cannot: electorate={electorate} action={action}; all members decide this")]
    ElectorateCannot { electorate: String, action: String },
    #[error("action refused: action={action}: {why}")]
    ActionRefused { action: String, why: &'static str },
    #[error("not a message: {what}: {why}")]
    NotAMessage { what: &'static str, why: String },
    #[error("spending cap: {what} amount={amount} most={most} commons={commons}")]
    SpendingCap {
        what: &'static str,
        amount: u128,
        most: u128,
        commons: i128,
    },
    #[error("ballot refused: {why}")]
    BallotRefused { why: &'static str },
    #[error("no such area: area={area}; parameters names them")]
    UnknownArea { area: String },
    #[error("no such option: option={option} options={options}")]
    UnknownOption { option: u8, options: u8 },
    #[error("no such statement: statement={statement} statements={statements}")]
    UnknownStatement { statement: u8, statements: u8 },
    #[error("not seated: {why}")]
    NotSeated { why: &'static str },
    #[error("nothing to run: proposal={proposal}")]
    NothingToRun { proposal: u64 },
    #[error(
        "out of order: proposal={proposal} action={action} next={next}; run that first, or all by naming none"
    )]
    OutOfOrder {
        proposal: u64,
        action: u8,
        next: usize,
    },
    #[error("no pause: contract={contract}: {why}; members, credit and clearing can be paused")]
    NoPause { contract: String, why: &'static str },
    #[error(
        "pause rests: contract={contract} until={until}; an ordinary decision may pause it before"
    )]
    Rests { contract: String, until: u64 },
    #[error("not what was voted: proposal={proposal}")]
    NotWhatWasVoted { proposal: u64 },
    #[error("threshold or timelock not met: proposal={proposal}")]
    NotMet { proposal: u64 },
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
    #[error("members missing: without members nobody could vote; name the members contract")]
    MembersMissing,
    #[error("development only: {what}")]
    DevelopmentOnly { what: &'static str },
    #[error("coins refused: this contract keeps decisions, not coins")]
    CoinsRefused,
    #[error(transparent)]
    NotDecided(#[from] NotDecided),
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error("invalid address: address={address}")]
    InvalidAddress { address: String },
    #[error(transparent)]
    State(#[from] StateError),
    #[error("answer unreadable: {0}")]
    Answer(String),
    #[error("too little work: limit={limit} needs={needs}; advance with that limit")]
    TooLittleWork { limit: u32, needs: u32 },
    #[error("not yet: {what}")]
    NotYet { what: &'static str },
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(1, "unauthorized"),
    kind(2, "no such proposal"),
    kind(3, "another phase"),
    kind(4, "no elector"),
    kind(5, "open draft"),
    kind(6, "already so"),
    kind(7, "class insufficient"),
    kind(8, "urgent only pauses"),
    kind(9, "electorate cannot"),
    kind(10, "action refused"),
    kind(11, "not a message"),
    kind(12, "spending cap"),
    kind(13, "ballot refused"),
    kind(14, "no such area"),
    kind(15, "no such option"),
    kind(16, "no such statement"),
    kind(17, "not seated"),
    kind(18, "nothing to run"),
    kind(19, "not what was voted"),
    kind(20, "threshold or timelock not met"),
    kind(21, "out of bounds"),
    kind(22, "too many items"),
    kind(23, "text too long"),
    kind(24, "control character"),
    kind(25, "not hexadecimal"),
    kind(26, "missing"),
    kind(27, "given twice"),
    kind(28, "members missing"),
    kind(29, "development only"),
    kind(30, "coins refused"),
    kind(31, "decision of another electorate"),
    kind(32, "decision insufficient"),
    kind(33, "no peer"),
    kind(34, "peer did not answer"),
    kind(35, "invalid address"),
    kind(36, "state missing"),
    kind(37, "state unreadable"),
    kind(38, "answer unreadable"),
    kind(39, "not yet"),
    kind(40, "open proposals"),
    kind(41, "out of order"),
    kind(42, "no pause"),
    kind(43, "pause rests"),
    kind(44, "too little work"),
];

impl ContractError {
    /// The stable number of this kind of error.
    #[must_use]
    pub fn code(&self) -> u32 {
        find_kind(KINDS, &self.to_string()).map_or(0, |kind| kind.code)
    }
}
