//! Shares that must be sold: what is above the concentration cap for too long,
//! and what the excluded leave. The commons orders for the holder, at the
//! lowest limit there is; the proceeds are the holder's. What is not sold comes
//! into the next auction of shares.

use cosmwasm_std::{Order as Way, Storage};

use super::order::{Side, Step};
use super::record::{Auction, Order, Stage};
use super::{clearing, reveal, sealed, state};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::{Quantity, Shares};
use crate::rights;
use crate::state::last_number;

/// Units of work to enter one.
const ENTER_UNITS: u32 = 6;

/// The lowest price: one pico-credit.
pub const LOWEST: u64 = 1;

/// Shares that must be sold: into escrow at once, into the next auction of
/// shares when its orders are opened.
///
/// # Errors
/// So many are not free.
pub fn sell(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    shares: Shares,
) -> Result<(), ContractError> {
    if shares == Shares::NONE {
        return Ok(());
    }
    let quantity = Quantity::at_most(shares.0.into());
    rights::take_by_force(call, commons, person, quantity)?;
    wait(call, commons, person, shares.0.into())?;
    state::with_sums(call.storage, commons, |sums| {
        sums.shares += u128::from(shares.0);
    })?;
    call.event(
        "forced_sale",
        &[
            ("commons", &commons),
            ("person", &person),
            ("shares", &shares),
        ],
    );
    Ok(())
}

/// These wait for an auction.
pub(super) fn wait(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    shares: u64,
) -> Result<(), ContractError> {
    if shares == 0 {
        return Ok(());
    }
    let key = state::forced(commons, person);
    let waits = key.may_load(call.storage)?.unwrap_or(0);
    key.save(call.storage, &waits.saturating_add(shares));
    state::with_sums(call.storage, commons, |sums| {
        sums.waiting += u128::from(shares);
    })
}

/// Whether any wait in a commons.
#[must_use]
pub(super) fn any(storage: &dyn Storage, commons: u64) -> bool {
    let (start, end) = (
        state::forced(commons, 0),
        state::forced(commons.saturating_add(1), 0),
    );
    storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), Way::Ascending)
        .next()
        .is_some()
}

/// Enters those that wait as orders; what comes next.
///
/// # Errors
/// Only for unreadable state.
// apart: the chain bounds the locals of a function
#[inline(never)]
pub(super) fn gather(
    call: &mut Call<'_>,
    number: u64,
    auction: &mut Auction,
    mut after: u64,
    units: &mut u32,
) -> Result<Stage, ContractError> {
    let (start, end) = (
        state::forced(auction.commons, after.saturating_add(1)),
        state::forced(auction.commons.saturating_add(1), 0),
    );
    let most = (*units / ENTER_UNITS) as usize;
    let range = call
        .storage
        .range(Some(start.bytes()), Some(end.bytes()), Way::Ascending);
    let waiting: Vec<(u64, u64)> = range
        .take(most)
        .map(|(raw, value)| Ok((last_number(&raw), start.decode(&value)?)))
        .collect::<Result<_, ContractError>>()?;
    *units = units.saturating_sub(ENTER_UNITS.saturating_mul(waiting.len() as u32));
    for (person, shares) in &waiting {
        after = *person;
        enter(call, number, auction, *person, *shares)?;
    }
    if waiting.len() == most {
        *units = 0;
        return Ok(Stage::Gathering { after });
    }
    Ok(clearing::begin(auction))
}

fn enter(
    call: &mut Call<'_>,
    number: u64,
    auction: &mut Auction,
    person: u64,
    shares: u64,
) -> Result<(), ContractError> {
    call.storage
        .remove(state::forced(auction.commons, person).bytes());
    let order = Order {
        size: shares,
        steps: vec![Step {
            price: LOWEST,
            quantity: shares.into(),
        }],
        forced: true,
        ..sealed::sealed(person, [0; 32])
    };
    let place = auction.sells.orders.saturating_add(1);
    auction.sells.orders = place;
    state::order(number, Side::Sell, place).save(call.storage, &order);
    state::mark(person, number, state::FORCED).save(call.storage, &place);
    state::with_sums(call.storage, auction.commons, |sums| {
        // they were in escrow before
        sums.shares = sums.shares.saturating_sub(shares.into());
        sums.waiting = sums.waiting.saturating_sub(shares.into());
    })?;
    sealed::open_order(call, number, auction, Side::Sell, &order)?;
    reveal::enter(call, number, auction, Side::Sell, place, &order)
}
