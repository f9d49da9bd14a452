//! Randomness of development networks: members commit to secrets, then reveal
//! them. **Predictable**: whoever may still reveal sees what the value would be
//! with and without, so ten who hold together choose among hundreds of
//! outcomes. It exists so that a town of a few processes can draw lots.
//!
//! A round's commitments come in the period before the last one before its
//! time, the secrets in the last; the value is there at the round's time even
//! if nobody took part: H(domain ‖ chain ‖ round ‖ value known last when the
//! round was fixed ‖ the secrets, ascending).

use cosmwasm_std::{Order, Storage};
use sha2::{Digest, Sha256};

use super::error::BeaconError;
use super::hex;
use super::source::Source;
use super::state::{self, Commitment};

/// The most that commit to a round.
pub const MOST: u32 = 50;

/// Begins the hash of a value.
pub const DOMAIN: &[u8] = b"mycel/beacon/commit-reveal/v1";

/// When secrets are committed to and revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phases {
    /// From here on one commits …
    pub commit: u64,
    /// … to here, where revealing begins …
    pub reveal: u64,
    /// … and ends, with the value.
    pub value: u64,
}

/// The phases of a round.
#[must_use]
pub fn phases(source: &Source, round: u64) -> Phases {
    let value = source.time_of(round);
    let reveal = value.saturating_sub(source.period());
    Phases {
        commit: reveal.saturating_sub(source.period()),
        reveal,
        value,
    }
}

/// What is committed to a secret: H(domain ‖ chain ‖ round ‖ person ‖ secret).
#[must_use]
pub fn hash(chain: &str, round: u64, person: u64, secret: &[u8; 32]) -> [u8; 32] {
    begin(b"commit", chain, round)
        .chain_update(person.to_be_bytes())
        .chain_update(secret)
        .finalize()
        .into()
}

fn begin(what: &[u8], chain: &str, round: u64) -> Sha256 {
    // the chain's name is the only part without a fixed length
    let length = u64::try_from(chain.len()).unwrap_or(u64::MAX);
    Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(what)
        .chain_update(length.to_be_bytes())
        .chain_update(chain)
        .chain_update(round.to_be_bytes())
}

/// The value of a round from what was revealed.
#[must_use]
pub fn combine(chain: &str, round: u64, before: &[u8; 32], secrets: &[[u8; 32]]) -> [u8; 32] {
    let mut ascending = secrets.to_vec();
    ascending.sort_unstable();
    let mut hash = begin(b"value.", chain, round).chain_update(before);
    for secret in &ascending {
        hash.update(secret);
    }
    hash.finalize().into()
}

/// The secrets of a round, by person.
///
/// # Errors
/// Only for unreadable state.
pub fn revealed(storage: &dyn Storage, round: u64) -> Result<Vec<(u64, Commitment)>, BeaconError> {
    let first = state::commitment(round, 0);
    let end = state::commitment(round, u64::MAX);
    let mut found = Vec::new();
    for (raw, value) in storage
        .range(Some(first.bytes()), Some(end.bytes()), Order::Ascending)
        .take(MOST as usize)
    {
        let mut person = [0; 8];
        person.copy_from_slice(&raw[raw.len() - 8..]);
        found.push((u64::from_be_bytes(person), first.decode(&value)?));
    }
    Ok(found)
}

/// A person commits.
///
/// # Errors
/// Out of phase, a second time, or the round is full.
pub fn commit(
    storage: &mut dyn Storage,
    source: &Source,
    now: u64,
    round: u64,
    person: u64,
    commitment: &str,
) -> Result<(), BeaconError> {
    let refused = |why| BeaconError::Commitment { round, why };
    let phases = phases(source, round);
    within(round, "commitments", phases.commit, phases.reveal, now)?;
    let hash = hash32(commitment)
        .ok_or_else(|| refused("a commitment has 32 bytes in lower case hexadecimal"))?;
    let key = state::commitment(round, person);
    if key.exists(storage) {
        return Err(refused("one a person"));
    }
    let count = state::commitments(round).may_load(storage)?.unwrap_or(0);
    if count >= MOST {
        return Err(refused("50 committed already; wait for another round"));
    }
    state::commitments(round).save(storage, &(count + 1));
    key.save(storage, &Commitment { hash, secret: None });
    Ok(())
}

/// A person reveals what it committed to.
///
/// # Errors
/// Out of phase, nothing committed, a second time, or another secret.
pub fn reveal(
    storage: &mut dyn Storage,
    source: &Source,
    chain: &str,
    now: u64,
    round: u64,
    person: u64,
    secret: &str,
) -> Result<(), BeaconError> {
    let refused = |why| BeaconError::Commitment { round, why };
    let phases = phases(source, round);
    within(round, "secrets", phases.reveal, phases.value, now)?;
    let secret =
        hash32(secret).ok_or_else(|| refused("a secret has 32 bytes in lower case hexadecimal"))?;
    let key = state::commitment(round, person);
    let mut commitment = key
        .may_load(storage)?
        .ok_or_else(|| refused("this person committed to nothing"))?;
    if commitment.secret.is_some() {
        return Err(refused("revealed already"));
    }
    if hash(chain, round, person, &secret) != commitment.hash {
        return Err(refused("the secret is not the one committed to"));
    }
    commitment.secret = Some(secret);
    key.save(storage, &commitment);
    Ok(())
}

fn within(
    round: u64,
    what: &'static str,
    from: u64,
    until: u64,
    now: u64,
) -> Result<(), BeaconError> {
    if (from..until).contains(&now) {
        return Ok(());
    }
    Err(BeaconError::Phase {
        round,
        what,
        from,
        until,
        now,
    })
}

fn hash32(text: &str) -> Option<[u8; 32]> {
    hex(text, 32)?.try_into().ok()
}
