//! Verifying posted certificates: whole, before any of it applies.
//!
//! One at a time, in the order in which they became complete. A step takes
//! pages of the frozen graph; between two transactions stay the sums, the
//! place in the body and the running divergence of every node. The potentials
//! are read from the posted pages themselves. A stable matching takes the
//! pages twice ([`mycel_kit::flow::matching`]); what it knows of every node
//! stays with the sums.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{Event, Response, Storage};
use mycel_kit::Key;
use mycel_kit::flow::matching::{self, MatchingError, Pair};
use mycel_kit::flow::{Body, Flows, Progress};
use mycel_kit::key::StateError;

use crate::allocation::{choices::MAX_CHOICES, freeze};
use crate::error::ContractError;
use crate::graph::Graph;
use crate::msg::MarketKind;
use crate::posts::{self, Fate, Post};
use crate::round::{Best, Kind, Round, Stage};

/// Nodes whose divergence lies in one value.
const NODES_PER_PAGE: usize = 4_096;

/// What a certificate is checked by.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Check {
    /// Bounds, conservation, reduced costs: flows and assignments.
    Flow(Progress),
    /// A matching that no pair blocks.
    Stable(matching::Progress),
}

/// What a whole check says.
struct Verdict {
    /// What the certificate is worth.
    value: i128,
    /// Nothing is worth more than `value + gap`.
    gap: i128,
    slack: Option<u32>,
}

/// A verification under way.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Verification {
    /// Which post.
    pub post: u32,
    /// The check as far as it is.
    pub check: Check,
    /// The next page of the graph.
    pub page: u32,
    /// Where in the body the next interior flow lies.
    pub at: u32,
    /// Σ flow.
    pub flow: i128,
}

/// The verification of a round.
#[must_use]
pub fn verification(round: u64) -> Key<Verification> {
    Key::new(b'w', &round.to_be_bytes())
}

/// Goes on with the certificate at hand, or takes the next, or ends the stage
/// when the deadline has passed. `None`: nothing to do now.
///
/// # Errors
/// Unreadable state; a bad certificate is no error but its own post's fate.
pub fn step(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
    left: u32,
    response: &mut Response,
) -> Result<Option<u32>, ContractError> {
    let key = verification(number);
    let under_way = key.may_load(storage)?;
    let place = match &under_way {
        Some(under_way) => under_way.post,
        None if current.taken < current.complete => {
            let place = posts::ready(number, current.taken).load(storage)?;
            current.taken += 1;
            place
        }
        None if now >= current.deadline => {
            current.stage = match current.best {
                Some(_) => settling(),
                None => Stage::Closing { post: 0 },
            };
            return Ok(Some(1));
        }
        None => return Ok(None),
    };
    let mine = posts::load(storage, number, place)?;
    let body = posts::body(storage, number, place, &mine);
    let mut work = 1 + mine.bytes / 1_024;
    let graph = Graph::open(storage, number, current)?;
    let (verdict, flow) = match check(
        storage, number, current, &graph, under_way, place, &body, left, &mut work,
    ) {
        Ok(Checked::Whole(verdict, flow)) => (verdict, flow),
        Ok(Checked::Partly(state, divergence)) => {
            if let Check::Flow(_) = state.check {
                save_divergence(storage, number, &divergence);
            }
            key.save(storage, &state);
            return Ok(Some(work));
        }
        Err(ContractError::State(broken)) => return Err(broken.into()),
        Err(why) => {
            clear(storage, number, current);
            refuse(storage, number, place, mine, &why, response);
            return Ok(Some(work));
        }
    };
    clear(storage, number, current);
    match judge(current, &verdict) {
        Err(why) => refuse(storage, number, place, mine, &why, response),
        Ok(()) => accept(
            storage, number, current, place, mine, &verdict, flow, response,
        )?,
    }
    Ok(Some(work))
}

enum Checked {
    /// To the end.
    Whole(Verdict, i128),
    /// As far as the limit went.
    Partly(Verification, Vec<i128>),
}

