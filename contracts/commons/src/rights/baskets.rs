//! Baskets: entitlement that was set aside, of a quality and of some vintages,
//! as one thing that can be handed on.
//!
//! A basket takes units that its depositors set aside (so within what may be
//! set aside at all), of epochs whose opening relied on readings at least as
//! good as its **tier** says. Each deposit is a part of the basket; parts are
//! handed on between the enrolled. Whoever redeems gets its part of the content
//! as entitlement of the open epoch, the **oldest vintage first**, less a fee
//! to the reserve. What is older than the **window** is given up when the next
//! epoch opens.
//!
//! The content is an account like any other, of a number that nobody has
//! ([`number`]): it is set aside again whenever an epoch opens, is within the
//! cap of each, is cut with every balance, and so worth what there is. Parts,
//! payments and vintages are rounded down; what that leaves stays in the basket
//! or is given up.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;
use mycel_kit::{Id, Key};

use super::error::RightsError;
use super::ledger::{Ledger, Use};
use super::record::Good;
use super::state::TAG;
use super::uses::some;
use super::{concentration, entitlement, shares};
use crate::bounds;
use crate::call::Call;
use crate::cap::{self, Basis};
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry;
use crate::state::key;

/// Most baskets of a commons.
pub const MAX_BASKETS: u64 = 4;
/// Longest window, in epochs.
pub const MAX_WINDOW: u16 = 20;
/// Highest fee: a tenth.
pub const MAX_FEE_BPS: u16 = 1_000;
/// Numbers from here on are nobody's.
pub const NOBODY: u64 = 1 << 63;

/// The account of a basket's content.
#[must_use]
pub const fn number(basket: u64) -> u64 {
    NOBODY | basket
}

/// How good the readings were on which an epoch's cap relied.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
#[schemaifier(mute_warnings)]
pub enum Tier {
    /// Fresh ones that agree.
    Fresh,
    /// At least disputed ones.
    Disputed,
    /// Any.
    Stale,
}

impl From<Basis> for Tier {
    fn from(basis: Basis) -> Tier {
        match basis {
            Basis::Fresh => Tier::Fresh,
            Basis::Disputed => Tier::Disputed,
            Basis::Stale => Tier::Stale,
        }
    }
}

/// Units of one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Lot {
    /// The epoch that issued them.
    pub vintage: u64,
    /// How many, before cuts that the basket has not seen.
    pub units: u128,
}

/// A basket.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Basket {
    /// Only of epochs at least as good.
    pub tier: Tier,
    /// Vintages at most so many epochs old.
    pub window: u16,
    /// Of what is redeemed, in 1/10,000.
    pub fee_bps: u16,
    /// Parts in all.
    pub parts: u128,
    /// How often it lost all it had: parts of then are worth nothing.
    pub round: u32,
    /// Its content, the oldest first.
    pub lots: Vec<Lot>,
}

/// One's parts of a basket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parts {
    /// Of which round.
    pub round: u32,
    /// How many.
    pub count: u128,
}

/// A basket of a commons.
#[must_use]
pub fn basket(commons: u64, basket: u64) -> Key<Basket> {
    key(TAG, 20, &[commons, basket])
}

/// One's parts of a basket.
#[must_use]
pub fn parts(commons: u64, basket: u64, person: u64) -> Key<Parts> {
    key(TAG, 21, &[commons, basket, person])
}

/// Terms of a new basket, decided by a commons' own members.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OpenBasket {
    /// The commons.
    pub commons: Id,
    /// The quality: `fresh`, `disputed`, `stale`.
    pub tier: Tier,
    /// Vintages at most so many epochs old, 1 to 20.
    pub window: u16,
    /// The fee of redeeming in 1/10,000, at most 1,000.
    pub fee_bps: u16,
}

/// Something with a basket.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct OfBasket {
    /// The commons.
    pub commons: Id,
    /// The basket.
    pub basket: Id,
    /// Units to deposit, or parts to redeem.
    pub quantity: Quantity,
}

/// Hands parts of a basket on.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct PassParts {
    /// The commons.
    pub commons: Id,
    /// The basket.
    pub basket: Id,
    /// To whom.
    pub to: Id,
    /// How many parts.
    pub quantity: Quantity,
}

/// Vintages of a content that has become smaller: each in proportion, rounded
/// down. Gives what that leaves over.
fn shrink(lots: &mut Vec<Lot>, content: u128) -> u128 {
    let all: u128 = lots.iter().map(|lot| lot.units).sum();
    for lot in lots.iter_mut() {
        lot.units = entitlement::carried(lot.units, content, all);
    }
    lots.retain(|lot| lot.units > 0);
    content.saturating_sub(lots.iter().map(|lot| lot.units).sum())
}

