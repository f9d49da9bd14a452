//! What can be asked about delegations: a person's, those to a person, and the
//! way that a vote travels.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Binary, Deps, Env, Order, Storage};
use mycel_bindings::MycelQuery;
use mycel_kit::{Id, Key, Seconds};

use super::{DELEGATION, DELEGATOR, Scope, Version, as_of, speaker, versions};
use crate::call;
use crate::count::shares::Completion;
use crate::electorate::Ask;
use crate::error::ContractError;
use crate::msg::MAX_ITEMS;
use crate::state::{self, Moment, Opening, Phase, Proposal, Terms};
use crate::tally::walk::{Electors, Start};
use crate::tally::{Stage, tally};

/// Most steps that a route shows.
pub const MAX_HOPS: usize = 100;

/// A delegation.
#[cw_serde]
pub struct DelegationView {
    /// Who lets another speak.
    pub person: Id,
    /// Who speaks; the person itself: nobody else does, in this scope.
    pub to: Id,
    /// In which matters.
    pub scope: Scope,
    /// Since when.
    pub since: Seconds,
    /// Until when.
    pub until: Seconds,
}

/// Answer to `delegations` and `delegators`: those in force now.
#[cw_serde]
pub struct DelegationsResponse {
    /// By scope, or by person and scope.
    pub delegations: Vec<DelegationView>,
    /// `after` of the next page; absent on the last. A page may be short and not the last.
    pub next: Option<Binary>,
}

/// A step of a vote's way.
#[cw_serde]
pub struct Hop {
    /// Who let another speak.
    pub person: Id,
    /// Who speaks.
    pub to: Id,
    /// The delegation that says so; absent once the votes are counted.
    pub scope: Option<Scope>,
    /// Until when it holds; absent once the votes are counted.
    pub until: Option<Seconds>,
}

/// Where a vote's way ends.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum End {
    /// At one who has voted: the vote counts there.
    Voted,
    /// At one who neither voted nor lets another speak.
    Silent,
    /// At one who has no say here: no elector, or none any more.
    NoSay,
    /// In a circle: nobody in it has voted.
    Loop,
    /// It goes on after what is shown.
    Further,
}

/// Answer to `route`.
#[cw_serde]
pub struct RouteResponse {
    /// Whose vote.
    pub person: Id,
    /// At most 100 steps.
    pub hops: Vec<Hop>,
    /// Where it ends.
    pub end: End,
    /// Who is there.
    pub last: Id,
    /// Whether it can still change: the vote is not closed.
    pub open: bool,
    /// The same as a sentence; persons as `person 7`, for a client to name.
    pub words: String,
}

/// A person's delegations.
///
/// # Errors
/// Only for unreadable state.
pub fn of(
    storage: &dyn Storage,
    now: u64,
    person: u64,
    after: Option<&Binary>,
    limit: Option<u32>,
) -> Result<DelegationsResponse, ContractError> {
    page(storage, now, DELEGATION, person, after, limit)
}

/// The delegations that name a person.
///
/// # Errors
/// Only for unreadable state.
pub fn to(
    storage: &dyn Storage,
    now: u64,
    person: u64,
    after: Option<&Binary>,
    limit: Option<u32>,
) -> Result<DelegationsResponse, ContractError> {
    page(storage, now, DELEGATOR, person, after, limit)
}