#[allow(
    clippy::too_many_arguments,
    reason = "one pass over all that a check needs"
)]
fn check(
    storage: &dyn Storage,
    number: u64,
    current: &Round,
    graph: &Graph,
    under_way: Option<Verification>,
    place: u32,
    bytes: &[u8],
    left: u32,
    work: &mut u32,
) -> Result<Checked, ContractError> {
    let body = Body::read(bytes)?;
    if body.root != current.root {
        return Err(ContractError::AnotherRoot);
    }
    count("nodes", body.nodes, current.nodes)?;
    count("edges", body.edges, current.edges)?;
    let potentials = body.potentials();
    let mut state = match under_way {
        Some(state) => state,
        None => Verification {
            post: place,
            check: if is_stable(current) {
                Check::Stable(matching::Progress::begin(body.nodes, body.edges)?)
            } else {
                Check::Flow(Progress::begin(body.nodes, body.edges)?)
            },
            page: 0,
            at: body.flows().at() as u32,
            flow: 0,
        },
    };
    match &mut state.check {
        Check::Flow(progress) => {
            let mut divergence = if progress.next() == 0 {
                vec![0; current.nodes as usize]
            } else {
                load_divergence(storage, number, current.nodes)?
            };
            let mut flows: Flows<'_> = body.flows_from(progress.next(), state.at as usize);
            let sum = &mut state.flow;
            let next = graph.walk(storage, state.page, |_, rows, page| {
                for row in rows {
                    let flow = flows.next(row.edge.capacity)?;
                    progress.edge(row.edge, flow, &potentials, &mut divergence)?;
                    *sum += i128::from(flow);
                }
                *work += (page.entries.len().max(rows.len()) as u32).max(8);
                Ok(*work < left)
            })?;
            if next < graph.end() {
                state.page = next;
                state.at = flows.at() as u32;
                return Ok(Checked::Partly(state, divergence));
            }
            let verdict = progress.finish(&divergence, |node| graph.supply(node))?;
            let verdict = Verdict {
                value: current.baseline - verdict.primal,
                gap: verdict.gap,
                slack: verdict.slack,
            };
            Ok(Checked::Whole(verdict, state.flow))
        }
        Check::Stable(progress) => {
            if let Some(node) = potentials.iter().position(|potential| *potential != 0) {
                return Err(MatchingError::Potential { node: node as u32 }.into());
            }
            let table = freeze::nodes(number).load(storage)?;
            let named = |error: MatchingError| {
                let person = |node| table.get(node as usize).map_or(node, |node| node.person);
                ContractError::from(error.named(person))
            };
            loop {
                let second = progress.is_second();
                let mut flows: Flows<'_> = body.flows_from(progress.next(), state.at as usize);
                let next = graph.walk(storage, state.page, |_, rows, _| {
                    for row in rows {
                        let together = flows.next(row.edge.capacity)? > 0;
                        let pair = Pair::from_edge(row.edge);
                        progress.pair(pair, together).map_err(named)?;
                    }
                    *work += (rows.len() as u32).max(8);
                    Ok(*work < left)
                })?;
                state.page = next;
                state.at = flows.at() as u32;
                if next >= graph.end() {
                    if second {
                        break;
                    }
                    state.page = 0;
                    state.at = body.flows().at() as u32;
                }
                if *work >= left {
                    return Ok(Checked::Partly(state, Vec::new()));
                }
            }
            let stable = progress.finish()?;
            let matched = i128::from(stable.matched);
            let verdict = Verdict {
                value: (MAX_CHOICES as i128 + 1) * matched - i128::from(stable.ranks),
                gap: i128::from(stable.gap),
                slack: None,
            };
            Ok(Checked::Whole(verdict, matched))
        }
    }
}

fn count(what: &'static str, count: u32, expected: u32) -> Result<(), ContractError> {
    if count == expected {
        return Ok(());
    }
    Err(mycel_kit::flow::FlowError::WrongCount {
        what,
        count: u64::from(count),
        expected: u64::from(expected),
    }
    .into())
}

/// Whether a feasible flow becomes the best: the first that is worth
/// anything, one better by 0.1 %, or the optimum itself, which ends the round.
/// A stable matching is better by any rank: there are few of them, and each
/// rank is somebody's.
fn judge(current: &Round, verdict: &Verdict) -> Result<(), ContractError> {
    let value = verdict.value;
    let best = current.best.map_or(0, |best| best.value);
    let improves = match current.best {
        _ if verdict.gap == 0 => value >= best,
        None => value > 0,
        Some(_) if is_stable(current) => value > best,
        Some(_) => value * 1_000 >= best * 1_001,
    };
    if improves {
        return Ok(());
    }
    Err(ContractError::NoImprovement { value, best })
}

fn is_stable(current: &Round) -> bool {
    let of = match current.kind {
        Kind::Clearing => MarketKind::Flow,
        Kind::Allocation { of, .. } => of,
    };
    of == MarketKind::Stable
}

