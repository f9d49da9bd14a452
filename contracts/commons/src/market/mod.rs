//! The uniform-price call auction: sealed orders, opened, one price.
//!
//! In equal distances of an epoch its members deal in entitlement, and once in
//! shares. Nobody is first, so nobody races; nothing lies in a pool, so nothing
//! is hoarded.
//!
//! ```text
//! commit ──────→ reveal ───────→ clearing ──────→ settling ──────→ done
//! hash, hold     steps, salt     one price        ≤ 50 items       price kept
//! or escrow      binding now     margin's level   a message        book swept
//! ```
//! The first two end by the clock; the others are moved by anyone's `advance`
//! in bounded pieces. Nothing is told: the price follows from the orders.
//!
//! # Invariants
//! 1. What is in escrow is that of open orders, and of forced sales that wait.
//! 2. Each open order to buy has one hold, which only it uses.
//! 3. What is bought is sold, unit for unit; what is paid is received.
//! 4. One has one order a side, organisations counting with who controls them.
//!
//! # Map
//! [`order`], [`book`], [`margin`], [`hash`]: pure rules · [`schedule`] when
//! auctions begin · [`sealed`], [`reveal`] orders come and are opened ·
//! [`clearing`] price and margin · [`settling`] who gets and pays · [`goods`]
//! accounts of rights · [`forced`] what must be sold · [`prices`] · [`show`] ·
//! [`record`], [`state`] what is kept.

pub mod ask;
pub mod book;
pub mod clearing;
pub mod error;
pub mod forced;
pub mod goods;
pub mod hash;
pub mod invariants;
pub mod margin;
pub mod msg;
pub mod order;
#[cfg(test)]
mod pins;
pub mod prices;
pub mod record;
pub mod reveal;
pub mod rules;
pub mod schedule;
pub mod sealed;
pub mod settling;
pub mod show;
pub mod state;
#[cfg(test)]
mod tests;

use cosmwasm_std::Storage;

pub use error::MarketError;
pub use forced::sell as sell_by_force;
pub use prices::median_price;
pub use reveal::reveal;
pub use rules::Rules;
pub use schedule::epoch_opened;
pub use sealed::{commit_buy, commit_sell};
pub use show::export;

use crate::agenda::{Task, Worked};
use crate::call::Call;
use crate::cap;
use crate::error::ContractError;
use crate::registry::{self, Status};
use crate::rights::Good;
use record::{Auction, Stage, Void};

/// The kind of task that begins an epoch's auctions; about the epoch.
pub const SCHEDULE: u8 = 0;
/// The kind of task that moves an auction; about the auction.
pub const AUCTION: u8 = 1;

/// The good on the wire.
#[must_use]
pub const fn good_name(good: Good) -> &'static str {
    match good {
        Good::Entitlement => "entitlement",
        Good::Shares => "shares",
    }
}

/// What keeps a person from leaving a commons, a sentence each.
///
/// # Errors
/// Only for unreadable state.
pub fn open_items(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Vec<String>, ContractError> {
    let trader = state::trader(commons, person).may_load(storage)?;
    let mut items = vec![];
    if let Some(trader) = trader {
        let open = trader.open;
        items.push(format!(
            "commons {commons}: {open} open orders; they are settled by advance after their auction's reveal"
        ));
    }
    if let Some(shares) = state::forced(commons, person).may_load(storage)? {
        items.push(format!(
            "commons {commons}: {shares} shares that must be sold wait for an auction"
        ));
    }
    Ok(items)
}

/// A commons was founded; auctions begin with its epochs.
///
/// # Errors
/// Never.
pub fn found(_call: &mut Call<'_>, _commons: u64) -> Result<(), ContractError> {
    Ok(())
}

/// What is due of this part.
///
/// # Errors
/// As the task says.
pub fn work(call: &mut Call<'_>, task: Task, units: &mut u32) -> Result<Worked, ContractError> {
    match task.kind {
        SCHEDULE => schedule::begin_due(call, task.commons, task.argument, units),
        AUCTION => move_on(call, task.argument, units),
        _ => Ok(Worked::Done),
    }
}

/// Moves an auction on, as far as units go.
fn move_on(call: &mut Call<'_>, number: u64, units: &mut u32) -> Result<Worked, ContractError> {
    let key = state::auction(number);
    let Some(mut auction) = key.may_load(call.storage)? else {
        return Ok(Worked::Done);
    };
    if call.now < auction.reveal_until {
        return Ok(Worked::Again(auction.reveal_until));
    }
    if let Stage::Settling { .. } = auction.stage
        && *units <= settling::STEP_UNITS
    {
        // one more for the auction itself
        let needs = settling::STEP_UNITS + 1;
        return Ok(Worked::Waiting { needs });
    }
    let mut voided = look(call, number, &mut auction)?;
    // reading and writing the auction itself
    *units = units.saturating_sub(1);
    while *units > 0 {
        let stage = std::mem::replace(&mut auction.stage, Stage::Done);
        auction.stage = match stage {
            Stage::Done => break,
            Stage::Sweeping => clearing::sweep(call, number, units),
            Stage::Settling {
                margin,
                buyer,
                seller,
            } => {
                if *units < settling::STEP_UNITS {
                    auction.stage = Stage::Settling {
                        margin,
                        buyer,
                        seller,
                    };
                    break;
                }
                settling::settle(call, number, &mut auction, (margin, buyer, seller), units)?
            }
            _ if voided => {
                voided = false;
                Stage::Settling {
                    margin: None,
                    buyer: 1,
                    seller: 1,
                }
            }
            Stage::Taking if auction.good == Good::Shares => Stage::Gathering { after: 0 },
            Stage::Taking => clearing::begin(&auction),
            Stage::Gathering { after } => forced::gather(call, number, &mut auction, after, units)?,
            Stage::Clearing { pass, after } => {
                clearing::levels(call, number, &mut auction, pass, after, units)?
            }
            Stage::Filling {
                side,
                price,
                water,
                after,
            } => clearing::fill(call, number, (side, price), water, after, units)?,
        };
    }
    key.save(call.storage, &auction);
    Ok(match auction.stage {
        Stage::Done => Worked::Done,
        _ => Worked::Again(call.now),
    })
}

/// Whether everything goes back: the commons closes, or what is sold is of an
/// epoch that is over.
fn look(call: &mut Call<'_>, number: u64, auction: &mut Auction) -> Result<bool, ContractError> {
    if matches!(auction.stage, Stage::Sweeping | Stage::Done) {
        return Ok(false);
    }
    if auction.void.is_none() {
        let status = registry::commons(call.storage, auction.commons)?.status;
        let current = cap::current(call.storage, auction.commons)?;
        let current =
            current.filter(|epoch| epoch.number == auction.epoch && call.now < epoch.closes);
        auction.void = match auction.good {
            _ if status != Status::Open => Some(Void::Closed),
            Good::Entitlement if current.is_none() => Some(Void::Late),
            _ => None,
        };
        if let Some(void) = auction.void {
            call.event("void", &[("auction", &number), ("why", &void.name())]);
        }
    }
    Ok(auction.void.is_some())
}
