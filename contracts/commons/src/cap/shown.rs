//! Answers about epochs.

use cosmwasm_std::Storage;
use mycel_kit::{Amount, Id, Seconds};

use super::ask::{CapResponse, CutView, EpochView, EpochsResponse, StabiliserView};
use super::record::{Closing, Epoch};
use super::state;
use super::{CapError, opening, plan};
use crate::error::ContractError;
use crate::policies::Policies;
use crate::quantity::Quantity;
use crate::{market, registry, rights};

/// Most epochs of a page, and the default.
const PAGE: u32 = 50;

/// One epoch.
///
/// # Errors
/// Only for unreadable state.
pub fn view(storage: &dyn Storage, epoch: &Epoch) -> Result<EpochView, ContractError> {
    let ended = match epoch.closing {
        Some(closing) => closing,
        None => {
            let sums = rights::sums(storage, epoch.commons, epoch.number)?;
            Closing {
                at: epoch.closes,
                harvested: sums.harvested,
                overage: sums.overage,
                retired: sums.retired,
                price: market::median_price(storage, epoch.commons)?.map(|price| price.pico()),
            }
        }
    };
    let cuts = epoch.cuts.iter().map(|cut| CutView {
        num: cut.num,
        den: cut.den,
        at: Seconds(cut.at),
        why: cut.why.name().to_owned(),
    });
    Ok(EpochView {
        number: Id(epoch.number),
        opens: Seconds(epoch.opens),
        closes: Seconds(epoch.closes),
        open: epoch.is_open(),
        status: epoch.basis.name().to_owned(),
        stock: epoch.stock,
        median: epoch.median,
        low: epoch.low,
        most: epoch.most,
        opened: epoch.opened,
        cap: epoch.cap,
        tac: epoch.tac,
        regenerated: epoch.regenerated,
        banked: epoch.banked,
        banked_in: epoch.banked_in,
        budgets: epoch.budgets,
        withheld: epoch.withheld,
        released: epoch.released,
        cuts: cuts.collect(),
        harvested: Quantity::at_most(ended.harvested),
        overage: Quantity::at_most(ended.overage),
        retired: Quantity::at_most(ended.retired),
        price: ended.price.and_then(Amount::new),
    })
}

/// A page of epochs, for plots.
///
/// # Errors
/// No such commons.
pub fn epochs(
    storage: &dyn Storage,
    commons: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<EpochsResponse, ContractError> {
    registry::commons(storage, commons)?;
    let last = state::last(commons).may_load(storage)?.unwrap_or(0);
    let from = after.map_or(0, |Id(after)| after).min(last);
    let end = from
        .saturating_add(limit.unwrap_or(PAGE).clamp(1, PAGE).into())
        .min(last);
    let mut epochs = vec![];
    for number in from.saturating_add(1)..=end {
        epochs.push(view(
            storage,
            &state::epoch(commons, number).load(storage)?,
        )?);
    }
    Ok(EpochsResponse {
        epochs,
        next: (end < last).then_some(Id(end)),
    })
}

/// One epoch by number.
///
/// # Errors
/// No such epoch.
pub fn epoch(storage: &dyn Storage, commons: u64, number: u64) -> Result<EpochView, ContractError> {
    let found = state::epoch(commons, number).may_load(storage)?;
    let unknown = CapError::UnknownEpoch {
        commons,
        epoch: number,
        last: state::last(commons).may_load(storage)?.unwrap_or(0),
    };
    view(storage, &found.ok_or(unknown)?)
}

/// What the cap of a commons follows, now.
///
/// # Errors
/// No such commons.
pub fn cap(
    policies: &dyn Policies,
    storage: &dyn Storage,
    commons: u64,
    now: u64,
) -> Result<CapResponse, ContractError> {
    let rules = registry::rules(storage, commons)?;
    let latest = state::last_epoch(storage, commons)?;
    let seen = opening::seen(storage, commons, now)?;
    let (low, most) = match &seen {
        Some(seen) => plan::nature_by(policies, &rules.cap, seen),
        None => (Quantity::ZERO, Quantity::ZERO),
    };
    let look = state::due(commons).may_load(storage)?;
    let reserve = state::reserve(commons)
        .may_load(storage)?
        .unwrap_or_default();
    Ok(CapResponse {
        epoch: latest.map(|epoch| view(storage, &epoch)).transpose()?,
        status: seen.map_or("none", |seen| seen.basis.name()).to_owned(),
        stock: seen.map_or(Quantity::ZERO, |seen| seen.stock),
        low,
        most,
        look: look.filter(|due| *due < u64::MAX).map(Seconds),
        stabiliser: rules.cap.stabiliser.map(|band| StabiliserView {
            band,
            reserve: Quantity::at_most(reserve.units),
            withheld: Quantity::at_most(reserve.withheld),
            released: Quantity::at_most(reserve.released),
            invalid: Quantity::at_most(reserve.invalid),
        }),
    })
}
