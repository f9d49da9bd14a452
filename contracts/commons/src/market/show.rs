//! Answers about the market. Orders are public once they are opened; before,
//! only what was put aside is.

use cosmwasm_std::{Deps, HexBinary, Order as Way, Storage};
use mycel_bindings::MycelQuery;
use mycel_kit::{Amount, Id, Seconds};

use super::ask::{
    AuctionView, AuctionsResponse, CountView, ForcedSalesResponse, GoodName, Kept, OrderView,
    OrdersBy, OrdersOf, OrdersResponse, PricePoint, PricesOf, PricesResponse, ResultView,
    WaitingView,
};
use super::msg::StepOf;
use super::order::{Side, Step};
use super::record::{Auction, Count, Order};
use super::{prices, state};
use crate::ask::PageOf;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::query;
use crate::rights::Good;
use crate::state::last_number;

/// Most items of a page.
const PAGE: u32 = 50;

fn page(limit: Option<u32>) -> usize {
    limit.unwrap_or(PAGE).clamp(1, PAGE) as usize
}

fn units(units: u128) -> Quantity {
    Quantity::at_most(units)
}

fn amount(pico: u128) -> Amount {
    let pico = u64::try_from(pico).ok().and_then(Amount::new);
    pico.unwrap_or(Amount::MAX)
}

impl From<GoodName> for Good {
    fn from(name: GoodName) -> Good {
        match name {
            GoodName::Entitlement => Good::Entitlement,
            GoodName::Shares => Good::Shares,
        }
    }
}

impl From<Good> for GoodName {
    fn from(good: Good) -> GoodName {
        match good {
            Good::Entitlement => GoodName::Entitlement,
            Good::Shares => GoodName::Shares,
        }
    }
}

impl StepOf {
    /// As it is reckoned with.
    #[must_use]
    pub fn read(&self) -> Step {
        Step {
            price: self.price.pico(),
            quantity: self.quantity.units(),
        }
    }
}

/// One auction.
///
/// # Errors
/// No such auction.
pub fn auction(storage: &dyn Storage, now: u64, number: u64) -> Result<AuctionView, ContractError> {
    Ok(view(number, &state::known(storage, number)?, now))
}

fn view(number: u64, auction: &Auction, now: u64) -> AuctionView {
    let count = |count: &Count| CountView {
        orders: count.orders,
        opened: count.opened,
        quantity: units(count.units),
    };
    let result = auction.cleared.map(|cleared| ResultView {
        price: amount(cleared.price.into()),
        demand: units(cleared.demand),
        supply: units(cleared.supply),
        quantity: units(auction.units),
        short: units(auction.short),
        paid: amount(auction.paid),
    });
    AuctionView {
        auction: Id(number),
        commons: Id(auction.commons),
        epoch: Id(auction.epoch),
        good: auction.good.into(),
        phase: auction.phase(now).0.to_owned(),
        opened: Seconds(auction.opened),
        commit_until: Seconds(auction.commit_until),
        reveal_until: Seconds(auction.reveal_until),
        void: auction.void.map(|void| void.name().to_owned()),
        buys: count(&auction.buys),
        sells: count(&auction.sells),
        result,
        forfeited: amount(auction.forfeited),
        forfeited_units: units(auction.forfeited_units),
        done: auction.done.map(Seconds),
    }
}

/// All auctions of a commons, by number: two ascending lists of one good, merged.
///
/// # Errors
/// Only for unreadable state.
pub fn auctions(
    storage: &dyn Storage,
    now: u64,
    asked: &PageOf,
) -> Result<AuctionsResponse, ContractError> {
    let most = page(asked.limit);
    let after = asked.after.map_or(0, |after| after.0);
    let mut numbers = vec![];
    for good in [Good::Entitlement, Good::Shares] {
        numbers.extend(listed(storage, asked.commons.0, good, after, most + 1));
    }
    numbers.sort_unstable();
    let more = numbers.len() > most;
    numbers.truncate(most);
    let auctions = numbers.iter().map(|number| auction(storage, now, *number));
    Ok(AuctionsResponse {
        auctions: auctions.collect::<Result<_, _>>()?,
        next: numbers.last().filter(|_| more).map(|last| Id(*last)),
    })
}

