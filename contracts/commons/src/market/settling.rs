//! Paying, delivering and closing orders: both sides by ascending number, each
//! buyer with the sellers it comes to.
//!
//! How much an order gets was fixed by the price; how much of that changes hands
//! depends on what is there at this moment. Holds decay and may have expired, so
//! credit is asked what is left: a buyer who is short gets floor(left / price)
//! units, and the sellers matched with it keep the rest. Escrowed entitlement
//! may have been cut: then the buyer matched with it gets and pays less. Nothing
//! of this fails, and nobody else is touched by it.
//!
//! An order that was not opened loses a tenth, at least a credit: else whoever
//! opens last could look at the others and choose. It loses nothing where
//! opening was not possible: the auction is void, or its owner may not deal any
//! more; who leaves the community of its own will loses it all the same. Rounding is up, in the pool's favour; credits go to credit's commons,
//! units to the commons' reserve.
//!
//! One message settles at most one piece, as credit's answer about a hold is
//! true only until the message of that piece is carried out.

use mycel_kit::peers::credit::{CreditQuery, Resolution};
use mycel_kit::peers::members::Status;
use mycel_kit::peers::pull;
use mycel_kit::{Amount, Id};
use serde::de::IgnoredAny;

use super::goods::Goods;
use super::margin::{Margin, filled};
use super::order::{Side, forfeit_amount, forfeit_units};
use super::record::{Auction, Order, Stage};
use super::{forced, prices, state};
use crate::call::{Call, MAX_RESOLVE};
use crate::error::ContractError;
use crate::order;
use crate::registry::{self, TREASURY};
use crate::rights::Good;

/// Units of work of one step: an order closed, or a buyer and a seller matched.
pub const STEP_UNITS: u32 = 4;
/// Items that one step may add.
const STEP_ITEMS: usize = 2;

/// An order that settlement has come to.
struct Live {
    place: u32,
    order: Order,
    /// What is there now: pico-credits in the hold, or units in escrow.
    left: u128,
    /// What is still matched.
    rest: u128,
    /// A seller's address; a buyer's does not matter.
    address: String,
}

/// One piece of settlement.
struct Piece<'a, 'b> {
    call: &'a mut Call<'b>,
    number: u64,
    auction: Auction,
    price: u64,
    margin: Option<Margin>,
    goods: Goods,
    items: Vec<Resolution>,
}

/// Settles as much as there are units for; what comes next.
///
/// # Errors
/// A peer that does not answer; unreadable state.
// apart: the chain bounds the locals of a function
#[inline(never)]
pub(super) fn settle(
    call: &mut Call<'_>,
    number: u64,
    auction: &mut Auction,
    (margin, mut buyer, mut seller): (Option<Margin>, u32, u32),
    units: &mut u32,
) -> Result<Stage, ContractError> {
    let goods = Goods::open(
        call.storage,
        auction.commons,
        call.now,
        auction.epoch,
        auction.good,
    )?;
    let mut piece = Piece {
        number,
        price: auction.cleared.map_or(0, |cleared| cleared.price),
        auction: auction.clone(),
        margin,
        goods,
        items: vec![],
        call,
    };
    let (mut buy, mut sell): (Option<Live>, Option<Live>) = (None, None);
    let mut over = false;
    while *units >= STEP_UNITS && piece.items.len() + STEP_ITEMS <= MAX_RESOLVE {
        if buy.is_none() && buyer <= piece.auction.buys.orders {
            buy = Some(piece.come_to(Side::Buy, buyer)?);
        }
        if sell.is_none() && seller <= piece.auction.sells.orders {
            sell = Some(piece.come_to(Side::Sell, seller)?);
        }
        *units -= STEP_UNITS;
        match (&mut buy, &mut sell) {
            (Some(one), Some(other)) if one.rest > 0 && other.rest > 0 => {
                piece.deal(one, other)?;
            }
            // whose counterpart is not there has no rest; were it otherwise, it
            // would be closed without
            (Some(one), other) if one.rest == 0 || other.is_none() => {
                piece.close_buy(one)?;
                buyer = buyer.saturating_add(1);
                buy = None;
            }
            (_, Some(other)) => {
                piece.close_sell(other)?;
                seller = seller.saturating_add(1);
                sell = None;
            }
            (_, None) => {
                over = true;
                break;
            }
        }
    }
    // credit is not asked about these holds again before it has done this
    *units = 0;
    for (side, live) in [(Side::Buy, buy), (Side::Sell, sell)] {
        if let Some(live) = live {
            piece.keep(side, live);
        }
    }
    let Piece {
        call,
        auction: settled,
        margin,
        goods,
        items,
        ..
    } = piece;
    goods.save(call.storage);
    call.resolve(items)?;
    *auction = settled;
    if !over {
        return Ok(Stage::Settling {
            margin,
            buyer,
            seller,
        });
    }
    auction.done = Some(call.now);
    prices::keep(call, number, auction)?;
    call.event(
        "settled",
        &[
            ("auction", &number),
            ("units", &auction.units),
            ("paid", &auction.paid),
            ("short", &auction.short),
        ],
    );
    Ok(Stage::Sweeping)
}

