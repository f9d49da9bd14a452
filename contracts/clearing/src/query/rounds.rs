//! Rounds: what solvers download, what was solved, who was helped.

use cosmwasm_std::{Binary, HexBinary, Int64, Int128, Storage};
use mycel_kit::flow::{Body, Flows};
use mycel_kit::{Amount, Id, Seconds};

use crate::allocation;
use crate::book::{self, CLEARED, Found, PER_PAGE};
use crate::error::ContractError;
use crate::freeze::{self, GROUP};
use crate::graph::Graph;
use crate::msg::{
    BestView, BodyResponse, Dual, DualsResponse, GraphResponse, HelpedResponse, PostView,
    RoundView, Settled, SettledResponse,
};
use crate::posts::{self, Fate, Post};
use crate::round::{self, Best, Kind, Round, Stage};
use crate::{people, state};

/// Pages of rows in one answer: at most 4,096 rows, 160 KiB raw.
const GRAPH_PAGES: u32 = 24;
const MAX_DUALS: u32 = 1_000;
const MAX_SETTLED: usize = 500;

pub fn view(storage: &dyn Storage, number: Option<Id>) -> Result<RoundView, ContractError> {
    let number = match number {
        Some(Id(number)) => number,
        None => match state::active_round().may_load(storage)? {
            Some(running) => running,
            None => round::last_round()
                .may_load(storage)?
                .ok_or(ContractError::UnknownRound { round: 0 })?,
        },
    };
    let current = round::load(storage, Id(number))?;
    let best = match current.best {
        Some(best) => Some(BestView {
            post: best.post,
            solver: posts::post(number, best.post)
                .may_load(storage)?
                .map_or_else(String::new, |post| post.solver),
            value: Int128::new(best.value),
            gap: Int128::new(best.gap),
            flow: Int128::new(best.flow),
            slack: best.slack,
        }),
        None => None,
    };
    Ok(RoundView {
        round: Id(number),
        market: match current.kind {
            Kind::Clearing => None,
            Kind::Allocation { market, .. } => Some(market),
        },
        kind: match current.kind {
            Kind::Clearing => None,
            Kind::Allocation { of, .. } => Some(of),
        },
        stage: current.stage.name().to_owned(),
        opened: Seconds(current.opened),
        freeze_at: Seconds(current.freeze_at),
        frozen_at: Seconds(current.frozen_at),
        commit_until: Seconds(current.commit_until),
        deadline: Seconds(current.deadline),
        nodes: current.nodes,
        edges: current.edges,
        volume: Int128::new(current.volume),
        baseline: Int128::new(current.baseline),
        root: HexBinary::from(current.root),
        posts: current.posts,
        complete: current.complete,
        taken: current.taken,
        best,
        applied: Int128::new(current.applied),
        ended: Seconds(current.ended),
    })
}

/// The frozen graph is whole while it is frozen; later its amounts change.
fn frozen(storage: &dyn Storage, number: u64) -> Result<Round, ContractError> {
    let current = round::load(storage, Id(number))?;
    if current.stage == Stage::Frozen {
        return Ok(current);
    }
    Err(ContractError::WrongStage {
        round: number,
        stage: current.stage.name(),
        needs: "frozen",
    })
}

pub fn graph(
    storage: &dyn Storage,
    Id(number): Id,
    page: Option<u32>,
) -> Result<GraphResponse, ContractError> {
    let current = frozen(storage, number)?;
    let graph = Graph::open(storage, number, &current)?;
    let first = page.unwrap_or(0);
    let mut pages = Vec::new();
    let next = graph.walk(storage, first, |_, rows, _| {
        if !rows.is_empty() {
            let mut bytes = Vec::with_capacity(rows.len() * crate::graph::ROW_BYTES);
            rows.iter().for_each(|row| graph.write(&mut bytes, row));
            pages.push(Binary::from(bytes));
        }
        Ok((pages.len() as u32) < GRAPH_PAGES)
    })?;
    let supplies = match (current.kind, first) {
        (Kind::Allocation { .. }, 0) => allocation::freeze::supplies(storage, number)?,
        _ => Vec::new(),
    };
    Ok(GraphResponse {
        pages,
        supplies: supplies.into_iter().map(Int64::new).collect(),
        next: (next < graph.end()).then_some(next),
    })
}

