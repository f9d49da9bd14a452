//! From opened orders to a price and to who at the margin gets how much: passes
//! over the book that can stop anywhere.

use cosmwasm_std::{Order as Way, Storage};
use mycel_kit::Key;

use super::book::{Cleared, Level, Pass};
use super::margin::{Water, long};
use super::order::Side;
use super::record::{Auction, Stage};
use super::state;
use crate::call::Call;
use crate::error::ContractError;
use crate::state::last_number;

/// Begins with the lowest price.
#[must_use]
pub fn begin(auction: &Auction) -> Stage {
    Stage::Clearing {
        pass: Pass::begin(auction.buys.units),
        after: 0,
    }
}

/// Passes levels, a unit of work each; what comes next.
///
/// # Errors
/// Only for unreadable state.
// apart: the chain bounds the locals of a function
#[inline(never)]
pub(super) fn levels(
    call: &mut Call<'_>,
    number: u64,
    auction: &mut Auction,
    mut pass: Pass,
    mut after: u64,
    units: &mut u32,
) -> Result<Stage, ContractError> {
    let (start, end) = (
        state::level(number, after.saturating_add(1)),
        state::level(number.saturating_add(1), 0),
    );
    let range = call
        .storage
        .range(Some(start.bytes()), Some(end.bytes()), Way::Ascending);
    let mut over = true;
    for (raw, value) in range {
        if *units == 0 {
            over = false;
            break;
        }
        *units -= 1;
        after = last_number(&raw);
        if !pass.level(after, &start.decode(&value)?) {
            break;
        }
    }
    if !over {
        return Ok(Stage::Clearing { pass, after });
    }
    auction.cleared = pass.finish();
    let Some(cleared) = auction.cleared else {
        call.event("no_price", &[("auction", &number)]);
        return Ok(settle_from(None));
    };
    call.event(
        "price",
        &[
            ("auction", &number),
            ("price", &cleared.price),
            ("demand", &cleared.demand),
            ("supply", &cleared.supply),
        ],
    );
    at_margin(call.storage, number, &cleared)
}

fn settle_from(margin: Option<super::margin::Margin>) -> Stage {
    Stage::Settling {
        margin,
        buyer: 1,
        seller: 1,
    }
}

/// The margin is the first level of the long side at the price or better; there
/// is at most one level of the other side alone between.
fn at_margin(
    storage: &dyn Storage,
    number: u64,
    cleared: &Cleared,
) -> Result<Stage, ContractError> {
    let Some((side, over)) = long(cleared) else {
        return Ok(settle_from(None));
    };
    let (start, end, way) = match side {
        Side::Buy => (
            state::level(number, cleared.price),
            state::level(number.saturating_add(1), 0),
            Way::Ascending,
        ),
        Side::Sell => (
            state::level(number, 0),
            state::level(number, cleared.price.saturating_add(1)),
            Way::Descending,
        ),
    };
    for (raw, value) in storage.range(Some(start.bytes()), Some(end.bytes()), way) {
        let level: Level = start.decode(&value)?;
        let (quantity, orders) = match side {
            Side::Buy => (level.bids, level.buyers),
            Side::Sell => (level.asks, level.sellers),
        };
        if orders > 0 {
            return Ok(Stage::Filling {
                side,
                price: last_number(&raw),
                water: Water::begin(quantity.saturating_sub(over), orders),
                after: (0, 0),
            });
        }
    }
    Ok(settle_from(None))
}

/// Pours quantities at the margin, the smallest first, a unit of work each.
///
/// # Errors
/// Only for unreadable state.
// apart: the chain bounds the locals of a function
#[inline(never)]
pub(super) fn fill(
    call: &mut Call<'_>,
    number: u64,
    (side, price): (Side, u64),
    mut water: Water,
    mut after: (u64, u64),
    units: &mut u32,
) -> Result<Stage, ContractError> {
    let start = state::step(number, side, price, after.0, after.1.saturating_add(1));
    let end = state::step(number, side, price.saturating_add(1), 0, 0);
    let range = call
        .storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), Way::Ascending);
    for raw in range {
        if *units == 0 {
            return Ok(Stage::Filling {
                side,
                price,
                water,
                after,
            });
        }
        *units -= 1;
        let order = last_number(&raw);
        let quantity = last_number(&raw[..raw.len().saturating_sub(8)]);
        if !water.pour(quantity.into()) {
            break;
        }
        after = (quantity, order);
    }
    let margin = water.finish(side, price);
    call.event(
        "margin",
        &[
            ("auction", &number),
            ("side", &side.name()),
            ("price", &price),
            ("level", &margin.level),
        ],
    );
    Ok(settle_from(Some(margin)))
}

/// Clears the book away, a unit of work for two records.
pub(super) fn sweep(call: &mut Call<'_>, number: u64, units: &mut u32) -> Stage {
    let most = (*units as usize).saturating_mul(2);
    let next = number.saturating_add(1);
    let steps: (Key<u8>, Key<u8>) = (
        state::step(number, Side::Buy, 0, 0, 0),
        state::step(next, Side::Buy, 0, 0, 0),
    );
    let levels = (state::level(number, 0), state::level(next, 0));
    let range = |start: &[u8], end: &[u8], most: usize| -> Vec<Vec<u8>> {
        call.storage
            .range_keys(Some(start), Some(end), Way::Ascending)
            .take(most)
            .collect()
    };
    let mut keys = range(steps.0.bytes(), steps.1.bytes(), most);
    keys.extend(range(levels.0.bytes(), levels.1.bytes(), most - keys.len()));
    for key in &keys {
        call.storage.remove(key);
    }
    if keys.len() == most {
        *units = 0;
        return Stage::Sweeping;
    }
    let used = u32::try_from(keys.len().div_ceil(2)).unwrap_or(u32::MAX);
    *units = units.saturating_sub(used);
    Stage::Done
}
