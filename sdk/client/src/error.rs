//! Why something did not work, each with what to do next.
use mycel_light::VerifyError;
use mycel_types::codes;

/// Why something did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// No answer from the node.
    #[error(
        "cannot reach node={url}: {reason}; start one with `mycel up`, or name one with `--node URL`"
    )]
    Unreachable {
        /// Which node.
        url: String,
        /// What the network said.
        reason: String,
    },
    /// The node's answer cannot be understood.
    #[error("node answered something unexpected: {0}; is it a Mycel or CometBFT 0.38 RPC?")]
    Answer(String),
    /// The node refused the call itself.
    #[error("node refused: {message} (code={code})")]
    Rpc {
        /// The JSON-RPC code.
        code: i64,
        /// Message and data.
        message: String,
    },
    /// A part that is not built yet.
    #[error("not yet: {0}")]
    NotYet(String),
    /// A query was refused.
    #[error("query refused: {log} (code={codespace}/{code})")]
    Query {
        /// Whose code.
        codespace: String,
        /// The code.
        code: u32,
        /// The story.
        log: String,
    },
    /// A transaction was refused, at check or in its block.
    #[error("refused by the chain: {log} (code={codespace}/{code}, tx={hash})")]
    Refused {
        /// Whose code.
        codespace: String,
        /// The code.
        code: u32,
        /// The story.
        log: String,
        /// The transaction.
        hash: String,
    },
    /// A transaction was accepted and is in no block yet.
    #[error(
        "tx={hash} is not in a block after {waited_ms} ms; it may still arrive, look with `mycel history`"
    )]
    Pending {
        /// The transaction.
        hash: String,
        /// How long was waited.
        waited_ms: u64,
    },
    /// A proof, a commit or a header does not hold.
    #[error("verification failed: {0}")]
    Verify(#[from] VerifyError),
    /// What was said and what is proven differ.
    #[error("violated: {0}")]
    Violated(String),
    /// Nothing is known to be wrong, and nothing can be shown.
    #[error("cannot be verified: {0}")]
    Unverifiable(String),
    /// Words, a path or bytes that are no key.
    #[error("invalid key: {0}; create one with `mycel keys add NAME`")]
    Key(String),
    /// A text that is no amount.
    #[error("invalid amount={text:?}: {reason}; write credits as `12` or `12.5`")]
    Amount {
        /// The text.
        text: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A message that cannot be written as JSON, or an address that is none.
    #[error("{0}")]
    Input(String),
}

impl ClientError {
    pub(crate) fn answer(reason: impl std::fmt::Display) -> Self {
        Self::Answer(reason.to_string())
    }

    /// A refusal by code: `not yet` has its own code.
    pub(crate) fn query(codespace: String, code: u32, log: String) -> Self {
        match not_yet(&codespace, code, &log) {
            Some(what) => Self::NotYet(what),
            None => Self::Query {
                codespace,
                code,
                log,
            },
        }
    }

    /// A refused transaction.
    pub(crate) fn refused(codespace: String, code: u32, log: String, hash: String) -> Self {
        match not_yet(&codespace, code, &log) {
            Some(what) => Self::NotYet(what),
            None => Self::Refused {
                codespace,
                code,
                log,
                hash,
            },
        }
    }

    /// Whether the node expected another sequence.
    pub(crate) fn is_wrong_sequence(&self) -> bool {
        match self {
            Self::Refused {
                codespace, code, ..
            }
            | Self::Query {
                codespace, code, ..
            } => {
                (codespace.as_str(), *code)
                    == (codes::WRONG_SEQUENCE.codespace, codes::WRONG_SEQUENCE.code)
                    // simulate wraps the same story in another code
                    || self.to_string().contains("account sequence mismatch")
            }
            _ => false,
        }
    }
}

fn not_yet(codespace: &str, code: u32, log: &str) -> Option<String> {
    let known = codes::mycel::NOT_YET;
    (codespace == known.codespace && code == known.code)
        .then(|| log.strip_prefix("not yet: ").unwrap_or(log).to_owned())
}
