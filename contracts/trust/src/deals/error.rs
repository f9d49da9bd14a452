//! How deals refuse.

use mycel_kit::error::ErrorKind;

use crate::error::kind;

/// Why a message about deals was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum DealError {
    #[error("unknown deal: deal={deal}; query `deals` lists a person's")]
    UnknownDeal { deal: u64 },
    #[error("yourself: person={person} deals with itself; name another member")]
    Yourself { person: u64 },
    #[error(
        "not on the roll: person={person} has no mailbox that counts; {side} must be enrolled and in standing"
    )]
    NotOnTheRoll { person: u64, side: &'static str },
    #[error(
        "no viewing key: person={person} has published none; `publish_viewing_key` comes first"
    )]
    NoViewingKey { person: u64 },
    #[error(
        "not the newest viewing key: person={person} told={told} newest={newest}; read both keys again and open the deal anew, with the K that they make"
    )]
    OtherKey { person: u64, told: u32, newest: u32 },
    #[error("deal number used: deal={deal} has this nonce between the two; take a random one")]
    NumberUsed { deal: u64 },
    #[error(
        "reference used: deal={deal} counts the payments under {reference:?}; pay under another one"
    )]
    ReferenceUsed { deal: u64, reference: String },
    #[error(
        "nothing settled: neither paid the other more under {reference:?} than it got back; pay first, or leave `ref` out"
    )]
    NothingSettled { reference: String },
    #[error("no open deal free: person={person} open={open} most={most}; rate and end one first")]
    NoPlace { person: u64, open: u32, most: u32 },
    #[error(
        "no open dispute free: person={person} open={open} most={most}; wait for a jury and `advance_dispute` one, or let this rating stand"
    )]
    NoDispute { person: u64, open: u32, most: u32 },
    #[error(
        "nothing left of caps: asked={asked} pair={pair} of {pair_cap} rater_a={a} rater_b={b} of {rater_cap} periods={first}..={last}; wait for the next period, or end deals that are open"
    )]
    NothingLeft {
        asked: u16,
        pair: u64,
        pair_cap: u64,
        a: u64,
        b: u64,
        rater_cap: u64,
        first: u32,
        last: u32,
    },
    #[error(
        "deal too long: its ratings may fall into periods {first}..={last}, most={most} of them; shorten rating_seconds or case_seconds"
    )]
    TooLong { first: u32, last: u32, most: u64 },
    #[error("not in this stage: deal={deal} stage={stage} needs={needs}")]
    Stage {
        deal: u64,
        stage: &'static str,
        needs: &'static str,
    },
    #[error("not your deal: deal={deal} is between a={a} and b={b}")]
    NotYours { deal: u64, a: u64, b: u64 },
    #[error("too late: deal={deal} {what} until={until} now={now}")]
    TooLate {
        deal: u64,
        what: &'static str,
        until: u64,
        now: u64,
    },
    #[error(
        "too early: deal={deal} dir={dir} is opened from={from} now={now}, or as soon as both are in"
    )]
    TooEarly {
        deal: u64,
        dir: u8,
        from: u64,
        now: u64,
    },
    #[error("no such direction: dir={dir} is 0 (a's rating of b) or 1 (b's of a)")]
    Direction { dir: u8 },
    #[error(
        "rating settled: deal={deal} dir={dir} is {rating}; a rating is promised, opened and disputed once"
    )]
    Settled {
        deal: u64,
        dir: u8,
        rating: &'static str,
    },
    #[error("nothing promised: deal={deal} dir={dir}; `commit_rating` was before the deadline")]
    NothingPromised { deal: u64, dir: u8 },
    #[error("not what was promised: deal={deal} dir={dir} BLAKE3(c, ct, salt) is not the hash")]
    OtherPromise { deal: u64, dir: u8 },
    #[error("not about you: deal={deal} dir={dir} rates person={person}, who alone may dispute it")]
    NotAboutYou { deal: u64, dir: u8, person: u64 },
    #[error(
        "opening is not this rating: deal={deal} dir={dir} c is not the hash of packed and rho"
    )]
    OtherOpening { deal: u64, dir: u8 },
    #[error("unknown case: number={number}")]
    UnknownCase { number: u64 },
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(401, "unknown deal"),
    kind(402, "yourself"),
    kind(403, "not on the roll"),
    kind(404, "no viewing key"),
    kind(406, "deal number used"),
    kind(407, "reference used"),
    kind(408, "nothing settled"),
    kind(409, "no open deal free"),
    kind(410, "nothing left of caps"),
    kind(411, "deal too long"),
    kind(412, "not in this stage"),
    kind(413, "not your deal"),
    kind(414, "too late"),
    kind(415, "too early"),
    kind(416, "no such direction"),
    kind(417, "rating settled"),
    kind(418, "nothing promised"),
    kind(419, "not what was promised"),
    kind(420, "not about you"),
    kind(421, "opening is not this rating"),
    kind(422, "unknown case"),
    kind(423, "no open dispute free"),
    kind(424, "not the newest viewing key"),
];
