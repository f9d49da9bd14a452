//! How this part refuses.

use mycel_kit::error::ErrorKind;

/// Why a message about measures was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum OrderError {
    #[error("unknown measure: measure={measure}; query `ladder` lists them")]
    UnknownMeasure { measure: u64 },
    #[error("unknown accusation: accusation={accusation}")]
    UnknownAccusation { accusation: u64 },
    #[error(
        "excluded: person={person} commons={commons} until={until}; then it may be enrolled again"
    )]
    Excluded {
        commons: u64,
        person: u64,
        until: u64,
    },
    #[error("yourself: person={person} accuses itself; accuse who did it")]
    Yourself { person: u64 },
    #[error(
        "accusation open: accusation={accusation} of person={person}; one at a time, wait for its verdict"
    )]
    AccusationOpen { accusation: u64, person: u64 },
    #[error("not against you: measure={measure} is against person={person}, who alone may appeal")]
    NotYours { measure: u64, person: u64 },
    #[error("too late: measure={measure} until={until} now={now}; it is final")]
    TooLate { measure: u64, until: u64, now: u64 },
    #[error("measure settled: measure={measure} state={state}; it is appealed once")]
    Settled { measure: u64, state: &'static str },
    #[error("another commons: measure={measure} is of commons={commons}; its members decide")]
    Elsewhere { measure: u64, commons: u64 },
    #[error(
        "not in force: measure={measure} step={step}; the step is over or another measure climbed above it"
    )]
    NotInForce { measure: u64, step: &'static str },
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[
    kind(201, "unknown measure"),
    kind(202, "unknown accusation"),
    kind(203, "excluded"),
    kind(204, "yourself"),
    kind(205, "accusation open"),
    kind(206, "not against you"),
    kind(207, "too late"),
    kind(208, "measure settled"),
    kind(209, "another commons"),
    kind(210, "not in force"),
];
