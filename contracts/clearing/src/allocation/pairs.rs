//! The graph of a round where each has one unit: an arc for each pair, from
//! who offers to who needs, by who offers and its ranks.
//!
//! With ranks and costs counted among pairs, the arc of a pair costs
//! * in an assignment by ranks: friction · (places down either list) +
//!   resistance;
//! * by scores: friction · (what either gave beyond its own least) +
//!   resistance; both at most 2^18, and resistance as promises between the
//!   two have left it;
//! * in a stable matching nothing: its cost carries the ranks
//!   ([`Pair::edge`]), left being the rank of who needs with who offers.
//!
//! # Limits
//! 1,024 on either side with lists of 16: 16,384 pairs. Each piece reads all
//! lists anew and writes the pairs of at least one who offers. Per 100
//! persons, half on either side, all lists full and answered (800 pairs; see
//! `tests/gas.txt`), SDK gas is some 1.1 million for the freeze, 40,000 for
//! the certificate (300 bytes) and 1.8 million for its check and what it
//! settles; the largest market takes seven `advance`s of at most 12 million.

use cosmwasm_std::{Order, Storage};
use mycel_kit::flow::matching::Pair;

use super::choices::{Choice, mutual};
use super::freeze::{self, Node, What, Writer};
use super::{MAX_LINK_COST, Market, link_key};
use crate::error::ContractError;
use crate::msg::{Costs, MarketKind};
use crate::round::Round;

/// Units of work of a list that is read.
const LIST_WORK: u32 = 8;
/// Of who offers, whose trust is looked up.
const OFFER_WORK: u32 = 16;
/// Of a pair that is written.
const PAIR_WORK: u32 = 12;

/// Builds the next pairs: how much work it was, and whether it was all.
///
/// # Errors
/// Unreadable state.
pub fn build(
    storage: &mut dyn Storage,
    number: u64,
    current: &mut Round,
    market: u32,
    found: &Market,
    left: u32,
) -> Result<(u32, bool), ContractError> {
    let table = freeze::nodes(number).load(storage)?;
    let (lists, read) = mutual(storage, market, &table)?;
    let seen = freeze::after(storage, number)?;
    let mut writer = Writer::new(storage, number, current.edges)?;
    let (mut work, mut after, mut done) = (1 + LIST_WORK * read, seen, true);
    // of what was read nothing counts against the first: a piece gets on
    let left = left.max(work + 1);
    for (node, list) in (0u32..).zip(&lists) {
        let Node { person, supply, .. } = table[node as usize];
        let is_done = seen.is_some_and(|(last, _)| person <= last);
        if node == 0 || supply < 0 || is_done || list.is_empty() {
            continue;
        }
        if work >= left {
            done = false;
            break;
        }
        work += OFFER_WORK + PAIR_WORK * list.len() as u32;
        after = Some((person, 0));
        let trust = resistances(storage, market, person, found)?;
        for (rank, choice) in (1usize..).zip(list) {
            let theirs = &lists[choice.person as usize];
            let back = theirs.iter().position(|back| back.person == node);
            let Some(back) = back else { continue };
            let cost = match found.kind {
                MarketKind::Stable => stable(rank, back + 1),
                MarketKind::Assignment { by } => {
                    let places = match by {
                        Costs::Ranks => (rank - 1 + back) as u64,
                        Costs::Scores => beyond_least(list, choice.cost)
                            .saturating_add(beyond_least(theirs, theirs[back].cost)),
                    };
                    let other = table[choice.person as usize].person;
                    let known = trust.iter().find(|(to, _)| *to == other);
                    let resistance = known.map_or(found.resistance, |(_, known)| *known);
                    let cost = places
                        .saturating_mul(u64::from(found.friction))
                        .saturating_add(u64::from(resistance));
                    cost.min(MAX_LINK_COST) as i64
                }
                MarketKind::Flow => 0,
            };
            writer.push(node, choice.person, 1, cost, What::Link);
        }
    }
    let (arcs, volume) = writer.finish(storage);
    current.edges = arcs;
    current.volume += volume;
    freeze::built(storage, number, after);
    Ok((work, done))
}

fn beyond_least(list: &[Choice], cost: u32) -> u64 {
    let least = list.iter().map(|choice| choice.cost).min();
    u64::from(cost - least.unwrap_or(0).min(cost))
}

/// What promises have left between one who offers and those it served. Only
/// in an assignment: in a stable matching everybody's own rank says it.
fn resistances(
    storage: &dyn Storage,
    market: u32,
    from: u32,
    found: &Market,
) -> Result<Vec<(u32, u32)>, ContractError> {
    if found.links == 0 || found.kind == MarketKind::Stable {
        return Ok(Vec::new());
    }
    let first = link_key(market, from, 0).bytes().to_vec();
    let mut end = link_key(market, from, u32::MAX).bytes().to_vec();
    end.push(0);
    let mut known = Vec::new();
    for (key, value) in storage.range(Some(&first), Some(&end), Order::Ascending) {
        let to = freeze::word(&key, 9)?;
        known.push((to, link_key(market, from, to).decode(&value)?.resistance));
    }
    Ok(known)
}

/// The cost of a stable matching's pair: who offers is left. Lists are of 16.
fn stable(left: usize, right: usize) -> i64 {
    let pair = Pair {
        left: 0,
        right: 0,
        left_rank: left as u16,
        right_rank: right as u16,
    };
    pair.edge().cost
}
