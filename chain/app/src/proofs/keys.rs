//! Which keys may be registered, and how they are kept.
use bytes::Bytes;
use mycel_types::{AccountAddress, Params, key, record::VerifyingKey as Record};
use mycel_verifier::VerifyingKey;

use crate::state::encode;

/// Bytes of a key's name at most.
const MOST_NAME: usize = 64;

/// A key that somebody wants to register.
pub(crate) struct Candidate<'a> {
    pub id: &'a str,
    pub vk: &'a [u8],
    pub ceremony: Option<&'a [u8]>,
    pub development: bool,
}

/// A key's record, if it may be one on this network; whether the name is free is another question.
pub(crate) fn check(
    candidate: &Candidate<'_>,
    owner: Option<&AccountAddress>,
    params: &Params,
) -> Result<Record, String> {
    let Candidate {
        id,
        vk,
        ceremony,
        development,
    } = candidate;
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if id.is_empty() || id.len() > MOST_NAME || !id.chars().all(plain) {
        return Err(format!(
            "a verifying key's name has 1 to {MOST_NAME} letters, digits, '.', '_', '-' and '/'"
        ));
    }
    if *development && !params.development {
        return Err(format!(
            "verifying key={id} is one for development, which this network is not: register one of a ceremony"
        ));
    }
    let ceremony = ceremony.map(<[u8; 32]>::try_from).transpose();
    let ceremony = ceremony.map_err(|_| "a ceremony's hash has 32 bytes".to_string())?;
    let key = VerifyingKey::decode(vk).map_err(|why| format!("verifying key={id}: {why}"))?;
    if key.is_development() && !*development {
        return Err(format!(
            "verifying key={id} stands on the powers of tau for development, so anybody forges proofs under it: \
             register one of a ceremony, or mark it as one for development"
        ));
    }
    Ok(Record {
        digest: key.digest(),
        inputs: u32::try_from(key.inputs()).unwrap_or(u32::MAX),
        owner: owner.cloned(),
        ceremony,
        development: *development,
    })
}

/// The entries of a checked key.
pub(crate) fn write(id: &str, record: &Record, vk: &[u8]) -> [(Vec<u8>, Bytes); 2] {
    [
        (key::verifying_key(id), encode(record)),
        (
            key::verifying_key_points(&record.digest),
            Bytes::copy_from_slice(vk),
        ),
    ]
}
