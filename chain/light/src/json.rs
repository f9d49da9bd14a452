//! CometBFT's JSON of headers and commits.
//!
//! Read here and not by tendermint's own serde, because its base64 reader asserts in debug builds and miscounts in
//! release builds on malformed padding. What is read goes through the protobuf types into the checked ones.
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use tendermint_proto::types as raw;

/// The JSON of a header: `#[serde(with = "json::header")]`.
pub mod header {
    use super::*;
    use tendermint::block::Header;

    /// Writes it.
    pub fn serialize<S: Serializer>(header: &Header, serializer: S) -> Result<S::Ok, S::Error> {
        HeaderJson::from(raw::Header::from(header.clone()))
            .with_time(header.time)
            .serialize(serializer)
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Header, D::Error> {
        let json = HeaderJson::deserialize(deserializer)?;
        let raw = raw::Header::try_from(json).map_err(de::Error::custom)?;
        Header::try_from(raw).map_err(de::Error::custom)
    }
}

/// The JSON of a commit: `#[serde(with = "json::commit")]`.
pub mod commit {
    use super::*;
    use tendermint::block::{Commit, CommitSig};

    /// Writes it.
    pub fn serialize<S: Serializer>(commit: &Commit, serializer: S) -> Result<S::Ok, S::Error> {
        let signature = |sig: &CommitSig| {
            let (flag, parts) = match sig {
                CommitSig::BlockIdFlagAbsent => (raw::BlockIdFlag::Absent, None),
                CommitSig::BlockIdFlagCommit {
                    validator_address,
                    timestamp,
                    signature,
                } => (
                    raw::BlockIdFlag::Commit,
                    Some((validator_address, timestamp, signature)),
                ),
                CommitSig::BlockIdFlagNil {
                    validator_address,
                    timestamp,
                    signature,
                } => (
                    raw::BlockIdFlag::Nil,
                    Some((validator_address, timestamp, signature)),
                ),
            };
            SignatureJson {
                block_id_flag: flag as i32,
                validator_address: Hex(parts.map_or(vec![], |p| p.0.as_bytes().to_vec())),
                timestamp: parts.map_or(NO_TIME.into(), |p| p.1.to_rfc3339()),
                signature: parts
                    .and_then(|p| p.2.as_ref())
                    .map(|s| STANDARD.encode(s.as_bytes())),
            }
        };
        CommitJson {
            height: commit.height.value().to_string(),
            round: commit.round.value(),
            block_id: raw::BlockId::from(commit.block_id).into(),
            signatures: commit.signatures.iter().map(signature).collect(),
        }
        .serialize(serializer)
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Commit, D::Error> {
        let json = CommitJson::deserialize(deserializer)?;
        let raw = raw::Commit::try_from(json).map_err(de::Error::custom)?;
        Commit::try_from(raw).map_err(de::Error::custom)
    }
}

/// Go's zero time, which absent signatures carry.
const NO_TIME: &str = "0001-01-01T00:00:00Z";

/// Upper-case hex; either case is read, and `null` as empty.
struct Hex(Vec<u8>);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode_upper(&self.0))
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        hex::decode(text).map(Self).map_err(de::Error::custom)
    }
}

#[derive(Serialize, Deserialize)]
struct VersionJson {
    block: String,
    #[serde(default = "zero")]
    app: String,
}

fn zero() -> String {
    "0".into()
}

#[derive(Serialize, Deserialize)]
struct PartsJson {
    total: u32,
    hash: Hex,
}

#[derive(Serialize, Deserialize)]
struct BlockIdJson {
    hash: Hex,
    parts: PartsJson,
}

#[derive(Serialize, Deserialize)]
struct HeaderJson {
    version: VersionJson,
    chain_id: String,
    height: String,
    time: String,
    last_block_id: BlockIdJson,
    last_commit_hash: Hex,
    data_hash: Hex,
    validators_hash: Hex,
    next_validators_hash: Hex,
    consensus_hash: Hex,
    app_hash: Hex,
    last_results_hash: Hex,
    evidence_hash: Hex,
    proposer_address: Hex,
}

#[derive(Serialize, Deserialize)]
struct SignatureJson {
    block_id_flag: i32,
    validator_address: Hex,
    timestamp: String,
    signature: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct CommitJson {
    height: String,
    round: u32,
    block_id: BlockIdJson,
    signatures: Vec<SignatureJson>,
}

fn number<T: std::str::FromStr<Err = std::num::ParseIntError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e| format!("number={text:?}: {e}"))
}

