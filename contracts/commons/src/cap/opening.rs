//! Epochs close and open.

use cosmwasm_std::Storage;

use super::plan::{self, Capped, Last, Seen, Wanted};
use super::record::{Allotment, Basis, Closing, Epoch};
use super::state;
use crate::agenda::{self, Part, Task, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::monitors;
use crate::quantity::Quantity;
use crate::registry::{self, Status};
use crate::{market, regeneration, rights};

/// Task: look at a commons' epoch.
pub const LOOK: u8 = 1;
/// Units of work that an end takes: seats are looked at, and what waits.
const CLOSING: u32 = 10;
/// Units of work that an opening takes, beside one for each child.
const OPENING: u32 = 8;
/// Seconds until a commons is looked at again that waits for readings or for
/// its parent. A reading, or the parent's opening, does not wait for it.
const AGAIN: u64 = 3_600;

/// Looks at a commons' epoch then, instead of when it was to be.
pub fn schedule(call: &mut Call<'_>, commons: u64, due: u64) {
    state::due(commons).save(call.storage, &due);
    let task = Task {
        part: Part::Cap,
        kind: LOOK,
        commons,
        argument: 0,
    };
    agenda::at(call, due, task);
}

/// What monitors say; `None` where nothing was ever read, or nothing counts any more.
///
/// # Errors
/// Only for unreadable state.
pub fn seen(storage: &dyn Storage, commons: u64, now: u64) -> Result<Option<Seen>, ContractError> {
    let value = monitors::value(storage, commons, now)?;
    Ok(value.map(|value| Seen {
        stock: value.counts,
        median: value.median,
        range: value.range,
        basis: match value.status {
            monitors::Status::Fresh => Basis::Fresh,
            monitors::Status::Disputed => Basis::Disputed,
            monitors::Status::Stale => Basis::Stale,
        },
    }))
}

/// The task: closes what is over, opens what can open.
///
/// # Errors
/// Unreadable state.
pub fn look(call: &mut Call<'_>, commons: u64, units: &mut u32) -> Result<Worked, ContractError> {
    let due = state::due(commons).may_load(call.storage)?;
    if due.is_none_or(|due| call.now < due) {
        // another task is put down for it
        return Ok(Worked::Done);
    }
    match state::last_epoch(call.storage, commons)? {
        Some(epoch) if epoch.is_open() && call.now < epoch.closes => {
            Ok(later(call, commons, epoch.closes))
        }
        Some(epoch) if epoch.is_open() => {
            if *units < CLOSING {
                return Ok(Worked::Waiting { needs: CLOSING });
            }
            *units -= CLOSING;
            close(call, epoch)?;
            Ok(Worked::Again(call.now))
        }
        last => {
            if registry::commons(call.storage, commons)?.status != Status::Open {
                state::due(commons).save(call.storage, &u64::MAX);
                registry::turn(call, commons)?;
                return Ok(Worked::Done);
            }
            let children = registry::budgets(call.storage, commons)?;
            let needs = OPENING.saturating_add(u32::try_from(children.len()).unwrap_or(u32::MAX));
            if *units < needs {
                return Ok(Worked::Waiting { needs });
            }
            *units -= needs;
            let again = open(call, commons, last.as_ref(), &children)?;
            Ok(later(call, commons, again))
        }
    }
}

fn later(call: &mut Call<'_>, commons: u64, due: u64) -> Worked {
    state::due(commons).save(call.storage, &due);
    Worked::Again(due)
}

fn close(call: &mut Call<'_>, mut epoch: Epoch) -> Result<(), ContractError> {
    let (commons, number) = (epoch.commons, epoch.number);
    let sums = rights::sums(call.storage, commons, number)?;
    epoch.closing = Some(Closing {
        at: call.now,
        harvested: sums.harvested,
        overage: sums.overage,
        retired: sums.retired,
        price: market::median_price(call.storage, commons)?.map(|price| price.pico()),
    });
    state::epoch(commons, number).save(call.storage, &epoch);
    let mut totals = state::totals().may_load(call.storage)?.unwrap_or_default();
    totals.closed += 1;
    state::totals().save(call.storage, &totals);
    regeneration::epoch_closed(call, commons)?;
    call.event(
        "epoch_closed",
        &[
            ("commons", &commons),
            ("epoch", &number),
            ("cap", &epoch.cap),
            ("harvested", &sums.harvested),
            ("overage", &sums.overage),
        ],
    );
    Ok(())
}

/// What a child may take now, and of which epoch of its parent.
struct Budget {
    epoch: u64,
    closes: u64,
    units: Quantity,
}

/// `Err(then)`: the parent has no epoch for it yet; look again then.
fn budget(
    storage: &dyn Storage,
    commons: u64,
    parent: u64,
    last: Option<&Epoch>,
    now: u64,
) -> Result<Result<Budget, u64>, ContractError> {
    let again = now.saturating_add(AGAIN);
    let Some(above) = state::last_epoch(storage, parent)? else {
        return Ok(Err(again));
    };
    let used = last.is_some_and(|last| last.parent_epoch >= above.number);
    if used || !above.is_open() || above.closes <= now {
        return Ok(Err(again));
    }
    let allotted = state::allotment(commons).may_load(storage)?;
    let Some(allotted) = allotted.filter(|allotted| allotted.epoch == above.number) else {
        return Ok(Err(above.closes.max(again)));
    };
    Ok(Ok(Budget {
        epoch: above.number,
        closes: above.closes,
        units: plan::budget(above.cap, allotted.ppm),
    }))
}

/// Opens an epoch if it can; gives when to look again.
fn open(
    call: &mut Call<'_>,
    commons: u64,
    last: Option<&Epoch>,
    children: &[(u64, u32)],
) -> Result<u64, ContractError> {
    let now = call.now;
    let budget = match registry::commons(call.storage, commons)?.parent {
        None => None,
        Some(parent) => match budget(call.storage, commons, parent, last, now)? {
            Ok(budget) => Some(budget),
            Err(then) => return Ok(then),
        },
    };
    // what was decided counts from this opening on, if it is one
    let coming = registry::state::next_rules(commons).may_load(call.storage)?;
    let decided = coming.is_some();
    let rules = match coming {
        Some(coming) => coming,
        None => registry::rules(call.storage, commons)?,
    };
    let seen = seen(call.storage, commons, now)?;
    // monitors have the grace that they could know
    let grace = u64::from(registry::rules(call.storage, commons)?.cap.grace_seconds);
    let patient = last.map_or(u64::MAX, |last| last.closes.saturating_add(grace));
    let before = last.map(|last| Last {
        cap: last.cap,
        from: plan::rises_from(last),
        most: last.most,
    });
    let within = budget.as_ref().map(|budget| budget.units);
    let late = now >= patient;
    let capped = plan::cap_by(call.policies, &rules.cap, seen, before, within, late);
    let Some(capped) = capped else {
        call.event("epoch_waits", &[("commons", &commons), ("until", &patient)]);
        let again = now.saturating_add(AGAIN);
        return Ok(if patient > now {
            again.min(patient)
        } else {
            again
        });
    };
    // by the rules that were in force: what was decided takes no bond of who kept them
    monitors::close(call, commons)?;
    registry::turn(call, commons)?;
    if decided {
        monitors::lot_wanted(call, commons)?;
    }
    let closes = match &budget {
        Some(budget) => budget.closes,
        None => closes(last, now, rules.epoch_seconds.into()),
    };
    let banked = match last {
        Some(last) => rights::sums(call.storage, commons, last.number)?.aside,
        None => 0,
    };
    let mut reserve = state::reserve(commons)
        .may_load(call.storage)?
        .unwrap_or_default();
    let wanted = Wanted {
        children: children.iter().map(|(_, ppm)| *ppm).collect(),
        banked: Quantity::at_most(banked),
        waiting: regeneration::waiting(call.storage, commons)?,
        regeneration_bps: rules.regeneration.most_bps,
        reserve: Quantity::at_most(reserve.units),
    };
    let issue = plan::issue(&rules.cap, &capped, &wanted);
    let supported = seen.is_some_and(|seen| seen.basis == Basis::Fresh);
    let epoch = Epoch {
        commons,
        number: last.map_or(0, |last| last.number) + 1,
        opens: now,
        closes,
        basis: seen.map_or(Basis::Stale, |seen| seen.basis),
        // where nothing is left of readings, what was relied on last is
        stock: seen
            .map(|seen| seen.stock)
            .or(last.map(|last| last.stock))
            .unwrap_or_default(),
        median: seen.map_or(Quantity::ZERO, |seen| seen.median),
        low: capped.low,
        most: capped.most,
        opened: capped.cap,
        cap: capped.cap,
        budgets: issue.budgets,
        tac: issue.tac,
        regenerated: issue.regenerated,
        banked: wanted.banked,
        banked_in: issue.banked_in,
        withheld: issue.withheld,
        released: issue.released,
        base: base(seen.as_ref(), last, capped.cap),
        doubted: (!supported).then_some(now),
        own: Quantity::at_most(
            issue.tac.units() + issue.regenerated.units() + issue.banked_in.units(),
        ),
        parent_epoch: budget.as_ref().map_or(0, |budget| budget.epoch),
        cuts: vec![],
        closing: None,
    };
    reserve.units = issue.reserve.units();
    reserve.withheld += issue.withheld.units();
    reserve.released += issue.released.units();
    reserve.invalid += issue.invalid.units();
    if rules.cap.stabiliser.is_some() {
        state::reserve(commons).save(call.storage, &reserve);
    }
    state::last(commons).save(call.storage, &epoch.number);
    state::epoch(commons, epoch.number).save(call.storage, &epoch);
    count(call, &epoch, before, &capped, &issue, within)?;
    for (child, ppm) in children {
        let allotment = Allotment {
            epoch: epoch.number,
            ppm: *ppm,
        };
        state::allotment(*child).save(call.storage, &allotment);
        schedule(call, *child, now);
    }
    regeneration::epoch_opened(call, commons, epoch.number, issue.regenerated)?;
    rights::epoch_opened(call, commons)?;
    market::epoch_opened(call, commons, epoch.number)?;
    told(call, &epoch);
    Ok(closes)
}

/// What the cap would be without a doubt: that of the epoch before, as far as
/// readings that are disputed lower it. A stale opening is meant to tighten.
fn base(seen: Option<&Seen>, last: Option<&Epoch>, cap: Quantity) -> Quantity {
    let disputed = seen.is_some_and(|seen| seen.basis == Basis::Disputed);
    last.filter(|_| disputed)
        .map_or(cap, |last| cap.max(last.base))
}

/// When the epoch closes: on the calendar of the one before, so that a late
/// opening shortens its epoch and moves no season.
fn closes(last: Option<&Epoch>, now: u64, length: u64) -> u64 {
    let length = length.max(1);
    let start = last.map_or(now, |last| last.closes);
    let passed = now.saturating_sub(start) / length;
    start.saturating_add(length.saturating_mul(passed.saturating_add(1)))
}

fn count(
    call: &mut Call<'_>,
    epoch: &Epoch,
    before: Option<Last>,
    capped: &Capped,
    issue: &plan::Issue,
    budget: Option<Quantity>,
) -> Result<(), ContractError> {
    let mut totals = state::totals().may_load(call.storage)?.unwrap_or_default();
    totals.epochs += 1;
    if epoch.basis == Basis::Stale {
        totals.stale += 1;
        let tightens = before.is_some_and(|last| epoch.cap < last.cap || epoch.cap.is_zero());
        totals.tightened += u64::from(tightens);
    }
    totals.most += capped.most.units();
    totals.caps += epoch.cap.units();
    totals.tac += issue.tac.units();
    totals.regenerated += issue.regenerated.units();
    totals.banked += issue.banked_in.units();
    totals.budgets += issue.budgets.units();
    totals.withheld += issue.withheld.units();
    totals.released += issue.released.units();
    totals.invalid += issue.invalid.units();
    totals.reserves = totals.withheld - totals.released - totals.invalid;
    if let Some(budget) = budget {
        totals.children += epoch.cap.units();
        totals.allotted += budget.units();
    }
    state::totals().save(call.storage, &totals);
    Ok(())
}

fn told(call: &mut Call<'_>, epoch: &Epoch) {
    call.event(
        "epoch_opened",
        &[
            ("commons", &epoch.commons),
            ("epoch", &epoch.number),
            ("closes", &epoch.closes),
            ("status", &epoch.basis.name()),
            ("stock", &epoch.stock),
            ("low", &epoch.low),
            ("cap", &epoch.cap),
            ("tac", &epoch.tac),
            ("regenerated", &epoch.regenerated),
            ("banked_in", &epoch.banked_in),
            ("budgets", &epoch.budgets),
        ],
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_opening_shortens_its_epoch_and_moves_no_season() {
        let mut last = None;
        assert_eq!(closes(last.as_ref(), 1_000, 100), 1_100);
        last = Some(Epoch {
            closes: 1_100,
            ..super::super::record::tests::epoch()
        });
        assert_eq!(closes(last.as_ref(), 1_100, 100), 1_200);
        assert_eq!(closes(last.as_ref(), 1_199, 100), 1_200);
        assert_eq!(closes(last.as_ref(), 1_450, 100), 1_500);
        assert_eq!(closes(last.as_ref(), u64::MAX, 100), u64::MAX);
    }
}
