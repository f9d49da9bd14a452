//! Fixing the graph of a clearing round: which obligations enter, and the root
//! that names them.
//!
//! An obligation enters iff it is owed, not disputed, due within the round's
//! horizon, tendered by both sides, and neither side is barred. Standing
//! consent tenders what is not overdue; an overdue one needs both sides' own
//! tender of it. Past 2^18 persons or 2^20 obligations the rest waits.
//!
//! Nothing is copied: the obligations stay on their pages, which nobody may
//! change until the round ends, and a bit for each says whether it is in.

use std::collections::BTreeMap;

use cosmwasm_std::{DepsMut, Order, Storage};
use mycel_kit::Id;
use mycel_kit::flow::MAX_EDGES;
use mycel_kit::peers::members::{Barred, MembersQuery};
use mycel_kit::peers::pull;

use crate::book::{self, Entry, PER_PAGE, flag};
use crate::error::ContractError;
use crate::graph::{self, Root};
use crate::numbers::{self, Set};
use crate::obligations::weight;
use crate::posts;
use crate::round::{self, Round, Stage};
use crate::state;

/// Pages whose bits lie in one value.
pub const GROUP: u32 = 64;
const GROUP_BYTES: usize = (GROUP * PER_PAGE / 8) as usize;
/// Units of work of a group that goes: it is read and removed.
const GROUP_WORK: u32 = 48;
/// Most persons in one graph: what a check may hold in memory.
pub const MAX_NODES: usize = 1 << 18;

/// A group's bits; none are set where nothing was written.
#[must_use]
pub fn group(storage: &dyn Storage, group: u32) -> Vec<u8> {
    storage.get(&key(group)).unwrap_or_default()
}

/// Whether the obligation at a place is in the frozen graph.
#[must_use]
pub fn is_frozen(group: &[u8], page: u32, place: u8) -> bool {
    numbers::bit(group, page % GROUP * PER_PAGE + u32::from(place))
}

fn key(group: u32) -> Vec<u8> {
    let mut key = vec![b'i'];
    key.extend_from_slice(&group.to_be_bytes());
    key
}

/// The time has come: no change to what may enter from here on.
///
/// # Errors
/// Unreadable state.
pub fn begin(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
) -> Result<(), ContractError> {
    if let Some(last) = round::last_round().may_load(storage)? {
        posts::forget_best(storage, last)?;
        numbers::save(storage, b'm', last, &[]);
    }
    current.frozen_at = now;
    current.end = state::counters().load(storage)?.obligation;
    current.root = Root::new(number).0;
    current.stage = Stage::Barring { after: None };
    Ok(())
}

/// Pulls the next persons that may not deal.
///
/// # Errors
/// Members does not answer.
pub fn bar(
    deps: DepsMut,
    number: u64,
    current: &mut Round,
    after: Option<u64>,
) -> Result<u32, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    let answer: Barred = pull(
        deps.querier,
        "members",
        &parameters.members,
        &MembersQuery::Barred {
            after: after.map(Id),
            limit: None,
        },
    )?;
    let mut barred = numbers::load(deps.storage, b'b', number)?;
    let more = answer.persons.iter();
    barred.extend(more.filter_map(|Id(person)| u32::try_from(*person).ok()));
    barred.sort_unstable();
    barred.dedup();
    numbers::save(deps.storage, b'b', number, &barred);
    current.stage = match answer.next {
        // a cursor that does not move would never end
        Some(Id(next)) if after.is_none_or(|after| after < next) => {
            Stage::Barring { after: Some(next) }
        }
        _ => Stage::Freezing { page: 0 },
    };
    Ok(1_000)
}

/// Who may enter.
struct Gate<'a> {
    frozen_at: u64,
    latest: u64,
    barred: &'a [u32],
    consents: Set<'a>,
}

impl Gate<'_> {
    fn admits(&mut self, entry: Entry, amount: u64) -> bool {
        let due = u64::from(entry.due);
        if amount == 0 || entry.has(flag::DISPUTED) || due > self.latest {
            return false;
        }
        let overdue = due < self.frozen_at;
        let mut tendered = |bit, person| entry.has(bit) || (!overdue && self.consents.has(person));
        tendered(flag::TENDER_DEBTOR, entry.debtor)
            && tendered(flag::TENDER_CREDITOR, entry.creditor)
            && self.barred.binary_search(&entry.debtor).is_err()
            && self.barred.binary_search(&entry.creditor).is_err()
    }
}

/// The persons of the graph so far.
struct Nodes {
    sorted: Vec<u32>,
    fresh: Vec<u32>,
}

