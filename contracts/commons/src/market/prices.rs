//! What auctions said: the last prices, for what overage costs, and all of
//! them, for whoever looks back.

use cosmwasm_std::Storage;
use mycel_kit::Amount;
use mycel_kit::median::{Even, median};

use super::record::Auction;
use super::state;
use crate::call::Call;
use crate::error::ContractError;
use crate::rights::Good;

/// Prices that make a median.
pub const LAST: usize = 4;

/// The median of the last four prices of entitlement, of an even count the
/// higher (it is the price of use); `None` before the first auction with volume.
///
/// # Errors
/// Only for unreadable state.
pub fn median_price(storage: &dyn Storage, commons: u64) -> Result<Option<Amount>, ContractError> {
    median_of(storage, commons, Good::Entitlement)
}

/// As [`median_price`], of either good.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn median_of(
    storage: &dyn Storage,
    commons: u64,
    good: Good,
) -> Result<Option<Amount>, ContractError> {
    let last = state::last_prices(commons, good).may_load(storage)?;
    let middle = median(&last.unwrap_or_default(), Even::Higher);
    // prices of orders are amounts
    Ok(middle.map(|price| Amount::new(price).unwrap_or(Amount::MAX)))
}

/// Keeps the price of an auction in which something changed hands; one without
/// volume has no price.
///
/// # Errors
/// Only for unreadable state.
pub(super) fn keep(
    call: &mut Call<'_>,
    number: u64,
    auction: &Auction,
) -> Result<(), ContractError> {
    let Some(cleared) = auction.cleared.filter(|_| auction.units > 0) else {
        return Ok(());
    };
    state::price(auction.commons, auction.good, number).save(call.storage, &cleared.price);
    let key = state::last_prices(auction.commons, auction.good);
    let mut last = key.may_load(call.storage)?.unwrap_or_default();
    last.push(cleared.price);
    if last.len() > LAST {
        last.remove(0);
    }
    key.save(call.storage, &last);
    Ok(())
}
