//! Applying the best certificate of a market: offers shrink, needs keep what
//! is unmet, flows on links become promises, and links remember their use.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::Key;
use mycel_kit::flow::Body;

use super::freeze::{self, Node, What};
use super::trades::{self, Promise};
use super::{link_key, market_key, need_key, offer_key};
use crate::error::ContractError;
use crate::graph::Graph;
use crate::msg::MarketKind;
use crate::posts;
use crate::round::{Round, Stage};
use crate::state;

/// Units of work of an arc that changes an offer, a need or a link: a record
/// read and written.
const ARC_WORK: u32 = 64;
/// Of one that becomes a promise: five records more.
const PROMISE_WORK: u32 = 256;

/// What one arc's flow does.
struct Act {
    what: What,
    tail: Node,
    head: Node,
    flow: u64,
    scarcity: i64,
}

/// Applies the next pages.
///
/// # Errors
/// Unreadable state only.
pub fn step(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
    market_number: u32,
    left: u32,
) -> Result<u32, ContractError> {
    let Stage::Settling { page, edge, at } = current.stage else {
        return Ok(0);
    };
    let Some(best) = current.best else {
        current.stage = Stage::Closing { post: 0 };
        return Ok(1);
    };
    let mine = posts::load(storage, number, best.post)?;
    let bytes = posts::body(storage, number, best.post, &mine);
    let body = Body::read(&bytes)?;
    let potentials = body.potentials();
    let of = market_key(market_number).load(storage)?.kind;
    let nodes = freeze::nodes(number).load(storage)?;
    let graph = Graph::open(storage, number, current)?;
    let mut flows = body.flows_from(edge, at as usize);
    let (mut work, mut edge, mut applied) = (1 + mine.bytes / 1_024, edge, 0i128);
    let mut acts = Vec::new();
    let next = graph.walk(storage, page, |_, rows, _| {
        for row in rows {
            let flow = flows.next(row.edge.capacity)?;
            edge += 1;
            applied += i128::from(flow);
            let what = freeze::what(row);
            // a link that carries nothing thins; a pair that is not together is nothing
            let idle = match what {
                What::Offer => true,
                What::Slack => false,
                What::Link => of.is_of_units(),
            };
            if flow > 0 || !idle {
                let (tail, head) = (row.edge.tail as usize, row.edge.head as usize);
                acts.push(Act {
                    what,
                    tail: nodes[tail],
                    head: nodes[head],
                    flow: flow as u64,
                    scarcity: potentials[head] - potentials[0],
                });
                work += match what {
                    What::Link if flow > 0 && of == MarketKind::Stable => {
                        2 * ARC_WORK + PROMISE_WORK
                    }
                    What::Link if flow > 0 => ARC_WORK + PROMISE_WORK,
                    _ => ARC_WORK,
                };
            }
        }
        work += (rows.len() as u32).max(8);
        Ok(work < left)
    })?;
    for act in &acts {
        apply(storage, now, number, market_number, of, act)?;
    }
    current.applied += applied;
    current.stage = if next < graph.end() {
        Stage::Settling {
            page: next,
            edge,
            at: flows.at() as u32,
        }
    } else {
        Stage::Closing { post: 0 }
    };
    Ok(work)
}

fn apply(
    storage: &mut dyn Storage,
    now: u64,
    round: u64,
    market: u32,
    of: MarketKind,
    act: &Act,
) -> Result<(), ContractError> {
    match act.what {
        What::Link if of.is_of_units() => {
            if of == MarketKind::Stable {
                // its graph has pairs only: they say what is left
                take(storage, &offer_key(market, act.tail.person), |o| {
                    &mut o.quantity
                })?;
                take(storage, &need_key(market, act.head.person), |n| {
                    &mut n.quantity
                })?;
            }
            promise(storage, now, round, market, act)?;
        }
        What::Offer => {
            let key = offer_key(market, act.head.person);
            let mut offer = key.load(storage)?;
            offer.quantity -= act.flow;
            key.save(storage, &offer);
        }
        What::Slack => {
            let key = need_key(market, act.head.person);
            let mut need = key.load(storage)?;
            need.quantity = act.flow;
            key.save(storage, &need);
        }
        What::Link => {
            let (from, to) = (act.tail.person, act.head.person);
            let key = link_key(market, from, to);
            let mut link = key.load(storage)?;
            let carried = promised(storage, round, from, to)?;
            // a way widens with use and thins without, and never closes
            let total = carried.saturating_add(act.flow);
            let open = if total == 0 {
                (link.capacity / 10).max(1).min(link.open)
            } else {
                link.open.max(total.saturating_mul(4)).min(link.capacity)
            };
            if open != link.open && (total > 0 || carried == 0) {
                link.open = open;
                key.save(storage, &link);
            }
            if act.flow > 0 {
                promise(storage, now, round, market, act)?;
            }
        }
    }
    Ok(())
}

/// One unit less of an offer or a need.
fn take<T: BorshSerialize + BorshDeserialize>(
    storage: &mut dyn Storage,
    key: &Key<T>,
    quantity: impl Fn(&mut T) -> &mut u64,
) -> Result<(), ContractError> {
    let mut record = key.load(storage)?;
    *quantity(&mut record) -= 1;
    key.save(storage, &record);
    Ok(())
}

/// What the latest promise already carries on this link in this round: a
/// link's arcs follow each other.
fn promised(storage: &dyn Storage, round: u64, from: u32, to: u32) -> Result<u64, ContractError> {
    let latest = latest(storage)?;
    Ok(latest
        .filter(|(_, promise)| (promise.round, promise.from, promise.to) == (round, from, to))
        .map_or(0, |(_, promise)| promise.quantity))
}

fn latest(storage: &dyn Storage) -> Result<Option<(u64, Promise)>, ContractError> {
    let Some(number) = state::counters().load(storage)?.promise.checked_sub(1) else {
        return Ok(None);
    };
    let promise = trades::key(number).may_load(storage)?;
    Ok(promise.map(|promise| (number, promise)))
}

fn promise(
    storage: &mut dyn Storage,
    now: u64,
    round: u64,
    market: u32,
    act: &Act,
) -> Result<(), ContractError> {
    let (from, to) = (act.tail.person, act.head.person);
    if let Some((number, mut before)) = latest(storage)?
        && (before.round, before.from, before.to) == (round, from, to)
    {
        before.quantity += act.flow;
        trades::key(number).save(storage, &before);
        return Ok(());
    }
    let price = if act.tail.gift {
        0
    } else {
        let (low, high) = (i64::from(act.tail.low), i64::from(act.head.high));
        act.scarcity.clamp(low, high.max(low))
    };
    let terms = market_key(market).load(storage)?;
    trades::write(
        storage,
        Promise {
            market,
            round,
            from,
            to,
            quantity: act.flow,
            price: u32::try_from(price).unwrap_or(u32::MAX),
            accept_by: now.saturating_add(terms.accept_seconds),
            deliver_by: 0,
            accepted_from: false,
            accepted_to: false,
            reported_from: None,
            reported_to: None,
        },
    )
}
