//! The file that carries a proof to somebody who never meets the node.
//!
//! # Format `mycel-bundle/1`
//! One JSON object, indented by two spaces, fields in this order, ended by one line feed; nothing else is accepted:
//!
//! | field | what | why it cannot be changed |
//! |---|---|---|
//! | `format` | `mycel-bundle/1` | compared |
//! | `chain_id` | the chain | in the signed header |
//! | `root` | `{height, block, validators}` of the first block | derived from it, compared with the reader's trust |
//! | `height` | the state's height H, decimal string | one below the signed header's |
//! | `store` | `mycel` or `ibc` | in the proof |
//! | `key`, `value` | lower-case hex; `value` null: the key is absent | in the proof |
//! | `story` | what key and value say | derived anew |
//! | `proof` | two operations `{type, key, data}`, hex | hashed up to the app hash; canonical protobuf |
//! | `path` | blocks from the trusted one, often empty | signed, each whole commit |
//! | `block` | `{header, commit, validators}` of H+1 | signed, the whole commit |
//!
//! `header` and `commit` are CometBFT's JSON, a validator is `{key: hex, power: decimal string}`.
use mycel_types::StoreId;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tendermint_proto::crypto::{ProofOp, ProofOps};

use crate::{LightBlock, VerifyError, block::bytes_of, limit, story};

/// The format's name and version.
pub const FORMAT: &str = "mycel-bundle/1";

/// A proof of one key, complete with all that is needed to verify it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    /// The chain.
    pub chain_id: String,
    /// What the reader has to trust.
    pub root: Root,
    /// The height whose state is shown.
    pub height: u64,
    /// The store.
    pub store: StoreId,
    /// The key.
    pub key: Vec<u8>,
    /// The value; `None`: the key is absent.
    pub value: Option<Vec<u8>>,
    /// In words; see [`story()`].
    pub story: String,
    /// From the value to the app hash.
    pub proof: ProofOps,
    /// From the trusted block (first) up to, but without, `block`. Empty if `block` itself is trusted.
    pub path: Vec<LightBlock>,
    /// The block of `height + 1`, whose header carries the app hash.
    pub block: LightBlock,
}

/// Where a bundle's trust begins: its first block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// The block's height.
    pub height: String,
    /// The header's hash.
    pub block: String,
    /// The hash of its validator set.
    pub validators: String,
}

impl Root {
    /// What has to be trusted for this block.
    pub fn of(block: &LightBlock) -> Self {
        Self {
            height: block.height().to_string(),
            block: hex::encode_upper(block.hash()),
            validators: hex::encode_upper(bytes_of(block.header.validators_hash)),
        }
    }
}

impl Bundle {
    /// Puts a bundle together. Nothing is verified here.
    pub fn new(
        store: StoreId,
        key: Vec<u8>,
        value: Option<Vec<u8>>,
        proof: ProofOps,
        path: Vec<LightBlock>,
        block: LightBlock,
    ) -> Self {
        Self {
            chain_id: block.header.chain_id.to_string(),
            root: Root::of(path.first().unwrap_or(&block)),
            height: block.height().saturating_sub(1),
            story: story(store, &key, value.as_deref()),
            store,
            key,
            value,
            proof,
            path,
            block,
        }
    }

    /// The bundle's one spelling.
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(&Written::from(self))
            .expect("a bundle is plain data and its maps have text keys");
        json.push(b'\n');
        json
    }

    /// Reads a bundle and refuses any other spelling than [`Bundle::to_json`]'s.
    pub fn from_json(bytes: &[u8]) -> Result<Self, VerifyError> {
        if bytes.len() > limit::BUNDLE_BYTES {
            return Err(VerifyError::Form(format!(
                "bytes={} limit={}",
                bytes.len(),
                limit::BUNDLE_BYTES
            )));
        }
        let written: Written =
            serde_json::from_slice(bytes).map_err(|e| VerifyError::Form(e.to_string()))?;
        let bundle = Self::try_from(written)?;
        let canonical = bundle.to_json();
        if canonical != bytes {
            let same = canonical.iter().zip(bytes).take_while(|(a, b)| a == b);
            return Err(VerifyError::Spelling(same.count()));
        }
        Ok(bundle)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: String,
    chain_id: String,
    root: Root,
    height: String,
    store: String,
    key: Hex,
    value: Option<Hex>,
    story: String,
    proof: Vec<WrittenOp>,
    path: Vec<LightBlock>,
    block: LightBlock,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOp {
    r#type: String,
    key: Hex,
    data: Hex,
}

struct Hex(Vec<u8>);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        hex::decode(text).map(Self).map_err(de::Error::custom)
    }
}

impl From<&Bundle> for Written {
    fn from(bundle: &Bundle) -> Self {
        Self {
            format: FORMAT.into(),
            chain_id: bundle.chain_id.clone(),
            root: bundle.root.clone(),
            height: bundle.height.to_string(),
            store: bundle.store.name().into(),
            key: Hex(bundle.key.clone()),
            value: bundle.value.clone().map(Hex),
            story: bundle.story.clone(),
            proof: bundle
                .proof
                .ops
                .iter()
                .map(|op| WrittenOp {
                    r#type: op.r#type.clone(),
                    key: Hex(op.key.clone()),
                    data: Hex(op.data.clone()),
                })
                .collect(),
            path: bundle.path.clone(),
            block: bundle.block.clone(),
        }
    }
}

impl TryFrom<Written> for Bundle {
    type Error = VerifyError;
    fn try_from(written: Written) -> Result<Self, VerifyError> {
        if written.format != FORMAT {
            return Err(VerifyError::Form(format!(
                "format={:?} expected={FORMAT}",
                written.format
            )));
        }
        let store = StoreId::ALL
            .into_iter()
            .find(|s| s.name() == written.store)
            .ok_or_else(|| VerifyError::Form(format!("unknown store={:?}", written.store)))?;
        let height = written
            .height
            .parse()
            .map_err(|e| VerifyError::Form(format!("height: {e}")))?;
        let ops = written.proof.into_iter().map(|op| ProofOp {
            r#type: op.r#type,
            key: op.key.0,
            data: op.data.0,
        });
        Ok(Self {
            chain_id: written.chain_id,
            root: written.root,
            height,
            store,
            key: written.key.0,
            value: written.value.map(|v| v.0),
            story: written.story,
            proof: ProofOps { ops: ops.collect() },
            path: written.path,
            block: written.block,
        })
    }
}
