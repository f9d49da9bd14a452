//! Payments. Before a hold is used credit is asked what is left of it: holds
//! decay, and may have been released after their longest age; so no payment
//! fails, and an account that was closed is credit's to judge: what it would
//! get goes to the commons.
//!
//! Between gathering and paying the pool's holds decay a little more. What is
//! left of all that is for projects is shared among those that are not paid
//! yet in proportion to their parts: none is last and short. The rest of each
//! hold goes back to its sponsor.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use mycel_kit::Id;
use mycel_kit::peers::credit::Resolution;
use mycel_kit::wide::mul;

use super::course::go_on;
use super::open::amount;
use super::record::{Course, Project, Round, Stage, Status};
use super::{control, give, project, projects, sponsors, state};
use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// Units of a project that gets matching: its address, its record, a capture.
const MATCH: u32 = 3;
/// Units of a contribution: what is left of it, its capture.
const SETTLE: u32 = 3;
/// Units of a project the first time that a piece pays it.
const PAYEE: u32 = 2;

/// floor(a · b / c); 0 where c is.
fn share(a: u128, b: u128, c: u128) -> u128 {
    match c {
        0 => 0,
        // at most b where a ≤ c
        _ => u128::try_from(mul(a, b) / mycel_kit::wide::U256::from(c)).unwrap_or(u128::MAX),
    }
}

/// Projects from the place `from` on get their matching.
pub(super) fn matching(
    call: &mut Call<'_>,
    number: u64,
    mut course: Course,
    from: u16,
    units: u32,
) -> Result<Worked, ContractError> {
    let parts = state::parts(number).load(call.storage)?;
    let key = state::sponsors(number);
    let mut pool = key.may_load(call.storage)?.unwrap_or_default();
    let needs = 1 + pool.len() as u32 + MATCH; // at most 20 sponsors
    if units < needs {
        return Ok(Worked::Needs(needs));
    }
    let mut used = needs - MATCH;
    for sponsor in &mut pool {
        let left = call
            .hold(sponsor.hold)?
            .map_or(0, |hold| hold.amount.pico());
        let quota = share(left.into(), sponsor.quota.into(), sponsor.left.into());
        // at most what is left, as the quota is of what was left
        sponsor.quota = u64::try_from(quota).unwrap_or(u64::MAX).min(left);
        sponsor.left = left;
    }
    let mut all: u128 = pool.iter().map(|one| u128::from(one.quota)).sum();
    let mut totals = state::totals().load(call.storage)?;
    let mut items = vec![];
    let mut at = from;
    while let Some(part) = parts.get(usize::from(at)) {
        if part.matching > 0 {
            if used + MATCH > units {
                break;
            }
            used += MATCH;
            let gets = share(part.matching, all, course.unmatched).min(all);
            course.unmatched -= part.matching;
            all -= gets;
            let mut paid = project(call.storage, number, part.project.into())?;
            let to = control::address(call, paid.payee)?;
            let mut rest = gets;
            for sponsor in &mut pool {
                let take = u128::from(sponsor.quota).min(rest);
                if take == 0 {
                    continue;
                }
                rest -= take;
                let pico = take as u64; // at most a quota
                sponsor.quota -= pico;
                sponsor.left -= pico;
                sponsor.taken += pico;
                items.push(Resolution::Capture {
                    hold: Id(sponsor.hold),
                    amount: amount(take)?,
                    to: to.clone(),
                });
            }
            for flow in [&mut course.pool, &mut totals.pool] {
                flow.open -= gets;
                flow.paid += gets;
            }
            paid.matching = part.matching;
            paid.matched = gets;
            state::project(number, part.project).save(call.storage, &paid);
            call.event(
                "matching",
                &[
                    ("round", &number),
                    ("project", &part.project),
                    ("amount", &gets),
                ],
            );
        }
        at += 1;
    }
    used += items.len().saturating_sub(usize::from(at - from)) as u32; // a project from two holds
    call.resolve(&items);
    key.save(call.storage, &pool);
    state::totals().save(call.storage, &totals);
    course.stage = match usize::from(at) < parts.len() {
        true => Stage::Matching(at),
        false => Stage::Returning(0),
    };
    Ok(go_on(call, number, &course, used.min(units)))
}