/// One's parts that are still worth something.
fn owned(
    storage: &dyn Storage,
    commons: u64,
    number: u64,
    person: u64,
    round: u32,
) -> Result<u128, ContractError> {
    let kept = parts(commons, number, person).may_load(storage)?;
    let kept = kept.filter(|kept| kept.round == round);
    Ok(kept.map_or(0, |kept| kept.count))
}

fn give_parts(
    storage: &mut dyn Storage,
    commons: u64,
    number: u64,
    person: u64,
    round: u32,
    more: u128,
) -> Result<(), ContractError> {
    let count = owned(storage, commons, number, person, round)?.saturating_add(more);
    parts(commons, number, person).save(storage, &Parts { round, count });
    Ok(())
}

/// What one's parts of all baskets are worth now.
pub(super) fn worth(
    storage: &dyn Storage,
    ledger: &Ledger,
    person: u64,
) -> Result<u128, ContractError> {
    let mut sum = 0u128;
    for number in 1..=MAX_BASKETS {
        let Some(kept) = basket(ledger.commons, number).may_load(storage)? else {
            break;
        };
        let mine = owned(storage, ledger.commons, number, person, kept.round)?;
        if mine > 0 {
            let content = ledger.peek(storage, self::number(number))?.account.banked;
            sum = sum.saturating_add(entitlement::carried(content, mine, kept.parts));
        }
    }
    Ok(sum)
}

/// Takes units out of vintages, the oldest first.
fn oldest_first(lots: &mut Vec<Lot>, mut units: u128) {
    for lot in lots.iter_mut() {
        let part = lot.units.min(units);
        lot.units -= part;
        units -= part;
    }
    lots.retain(|lot| lot.units > 0);
}

fn load(storage: &dyn Storage, commons: u64, number: u64) -> Result<Basket, ContractError> {
    let unknown = RightsError::UnknownBasket {
        commons,
        basket: number,
    };
    Ok(basket(commons, number).may_load(storage)?.ok_or(unknown)?)
}

/// A commons' own members open a basket; one that is empty, or lost all it had,
/// makes place.
///
/// # Errors
/// Terms out of bounds; four that are not empty.
pub fn open(call: &mut Call<'_>, asked: &OpenBasket) -> Result<(), ContractError> {
    let commons = asked.commons.0;
    registry::open(call.storage, commons)?;
    bounds::within("window", asked.window, 1u16, MAX_WINDOW)?;
    bounds::within("fee_bps", asked.fee_bps, 0u16, MAX_FEE_BPS)?;
    let ledger = Ledger::open(call.storage, commons, call.now)?;
    for number in 1..=MAX_BASKETS {
        let key = basket(commons, number);
        let kept = key.may_load(call.storage)?;
        let content = ledger.peek(call.storage, self::number(number))?;
        let content = content.account.banked;
        let round = kept.as_ref().map_or(0, |kept| kept.round.saturating_add(1));
        if kept.is_none_or(|kept| kept.parts == 0 || content == 0) {
            let new = Basket {
                tier: asked.tier,
                window: asked.window,
                fee_bps: asked.fee_bps,
                parts: 0,
                round,
                lots: vec![],
            };
            key.save(call.storage, &new);
            call.event("open_basket", &[("commons", &commons), ("basket", &number)]);
            return Ok(());
        }
    }
    Err(RightsError::Baskets {
        commons,
        most: MAX_BASKETS,
    }
    .into())
}

/// The content of a basket now; its vintages follow it.
fn settle(ledger: &mut Ledger, number: u64, kept: &mut Basket) -> Result<u128, ContractError> {
    let content = ledger.entry(self::number(number)).account.banked;
    let dust = shrink(&mut kept.lots, content);
    if dust > 0 {
        ledger.unbank(self::number(number), dust)?;
        ledger.spend(self::number(number), dust, Use::Cancel)?;
    }
    Ok(content - dust)
}

/// An epoch opened: contents have room in it, what is too old is given up.
///
/// # Errors
/// Only for unreadable state.
pub fn epoch_opened(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    if !basket(commons, 1).exists(call.storage) {
        return Ok(());
    }
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let epoch = ledger.opened()?.number;
    for number in 1..=MAX_BASKETS {
        let key = basket(commons, number);
        let Some(mut kept) = key.may_load(call.storage)? else {
            break;
        };
        if kept.lots.is_empty() {
            continue;
        }
        let account = self::number(number);
        ledger.touch(call.storage, account)?;
        let content = ledger.entry(account).account.balance;
        let mut given_up = shrink(&mut kept.lots, content);
        let oldest = epoch.saturating_sub(kept.window.into());
        for lot in kept.lots.iter().filter(|lot| lot.vintage < oldest) {
            given_up += lot.units;
        }
        kept.lots.retain(|lot| lot.vintage >= oldest);
        ledger.spend(account, given_up, Use::Cancel)?;
        ledger.bank(account, content - given_up)?;
        key.save(call.storage, &kept);
    }
    ledger.save(call.storage);
    Ok(())
}

