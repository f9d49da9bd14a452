//! What is stored of proposals and decided blocks.
use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;
use mycel_types::{
    Address, Params,
    header::{ValidatorSet, ValueId},
};
use prost::Message;
use sha2::{Digest, Sha256};
use tendermint::block::Commit;

use super::BlocksError;
use crate::{host::Init, sign::Signature};

/// What this node thinks of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Judgement {
    /// Its parent was not committed when it came; whether it came in time is known already.
    Open {
        /// Whether its time fitted the clock when it came.
        timely: bool,
    },
    /// Vote for it.
    Valid,
    /// Vote nil.
    Invalid,
}

/// A proposal, seen whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// What the proposer announced.
    pub init: Init,
    /// The proposer's signature of it.
    pub signature: Signature,
    /// Our judgement.
    pub judgement: Judgement,
    /// The block's canonical bytes.
    pub bytes: Bytes,
}

impl Undecided {
    /// Whether it came by value sync, proven by a certificate and not by its proposer.
    pub fn is_synced(&self) -> bool {
        self.signature == [0; 64]
    }

    pub(super) fn encode_head(&self) -> Result<Vec<u8>, BlocksError> {
        Ok(borsh::to_vec(&(self.init, self.signature, self.judgement))?)
    }

    pub(super) fn decode(head: &[u8], bytes: &[u8]) -> Result<Self, BlocksError> {
        let (init, signature, judgement) = borsh::from_slice(head)?;
        Ok(Self {
            init,
            signature,
            judgement,
            bytes: Bytes::copy_from_slice(bytes),
        })
    }
}

/// A decided block with all that is written beside it.
#[derive(Clone, Debug)]
pub struct Decided {
    /// Its height.
    pub height: u64,
    /// Its id.
    pub value: ValueId,
    /// Its canonical bytes.
    pub bytes: Bytes,
    /// What decided it.
    pub commit: Commit,
    /// The set that did.
    pub validators: ValidatorSet,
    /// The set of the next height.
    pub next_validators: ValidatorSet,
    /// The parameters in force.
    pub params: Params,
}

impl Decided {
    pub(super) fn encode_head(&self) -> Result<Vec<u8>, BlocksError> {
        let params = borsh::to_vec(&self.params)?;
        Ok(borsh::to_vec(&Head {
            value: self.value,
            commit: tendermint_proto::types::Commit::from(self.commit.clone()).encode_to_vec(),
            validators: self.validators.hash(),
            next_validators: self.next_validators.hash(),
            params: params_key(&params),
        })?)
    }
}

/// The key of encoded parameters.
pub(super) fn params_key(encoded: &[u8]) -> [u8; 32] {
    Sha256::digest(encoded).into()
}

/// What is stored beside a decided block's bytes.
#[derive(BorshSerialize, BorshDeserialize)]
pub(super) struct Head {
    pub value: ValueId,
    pub commit: Vec<u8>,
    pub validators: [u8; 32],
    pub next_validators: [u8; 32],
    pub params: [u8; 32],
}

impl Head {
    pub fn decode(bytes: &[u8]) -> Result<Self, BlocksError> {
        Ok(borsh::from_slice(bytes)?)
    }
}

/// A decided block, as it is read back.
#[derive(Clone, Debug)]
pub struct StoredBlock {
    /// Its id.
    pub value: ValueId,
    /// Its canonical bytes.
    pub bytes: Bytes,
    /// The commit that this node saw decide it.
    pub commit: Commit,
}

impl StoredBlock {
    pub(super) fn decode(head: &[u8], bytes: Bytes) -> Result<Self, BlocksError> {
        let head = Head::decode(head)?;
        let commit = tendermint_proto::types::Commit::decode(head.commit.as_slice())
            .ok()
            .and_then(|raw| Commit::try_from(raw).ok())
            .ok_or(BlocksError::Corrupt("commit"))?;
        Ok(Self {
            value: head.value,
            bytes,
            commit,
        })
    }
}

/// Proof that a validator signed two different votes or proposals in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// At which height.
    pub height: u64,
    /// In which round.
    pub round: u32,
    /// Who.
    pub validator: Address,
    /// CometBFT's DuplicateVoteEvidence in protobuf (for two proposals, both with their signatures).
    pub proof: Bytes,
}