fn listed(storage: &dyn Storage, commons: u64, good: Good, after: u64, most: usize) -> Vec<u64> {
    let (start, end) = (
        state::price(commons, good, after.saturating_add(1)),
        state::price(commons, good, u64::MAX),
    );
    let range = storage.range_keys(Some(start.bytes()), Some(end.bytes()), Way::Ascending);
    range.take(most).map(|raw| last_number(&raw)).collect()
}

/// The prices of a good: a page of its auctions, those with volume.
///
/// # Errors
/// Only for unreadable state.
pub fn prices(storage: &dyn Storage, asked: &PricesOf) -> Result<PricesResponse, ContractError> {
    let (most, good) = (page(asked.limit), Good::from(asked.good));
    let after = asked.after.map_or(0, |after| after.0);
    let numbers = listed(storage, asked.commons.0, good, after, most + 1);
    let mut points = vec![];
    for number in numbers.iter().take(most) {
        let auction = state::known(storage, *number)?;
        let (Some(cleared), Some(done)) = (auction.cleared, auction.done) else {
            continue;
        };
        if auction.units > 0 {
            points.push(PricePoint {
                auction: Id(*number),
                epoch: Id(auction.epoch),
                at: Seconds(done),
                price: amount(cleared.price.into()),
                quantity: units(auction.units),
            });
        }
    }
    let next = (numbers.len() > most).then(|| Id(numbers[most - 1]));
    Ok(PricesResponse {
        prices: points,
        median: prices::median_of(storage, asked.commons.0, good)?,
        next,
    })
}

fn order(
    storage: &dyn Storage,
    auction: u64,
    side: Side,
    number: u32,
) -> Result<OrderView, ContractError> {
    let Order {
        person,
        hash,
        hold,
        size,
        steps,
        forced,
        units: filled,
        paid,
        forfeited,
        done,
        ..
    } = state::order(auction, side, number).load(storage)?;
    Ok(OrderView {
        auction: Id(auction),
        side,
        order: Id(number.into()),
        person: Id(person),
        forced,
        hash: HexBinary::from(hash),
        hold: (side == Side::Buy).then_some(Id(hold)),
        size: Id(size),
        steps: steps
            .iter()
            .map(|step| StepOf {
                price: amount(step.price.into()),
                quantity: units(step.quantity),
            })
            .collect(),
        quantity: units(filled),
        paid: amount(paid.into()),
        forfeited: Id(forfeited),
        done,
    })
}

/// Orders of one side of an auction, by number.
///
/// # Errors
/// No such auction.
pub fn orders(storage: &dyn Storage, asked: &OrdersOf) -> Result<OrdersResponse, ContractError> {
    let number = asked.auction.0;
    let count = state::known(storage, number)?.count(asked.side).orders;
    let after = asked.after.map_or(0, |after| after.0);
    let after = u32::try_from(after).unwrap_or(u32::MAX).min(count);
    let most = u32::try_from(page(asked.limit)).unwrap_or(PAGE);
    let last = count.min(after.saturating_add(most));
    let orders = (after..last).map(|before| order(storage, number, asked.side, before + 1));
    Ok(OrdersResponse {
        orders: orders.collect::<Result<_, _>>()?,
        next: (last < count).then_some(Id(last.into())),
    })
}