/// The sender puts units that it set aside in this epoch into a basket. One
/// that lost all it had begins anew.
///
/// # Errors
/// An epoch of too low a tier, more than was set aside; who is above the
/// concentration cap.
pub fn deposit(call: &mut Call<'_>, asked: &OfBasket) -> Result<(), ContractError> {
    let (commons, number) = (asked.commons.0, asked.basket.0);
    let units = some(asked.quantity)?;
    let person = registry::dealer(call, commons)?.person;
    let mut kept = load(call.storage, commons, number)?;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let epoch = ledger.opened()?.number;
    let basis = cap::state::epoch(commons, epoch).load(call.storage)?.basis;
    if Tier::from(basis) > kept.tier {
        return Err(RightsError::Tier {
            epoch,
            basis: basis.name(),
        }
        .into());
    }
    ledger.touch(call.storage, person)?;
    ledger.touch(call.storage, self::number(number))?;
    let content = settle(&mut ledger, number, &mut kept)?;
    let new = match (kept.parts, content) {
        (0, _) => units,
        (_, 0) => {
            kept.round = kept.round.saturating_add(1);
            kept.parts = 0;
            units
        }
        (parts, content) => {
            parts
                .checked_mul(units)
                .ok_or(RightsError::Overflow { commons })?
                / content
        }
    };
    let all = kept.parts.saturating_add(new);
    bounds::within("parts", all, 1u128, Quantity::MAX.units())?;
    if new == 0 {
        return Err(RightsError::Zero.into());
    }
    ledger.pass_banked(person, self::number(number), units)?;
    match kept.lots.last_mut() {
        Some(lot) if lot.vintage == epoch => lot.units += units,
        _ => kept.lots.push(Lot {
            vintage: epoch,
            units,
        }),
    }
    kept.parts = all;
    give_parts(call.storage, commons, number, person, kept.round, new)?;
    basket(commons, number).save(call.storage, &kept);
    // nothing comes in, but who is above the cap hoards no more here
    concentration::admit(call, &ledger, person, Good::Entitlement, 0, None)?;
    ledger.save(call.storage);
    call.event(
        "deposit",
        &[
            ("commons", &commons),
            ("basket", &number),
            ("person", &person),
            ("units", &units),
            ("parts", &new),
        ],
    );
    Ok(())
}

/// Takes parts from one.
fn take_parts(
    storage: &mut dyn Storage,
    commons: u64,
    number: u64,
    person: u64,
    round: u32,
    count: u128,
) -> Result<(), ContractError> {
    let has = owned(storage, commons, number, person, round)?;
    let key = parts(commons, number, person);
    match has.checked_sub(count) {
        None => Err(RightsError::Parts { wants: count, has }.into()),
        Some(0) => {
            storage.remove(key.bytes());
            Ok(())
        }
        Some(count) => {
            key.save(storage, &Parts { round, count });
            Ok(())
        }
    }
}

/// The sender gives parts back for its share of the content, the oldest
/// vintage first, less the fee.
///
/// # Errors
/// Not so many parts; above the concentration cap; no epoch open.
pub fn redeem(call: &mut Call<'_>, asked: &OfBasket) -> Result<(), ContractError> {
    let (commons, number) = (asked.commons.0, asked.basket.0);
    let count = some(asked.quantity)?;
    let person = registry::dealer(call, commons)?.person;
    let mut kept = load(call.storage, commons, number)?;
    take_parts(call.storage, commons, number, person, kept.round, count)?;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.opened()?;
    ledger.touch(call.storage, person)?;
    ledger.touch(call.storage, self::number(number))?;
    let content = settle(&mut ledger, number, &mut kept)?;
    // both below 2^63; whoever takes the last parts takes all
    let units = entitlement::carried(content, count, kept.parts);
    let fee = units.saturating_mul(kept.fee_bps.into()).div_ceil(10_000);
    kept.parts -= count;
    oldest_first(&mut kept.lots, units);
    ledger.redeem(self::number(number), person, units, fee)?;
    concentration::admit_redeemed(call, &ledger, person, units - fee)?;
    ledger.save(call.storage);
    basket(commons, number).save(call.storage, &kept);
    call.event(
        "redeem",
        &[
            ("commons", &commons),
            ("basket", &number),
            ("person", &person),
            ("parts", &count),
            ("units", &(units - fee)),
            ("fee", &fee),
        ],
    );
    Ok(())
}

