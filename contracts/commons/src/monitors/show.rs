//! Answers.

use cosmwasm_std::{HexBinary, Storage, Uint128};
use mycel_kit::median::{Even, median};
use mycel_kit::peers::commons::{Freshness, Reading as Feed};
use mycel_kit::{Id, Seconds};

use super::ask::{
    CurrentView, DisputeView, DisputesResponse, HeldView, Kept, LotView, MonitorsResponse,
    ReadingView, ReadingsResponse, SeatView, SeatsResponse, TurnView, ValueView,
};
use super::lot;
use super::prediction::prediction;
use super::rules::Rules;
use super::seats::for_organisations;
use super::state::{self, About, Current, Fate, Seat, Watch};
use super::value::Status;
use crate::cap;
use crate::cases;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry::show::{first, page};

/// Records looked at for a page of an export.
const LOOKS: u64 = 50;

fn watch(storage: &dyn Storage, commons: u64) -> Result<Watch, ContractError> {
    Ok(state::watch(commons).may_load(storage)?.unwrap_or_default())
}

/// The feed: epoch, lowest, what counts as the median, and whether it may be
/// relied on. Nothing was read: nothing, stale.
///
/// # Errors
/// No such commons.
pub fn feed(storage: &dyn Storage, commons: u64, now: u64) -> Result<Feed, ContractError> {
    super::rules(storage, commons)?;
    let epoch = cap::state::last_epoch(storage, commons)?.map_or(0, |epoch| epoch.number);
    let value = super::value(storage, commons, now)?;
    let units = |quantity: Quantity| Uint128::new(quantity.units());
    Ok(match value {
        None => Feed {
            epoch: Id(epoch),
            low: Uint128::zero(),
            median: Uint128::zero(),
            status: Freshness::Stale,
        },
        Some(value) => Feed {
            epoch: Id(epoch),
            low: units(value.low),
            median: units(value.median),
            status: match value.status {
                Status::Fresh => Freshness::Fresh,
                Status::Disputed => Freshness::Disputed,
                Status::Stale => Freshness::Stale,
            },
        },
    })
}

fn current(watch: &Watch, one: &Current, now: u64, window: u64) -> CurrentView {
    CurrentView {
        reading: Id(one.reading),
        quantity: one.quantity,
        at: Seconds(one.at),
        fresh: watch.is_fresh(one, now, window),
        overruled: one.overruled,
        confirmed: one.confirmed,
        challenge: one.challenge.map(Id),
    }
}

fn view(
    storage: &dyn Storage,
    commons: u64,
    watch: &Watch,
    rules: &Rules,
    now: u64,
) -> Result<Option<ValueView>, ContractError> {
    let Some(value) = super::value(storage, commons, now)? else {
        return Ok(None);
    };
    let fresh = |one: &&Current| watch.is_fresh(one, now, rules.window.0);
    let taken: Vec<Quantity> = watch
        .current
        .iter()
        .filter(fresh)
        .filter_map(|one| one.extraction)
        .collect();
    Ok(Some(ValueView {
        counts: value.counts,
        low: value.low,
        median: value.median,
        range: Quantity::at_most(value.range.around(value.counts.units())),
        status: value.status.name().to_owned(),
        readings: value.readings,
        quorum: rules.quorum.into(),
        extraction: median(&taken, Even::Higher),
    }))
}