/// Sponsors from `from` on get back what is left.
pub(super) fn sponsors_back(
    call: &mut Call<'_>,
    number: u64,
    mut course: Course,
    from: u8,
    units: u32,
) -> Result<Worked, ContractError> {
    const EACH: u32 = 2;
    if units < EACH {
        return Ok(Worked::Needs(EACH));
    }
    let key = state::sponsors(number);
    let mut pool = key.may_load(call.storage)?.unwrap_or_default();
    let mut items = vec![];
    let mut used = 0;
    let mut at = from;
    while let Some(sponsor) = pool.get_mut(usize::from(at)) {
        if used + EACH > units {
            break;
        }
        used += EACH;
        items.extend(sponsors::release(call, number, &mut course, sponsor)?);
        at += 1;
    }
    call.resolve(&items);
    let cancelled = course.stage.cancelled();
    course.stage = match (usize::from(at) < pool.len(), cancelled) {
        (true, true) => Stage::Releasing(at),
        (true, false) => Stage::Returning(at),
        (false, true) => Stage::Refunding(0),
        (false, false) => Stage::Settling(0),
    };
    key.save(call.storage, &pool);
    Ok(go_on(call, number, &course, used.max(1)))
}

/// Contributions from `from` on: to their projects, or back.
pub(super) fn settle(
    call: &mut Call<'_>,
    number: u64,
    mut course: Course,
    from: u32,
    units: u32,
) -> Result<Worked, ContractError> {
    let needs = SETTLE + PAYEE;
    if units < needs {
        return Ok(Worked::Needs(needs));
    }
    let refund = course.stage.cancelled();
    let mut payees: BTreeMap<u16, (Project, String)> = BTreeMap::new();
    let mut totals = state::totals().load(call.storage)?;
    let mut items = vec![];
    let mut used = 0;
    let mut at = from;
    while at < course.holds && used + needs <= units {
        let key = state::held(number, at);
        let held = key.load(call.storage)?;
        call.storage.remove(key.bytes()); // settled once, before credit is told
        used += SETTLE;
        let came = u128::from(held.amount);
        let left = call
            .hold(held.hold)?
            .map(|hold| u128::from(hold.amount.pico()));
        let mut to = None;
        if !refund {
            let (found, address) = match payees.entry(held.project) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    used += PAYEE;
                    let found = project(call.storage, number, held.project.into())?;
                    let address = control::address(call, found.payee)?;
                    new.insert((found, address))
                }
            };
            if found.status == Status::Admitted {
                found.direct += left.unwrap_or(0);
                to = Some(address.clone());
            }
        }
        for flow in [&mut course.given, &mut totals.given] {
            flow.open -= came;
            match (left, &to) {
                (None, _) => flow.expired += came,
                (Some(left), Some(_)) => flow.paid += left,
                (Some(left), None) => flow.back += left,
            }
            flow.decayed += left.map_or(0, |left| came - left);
        }
        if let Some(left) = left {
            items.push(match to {
                Some(to) => Resolution::Capture {
                    hold: Id(held.hold),
                    amount: amount(left)?,
                    to,
                },
                None => Resolution::Release {
                    hold: Id(held.hold),
                },
            });
        }
        course.open_holds -= 1;
        totals.holds -= 1;
        give::staked(call, held.person, -1)?;
        at += 1;
    }
    for (place, (found, _)) in payees {
        state::project(number, place).save(call.storage, &found);
    }
    call.resolve(&items);
    state::totals().save(call.storage, &totals);
    course.stage = match (at < course.holds, refund) {
        (true, true) => Stage::Refunding(at),
        (true, false) => Stage::Settling(at),
        (false, cancelled) => Stage::Closing {
            project: 1,
            cancelled,
        },
    };
    let settled = at - from;
    call.event(
        if refund { "refunded" } else { "settled" },
        &[("round", &number), ("contributions", &settled)],
    );
    Ok(go_on(call, number, &course, used.max(1)))
}

/// Payees from the project `from` on have nothing more to come; at last who
/// opened the round may open another.
pub(super) fn close(
    call: &mut Call<'_>,
    number: u64,
    found: &Round,
    mut course: Course,
    from: u16,
    cancelled: bool,
    units: u32,
) -> Result<Worked, ContractError> {
    let mut used = 1;
    let mut at = from;
    while at <= course.projects && used <= units {
        let one = project(call.storage, number, at.into())?;
        if one.status != Status::Withdrawn {
            projects::owed(call, one.payee, -1)?;
        }
        used += 1;
        at += 1;
    }
    if at <= course.projects {
        course.stage = Stage::Closing {
            project: at,
            cancelled,
        };
        return Ok(go_on(call, number, &course, used.min(units)));
    }
    if found.opener != 0 {
        call.storage.remove(state::own_round(found.opener).bytes());
    }
    course.stage = match cancelled {
        true => Stage::Cancelled,
        false => Stage::Done,
    };
    state::course(number).save(call.storage, &course);
    let name = course.stage.name();
    call.event("round_over", &[("round", &number), ("stage", &name)]);
    Ok(Worked::Done {
        units: used.min(units),
        next: None,
    })
}
