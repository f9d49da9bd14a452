//! Building the graph of a market's round.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::flow::Edge;
use mycel_kit::key::StateError;

use super::{
    Link, MAX_LINK_COST, Market, Need, Offer, link_key, market, market_key, need_key, offer_key,
    pairs,
};
use crate::book::PER_PAGE;
use crate::error::ContractError;
use crate::graph::{Graph, Row};
use crate::msg::MarketKind;
use crate::posts;
use crate::round::{Round, Stage};
use crate::{freeze, numbers};

const ARC_BYTES: usize = 25;
/// Units of work that a link is: it is read, and up to three arcs written.
const LINK_WORK: u32 = 32;

/// What an arc stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// 0 → who offers.
    Offer,
    /// 0 → who needs: unmet.
    Slack,
    /// One of a link's parallel arcs.
    Link,
}

/// A node of a market's graph; node 0 is nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Node {
    /// The person.
    pub person: u32,
    /// What leaves it minus what enters it.
    pub supply: i64,
    /// Lowest price it asks, if it offers.
    pub low: u32,
    /// Most price it gives, if it needs.
    pub high: u32,
    /// Asks nothing.
    pub gift: bool,
}

/// How far a graph is built.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Build {
    /// The last link seen, from and to; or who offers of the last pairs, and 0.
    pub after: Option<(u32, u32)>,
}

/// The nodes of a round's graph.
#[must_use]
pub fn nodes(round: u64) -> Key<Vec<Node>> {
    Key::new(b'n', &round.to_be_bytes())
}

fn build_key(round: u64) -> Key<Build> {
    Key::new(b'B', &round.to_be_bytes())
}

fn arcs_key(round: u64, page: u32) -> Vec<u8> {
    let mut key = vec![b'A'];
    key.extend_from_slice(&round.to_be_bytes());
    key.extend_from_slice(&page.to_be_bytes());
    key
}

/// What each node sends out, net.
///
/// # Errors
/// Unreadable state.
pub fn supplies(storage: &dyn Storage, round: u64) -> Result<Vec<i64>, ContractError> {
    let nodes = nodes(round).load(storage)?;
    Ok(nodes.iter().map(|node| node.supply).collect())
}

/// Begins: the last round's graph and certificate go.
///
/// # Errors
/// Unreadable state.
pub fn begin(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
    market_number: u32,
) -> Result<(), ContractError> {
    let found = market::load(storage, market_number)?;
    if let Some(last) = found.last {
        forget(storage, last)?;
    }
    current.frozen_at = now;
    build_key(number).save(storage, &Build::default());
    current.stage = Stage::Barring { after: None };
    Ok(())
}

/// Removes a solved graph: a few hundred pages at most.
fn forget(storage: &mut dyn Storage, last: u64) -> Result<(), ContractError> {
    posts::forget_best(storage, last)?;
    storage.remove(nodes(last).bytes());
    let mut page = 0;
    while storage.get(&arcs_key(last, page)).is_some() {
        storage.remove(&arcs_key(last, page));
        page += 1;
    }
    Ok(())
}

/// Page 0 takes offers and needs, page 1 the links, or pairs, in pieces.
///
/// # Errors
/// Unreadable state.
pub fn build(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
    market_number: u32,
    page: u32,
    left: u32,
) -> Result<u32, ContractError> {
    let found = market_key(market_number).load(storage)?;
    if page == 0 {
        let work = persons(storage, number, current, market_number, &found)?;
        current.stage = Stage::Freezing { page: 1 };
        return Ok(work);
    }
    let (work, done) = if found.kind.is_of_units() {
        pairs::build(storage, number, current, market_number, &found, left)?
    } else {
        links(storage, now, number, current, market_number, &found, left)?
    };
    if done {
        storage.remove(build_key(number).bytes());
        let graph = Graph::open(storage, number, current)?;
        current.root = graph.root(storage, current)?;
        freeze::finish(storage, now, number, current)?;
    }
    Ok(work)
}

