//! Between Malachite's types and the shapes on the wire.
use arc_malachitebft_app_channel::app::{
    consensus::{LivenessMsg, ProposedValue, SignedConsensusMsg},
    streaming::{StreamContent, StreamId, StreamMessage},
};
use arc_malachitebft_core_types::{
    self as core, ExtendedCommitCertificate, ExtendedCommitSignature, NilOrVal, PolkaCertificate,
    PolkaSignature, RoundCertificate, RoundCertificateType, RoundSignature, SignedProposal,
    SignedVote, ValidatorProof, Validity, VoteType,
};
use arc_malachitebft_sync as sync;
use mycel_types::header::ValueId;

use super::{
    CodecError, Part, Shape,
    bounded::{ByteString, List},
    wire,
};
use crate::context::{
    Address, Chain, Height, MAX_HEIGHT, MAX_ROUND, MAX_TIME, Proposal, Signature, Value, Vote,
};

type Result<T> = std::result::Result<T, CodecError>;

fn pack_round(round: core::Round) -> Result<wire::Round> {
    match round {
        core::Round::Nil => Ok(wire::Round(-1)),
        core::Round::Some(r) => i32::try_from(r)
            .map(wire::Round)
            .map_err(|_| CodecError::Range { field: "round" }),
    }
}

fn round_or_nil(round: wire::Round) -> Result<core::Round> {
    match round.0 {
        -1 => Ok(core::Round::Nil),
        r => u32::try_from(r)
            .ok()
            .filter(|r| *r < MAX_ROUND)
            .map(core::Round::new)
            .ok_or(CodecError::Range { field: "round" }),
    }
}

/// A round that a message is sent in; nil is none.
fn round(round: wire::Round) -> Result<core::Round> {
    match round_or_nil(round)? {
        core::Round::Nil => Err(CodecError::Range { field: "round" }),
        some => Ok(some),
    }
}

fn height(height: u64) -> Result<Height> {
    if height >= MAX_HEIGHT {
        return Err(CodecError::Range { field: "height" });
    }
    Ok(Height(height))
}

fn value(id: ValueId) -> Result<ValueId> {
    if id.time > MAX_TIME {
        return Err(CodecError::Range { field: "time" });
    }
    Ok(id)
}

fn nil_or(id: Option<ValueId>) -> Result<NilOrVal<ValueId>> {
    Ok(match id {
        Some(id) => NilOrVal::Val(value(id)?),
        None => NilOrVal::Nil,
    })
}

fn or_nil(id: &NilOrVal<ValueId>) -> Option<ValueId> {
    match id {
        NilOrVal::Val(id) => Some(*id),
        NilOrVal::Nil => None,
    }
}

fn address(bytes: [u8; 20]) -> Address {
    Address(mycel_types::Address(bytes))
}

/// What leaves or is logged bears a signature.
fn signed(signature: &Signature) -> Result<[u8; 64]> {
    if signature.is_withheld() {
        return Err(CodecError::Withheld);
    }
    Ok(signature.0)
}

fn vote_type(precommit: bool) -> VoteType {
    if precommit {
        VoteType::Precommit
    } else {
        VoteType::Prevote
    }
}

fn pack_extension(
    extension: Option<&core::SignedExtension<Chain>>,
) -> Result<Option<wire::SignedExtension>> {
    extension
        .map(|e| {
            Ok(wire::SignedExtension {
                bytes: ByteString(e.message.clone()),
                signature: signed(&e.signature)?,
            })
        })
        .transpose()
}

fn unpack_extension(
    extension: Option<wire::SignedExtension>,
) -> Option<core::SignedExtension<Chain>> {
    extension.map(|e| core::SignedExtension::new(e.bytes.0, Signature(e.signature)))
}

impl Shape<SignedVote<Chain>> for wire::Vote {
    fn pack(vote: &SignedVote<Chain>) -> Result<Self> {
        let m = &vote.message;
        Ok(Self {
            precommit: m.kind == VoteType::Precommit,
            height: m.height.0,
            round: pack_round(m.round)?,
            value: or_nil(&m.value),
            validator: m.validator.0.0,
            signature: signed(&vote.signature)?,
            extension: pack_extension(m.extension.as_ref())?,
        })
    }

    fn unpack(self) -> Result<SignedVote<Chain>> {
        Ok(SignedVote::new(
            Vote {
                kind: vote_type(self.precommit),
                height: height(self.height)?,
                round: round(self.round)?,
                value: nil_or(self.value)?,
                validator: address(self.validator),
                extension: unpack_extension(self.extension),
            },
            Signature(self.signature),
        ))
    }
}

impl Shape<SignedProposal<Chain>> for wire::Proposal {
    fn pack(proposal: &SignedProposal<Chain>) -> Result<Self> {
        let m = &proposal.message;
        Ok(Self {
            height: m.height.0,
            round: pack_round(m.round)?,
            pol_round: pack_round(m.pol_round)?,
            value: m.value.0,
            proposer: m.proposer.0.0,
            signature: signed(&proposal.signature)?,
        })
    }

