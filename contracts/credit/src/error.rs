//! Every refusal, its number and its phrase.

use mycel_kit::Credits;
use mycel_kit::error::ErrorKind;
use mycel_kit::key::StateError;
use mycel_kit::pause::PauseError;
use mycel_kit::peers::PeerError;
use mycel_kit::roles::{Class, Unauthorized};

/// Why a message or query was refused. The text begins with a stable phrase;
/// [`ContractError::kind`] gives its number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum ContractError {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
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
    #[error(
        "person seen: person={person} has an account; it can be opened again once it is closed"
    )]
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
    #[error(
        "undecided: {what} by itself is for development networks; send it as the action of decided, with its class"
    )]
    Undecided { what: &'static str },
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

    // ---- money: from 27
    #[error("account closed: address={address}")]
    Closed { address: String },
    #[error("account leaving: address={address}; it only receives and repays")]
    Leaving { address: String },
    #[error("unknown item: {what}={id}")]
    UnknownItem { what: &'static str, id: u64 },
    #[error("not yours: {what}={id}")]
    NotYours { what: &'static str, id: u64 },
    #[error("item expired: {what}={id} expired={expires}")]
    Expired {
        what: &'static str,
        id: u64,
        expires: u64,
    },
    #[error("item not expired: {what}={id} expires={expires}")]
    NotExpired {
        what: &'static str,
        id: u64,
        expires: u64,
    },
    #[error("unknown holder: address={address}; the parameters name those who may hold")]
    UnknownHolder { address: String },
    #[error("commons short: commons={} amount={}", Credits(*commons), Credits(*amount))]
    CommonsShort { commons: i128, amount: i128 },
    #[error("open items: open={open}; they must be done first")]
    OpenItems { open: u32 },
    #[error("position not zero: position={}; give it away with close_to or repay it", Credits(*position))]
    PositionNotZero { position: i128 },
    #[error("allowance exceeded: allowance={} amount={}", Credits(*allowance), Credits(*amount))]
    AllowanceExceeded { allowance: i128, amount: i128 },
    #[error(
        "balance exceeded: balance={} amount={}; only what one owns can be burned, and a debt ends by repaying it",
        Credits(*balance), Credits(*amount)
    )]
    BalanceExceeded { balance: i128, amount: i128 },
    #[error("nothing asked: from={from} has not asked for this much; they send ask_assume")]
    NothingAsked { from: String },
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error("case undecided: case={case} outcome={outcome} final={is_final}")]
    CaseUndecided {
        case: u64,
        outcome: String,
        is_final: bool,
    },
    #[error("pool closed: pool={pool}")]
    PoolClosed { pool: u64 },
    #[error("pool not due: pool={pool} deadline={deadline}")]
    PoolNotDue { pool: u64, deadline: u64 },
    #[error("debt exceeded: debt={} amount={}", Credits(*debt), Credits(*amount))]
    DebtExceeded { debt: i128, amount: i128 },
    #[error("nothing due: {what}")]
    NothingDue { what: &'static str },
    #[error("not in default: address={address}")]
    NotInDefault { address: String },
    #[error("not leaving: address={address}")]
    NotLeaving { address: String },
    #[error("mirror elsewhere: a mirror account is opened by a decision, with open_mirror")]
    MirrorElsewhere,
    #[error("ambiguous target: give either to, or hold_for with msg")]
    AmbiguousTarget,

    #[error(transparent)]
    Pause(#[from] PauseError),

    // ---- economy: from 60
    #[error("assessment open: member={address}; it ends first, see close_assessment")]
    AssessmentOpen { address: String },
    #[error("no assessment: member={address}; the member asks with ask_assessment")]
    NoAssessment { address: String },
    #[error(
        "not drawn: assessor={address} draw={draw}; only who was drawn, is unrelated and has not answered may"
    )]
    NotDrawn { address: String, draw: String },
    #[error("too soon: {what} from={from}")]
    TooSoon { what: &'static str, from: u64 },
    #[error("not raised: {why}")]
    NotRaised { why: &'static str },
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(1, "unauthorized"),
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
    kind(27, "account closed"),
    kind(28, "account leaving"),
    kind(29, "unknown item"),
    kind(30, "not yours"),
    kind(31, "item expired"),
    kind(32, "item not expired"),
    kind(33, "unknown holder"),
    kind(34, "commons short"),
    kind(35, "open items"),
    kind(36, "position not zero"),
    kind(37, "allowance exceeded"),
    kind(39, "nothing asked"),
    kind(40, "no peer"),
    kind(41, "peer did not answer"),
    kind(42, "case undecided"),
    kind(43, "pool closed"),
    kind(44, "pool not due"),
    kind(45, "debt exceeded"),
    kind(46, "nothing due"),
    kind(47, "not in default"),
    kind(48, "not leaving"),
    kind(49, "ambiguous target"),
    kind(50, "mirror elsewhere"),
    kind(51, "balance exceeded"),
    kind(52, "undecided"),
    kind(53, "paused"),
    kind(54, "pause too long"),
    kind(60, "assessment open"),
    kind(61, "no assessment"),
    kind(62, "not drawn"),
    kind(63, "too soon"),
    kind(64, "not raised"),
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
            Self::Closed { .. } => 27,
            Self::Leaving { .. } => 28,
            Self::UnknownItem { .. } => 29,
            Self::NotYours { .. } => 30,
            Self::Expired { .. } => 31,
            Self::NotExpired { .. } => 32,
            Self::UnknownHolder { .. } => 33,
            Self::CommonsShort { .. } => 34,
            Self::OpenItems { .. } => 35,
            Self::PositionNotZero { .. } => 36,
            Self::AllowanceExceeded { .. } => 37,
            Self::NothingAsked { .. } => 39,
            Self::Peer(PeerError::Absent { .. }) => 40,
            Self::Peer(PeerError::Silent { .. }) => 41,
            Self::CaseUndecided { .. } => 42,
            Self::PoolClosed { .. } => 43,
            Self::PoolNotDue { .. } => 44,
            Self::DebtExceeded { .. } => 45,
            Self::NothingDue { .. } => 46,
            Self::NotInDefault { .. } => 47,
            Self::NotLeaving { .. } => 48,
            Self::AmbiguousTarget => 49,
            Self::MirrorElsewhere => 50,
            Self::BalanceExceeded { .. } => 51,
            Self::Undecided { .. } => 52,
            Self::Pause(PauseError::Paused { .. }) => 53,
            Self::Pause(PauseError::TooLong { .. }) => 54,
            Self::Pause(PauseError::State(_)) => 25,
            Self::AssessmentOpen { .. } => 60,
            Self::NoAssessment { .. } => 61,
            Self::NotDrawn { .. } => 62,
            Self::TooSoon { .. } => 63,
            Self::NotRaised { .. } => 64,
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
            ContractError::Closed { address: text("a") },
            ContractError::Leaving { address: text("a") },
            ContractError::UnknownItem {
                what: "hold",
                id: 1,
            },
            ContractError::NotYours {
                what: "hold",
                id: 1,
            },
            ContractError::Expired {
                what: "request",
                id: 1,
                expires: 2,
            },
            ContractError::NotExpired {
                what: "hold",
                id: 1,
                expires: 2,
            },
            ContractError::UnknownHolder { address: text("a") },
            ContractError::CommonsShort {
                commons: 0,
                amount: 1,
            },
            ContractError::OpenItems { open: 1 },
            ContractError::PositionNotZero { position: 1 },
            ContractError::AllowanceExceeded {
                allowance: 0,
                amount: 1,
            },
            ContractError::NothingAsked { from: text("a") },
            PeerError::Absent { name: "members" }.into(),
            PeerError::Silent {
                name: "members",
                why: text("?"),
            }
            .into(),
            ContractError::CaseUndecided {
                case: 5,
                outcome: String::new(),
                is_final: false,
            },
            ContractError::PoolClosed { pool: 1 },
            ContractError::PoolNotDue {
                pool: 1,
                deadline: 2,
            },
            ContractError::DebtExceeded { debt: 0, amount: 1 },
            ContractError::NothingDue { what: "epoch" },
            ContractError::NotInDefault { address: text("a") },
            ContractError::NotLeaving { address: text("a") },
            ContractError::AmbiguousTarget,
            ContractError::MirrorElsewhere,
            ContractError::BalanceExceeded {
                balance: 1,
                amount: 2,
            },
            ContractError::Undecided { what: "set_limit" },
            PauseError::Paused { until: 1 }.into(),
            PauseError::TooLong { until: 2, most: 1 }.into(),
            ContractError::AssessmentOpen { address: text("a") },
            ContractError::NoAssessment { address: text("a") },
            ContractError::NotDrawn {
                address: text("a"),
                draw: text("d"),
            },
            ContractError::TooSoon {
                what: "assessment",
                from: 1,
            },
            ContractError::NotRaised { why: "?" },
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
