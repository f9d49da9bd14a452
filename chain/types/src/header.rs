//! CometBFT headers, blocks, parts, commits and their hashes, built and checked.
//!
//! A [`Base`] is everything that is settled before a height: with it a block can be built or checked. What a
//! validator votes for is a [`ValueId`]: CometBFT's BlockID plus the header's time, so that the timestamp of every
//! precommit is a function of the vote and a certificate needs none. A block's bytes are canonical protobuf; the
//! part set, and so the BlockID, is a function of them.
//!
//! Blocks carry no evidence: equivocation is recorded by each node and acted upon by the assembly.
mod commit;
pub mod merkle;
mod parts;
mod sign_bytes;
mod validators;

use std::sync::Arc;

use bytes::Bytes;
use prost::Message;
use sha2::{Digest, Sha256};
use tendermint::{
    Block, Hash, account,
    block::{Commit, Header, header::Version},
    chain, evidence,
};

pub use self::{
    commit::{commit, commit_hash, commit_value, verify_commit, verify_ed25519},
    parts::{PART_BYTES, PartSet, verify_part},
    sign_bytes::{ValueId, VoteKind, proposal_sign_bytes, vote_sign_bytes},
    validators::{MAX_TOTAL_POWER, Validator, ValidatorSet},
};
use crate::{
    Address, AppHash, BlockInput, CommitInfo, CommitVote, Outcome, Params, Time, TxResult,
};

/// The block protocol's version in headers, CometBFT 0.38's.
pub const BLOCK_VERSION: u64 = 11;
/// The application's version in headers.
pub const APP_VERSION: u64 = 1;

/// Why a block is not what its height must have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The bytes are no block.
    #[error("undecodable block: {0}")]
    Decode(String),
    /// The bytes decode, but another encoding of the same block is the canonical one.
    #[error("block bytes are not canonical")]
    NotCanonical,
    /// A field of the header is wrong.
    #[error("wrong header: field={field} expected={expected} found={found}")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What stands in our own chain.
        expected: String,
        /// What the block says.
        found: String,
    },
    /// The header's time is not after the time of the block before, or is no whole millisecond.
    #[error("wrong time: {0}")]
    Time(String),
    /// The commit of the block before does not prove it.
    #[error("wrong last commit: {0}")]
    Commit(String),
    /// The proposer is no validator of this height.
    #[error("proposer={0} is not in the validator set")]
    Proposer(Address),
    /// The block carries evidence.
    #[error("not yet: evidence in blocks")]
    Evidence,
    /// A validator set that cannot be.
    #[error("invalid validator set: {0}")]
    Validators(String),
}

impl HeaderError {
    /// Whether the block, if two thirds certified it, proves that our own state is another than theirs.
    pub fn is_divergence(&self) -> bool {
        const OURS: [&str; 8] = [
            "chain_id",
            "version",
            "last_block_id",
            "validators_hash",
            "next_validators_hash",
            "consensus_hash",
            "app_hash",
            "last_results_hash",
        ];
        matches!(self, Self::Field { field, .. } if OURS.contains(field))
    }
}

/// The block before, as the next one must name it.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    /// What was decided.
    pub value: ValueId,
    /// A commit that proves it.
    pub commit: Commit,
    /// The set that signed it.
    pub validators: ValidatorSet,
}

/// Everything that is settled before a height.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// The chain's name.
    pub chain_id: chain::Id,
    /// The height that is to be built or checked.
    pub height: u64,
    /// The block before; `None` at the initial height.
    pub last: Option<Last>,
    /// The time of the block before; genesis time at the initial height.
    pub last_time: Time,
    /// The set of this height.
    pub validators: ValidatorSet,
    /// The set of the height after.
    pub next_validators: ValidatorSet,
    /// The parameters in force at this height.
    pub params: Params,
    /// The state's root after the block before.
    pub app_hash: AppHash,
    /// [`results_hash`] of the block before.
    pub last_results_hash: [u8; 32],
}

impl Base {
    /// What is settled before the initial height. `outcome` is that of genesis.
    pub fn genesis(
        chain_id: chain::Id,
        initial_height: u64,
        time: Time,
        params: Params,
        outcome: &Outcome,
    ) -> Result<Self, HeaderError> {
        let validators = ValidatorSet::default().apply(&outcome.validators)?;
        if validators.is_empty() {
            return Err(HeaderError::Validators("genesis names none".into()));
        }
        Ok(Self {
            chain_id,
            height: initial_height,
            last: None,
            last_time: time,
            next_validators: validators.clone(),
            validators,
            params: outcome.params.clone().unwrap_or(params),
            app_hash: outcome.app_hash,
            last_results_hash: results_hash(&[]),
        })
    }