impl Nodes {
    /// Whether two more fit, whoever they are.
    fn have_room(&mut self) -> bool {
        if self.sorted.len() + self.fresh.len() + 2 > MAX_NODES {
            self.merge();
        }
        self.sorted.len() + self.fresh.len() + 2 <= MAX_NODES
    }

    fn merge(&mut self) {
        self.sorted.append(&mut self.fresh);
        self.sorted.sort_unstable();
        self.sorted.dedup();
    }
}

/// Takes the next pages, at most `left` obligations.
///
/// # Errors
/// Unreadable state.
pub fn scan(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
    page: u32,
    left: u32,
) -> Result<u32, ContractError> {
    let barred = numbers::load(storage, b'b', number)?;
    let mut nodes = Nodes {
        sorted: numbers::load(storage, b'm', number)?,
        fresh: Vec::new(),
    };
    let end = current.end.div_ceil(PER_PAGE);
    let mut groups: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    let mut root = Root(current.root);
    let mut work = 0;
    let (weights, end_obligation) = (current.weights, current.end);
    let mut gate = Gate {
        frozen_at: current.frozen_at,
        latest: current.frozen_at.saturating_add(current.horizon_seconds),
        barred: &barred,
        consents: Set::new(storage, b'c'),
    };
    let (mut edges, mut volume) = (current.edges, current.volume);
    let mut rows = Vec::with_capacity(graph::ROW_BYTES * PER_PAGE as usize);
    let next = book::walk(storage, page, end, |number, page| {
        let bits = groups
            .entry(number / GROUP)
            .or_insert_with(|| begun(storage, number / GROUP));
        rows.clear();
        for (entry, raw) in page.entries.iter().zip(&page.amounts) {
            let amount = book::owed(*raw);
            let obligation = number * PER_PAGE + u32::from(entry.place);
            let place = (number % GROUP * PER_PAGE + u32::from(entry.place)) as usize;
            if obligation >= end_obligation
                || edges >= MAX_EDGES
                || !gate.admits(*entry, amount)
                || !nodes.have_room()
            {
                continue;
            }
            bits[place / 8] |= 1 << (place % 8);
            nodes.fresh.extend([entry.debtor, entry.creditor]);
            edges += 1;
            volume += i128::from(amount);
            graph::write_row(
                &mut rows,
                u64::from(obligation),
                u64::from(entry.debtor),
                u64::from(entry.creditor),
                amount,
                -weight(&weights, *entry),
            );
        }
        root.add_page(&rows);
        work += (page.entries.len() as u32).max(8);
        Ok(work < left)
    })?;
    nodes.merge();
    (current.edges, current.volume, current.root) = (edges, volume, root.0);
    for (group, bits) in groups {
        storage.set(&key(group), &bits);
    }
    numbers::save(storage, b'm', number, &nodes.sorted);
    current.nodes = nodes.sorted.len() as u32;
    current.stage = Stage::Freezing { page: next };
    if next >= end {
        current.root = Root(current.root).close(current.nodes, current.edges, &[]);
        finish(storage, now, number, current)?;
    }
    Ok(work)
}

/// Bits of a group as far as an earlier step came.
fn begun(storage: &dyn Storage, number: u32) -> Vec<u8> {
    let mut bits = group(storage, number);
    bits.resize(GROUP_BYTES, 0);
    bits
}

/// No bit of the round before stays: whoever walks the bits walks the graph.
/// There is a group for each 8,192 obligations that ever were, so they go in
/// pieces, before anybody is barred. `None` once there are none.
pub fn forget_bits(storage: &mut dyn Storage, left: u32) -> Option<u32> {
    let most = (left / GROUP_WORK).max(1) as usize;
    let range = storage.range_keys(Some(b"i"), Some(b"j"), Order::Ascending);
    let keys: Vec<Vec<u8>> = range.take(most).collect();
    for key in &keys {
        storage.remove(key);
    }
    (!keys.is_empty()).then(|| GROUP_WORK * keys.len() as u32)
}

/// The graph is whole: its root and counts are public, solvers begin.
///
/// # Errors
/// Unreadable state.
pub fn finish(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
) -> Result<(), ContractError> {
    let parameters = state::parameters().load(storage)?;
    numbers::save(storage, b'b', number, &[]);
    current.commit_until = now.saturating_add(parameters.commit_seconds);
    current.deadline = now.saturating_add(parameters.solve_seconds);
    current.stage = if current.edges == 0 {
        Stage::Closing { post: 0 }
    } else {
        Stage::Frozen
    };
    Ok(())
}
