//! Refusals of the register.

use mycel_kit::error::ErrorKind;

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum RegisterError {
    #[error("no such entry: entry={entry}")]
    UnknownEntry { entry: u64 },
    #[error("evidence used: it is that of number={number}; show what is new")]
    EvidenceUsed { number: u64 },
    #[error(
        "too many registrations: registered={registered} most={most}; register again after {after}"
    )]
    Registrations {
        registered: u32,
        most: u32,
        after: u64,
    },
    #[error("not the author: entry={entry} author={author}")]
    NotTheAuthor { entry: u64, author: u64 },
    #[error("already commons: entry={entry} since={since}; nothing is owed of it any more")]
    AlreadyCommons { entry: u64, since: u64 },
    #[error("nothing reported: revenue is above 0")]
    NoRevenue,
    #[error(
        "dues unpaid: entry={entry} reports={reports} owes={owes}; pay with a hold whose msg is dues before you report more"
    )]
    Unpaid {
        entry: u64,
        reports: u64,
        owes: u128,
    },
    #[error("nothing owed: {what}={number}")]
    NothingOwed { what: &'static str, number: u64 },
    #[error(
        "not yet published: entry={entry} from={from}; a design is built for reward when it is everybody's"
    )]
    NotPublished { entry: u64, from: u64 },
    #[error("own design: entry={entry}; others report that they built it")]
    OwnDesign { entry: u64 },
    #[error(
        "related: builder={builder} author={author}; reports of the author's sponsors, vouchers and partners do not count"
    )]
    Related { builder: u64, author: u64 },
    #[error("no person: builders are persons")]
    NoPerson,
    #[error("built already: entry={entry} builder={builder} at={at}")]
    BuiltAlready { entry: u64, builder: u64, at: u64 },
    #[error(
        "same author: builder={builder} author={author}; you count for a design of this author again from {from}"
    )]
    SameAuthor {
        builder: u64,
        author: u64,
        from: u64,
    },
    #[error("all rewarded: entry={entry} builders={builders}; an entry earns for no more")]
    AllRewarded { entry: u64, builders: u32 },
    #[error(
        "no reward: entry={entry} builders={builders} needs={needs} earned={earned} paid={paid}"
    )]
    NoReward {
        entry: u64,
        builders: u32,
        needs: u32,
        earned: u128,
        paid: u128,
    },
    #[error(
        "debts first: person={person} entries_owing={entries} restorations={restorations}; pay them, then collect"
    )]
    DebtsFirst {
        person: u64,
        entries: u32,
        restorations: u32,
    },
    #[error(
        "pool empty: owed={owed}; it is paid when a decision funds the pool (hold_for with msg rewards)"
    )]
    PoolEmpty { owed: u128 },
    #[error("not the commons: only a decision that spends from the commons funds rewards")]
    NotTheCommons,
    #[error(
        "no technology: {technology}; name an entry as entry/<number>, or a word of a-z, 0-9 and - of at most 64"
    )]
    NoTechnology { technology: String },
    #[error("restricted: technology={technology} step={step} until={until}")]
    Restricted {
        technology: String,
        step: &'static str,
        until: u64,
    },
    #[error("no boundary: an organisation has none; a commons or all decide this")]
    NoBoundary,
    #[error("not refused: technology={technology}; nothing to allow")]
    NotRefused { technology: String },
    #[error("no elector: commons={commons}; who is enrolled there may ask")]
    NoElector { commons: u64 },
    #[error("under review: technology={technology} matter={matter}; wait for its jury")]
    UnderReview { technology: String, matter: u64 },
    #[error(
        "dismissed before: technology={technology} from={from}; another member may ask for a review, or a vote refuses it"
    )]
    Dismissed { technology: String, from: u64 },
    #[error("open questions: cases={cases} most={most}; ask again when a jury answered one")]
    OpenQuestions { cases: u32, most: u32 },
    #[error("oneself: person={person}; who harmed a commons pays by a hold, without a case")]
    Oneself { person: u64 },
    #[error("no such matter: matter={matter}")]
    UnknownMatter { matter: u64 },
    #[error("no such page: after is the next of the page before")]
    UnknownPage,
    #[error("case used: case={case}")]
    CaseUsed { case: u64 },
    #[error("another case: matter={matter} case={case}: {what}")]
    AnotherCase {
        matter: u64,
        case: u64,
        what: &'static str,
    },
}

/// Its numbers, from 401.
pub const KINDS: &[ErrorKind] = &[
    kind(401, "no such entry"),
    kind(402, "evidence used"),
    kind(403, "too many registrations"),
    kind(404, "not the author"),
    kind(405, "already commons"),
    kind(406, "nothing reported"),
    kind(407, "dues unpaid"),
    kind(408, "nothing owed"),
    kind(409, "not yet published"),
    kind(410, "own design"),
    kind(411, "related"),
    kind(412, "no person: builders"),
    kind(413, "built already"),
    kind(414, "same author"),
    kind(415, "all rewarded"),
    kind(416, "no reward"),
    kind(417, "debts first"),
    kind(418, "pool empty"),
    kind(419, "not the commons: only a decision"),
    kind(420, "no technology"),
    kind(421, "restricted"),
    kind(422, "no boundary"),
    kind(423, "not refused"),
    kind(424, "no elector"),
    kind(425, "under review"),
    kind(426, "open questions"),
    kind(427, "oneself"),
    kind(428, "no such matter"),
    kind(429, "case used"),
    kind(430, "another case"),
    kind(431, "no such page"),
    kind(432, "dismissed before"),
];

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}
