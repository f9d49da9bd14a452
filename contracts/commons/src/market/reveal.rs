//! Opening a sealed order: from here on it binds.
//!
//! What it could have to pay lies in its hold, with a margin for decay; what it
//! offers lies in escrow; what it could bring stays below the concentration
//! cap and counts there from now on; and it does not meet an order of the same
//! person, nor of an organisation of which the person controls a quarter.

use mycel_kit::peers::credit::Kind;

use super::error::MarketError;
use super::hash::{Sealed, commitment};
use super::msg::Reveal;
use super::order::{Side, Step, cross, measure};
use super::record::{Auction, Order};
use super::{sealed, state};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry;
use crate::rights::{self, Good};

/// One part in so many of a margin.
const BPS: u128 = 10_000;

/// Opens the sender's order.
///
/// # Errors
/// Not the phase, no such order, other steps than were hashed, beyond what was
/// put aside, beyond the concentration cap, or against an own order.
pub fn reveal(call: &mut Call<'_>, asked: &Reveal) -> Result<(), ContractError> {
    let (number, side) = (asked.auction.0, asked.side);
    let mut auction = sealed::revealing(call, number)?;
    let dealer = registry::dealer(call, auction.commons)?;
    let place = state::mark(dealer.person, number, side.byte().into())
        .may_load(call.storage)?
        .unwrap_or(0);
    let key = state::order(number, side, place);
    let kept = key.may_load(call.storage)?;
    let kept = kept.filter(|order| order.person == dealer.person);
    let mut order = kept.ok_or(MarketError::NoOrder {
        auction: number,
        person: dealer.person,
        side: side.name(),
    })?;
    let steps: Vec<Step> = asked.steps.iter().map(|step| step.read()).collect();
    let measure = measure(side, &steps)?;
    let salt = bounds::hash("salt", &asked.salt)?;
    let sealed = Sealed {
        chain: &call.env.block.chain_id,
        contract: call.own(),
        auction: number,
        person: dealer.person,
        side,
    };
    if commitment(&sealed, &steps, &salt) != order.hash {
        return Err(MarketError::Commitment {
            auction: number,
            order: place.into(),
        }
        .into());
    }
    if order.is_opened() {
        return Err(MarketError::Opened {
            auction: number,
            order: place.into(),
        }
        .into());
    }
    if dealer.kind == Kind::Org {
        // who controls it may be others than when it came
        order.behind = registry::controllers(call, auction.commons, dealer.person)?;
        sealed::mark(call, number, side, &order, place)?;
    }
    order.steps = steps;
    match side {
        Side::Buy => {
            covered(call, &auction, &order, measure.cost)?;
            // all it could bring has room below the concentration cap, and takes it
            let quantity = Quantity::at_most(measure.quantity);
            rights::reserve(call, auction.commons, dealer.person, auction.good, quantity)?;
        }
        Side::Sell => escrowed(call, &auction, &order, measure.quantity)?,
    }
    not_against_itself(call, number, &auction, side, &order)?;
    enter(call, number, &mut auction, side, place, &order)?;
    key.save(call.storage, &order);
    state::auction(number).save(call.storage, &auction);
    call.event(
        "reveal",
        &[
            ("auction", &number),
            ("side", &side.name()),
            ("order", &place),
            ("person", &dealer.person),
            ("quantity", &measure.quantity),
        ],
    );
    Ok(())
}

/// The hold has what the order could cost, and a margin.
fn covered(
    call: &Call<'_>,
    auction: &Auction,
    order: &Order,
    cost: u64,
) -> Result<(), ContractError> {
    let rules = registry::rules(call.storage, auction.commons)?;
    let margin = BPS + u128::from(rules.market.margin_bps);
    let needs = (u128::from(cost) * margin).div_ceil(BPS);
    let left = call.hold(order.hold)?.map_or(0, |hold| hold.amount.pico());
    if needs <= left.into() {
        return Ok(());
    }
    Err(MarketError::HoldCovers { cost, needs, left }.into())
}

/// What is in escrow, after cuts, is at least what is offered.
fn escrowed(
    call: &Call<'_>,
    auction: &Auction,
    order: &Order,
    quantity: u128,
) -> Result<(), ContractError> {
    let (commons, good) = (auction.commons, auction.good);
    let escrow = match good {
        Good::Entitlement => {
            rights::escrowed(call, commons, auction.epoch, order.person, good)?.units()
        }
        Good::Shares => order.size.into(),
    };
    if quantity <= escrow {
        return Ok(());
    }
    Err(MarketError::EscrowCovers { quantity, escrow }.into())
}

/// No order on the other side that is one's own is met.
fn not_against_itself(
    call: &Call<'_>,
    number: u64,
    auction: &Auction,
    side: Side,
    order: &Order,
) -> Result<(), ContractError> {
    let other = side.other();
    let mut own = vec![order.person];
    own.extend(&order.behind);
    own.extend(registry::organisations(
        call.storage,
        auction.commons,
        order.person,
    ));
    for person in own {
        let mark = state::mark(person, number, other.byte().into()).may_load(call.storage)?;
        let Some(place) = mark else { continue };
        let opposite = state::order(number, other, place).load(call.storage)?;
        let (buy, sell) = match side {
            Side::Buy => (&order.steps, &opposite.steps),
            Side::Sell => (&opposite.steps, &order.steps),
        };
        if cross(buy, sell) {
            return Err(MarketError::Crossing {
                order: place.into(),
            }
            .into());
        }
    }
    Ok(())
}

/// Enters the steps of an order into the book.
pub(super) fn enter(
    call: &mut Call<'_>,
    number: u64,
    auction: &mut Auction,
    side: Side,
    place: u32,
    order: &Order,
) -> Result<(), ContractError> {
    for step in &order.steps {
        let key = state::level(number, step.price);
        let mut level = key.may_load(call.storage)?.unwrap_or_default();
        match side {
            Side::Buy => {
                level.bids = level.bids.saturating_add(step.quantity);
                level.buyers = level.buyers.saturating_add(1);
            }
            Side::Sell => {
                level.asks = level.asks.saturating_add(step.quantity);
                level.sellers = level.sellers.saturating_add(1);
            }
        }
        key.save(call.storage, &level);
        // measured: below 2^63
        let quantity = u64::try_from(step.quantity).unwrap_or(u64::MAX);
        state::step(number, side, step.price, quantity, place.into()).save(call.storage, &1);
    }
    let count = auction.count_mut(side);
    count.opened = count.opened.saturating_add(1);
    count.units = count.units.saturating_add(order.quantity());
    Ok(())
}
