//! From what is trusted to a block, and from a trusted block to a later one.
use std::time::Duration;

use tendermint::Time;
use tendermint_light_client_verifier::{
    ProdVerifier, Verdict, Verifier,
    options::Options,
    types::{TrustThreshold, TrustedBlockState, UntrustedBlockState},
};

use crate::{LightBlock, Trust, VerifyError, block::bytes_of, commit::verify_commit};

/// How old a trusted block may be. Validators who left may sign anything once nothing holds them to account.
#[derive(Clone, Copy, Debug)]
pub struct Expiry {
    /// The reader's clock.
    pub now: Time,
    /// How long a block's validators are trusted after its time.
    pub trusting_period: Duration,
    /// How far a header may lie ahead of the reader's clock.
    pub clock_drift: Duration,
}

/// Accepts a block on the strength of what the reader trusts, with its whole commit.
pub fn verify_trusted(trust: &Trust, block: &LightBlock) -> Result<(), VerifyError> {
    if !trust.matches(block) {
        return Err(VerifyError::Untrusted {
            height: block.height(),
            block: hex::encode_upper(block.hash()),
            validators: hex::encode_upper(bytes_of(block.header.validators_hash)),
            trusted: trust.to_string(),
        });
    }
    verify_commit(block)?;
    let signed = block.signed_header()?;
    let untrusted = untrusted(block, &signed);
    let verifier = ProdVerifier::default();
    for verdict in [
        verifier.verify_validator_sets(&untrusted),
        verifier.verify_commit(&untrusted),
    ] {
        if let Some(reason) = refusal(verdict) {
            return Err(VerifyError::commit(block.height(), reason));
        }
    }
    Ok(())
}

/// Accepts `block` because it follows from the trusted block `from`: the next block by its validators' hash, a
/// later one because more than a third of the trusted power signed it too. Its whole commit is checked.
///
/// To skip over a change of the validator set, `from.next_validators` must be there.
pub fn verify_step(
    from: &LightBlock,
    block: &LightBlock,
    expiry: Option<Expiry>,
) -> Result<(), VerifyError> {
    let wrong = |reason: String| VerifyError::Step {
        from: from.height(),
        to: block.height(),
        reason,
    };
    verify_commit(block)?;
    let trusted_next = bytes_of(from.header.next_validators_hash);
    let next_validators = match &from.next_validators {
        Some(set) if set.hash() == trusted_next => set,
        Some(_) => {
            return Err(wrong(
                "trusted block names another next validator set".into(),
            ));
        }
        None if block.validators.hash() == trusted_next => &block.validators,
        None => {
            return Err(wrong(
                "the validator set has changed and the trusted block brings no next set".into(),
            ));
        }
    };
    let expiry = match expiry {
        Some(expiry) => expiry,
        None => timeless(from, block).map_err(wrong)?,
    };
    let trusted = TrustedBlockState {
        chain_id: &from.header.chain_id,
        header_time: from.header.time,
        height: from.header.height,
        next_validators: next_validators.set(),
        next_validators_hash: from.header.next_validators_hash,
    };
    let options = Options {
        trust_threshold: TrustThreshold::ONE_THIRD,
        trusting_period: expiry.trusting_period,
        clock_drift: expiry.clock_drift,
    };
    let signed = block.signed_header()?;
    let verdict = ProdVerifier::default().verify_update_header(
        untrusted(block, &signed),
        trusted,
        &options,
        expiry.now,
    );
    refusal(verdict).map_or(Ok(()), |reason| Err(wrong(reason)))
}

/// A clock under which nothing expires: right after the later of the two blocks.
fn timeless(from: &LightBlock, block: &LightBlock) -> Result<Expiry, String> {
    let second = Duration::from_secs(1);
    let latest = from.header.time.max(block.header.time);
    let now = (latest + second).map_err(|e| e.to_string())?;
    let trusting_period = now
        .duration_since(from.header.time)
        .map_err(|e| e.to_string())?
        .saturating_add(second);
    Ok(Expiry {
        now,
        trusting_period,
        clock_drift: second,
    })
}

fn untrusted<'a>(
    block: &'a LightBlock,
    signed: &'a tendermint::block::signed_header::SignedHeader,
) -> UntrustedBlockState<'a> {
    UntrustedBlockState {
        signed_header: signed,
        validators: block.validators.set(),
        next_validators: block.next_validators.as_ref().map(|set| set.set()),
    }
}

fn refusal(verdict: Verdict) -> Option<String> {
    match verdict {
        Verdict::Success => None,
        Verdict::NotEnoughTrust(tally) => Some(format!("not enough trusted power: {tally}")),
        Verdict::Invalid(reason) => Some(reason.to_string()),
    }
}