    /// What is settled after this height's block was decided and executed.
    pub fn advance(
        &self,
        value: ValueId,
        commit: Commit,
        outcome: &Outcome,
    ) -> Result<Self, HeaderError> {
        Ok(Self {
            chain_id: self.chain_id.clone(),
            height: self.height + 1,
            last: Some(Last {
                value,
                commit,
                validators: self.validators.clone(),
            }),
            last_time: value.time,
            validators: self.next_validators.clone(),
            next_validators: self.next_validators.apply(&outcome.validators)?,
            params: outcome
                .params
                .clone()
                .unwrap_or_else(|| self.params.clone()),
            app_hash: outcome.app_hash,
            last_results_hash: results_hash(&outcome.results),
        })
    }

    /// Builds this height's block.
    pub fn block(
        &self,
        time: Time,
        proposer: Address,
        txs: Vec<Bytes>,
    ) -> Result<Block, HeaderError> {
        let txs: Vec<Vec<u8>> = txs.into_iter().map(Vec::from).collect();
        let header = self.header(time, proposer, &txs, self.last.as_ref().map(|l| &l.commit))?;
        Ok(Block::new(
            header,
            txs,
            evidence::List::default(),
            self.last.as_ref().map(|l| l.commit.clone()),
        ))
    }

    /// The bytes that this height's block has without transactions, rounded up: what [`crate::Draft::max_bytes`]
    /// is short of the block's limit.
    pub fn overhead(&self) -> u64 {
        let bare = self
            .block(self.last_time.plus_millis(999), Address([0xff; 20]), vec![])
            .map(|b| encode_block(&b).len())
            .unwrap_or(0);
        bare as u64 + 16
    }

    fn header(
        &self,
        time: Time,
        proposer: Address,
        txs: &[Vec<u8>],
        last_commit: Option<&Commit>,
    ) -> Result<Header, HeaderError> {
        let decode = |e: tendermint::Error| HeaderError::Decode(e.to_string());
        Ok(Header {
            version: Version {
                block: BLOCK_VERSION,
                app: APP_VERSION,
            },
            chain_id: self.chain_id.clone(),
            height: self.height.try_into().map_err(decode)?,
            time: time
                .try_into()
                .map_err(|e: crate::time::TimeError| HeaderError::Time(e.to_string()))?,
            last_block_id: self.last.as_ref().map(|l| l.value.block_id()),
            last_commit_hash: Some(Hash::Sha256(commit_hash(last_commit))),
            data_hash: Some(Hash::Sha256(data_hash(txs))),
            validators_hash: Hash::Sha256(self.validators.hash()),
            next_validators_hash: Hash::Sha256(self.next_validators.hash()),
            consensus_hash: Hash::Sha256(self.params.consensus_hash()),
            app_hash: self.app_hash.0.to_vec().try_into().map_err(decode)?,
            last_results_hash: Some(Hash::Sha256(self.last_results_hash)),
            evidence_hash: Some(Hash::Sha256(merkle::root::<[u8; 0]>(&[]))),
            proposer_address: account::Id::new(proposer.0),
        })
    }

    /// Checks that `block` is a block of this height: every field of its header, its data, and the commit of the
    /// block before with every signature. What it does not check: admission of transactions, size, and bounds of
    /// time against a clock.
    pub fn check(&self, block: &Block) -> Result<(), HeaderError> {
        let found = &block.header;
        let time = Time::try_from(found.time).map_err(|e| HeaderError::Time(e.to_string()))?;
        let proposer = address(found.proposer_address);
        let expected = self.header(time, proposer, &block.data, block.last_commit.as_ref())?;
        macro_rules! same {
            ($($field:ident),*) => { $(
                if found.$field != expected.$field {
                    return Err(HeaderError::Field {
                        field: stringify!($field),
                        expected: format!("{:?}", expected.$field),
                        found: format!("{:?}", found.$field),
                    });
                }
            )* };
        }
        // what concerns the block alone comes first: only a well-formed block can prove a divergence
        same!(height, data_hash, last_commit_hash, evidence_hash);
        if !block.evidence.as_ref().is_empty() {
            return Err(HeaderError::Evidence);
        }
        if time <= self.last_time {
            return Err(HeaderError::Time(format!(
                "time={} must be after last_time={}",
                time.0, self.last_time.0
            )));
        }
        same!(
            chain_id,
            version,
            last_block_id,
            validators_hash,
            next_validators_hash,
            consensus_hash,
            app_hash,
            last_results_hash
        );
        if self.validators.get(&proposer).is_none() {
            return Err(HeaderError::Proposer(proposer));
        }
        match (&self.last, &block.last_commit) {
            (None, None) => Ok(()),
            (Some(last), Some(commit)) if *commit == last.commit => Ok(()),
            (Some(last), Some(commit)) => verify_commit(
                &self.chain_id,
                self.height - 1,
                &last.value,
                commit,
                &last.validators,
            ),
            (None, Some(_)) => Err(HeaderError::Commit("the first block has none".into())),
            (Some(_), None) => Err(HeaderError::Commit("missing".into())),
        }
    }

