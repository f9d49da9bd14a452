//! Readings: one counts of each seat, the last. Given at any time; a lower one
//! cuts the cap at once, a higher one waits for the next epoch.

use super::bonds;
use super::disputes;
use super::error::MonitorError;
use super::evidence;
use super::fitness;
use super::msg::Read;
use super::rules::Rules;
use super::seats;
use super::state::{self, Current, Fate, Held, Reading, Watch};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// For how many times a jury's time a bond must outlast the window of a
/// reading: its jury, an appeal, and one more for a start late in the window.
const JURIES: u64 = 3;

/// Until when a bond must be good for what can be disputed until then.
#[must_use]
pub fn answers_until(call: &Call<'_>, disputable: u64) -> u64 {
    let juries = u64::from(call.parameters.numbers.case_seconds).saturating_mul(JURIES);
    disputable.saturating_add(juries)
}

/// Whether the bond is there, and stays until then. Credit is asked; gives until
/// when it is good.
///
/// # Errors
/// It is not, with the numbers; credit does not answer.
pub fn bonded(
    call: &Call<'_>,
    commons: u64,
    held: &Held,
    rules: &Rules,
    needed: u64,
) -> Result<u64, ContractError> {
    if held.lay {
        return Ok(held.until);
    }
    let seat = seats::seat(call, commons, held.seat)?;
    let worth = bonds::worth(call, &seat.bonds)?;
    let until = worth.until(rules.kept());
    if until == 0 {
        return Err(MonitorError::BondMissing {
            left: worth.left(),
            least: rules.kept(),
        }
        .into());
    }
    if until < needed {
        return Err(MonitorError::BondShort { until, needed }.into());
    }
    Ok(until)
}

/// A monitor says how much there is.
///
/// # Errors
/// No seat, no standing, an interest, no bond, out of plausible bounds,
/// evidence used before.
pub fn read(call: &mut Call<'_>, asked: &Read) -> Result<(), ContractError> {
    let commons = asked.commons.0;
    let rules = super::open_rules(call.storage, commons)?;
    let sender = call.sender.clone();
    let person = fitness::sender(call, &sender)?.person.0;
    let mut watch = seats::watch(call, commons)?;
    let Some(held) = watch.seat_of(person).cloned() else {
        return Err(MonitorError::NoSeat { commons, person }.into());
    };
    let units = asked.quantity.units();
    if asked.quantity < rules.least || asked.quantity > rules.most {
        return Err(MonitorError::Implausible {
            quantity: units,
            least: rules.least.units(),
            most: rules.most.units(),
        }
        .into());
    }
    if held.lay && held.until <= call.now {
        return Err(MonitorError::NoSeat { commons, person }.into());
    }
    let hash = bounds::hash("evidence", asked.evidence.as_slice())?;
    let controllers = fitness::still(call, commons, &watch, &held)?;
    let needed = answers_until(call, call.now.saturating_add(rules.window.0));
    let until = bonded(call, commons, &held, &rules, needed)?;
    watch.readings = watch.readings.saturating_add(1);
    let number = watch.readings;
    evidence::spend(call.storage, &hash, commons, number)?;
    let reading = Reading {
        seat: held.seat,
        person,
        quantity: asked.quantity,
        extraction: asked.extraction,
        evidence: hash,
        at: call.now,
        fate: Fate::Stands,
    };
    state::reading(commons, number).save(call.storage, &reading);
    take_part(&mut watch, number, &reading);
    if let Some(own) = watch.held.iter_mut().find(|one| one.seat == held.seat) {
        (own.controllers, own.until) = (controllers, until);
    }
    watch.prune(call.now, rules.window.0);
    count(call, commons, held.seat, person)?;
    let value = watch.value(call.now, &rules);
    call.event(
        "reading",
        &[
            ("commons", &commons),
            ("seat", &held.seat),
            ("person", &person),
            ("reading", &number),
            ("quantity", &units),
            ("fresh", &value.readings),
        ],
    );
    disputes::consider(call, commons, &mut watch, &rules)?;
    state::watch(commons).save(call.storage, &watch);
    super::changed(call, commons)
}

/// The seat's last reading is this one now. A challenge of the one before goes
/// on about that, and no longer marks the seat's.
fn take_part(watch: &mut Watch, number: u64, reading: &Reading) {
    let current = Current {
        reading: number,
        seat: reading.seat,
        quantity: reading.quantity,
        extraction: reading.extraction,
        at: reading.at,
        overruled: false,
        confirmed: false,
        challenge: None,
    };
    watch.current.retain(|one| one.seat != reading.seat);
    let place = watch.current.partition_point(|one| one.seat < reading.seat);
    watch.current.insert(place, current);
}

fn count(call: &mut Call<'_>, commons: u64, number: u64, person: u64) -> Result<(), ContractError> {
    let mut seat = seats::seat(call, commons, number)?;
    seat.readings = seat.readings.saturating_add(1);
    seat.last = call.now;
    seat.short = None;
    state::seat(commons, number).save(call.storage, &seat);
    let key = state::service(commons, person);
    let mut service = key.may_load(call.storage)?.unwrap_or_default();
    service.readings = service.readings.saturating_add(1);
    key.save(call.storage, &service);
    let mut sums = state::sums().may_load(call.storage)?.unwrap_or_default();
    sums.readings = sums.readings.saturating_add(1);
    state::sums().save(call.storage, &sums);
    Ok(())
}