fn persons(
    storage: &mut dyn Storage,
    number: u64,
    current: &mut Round,
    market_number: u32,
    found: &Market,
) -> Result<u32, ContractError> {
    let barred = numbers::load(storage, b'b', number)?;
    let units = found.kind.is_of_units();
    let allowed = |person: u32, expires: u64, quantity: u64| {
        let has = quantity > 0 || !units;
        has && barred.binary_search(&person).is_err() && current.frozen_at < expires
    };
    let offers: Vec<(u32, Offer)> = posted(storage, b'O', market_number, |person, bytes| {
        offer_key(market_number, person).decode(bytes)
    })?;
    let needs: Vec<(u32, Need)> = posted(storage, b'D', market_number, |person, bytes| {
        need_key(market_number, person).decode(bytes)
    })?;
    let work = 16 * (1 + offers.len() + needs.len()) as u32;
    let mut table = vec![Node {
        person: 0,
        supply: 0,
        low: 0,
        high: 0,
        gift: false,
    }];
    for (person, offer) in &offers {
        if allowed(*person, offer.expires, offer.quantity) {
            table.push(Node {
                person: *person,
                supply: 0,
                low: offer.price,
                high: u32::MAX,
                gift: offer.gift,
            });
        }
    }
    for (person, need) in &needs {
        // one that is met stays a node, so that its ways are seen to be idle
        if allowed(*person, need.expires, need.quantity) {
            table.push(Node {
                person: *person,
                // quantities are below 2^40
                supply: -(need.quantity as i64),
                low: 0,
                high: need.price,
                gift: false,
            });
        }
    }
    let (head, rest) = table.split_at_mut(1);
    rest.sort_unstable_by_key(|node| node.person);
    head[0].supply = -rest.iter().map(|node| node.supply).sum::<i64>();
    let mut writer = Writer::new(storage, number, 0)?;
    // a stable matching's graph has pairs only
    let costed = if found.kind == MarketKind::Stable {
        &[]
    } else {
        &rest[..]
    };
    for (index, node) in (1u32..).zip(costed) {
        let offer = offers.iter().find(|(person, _)| *person == node.person);
        if let Some((_, offer)) = offer {
            writer.push(
                0,
                index,
                offer.quantity,
                i64::from(offer.price),
                What::Offer,
            );
        }
        let need = needs.iter().find(|(person, _)| *person == node.person);
        if let (Some((_, need)), true) = (need, node.supply < 0) {
            let penalty = found.penalties[usize::from(need.class).min(3)];
            writer.push(0, index, need.quantity, i64::from(penalty), What::Slack);
            current.baseline += i128::from(penalty) * i128::from(need.quantity);
        }
    }
    let (arcs, volume) = writer.finish(storage);
    current.edges = arcs;
    current.volume = volume;
    current.nodes = table.len() as u32;
    nodes(number).save(storage, &table);
    Ok(work)
}

/// All records of a market under a tag and the market's number.
pub(super) fn posted<T>(
    storage: &dyn Storage,
    tag: u8,
    market: u32,
    decode: impl Fn(u32, &[u8]) -> Result<T, StateError>,
) -> Result<Vec<(u32, T)>, ContractError> {
    let (from, to) = prefix(tag, market);
    let mut found = Vec::new();
    for (key, value) in storage.range(Some(&from), Some(&to), Order::Ascending) {
        let person = word(&key, 5)?;
        found.push((person, decode(person, &value)?));
    }
    Ok(found)
}

fn prefix(tag: u8, market: u32) -> (Vec<u8>, Vec<u8>) {
    let (mut from, mut to) = (vec![tag], vec![tag]);
    from.extend_from_slice(&market.to_be_bytes());
    match market.checked_add(1) {
        Some(next) => to.extend_from_slice(&next.to_be_bytes()),
        None => to = vec![tag + 1],
    }
    (from, to)
}

/// Four big-endian bytes of a key.
pub(crate) fn word(key: &[u8], at: usize) -> Result<u32, StateError> {
    let bytes = key.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(u32::from_be_bytes)
        .ok_or_else(|| StateError::Unreadable {
            key: cosmwasm_std::to_hex(key),
        })
}

/// How far the graph is built.
pub(super) fn after(
    storage: &dyn Storage,
    number: u64,
) -> Result<Option<(u32, u32)>, ContractError> {
    Ok(build_key(number).load(storage)?.after)
}

/// The graph is built up to and with this link or pair.
pub(super) fn built(storage: &mut dyn Storage, number: u64, after: Option<(u32, u32)>) {
    build_key(number).save(storage, &Build { after });
}

fn links(
    storage: &mut dyn Storage,
    now: u64,
    number: u64,
    current: &mut Round,
    market_number: u32,
    found: &Market,
    left: u32,
) -> Result<(u32, bool), ContractError> {
    let table = nodes(number).load(storage)?;
    let node = |person: u32| {
        let place = table[1..].binary_search_by_key(&person, |node| node.person);
        place.ok().map(|place| place as u32 + 1)
    };
    let seen = self::after(storage, number)?;
    let (first, to) = prefix(b'L', market_number);
    let from = match seen {
        None => first,
        Some((from, to)) => {
            let mut key = link_key(market_number, from, to).bytes().to_vec();
            key.push(0);
            key
        }
    };
    let mut writer = Writer::new(storage, number, current.edges)?;
    let (mut work, mut after, mut done) = (LINK_WORK, seen, true);
    for (key, value) in storage.range(Some(&from), Some(&to), Order::Ascending) {
        if work >= left {
            done = false;
            break;
        }
        work += LINK_WORK;
        let (tail, head) = (word(&key, 5)?, word(&key, 9)?);
        after = Some((tail, head));
        let link = link_key(market_number, tail, head).decode(&value)?;
        if let (Some(tail), Some(head)) = (node(tail), node(head)) {
            let ends = (table[tail as usize], table[head as usize]);
            for (capacity, cost) in parallel(found, &link, ends, now) {
                writer.push(tail, head, capacity, cost, What::Link);
            }
        }
    }
    let (arcs, volume) = writer.finish(storage);
    current.edges = arcs;
    current.volume += volume;
    built(storage, number, after);
    Ok((work, done))
}

