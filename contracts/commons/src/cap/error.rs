//! How this part refuses.

use mycel_kit::error::ErrorKind;

/// Why a message about the cap was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum CapError {
    #[error(
        "no epoch: commons={commons}; none is open now, the next opens when its monitors' readings are fresh"
    )]
    NoEpoch { commons: u64 },
    #[error(
        "unknown epoch: commons={commons} epoch={epoch} last={last}; ask for one from 1 to the last"
    )]
    UnknownEpoch { commons: u64, epoch: u64, last: u64 },
}

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}

/// All kinds, by number. A number is never given to another phrase.
pub const KINDS: &[ErrorKind] = &[kind(401, "no epoch:"), kind(402, "unknown epoch")];
