//! Every signature of a commit.
use tendermint::{
    block::{CommitSig, Id},
    crypto::default::signature::Verifier,
    vote::{SignedVote, Type, ValidatorIndex, Vote},
};

use crate::{LightBlock, VerifyError, block::bytes_of};

/// Checks that the validators are the header's, that the commit is for exactly this header, that each signature in
/// it verifies (votes for nil too), and that more than two thirds of the power signed for the block.
pub fn verify_commit(block: &LightBlock) -> Result<(), VerifyError> {
    let height = block.height();
    let wrong = |reason: String| Err(VerifyError::commit(height, reason));
    if bytes_of(block.header.validators_hash) != block.validators.hash() {
        return Err(VerifyError::Validators(format!(
            "set is not the one of header height={height}: hash={} header={}",
            hex::encode_upper(block.validators.hash()),
            block.header.validators_hash
        )));
    }
    if let Some(next) = &block.next_validators
        && bytes_of(block.header.next_validators_hash) != next.hash()
    {
        return Err(VerifyError::Validators(format!(
            "next set is not the one of header height={height}"
        )));
    }
    if block.commit.height != block.header.height {
        return wrong(format!(
            "is for another height={}",
            block.commit.height.value()
        ));
    }
    if block.commit.block_id.hash != block.header.hash() {
        return wrong(format!(
            "is for another block={}",
            block.commit.block_id.hash
        ));
    }
    let members = block.validators.members();
    let signatures = &block.commit.signatures;
    if signatures.len() != members.len() {
        return wrong(format!(
            "has signatures={} validators={}",
            signatures.len(),
            members.len()
        ));
    }
    let mut tallied = 0u64;
    for (index, (signature, member)) in signatures.iter().zip(members).enumerate() {
        let (address, timestamp, bytes, id) = match signature {
            CommitSig::BlockIdFlagAbsent => continue,
            CommitSig::BlockIdFlagCommit {
                validator_address,
                timestamp,
                signature,
            } => (
                validator_address,
                timestamp,
                signature,
                Some(block.commit.block_id),
            ),
            CommitSig::BlockIdFlagNil {
                validator_address,
                timestamp,
                signature,
            } => (validator_address, timestamp, signature, None::<Id>),
        };
        if *address != member.address {
            return wrong(format!(
                "signature {index} is of another validator={address}"
            ));
        }
        let vote = Vote {
            vote_type: Type::Precommit,
            height: block.commit.height,
            round: block.commit.round,
            block_id: id,
            timestamp: Some(*timestamp),
            validator_address: *address,
            validator_index: ValidatorIndex::try_from(index)
                .map_err(|e| VerifyError::commit(height, e.to_string()))?,
            signature: bytes.clone(),
            extension: Vec::new(),
            extension_signature: None,
        };
        let Some(signed) = SignedVote::from_vote(vote, block.header.chain_id.clone()) else {
            return wrong(format!("signature {index} is missing"));
        };
        if member
            .verify_signature::<Verifier>(&signed.sign_bytes(), signed.signature())
            .is_err()
        {
            return wrong(format!("signature of validator={address} does not verify"));
        }
        if signature.is_commit() {
            tallied = tallied.saturating_add(member.power());
        }
    }
    let total = block.validators.total_power();
    if u128::from(tallied) * 3 <= u128::from(total) * 2 {
        return wrong(format!(
            "power={tallied} of {total} is not above two thirds"
        ));
    }
    Ok(())
}
