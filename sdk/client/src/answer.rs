//! Shapes of a node's answers: CometBFT 0.38's JSON, read into plain types.
//!
//! Numbers that may pass 2^53 are strings there, others are not; nodes differ in which. Both are read.
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, de};
use tendermint_proto::crypto::{ProofOp, ProofOps};

use crate::ClientError;

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The chain's name.
    pub chain_id: String,
    /// The node's name for people.
    pub moniker: String,
    /// Its version, as `0.38.…`.
    pub version: String,
    /// The last block.
    pub latest_height: u64,
    /// When it was made, RFC 3339.
    pub latest_time: String,
    /// Its hash, upper-case hex.
    pub latest_block_hash: String,
    /// The first block that the node still has.
    pub earliest_height: u64,
    /// Whether the node knows that it is behind.
    pub catching_up: bool,
}

/// An event that a transaction or a block emitted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Event {
    /// Its type, as `wasm`.
    #[serde(rename = "type")]
    pub kind: String,
    /// In the order in which they were emitted.
    #[serde(default, deserialize_with = "or_default")]
    pub attributes: Vec<Attribute>,
}

impl Event {
    /// The first attribute of this name.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|a| a.key == key)
            .map(|a| a.value.as_str())
    }
}

/// A key and a value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Attribute {
    /// Name.
    pub key: String,
    /// Value.
    #[serde(default, deserialize_with = "or_default")]
    pub value: String,
}

/// What became of a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Delivered {
    /// 0 is success.
    #[serde(default)]
    pub code: u32,
    /// Whose code.
    #[serde(default, deserialize_with = "or_default")]
    pub codespace: String,
    /// The story; empty on success.
    #[serde(default, deserialize_with = "or_default")]
    pub log: String,
    /// Protobuf `TxMsgData`.
    #[serde(default, deserialize_with = "base64_bytes")]
    pub data: Vec<u8>,
    /// The gas limit.
    #[serde(default, deserialize_with = "number")]
    pub gas_wanted: u64,
    /// What was used.
    #[serde(default, deserialize_with = "number")]
    pub gas_used: u64,
    /// What was emitted.
    #[serde(default, deserialize_with = "or_default")]
    pub events: Vec<Event>,
}

/// A transaction in a block.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Found {
    /// Its hash, upper-case hex.
    pub hash: String,
    /// The block.
    #[serde(deserialize_with = "number")]
    pub height: u64,
    /// Its place in the block.
    #[serde(default)]
    pub index: u32,
    /// What became of it.
    pub tx_result: Delivered,
    /// Its bytes.
    #[serde(default, deserialize_with = "base64_bytes")]
    pub tx: Vec<u8>,
}

/// A page of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct FoundPage {
    /// The transactions.
    #[serde(default, deserialize_with = "or_default")]
    pub txs: Vec<Found>,
    /// How many there are on all pages.
    #[serde(deserialize_with = "number")]
    pub total_count: u64,
}

/// What the mempool said.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Checked {
    /// 0 admits.
    #[serde(default)]
    pub code: u32,
    /// Whose code.
    #[serde(default, deserialize_with = "or_default")]
    pub codespace: String,
    /// The story.
    #[serde(default, deserialize_with = "or_default")]
    pub log: String,
    /// The transaction, upper-case hex.
    #[serde(default)]
    pub hash: String,
}

/// What a query said.
#[derive(Clone, Debug, PartialEq)]
pub struct Queried {
    /// The answer: protobuf, or the raw value of a store.
    pub value: Vec<u8>,
    /// With a proof: from the value to the app hash of block `height + 1`.
    pub proof: Option<ProofOps>,
    /// Which state was asked.
    pub height: u64,
}

#[derive(Deserialize)]
pub(crate) struct StatusJson {
    node_info: NodeInfoJson,
    sync_info: SyncInfoJson,
}

#[derive(Deserialize)]
struct NodeInfoJson {
    network: String,
    #[serde(default)]
    moniker: String,
    #[serde(default)]
    version: String,
}

