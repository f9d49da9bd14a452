//! Why something about a draw was refused.

use mycel_kit::error::ErrorKind;
use mycel_kit::lottery::LotteryError;

/// A refusal; each text begins with a stable phrase.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum DrawError {
    #[error("unknown draw: draw={draw}")]
    Unknown { draw: u64 },
    #[error("draw refused: {why}")]
    Terms { why: String },
    #[error("draw of another stage: draw={draw} stage={stage} needs={needs}")]
    Stage {
        draw: u64,
        stage: &'static str,
        needs: &'static str,
    },
    #[error("attributes refused: feature={feature} {why}")]
    Attribute { feature: String, why: &'static str },
    #[error("pool full: {what} most={most}")]
    Full { what: &'static str, most: u32 },
    #[error("must rest: person={person} sat={run} times running; again from={from}")]
    Rests { person: u32, run: u32, from: u64 },
    #[error("not in the pool: person={person} draw={draw}")]
    NotThere { person: u32, draw: u64 },
    #[error("not seated: person={person} draw={draw}")]
    NotSeated { person: u32, draw: u64 },
    #[error("draw out of time: now={now} from={from} until={until}")]
    Time { now: u64, from: u64, until: u64 },
    #[error("unknown post: draw={draw} post={post}")]
    UnknownPost { draw: u64, post: u32 },
    #[error("post refused: {why}")]
    Post { why: String },
    #[error(
        "panel too small: size={size} members={members}; a seat is drawn among at most {most}, so that nobody is \
         kept out by who came first: least={least}"
    )]
    Small {
        size: u16,
        members: u32,
        most: u32,
        least: u32,
    },
    #[error("identity refused: draw={draw} {why}")]
    Identity { draw: u64, why: &'static str },
    #[error("hash mismatch: the lottery is not the one that was committed by this sender")]
    HashMismatch,
    #[error("lottery refused: {0}")]
    Lottery(#[from] LotteryError),
}

/// All kinds, by number, from 101; 110 is none any more.
pub const KINDS: [ErrorKind; 15] = [
    kind(101, "unknown draw"),
    kind(102, "draw refused"),
    kind(103, "draw of another stage"),
    kind(104, "attributes refused"),
    kind(105, "pool full"),
    kind(106, "must rest"),
    kind(107, "not in the pool"),
    kind(108, "not seated"),
    kind(109, "draw out of time"),
    kind(111, "unknown post"),
    kind(112, "post refused"),
    kind(113, "hash mismatch"),
    kind(114, "lottery refused"),
    kind(115, "panel too small"),
    kind(116, "identity refused"),
];

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}