impl Piece<'_, '_> {
    /// The next order of a side, with what is there for it now.
    // apart: the chain bounds the locals of a function
    #[inline(never)]
    fn come_to(&mut self, side: Side, place: u32) -> Result<Live, ContractError> {
        let mut order = state::order(self.number, side, place).load(self.call.storage)?;
        let void = self.auction.void.is_some();
        let rest = match order.rest {
            _ if void || !order.is_opened() || self.auction.cleared.is_none() => 0,
            Some(rest) => rest,
            None => filled(&order.steps, side, self.price, self.margin.as_mut()),
        };
        order.rest = Some(rest);
        let mut address = String::new();
        let left = match side {
            Side::Buy => left_of(self.call, order.hold)?.into(),
            Side::Sell if self.auction.good == Good::Entitlement => {
                self.goods.escrowed(self.call.storage, order.person)?
            }
            Side::Sell => u128::from(order.size).saturating_sub(order.units),
        };
        if side == Side::Sell && rest > 0 {
            address = self.call.address_of(order.person)?.address;
        }
        Ok(Live {
            place,
            order,
            left,
            rest,
            address,
        })
    }

    /// A buyer and a seller: what they are matched for, as far as it is there.
    // apart: the chain bounds the locals of a function
    #[inline(never)]
    fn deal(&mut self, buy: &mut Live, sell: &mut Live) -> Result<(), ContractError> {
        let matched = buy.rest.min(sell.rest);
        buy.rest -= matched;
        sell.rest -= matched;
        let person = buy.order.person;
        // rights are for the enrolled
        let enrolled = registry::is_enrolled(self.call.storage, self.auction.commons, person)?;
        let affordable = match enrolled {
            true => buy.left / u128::from(self.price.max(1)),
            false => 0,
        };
        let units = matched.min(affordable).min(sell.left);
        self.auction.short = self.auction.short.saturating_add(matched - units);
        if units == 0 {
            return Ok(());
        }
        let paid = units * u128::from(self.price); // at most what is left of the hold
        let amount = u64::try_from(paid)
            .ok()
            .and_then(Amount::new)
            .unwrap_or(Amount::MAX);
        self.items.push(Resolution::Capture {
            hold: Id(buy.order.hold),
            amount,
            to: sell.address.clone(),
        });
        self.goods
            .deliver(self.call.storage, sell.order.person, person, units)?;
        buy.left -= paid;
        sell.left -= units;
        for order in [&mut buy.order, &mut sell.order] {
            order.units += units;
            order.paid = order.paid.saturating_add(amount.pico());
        }
        self.auction.units += units;
        self.auction.paid += paid;
        let good = self.auction.good;
        state::with_sums(self.call.storage, self.auction.commons, |sums| {
            if good == Good::Shares {
                sums.shares = sums.shares.saturating_sub(units);
            }
            sums.bought += units;
            sums.sold += units;
            sums.paid += paid;
        })
    }

