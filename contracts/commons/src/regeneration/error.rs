//! How this part refuses.

use mycel_kit::error::ErrorKind;

/// Why a message about regeneration was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum RegenerationError {
    #[error("unknown claim: claim={claim}; the query claims lists a person's")]
    UnknownClaim { claim: u64 },
    #[error(
        "cell claimed: cell={cell} claim={claim} from={from} to={to}; claim another period or cell"
    )]
    Overlap {
        cell: u64,
        claim: u64,
        from: u64,
        to: u64,
    },
    #[error("cell named twice: cell={cell}; name each once")]
    CellTwice { cell: u64 },
    #[error(
        "period refused: from={from} to={to} now={now}; it is over, and ten years long at most"
    )]
    Period { from: u64, to: u64, now: u64 },
    #[error(
        "claims open: claims={claims} most={most}; claim again when one of them is attested, or withdraw one"
    )]
    OpenClaims { claims: String, most: usize },
    #[error("no seat of a monitor: commons={commons} person={person}; its monitors attest")]
    NoMonitor { commons: u64, person: u64 },
    #[error(
        "nothing to attest: claim={claim} phase={phase}; it is decided, and attested again only if somebody reverses it"
    )]
    NothingToAttest { claim: u64, phase: &'static str },
    #[error(
        "nothing to reverse: claim={claim} phase={phase} left={left}; at most what is left of what was attested"
    )]
    NothingToReverse {
        claim: u64,
        phase: &'static str,
        left: u128,
    },
    #[error(
        "reversal open: claim={claim} until={until}; monitors attest it: wait, or say a loss of at least {least}"
    )]
    ReversalOpen { claim: u64, until: u64, least: u128 },
    #[error(
        "reversal open: claim={claim} until={until}; it is your own, and one is open of each person: wait until it is attested"
    )]
    OwnReversal { claim: u64, until: u64 },
    #[error(
        "before a jury: claim={claim}; it decides what of it was lost: wait for its case, or advance it"
    )]
    BeforeJury { claim: u64 },
    #[error("another's claim: claim={claim} person={person}; only who made it takes it back")]
    NotYours { claim: u64, person: u64 },
    #[error(
        "nothing to resume: claim={claim} parked={parked} room={room}; use or sell entitlement first"
    )]
    NothingToResume {
        claim: u64,
        parked: u128,
        room: u128,
    },
    #[error(
        "nothing to withdraw: claim={claim} phase={phase} waiting={waiting}; what became entitlement stays"
    )]
    NothingToWithdraw {
        claim: u64,
        phase: &'static str,
        waiting: u128,
    },
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(501, "unknown claim"),
    kind(502, "cell claimed"),
    kind(503, "cell named twice"),
    kind(504, "period refused"),
    kind(505, "claims open"),
    kind(506, "no seat of a monitor"),
    kind(507, "nothing to attest"),
    kind(508, "nothing to reverse"),
    kind(509, "reversal open"),
    kind(510, "another's claim"),
    kind(511, "nothing to withdraw"),
    kind(512, "nothing to resume"),
    kind(513, "before a jury"),
];
