//! Votes, proposals and the parts of a proposal.
use arc_malachitebft_core_types::{self as core, NilOrVal, Round, SignedExtension, VoteType};
use mycel_types::header::{ValueId, VoteKind, proposal_sign_bytes, vote_sign_bytes};

use super::{Address, Chain, Height, Value};

/// A prevote or a precommit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Which of the two.
    pub kind: VoteType,
    /// At which height.
    pub height: Height,
    /// In which round.
    pub round: Round,
    /// For what.
    pub value: NilOrVal<ValueId>,
    /// By whom.
    pub validator: Address,
    /// The application's addition to a precommit. It is signed apart and is not part of the vote's sign bytes.
    pub extension: Option<SignedExtension<Chain>>,
}

impl Vote {
    /// The bytes that a CometBFT validator signs for this vote. `None` for a vote in no round, which is no vote.
    pub fn sign_bytes(&self, chain_id: &str) -> Option<Vec<u8>> {
        let kind = match self.kind {
            VoteType::Prevote => VoteKind::Prevote,
            VoteType::Precommit => VoteKind::Precommit,
        };
        let value = match &self.value {
            NilOrVal::Val(id) => Some(id),
            NilOrVal::Nil => None,
        };
        let round = self.round.as_u32()?;
        Some(vote_sign_bytes(chain_id, kind, self.height.0, round, value))
    }
}

impl core::Vote<Chain> for Vote {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &NilOrVal<ValueId> {
        &self.value
    }

    fn take_value(self) -> NilOrVal<ValueId> {
        self.value
    }

    fn vote_type(&self) -> VoteType {
        self.kind
    }

    fn validator_address(&self) -> &Address {
        &self.validator
    }

    fn extension(&self) -> Option<&SignedExtension<Chain>> {
        self.extension.as_ref()
    }

    fn take_extension(&mut self) -> Option<SignedExtension<Chain>> {
        self.extension.take()
    }

    fn extend(self, extension: SignedExtension<Chain>) -> Self {
        Self {
            extension: Some(extension),
            ..self
        }
    }
}

/// A proposal: the id of a block whose parts travel beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// At which height.
    pub height: Height,
    /// In which round.
    pub round: Round,
    /// Of what.
    pub value: Value,
    /// The round of the polka that the proposer saw for it, or nil.
    pub pol_round: Round,
    /// By whom.
    pub proposer: Address,
}

impl Proposal {
    /// The bytes that a CometBFT validator signs for this proposal; `None` in no round.
    pub fn sign_bytes(&self, chain_id: &str) -> Option<Vec<u8>> {
        Some(proposal_sign_bytes(
            chain_id,
            self.height.0,
            self.round.as_u32()?,
            self.pol_round.as_u32(),
            &self.value.0,
        ))
    }
}

impl core::Proposal<Chain> for Proposal {
    fn height(&self) -> Height {
        self.height
    }

    fn round(&self) -> Round {
        self.round
    }

    fn value(&self) -> &Value {
        &self.value
    }

    fn take_value(self) -> Value {
        self.value
    }

    fn pol_round(&self) -> Round {
        self.pol_round
    }

    fn validator_address(&self) -> &Address {
        &self.proposer
    }
}