#[allow(clippy::too_many_arguments, reason = "the verdict and where it goes")]
fn accept(
    storage: &mut dyn Storage,
    number: u64,
    current: &mut Round,
    place: u32,
    mut mine: Post,
    verdict: &Verdict,
    flow: i128,
    response: &mut Response,
) -> Result<(), ContractError> {
    if let Some(before) = current.best {
        let surpassed = posts::load(storage, number, before.post)?;
        posts::put_away(storage, number, before.post, surpassed, Fate::Surpassed);
    }
    mine.fate = Fate::Best;
    posts::post(number, place).save(storage, &mine);
    current.best = Some(Best {
        post: place,
        value: verdict.value,
        gap: verdict.gap,
        flow,
        slack: verdict.slack,
    });
    if verdict.gap == 0 {
        current.stage = settling();
    }
    response.events.push(
        Event::new("best")
            .add_attribute("round", number.to_string())
            .add_attribute("post", place.to_string())
            .add_attribute("solver", mine.solver)
            .add_attribute("value", verdict.value.to_string())
            .add_attribute("gap", verdict.gap.to_string()),
    );
    Ok(())
}

fn refuse(
    storage: &mut dyn Storage,
    number: u64,
    place: u32,
    mine: Post,
    why: &ContractError,
    response: &mut Response,
) {
    response.events.push(
        Event::new("refused")
            .add_attribute("round", number.to_string())
            .add_attribute("post", place.to_string())
            .add_attribute("solver", mine.solver.clone())
            .add_attribute("why", why.to_string()),
    );
    posts::put_away(storage, number, place, mine, Fate::Refused(why.to_string()));
}

fn settling() -> Stage {
    Stage::Settling {
        page: 0,
        edge: 0,
        at: 0,
    }
}

fn divergence_key(round: u64, page: u32) -> Vec<u8> {
    let mut key = vec![b'z'];
    key.extend_from_slice(&round.to_be_bytes());
    key.extend_from_slice(&page.to_be_bytes());
    key
}

/// Each node: how many bytes, then the integer in as few little-endian bytes
/// (two's complement) as hold it.
fn save_divergence(storage: &mut dyn Storage, round: u64, divergence: &[i128]) {
    let mut bytes = Vec::new();
    for (page, nodes) in (0u32..).zip(divergence.chunks(NODES_PER_PAGE)) {
        bytes.clear();
        for sum in nodes {
            let magnitude = if *sum < 0 { !*sum } else { *sum };
            let length = if *sum == 0 {
                0
            } else {
                ((129 - magnitude.leading_zeros()) as usize).div_ceil(8)
            };
            bytes.push(length as u8);
            bytes.extend_from_slice(&sum.to_le_bytes()[..length]);
        }
        storage.set(&divergence_key(round, page), &bytes);
    }
}

fn load_divergence(
    storage: &dyn Storage,
    round: u64,
    nodes: u32,
) -> Result<Vec<i128>, ContractError> {
    let mut divergence = Vec::with_capacity(nodes as usize);
    for page in 0..nodes.div_ceil(NODES_PER_PAGE as u32) {
        let key = divergence_key(round, page);
        let unreadable = || StateError::Unreadable {
            key: cosmwasm_std::to_hex(&key),
        };
        let bytes = storage.get(&key).ok_or_else(unreadable)?;
        let mut rest = bytes.as_slice();
        while let Some((length, more)) = rest.split_first() {
            let (number, more) = more
                .split_at_checked(usize::from(*length))
                .ok_or_else(unreadable)?;
            let negative = number.last().is_some_and(|byte| byte & 0x80 != 0);
            let mut wide = [if negative { 0xff } else { 0 }; 16];
            wide.get_mut(..number.len())
                .ok_or_else(unreadable)?
                .copy_from_slice(number);
            divergence.push(i128::from_le_bytes(wide));
            rest = more;
        }
    }
    if divergence.len() == nodes as usize {
        return Ok(divergence);
    }
    Err(StateError::Unreadable {
        key: cosmwasm_std::to_hex(divergence_key(round, 0)),
    }
    .into())
}

/// Removes what a verification left between transactions.
fn clear(storage: &mut dyn Storage, round: u64, current: &Round) {
    let key = verification(round);
    if !key.exists(storage) {
        return;
    }
    storage.remove(key.bytes());
    for page in 0..current.nodes.div_ceil(NODES_PER_PAGE as u32) {
        storage.remove(&divergence_key(round, page));
    }
}