    /// What execution may see of `block`.
    pub fn input(&self, block: &Block) -> Result<BlockInput, HeaderError> {
        input(block, self.last.as_ref().map(|l| &l.validators))
    }
}

/// What execution may see of `block`; `last_validators` is the set of the height before, `None` for the first.
pub fn input(
    block: &Block,
    last_validators: Option<&ValidatorSet>,
) -> Result<BlockInput, HeaderError> {
    let last_commit = match (&block.last_commit, last_validators) {
        (Some(commit), Some(set)) => {
            if commit.signatures.len() != set.len() {
                return Err(HeaderError::Commit(format!(
                    "signatures={} validators={}",
                    commit.signatures.len(),
                    set.len()
                )));
            }
            CommitInfo {
                round: commit.round.value(),
                votes: set
                    .iter()
                    .zip(&commit.signatures)
                    .map(|(v, s)| CommitVote {
                        validator: v.address,
                        power: v.power,
                        signed: s.is_commit(),
                    })
                    .collect(),
            }
        }
        _ => CommitInfo::default(),
    };
    Ok(BlockInput {
        height: block.header.height.value(),
        time: Time::try_from(block.header.time).map_err(|e| HeaderError::Time(e.to_string()))?,
        proposer: address(block.header.proposer_address),
        last_commit,
        misbehavior: vec![],
        next_validators_hash: hash_bytes(block.header.next_validators_hash),
        txs: block
            .data
            .iter()
            .map(|tx| Bytes::copy_from_slice(tx))
            .collect::<Arc<[Bytes]>>(),
    })
}

/// A block's canonical bytes.
pub fn encode_block(block: &Block) -> Vec<u8> {
    tendermint_proto::types::Block::from(block.clone()).encode_to_vec()
}

/// Reads a block from its canonical bytes; other encodings of the same block are refused, so that a block has
/// one part set.
pub fn decode_block(bytes: &[u8]) -> Result<Block, HeaderError> {
    let decode = |e: &dyn std::fmt::Display| HeaderError::Decode(e.to_string());
    let raw = tendermint_proto::types::Block::decode(bytes).map_err(|e| decode(&e))?;
    let block = Block::try_from(raw).map_err(|e| decode(&e))?;
    if encode_block(&block) != bytes {
        return Err(HeaderError::NotCanonical);
    }
    Ok(block)
}

/// What validators vote for when they vote for a block.
pub fn value_id(block: &Block, parts: &PartSet) -> Result<ValueId, HeaderError> {
    Ok(ValueId {
        hash: hash_bytes(block.header.hash()),
        parts: parts.total(),
        parts_hash: parts.root(),
        time: Time::try_from(block.header.time).map_err(|e| HeaderError::Time(e.to_string()))?,
    })
}

/// The header's `last_results_hash`: over code, data, gas wanted and gas used of each result.
pub fn results_hash(results: &[TxResult]) -> [u8; 32] {
    let leaves: Vec<Vec<u8>> = results
        .iter()
        .map(|r| {
            tendermint_proto::abci::ExecTxResult {
                code: r.code,
                data: r.data.clone(),
                gas_wanted: i64::try_from(r.gas_wanted).unwrap_or(i64::MAX),
                gas_used: i64::try_from(r.gas_used).unwrap_or(i64::MAX),
                ..Default::default()
            }
            .encode_to_vec()
        })
        .collect();
    merkle::root(&leaves)
}

/// A transaction's hash, as clients know it.
pub fn tx_hash(tx: &[u8]) -> [u8; 32] {
    Sha256::digest(tx).into()
}

/// The header's `data_hash`: the merkle root of the transactions' hashes.
pub fn data_hash<T: AsRef<[u8]>>(txs: &[T]) -> [u8; 32] {
    let hashes: Vec<[u8; 32]> = txs.iter().map(|tx| tx_hash(tx.as_ref())).collect();
    merkle::root(&hashes)
}

/// The address in tendermint's type.
pub fn address(id: account::Id) -> Address {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(id.as_bytes());
    Address(bytes)
}

/// The bytes of a SHA-256 hash; zeros for the empty one.
pub fn hash_bytes(hash: Hash) -> [u8; 32] {
    match hash {
        Hash::Sha256(bytes) => bytes,
        Hash::None => [0; 32],
    }
}

#[cfg(test)]
mod tests;
