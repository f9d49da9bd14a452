//! A lower value, or a smaller budget, cuts an open epoch at once.

use super::cut::{self, Used};
use super::plan;
use super::record::{Basis, Cut, Epoch, Why};
use super::state;
use super::{opening, schedule};
use crate::agenda::{self, Part, Task, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::{registry, rights};

/// Task: a child's budget may have shrunk with the parent's epoch of this number.
pub const BUDGET: u8 = 2;
/// Units of work that a cut takes, beside one for each child.
const CUTTING: u32 = 3;

/// What monitors say of a commons may have changed: an open epoch is cut, one
/// that waits may open. Whoever changes readings calls it.
///
/// # Errors
/// Only for unreadable state.
pub fn heard(call: &mut Call<'_>, commons: u64) -> Result<(), ContractError> {
    let epoch = state::last_epoch(call.storage, commons)?;
    let Some(mut epoch) = epoch.filter(Epoch::is_open) else {
        // where it is looked at anyway, as many readings as anybody likes put
        // down no second task
        let due = state::due(commons).may_load(call.storage)?;
        if due.is_none_or(|due| due > call.now) {
            schedule(call, commons, call.now);
        }
        return Ok(());
    };
    let Some(seen) = opening::seen(call.storage, commons, call.now)? else {
        return Ok(());
    };
    let rules = registry::rules(call.storage, commons)?;
    let (_, most) = plan::nature_by(call.policies, &rules.cap, &seen);
    if seen.basis != Basis::Fresh {
        if most < epoch.cap {
            epoch.doubted = Some(call.now);
        }
    } else if most < epoch.base {
        epoch.base = most;
        if most >= epoch.cap {
            state::epoch(commons, epoch.number).save(call.storage, &epoch);
        }
    }
    lower(call, epoch, most, Why::Reading)
}

/// A jury about readings that lowered a cap has spoken: the next rise begins at
/// what the cap would have been without them, as far as nature allows so much by
/// what it let `stand`. Where it let nothing stand the lower ones were right. At
/// once: no later dispute makes more of it.
///
/// # Errors
/// Only for unreadable state.
pub fn judged(
    call: &mut Call<'_>,
    commons: u64,
    stand: Option<Quantity>,
) -> Result<(), ContractError> {
    let last = state::last_epoch(call.storage, commons)?;
    let Some(mut epoch) = last.filter(|epoch| epoch.doubted.is_some()) else {
        return Ok(());
    };
    let rules = registry::rules(call.storage, commons)?.cap;
    let believed = stand.map(|stock| call.policies.most(&rules.harvest, stock).min(stock));
    epoch.base = epoch.base.min(believed.unwrap_or_default()).max(epoch.cap);
    epoch.doubted = None;
    state::epoch(commons, epoch.number).save(call.storage, &epoch);
    Ok(())
}

/// The task of a child whose parent's cap was cut.
///
/// # Errors
/// Only for unreadable state.
pub fn budget(
    call: &mut Call<'_>,
    commons: u64,
    parent_epoch: u64,
    units: &mut u32,
) -> Result<Worked, ContractError> {
    let children = registry::budgets(call.storage, commons)?.len();
    let needs = CUTTING.saturating_add(u32::try_from(children).unwrap_or(u32::MAX));
    if *units < needs {
        return Ok(Worked::Waiting { needs });
    }
    *units -= needs;
    let epoch = state::last_epoch(call.storage, commons)?
        .filter(|epoch| epoch.is_open() && epoch.parent_epoch == parent_epoch);
    let parent = registry::commons(call.storage, commons)?.parent;
    let (Some(epoch), Some(parent)) = (epoch, parent) else {
        return Ok(Worked::Done);
    };
    let above = state::epoch(parent, parent_epoch).load(call.storage)?;
    let allotted = state::allotment(commons).may_load(call.storage)?;
    let ppm = allotted
        .filter(|allotted| allotted.epoch == parent_epoch)
        .map_or(0, |allotted| allotted.ppm);
    lower(call, epoch, plan::budget(above.cap, ppm), Why::Budget)?;
    Ok(Worked::Done)
}

/// Cuts an open epoch's cap to a lower one.
fn lower(
    call: &mut Call<'_>,
    mut epoch: Epoch,
    to: Quantity,
    why: Why,
) -> Result<(), ContractError> {
    let Some(cap) = cut::lowered(epoch.opened, epoch.cap, to, epoch.cuts.len()) else {
        return Ok(());
    };
    let (commons, number, before) = (epoch.commons, epoch.number, epoch.cap);
    let mut children = vec![];
    for (child, _) in registry::budgets(call.storage, commons)? {
        let allotted = state::allotment(child).may_load(call.storage)?;
        if let Some(allotted) = allotted.filter(|allotted| allotted.epoch == number) {
            children.push((child, allotted.ppm));
        }
    }
    let shares: Vec<u32> = children.iter().map(|(_, ppm)| *ppm).collect();
    let own = cap.less(plan::budgets(cap, &shares));
    let sums = rights::sums(call.storage, commons, number)?;
    let used = Used {
        harvested: sums.harvested,
        retired: sums.retired,
        overage: sums.overage,
    };
    epoch.cap = cap;
    // all of it
    let (mut num, mut den) = (epoch.own, epoch.own);
    if own < epoch.own {
        let share = cut::share(epoch.own, own, &used);
        epoch.own = share.own;
        (num, den) = (share.num, share.den);
    }
    // each is counted, also where nothing is outstanding or all is children's:
    // that bounds how often they hear of it
    epoch.cuts.push(Cut {
        num,
        den,
        at: call.now,
        why,
    });
    state::epoch(commons, number).save(call.storage, &epoch);
    let mut totals = state::totals().may_load(call.storage)?.unwrap_or_default();
    totals.cuts += 1;
    state::totals().save(call.storage, &totals);
    for (child, _) in children {
        let task = Task {
            part: Part::Cap,
            kind: BUDGET,
            commons: child,
            argument: number,
        };
        agenda::at(call, call.now, task);
    }
    call.event(
        "cap_cut",
        &[
            ("commons", &commons),
            ("epoch", &number),
            ("from", &before),
            ("to", &cap),
            ("why", &why.name()),
        ],
    );
    Ok(())
}
