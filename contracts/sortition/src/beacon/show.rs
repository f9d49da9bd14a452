//! Answers about sources and rounds.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Deps, Env, Order, Storage, to_hex};
use mycel_bindings::MycelQuery;
use mycel_kit::{Id, Seconds};

use super::commit_reveal;
use super::error::BeaconError;
use super::source::Source;
use super::state::{self, Round};

/// The most rounds of a page.
pub const PAGE: u32 = 50;

/// Answer to `beacon`.
#[cw_serde]
pub struct BeaconSource {
    /// Its number: how many there were by its first round, with it.
    pub number: u32,
    /// Where new rounds come from.
    pub source: Source,
    /// What everybody who trusts it must know.
    pub note: String,
    /// Seconds between what fixes a round and the round, at least.
    pub lead: Seconds,
    /// The round that what is settled now would be bound to.
    pub next: Id,
}

/// Answer to `round`.
#[cw_serde]
pub struct RoundResponse {
    /// The round.
    pub round: Id,
    /// The source it was fixed for.
    pub source: u32,
    /// That source.
    pub from: Source,
    /// When it is.
    pub time: Seconds,
    /// The value, hexadecimal; absent while it is not known.
    pub value: Option<String>,
    /// When it became known here.
    pub known_at: Option<Seconds>,
    /// drand's signature.
    pub signature: Option<String>,
    /// The signature before it, where rounds are chained.
    pub previous: Option<String>,
    /// The value known last when the round was fixed (part of `commit_reveal`).
    pub before: String,
    /// When members commit and reveal (`commit_reveal`).
    pub phases: Option<Phases>,
    /// Who committed (`commit_reveal`).
    pub commitments: Vec<Committed>,
    /// What it waits for, in words; empty once it is known.
    pub waits: String,
}

/// When members commit and reveal.
#[cw_serde]
pub struct Phases {
    /// Committing begins.
    pub commit: Seconds,
    /// Committing ends, revealing begins.
    pub reveal: Seconds,
    /// Revealing ends.
    pub value: Seconds,
}

/// One who committed.
#[cw_serde]
pub struct Committed {
    /// The person.
    pub person: Id,
    /// The hash.
    pub hash: String,
    /// The secret, once revealed.
    pub secret: Option<String>,
}

/// Answer to `rounds`.
#[cw_serde]
pub struct RoundsResponse {
    /// Rounds that are waited for, ascending.
    pub rounds: Vec<RoundResponse>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// The current source.
///
/// # Errors
/// Only for unreadable state.
pub fn source(
    storage: &dyn Storage,
    env: &Env,
    source: &Source,
) -> Result<BeaconSource, BeaconError> {
    let (number, _) = super::numbered(storage, source)?;
    let now = env.block.time.seconds();
    Ok(BeaconSource {
        number,
        note: source.note().to_owned(),
        lead: Seconds(source.lead()),
        next: Id(source.round_from(now.saturating_add(source.lead()))),
        source: source.clone(),
    })
}

/// A round that something waits for or waited for.
///
/// # Errors
/// Nothing ever did.
pub fn round(
    deps: Deps<'_, MycelQuery>,
    env: &Env,
    round: u64,
) -> Result<RoundResponse, BeaconError> {
    let record = super::awaited(deps.storage, round)?;
    let source = state::source(record.source).load(deps.storage)?;
    let by_members = matches!(source, Source::CommitReveal { .. });
    let phases = commit_reveal::phases(&source, round);
    let commitments = if by_members {
        commit_reveal::revealed(deps.storage, round)?
    } else {
        vec![]
    };
    let shown = |bytes: &[u8]| (!bytes.is_empty()).then(|| to_hex(bytes));
    let known = record.known.as_ref();
    Ok(RoundResponse {
        round: Id(round),
        source: record.source,
        time: Seconds(record.time),
        value: known.map(|known| to_hex(known.value)),
        known_at: known.map(|known| Seconds(known.at)),
        signature: known.and_then(|known| shown(&known.signature)),
        previous: known.and_then(|known| shown(&known.previous)),
        before: to_hex(record.before),
        phases: by_members.then_some(Phases {
            commit: Seconds(phases.commit),
            reveal: Seconds(phases.reveal),
            value: Seconds(phases.value),
        }),
        commitments: commitments
            .into_iter()
            .map(|(person, commitment)| Committed {
                person: Id(person),
                hash: to_hex(commitment.hash),
                secret: commitment.secret.map(to_hex),
            })
            .collect(),
        waits: waits(deps, env, round, &record, &source),
        from: source,
    })
}

fn waits(
    deps: Deps<'_, MycelQuery>,
    env: &Env,
    round: u64,
    record: &Round,
    source: &Source,
) -> String {
    if record.known.is_some() {
        return String::new();
    }
    let time = record.time;
    if env.block.time.seconds() < time {
        return format!("for round {round} of {} at {time}", source.name());
    }
    match source {
        Source::Drand { .. } => {
            format!("for somebody to post round {round} of the drand network, out since {time}")
        }
        Source::Chain { .. } => match super::of_chain(deps.querier, round) {
            Ok(_) => "for advance".to_owned(),
            Err(why) => format!("for round {round} of the chain's beacon, which answers: {why}"),
        },
        Source::CommitReveal { .. } => "for advance".to_owned(),
    }
}

/// Rounds that are waited for.
///
/// # Errors
/// Only for unreadable state.
pub fn rounds(
    deps: Deps<'_, MycelQuery>,
    env: &Env,
    after: Option<u64>,
    limit: Option<u32>,
) -> Result<RoundsResponse, BeaconError> {
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE) as usize;
    let first = state::waiting(after.map_or(0, |after| after.saturating_add(1)));
    let end = [state::WAITING + 1];
    let mut found: Vec<u64> = deps
        .storage
        .range_keys(Some(first.bytes()), Some(&end), Order::Ascending)
        .take(limit + 1)
        .filter_map(|raw| raw.get(1..)?.try_into().ok().map(u64::from_be_bytes))
        .collect();
    let next = (found.len() > limit).then(|| {
        found.truncate(limit);
        Id(found.last().copied().unwrap_or(0))
    });
    Ok(RoundsResponse {
        rounds: found
            .into_iter()
            .map(|number| round(deps, env, number))
            .collect::<Result<_, _>>()?,
        next,
    })
}
