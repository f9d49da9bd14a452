//! Searches over the event index: equalities are looked up and intersected, heights narrow, the rest is tested on
//! each candidate. What would have to read the whole chain is refused with what to add.
use std::ops::RangeInclusive;

use mycel_types::Cancel;

use crate::{
    backend::{Backend, Position, Scope},
    error::RpcError,
    query::{Condition, Op, Operand, Query},
    tags::{self, Tags},
};

/// Most matches of one search.
const MATCHES: usize = 100_000;
/// Most blocks that a search without any equality reads.
const BLOCKS: u64 = 1_000;

/// All positions that match, ascending.
pub fn run(
    backend: &dyn Backend,
    scope: Scope,
    query: &Query,
    stop: &Cancel,
) -> Result<Vec<Position>, RpcError> {
    let Some(heights) = heights(backend, scope, query)? else {
        return Ok(vec![]);
    };
    let (mut found, looked_up): (Vec<Position>, Vec<&Condition>) =
        match by_hash(backend, scope, query)? {
            Some(found) => (found, vec![]),
            None => candidates(backend, scope, query, heights.clone())?,
        };
    found.retain(|p| heights.contains(&p.height));
    let rest: Vec<&Condition> = query
        .conditions()
        .iter()
        .filter(|c| !looked_up.contains(c))
        .filter(|c| !decided_by_heights(scope, c))
        .collect();
    if rest.is_empty() {
        return Ok(found);
    }
    filter(backend, scope, found, &rest, stop)
}

fn height_key(scope: Scope) -> &'static str {
    match scope {
        Scope::Tx => tags::TX_HEIGHT,
        Scope::Block => tags::BLOCK_HEIGHT,
    }
}

fn decided_by_heights(scope: Scope, c: &Condition) -> bool {
    c.key == height_key(scope) && limits(c).is_some()
}

/// The heights that a condition on the height allows.
fn limits(c: &Condition) -> Option<RangeInclusive<u64>> {
    let (Operand::Number(n) | Operand::Text(n)) = &c.operand else {
        return None;
    };
    let n: u64 = n.parse().ok()?;
    Some(match c.op {
        Op::Equal => n..=n,
        Op::Less => 0..=n.checked_sub(1)?,
        Op::AtMost => 0..=n,
        Op::Greater => n.checked_add(1)?..=u64::MAX,
        Op::AtLeast => n..=u64::MAX,
        Op::Contains | Op::Exists => return None,
    })
}

/// The heights that are here and that every condition on the height allows; `None` if there are none.
fn heights(
    backend: &dyn Backend,
    scope: Scope,
    query: &Query,
) -> Result<Option<RangeInclusive<u64>>, RpcError> {
    let status = backend.status()?;
    let (mut low, mut high) = (status.earliest.max(1), status.latest);
    for c in query.conditions() {
        if let Some(range) = limits(c).filter(|_| c.key == height_key(scope)) {
            low = low.max(*range.start());
            high = high.min(*range.end());
        }
    }
    Ok((low <= high).then_some(low..=high))
}

/// The transaction that the query names by its hash.
fn by_hash(
    backend: &dyn Backend,
    scope: Scope,
    query: &Query,
) -> Result<Option<Vec<Position>>, RpcError> {
    let mut named = query.conditions().iter().filter_map(|c| match &c.operand {
        Operand::Text(text) if c.key == tags::TX_HASH && c.op == Op::Equal => Some(text),
        _ => None,
    });
    let (Some(text), Scope::Tx) = (named.next(), scope) else {
        return Ok(None);
    };
    let hash = hex::decode(text).ok().and_then(|h| h.try_into().ok());
    let (Some(hash), true) = (hash, named.all(|other| other.eq_ignore_ascii_case(text))) else {
        return Ok(Some(vec![]));
    };
    Ok(Some(backend.tx(&hash)?.into_iter().collect()))
}

/// Candidates, and which conditions they satisfy already.
fn candidates<'a>(
    backend: &dyn Backend,
    scope: Scope,
    query: &'a Query,
    heights: RangeInclusive<u64>,
) -> Result<(Vec<Position>, Vec<&'a Condition>), RpcError> {
    let reserved = [tags::TM_EVENT, tags::TX_HASH, height_key(scope)];
    let mut found: Option<Vec<Position>> = None;
    let mut looked_up = vec![];
    for c in query.conditions() {
        let Operand::Text(value) = &c.operand else {
            continue;
        };
        if c.op != Op::Equal || reserved.contains(&c.key.as_str()) {
            continue;
        }
        let list = backend.tagged(scope, &c.key, value, heights.clone(), MATCHES + 1)?;
        if list.len() > MATCHES {
            return Err(RpcError::internal(format!(
                "more than {MATCHES} matches; narrow the query with {}",
                height_key(scope)
            )));
        }
        found = Some(match found {
            None => list,
            Some(so_far) => intersect(&so_far, &list),
        });
        looked_up.push(c);
    }
    match found {
        Some(found) => Ok((found, looked_up)),
        None => Ok((all_in(backend, scope, heights)?, looked_up)),
    }
}

fn intersect(a: &[Position], b: &[Position]) -> Vec<Position> {
    a.iter()
        .filter(|p| b.binary_search(p).is_ok())
        .copied()
        .collect()
}

/// Everything in a few blocks.
fn all_in(
    backend: &dyn Backend,
    scope: Scope,
    heights: RangeInclusive<u64>,
) -> Result<Vec<Position>, RpcError> {
    if heights.end() - heights.start() >= BLOCKS {
        return Err(RpcError::internal(format!(
            "the query would read more than {BLOCKS} blocks; add an equality with a string, or narrow {}",
            height_key(scope)
        )));
    }
    let mut found = vec![];
    for height in heights {
        let count = match scope {
            Scope::Block => 1,
            Scope::Tx => backend.outcome(height)?.map_or(0, |o| o.results.len()),
        };
        found.extend((0..count as u32).map(|index| Position { height, index }));
        if found.len() > MATCHES {
            return Err(RpcError::internal(format!(
                "more than {MATCHES} candidates; narrow the query with {}",
                height_key(scope)
            )));
        }
    }
    Ok(found)
}

/// Keeps the candidates that satisfy the remaining conditions.
fn filter(
    backend: &dyn Backend,
    scope: Scope,
    found: Vec<Position>,
    rest: &[&Condition],
    stop: &Cancel,
) -> Result<Vec<Position>, RpcError> {
    let mut kept = vec![];
    let mut outcome = None;
    for position in found {
        if stop.is_cancelled() {
            return Err(RpcError::internal("search took too long; narrow it"));
        }
        if outcome.as_ref().is_none_or(|(h, _)| *h != position.height) {
            outcome = backend
                .outcome(position.height)?
                .map(|o| (position.height, o));
        }
        let Some((_, outcome)) = &outcome else {
            continue; // pruned
        };
        let tags: Option<Tags> = match scope {
            Scope::Block => Some(tags::of_block(position.height, &outcome.events)),
            Scope::Tx => outcome.results.get(position.index as usize).map(|r| {
                let mut tags = Tags::of_events(&r.events);
                tags.add(tags::TM_EVENT, "Tx");
                tags.add(tags::TX_HEIGHT, position.height.to_string());
                tags
            }),
        };
        // the hash has been looked up, whatever its case
        let holds = |c: &&&Condition| c.key == tags::TX_HASH && c.op == Op::Equal;
        if tags.is_some_and(|t| rest.iter().filter(|c| !holds(c)).all(|c| c.matches(&t))) {
            kept.push(position);
        }
    }
    Ok(kept)
}
