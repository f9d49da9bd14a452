//! How the tree refuses.

use mycel_kit::error::ErrorKind;

use crate::error::kind;

/// Why the tree refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum TreeError {
    #[error("tree full: index={index} places={places}")]
    Full { index: u32, places: u32 },
    #[error("slot refused: slot={slot} now={now}; name one of the last {least} to {now}")]
    Slot { slot: u64, least: u64, now: u64 },
}

/// Kinds, by number.
pub const KINDS: &[ErrorKind] = &[kind(101, "tree full"), kind(102, "slot refused")];
