//! What validators sign, byte for byte as CometBFT validators do.
use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use prost::Message;
use tendermint::{Hash, block};
use tendermint_proto::{
    google::protobuf::Timestamp,
    types::{
        CanonicalBlockId, CanonicalPartSetHeader, CanonicalProposal, CanonicalVote, SignedMsgType,
    },
};

use super::{HeaderError, hash_bytes};
use crate::Time;

/// What a vote for a block names: CometBFT's BlockID, and the header's time as the vote's timestamp.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize)]
pub struct ValueId {
    /// The header's hash.
    pub hash: [u8; 32],
    /// How many parts the block has.
    pub parts: u32,
    /// The merkle root over them.
    pub parts_hash: [u8; 32],
    /// The header's time.
    pub time: Time,
}

impl ValueId {
    /// The BlockID in tendermint's type.
    pub fn block_id(&self) -> block::Id {
        let mut id = block::Id {
            hash: Hash::Sha256(self.hash),
            ..Default::default()
        };
        id.part_set_header.total = self.parts;
        id.part_set_header.hash = Hash::Sha256(self.parts_hash);
        id
    }

    /// From a BlockID and a header's time; `Err` if a hash is missing.
    pub fn from_block_id(id: &block::Id, time: Time) -> Result<Self, HeaderError> {
        if id.hash == Hash::None || id.part_set_header.hash == Hash::None {
            return Err(HeaderError::Decode("BlockID without hash".into()));
        }
        Ok(Self {
            hash: hash_bytes(id.hash),
            parts: id.part_set_header.total,
            parts_hash: hash_bytes(id.part_set_header.hash),
            time,
        })
    }

    fn canonical(&self) -> CanonicalBlockId {
        CanonicalBlockId {
            hash: self.hash.to_vec(),
            part_set_header: Some(CanonicalPartSetHeader {
                total: self.parts,
                hash: self.parts_hash.to_vec(),
            }),
        }
    }
}

impl fmt::Display for ValueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(&self.hash[..8]))
    }
}

impl fmt::Debug for ValueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}@{}", self.time.0)
    }
}

/// Which of the two votes of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum VoteKind {
    /// The first.
    Prevote,
    /// The second: a quorum of these decides.
    Precommit,
}

fn timestamp(time: Time) -> Timestamp {
    Timestamp {
        // milliseconds since the epoch over 1000 fit into i64
        seconds: (time.0 / 1000) as i64,
        nanos: (time.0 % 1000 * 1_000_000) as i32,
    }
}

fn signed64(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The bytes that a vote signs; `None` votes nil, which carries no time.
pub fn vote_sign_bytes(
    chain_id: &str,
    kind: VoteKind,
    height: u64,
    round: u32,
    value: Option<&ValueId>,
) -> Vec<u8> {
    CanonicalVote {
        r#type: match kind {
            VoteKind::Prevote => SignedMsgType::Prevote,
            VoteKind::Precommit => SignedMsgType::Precommit,
        } as i32,
        height: signed64(height),
        round: i64::from(round),
        block_id: value.map(ValueId::canonical),
        timestamp: value.map(|v| timestamp(v.time)),
        chain_id: chain_id.to_owned(),
    }
    .encode_length_delimited_to_vec()
}

/// The bytes that a proposal signs; `pol_round` is the round of the polka that a re-proposal rests on.
pub fn proposal_sign_bytes(
    chain_id: &str,
    height: u64,
    round: u32,
    pol_round: Option<u32>,
    value: &ValueId,
) -> Vec<u8> {
    CanonicalProposal {
        r#type: SignedMsgType::Proposal as i32,
        height: signed64(height),
        round: i64::from(round),
        pol_round: pol_round.map_or(-1, i64::from),
        block_id: Some(value.canonical()),
        timestamp: Some(timestamp(value.time)),
        chain_id: chain_id.to_owned(),
    }
    .encode_length_delimited_to_vec()
}
