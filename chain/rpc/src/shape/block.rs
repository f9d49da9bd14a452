//! Blocks, headers and commits.
use serde_json::{Map, Value, json};
use tendermint::{
    Hash, Time, Vote,
    block::{Commit, CommitSig, Header, Id},
    evidence::{self, Evidence},
    validator::Info,
};

use super::{base64, base64_or_null, node};
use crate::backend::StoredBlock;

/// Go's zero time, which absent votes carry.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

fn hash(hash: Option<Hash>) -> String {
    hash.map_or_else(String::new, |h| hex::encode_upper(h.as_bytes()))
}

/// RFC 3339 in UTC without trailing zeros.
pub fn time(time: Time) -> String {
    time.to_rfc3339()
}

/// `{hash, parts}`.
pub fn id(id: &Id) -> Value {
    json!({
        "hash": hash(Some(id.hash)),
        "parts": {"total": id.part_set_header.total, "hash": hash(Some(id.part_set_header.hash))},
    })
}

/// A header; `version.app` is left out when 0.
pub fn header(h: &Header) -> Value {
    let mut version = Map::new();
    version.insert("block".into(), h.version.block.to_string().into());
    if h.version.app != 0 {
        version.insert("app".into(), h.version.app.to_string().into());
    }
    json!({
        "version": version,
        "chain_id": h.chain_id.as_str(),
        "height": h.height.value().to_string(),
        "time": time(h.time),
        "last_block_id": id(&h.last_block_id.unwrap_or_default()),
        "last_commit_hash": hash(h.last_commit_hash),
        "data_hash": hash(h.data_hash),
        "validators_hash": hash(Some(h.validators_hash)),
        "next_validators_hash": hash(Some(h.next_validators_hash)),
        "consensus_hash": hash(Some(h.consensus_hash)),
        "app_hash": hex::encode_upper(h.app_hash.as_bytes()),
        "last_results_hash": hash(h.last_results_hash),
        "evidence_hash": hash(h.evidence_hash),
        "proposer_address": hex::encode_upper(h.proposer_address.as_bytes()),
    })
}

/// A commit. The first block's, which has none, is Go's empty one.
pub fn commit(commit: Option<&Commit>) -> Value {
    let Some(commit) = commit else {
        return json!({"height": "0", "round": 0, "block_id": id(&Id::default()), "signatures": []});
    };
    json!({
        "height": commit.height.value().to_string(),
        "round": commit.round.value(),
        "block_id": id(&commit.block_id),
        "signatures": commit.signatures.iter().map(signature).collect::<Vec<_>>(),
    })
}

fn signature(sig: &CommitSig) -> Value {
    let (flag, address, at, signature) = match sig {
        CommitSig::BlockIdFlagAbsent => {
            return json!({"block_id_flag": 1, "validator_address": "", "timestamp": ZERO_TIME, "signature": null});
        }
        CommitSig::BlockIdFlagCommit {
            validator_address,
            timestamp,
            signature,
        } => (2, validator_address, timestamp, signature),
        CommitSig::BlockIdFlagNil {
            validator_address,
            timestamp,
            signature,
        } => (3, validator_address, timestamp, signature),
    };
    json!({
        "block_id_flag": flag,
        "validator_address": hex::encode_upper(address.as_bytes()),
        "timestamp": time(*at),
        "signature": signature.as_ref().map(|s| base64(s.as_bytes())),
    })
}

fn evidence(list: &evidence::List) -> Value {
    let list: Vec<Value> = list.iter().map(one_evidence).collect();
    json!({"evidence": list})
}