/// The sender hands parts on to another enrolled.
///
/// # Errors
/// Not so many; the other may not receive, or would be above the concentration cap.
pub fn pass(call: &mut Call<'_>, asked: &PassParts) -> Result<(), ContractError> {
    let (commons, number, to) = (asked.commons.0, asked.basket.0, asked.to.0);
    let count = some(asked.quantity)?;
    let from = registry::dealer(call, commons)?.person;
    if to == registry::TREASURY {
        return Err(RightsError::TheTreasury.into());
    }
    shares::recipient(call, commons, from, to)?;
    let kept = load(call.storage, commons, number)?;
    take_parts(call.storage, commons, number, from, kept.round, count)?;
    give_parts(call.storage, commons, number, to, kept.round, count)?;
    let ledger = Ledger::open(call.storage, commons, call.now)?;
    let content = ledger.peek(call.storage, self::number(number))?;
    let units = entitlement::carried(content.account.banked, count, kept.parts);
    concentration::admit(call, &ledger, to, Good::Entitlement, units, Some(from))?;
    call.event(
        "pass_parts",
        &[
            ("commons", &commons),
            ("basket", &number),
            ("from", &from),
            ("to", &to),
            ("parts", &count),
        ],
    );
    Ok(())
}

/// A basket, as shown.
#[cw_serde]
pub struct BasketView {
    /// The quality.
    pub tier: Tier,
    /// Vintages at most so many epochs old.
    pub window: u16,
    /// The fee of redeeming in 1/10,000.
    pub fee_bps: u16,
    /// Parts in all.
    pub parts: Quantity,
    /// What is in it now.
    pub content: Quantity,
    /// By vintage, the oldest first.
    pub lots: Vec<LotView>,
    /// Parts of the person asked about.
    pub mine: Quantity,
}

/// Units of one epoch.
#[cw_serde]
pub struct LotView {
    /// The epoch that issued them.
    pub vintage: Id,
    /// How many.
    pub units: Quantity,
}

/// Answer to `basket`.
///
/// # Errors
/// No such basket.
pub fn shown(
    storage: &dyn Storage,
    commons: u64,
    number: u64,
    person: Option<u64>,
    now: u64,
) -> Result<BasketView, ContractError> {
    let mut kept = load(storage, commons, number)?;
    let ledger = Ledger::open(storage, commons, now)?;
    let content = ledger.peek(storage, self::number(number))?.account.banked;
    shrink(&mut kept.lots, content);
    let mine = match person {
        Some(person) => owned(storage, commons, number, person, kept.round)?,
        None => 0,
    };
    Ok(BasketView {
        tier: kept.tier,
        window: kept.window,
        fee_bps: kept.fee_bps,
        parts: Quantity::at_most(kept.parts),
        content: Quantity::at_most(content),
        lots: kept
            .lots
            .iter()
            .map(|lot| LotView {
                vintage: Id(lot.vintage),
                units: Quantity::at_most(lot.units),
            })
            .collect(),
        mine: Quantity::at_most(mine),
    })
}

/// Parts that a person has of a commons' baskets and that are worth something
/// or may be: basket and parts.
///
/// # Errors
/// Unreadable state.
pub fn of(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Vec<(u64, u128)>, ContractError> {
    let mut all = vec![];
    for number in 1..=MAX_BASKETS {
        let Some(kept) = basket(commons, number).may_load(storage)? else {
            break;
        };
        let count = owned(storage, commons, number, person, kept.round)?;
        if count > 0 {
            all.push((number, count));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lots(units: &[u128]) -> Vec<Lot> {
        (1..)
            .zip(units)
            .map(|(vintage, units)| Lot {
                vintage,
                units: *units,
            })
            .collect()
    }

    #[test]
    fn the_oldest_vintage_goes_first() {
        let mut all = lots(&[10, 20, 30]);
        oldest_first(&mut all, 15);
        assert_eq!(
            all.iter()
                .map(|lot| (lot.vintage, lot.units))
                .collect::<Vec<_>>(),
            [(2, 15), (3, 30)]
        );
    }

    #[test]
    fn a_content_that_shrinks_shrinks_every_vintage_and_leaves_less_than_a_unit_each() {
        let mut all = lots(&[10, 20, 31]);
        let dust = shrink(&mut all, 30);
        let left: u128 = all.iter().map(|lot| lot.units).sum();
        assert_eq!((left + dust, dust), (30, 2));
        assert_eq!(
            all.iter().map(|lot| lot.units).collect::<Vec<_>>(),
            [4, 9, 15]
        );
        assert_eq!(shrink(&mut all, 0), 0);
        assert!(all.is_empty());
    }
}