/// Answer to `monitors`.
///
/// # Errors
/// No such commons.
pub fn monitors(
    storage: &dyn Storage,
    commons: u64,
    now: u64,
) -> Result<MonitorsResponse, ContractError> {
    let rules = super::rules(storage, commons)?;
    let watch = watch(storage, commons)?;
    let mut held = Vec::with_capacity(watch.held.len());
    for one in &watch.held {
        let seat = state::seat(commons, one.seat).load(storage)?;
        let reading = watch.reading(one.seat);
        held.push(HeldView {
            seat: Id(one.seat),
            person: Id(one.person),
            lay: one.lay,
            since: Seconds(seat.since),
            until: Seconds(one.until),
            reading: reading.map(|reading| current(&watch, reading, now, rules.window.0)),
        });
    }
    let lot = watch.lot.as_ref().map(|lot| LotView {
        drawn: lot
            .drawn
            .iter()
            .map(|person| TurnView {
                person: Id(*person),
                from: lot.turn_of(*person).map(Seconds),
            })
            .collect(),
        until: Seconds(lot.until),
    });
    let of = for_organisations(&rules, &watch);
    let free = of.saturating_sub(watch.count(false));
    Ok(MonitorsResponse {
        value: view(storage, commons, &watch, &rules, now)?,
        seats: held,
        free: u32::try_from(free).unwrap_or(u32::MAX),
        lots: u32::try_from(lot::wanted(&watch, &rules)).unwrap_or(u32::MAX),
        lot,
        dispute: watch.dispute.map(|open| Id(open.dispute)),
        prediction: prediction(storage, commons, &watch, &rules, now)?,
    })
}

fn seat_view(number: u64, seat: &Seat) -> SeatView {
    SeatView {
        seat: Id(number),
        person: Id(seat.person),
        lay: seat.lay,
        since: Seconds(seat.since),
        bonds: seat.bonds.iter().copied().map(Id).collect(),
        short: seat.short.map(Seconds),
        readings: seat.readings,
        disputed: seat.disputed,
        ended: seat.ended.map(|(at, _)| Seconds(at)),
        why: seat.ended.map(|(_, why)| why.name().to_owned()),
        forfeited: seat.forfeited,
    }
}

/// The numbers of a page among `last` that begin at 1, and where it ends.
fn numbers(after: Option<Id>, limit: Option<u32>, last: u64) -> (std::ops::Range<u64>, Option<Id>) {
    let from = first(after).max(1);
    let end = from
        .saturating_add(page(limit) as u64)
        .min(last.saturating_add(1));
    let next = (end <= last).then(|| Id(end.saturating_sub(1)));
    (from..end, next)
}