/// A link's arcs: three thirds of what is open, each dearer than the one
/// before, so that flow spreads over several ways before it fills one.
fn parallel(market: &Market, link: &Link, ends: (Node, Node), now: u64) -> Vec<(u64, i64)> {
    let (from, to) = ends;
    if from.low > to.high {
        return Vec::new(); // asks more than is given
    }
    let mut open = if now < market.shock_until {
        link.capacity
    } else {
        link.open
    };
    if to.supply < 0 {
        let need = u128::from(to.supply.unsigned_abs());
        let share = (need * u128::from(market.share_bps)).div_ceil(10_000);
        open = open.min(u64::try_from(share).unwrap_or(u64::MAX));
    }
    let base = (u64::from(link.distance) * u64::from(market.friction))
        .saturating_add(u64::from(link.resistance))
        .min(MAX_LINK_COST);
    let thirds = [open.div_ceil(3), (open + 1) / 3, open / 3];
    let costs = [base, base + base / 2 + 1, 2 * base + 2];
    thirds
        .into_iter()
        .zip(costs)
        .filter(|(capacity, _)| *capacity > 0)
        .map(|(capacity, cost)| (capacity, cost as i64))
        .collect()
}

/// Appends arcs to the last page.
pub(super) struct Writer {
    round: u64,
    count: u32,
    page: u32,
    bytes: Vec<u8>,
    full: Vec<(u32, Vec<u8>)>,
    volume: i128,
}

impl Writer {
    pub(super) fn new(
        storage: &dyn Storage,
        round: u64,
        count: u32,
    ) -> Result<Writer, ContractError> {
        let page = count / PER_PAGE;
        let bytes = storage.get(&arcs_key(round, page)).unwrap_or_default();
        Ok(Writer {
            round,
            count,
            page,
            bytes,
            full: Vec::new(),
            volume: 0,
        })
    }

    pub(super) fn push(&mut self, tail: u32, head: u32, capacity: u64, cost: i64, what: What) {
        if capacity == 0 {
            return;
        }
        self.bytes.extend_from_slice(&tail.to_le_bytes());
        self.bytes.extend_from_slice(&head.to_le_bytes());
        self.bytes.extend_from_slice(&capacity.to_le_bytes());
        self.bytes.extend_from_slice(&cost.to_le_bytes());
        self.bytes.push(match what {
            What::Offer => 0,
            What::Slack => 1,
            What::Link => 2,
        });
        self.count += 1;
        self.volume += i128::from(capacity);
        if self.count.is_multiple_of(PER_PAGE) {
            self.full.push((self.page, std::mem::take(&mut self.bytes)));
            self.page += 1;
        }
    }

    pub(super) fn finish(self, storage: &mut dyn Storage) -> (u32, i128) {
        for (page, bytes) in self.full {
            storage.set(&arcs_key(self.round, page), &bytes);
        }
        if !self.bytes.is_empty() {
            storage.set(&arcs_key(self.round, self.page), &self.bytes);
        }
        (self.count, self.volume)
    }
}

/// The arcs of a page as rows; `at` of a row is what it stands for:
/// [`what`].
///
/// # Errors
/// Unreadable state.
pub fn arcs(
    storage: &dyn Storage,
    round: u64,
    page: u32,
    rows: &mut Vec<Row>,
) -> Result<(), ContractError> {
    rows.clear();
    let key = arcs_key(round, page);
    let unreadable = || StateError::Unreadable {
        key: cosmwasm_std::to_hex(&key),
    };
    let bytes = storage.get(&key).ok_or_else(unreadable)?;
    for (place, arc) in (0u32..).zip(bytes.chunks(ARC_BYTES)) {
        let read = || {
            let word = |at: usize| Some(u32::from_le_bytes(arc.get(at..at + 4)?.try_into().ok()?));
            let wide = |at: usize| Some(i64::from_le_bytes(arc.get(at..at + 8)?.try_into().ok()?));
            Some(Row {
                number: page * PER_PAGE + place,
                at: usize::from(*arc.get(24)?),
                edge: Edge {
                    tail: word(0)?,
                    head: word(4)?,
                    capacity: wide(8)?,
                    cost: wide(16)?,
                },
            })
        };
        rows.push(read().ok_or_else(unreadable)?);
    }
    Ok(())
}

/// What a row of a market's graph stands for.
#[must_use]
pub fn what(row: &Row) -> What {
    match row.at {
        0 => What::Offer,
        1 => What::Slack,
        _ => What::Link,
    }
}