    /// Whether an order that was not opened loses something.
    fn forfeits(&self, order: &Order) -> Result<bool, ContractError> {
        if order.is_opened() || self.auction.void.is_some() {
            return Ok(false);
        }
        let address = self.call.address_of(order.person)?.address;
        // whoever leaves does so of its own will: that is no option either
        let mut standing = self.call.standing(&address)?;
        if standing.status == Status::Leaving {
            standing.status = Status::Active;
            let (commons, person, now) = (self.auction.commons, order.person, self.call.now);
            return Ok(standing.may_deal()
                && registry::is_enrolled(self.call.storage, commons, person)?
                && order::may_deal(self.call.storage, commons, person, now).is_ok());
        }
        match registry::member_of(self.call, self.auction.commons, &address) {
            Ok(_) => Ok(true),
            // who cannot deal could not open it
            Err(ContractError::Registry(_) | ContractError::Order(_)) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// An order to buy is over: what is left of its hold goes back.
    // apart: the chain bounds the locals of a function
    #[inline(never)]
    fn close_buy(&mut self, live: &mut Live) -> Result<(), ContractError> {
        let hold = Id(live.order.hold);
        let mut left = u64::try_from(live.left).unwrap_or(u64::MAX);
        if left > 0 && self.forfeits(&live.order)? {
            let size = Amount::new(live.order.size).unwrap_or(Amount::MAX);
            let amount = forfeit_amount(size, Amount::new(left).unwrap_or(Amount::MAX));
            live.order.forfeited = amount.pico();
            self.auction.forfeited += u128::from(amount.pico());
            left -= amount.pico();
            let to = self.call.fund();
            self.items.push(Resolution::Capture { hold, amount, to });
        }
        // credit removes a hold with nothing left by itself
        if left > 0 {
            self.items.push(Resolution::Release { hold });
        }
        let bid = live.order.quantity();
        self.goods
            .unreserve(self.call.storage, live.order.person, bid)?;
        self.close(Side::Buy, live)
    }

    /// An order to sell is over: what is left in escrow goes back.
    // apart: the chain bounds the locals of a function
    #[inline(never)]
    fn close_sell(&mut self, live: &mut Live) -> Result<(), ContractError> {
        let person = live.order.person;
        if live.left > 0 && self.forfeits(&live.order)? {
            let units = forfeit_units(live.order.size.into()).min(live.left);
            live.order.forfeited = u64::try_from(units).unwrap_or(u64::MAX);
            self.auction.forfeited_units += units;
            live.left -= units;
            self.goods
                .deliver(self.call.storage, person, TREASURY, units)?;
        }
        if live.order.forced {
            // it stays in escrow until it is sold
            let shares = u64::try_from(live.left).unwrap_or(u64::MAX);
            forced::wait(self.call, self.auction.commons, person, shares)?;
            state::with_sums(self.call.storage, self.auction.commons, |sums| {
                sums.shares += u128::from(shares);
            })?;
        } else {
            self.goods
                .deliver(self.call.storage, person, person, live.left)?;
        }
        self.close(Side::Sell, live)
    }

    fn close(&mut self, side: Side, live: &mut Live) -> Result<(), ContractError> {
        let order = &mut live.order;
        order.done = true;
        order.rest = Some(0);
        let (size, good) = (u128::from(order.size), self.auction.good);
        let units = order.units.min(size);
        let commons = self.auction.commons;
        state::order(self.number, side, live.place).save(self.call.storage, order);
        let entitlement = side == Side::Sell && good == Good::Entitlement;
        state::with_trader(self.call.storage, commons, order.person, |trader| {
            trader.open = trader.open.saturating_sub(1);
            if entitlement {
                trader.selling = 0;
            }
        })?;
        state::with_sums(self.call.storage, commons, |sums| match (side, good) {
            (Side::Buy, _) => {
                sums.buys = sums.buys.saturating_sub(1);
                sums.held = sums.held.saturating_sub(size);
            }
            (Side::Sell, good) => {
                sums.sells = sums.sells.saturating_sub(1);
                match good {
                    Good::Entitlement => sums.entitlement = sums.entitlement.saturating_sub(size),
                    // what was sold went before
                    Good::Shares => sums.shares = sums.shares.saturating_sub(size - units),
                }
            }
        })?;
        self.call.event(
            "order",
            &[
                ("auction", &self.number),
                ("side", &side.name()),
                ("order", &live.place),
                ("person", &live.order.person),
                ("units", &live.order.units),
                ("paid", &live.order.paid),
                ("forfeited", &live.order.forfeited),
            ],
        );
        Ok(())
    }

    /// One that the next piece goes on with.
    fn keep(&mut self, side: Side, mut live: Live) {
        live.order.rest = Some(live.rest);
        state::order(self.number, side, live.place).save(self.call.storage, &live.order);
    }
}

/// What is left of a hold now; nothing of one that is gone. Where credit does
/// not answer at all, nothing is settled.
fn left_of(call: &Call<'_>, hold: u64) -> Result<u64, ContractError> {
    if let Some(hold) = call.hold(hold)? {
        return Ok(hold.amount.pico());
    }
    let question = CreditQuery::Commons {};
    let _: IgnoredAny = pull(call.querier, "credit", &call.peers.credit, &question)?;
    Ok(0)
}
