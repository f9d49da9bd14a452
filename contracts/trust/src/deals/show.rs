//! Answers. Nothing is written.

use cosmwasm_std::{Order, Storage};
use mycel_kit::{Id, Seconds};

use super::ask::{DealView, DealsResponse, RatingView, RoomResponse};
use super::record::{Deal, Rating, Side, Stage};
use super::{caps, course, deal, state};
use crate::element::hex;
use crate::error::ContractError;
use crate::state::{fixed, parameters};

/// Deals on a page, most and the default.
pub const PAGE: u32 = 20;

fn rating(storage: &dyn Storage, dir: u8, side: &Side) -> Result<RatingView, ContractError> {
    let (sealed, dispute, period) = match &side.rating {
        Rating::Opened(sealed) => (Some(sealed), None, None),
        Rating::Disputed(sealed, dispute) => (Some(sealed), Some(dispute), None),
        Rating::Given(period) => (None, None, Some(*period)),
        Rating::Awaited | Rating::Dropped | Rating::Absent => (None, None, None),
    };
    let case = match dispute {
        Some(dispute) => state::asked(dispute.case).load(storage)?.case,
        None => None,
    };
    Ok(RatingView {
        dir,
        promised: side.promised.is_some(),
        rating: side.rating.name().to_owned(),
        c: sealed.map(|sealed| hex(&sealed.c)),
        ct: sealed.map(|sealed| hex(&sealed.ct)),
        due: sealed
            .filter(|_| dispute.is_none())
            .map(|sealed| Seconds(sealed.ticket.due)),
        period,
        case: case.map(Id),
        packed: dispute.map(|dispute| hex(&dispute.packed)),
        rho: dispute.map(|dispute| hex(&dispute.rho)),
    })
}

/// A deal as everyone may know it.
///
/// # Errors
/// Only for unreadable state.
pub fn view(storage: &dyn Storage, number: u64, one: &Deal) -> Result<DealView, ContractError> {
    let times = fixed().load(storage)?.clock.times;
    let window =
        (one.stage == Stage::Running).then(|| course::window(one, times.open_window.into()));
    Ok(DealView {
        deal: Id(number),
        element: hex(&one.element),
        a: Id(one.a),
        b: Id(one.b),
        k: hex(&one.k),
        key_a: one.keys[0],
        key_b: one.keys[1],
        r#ref: one.reference.clone(),
        weight: one.weight,
        stage: one.stage.name().to_owned(),
        offered: Seconds(one.offered),
        until: Seconds(one.until),
        opens: window.map(|(from, _)| Seconds(from)),
        closes: window.map(|(_, until)| Seconds(until)),
        ratings: vec![
            rating(storage, 0, &one.sides[0])?,
            rating(storage, 1, &one.sides[1])?,
        ],
    })
}

/// Answer to `deal`.
///
/// # Errors
/// [`DealError::UnknownDeal`](super::DealError::UnknownDeal).
pub fn one(storage: &dyn Storage, number: u64) -> Result<DealView, ContractError> {
    view(storage, number, &deal(storage, number)?)
}

/// Answer to `deals`: those of a person, by number.
///
/// # Errors
/// Only for unreadable state.
pub fn of(
    storage: &dyn Storage,
    person: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<DealsResponse, ContractError> {
    let most = limit.unwrap_or(PAGE).clamp(1, PAGE) as usize;
    let from = after.map_or(0, |Id(after)| after.saturating_add(1));
    let (start, end) = (
        state::deal_of(person, from),
        state::deal_of(person, u64::MAX),
    );
    let mut deals = vec![];
    let mut next = None;
    for raw in storage.range_keys(Some(start.bytes()), Some(end.bytes()), Order::Ascending) {
        if deals.len() == most {
            next = deals.last().map(|last: &DealView| last.deal);
            break;
        }
        let number = raw
            .get(raw.len().saturating_sub(8)..)
            .and_then(|tail| tail.try_into().ok())
            .map_or(0, u64::from_be_bytes);
        deals.push(one(storage, number)?);
    }
    Ok(DealsResponse { deals, next })
}

/// How many of a person's deals keep it here.
///
/// # Errors
/// Only for unreadable state.
pub fn open_items(storage: &dyn Storage, person: u64) -> Result<u32, ContractError> {
    Ok(state::open(person).may_load(storage)?.unwrap_or(0))
}

/// Answer to `room`.
///
/// # Errors
/// As [`caps::reach`].
pub fn room(
    storage: &dyn Storage,
    now: u64,
    a: u64,
    b: u64,
) -> Result<RoomResponse, ContractError> {
    let fixed = fixed().load(storage)?;
    let numbers = parameters().load(storage)?.numbers;
    let (first, last) = caps::reach(&fixed.clock, &numbers, now)?;
    let room = caps::room(
        storage,
        fixed.pair_cap,
        numbers.rater_cap,
        (a, b),
        (first, last),
    )?;
    Ok(RoomResponse {
        first,
        last,
        pair: Id(room.pair),
        rater_a: Id(room.a),
        rater_b: Id(room.b),
        open_a: open_items(storage, a)?,
        open_b: open_items(storage, b)?,
        open_most: numbers.open_deals,
    })
}
