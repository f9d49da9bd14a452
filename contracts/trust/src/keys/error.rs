//! How keys refuse.

use mycel_kit::error::ErrorKind;

use crate::error::kind;

/// Why a key was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum KeysError {
    #[error("identity used before: idc={idc}; derive the next one")]
    Used { idc: String },
    #[error("mailbox without identity: person={person}; rekey first")]
    NoIdentity { person: u64 },
    #[error("viewing key refused: {why}; derive the next one")]
    Viewing { why: &'static str },
    #[error("reset not approved: person={person}; ask the assembly, or members")]
    NotApproved { person: u64 },
    #[error("reset too soon: last={last} next={next} period={period}")]
    TooSoon { last: u32, next: u32, period: u32 },
    #[error(
        "deals run: person={person} open={open}; let them end first: a rating under a key that is lost would lock the mailbox again"
    )]
    DealsRun { person: u64, open: u32 },
}

/// Kinds, by number.
pub const KINDS: &[ErrorKind] = &[
    kind(301, "identity used before"),
    kind(302, "mailbox without identity"),
    kind(303, "viewing key refused"),
    kind(304, "reset not approved"),
    kind(305, "reset too soon"),
    kind(306, "deals run"),
];