/// Orders that a member has or counts with, the latest auctions first.
///
/// # Errors
/// A stranger.
pub fn orders_by(
    deps: Deps<'_, MycelQuery>,
    asked: &OrdersBy,
) -> Result<OrdersResponse, ContractError> {
    let person = query::person(deps, &asked.member)?;
    let before = asked.before.map_or(u64::MAX, |before| before.0);
    let marks = marks(deps.storage, person, before, page(asked.limit));
    let mut orders = vec![];
    for (auction, side, number) in &marks.0 {
        orders.push(order(deps.storage, *auction, *side, *number)?);
    }
    Ok(OrdersResponse {
        orders,
        next: marks.1.map(Id),
    })
}

type Marks = (Vec<(u64, Side, u32)>, Option<u64>);

/// The orders of a person in auctions before a number: whole auctions, so many
/// orders and at most two more; where to go on.
fn marks(storage: &dyn Storage, person: u64, before: u64, most: usize) -> Marks {
    let (start, end) = (state::mark(person, 0, 0), state::mark(person, before, 0));
    let range = storage.range(Some(start.bytes()), Some(end.bytes()), Way::Descending);
    let mut found: Vec<(u64, Side, u32)> = vec![];
    for (raw, value) in range {
        let auction = last_number(&raw[..raw.len().saturating_sub(8)]);
        let last = found.last().map(|(auction, _, _)| *auction);
        if found.len() >= most && last != Some(auction) {
            return (found, last);
        }
        let side = match last_number(&raw) {
            0 => Side::Buy,
            _ => Side::Sell,
        };
        if let Ok(number) = start.decode(&value) {
            found.push((auction, side, number));
        }
    }
    (found, None)
}

/// Shares that must be sold and wait for an auction.
///
/// # Errors
/// Only for unreadable state.
pub fn forced_sales(
    storage: &dyn Storage,
    asked: &PageOf,
) -> Result<ForcedSalesResponse, ContractError> {
    let after = asked.after.map_or(0, |after| after.0);
    let (start, end) = (
        state::forced(asked.commons.0, after.saturating_add(1)),
        state::forced(asked.commons.0.saturating_add(1), 0),
    );
    let most = page(asked.limit);
    let range = storage.range(Some(start.bytes()), Some(end.bytes()), Way::Ascending);
    let mut waiting = vec![];
    for (raw, value) in range.take(most + 1) {
        waiting.push(WaitingView {
            person: Id(last_number(&raw)),
            shares: units(start.decode(&value)?.into()),
        });
    }
    let more = waiting.len() > most;
    waiting.truncate(most);
    let next = waiting.last().filter(|_| more).map(|last| last.person);
    Ok(ForcedSalesResponse { waiting, next })
}

/// A page of what is kept about a person in a commons, the first auctions
/// first; after which auction the next one begins.
///
/// # Errors
/// Only for unreadable state.
pub fn export(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    after: Option<u64>,
) -> Result<(Vec<Kept>, Option<u64>), ContractError> {
    let mut kept = vec![];
    if after.is_none()
        && let Some(shares) = state::forced(commons, person).may_load(storage)?
    {
        kept.push(Kept {
            order: None,
            must_be_sold: Some(units(shares.into())),
        });
    }
    let start = state::mark(person, after.unwrap_or(0).saturating_add(1), 0);
    let end = state::mark(person, u64::MAX, 0);
    let range = storage.range(Some(start.bytes()), Some(end.bytes()), Way::Ascending);
    let mut last = None;
    for (looked, (raw, value)) in range.enumerate() {
        let auction = last_number(&raw[..raw.len().saturating_sub(8)]);
        if looked >= PAGE as usize && last != Some(auction) {
            return Ok((kept, last));
        }
        last = Some(auction);
        if state::known(storage, auction)?.commons != commons {
            continue;
        }
        let side = match last_number(&raw) {
            0 => Side::Buy,
            _ => Side::Sell,
        };
        let view = order(storage, auction, side, start.decode(&value)?)?;
        // an organisation's order is not kept about who controls it
        if view.person.0 == person {
            kept.push(Kept {
                order: Some(view),
                must_be_sold: None,
            });
        }
    }
    Ok((kept, None))
}