fn one_evidence(evidence: &Evidence) -> Value {
    match evidence {
        Evidence::DuplicateVote(e) => json!({
            "type": "tendermint/DuplicateVoteEvidence",
            "value": {
                "vote_a": vote(&e.vote_a),
                "vote_b": vote(&e.vote_b),
                "TotalVotingPower": e.total_voting_power.value().to_string(),
                "ValidatorPower": e.validator_power.value().to_string(),
                "Timestamp": time(e.timestamp),
            },
        }),
        Evidence::LightClientAttack(e) => {
            let block = &e.conflicting_block;
            let members = |list: &[Info]| list.iter().map(node::validator).collect::<Vec<_>>();
            json!({
                "type": "tendermint/LightClientAttackEvidence",
                "value": {
                    "ConflictingBlock": {
                        "signed_header": {
                            "header": header(&block.signed_header.header),
                            "commit": commit(Some(&block.signed_header.commit)),
                        },
                        "validator_set": {
                            "validators": members(block.validator_set.validators()),
                            "proposer": block.validator_set.proposer().as_ref().map(node::validator),
                        },
                    },
                    "CommonHeight": e.common_height.value().to_string(),
                    "ByzantineValidators": members(&e.byzantine_validators),
                    "TotalVotingPower": e.total_voting_power.value().to_string(),
                    "Timestamp": time(e.timestamp),
                },
            })
        }
    }
}

fn vote(v: &Vote) -> Value {
    json!({
        "type": i32::from(v.vote_type),
        "height": v.height.value().to_string(),
        "round": v.round.value(),
        "block_id": id(&v.block_id.unwrap_or_default()),
        "timestamp": v.timestamp.map_or_else(|| ZERO_TIME.into(), time),
        "validator_address": hex::encode_upper(v.validator_address.as_bytes()),
        "validator_index": v.validator_index.value(),
        "signature": v.signature.as_ref().map(|s| base64(s.as_bytes())),
        "extension": base64_or_null(&v.extension),
        "extension_signature": v.extension_signature.as_ref().map(|s| base64(s.as_bytes())),
    })
}

/// A block without its id.
pub fn body(stored: &StoredBlock) -> Value {
    let block = &stored.block;
    json!({
        "header": header(&block.header),
        "data": {"txs": block.data.iter().map(|tx| base64(tx)).collect::<Vec<_>>()},
        "evidence": evidence(&block.evidence),
        "last_commit": commit(block.last_commit.as_ref()),
    })
}

/// `{block_id, block}`.
pub fn block(stored: &StoredBlock) -> Value {
    json!({"block_id": id(&stored.id), "block": body(stored)})
}

/// One entry of `blockchain`.
pub fn meta(stored: &StoredBlock) -> Value {
    json!({
        "block_id": id(&stored.id),
        "block_size": stored.bytes.to_string(),
        "header": header(&stored.block.header),
        "num_txs": stored.block.data.len().to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tendermint::{
        Signature, account,
        block::Round,
        evidence::{DuplicateVoteEvidence, List},
        vote,
    };

    #[test]
    fn evidence_is_written_as_go_writes_it() {
        let vote = |byte| Vote {
            vote_type: vote::Type::Precommit,
            height: 7u32.into(),
            round: Round::from(1u16),
            block_id: Some(Id {
                hash: Hash::Sha256([byte; 32]),
                ..Id::default()
            }),
            timestamp: Some(Time::from_unix_timestamp(7, 0).unwrap()),
            validator_address: account::Id::new([5; 20]),
            validator_index: 0i32.try_into().unwrap(),
            signature: Signature::new(vec![byte; 64]).unwrap(),
            extension: vec![],
            extension_signature: None,
        };
        let double = DuplicateVoteEvidence::new(vote(1), vote(2)).unwrap();
        let list = List::new(vec![Evidence::DuplicateVote(Box::new(double))]);
        let json = evidence(&list);
        let first = &json["evidence"][0];
        assert_eq!(first["type"], "tendermint/DuplicateVoteEvidence");
        let value = &first["value"];
        assert_eq!(
            (&value["vote_a"]["type"], &value["vote_a"]["height"]),
            (&json!(2), &json!("7"))
        );
        assert_eq!(value["vote_b"]["validator_address"], "05".repeat(20));
        assert_eq!(value["TotalVotingPower"], "0");
        assert_eq!(value["ValidatorPower"], "0");
        assert_eq!(value["Timestamp"], "1970-01-01T00:00:00Z");
        // tendermint-rs reads it back
        let read: evidence::List =
            serde_json::from_value::<tendermint_proto::v0_38::types::EvidenceList>(json)
                .unwrap()
                .try_into()
                .unwrap();
        assert_eq!(read, list);
        assert_eq!(evidence(&List::default()), json!({"evidence": []}));
    }
}