    fn unpack(self) -> Result<SignedProposal<Chain>> {
        Ok(SignedProposal::new(
            Proposal {
                height: height(self.height)?,
                round: round(self.round)?,
                value: Value(value(self.value)?),
                pol_round: round_or_nil(self.pol_round)?,
                proposer: address(self.proposer),
            },
            Signature(self.signature),
        ))
    }
}

impl Shape<SignedConsensusMsg<Chain>> for wire::Consensus {
    fn pack(message: &SignedConsensusMsg<Chain>) -> Result<Self> {
        Ok(match message {
            SignedConsensusMsg::Vote(v) => Self::Vote(wire::Vote::pack(v)?),
            SignedConsensusMsg::Proposal(p) => Self::Proposal(wire::Proposal::pack(p)?),
        })
    }

    fn unpack(self) -> Result<SignedConsensusMsg<Chain>> {
        Ok(match self {
            Self::Vote(v) => SignedConsensusMsg::Vote(v.unpack()?),
            Self::Proposal(p) => SignedConsensusMsg::Proposal(p.unpack()?),
        })
    }
}

impl Shape<PolkaCertificate<Chain>> for wire::Polka {
    fn pack(c: &PolkaCertificate<Chain>) -> Result<Self> {
        Ok(Self {
            height: c.height.0,
            round: pack_round(c.round)?,
            value: c.value_id,
            signatures: List(
                c.polka_signatures
                    .iter()
                    .map(|s| {
                        Ok(wire::Signed {
                            validator: s.address.0.0,
                            signature: signed(&s.signature)?,
                        })
                    })
                    .collect::<Result<_>>()?,
            ),
        })
    }

    fn unpack(self) -> Result<PolkaCertificate<Chain>> {
        Ok(PolkaCertificate {
            height: height(self.height)?,
            round: round(self.round)?,
            value_id: value(self.value)?,
            polka_signatures: self
                .signatures
                .0
                .into_iter()
                .map(|s| PolkaSignature::new(address(s.validator), Signature(s.signature)))
                .collect(),
        })
    }
}

impl Shape<RoundCertificate<Chain>> for wire::RoundChange {
    fn pack(c: &RoundCertificate<Chain>) -> Result<Self> {
        Ok(Self {
            height: c.height.0,
            round: pack_round(c.round)?,
            precommit: matches!(c.cert_type, RoundCertificateType::Precommit),
            signatures: List(
                c.round_signatures
                    .iter()
                    .map(|s| {
                        Ok(wire::SignedInRound {
                            precommit: s.vote_type == VoteType::Precommit,
                            value: or_nil(&s.value_id),
                            validator: s.address.0.0,
                            signature: signed(&s.signature)?,
                        })
                    })
                    .collect::<Result<_>>()?,
            ),
        })
    }

    fn unpack(self) -> Result<RoundCertificate<Chain>> {
        Ok(RoundCertificate {
            height: height(self.height)?,
            round: round(self.round)?,
            cert_type: if self.precommit {
                RoundCertificateType::Precommit
            } else {
                RoundCertificateType::Skip
            },
            round_signatures: self
                .signatures
                .0
                .into_iter()
                .map(|s| {
                    Ok(RoundSignature::new(
                        vote_type(s.precommit),
                        nil_or(s.value)?,
                        address(s.validator),
                        Signature(s.signature),
                    ))
                })
                .collect::<Result<_>>()?,
        })
    }
}

impl Shape<LivenessMsg<Chain>> for wire::Liveness {
    fn pack(message: &LivenessMsg<Chain>) -> Result<Self> {
        Ok(match message {
            LivenessMsg::Vote(v) => Self::Vote(wire::Vote::pack(v)?),
            LivenessMsg::PolkaCertificate(c) => Self::Polka(wire::Polka::pack(c)?),
            LivenessMsg::SkipRoundCertificate(c) => Self::RoundChange(wire::RoundChange::pack(c)?),
        })
    }

    fn unpack(self) -> Result<LivenessMsg<Chain>> {
        Ok(match self {
            Self::Vote(v) => LivenessMsg::Vote(v.unpack()?),
            Self::Polka(c) => LivenessMsg::PolkaCertificate(c.unpack()?),
            Self::RoundChange(c) => LivenessMsg::SkipRoundCertificate(c.unpack()?),
        })
    }
}

impl Shape<ProposedValue<Chain>> for wire::Proposed {
    fn pack(v: &ProposedValue<Chain>) -> Result<Self> {
        Ok(Self {
            height: v.height.0,
            round: pack_round(v.round)?,
            valid_round: pack_round(v.valid_round)?,
            proposer: v.proposer.0.0,
            value: v.value.0,
            valid: v.validity.is_valid(),
        })
    }

