//! What comes out of executing a block.
use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;

use crate::{Params, codes::Code};

/// The root of the state after a block: CometBFT's simple merkle map of the stores' roots.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct AppHash(pub [u8; 32]);

impl std::fmt::Display for AppHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode_upper(self.0))
    }
}

impl std::fmt::Debug for AppHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A key and a value of an event.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Attribute {
    /// Name.
    pub key: String,
    /// Value, always text.
    pub value: String,
}

/// Something that happened, for people, indexes and proofs.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Event {
    /// The event's type, as `wasm` or `transfer`.
    pub kind: String,
    /// In the order in which they were emitted. All are indexed.
    pub attributes: Vec<Attribute>,
}

impl Event {
    /// An event from pairs.
    pub fn new<K: Into<String>, V: Into<String>>(
        kind: impl Into<String>,
        attributes: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self {
            kind: kind.into(),
            attributes: attributes
                .into_iter()
                .map(|(k, v)| Attribute {
                    key: k.into(),
                    value: v.into(),
                })
                .collect(),
        }
    }
}

/// What became of one transaction. Code, data and both gas figures are consensus; log and events are not hashed
/// into `last_results_hash` (events are proven through the state instead).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TxResult {
    /// 0 is success. See [`Code`].
    pub code: u32,
    /// Whose code it is; empty on success.
    pub codespace: String,
    /// `TxMsgData` of the messages' responses; empty on failure.
    pub data: Bytes,
    /// For people. Empty on success: clients parse a non-empty one.
    pub log: String,
    /// The transaction's gas limit.
    pub gas_wanted: u64,
    /// What it used.
    pub gas_used: u64,
    /// What it emitted; on failure only what admission emitted.
    pub events: Vec<Event>,
}

impl TxResult {
    /// Whether the transaction succeeded.
    pub fn ok(&self) -> bool {
        self.code == 0
    }

    /// A failure of `code` with its story.
    pub fn failed(code: Code, log: impl Into<String>, gas_wanted: u64, gas_used: u64) -> Self {
        Self {
            code: code.code,
            codespace: code.codespace.into(),
            data: Bytes::new(),
            log: log.into(),
            gas_wanted,
            gas_used,
            events: vec![],
        }
    }
}

/// A validator's new power; 0 removes it. Takes effect in the set of height + 2.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ValidatorUpdate {
    /// The ed25519 consensus key.
    pub key: [u8; 32],
    /// Voting power.
    pub power: u64,
}

/// Everything that a block's execution gives to the world.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Outcome {
    /// The state's root after the block; it stands in the *next* header.
    pub app_hash: AppHash,
    /// One result for each transaction.
    pub results: Vec<TxResult>,
    /// Events of the block itself (end of block).
    pub events: Vec<Event>,
    /// Changes of the validator set of height + 2; at genesis the whole first set.
    pub validators: Vec<ValidatorUpdate>,
    /// The parameters from the next height on, if they changed.
    pub params: Option<Params>,
}
