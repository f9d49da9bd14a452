//! Commits: a quorum's precommits in the shape and order that light clients expect.
use prost::Message;
use tendermint::{
    PublicKey, Signature, account,
    block::{Commit, CommitSig},
    chain,
    crypto::{default::signature::Verifier as Ed25519, signature::Verifier as _},
};

use super::{HeaderError, ValidatorSet, ValueId, VoteKind, address, merkle, vote_sign_bytes};
use crate::{Address, Time};

/// Whether an ed25519 key signed these bytes.
pub fn verify_ed25519(key: &[u8; 32], bytes: &[u8], signature: &[u8; 64]) -> bool {
    let (Some(key), Ok(signature)) = (
        PublicKey::from_raw_ed25519(key),
        Signature::try_from(signature.as_slice()),
    ) else {
        return false;
    };
    Ed25519::verify(key, bytes, &signature).is_ok()
}

/// A commit from the signatures of a certificate, in the set's order; who did not sign is absent.
pub fn commit(
    height: u64,
    round: u32,
    value: &ValueId,
    set: &ValidatorSet,
    signatures: &[(Address, [u8; 64])],
) -> Result<Commit, HeaderError> {
    let bad = |e: &dyn std::fmt::Display| HeaderError::Commit(e.to_string());
    let timestamp = value
        .time
        .try_into()
        .map_err(|e: crate::time::TimeError| bad(&e))?;
    let mut list = Vec::with_capacity(set.len());
    for validator in set.iter() {
        list.push(
            match signatures.iter().find(|(a, _)| *a == validator.address) {
                None => CommitSig::BlockIdFlagAbsent,
                Some((_, signature)) => CommitSig::BlockIdFlagCommit {
                    validator_address: account::Id::new(validator.address.0),
                    timestamp,
                    signature: Some(
                        Signature::try_from(signature.as_slice()).map_err(|e| bad(&e))?,
                    ),
                },
            },
        );
    }
    Ok(Commit {
        height: height.try_into().map_err(|e| bad(&e))?,
        round: round.try_into().map_err(|e| bad(&e))?,
        block_id: value.block_id(),
        signatures: list,
    })
}

/// Checks that a commit proves `value` at `height`: one entry for each validator of the set in its order, every
/// signature valid and timed by the block, more than two thirds of the power.
pub fn verify_commit(
    chain_id: &chain::Id,
    height: u64,
    value: &ValueId,
    commit: &Commit,
    set: &ValidatorSet,
) -> Result<(), HeaderError> {
    let bad = |what: String| Err(HeaderError::Commit(what));
    if commit.height.value() != height || commit.block_id != value.block_id() {
        return bad(format!(
            "height={} block={} expected height={height} block={value}",
            commit.height, commit.block_id
        ));
    }
    if commit.signatures.len() != set.len() {
        return bad(format!(
            "signatures={} validators={}",
            commit.signatures.len(),
            set.len()
        ));
    }
    let bytes = vote_sign_bytes(
        chain_id.as_str(),
        VoteKind::Precommit,
        height,
        commit.round.value(),
        Some(value),
    );
    let mut power = 0u64;
    for (validator, entry) in set.iter().zip(&commit.signatures) {
        match entry {
            CommitSig::BlockIdFlagAbsent => continue,
            CommitSig::BlockIdFlagNil { .. } => {
                return bad(format!("validator={} voted nil", validator.address));
            }
            CommitSig::BlockIdFlagCommit {
                validator_address,
                timestamp,
                signature,
            } => {
                if address(*validator_address) != validator.address {
                    return bad(format!("validator={} is not in place", validator.address));
                }
                if Time::try_from(*timestamp) != Ok(value.time) {
                    return bad(format!("validator={} has another time", validator.address));
                }
                let signed = signature
                    .as_ref()
                    .and_then(|s| <[u8; 64]>::try_from(s.as_bytes()).ok());
                if !signed.is_some_and(|s| verify_ed25519(&validator.key, &bytes, &s)) {
                    return bad(format!("validator={} did not sign this", validator.address));
                }
                power += validator.power;
            }
        }
    }
    if !set.is_quorum(power) {
        return bad(format!("power={power} total={}", set.total_power()));
    }
    Ok(())
}

/// What a commit commits to; the time is that of its first signature.
pub fn commit_value(commit: &Commit) -> Result<ValueId, HeaderError> {
    let time = commit
        .signatures
        .iter()
        .find_map(|s| match s {
            CommitSig::BlockIdFlagCommit { timestamp, .. } => Some(*timestamp),
            _ => None,
        })
        .ok_or_else(|| HeaderError::Commit("nobody signed".into()))?;
    let time = Time::try_from(time).map_err(|e| HeaderError::Commit(e.to_string()))?;
    ValueId::from_block_id(&commit.block_id, time)
}

/// The header's `last_commit_hash`; of no commit, the empty root.
pub fn commit_hash(commit: Option<&Commit>) -> [u8; 32] {
    let leaves: Vec<Vec<u8>> = commit
        .map(|c| tendermint_proto::types::Commit::from(c.clone()).signatures)
        .unwrap_or_default()
        .iter()
        .map(Message::encode_to_vec)
        .collect();
    merkle::root(&leaves)
}
