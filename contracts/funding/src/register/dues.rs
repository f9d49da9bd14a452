//! Dues: a share of what a proprietary entry brings in, owed to the commons.
//! The share is the entry's own, as when it was registered, rounded up.
//!
//! Payments go to the oldest report first. What is not paid in time is listed
//! as overdue, which is read off the time and never set: a debt lies in the
//! index under the time at which it, or its oldest unpaid report, is due.

use mycel_kit::Amount;

use super::record::{Debt, Entry, Report};
use super::{RegisterError, entries, share_up, state, sum, totals};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// Most reports of an entry that are not paid.
pub const MAX_UNPAID: u64 = 50;

/// Author: tells what an entry brought in.
///
/// # Errors
/// Not the author; commons by now; nothing; too many reports unpaid; evidence
/// that was used.
pub fn report(
    call: &mut Call<'_>,
    number: u64,
    revenue: Amount,
    evidence: &str,
) -> Result<(), ContractError> {
    let evidence = bounds::hash("evidence", evidence)?;
    let mut found = entries::own(call, number)?;
    entries::proprietary(&found, number, call.now)?;
    if revenue.is_zero() {
        return Err(RegisterError::NoRevenue.into());
    }
    let unpaid = found.reports - found.settled;
    if unpaid >= MAX_UNPAID {
        return Err(RegisterError::Unpaid {
            entry: number,
            reports: unpaid,
            owes: found.owes(),
        }
        .into());
    }
    entries::use_evidence(call, &evidence, number)?;
    let due = share_up(revenue.pico(), found.dues_bps);
    let before = found.owes();
    found.dues = sum(found.dues, due.into())?;
    found.reports += 1;
    let report = Report {
        at: call.now,
        revenue: revenue.pico(),
        due,
        due_by: call.now.saturating_add(found.dues_seconds.into()),
        so_far: found.dues,
        evidence,
    };
    state::report(number, found.reports).save(call.storage, &report);
    if before == 0 && due > 0 {
        found.settled = found.reports - 1;
        state::owed(report.due_by, Debt::Dues(number)).save(call.storage, &1);
        owing(call, found.author, true)?;
    }
    state::entry(number).save(call.storage, &found);
    let mut totals = totals(call)?;
    totals.dues = sum(totals.dues, due.into())?;
    state::totals().save(call.storage, &totals);
    call.event(
        "report_revenue",
        &[
            ("entry", &number),
            ("report", &found.reports),
            ("revenue", &revenue),
            ("due", &due),
            ("due_by", &report.due_by),
        ],
    );
    Ok(())
}

/// One entry more or fewer of an author's owes dues.
fn owing(call: &mut Call<'_>, author: u64, more: bool) -> Result<(), ContractError> {
    let key = state::person(author);
    let mut person = key.may_load(call.storage)?.unwrap_or_default();
    person.owing = match more {
        true => person.owing.saturating_add(1),
        false => person.owing.saturating_sub(1),
    };
    key.save(call.storage, &person);
    Ok(())
}

/// Notes that so much was paid, at most what is owed.
///
/// # Errors
/// Unreadable state.
pub fn paid(
    call: &mut Call<'_>,
    number: u64,
    mut found: Entry,
    amount: u64,
) -> Result<(), ContractError> {
    let Some(oldest) = unpaid(call, number, &found)? else {
        return Ok(());
    };
    state_remove(call, oldest.due_by, number);
    found.paid = sum(found.paid, amount.into())?;
    // at most MAX_UNPAID reports
    while found.settled < found.reports {
        let next = state::report(number, found.settled + 1).load(call.storage)?;
        if next.so_far > found.paid {
            break;
        }
        found.settled += 1;
    }
    match unpaid(call, number, &found)? {
        Some(next) => state::owed(next.due_by, Debt::Dues(number)).save(call.storage, &1),
        None => owing(call, found.author, false)?,
    }
    state::entry(number).save(call.storage, &found);
    let mut totals = totals(call)?;
    totals.dues_paid = sum(totals.dues_paid, amount.into())?;
    state::totals().save(call.storage, &totals);
    Ok(())
}

fn state_remove(call: &mut Call<'_>, due: u64, number: u64) {
    let key = state::owed(due, Debt::Dues(number));
    call.storage.remove(key.bytes());
}

/// The oldest report that is not wholly paid.
fn unpaid(call: &Call<'_>, number: u64, found: &Entry) -> Result<Option<Report>, ContractError> {
    if found.owes() == 0 {
        return Ok(None);
    }
    Ok(state::report(number, found.settled + 1).may_load(call.storage)?)
}
