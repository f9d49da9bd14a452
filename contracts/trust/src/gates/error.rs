//! How gates refuse.

use mycel_kit::error::ErrorKind;

use crate::error::kind;

/// Why a gate was not made, or a proof not taken.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum GateError {
    #[error("unknown gate: gate={gate}; query `gates` lists them")]
    UnknownGate { gate: u64 },
    #[error("gate number used: gate={gate}; take the next")]
    NumberUsed { gate: u64 },
    #[error("gate closed: gate={gate} since={since}")]
    Closed { gate: u64, since: u64 },
    #[error("off the steps: {what}={value} is none of {steps}")]
    OffStep {
        what: &'static str,
        value: u32,
        steps: &'static str,
    },
    #[error("counterparties out of bounds: min_counterparties={given} least={least} most={most}")]
    Counterparties { given: u32, least: u32, most: u32 },
    #[error(
        "history too short: t_min={t_min} least={least}: 15 · pair_cap={pair_cap} · min_counterparties={counterparties}"
    )]
    ShortHistory {
        t_min: u64,
        least: u64,
        pair_cap: u64,
        counterparties: u32,
    },
    #[error("history too long: t_min={t_min} most={most}")]
    LongHistory { t_min: u64, most: u64 },
    #[error("thresholds refused: a gate of circuit {circuit} {needs}")]
    Thresholds {
        circuit: &'static str,
        needs: &'static str,
    },
    #[error("another circuit: gate={gate} takes {needs}")]
    Circuit { gate: u64, needs: &'static str },
    #[error("entries late: one was due at {due}; `advance` appends it, then show")]
    EntriesLate { due: u64 },
    #[error("term refused: gate={gate} {why}")]
    Term { gate: u64, why: &'static str },
    #[error("term too new: it opened on day {day}; no key is older than that")]
    NoCutoff { day: u32 },
    #[error("action refused: {why}; it is JSON of one verb with its fields")]
    Action { why: String },
    #[error("action names nobody: a gate of mode {mode} needs the field `{field}`")]
    NamesNobody {
        mode: &'static str,
        field: &'static str,
    },
    #[error("no identity: {account} has no commitment here")]
    NoIdentity { account: String },
    #[error("key not fresh: {key} {why}")]
    StaleKey { key: String, why: &'static str },
    #[error("nullifier spent: gate={gate} term={term} at={at}; once a term")]
    Spent { gate: u64, term: String, at: u64 },
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(501, "unknown gate"),
    kind(502, "gate number used"),
    kind(503, "gate closed"),
    kind(504, "off the steps"),
    kind(505, "counterparties out of bounds"),
    kind(506, "history too short"),
    kind(507, "history too long"),
    kind(508, "thresholds refused"),
    kind(509, "another circuit"),
    kind(511, "entries late"),
    kind(512, "term refused"),
    kind(513, "term too new"),
    kind(514, "action refused"),
    kind(515, "action names nobody"),
    kind(516, "no identity"),
    kind(517, "key not fresh"),
    kind(518, "nullifier spent"),
];
