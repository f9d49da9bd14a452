//! Every refusal, its number and its phrase.

use mycel_kit::error::{ErrorKind, find_kind};
use mycel_kit::key::StateError;
use mycel_kit::ladder::LadderError;
use mycel_kit::pause::PauseError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{NotDecided, Unauthorized};

/// Why a message or query was refused. The text begins with a stable phrase;
/// [`ContractError::code`] gives its number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("unknown member: {what}={id}")]
    UnknownMember { what: &'static str, id: String },
    #[error("not in standing: person={person} status={status} step={step}")]
    NotInStanding {
        person: u64,
        status: &'static str,
        step: &'static str,
    },
    #[error("role missing: needs={needs}; ask with an address that has it")]
    RoleMissing { needs: &'static str },
    #[error("address taken: address={address}")]
    AddressTaken { address: String },
    #[error("handle invalid: handle={handle} why={why}")]
    HandleInvalid { handle: String, why: &'static str },
    #[error("handle taken: handle={handle} like={like}; choose one that looks different")]
    HandleTaken { handle: String, like: String },
    #[error("identity not canonical: idc must be 32 bytes, not zero, below the field's order")]
    IdentityNotCanonical,
    #[error("identity seen: an identity commitment belongs to one person for ever")]
    IdentitySeen,
    #[error(
        "left before: person={person} has this identity; join from an address of that person, or take a new one first: add_key there, accept_key here"
    )]
    LeftBefore { person: u64 },
    #[error("identity another: person={person} comes back with the identity commitment of before")]
    IdentityAnother { person: u64 },
    #[error(
        "still expelled: person={person} until={until}; join after that, or when an appeal has lifted it"
    )]
    StillExpelled { person: u64, until: u64 },
    #[error(
        "still leaving: person={person}; once nothing is open, advance with the person completes it, and then it may join"
    )]
    StillLeaving { person: u64 },
    #[error(
        "still judged: person={person} measure={measure}; join once the jury's word is final and used: advance with the case"
    )]
    StillJudged { person: u64, measure: u64 },
    #[error("quota used: {what} used={used} most={most}")]
    QuotaUsed {
        what: &'static str,
        used: u64,
        most: u64,
    },
    #[error("no invitation: address={address}; ask a member or the assembly for one")]
    NoInvitation { address: String },
    #[error("out of time: {what} until={until}")]
    OutOfTime { what: &'static str, until: u64 },
    #[error("out of bounds: {what}={value} least={least} most={most}")]
    OutOfBounds {
        what: &'static str,
        value: String,
        least: String,
        most: String,
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
    #[error("not hexadecimal: {what} needs {bytes} bytes in lower case")]
    NotHex { what: &'static str, bytes: usize },
    #[error("not found: {what}={id}")]
    NotFound { what: &'static str, id: String },
    #[error("already so: {what}")]
    Already { what: &'static str },
    #[error("too early: {what} from={from}")]
    TooEarly { what: &'static str, from: u64 },
    #[error("oneself: {what}")]
    Oneself { what: &'static str },
    #[error("wrong kind: needs={needs}")]
    WrongKind { needs: &'static str },
    #[error("shares: sum={sum} needs=10000")]
    Shares { sum: u64 },
    #[error("penalised: until={until}; a jury called an act malicious")]
    Penalised { until: u64 },
    #[error("case mismatch: case={case} {what}")]
    CaseMismatch { case: u64, what: &'static str },
    #[error("case unfinished: case={case}; try again when it is final")]
    CaseUnfinished { case: u64 },
    #[error("case used: case={case}")]
    CaseUsed { case: u64 },
    #[error("step skipped: asked={asked} next={next}")]
    StepSkipped {
        asked: &'static str,
        next: &'static str,
    },
    #[error(transparent)]
    Ladder(#[from] LadderError),
    #[error("open items: {what}")]
    OpenItems { what: String },
    #[error("proof refused: {why}")]
    ProofRefused { why: &'static str },
    #[error("development only: {what}")]
    DevelopmentOnly { what: &'static str },
    #[error("coins refused: this contract keeps members, not coins")]
    CoinsRefused,
    #[error(transparent)]
    NotDecided(#[from] NotDecided),
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error("invalid address: address={address}")]
    InvalidAddress { address: String },
    #[error(
        "contract address: address={address} signs no transactions and is no person's; found an organisation at it, or take an account's address"
    )]
    ContractAddress { address: String },
    #[error(
        "leaving begun: person={person}; what is open goes on, nothing new is brought against who leaves"
    )]
    LeavingBegun { person: u64 },
    #[error(
        "case waits: case={case} for the appeal that a jury judges in measure={measure}; advance that first"
    )]
    CaseWaits { case: u64, measure: u64 },
    #[error(transparent)]
    Pause(#[from] PauseError),
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
    kind(2, "unknown member"),
    kind(3, "not in standing"),
    kind(4, "role missing"),
    kind(5, "address taken"),
    kind(6, "handle invalid"),
    kind(7, "handle taken"),
    kind(8, "identity not canonical"),
    kind(9, "identity seen"),
    kind(10, "quota used"),
    kind(11, "no invitation"),
    kind(12, "out of time"),
    kind(13, "out of bounds"),
    kind(14, "too many items"),
    kind(15, "text too long"),
    kind(16, "control character"),
    kind(17, "not hexadecimal"),
    kind(18, "not found"),
    kind(19, "already so"),
    kind(20, "too early"),
    kind(21, "oneself"),
    kind(22, "wrong kind"),
    kind(23, "shares"),
    kind(24, "penalised"),
    kind(25, "case mismatch"),
    kind(26, "case unfinished"),
    kind(27, "case used"),
    kind(28, "step skipped"),
    kind(29, "flags reach notice only"),
    kind(30, "case already counted"),
    kind(31, "already expelled"),
    kind(32, "open items"),
    kind(33, "proof refused"),
    kind(34, "development only"),
    kind(35, "coins refused"),
    kind(36, "decision of another electorate"),
    kind(37, "decision insufficient"),
    kind(38, "no peer"),
    kind(39, "peer did not answer"),
    kind(40, "invalid address"),
    kind(41, "state missing"),
    kind(42, "state unreadable"),
    kind(43, "answer unreadable"),
    kind(44, "left before"),
    kind(45, "identity another"),
    kind(46, "still expelled"),
    kind(47, "still judged"),
    kind(48, "still leaving"),
    kind(49, "contract address"),
    kind(50, "leaving begun"),
    kind(51, "case waits"),
    kind(52, "paused"),
    kind(53, "pause too long"),
];

impl ContractError {
    /// The stable number of this kind of error.
    #[must_use]
    pub fn code(&self) -> u32 {
        find_kind(KINDS, &self.to_string()).map_or(0, |kind| kind.code)
    }
}
