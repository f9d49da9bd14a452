//! Refusals of the dividend.

use mycel_kit::error::ErrorKind;

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum DividendError {
    #[error("not the commons: only credit's waterfall pays a dividend; give to a round instead")]
    NotTheCommons,
    #[error(
        "nothing to claim: deposits={deposits} claimed_up_to={mark}; the next dividend comes with credit's next distribution"
    )]
    NothingToClaim { deposits: u64, mark: u64 },
    #[error("no person: dividends are persons'; an organisation's members claim their own")]
    NoPerson,
    #[error(
        "no voting address: address={address}; claim with an address of yours that may vote, so that no share is passed over"
    )]
    NoVoter { address: String },
    #[error("no such deposit: deposit={deposit} deposits={deposits}")]
    UnknownDeposit { deposit: u64, deposits: u64 },
}

/// Its numbers, from 301.
pub const KINDS: &[ErrorKind] = &[
    kind(301, "not the commons"),
    kind(302, "nothing to claim"),
    kind(303, "no person"),
    kind(304, "no voting address"),
    kind(305, "no such deposit"),
];

const fn kind(code: u32, phrase: &'static str) -> ErrorKind {
    ErrorKind { code, phrase }
}