fn timestamp(text: &str) -> Result<tendermint_proto::google::protobuf::Timestamp, String> {
    tendermint::Time::parse_from_rfc3339(text)
        .map(Into::into)
        .map_err(|e| format!("time={text:?}: {e}"))
}

impl From<raw::BlockId> for BlockIdJson {
    fn from(id: raw::BlockId) -> Self {
        let parts = id.part_set_header.unwrap_or_default();
        Self {
            hash: Hex(id.hash),
            parts: PartsJson {
                total: parts.total,
                hash: Hex(parts.hash),
            },
        }
    }
}

impl From<BlockIdJson> for raw::BlockId {
    fn from(json: BlockIdJson) -> Self {
        Self {
            hash: json.hash.0,
            part_set_header: Some(raw::PartSetHeader {
                total: json.parts.total,
                hash: json.parts.hash.0,
            }),
        }
    }
}

impl HeaderJson {
    fn with_time(mut self, time: tendermint::Time) -> Self {
        self.time = time.to_rfc3339();
        self
    }
}

impl From<raw::Header> for HeaderJson {
    fn from(header: raw::Header) -> Self {
        let version = header.version.unwrap_or_default();
        Self {
            version: VersionJson {
                block: version.block.to_string(),
                app: version.app.to_string(),
            },
            chain_id: header.chain_id,
            height: header.height.to_string(),
            time: String::new(),
            last_block_id: header.last_block_id.unwrap_or_default().into(),
            last_commit_hash: Hex(header.last_commit_hash),
            data_hash: Hex(header.data_hash),
            validators_hash: Hex(header.validators_hash),
            next_validators_hash: Hex(header.next_validators_hash),
            consensus_hash: Hex(header.consensus_hash),
            app_hash: Hex(header.app_hash),
            last_results_hash: Hex(header.last_results_hash),
            evidence_hash: Hex(header.evidence_hash),
            proposer_address: Hex(header.proposer_address),
        }
    }
}

impl TryFrom<HeaderJson> for raw::Header {
    type Error = String;
    fn try_from(json: HeaderJson) -> Result<Self, String> {
        let last: raw::BlockId = json.last_block_id.into();
        let none = raw::BlockId {
            part_set_header: Some(raw::PartSetHeader::default()),
            ..raw::BlockId::default()
        };
        Ok(Self {
            version: Some(tendermint_proto::version::Consensus {
                block: number(&json.version.block)?,
                app: number(&json.version.app)?,
            }),
            chain_id: json.chain_id,
            height: number(&json.height)?,
            time: Some(timestamp(&json.time)?),
            last_block_id: (last != none).then_some(last),
            last_commit_hash: json.last_commit_hash.0,
            data_hash: json.data_hash.0,
            validators_hash: json.validators_hash.0,
            next_validators_hash: json.next_validators_hash.0,
            consensus_hash: json.consensus_hash.0,
            app_hash: json.app_hash.0,
            last_results_hash: json.last_results_hash.0,
            evidence_hash: json.evidence_hash.0,
            proposer_address: json.proposer_address.0,
        })
    }
}

impl TryFrom<CommitJson> for raw::Commit {
    type Error = String;
    fn try_from(json: CommitJson) -> Result<Self, String> {
        if json.signatures.len() > crate::limit::VALIDATORS {
            return Err(format!("signatures={}", json.signatures.len()));
        }
        let signatures = json
            .signatures
            .into_iter()
            .map(|sig| {
                let absent = sig.block_id_flag == raw::BlockIdFlag::Absent as i32;
                let signature = sig.signature.unwrap_or_default();
                if absent && sig.timestamp != NO_TIME {
                    return Err("an absent signature has a time".to_owned());
                }
                Ok(raw::CommitSig {
                    block_id_flag: sig.block_id_flag,
                    validator_address: sig.validator_address.0,
                    timestamp: if absent {
                        None
                    } else {
                        Some(timestamp(&sig.timestamp)?)
                    },
                    signature: STANDARD
                        .decode(signature)
                        .map_err(|e| format!("signature: {e}"))?,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            height: number(&json.height)?,
            round: i32::try_from(json.round).map_err(|e| format!("round: {e}"))?,
            block_id: Some(json.block_id.into()),
            signatures,
        })
    }
}