/// Answer to `seats`.
///
/// # Errors
/// Only for unreadable state.
pub fn seats(
    storage: &dyn Storage,
    commons: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<SeatsResponse, ContractError> {
    let (range, next) = numbers(after, limit, watch(storage, commons)?.seats);
    let seats = range
        .map(|number| {
            let seat = state::seat(commons, number).load(storage)?;
            Ok(seat_view(number, &seat))
        })
        .collect::<Result<_, ContractError>>()?;
    Ok(SeatsResponse { seats, next })
}

fn reading_view(
    storage: &dyn Storage,
    commons: u64,
    number: u64,
) -> Result<ReadingView, ContractError> {
    let reading = state::reading(commons, number).load(storage)?;
    let dispute = match reading.fate {
        Fate::Stands => None,
        Fate::Refuted(dispute)
        | Fate::Overruled(dispute)
        | Fate::Confirmed(dispute)
        | Fate::SetAside(dispute) => Some(Id(dispute)),
    };
    Ok(ReadingView {
        reading: Id(number),
        seat: Id(reading.seat),
        person: Id(reading.person),
        quantity: reading.quantity,
        extraction: reading.extraction,
        evidence: HexBinary::from(&reading.evidence),
        at: Seconds(reading.at),
        fate: reading.fate.name().to_owned(),
        dispute,
    })
}

/// Answer to `readings`.
///
/// # Errors
/// Only for unreadable state.
pub fn list(
    storage: &dyn Storage,
    commons: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<ReadingsResponse, ContractError> {
    let (range, next) = numbers(after, limit, watch(storage, commons)?.readings);
    let readings = range
        .map(|number| reading_view(storage, commons, number))
        .collect::<Result<_, ContractError>>()?;
    Ok(ReadingsResponse { readings, next })
}

/// One dispute.
///
/// # Errors
/// No such dispute.
pub fn dispute(storage: &dyn Storage, number: u64) -> Result<DisputeView, ContractError> {
    let dispute = super::disputes::dispute(storage, number)?;
    let case = match dispute.case {
        Some(case) => cases::asked(storage, case)?.case,
        None => None,
    };
    let (by, reasons) = match dispute.about {
        About::Challenge { by, reasons } => (Some(Id(by)), Some(HexBinary::from(&reasons))),
        About::Spread | About::Rise => (None, None),
    };
    let names = |of: &[(u64, u64)]| of.iter().map(|(reading, _)| Id(*reading)).collect();
    Ok(DisputeView {
        dispute: Id(number),
        commons: Id(dispute.commons),
        about: dispute.about.name().to_owned(),
        by,
        reasons,
        accused: names(&dispute.accused),
        others: names(&dispute.others),
        opened: Seconds(dispute.opened),
        case: case.map(Id),
        outcome: dispute.ended.map(|(_, how)| how.name().to_owned()),
        ended: dispute.ended.map(|(at, _)| Seconds(at)),
    })
}

/// Answer to `disputes`: of all commons, by number.
///
/// # Errors
/// Only for unreadable state.
pub fn disputes(
    storage: &dyn Storage,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<DisputesResponse, ContractError> {
    let sums = state::sums().may_load(storage)?.unwrap_or_default();
    let (range, next) = numbers(after, limit, sums.disputes);
    let disputes = range
        .map(|number| dispute(storage, number))
        .collect::<Result<_, ContractError>>()?;
    Ok(DisputesResponse { disputes, next })
}

/// How many readings a person gave.
///
/// # Errors
/// Only for unreadable state.
pub fn readings(storage: &dyn Storage, commons: u64, person: u64) -> Result<u32, ContractError> {
    let service = state::service(commons, person).may_load(storage)?;
    Ok(service.map_or(0, |service| service.readings))
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
    let mut items = vec![];
    let places = state::places(commons, person).may_load(storage)?;
    for number in places.unwrap_or_default() {
        let seat = state::seat(commons, number).load(storage)?;
        items.push(match seat.ended {
            None => format!("commons {commons}: monitor's seat {number}; leave it"),
            Some(_) => format!(
                "commons {commons}: bond of seat {number}; it comes back when its readings can no longer be disputed"
            ),
        });
    }
    if let Some(dispute) = state::challenge(commons, person).may_load(storage)? {
        items.push(format!(
            "commons {commons}: challenge {dispute}; its jury decides"
        ));
    }
    Ok(items)
}

/// A page of what is kept about a person in a commons, and where it ended:
/// first what it did in all, then seats, then readings, walked by number.
///
/// # Errors
/// Only for unreadable state.
pub fn export(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    after: Option<u64>,
) -> Result<(Vec<Kept>, Option<u64>), ContractError> {
    let watch = watch(storage, commons)?;
    let mut kept = vec![];
    if after.is_none()
        && let Some(service) = state::service(commons, person).may_load(storage)?
    {
        kept.push(Kept::Service {
            readings: service.readings,
            refuted: service.refuted,
            challenges: service.challenges,
        });
    }
    // seats are places 1 to s, readings s + 1 to s + r
    let last = watch.seats.saturating_add(watch.readings);
    let from = after.unwrap_or(0);
    let end = from.saturating_add(LOOKS).min(last);
    for place in from.saturating_add(1)..=end {
        if let Some(number) = place.checked_sub(watch.seats).filter(|number| *number > 0) {
            let reading = reading_view(storage, commons, number)?;
            if reading.person.0 == person {
                kept.push(Kept::Reading(reading));
            }
        } else {
            let seat = state::seat(commons, place).load(storage)?;
            if seat.person == person {
                kept.push(Kept::Seat(seat_view(place, &seat)));
            }
        }
    }
    Ok((kept, (end < last).then_some(end)))
}
