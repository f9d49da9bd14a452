//! Why something about a case was refused.

use mycel_kit::error::ErrorKind;

/// A refusal; each text begins with a stable phrase.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum JuryError {
    #[error("unknown case: case={case}")]
    UnknownCase { case: u64 },
    #[error("no appeal: case={case} {why}")]
    NoAppeal { case: u64, why: &'static str },
    #[error("no party: case={case} person={person}")]
    NoParty { case: u64, person: u64 },
    #[error("no juror: case={case} person={person} {why}")]
    NoJuror {
        case: u64,
        person: u64,
        why: &'static str,
    },
    #[error("another step: case={case} step={step} until={until} needs={needs}")]
    AnotherStep {
        case: u64,
        step: &'static str,
        until: u64,
        needs: &'static str,
    },
    #[error("strikes used: case={case} used={used} asked={asked} most={most}")]
    StrikesUsed {
        case: u64,
        used: u16,
        asked: usize,
        most: u16,
    },
    #[error("not to be struck: case={case} person={person} is not called or struck already")]
    NotCalled { case: u64, person: u64 },
    #[error("unknown outcome: case={case} outcome={outcome} kind={kind} knows {known}")]
    UnknownOutcome {
        case: u64,
        outcome: String,
        kind: String,
        known: String,
    },
    #[error(
        "vote differs: case={case} person={person}; outcome, reasons and salt are not those committed to"
    )]
    VoteDiffers { case: u64, person: u64 },
    #[error("hash refused: {what} needs 64 digits of lower case hexadecimal")]
    Hash { what: &'static str },
    #[error("name taken: ref={reference} case={case}")]
    NameTaken { reference: String, case: u64 },
    #[error("cases pending: person={person} open={open} most={most}; wait until one is decided")]
    CasesPending { person: u64, open: u32, most: u32 },
    #[error("nobody to draw from: members has no numbers")]
    Nobody,
}

/// All kinds, by number, from 201.
pub const KINDS: [ErrorKind; 13] = [
    kind(201, "unknown case"),
    kind(202, "no appeal"),
    kind(203, "no party"),
    kind(204, "no juror"),
    kind(205, "another step"),
    kind(206, "strikes used"),
    kind(207, "not to be struck"),
    kind(208, "unknown outcome"),
    kind(209, "vote differs"),
    kind(210, "hash refused"),
    kind(211, "name taken"),
    kind(212, "cases pending"),
    kind(213, "nobody to draw from"),
];

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}
