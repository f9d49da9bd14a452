//! Parts: how a proposer streams its block, and what a receiver checks before it keeps a byte.
//!
//! Every part carries the proposer's signed [`Init`], so parts are accepted in any order and through any
//! neighbour, and nothing unsigned is ever kept. A part's bytes are CometBFT's part of the block with its merkle
//! proof, so each is checked alone and a forged one spoils nothing.
use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;
use mycel_types::{
    Address,
    header::{PART_BYTES, ValueId, verify_ed25519, verify_part},
};

use crate::sign::Purpose;

/// What a proposer announces and signs before its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Init {
    /// At which height.
    pub height: u64,
    /// In which round.
    pub round: u32,
    /// For a re-proposal, the round whose polka it rests on.
    pub pol_round: Option<u32>,
    /// Who proposes.
    pub proposer: Address,
    /// What is proposed.
    pub value: ValueId,
    /// How many bytes the block has.
    pub size: u32,
}

impl Init {
    /// What a proposer vouches for with [`Purpose::Init`]: the chain id with its length, then the fields.
    pub fn vouched_bytes(&self, chain_id: &str) -> Vec<u8> {
        // chain ids have at most 50 bytes
        let mut bytes = vec![chain_id.len() as u8];
        bytes.extend_from_slice(chain_id.as_bytes());
        borsh::to_writer(&mut bytes, self).expect("writing to memory cannot fail");
        bytes
    }

    /// The bytes that the proposer's consensus key signs: domain, then [`Self::vouched_bytes`].
    pub fn sign_bytes(&self, chain_id: &str) -> Vec<u8> {
        Purpose::Init.sign_bytes(&self.vouched_bytes(chain_id))
    }

    /// Whether `key` signed this for `chain_id`.
    pub fn is_signed(&self, chain_id: &str, key: &[u8; 32], signature: &[u8; 64]) -> bool {
        verify_ed25519(key, &self.sign_bytes(chain_id), signature)
    }

    /// Whether size and count of parts fit together and stay within `max_bytes`.
    pub fn is_sane(&self, max_bytes: u64) -> bool {
        let size = self.size as usize;
        size > 0
            && u64::from(self.size) <= max_bytes
            && self.value.parts as usize == size.div_ceil(PART_BYTES)
    }

    /// How many bytes part `index` has.
    pub fn part_len(&self, index: u32) -> usize {
        let start = index as usize * PART_BYTES;
        (self.size as usize).saturating_sub(start).min(PART_BYTES)
    }
}

/// One part of a proposal, on the wire in borsh.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ProposalPart {
    /// What is proposed.
    pub init: Init,
    /// The proposer's signature of it.
    pub signature: [u8; 64],
    /// Which part, from 0.
    pub index: u32,
    /// Its merkle proof under [`ValueId::parts_hash`].
    pub proof: Vec<[u8; 32]>,
    /// Its bytes.
    pub bytes: Bytes,
}

impl ProposalPart {
    /// No part's encoding is longer: a receiver drops what is, unread.
    pub const MAX_ENCODED: usize = PART_BYTES + 2048;

    /// Whether this is the last part.
    pub fn is_last(&self) -> bool {
        u64::from(self.index) + 1 == u64::from(self.init.value.parts)
    }

    /// Whether the bytes are what the Init announces at this place.
    pub fn is_proven(&self) -> bool {
        self.index < self.init.value.parts
            && self.bytes.len() == self.init.part_len(self.index)
            && self.proof.len() <= 32
            && verify_part(
                &self.init.value.parts_hash,
                self.init.value.parts,
                self.index,
                &self.bytes,
                &self.proof,
            )
    }
}