pub fn post(storage: &dyn Storage, Id(number): Id, place: u32) -> Result<PostView, ContractError> {
    let post = posts::load(storage, number, place)?;
    let (fate, why) = match post.fate {
        Fate::Awaited => ("awaited", None),
        Fate::Complete => ("complete", None),
        Fate::Refused(why) => ("refused", Some(why)),
        Fate::Best => ("best", None),
        Fate::Surpassed => ("surpassed", None),
    };
    Ok(PostView {
        solver: post.solver,
        hash: HexBinary::from(post.hash),
        bytes: post.bytes,
        pages: post.pages,
        fate: fate.to_owned(),
        why,
    })
}

/// The round's best certificate, if it can still be read.
fn best(storage: &dyn Storage, number: u64) -> Result<(Round, Best, Post, Vec<u8>), ContractError> {
    let current = round::load(storage, Id(number))?;
    let unknown = ContractError::UnknownPost {
        round: number,
        post: 0,
    };
    let best = current.best.ok_or(unknown)?;
    let post = posts::load(storage, number, best.post)?;
    let body = posts::body(storage, number, best.post, &post);
    Ok((current, best, post, body))
}

pub fn body(
    storage: &dyn Storage,
    Id(number): Id,
    page: u32,
) -> Result<BodyResponse, ContractError> {
    let (_, _, _, body) = best(storage, number)?;
    let mut pages = body.chunks(posts::PAGE_BYTES).skip(page as usize);
    let data = pages.next().unwrap_or_default();
    Ok(BodyResponse {
        data: Binary::from(data),
        next: pages.next().map(|_| page + 1),
    })
}

pub fn duals(
    storage: &dyn Storage,
    Id(number): Id,
    node: Option<u32>,
) -> Result<DualsResponse, ContractError> {
    let (current, _, _, bytes) = best(storage, number)?;
    let potentials = Body::read(&bytes)?.potentials();
    let first = node.unwrap_or(0).min(current.nodes);
    let end = first.saturating_add(MAX_DUALS).min(current.nodes);
    let persons: Vec<Option<u32>> = match current.kind {
        Kind::Clearing => round::nodes(storage, number)?
            .into_iter()
            .map(Some)
            .collect(),
        Kind::Allocation { .. } => allocation::freeze::nodes(number)
            .load(storage)?
            .iter()
            .enumerate()
            .map(|(index, node)| (index > 0).then_some(node.person))
            .collect(),
    };
    let market = current.kind != Kind::Clearing;
    let range = first as usize..end as usize;
    let zip = persons[range.clone()].iter().zip(&potentials[range]);
    Ok(DualsResponse {
        duals: zip
            .map(|(person, potential)| Dual {
                person: person.map(|person| Id(person.into())),
                potential: Int64::new(*potential),
                scarcity: market.then(|| Int64::new(potential - potentials[0])),
            })
            .collect(),
        next: (end < current.nodes).then_some(end),
    })
}

/// Walks the flows of a clearing round by obligation, in their order. An
/// obligation's capacity may be gone by now: what was set off wholly says so
/// itself ([`CLEARED`]), or is what is owed still.
fn walk_flows(
    storage: &dyn Storage,
    current: &Round,
    flows: &mut Flows<'_>,
    first_page: u32,
    mut each: impl FnMut(u32, i64) -> Result<bool, ContractError>,
) -> Result<Option<u32>, ContractError> {
    let end = current.end.div_ceil(PER_PAGE);
    for number in 0..end.div_ceil(GROUP) {
        let group = freeze::group(storage, number);
        for (byte, bits) in group.iter().enumerate() {
            for bit in (0..8).filter(|bit| bits >> bit & 1 == 1) {
                let place = (byte * 8 + bit) as u32;
                let obligation = number * GROUP * PER_PAGE + place;
                let flow = flows.next(i64::MAX)?;
                let page = obligation / PER_PAGE;
                if page < first_page {
                    continue;
                }
                if !each(obligation, flow)? {
                    return Ok(Some(page));
                }
            }
        }
    }
    Ok(None)
}

