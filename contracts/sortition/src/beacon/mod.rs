//! Randomness that is fixed before anyone can know it.
//!
//! # The model
//! A **source** ([`Source`]) numbers its rounds by time. What must not be
//! chosen (a draw's panel, a jury) is bound to a round by [`fix`]: the first
//! whose time is a lead after now ([`Source::lead`]). From then on the round
//! *is waited for*, with the source it was fixed for, for ever: neither a
//! decision nor a later source can give it another value. [`value`] is the
//! round's 32 bytes as soon as they are known.
//!
//! | source | who brings the value |
//! |---|---|
//! | `chain` | asked of the chain; the chain answers `not yet` until its validators sign a beacon, so what waits keeps waiting and says why |
//! | `drand` | anyone posts the round's signature, which is checked against the network's key ([`drand`]) |
//! | `commit_reveal` | members commit and reveal ([`commit_reveal`]); predictable, development networks only |
//!
//! Only rounds that something waits for are taken, each once.
//!
//! # Map
//! [`source`]: sources and the times of rounds · [`drand`] · [`commit_reveal`] ·
//! [`state`]: what is stored · [`msg`]: what members send · [`show`]: answers ·
//! [`error`].

pub mod commit_reveal;
pub mod drand;
pub mod error;
pub mod msg;
pub mod show;
pub mod source;
pub mod state;

use cosmwasm_std::{Api, Env, QuerierWrapper, QueryRequest, Storage};
use mycel_bindings::{BeaconResponse, MycelQuery};

use crate::call::Call;
use crate::error::ContractError;
pub use error::BeaconError;
pub use msg::BeaconMsg;
pub use source::{Scheme, Source};
use state::{Known, Round};

/// Bytes in lower-case hexadecimal, exactly so many.
fn hex(text: &str, bytes: usize) -> Option<Vec<u8>> {
    let digits = text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    if !digits || text.len() != bytes * 2 {
        return None;
    }
    cosmwasm_std::from_hex(text).ok()
}

/// Whether a source can be used here.
///
/// # Errors
/// As [`Source::check`].
pub fn check(api: &dyn Api, source: &Source, development: bool) -> Result<(), BeaconError> {
    source.check(api, development)
}

/// What must be said with a source's values, where they can be foreseen.
#[must_use]
pub fn warning(source: &Source) -> Option<String> {
    matches!(source, Source::CommitReveal { .. }).then(|| source.note().to_owned())
}

/// The number of a source: rounds keep it, so that a later source changes
/// nothing for what waits. A source is numbered when its first round is fixed.
fn numbered(storage: &dyn Storage, source: &Source) -> Result<(u32, bool), BeaconError> {
    let count = state::sources().may_load(storage)?.unwrap_or(0);
    let known = count > 0 && state::source(count).load(storage)? == *source;
    Ok((
        if known {
            count
        } else {
            count.saturating_add(1)
        },
        known,
    ))
}

/// Fixes the round for what is settled now: the first whose time is at least
/// a lead away. Its value is waited for from here on.
///
/// # Errors
/// Only for unreadable state.
pub fn fix(call: &mut Call<'_>) -> Result<u64, BeaconError> {
    let lead = call.parameters.beacon.lead();
    round_after(call, call.now.saturating_add(lead))
}

/// The first round whose time is not before `time`, waited for from here on.
///
/// # Errors
/// Only for unreadable state.
pub fn round_after(call: &mut Call<'_>, time: u64) -> Result<u64, BeaconError> {
    await_round(call.storage, &call.parameters.beacon, time)
}

/// As [`round_after`], of any source. A number that another source's round
/// has already is passed over.
///
/// # Errors
/// Only for unreadable state.
pub fn await_round(
    storage: &mut dyn Storage,
    source: &Source,
    time: u64,
) -> Result<u64, BeaconError> {
    let (number, known) = numbered(storage, source)?;
    if !known {
        state::source(number).save(storage, source);
        state::sources().save(storage, &number);
    }
    let mut round = source.round_from(time);
    loop {
        match state::round(round).may_load(storage)? {
            Some(found) if found.source == number => return Ok(round),
            // ends: each step passes one of finitely many rounds of earlier sources
            Some(_) => round = round.saturating_add(1),
            None => break,
        }
    }
    let fixed = Round {
        source: number,
        time: source.time_of(round),
        before: state::last().may_load(storage)?.unwrap_or_default(),
        known: None,
    };
    state::round(round).save(storage, &fixed);
    state::waiting(round).save(storage, &1);
    Ok(round)
}

/// A round that something waits for or waited for.
///
/// # Errors
/// [`BeaconError::NotAwaited`].
pub fn awaited(storage: &dyn Storage, round: u64) -> Result<Round, BeaconError> {
    state::round(round)
        .may_load(storage)?
        .ok_or(BeaconError::NotAwaited { round })
}

/// The value of a round that was fixed; nothing while it is not known.
///
/// # Errors
/// A round that was never fixed.
pub fn value(call: &mut Call<'_>, round: u64) -> Result<Option<[u8; 32]>, BeaconError> {
    learn(call.storage, call.querier, &call.env, round)
}

/// When a round that was fixed is.
///
/// # Errors
/// A round that was never fixed.
pub fn time_of(call: &Call<'_>, round: u64) -> Result<u64, BeaconError> {
    Ok(awaited(call.storage, round)?.time)
}

