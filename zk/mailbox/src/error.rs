//! Every refusal and its phrase.

use crate::score::Shortfall;

/// Why something about a mailbox was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum MailboxError {
    #[error(
        "time runs backwards: entry_period={period} last={last}; give entries oldest first, as the mailbox has them"
    )]
    Backwards { period: u32, last: u32 },
    #[error("out of range: {what}={value} most={most}")]
    OutOfRange {
        what: &'static str,
        value: u64,
        most: u64,
    },
    #[error("sums overflow: state over 2^64; no mailbox of this chain can hold so much")]
    Overflow,
    #[error("shared secret is zero: the other's viewing key is of small order; refuse the deal")]
    ZeroSecret,
    #[error(
        "not a rating: what was decrypted is no packed value; key or deal or direction is another's"
    )]
    NotARating,
    #[error("not this backup: seed, fold count or commitment is another's, or it was altered")]
    Backup,
    #[error("leaf outside the tree: index={index} leaves={leaves}")]
    OutsideTree { index: u64, leaves: u64 },
    #[error("thresholds not met: {0}")]
    Shortfall(#[from] Shortfall),
}