fn page(
    storage: &dyn Storage,
    now: u64,
    tag: u8,
    person: u64,
    after: Option<&Binary>,
    limit: Option<u32>,
) -> Result<DelegationsResponse, ContractError> {
    let limit = limit
        .map_or(MAX_ITEMS, |limit| limit as usize)
        .clamp(1, MAX_ITEMS);
    let head = [&[tag][..], &person.to_be_bytes()].concat();
    let start = match after {
        // the next key after that one
        Some(after) => [&head[..], after.as_slice(), &[0]].concat(),
        None => head.clone(),
    };
    let end = match person.checked_add(1) {
        Some(next) => [&[tag][..], &next.to_be_bytes()].concat(),
        None => vec![tag + 1],
    };
    let mut range = storage.range_keys(Some(&start), Some(&end), Order::Ascending);
    let (mut delegations, mut last) = (vec![], None);
    for raw in range.by_ref().take(limit) {
        let rest = raw.get(head.len()..).unwrap_or_default();
        last = Some(Binary::from(rest));
        let (who, scope) = match tag {
            DELEGATION => (person, rest),
            _ => {
                let (who, scope) = rest.split_at_checked(8).unwrap_or_default();
                let who = who.try_into().map_or(0, u64::from_be_bytes);
                (who, scope)
            }
        };
        let Some(scope) = Scope::parse(scope) else {
            continue;
        };
        let kept = versions(who, &scope).may_load(storage)?.unwrap_or_default();
        let second = now.saturating_add(1);
        if let Some(version) = as_of(&kept, second).filter(|v| v.holds(second)) {
            delegations.push(view(who, &scope, version));
        }
    }
    let next = range.next().and(last);
    Ok(DelegationsResponse { delegations, next })
}

fn view(person: u64, scope: &Scope, version: &Version) -> DelegationView {
    DelegationView {
        person: Id(person),
        to: Id(version.to),
        scope: scope.clone(),
        since: Seconds(version.since),
        until: Seconds(version.until),
    }
}

/// A person's delegations, for its export: each version as JSON.
///
/// # Errors
/// Only for unreadable state.
pub fn export(storage: &dyn Storage, person: u64) -> Result<Vec<String>, ContractError> {
    let head = [&[DELEGATION][..], &person.to_be_bytes()].concat();
    let end = [&[DELEGATION][..], &person.saturating_add(1).to_be_bytes()].concat();
    let mut found = vec![];
    let range = storage.range(Some(&head), Some(&end), Order::Ascending);
    for (raw, value) in range.take(super::MAX_DELEGATIONS) {
        let kept = Key::<Vec<Version>>::new(DELEGATION, &raw[1..]).decode(&value)?;
        let Some(scope) = Scope::parse(raw.get(head.len()..).unwrap_or_default()) else {
            continue;
        };
        for version in kept.iter().filter(|version| version.to != 0) {
            let view = view(person, &scope, version);
            let json = cosmwasm_std::to_json_string(&view);
            found.push(json.map_err(|error| ContractError::Answer(error.to_string()))?);
        }
    }
    Ok(found)
}

/// How a person's vote on a proposal travels: as it is now; after the close, as
/// it was then.
///
/// # Errors
/// No such proposal; a peer that does not answer.
pub fn route(
    deps: Deps<'_, MycelQuery>,
    env: &Env,
    number: u64,
    person: u64,
) -> Result<RouteResponse, ContractError> {
    let proposal = call::proposal(deps.storage, number)?;
    let kept = tally(number).may_load(deps.storage)?;
    let collected = kept.is_some_and(|kept| !matches!(kept.stage, Stage::Collect { .. }));
    let mut way = Way {
        hops: vec![],
        at: person,
    };
    let end = if collected {
        counted(deps.storage, number, &mut way)?
    } else {
        as_it_is(deps, env, number, &proposal, &mut way)?
    };
    let closes = proposal.opening.as_ref().map(|opening| opening.closes);
    let now = env.block.time.seconds();
    let words = words(person, &way.hops, end);
    Ok(RouteResponse {
        person: Id(person),
        last: Id(way.at),
        hops: way.hops,
        end,
        open: proposal.phase < Phase::Tally && closes.is_none_or(|closes| now < closes),
        words,
    })
}

struct Way {
    hops: Vec<Hop>,
    at: u64,
}

impl Way {
    /// Goes on to a person; the end, if that is where the way was already, or it is long enough.
    fn go(&mut self, to: u64, by: Option<(Scope, u64)>) -> Option<End> {
        if self.hops.len() == MAX_HOPS {
            return Some(End::Further);
        }
        let (scope, until) = by.unzip();
        self.hops.push(Hop {
            person: Id(self.at),
            to: Id(to),
            scope,
            until: until.map(Seconds),
        });
        self.at = to;
        self.hops
            .iter()
            .any(|hop| hop.person.0 == to)
            .then_some(End::Loop)
    }
}

