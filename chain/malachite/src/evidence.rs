//! Equivocation, as it is kept for audits and for the assembly.
use arc_malachitebft_app_channel::app::types::MisbehaviorEvidence;
use arc_malachitebft_core_types::{NilOrVal, SignedProposal, SignedVote, VoteType};
use mycel_engine::blocks::Evidence;
use mycel_types::{
    Time,
    header::{ValidatorSet, ValueId},
};
use prost::Message;
use tendermint_proto::{
    google::protobuf::Timestamp,
    types::{
        BlockId, DuplicateVoteEvidence, PartSetHeader, Proposal as RawProposal, SignedMsgType,
        Vote as RawVote,
    },
};

use crate::context::Chain;

fn timestamp(time: Time) -> Timestamp {
    Timestamp {
        seconds: i64::try_from(time.0 / 1000).unwrap_or(i64::MAX),
        // below 10^9
        nanos: (time.0 % 1000) as i32 * 1_000_000,
    }
}

fn block_id(value: &ValueId) -> BlockId {
    BlockId {
        hash: value.hash.to_vec(),
        part_set_header: Some(PartSetHeader {
            total: value.parts,
            hash: value.parts_hash.to_vec(),
        }),
    }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn raw_vote(vote: &SignedVote<Chain>, set: &ValidatorSet) -> RawVote {
    let message = &vote.message;
    let value = match &message.value {
        NilOrVal::Val(id) => Some(id),
        NilOrVal::Nil => None,
    };
    let index = set
        .iter()
        .position(|v| v.address == message.validator.0)
        .and_then(|i| i32::try_from(i).ok());
    RawVote {
        r#type: match message.kind {
            VoteType::Prevote => SignedMsgType::Prevote,
            VoteType::Precommit => SignedMsgType::Precommit,
        }
        .into(),
        height: signed(message.height.0),
        round: i32::try_from(message.round.as_i64()).unwrap_or(-1),
        block_id: value.map(block_id),
        timestamp: value.map(|v| timestamp(v.time)),
        validator_address: message.validator.0.0.to_vec(),
        validator_index: index.unwrap_or(-1),
        signature: vote.signature.0.to_vec(),
        ..RawVote::default()
    }
}

/// CometBFT's evidence of two votes: the one for the smaller block id comes first.
fn two_votes(
    pair: &(SignedVote<Chain>, SignedVote<Chain>),
    set: &ValidatorSet,
    time: Time,
) -> Evidence {
    let (a, b) = if or_nil(&pair.0) <= or_nil(&pair.1) {
        (&pair.0, &pair.1)
    } else {
        (&pair.1, &pair.0)
    };
    let validator = a.message.validator.0;
    let proof = DuplicateVoteEvidence {
        vote_a: Some(raw_vote(a, set)),
        vote_b: Some(raw_vote(b, set)),
        total_voting_power: signed(set.total_power()),
        validator_power: set.get(&validator).map_or(0, |v| signed(v.power)),
        timestamp: Some(timestamp(time)),
    };
    Evidence {
        height: a.message.height.0,
        round: a.message.round.as_u32().unwrap_or(0),
        validator,
        proof: proof.encode_to_vec().into(),
    }
}

fn or_nil(vote: &SignedVote<Chain>) -> Option<ValueId> {
    match &vote.message.value {
        NilOrVal::Val(id) => Some(*id),
        NilOrVal::Nil => None,
    }
}

fn raw_proposal(proposal: &SignedProposal<Chain>) -> RawProposal {
    let message = &proposal.message;
    RawProposal {
        r#type: SignedMsgType::Proposal.into(),
        height: signed(message.height.0),
        round: i32::try_from(message.round.as_i64()).unwrap_or(-1),
        pol_round: i32::try_from(message.pol_round.as_i64()).unwrap_or(-1),
        block_id: Some(block_id(&message.value.0)),
        timestamp: Some(timestamp(message.value.0.time)),
        signature: proposal.signature.0.to_vec(),
    }
}

/// CometBFT knows no evidence of two proposals: both are kept, each with its length in front.
fn two_proposals(pair: &(SignedProposal<Chain>, SignedProposal<Chain>)) -> Evidence {
    let mut proof = raw_proposal(&pair.0).encode_length_delimited_to_vec();
    proof.extend(raw_proposal(&pair.1).encode_length_delimited_to_vec());
    let message = &pair.0.message;
    Evidence {
        height: message.height.0,
        round: message.round.as_u32().unwrap_or(0),
        validator: message.proposer.0,
        proof: proof.into(),
    }
}

/// What Malachite saw during a height. `time` is the time of the block that ended it.
pub(crate) fn evidence(
    seen: &MisbehaviorEvidence<Chain>,
    set: &ValidatorSet,
    time: Time,
) -> Vec<Evidence> {
    let mut all = Vec::new();
    for (_, pairs) in &seen.proposals {
        all.extend(pairs.iter().map(two_proposals));
    }
    // one place in the store for each validator and round: votes, which CometBFT understands, come last and stay
    for (_, pairs) in &seen.votes {
        all.extend(pairs.iter().map(|pair| two_votes(pair, set, time)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::{Address, Height, Signature, Vote};
    use arc_malachitebft_core_types::Round;
    use ed25519_consensus::SigningKey;

    #[test]
    fn two_votes_are_evidence_that_tendermint_reads_and_its_signatures_verify() {
        let key: &SigningKey = &mycel_engine::development::keys(1)[0];
        let public = key.verification_key().to_bytes();
        let set = ValidatorSet::new([(public, 10)]).unwrap();
        let me = Address(mycel_types::Address::of_ed25519(&public));
        let vote = |n: u8| {
            let vote = Vote {
                kind: VoteType::Precommit,
                height: Height(7),
                round: Round::new(1),
                value: NilOrVal::Val(ValueId {
                    hash: [n; 32],
                    parts: 1,
                    parts_hash: [9; 32],
                    time: Time(1_700_000_000_000 + u64::from(n)),
                }),
                validator: me,
                extension: None,
            };
            let signature = key.sign(&vote.sign_bytes("c-1").unwrap()).to_bytes();
            SignedVote::new(vote, Signature(signature))
        };
        let found = two_votes(&(vote(2), vote(1)), &set, Time(1_700_000_000_500));
        assert_eq!((found.height, found.round, found.validator), (7, 1, me.0));
        let raw = DuplicateVoteEvidence::decode(found.proof).unwrap();
        let parsed = tendermint::evidence::DuplicateVoteEvidence::try_from(raw).unwrap();
        let (a, b) = parsed.votes();
        assert!(a.block_id.unwrap().hash < b.block_id.unwrap().hash);
        for vote in [a, b] {
            let signed =
                tendermint::vote::SignedVote::from_vote(vote.clone(), "c-1".parse().unwrap())
                    .unwrap();
            let signature = vote.signature.as_ref().unwrap().as_bytes();
            let signature = ed25519_consensus::Signature::try_from(signature).unwrap();
            key.verification_key()
                .verify(&signature, &signed.sign_bytes())
                .unwrap();
        }
    }
}