/// Carries out a message.
///
/// # Errors
/// As [`post`], [`commit`] and [`reveal`]; who commits must be a person that takes part.
pub fn handle(call: &mut Call<'_>, msg: BeaconMsg) -> Result<(), ContractError> {
    match msg {
        BeaconMsg::Post {
            round,
            signature,
            previous,
        } => {
            let value = post(
                call.storage,
                call.api,
                &call.env,
                round.0,
                &signature,
                previous.as_deref(),
            )?;
            let value = cosmwasm_std::to_hex(value);
            call.event("beacon", &[("round", &round), ("value", &value)]);
        }
        BeaconMsg::Commit { round, hash } => {
            let person = call.person()?;
            commit(call.storage, &call.env, round.0, person, &hash)?;
            call.event("beacon_commit", &[("round", &round), ("person", &person)]);
        }
        BeaconMsg::Reveal { round, secret } => {
            let person = call.person()?;
            reveal(call.storage, &call.env, round.0, person, &secret)?;
            call.event("beacon_reveal", &[("round", &round), ("person", &person)]);
        }
    }
    Ok(())
}

/// As [`value`].
///
/// # Errors
/// A round that was never fixed.
pub fn learn(
    storage: &mut dyn Storage,
    querier: QuerierWrapper<'_, MycelQuery>,
    env: &Env,
    round: u64,
) -> Result<Option<[u8; 32]>, BeaconError> {
    let record = awaited(storage, round)?;
    if let Some(known) = &record.known {
        return Ok(Some(known.value));
    }
    if env.block.time.seconds() < record.time {
        return Ok(None);
    }
    let value = match state::source(record.source).load(storage)? {
        Source::Drand { .. } => return Ok(None),
        Source::Chain { .. } => match of_chain(querier, round) {
            Ok(value) => value,
            Err(_) => return Ok(None),
        },
        Source::CommitReveal { .. } => {
            let secrets: Vec<[u8; 32]> = commit_reveal::revealed(storage, round)?
                .into_iter()
                .filter_map(|(_, commitment)| commitment.secret)
                .collect();
            commit_reveal::combine(&env.block.chain_id, round, &record.before, &secrets)
        }
    };
    know(storage, env, round, record, value, (vec![], vec![]));
    Ok(Some(value))
}

/// The chain's own answer, or why it has none.
///
/// # Errors
/// What the chain says.
pub fn of_chain(querier: QuerierWrapper<'_, MycelQuery>, round: u64) -> Result<[u8; 32], String> {
    let question = QueryRequest::Custom(MycelQuery::Beacon {
        round: round.into(),
    });
    let answer: BeaconResponse = querier.query(&question).map_err(|why| why.to_string())?;
    answer
        .randomness
        .as_slice()
        .try_into()
        .map_err(|_| "the chain's answer has not 32 bytes".to_owned())
}

fn know(
    storage: &mut dyn Storage,
    env: &Env,
    round: u64,
    record: Round,
    value: [u8; 32],
    (signature, previous): (Vec<u8>, Vec<u8>),
) {
    let known = Known {
        value,
        signature,
        previous,
        at: env.block.time.seconds(),
    };
    let record = Round {
        known: Some(known),
        ..record
    };
    state::round(round).save(storage, &record);
    state::last().save(storage, &value);
    storage.remove(state::waiting(round).bytes());
}

/// Takes a drand round that something waits for, from anyone.
///
/// # Errors
/// Nothing waits for it, it is known, it is another source's, or its signature
/// does not hold.
pub fn post(
    storage: &mut dyn Storage,
    api: &dyn Api,
    env: &Env,
    round: u64,
    signature: &str,
    previous: Option<&str>,
) -> Result<[u8; 32], BeaconError> {
    let (record, source) = open(storage, round)?;
    let Source::Drand {
        public_key, scheme, ..
    } = &source
    else {
        return Err(elsewhere(round, &source));
    };
    let value = drand::verify(api, *scheme, public_key, round, signature, previous)?;
    let bytes = |text: &str| hex(text, text.len() / 2).unwrap_or_default();
    let proof = (bytes(signature), previous.map(bytes).unwrap_or_default());
    know(storage, env, round, record, value, proof);
    Ok(value)
}

/// A person commits to a secret for a round that something waits for.
///
/// # Errors
/// As [`commit_reveal::commit`], or the round is another source's.
pub fn commit(
    storage: &mut dyn Storage,
    env: &Env,
    round: u64,
    person: u64,
    commitment: &str,
) -> Result<(), BeaconError> {
    let source = by_members(storage, round)?;
    let now = env.block.time.seconds();
    commit_reveal::commit(storage, &source, now, round, person, commitment)
}

/// A person reveals its secret.
///
/// # Errors
/// As [`commit_reveal::reveal`], or the round is another source's.
pub fn reveal(
    storage: &mut dyn Storage,
    env: &Env,
    round: u64,
    person: u64,
    secret: &str,
) -> Result<(), BeaconError> {
    let source = by_members(storage, round)?;
    let (now, chain) = (env.block.time.seconds(), &env.block.chain_id);
    commit_reveal::reveal(storage, &source, chain, now, round, person, secret)
}

fn by_members(storage: &dyn Storage, round: u64) -> Result<Source, BeaconError> {
    let (_, source) = open(storage, round)?;
    match source {
        Source::CommitReveal { .. } => Ok(source),
        _ => Err(elsewhere(round, &source)),
    }
}

/// A round that is waited for and not known, with its source.
fn open(storage: &dyn Storage, round: u64) -> Result<(Round, Source), BeaconError> {
    let record = awaited(storage, round)?;
    if record.known.is_some() {
        return Err(BeaconError::Known { round });
    }
    let source = state::source(record.source).load(storage)?;
    Ok((record, source))
}

fn elsewhere(round: u64, source: &Source) -> BeaconError {
    BeaconError::Elsewhere {
        round,
        source_name: source.name(),
        next: match source {
            Source::Chain { .. } => "nobody brings it",
            Source::Drand { .. } => "post its signature",
            Source::CommitReveal { .. } => "commit and reveal",
        },
    }
}

#[cfg(test)]
mod tests;
