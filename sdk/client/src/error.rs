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
    #[error("query refused: {} (code={codespace}/{code})", sentence(log))]
    Query {
        /// Whose code.
        codespace: String,
        /// The code.
        code: u32,
        /// The story.
        log: String,
    },
    /// A simulation shows that a transaction would be refused; nothing was sent.
    #[error("the chain would refuse this: {}; nothing was sent", sentence(log))]
    Foreseen {
        /// Whose code.
        codespace: String,
        /// The code.
        code: u32,
        /// The story, with the frames that carried it.
        log: String,
    },
    /// A transaction was refused, at check or in its block.
    #[error(
        "refused by the chain: {} (code={codespace}/{code}, tx={hash})",
        sentence(log)
    )]
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
    /// A transaction that was accepted is in no block, and never will be.
    #[error("another transaction of this account took the place of tx={hash}: send it again")]
    Displaced {
        /// The transaction.
        hash: String,
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

    /// A simulation's refusal: what the query said is about the transaction.
    pub(crate) fn foreseen(self) -> Self {
        match self {
            Self::Query {
                codespace,
                code,
                log,
            } => Self::Foreseen {
                codespace,
                code,
                log,
            },
            other => other,
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

    /// If the node expected another sequence: which, as far as it said so.
    pub(crate) fn expected_sequence(&self) -> Option<Option<u64>> {
        let (Self::Refused {
            codespace,
            code,
            log,
            ..
        }
        | Self::Foreseen {
            codespace,
            code,
            log,
        }) = self
        else {
            return None;
        };
        let known = codes::WRONG_SEQUENCE;
        // a simulation tells the same story under another code
        let told = log.contains("account sequence mismatch");
        ((codespace == known.codespace && *code == known.code) || told).then(|| {
            let (_, rest) = log.split_once("expected ")?;
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
            digits.parse().ok()
        })
    }
}

/// What the contract or the module said, without the frames that the transaction's way put around it.
fn sentence(log: &str) -> &str {
    let mut text = log;
    if let Some((frame, rest)) = text.split_once(" desc = ")
        && frame.starts_with("rpc error: ")
    {
        text = rest;
    }
    if let Some(rest) = text.strip_prefix("failed to execute message; message index: ") {
        text = rest.split_once(": ").map_or(rest, |(_, rest)| rest);
    }
    if let Some((rest, _)) = text.rsplit_once(" with gas used: '") {
        text = rest;
    }
    if let Some(rest) = text.strip_suffix(": query wasm contract failed: unknown request") {
        text = rest;
    }
    for verb in ["execute", "instantiate", "migrate", "query"] {
        let frame = format!(": {verb} wasm contract failed");
        text = text.strip_suffix(&frame).unwrap_or(text);
    }
    text
}

fn not_yet(codespace: &str, code: u32, log: &str) -> Option<String> {
    let known = codes::mycel::NOT_YET;
    (codespace == known.codespace && code == known.code)
        .then(|| log.strip_prefix("not yet: ").unwrap_or(log).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_sequence_is_read_from_the_refusal() {
        let refused = |codespace: &str, code, log: &str| {
            ClientError::refused(codespace.into(), code, log.into(), String::new())
        };
        let mismatch = "account sequence mismatch, expected 11, got 10: incorrect account sequence";
        assert_eq!(
            refused("sdk", 32, mismatch).expected_sequence(),
            Some(Some(11))
        );
        let simulated = ClientError::query("sdk".into(), 6, mismatch.into()).foreseen();
        assert_eq!(simulated.expected_sequence(), Some(Some(11)));
        assert_eq!(refused("sdk", 32, "?").expected_sequence(), Some(None));
        assert_eq!(refused("sdk", 5, "poor").expected_sequence(), None);
        assert_eq!(
            refused("mycel", 2, "not yet: gov"),
            ClientError::NotYet("gov".into())
        );
    }

    #[test]
    fn a_refusal_is_told_in_the_contract_s_own_words() {
        let said = "limit exceeded: headroom=5 amount=9";
        for log in [
            said.to_owned(),
            format!("{said}: execute wasm contract failed"),
            format!("{said}: query wasm contract failed: unknown request"),
            format!(
                "failed to execute message; message index: 12: {said}: execute wasm contract failed"
            ),
            format!(
                "rpc error: code = Unknown desc = failed to execute message; message index: 0: {said}: execute wasm contract failed with gas used: '77': unknown request"
            ),
        ] {
            assert_eq!(sentence(&log), said, "{log}");
        }
        let foreseen = ClientError::query("sdk".into(), 6, said.into()).foreseen();
        assert_eq!(
            foreseen.to_string(),
            format!("the chain would refuse this: {said}; nothing was sent")
        );
    }
}
