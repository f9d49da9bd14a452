//! The types that Malachite runs on: votes and proposals that sign CometBFT's canonical bytes.
mod message;
mod validators;
mod value;

use std::{fmt, sync::Arc};

use arc_malachitebft_core_types::{self as core, LinearTimeouts, NilOrVal, Round, VoteType};
use bytes::Bytes;
use mycel_types::header::ValueId;

pub use message::{Proposal, Vote};
pub use validators::{Validator, ValidatorSet};
pub use value::{Address, Height, MAX_HEIGHT, MAX_ROUND, MAX_TIME, Value};

use crate::codec::Part;

/// An ed25519 signature. All zeros stands for a signature that the signer refused to make; it never verifies and is
/// never sent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signature(pub [u8; 64]);

impl Signature {
    /// What stands where the signer refused.
    pub const WITHHELD: Self = Self([0; 64]);

    /// Whether the signer refused.
    pub fn is_withheld(&self) -> bool {
        *self == Self::WITHHELD
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0[..8]))
    }
}

/// Ed25519, as CometBFT verifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ed25519;

impl core::SigningScheme for Ed25519 {
    type DecodingError = &'static str;
    type Signature = Signature;
    type PublicKey = ed25519_consensus::VerificationKey;
    type PrivateKey = ed25519_consensus::SigningKey;

    fn decode_signature(bytes: &[u8]) -> Result<Signature, &'static str> {
        bytes
            .try_into()
            .map(Signature)
            .map_err(|_| "a signature has 64 bytes")
    }

    fn encode_signature(signature: &Signature) -> Vec<u8> {
        signature.0.to_vec()
    }

    fn decode_public_key(bytes: &[u8]) -> Result<Self::PublicKey, &'static str> {
        Self::PublicKey::try_from(bytes).map_err(|_| "not an ed25519 key")
    }

    fn encode_public_key(key: &Self::PublicKey) -> Vec<u8> {
        key.to_bytes().to_vec()
    }
}

/// Malachite's context for one chain.
#[derive(Clone, Debug)]
pub struct Chain {
    id: Arc<str>,
}

impl Chain {
    /// The context of the chain with this id.
    pub fn new(id: &str) -> Self {
        Self { id: id.into() }
    }

    /// The chain's id, part of everything that is signed.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl core::Context for Chain {
    type Address = Address;
    type Height = Height;
    type ProposalPart = Part;
    type Proposal = Proposal;
    type Validator = Validator;
    type ValidatorSet = ValidatorSet;
    type Timeouts = LinearTimeouts;
    type Value = Value;
    type Vote = Vote;
    type Extension = Bytes;
    type SigningScheme = Ed25519;

    fn select_proposer<'a>(
        &self,
        set: &'a ValidatorSet,
        height: Height,
        round: Round,
    ) -> &'a Validator {
        set.proposer(height.0, round.as_u32().unwrap_or(0))
    }

    fn new_proposal(
        &self,
        height: Height,
        round: Round,
        value: Value,
        pol_round: Round,
        proposer: Address,
    ) -> Proposal {
        Proposal {
            height,
            round,
            value,
            pol_round,
            proposer,
        }
    }

    fn new_prevote(
        &self,
        height: Height,
        round: Round,
        value: NilOrVal<ValueId>,
        validator: Address,
    ) -> Vote {
        Vote {
            kind: VoteType::Prevote,
            height,
            round,
            value,
            validator,
            extension: None,
        }
    }

    fn new_precommit(
        &self,
        height: Height,
        round: Round,
        value: NilOrVal<ValueId>,
        validator: Address,
    ) -> Vote {
        Vote {
            kind: VoteType::Precommit,
            height,
            round,
            value,
            validator,
            extension: None,
        }
    }
}
