//! `POST /mycel/relay`: a node sends a stranger's message in a transaction of its own, so that nobody's name stands on it.
//!
//! A transaction names its signer. What is shown anonymously therefore travels by a node that signs with a key of its
//! own and spends its own allowance; so it looks first whether the message would succeed. Which messages a node takes is
//! its [`Relay`]'s business; the door bounds the body, counts callers ([`rate`]) and words the answer.
//!
//! What a relay learns is the caller's network address and the time. Neither is written anywhere: the counts live in
//! memory for a minute, and nothing on this way logs.
mod rate;
mod serve;

use mycel_types::Limits;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use rate::Rate;
pub use serve::{Caller, accept, describe};

/// Sends messages that need no sender, at the node's own cost.
pub trait Relay: Send + Sync + 'static {
    /// Whom it sends for and how much.
    fn terms(&self) -> Terms;
    /// Checks the message against the last state, then signs and pools it. The same message again gives the same hash
    /// for as long as its transaction waits.
    fn relay(&self, errand: &Errand, limits: &Limits) -> Result<Sent, Refusal>;
}

/// Whom a relay sends for and how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// The account that signs and pays.
    pub account: String,
    /// The contracts whose messages it takes.
    pub contracts: Vec<String>,
    /// The kinds of messages that it takes.
    pub kinds: Vec<String>,
    /// Bytes of a request.
    pub body_bytes: usize,
    /// Messages that it sends in a minute, of all callers together.
    pub per_minute: u32,
    /// Requests of one network address in a minute, refused ones counted too.
    pub per_address: u32,
}

/// What a caller wants to have sent. It says nothing of when: what expires unpaid could be sent again for nothing, and
/// whatever the relay signed after it would lose its sequence.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errand {
    /// To which contract.
    pub contract: String,
    /// The message.
    pub msg: Value,
}

/// A message that is on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The transaction's hash, upper-case hex; `tx` finds it by this once it stands in a block.
    pub hash: String,
    /// The height whose state said that it would succeed.
    pub height: u64,
}

/// Why a message is not sent, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No relay here.
    #[error("this node relays nothing: ask another node")]
    Closed,
    /// The request cannot be read.
    #[error("request: {0}; send {{\"contract\", \"msg\"}} as JSON")]
    Request(String),
    /// Too many bytes.
    #[error("request too large: limit={limit} bytes; send the message alone")]
    TooLarge {
        /// What fits.
        limit: usize,
    },
    /// Not a contract that this relay sends to.
    #[error(
        "contract={contract} is not one that this node relays to; GET /mycel/relay lists them, or ask another node"
    )]
    Contract {
        /// The one that was named.
        contract: String,
    },
    /// Not a message that this relay sends.
    #[error(
        "message: {0}; a relay sends messages that name no sender: sign and send others yourself"
    )]
    Message(String),
    /// The last state says that it would fail.
    #[error(
        "refused by simulation: {0}; correct the message and send it again: the relay has spent nothing"
    )]
    Refused(String),
    /// Another message with the same nullifier waits for its block.
    #[error(
        "nullifier={nullifier} is under way already: hash={hash}; wait for that transaction's block"
    )]
    UnderWay {
        /// The nullifier.
        nullifier: String,
        /// What carries it.
        hash: String,
    },
    /// Too many requests.
    #[error("too many requests {of}: limit={limit} a minute; wait {seconds} s or ask another node")]
    TooMany {
        /// Whose.
        of: &'static str,
        /// How many there may be.
        limit: u32,
        /// When there is room again.
        seconds: u64,
    },
    /// The relay itself cannot send now.
    #[error("this relay cannot send now: {0}; ask another node, or try again later")]
    Unable(String),
}

impl Refusal {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Request(_) => "request",
            Self::TooLarge { .. } => "too_large",
            Self::Contract { .. } => "contract",
            Self::Message(_) => "message",
            Self::Refused(_) => "refused",
            Self::UnderWay { .. } => "under_way",
            Self::TooMany { .. } => "too_many",
            Self::Unable(_) => "unable",
        }
    }

    /// The status of HTTP.
    pub fn status(&self) -> u16 {
        match self {
            Self::Closed => 404,
            Self::Request(_) | Self::Message(_) => 400,
            Self::TooLarge { .. } => 413,
            Self::Contract { .. } => 403,
            Self::Refused(_) => 422,
            Self::UnderWay { .. } => 409,
            Self::TooMany { .. } => 429,
            Self::Unable(_) => 503,
        }
    }
}
