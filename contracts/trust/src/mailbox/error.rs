//! How mailboxes refuse.

use mycel_kit::error::ErrorKind;

use crate::error::kind;

/// Why a mailbox refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum MailboxError {
    #[error("not enrolled: person={person}; members enrols")]
    NotEnrolled { person: u64 },
    #[error("nothing to fold: entries={entries} waiting={waiting}")]
    NothingToFold { entries: u32, waiting: u32 },
    #[error("no such rating waits: due={due} serial={serial}")]
    NotWaiting { due: u64, serial: u64 },
}

/// Kinds, by number.
pub const KINDS: &[ErrorKind] = &[
    kind(201, "not enrolled"),
    kind(202, "nothing to fold"),
    kind(203, "no such rating waits"),
];