    fn unpack(self) -> Result<ProposedValue<Chain>> {
        Ok(ProposedValue {
            height: height(self.height)?,
            round: round_or_nil(self.round)?,
            valid_round: round_or_nil(self.valid_round)?,
            proposer: address(self.proposer),
            value: Value(value(self.value)?),
            validity: Validity::from_bool(self.valid),
        })
    }
}

impl Shape<ValidatorProof<Chain>> for wire::Proof {
    fn pack(proof: &ValidatorProof<Chain>) -> Result<Self> {
        Ok(Self {
            public_key: ByteString(proof.public_key.clone().into()),
            peer_id: ByteString(proof.peer_id.clone().into()),
            signature: signed(&proof.signature)?,
        })
    }

    fn unpack(self) -> Result<ValidatorProof<Chain>> {
        Ok(ValidatorProof::new(
            self.public_key.0.into(),
            self.peer_id.0.into(),
            Signature(self.signature),
        ))
    }
}

impl Shape<StreamMessage<Part>> for wire::Stream {
    fn pack(message: &StreamMessage<Part>) -> Result<Self> {
        Ok(Self {
            id: ByteString(message.stream_id.to_bytes()),
            sequence: message.sequence,
            part: message
                .content
                .as_data()
                .map(super::part::Shape::pack)
                .transpose()?,
        })
    }

    fn unpack(self) -> Result<StreamMessage<Part>> {
        let content = match self.part {
            Some(part) => StreamContent::Data(part.unpack()?),
            None => StreamContent::Fin,
        };
        Ok(StreamMessage::new(
            StreamId::new(self.id.0),
            self.sequence,
            content,
        ))
    }
}

impl Shape<sync::Status<Chain>> for wire::Status {
    fn pack(status: &sync::Status<Chain>) -> Result<Self> {
        Ok(Self {
            peer_id: ByteString(status.peer_id.to_bytes().into()),
            tip: status.tip_height.0,
            base: status.history_min_height.0,
        })
    }

    fn unpack(self) -> Result<sync::Status<Chain>> {
        Ok(sync::Status {
            peer_id: sync::PeerId::from_bytes(&self.peer_id.0)
                .map_err(|_| CodecError::Range { field: "peer_id" })?,
            tip_height: height(self.tip)?,
            history_min_height: height(self.base)?,
        })
    }
}

impl Shape<sync::Request<Chain>> for wire::Request {
    fn pack(request: &sync::Request<Chain>) -> Result<Self> {
        let sync::Request::ValueRequest(values) = request;
        Ok(Self::Values {
            first: values.range.start().0,
            last: values.range.end().0,
        })
    }

    fn unpack(self) -> Result<sync::Request<Chain>> {
        let Self::Values { first, last } = self;
        Ok(sync::Request::ValueRequest(sync::ValueRequest::new(
            height(first)?..=height(last)?,
        )))
    }
}

impl Shape<sync::RawDecidedValue<Chain>> for wire::Decided {
    fn pack(decided: &sync::RawDecidedValue<Chain>) -> Result<Self> {
        let c = &decided.certificate;
        Ok(Self {
            block: ByteString(decided.value_bytes.clone()),
            height: c.height.0,
            round: pack_round(c.round)?,
            value: c.value_id,
            signatures: List(
                c.commit_signatures
                    .iter()
                    .map(|s| {
                        Ok(wire::CommitSignature {
                            validator: s.address.0.0,
                            signature: signed(&s.signature)?,
                            extension: pack_extension(s.extension.as_ref())?,
                        })
                    })
                    .collect::<Result<_>>()?,
            ),
        })
    }

    fn unpack(self) -> Result<sync::RawDecidedValue<Chain>> {
        Ok(sync::RawDecidedValue::new(
            self.block.0,
            ExtendedCommitCertificate {
                height: height(self.height)?,
                round: round(self.round)?,
                value_id: value(self.value)?,
                commit_signatures: self
                    .signatures
                    .0
                    .into_iter()
                    .map(|s| {
                        ExtendedCommitSignature::new(
                            address(s.validator),
                            Signature(s.signature),
                            unpack_extension(s.extension),
                        )
                    })
                    .collect(),
            },
        ))
    }
}

impl Shape<sync::Response<Chain>> for wire::Response {
    fn pack(response: &sync::Response<Chain>) -> Result<Self> {
        let sync::Response::ValueResponse(values) = response;
        Ok(Self::Values {
            first: values.start_height.0,
            values: List(
                values
                    .values
                    .iter()
                    .map(wire::Decided::pack)
                    .collect::<Result<_>>()?,
            ),
        })
    }

    fn unpack(self) -> Result<sync::Response<Chain>> {
        let Self::Values { first, values } = self;
        Ok(sync::Response::ValueResponse(sync::ValueResponse::new(
            height(first)?,
            values
                .0
                .into_iter()
                .map(Shape::unpack)
                .collect::<Result<_>>()?,
        )))
    }
}
