//! Why something is not accepted.

/// Why a block, a proof or a bundle is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The bytes are no bundle.
    #[error(
        "not a mycel bundle: {0}; write one with `mycel audit state … -o bundle.json` and pass it on unchanged"
    )]
    Form(String),
    /// The bytes are a bundle, spelled differently.
    #[error(
        "bundle is not in its canonical form: first difference at byte={0}; the file was edited or reformatted, ask for the original"
    )]
    Spelling(usize),
    /// The text is no trust.
    #[error("invalid trust: {0}; give a validator set's hash (64 hex digits) or height:hash")]
    TrustForm(String),
    /// The bundle starts from something that the reader does not trust.
    #[error(
        "bundle starts at block={height}:{block} with validators={validators}, you trust {trusted}; ask for a bundle from your trusted block"
    )]
    Untrusted {
        /// Height of the bundle's first block.
        height: u64,
        /// Its hash.
        block: String,
        /// The hash of its validator set.
        validators: String,
        /// What the reader trusts.
        trusted: String,
    },
    /// A validator set is malformed or not the header's.
    #[error("validators: {0}")]
    Validators(String),
    /// A commit does not commit to its header.
    #[error("commit at height={height}: {reason}")]
    Commit {
        /// The header's height.
        height: u64,
        /// What is wrong.
        reason: String,
    },
    /// A block does not follow from a trusted one.
    #[error("block {to} does not follow from trusted block {from}: {reason}")]
    Step {
        /// Height of the trusted block.
        from: u64,
        /// Height of the block that was offered.
        to: u64,
        /// What is wrong.
        reason: String,
    },
    /// A state proof does not hold.
    #[error("state proof: {0}")]
    Proof(String),
    /// A part of the bundle contradicts another.
    #[error("bundle contradicts itself: {0}")]
    Contradiction(String),
}

impl VerifyError {
    pub(crate) fn commit(height: u64, reason: impl Into<String>) -> Self {
        Self::Commit {
            height,
            reason: reason.into(),
        }
    }

    pub(crate) fn proof(reason: impl Into<String>) -> Self {
        Self::Proof(reason.into())
    }
}