#[derive(Deserialize)]
struct SyncInfoJson {
    #[serde(deserialize_with = "number")]
    latest_block_height: u64,
    #[serde(default)]
    latest_block_time: String,
    #[serde(default)]
    latest_block_hash: String,
    #[serde(default, deserialize_with = "number")]
    earliest_block_height: u64,
    #[serde(default)]
    catching_up: bool,
}

impl From<StatusJson> for Status {
    fn from(json: StatusJson) -> Self {
        Self {
            chain_id: json.node_info.network,
            moniker: json.node_info.moniker,
            version: json.node_info.version,
            latest_height: json.sync_info.latest_block_height,
            latest_time: json.sync_info.latest_block_time,
            latest_block_hash: json.sync_info.latest_block_hash,
            earliest_height: json.sync_info.earliest_block_height,
            catching_up: json.sync_info.catching_up,
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct QueryJson {
    response: QueryResponseJson,
}

#[derive(Deserialize)]
struct QueryResponseJson {
    #[serde(default)]
    code: u32,
    #[serde(default, deserialize_with = "or_default")]
    codespace: String,
    #[serde(default, deserialize_with = "or_default")]
    log: String,
    #[serde(default, deserialize_with = "base64_bytes")]
    value: Vec<u8>,
    #[serde(default, rename = "proofOps")]
    proof: Option<ProofOpsJson>,
    #[serde(default, deserialize_with = "number")]
    height: u64,
}

#[derive(Deserialize)]
struct ProofOpsJson {
    #[serde(default, deserialize_with = "or_default")]
    ops: Vec<ProofOpJson>,
}

#[derive(Deserialize)]
struct ProofOpJson {
    r#type: String,
    #[serde(default, deserialize_with = "base64_bytes")]
    key: Vec<u8>,
    #[serde(default, deserialize_with = "base64_bytes")]
    data: Vec<u8>,
}

impl TryFrom<QueryJson> for Queried {
    type Error = ClientError;
    fn try_from(json: QueryJson) -> Result<Self, ClientError> {
        let response = json.response;
        if response.code != 0 {
            return Err(ClientError::query(
                response.codespace,
                response.code,
                response.log,
            ));
        }
        Ok(Self {
            value: response.value,
            proof: response.proof.map(|proof| ProofOps {
                ops: proof
                    .ops
                    .into_iter()
                    .map(|op| ProofOp {
                        r#type: op.r#type,
                        key: op.key,
                        data: op.data,
                    })
                    .collect(),
            }),
            height: response.height,
        })
    }
}

#[derive(Deserialize)]
pub(crate) struct ValidatorsJson {
    #[serde(default, deserialize_with = "or_default")]
    pub validators: Vec<ValidatorJson>,
    #[serde(deserialize_with = "number")]
    pub total: u64,
}

#[derive(Deserialize)]
pub(crate) struct ValidatorJson {
    pub pub_key: KeyJson,
    #[serde(deserialize_with = "number")]
    pub voting_power: u64,
}

#[derive(Deserialize)]
pub(crate) struct KeyJson {
    pub r#type: String,
    #[serde(deserialize_with = "base64_bytes")]
    pub value: Vec<u8>,
}

impl KeyJson {
    /// The 32 bytes of an ed25519 key; no other kind is known.
    pub fn ed25519(&self) -> Result<[u8; 32], ClientError> {
        let key = self.value.as_slice().try_into().ok();
        key.filter(|_| self.r#type == "tendermint/PubKeyEd25519")
            .ok_or_else(|| ClientError::Answer(format!("unknown consensus key={}", self.r#type)))
    }
}

#[derive(Deserialize)]
pub(crate) struct CommitJson {
    pub signed_header: SignedHeaderJson,
}

#[derive(Deserialize)]
pub(crate) struct SignedHeaderJson {
    #[serde(with = "mycel_light::json::header")]
    pub header: tendermint::block::Header,
    #[serde(with = "mycel_light::json::commit")]
    pub commit: tendermint::block::Commit,
}

/// A number, or the text of one.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.parse().map_err(de::Error::custom),
    }
}

/// Base64, or nothing for `null`.
fn base64_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    STANDARD.decode(text).map_err(de::Error::custom)
}

/// The default for `null`, as Go writes empty lists.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