/// From what the tally read.
fn counted(storage: &dyn Storage, number: u64, way: &mut Way) -> Result<End, ContractError> {
    let mut electors = Electors::open(storage, number)?;
    loop {
        let Some(place) = electors.place(storage, way.at)? else {
            return Ok(End::NoSay);
        };
        match electors.start(storage, place)? {
            Start::Voted => return Ok(End::Voted),
            Start::Nobody => return Ok(End::Silent),
            Start::Gone => return Ok(End::NoSay),
            Start::Delegates(to) => {
                if let Some(end) = way.go(to, None) {
                    return Ok(end);
                }
            }
        }
    }
}

/// From ballots and delegations, and who has a say.
fn as_it_is(
    deps: Deps<'_, MycelQuery>,
    env: &Env,
    number: u64,
    proposal: &Proposal,
    way: &mut Way,
) -> Result<End, ContractError> {
    let now = Moment {
        height: env.block.height,
        time: env.block.time.seconds(),
    };
    let peers = state::peers().load(deps.storage)?;
    let ask = Ask {
        querier: deps.querier,
        peers: &peers,
    };
    let mut proposal = proposal.clone();
    if proposal.opening.is_none() {
        // as if the vote were opened now
        let controllers = match &proposal.electorate {
            mycel_kit::roles::Electorate::Organisation(org) => ask.controllers(*org)?,
            _ => vec![],
        };
        let parameters = state::parameters().load(deps.storage)?;
        proposal.opening = Some(Opening {
            at: now,
            closes: u64::MAX,
            members: 0,
            residency: parameters.numbers.residency_seconds,
            terms: Terms {
                quorum_bps: 0,
                majority_bps: 0,
                vote_seconds: 0,
                timelock_seconds: 0,
                completion: Completion::default(),
            },
            controllers,
        });
    }
    proposal.closed = proposal.closed.or(Some(now));
    let closes = proposal
        .opening
        .as_ref()
        .map_or(u64::MAX, |opening| opening.closes);
    let second = now.time.saturating_add(1).min(closes);
    loop {
        let person = way.at;
        let page = ask.electors(number, &proposal, Some(person.saturating_sub(1)), 1)?;
        let has_a_say =
            |one: &mycel_kit::peers::members::Elector| one.person.0 == person && one.still;
        if person == 0 || !page.electors.iter().any(has_a_say) {
            return Ok(End::NoSay);
        }
        if state::ballot(number, person).exists(deps.storage) {
            return Ok(End::Voted);
        }
        let spoken = speaker(deps.storage, number, &proposal, person, second)?;
        let Some((scope, version)) = spoken.filter(|(_, version)| version.to != person) else {
            return Ok(End::Silent);
        };
        if let Some(end) = way.go(version.to, Some((scope, version.until))) {
            return Ok(end);
        }
    }
}

fn words(person: u64, hops: &[Hop], end: End) -> String {
    use std::fmt::Write as _;
    let mut words = format!("person {person}");
    for hop in hops {
        let to = hop.to;
        let _ = match &hop.scope {
            Some(Scope::Issue(proposal)) => write!(words, " → person {to} (proposal {proposal})"),
            Some(Scope::Area { unit, area }) => write!(words, " → person {to} ({area}, {unit})"),
            Some(Scope::Unit(unit)) => write!(words, " → person {to} ({unit})"),
            None => write!(words, " → person {to}"),
        };
    }
    words.push_str(match end {
        End::Voted => ", who has voted",
        End::Silent => ", who has neither voted nor lets another speak",
        End::NoSay => ", who has no say here",
        End::Loop => ", where it was already: a circle in which nobody has voted",
        End::Further => ", and further",
    });
    words
}