/// What a flow set off, read from an obligation before or after its settling.
fn cleared(found: &Found, flow: i64) -> u64 {
    match flow {
        i64::MAX => found.page.amounts[found.at] & !CLEARED,
        flow => flow as u64,
    }
}

fn clearing(storage: &dyn Storage, number: u64) -> Result<(Round, Vec<u8>), ContractError> {
    let (current, _, _, bytes) = best(storage, number)?;
    if current.kind == Kind::Clearing {
        return Ok((current, bytes));
    }
    Err(ContractError::Market {
        why: "an allocation makes promises: ask for those".to_owned(),
    })
}

pub fn settled(
    storage: &dyn Storage,
    Id(number): Id,
    page: Option<u32>,
) -> Result<SettledResponse, ContractError> {
    let (current, bytes) = clearing(storage, number)?;
    let mut flows = Body::read(&bytes)?.flows();
    let mut settled = Vec::new();
    let mut held: Option<(u32, Option<book::Page>)> = None;
    let next = walk_flows(
        storage,
        &current,
        &mut flows,
        page.unwrap_or(0),
        |number, flow| {
            let (page, place) = book::place(number);
            if held.as_ref().is_none_or(|(held, _)| *held != page) {
                if settled.len() >= MAX_SETTLED {
                    return Ok(false);
                }
                held = Some((page, book::Page::load(storage, page)?));
            }
            let Some((_, Some(loaded))) = &held else {
                return Ok(true);
            };
            let at = loaded
                .entries
                .binary_search_by_key(&place, |entry| entry.place);
            if let (Ok(at), true) = (at, flow > 0) {
                let found = Found {
                    number,
                    page: book::Page {
                        entries: vec![loaded.entries[at]],
                        amounts: vec![loaded.amounts[at]],
                    },
                    at: 0,
                };
                settled.push(Settled {
                    obligation: Id(number.into()),
                    debtor: Id(found.entry().debtor.into()),
                    creditor: Id(found.entry().creditor.into()),
                    cleared: Amount::new(cleared(&found, flow)).unwrap_or(Amount::MAX),
                    owed: Amount::new(found.amount()).unwrap_or(Amount::MAX),
                });
            }
            Ok(true)
        },
    )?;
    Ok(SettledResponse { settled, next })
}

pub fn helped(
    storage: &dyn Storage,
    Id(number): Id,
    person: u32,
) -> Result<HelpedResponse, ContractError> {
    let (current, bytes) = clearing(storage, number)?;
    let mut mine = Vec::new();
    for page in 0..=people::full_pages(storage, person)? {
        mine.extend(people::page(storage, person, page)?);
    }
    mine.sort_unstable();
    let (mut owes_less, mut owed_less, mut touched) = (0i128, 0i128, 0);
    let mut flows = Body::read(&bytes)?.flows();
    walk_flows(storage, &current, &mut flows, 0, |number, flow| {
        if flow > 0
            && mine.binary_search(&number).is_ok()
            && let Some(found) = Found::may_load(storage, number)?
        {
            let amount = i128::from(cleared(&found, flow));
            if found.entry().debtor == person {
                owes_less += amount;
            } else {
                owed_less += amount;
            }
            touched += 1;
        }
        Ok(true)
    })?;
    Ok(HelpedResponse {
        owes_less: Int128::new(owes_less),
        owed_less: Int128::new(owed_less),
        obligations: touched,
    })
}
