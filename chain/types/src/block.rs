//! What execution may see of a block.
use std::sync::Arc;

use borsh::BorshSerialize;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::{Address, Time};

/// SHA-256 of an input's canonical bytes: the key under which speculative executions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct InputId(pub [u8; 32]);

/// All that execution may see of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockInput {
    /// Height, from the chain's initial height upward.
    pub height: u64,
    /// The header's time.
    pub time: Time,
    /// Who proposed the block.
    pub proposer: Address,
    /// Who signed the block before.
    pub last_commit: CommitInfo,
    /// Evidence that the block carries.
    pub misbehavior: Vec<Misbehavior>,
    /// The header's `next_validators_hash`.
    pub next_validators_hash: [u8; 32],
    /// The transactions, undecoded, in order.
    pub txs: Arc<[Bytes]>,
}

impl BlockInput {
    /// The speculation key. Canonical bytes: the domain `mycel/input/v1`, then the fields in order in borsh.
    pub fn id(&self) -> InputId {
        let mut hasher = Sha256::new();
        hasher.update(b"mycel/input/v1");
        let head = (
            self.height,
            self.time,
            self.proposer,
            &self.last_commit,
            &self.misbehavior,
            self.next_validators_hash,
        );
        hasher.update(borsh::to_vec(&head).expect("writing to memory cannot fail"));
        hasher.update((self.txs.len() as u64).to_le_bytes());
        for tx in self.txs.iter() {
            hasher.update((tx.len() as u64).to_le_bytes());
            hasher.update(tx);
        }
        InputId(hasher.finalize().into())
    }
}

/// The commit of the block before, as far as execution cares.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize)]
pub struct CommitInfo {
    /// The round that decided.
    pub round: u32,
    /// One entry for each member of that height's validator set, in the set's order.
    pub votes: Vec<CommitVote>,
}

/// One validator's part in a commit.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct CommitVote {
    /// The validator.
    pub validator: Address,
    /// Its voting power at that height.
    pub power: u64,
    /// Whether its signature for the block is in the commit.
    pub signed: bool,
}

/// What a validator is shown to have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize)]
pub enum MisbehaviorKind {
    /// Two votes for one height, round and step.
    DuplicateVote,
    /// Signed a header of a light-client attack.
    LightClientAttack,
}

/// Proven misbehaviour that a block carries.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize)]
pub struct Misbehavior {
    /// What was done.
    pub kind: MisbehaviorKind,
    /// By whom.
    pub validator: Address,
    /// With which voting power.
    pub power: u64,
    /// At which height.
    pub height: u64,
    /// When.
    pub time: Time,
    /// The total voting power at that height.
    pub total_power: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_input_id_is_pinned() {
        let input = BlockInput {
            height: 7,
            time: Time(1_700_000_000_123),
            proposer: Address([1; 20]),
            last_commit: CommitInfo {
                round: 2,
                votes: vec![CommitVote {
                    validator: Address([3; 20]),
                    power: 10,
                    signed: true,
                }],
            },
            misbehavior: vec![],
            next_validators_hash: [9; 32],
            txs: vec![Bytes::from_static(b"a"), Bytes::from_static(b"bc")].into(),
        };
        assert_eq!(
            hex::encode(input.id().0),
            "d7f57b0caba9830397610b17b0bdf29e4aeb717a924ac6d96e0598ec72412728"
        );
        let mut other = input.clone();
        other.txs = vec![Bytes::from_static(b"ab"), Bytes::from_static(b"c")].into();
        assert_ne!(
            input.id(),
            other.id(),
            "the split between transactions counts"
        );
    }
}
