//! What is stored of the market: letter `k`.
//!
//! | key | record | |
//! |---|---|---|
//! | `k` 0 | u64: auctions ever | |
//! | `k` 1 ‖ auction | [`Auction`] | densely from 1 |
//! | `k` 2 ‖ auction ‖ side ‖ order | [`Order`] | side 0 to buy, 1 to sell; densely from 1 |
//! | `k` 3 ‖ person ‖ auction ‖ side | u32: the one order it has or counts with | side 2: a forced sale |
//! | `k` 4 ‖ auction ‖ price | [`Level`] | until it is settled |
//! | `k` 5 ‖ auction ‖ side ‖ price ‖ quantity ‖ order | u8 1: a step of an order | until it is settled |
//! | `k` 6 ‖ commons ‖ good ‖ auction | u64: the price; 0: none | good 0 entitlement, 1 shares |
//! | `k` 7 ‖ commons ‖ good | list of u64: the last prices, at most 4 | |
//! | `k` 8 ‖ commons ‖ person | [`Trader`] | removed with the last open order |
//! | `k` 9 ‖ commons ‖ person | u64: shares that must be sold and wait | |
//! | `k` 10 ‖ commons | [`Schedule`] | |
//! | `k` 11 ‖ commons | [`Sums`] | |

use cosmwasm_std::Storage;
use mycel_kit::Key;

use super::book::Level;
use super::error::MarketError;
use super::order::Side;
use super::record::{Auction, Order, Schedule, Sums, Trader};
use crate::error::ContractError;
use crate::rights::Good;
use crate::state::key;

/// The letter.
pub const TAG: u8 = b'k';
/// In place of a side: a forced sale.
pub const FORCED: u64 = 2;

/// How many auctions there were.
#[must_use]
pub fn auctions() -> Key<u64> {
    key(TAG, 0, &[])
}

/// An auction.
#[must_use]
pub fn auction(number: u64) -> Key<Auction> {
    key(TAG, 1, &[number])
}

/// An auction that must exist.
///
/// # Errors
/// [`MarketError::UnknownAuction`].
pub fn known(storage: &dyn Storage, number: u64) -> Result<Auction, ContractError> {
    Ok(auction(number)
        .may_load(storage)?
        .ok_or(MarketError::UnknownAuction { auction: number })?)
}

/// An order.
#[must_use]
pub fn order(auction: u64, side: Side, number: u32) -> Key<Order> {
    key(TAG, 2, &[auction, side.byte().into(), number.into()])
}

/// That a person has an order, or counts with one.
#[must_use]
pub fn mark(person: u64, auction: u64, side: u64) -> Key<u32> {
    key(TAG, 3, &[person, auction, side])
}

/// What is wanted and offered at a price.
#[must_use]
pub fn level(auction: u64, price: u64) -> Key<Level> {
    key(TAG, 4, &[auction, price])
}

/// A step of an order.
#[must_use]
pub fn step(auction: u64, side: Side, price: u64, quantity: u64, order: u64) -> Key<u8> {
    key(
        TAG,
        5,
        &[auction, side.byte().into(), price, quantity, order],
    )
}

/// The good in keys.
#[must_use]
pub const fn good_number(good: Good) -> u64 {
    match good {
        Good::Entitlement => 0,
        Good::Shares => 1,
    }
}

/// The price of an auction.
#[must_use]
pub fn price(commons: u64, good: Good, auction: u64) -> Key<u64> {
    key(TAG, 6, &[commons, good_number(good), auction])
}

/// The last prices of a good.
#[must_use]
pub fn last_prices(commons: u64, good: Good) -> Key<Vec<u64>> {
    key(TAG, 7, &[commons, good_number(good)])
}

/// One's open orders.
#[must_use]
pub fn trader(commons: u64, person: u64) -> Key<Trader> {
    key(TAG, 8, &[commons, person])
}

/// Shares of a person that must be sold.
#[must_use]
pub fn forced(commons: u64, person: u64) -> Key<u64> {
    key(TAG, 9, &[commons, person])
}

/// How many auctions of an epoch have begun.
#[must_use]
pub fn schedule(commons: u64) -> Key<Schedule> {
    key(TAG, 10, &[commons])
}

/// Sums over all auctions of a commons.
#[must_use]
pub fn sums(commons: u64) -> Key<Sums> {
    key(TAG, 11, &[commons])
}

/// Changes the sums of a commons.
///
/// # Errors
/// Only for unreadable state.
pub fn with_sums(
    storage: &mut dyn Storage,
    commons: u64,
    change: impl FnOnce(&mut Sums),
) -> Result<(), ContractError> {
    let key = sums(commons);
    let mut record = key.may_load(storage)?.unwrap_or_default();
    change(&mut record);
    key.save(storage, &record);
    Ok(())
}

/// Changes what is kept of one's open orders; nothing is kept where there are none.
///
/// # Errors
/// Only for unreadable state.
pub fn with_trader(
    storage: &mut dyn Storage,
    commons: u64,
    person: u64,
    change: impl FnOnce(&mut Trader),
) -> Result<(), ContractError> {
    let key = trader(commons, person);
    let mut record = key.may_load(storage)?.unwrap_or_default();
    change(&mut record);
    if record.open == 0 {
        storage.remove(key.bytes());
    } else {
        key.save(storage, &record);
    }
    Ok(())
}
