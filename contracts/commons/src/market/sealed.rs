//! Sealed orders: what is put aside is seen, in round sizes that tell little;
//! what is wanted is not.
//!
//! A person has one order on each side, and an organisation's counts for
//! whoever controls a quarter of it: else an order in parts under several names
//! would get more at the margin.

use cosmwasm_std::HexBinary;
use mycel_kit::peers::credit::Kind;

use super::error::MarketError;
use super::order::{Side, is_round, is_round_amount};
use super::record::{Auction, Order, Stage};
use super::state;
use crate::bounds;
use crate::call::{Call, Held};
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry::{self, Dealer};
use crate::rights::{self, Good};

/// The auction, if it takes sealed orders now.
fn taking(call: &Call<'_>, number: u64) -> Result<Auction, ContractError> {
    let auction = state::known(call.storage, number)?;
    match auction.phase(call.now) {
        ("commit", _) => {
            registry::open(call.storage, auction.commons)?;
            Ok(auction)
        }
        (phase, until) => Err(MarketError::Phase {
            auction: number,
            phase,
            until,
            now: call.now,
            needs: "sealed orders",
        }
        .into()),
    }
}

/// A sealed order to buy, its money in a hold.
///
/// # Errors
/// Not the phase, who may not deal, a size that is not round, a hold that ends
/// before it can be settled, another order of the person.
pub fn commit_buy(
    call: &mut Call<'_>,
    held: &Held,
    number: u64,
    hash: &HexBinary,
) -> Result<(), ContractError> {
    let hash = bounds::hash("hash", hash)?;
    let auction = taking(call, number)?;
    let dealer = registry::member_of(call, auction.commons, &held.owner)?;
    if !is_round_amount(held.amount) {
        return Err(MarketError::NotRound {
            what: "pico-credits",
            size: held.amount.pico().into(),
        }
        .into());
    }
    let expires = call.hold(held.hold)?.map_or(0, |hold| hold.expires.0);
    let until = auction.settled_until();
    if expires <= until {
        return Err(MarketError::HoldTooShort { expires, until }.into());
    }
    let order = Order {
        hold: held.hold,
        size: held.amount.pico(),
        ..sealed(dealer.person, hash)
    };
    enter(call, number, auction, Side::Buy, &dealer, order)
}

/// A sealed order to sell, what it may sell in escrow.
///
/// # Errors
/// Not the phase, who may not deal, a size that is not round or not there,
/// another order of the person.
pub fn commit_sell(
    call: &mut Call<'_>,
    number: u64,
    hash: &HexBinary,
    escrow: Quantity,
) -> Result<(), ContractError> {
    let hash = bounds::hash("hash", hash)?;
    let auction = taking(call, number)?;
    let dealer = registry::dealer(call, auction.commons)?;
    if !is_round(escrow.units()) {
        return Err(MarketError::NotRound {
            what: "quantity",
            size: escrow.units(),
        }
        .into());
    }
    if auction.good == Good::Entitlement {
        let trader = state::trader(auction.commons, dealer.person).may_load(call.storage)?;
        let selling = trader.unwrap_or_default().selling;
        if selling != 0 && selling != number {
            return Err(MarketError::StillSelling { auction: selling }.into());
        }
    }
    let order = Order {
        // quantities are below 2^63
        size: u64::try_from(escrow.units()).unwrap_or(u64::MAX),
        ..sealed(dealer.person, hash)
    };
    let (commons, good) = (auction.commons, auction.good);
    enter(call, number, auction, Side::Sell, &dealer, order)?;
    rights::take(call, commons, dealer.person, good, escrow)
}

pub(super) fn sealed(person: u64, hash: [u8; 32]) -> Order {
    Order {
        person,
        hash,
        hold: 0,
        size: 0,
        behind: vec![],
        steps: vec![],
        forced: false,
        rest: None,
        units: 0,
        paid: 0,
        forfeited: 0,
        done: false,
    }
}

fn enter(
    call: &mut Call<'_>,
    number: u64,
    mut auction: Auction,
    side: Side,
    dealer: &Dealer,
    mut order: Order,
) -> Result<(), ContractError> {
    if dealer.kind == Kind::Org {
        order.behind = registry::controllers(call, auction.commons, dealer.person)?;
    }
    let place = auction.count(side).orders.saturating_add(1);
    mark(call, number, side, &order, place)?;
    auction.count_mut(side).orders = place;
    state::order(number, side, place).save(call.storage, &order);
    state::auction(number).save(call.storage, &auction);
    open_order(call, number, &auction, side, &order)?;
    registry::involve(call.storage, auction.commons, dealer.person);
    call.event(
        "commit",
        &[
            ("auction", &number),
            ("side", &side.name()),
            ("order", &place),
            ("person", &dealer.person),
            ("size", &order.size),
        ],
    );
    Ok(())
}

/// Nobody of these has, or counts with, another order on this side.
pub(super) fn mark(
    call: &mut Call<'_>,
    number: u64,
    side: Side,
    order: &Order,
    place: u32,
) -> Result<(), ContractError> {
    for person in std::iter::once(order.person).chain(order.behind.iter().copied()) {
        let key = state::mark(person, number, side.byte().into());
        match key.may_load(call.storage)? {
            None => key.save(call.storage, &place),
            Some(other) if other == place => {}
            Some(other) => {
                return Err(MarketError::HasOrder {
                    person,
                    side: side.name(),
                    order: other.into(),
                }
                .into());
            }
        }
    }
    Ok(())
}

/// Keeps that an order is open.
pub(super) fn open_order(
    call: &mut Call<'_>,
    number: u64,
    auction: &Auction,
    side: Side,
    order: &Order,
) -> Result<(), ContractError> {
    let size = u128::from(order.size);
    let sells_units = side == Side::Sell && auction.good == Good::Entitlement;
    state::with_trader(call.storage, auction.commons, order.person, |trader| {
        trader.open = trader.open.saturating_add(1);
        if sells_units {
            trader.selling = number;
        }
    })?;
    state::with_sums(call.storage, auction.commons, |sums| {
        match (side, auction.good) {
            (Side::Buy, _) => {
                sums.buys += 1;
                sums.held += size;
            }
            (Side::Sell, good) => {
                sums.sells += 1;
                match good {
                    Good::Entitlement => sums.entitlement += size,
                    Good::Shares => sums.shares += size,
                }
            }
        }
    })
}

/// The auction of a stage where orders are opened, or why not.
pub(super) fn revealing(call: &Call<'_>, number: u64) -> Result<Auction, ContractError> {
    let auction = state::known(call.storage, number)?;
    match auction.phase(call.now) {
        ("reveal", _) if auction.stage == Stage::Taking => Ok(auction),
        (phase, until) => Err(MarketError::Phase {
            auction: number,
            phase,
            until,
            now: call.now,
            needs: "salts of orders",
        }
        .into()),
    }
}
