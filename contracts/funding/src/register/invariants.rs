//! What must always hold of the register.

use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;
use mycel_kit::standard::{Invariant, Number};

use super::record::{Entry, Matter, Progress, Restoration, Totals};
use super::state;
use crate::error::ContractError;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    let entry = |id: &str, sentence: &str, holds, numbers| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    Ok(vec![
        entry(
            "REGISTER-1",
            "no more dues and no more restoration were paid than were owed",
            totals.dues_paid <= totals.dues && totals.restoration_paid <= totals.restoration,
            vec![
                Number::new("dues", totals.dues),
                Number::new("dues_paid", totals.dues_paid),
                Number::new("restoration", totals.restoration),
                Number::new("restoration_paid", totals.restoration_paid),
            ],
        ),
        entry(
            "REGISTER-2",
            "no more rewards were paid than were earned",
            totals.rewarded <= totals.earned && totals.spent_funds <= totals.funds,
            vec![
                Number::new("earned", totals.earned),
                Number::new("rewarded", totals.rewarded),
            ],
        ),
    ])
}

/// The sums made anew from the records. For tests and auditors.
///
/// # Errors
/// What does not hold.
pub fn recompute(storage: &dyn Storage) -> Result<(), String> {
    let text = |why: mycel_kit::key::StateError| why.to_string();
    let totals = state::totals()
        .may_load(storage)
        .map_err(text)?
        .unwrap_or_default();
    let mut seen = Totals {
        entries: totals.entries,
        matters: totals.matters,
        funds: totals.funds,
        spent_funds: totals.spent_funds,
        ..Totals::default()
    };
    let mut overdue = 0;
    for number in 1..=totals.entries {
        let found: Entry = state::entry(number).load(storage).map_err(text)?;
        seen.dues += found.dues;
        seen.dues_paid += found.paid;
        seen.earned += found.earned();
        seen.rewarded += found.rewarded;
        let mut dues = 0;
        for report in 1..=found.reports {
            let kept = state::report(number, report).load(storage).map_err(text)?;
            dues += u128::from(kept.due);
            if kept.so_far != dues || (report <= found.settled) != (kept.so_far <= found.paid) {
                return Err(format!("report {report} of entry {number}: {kept:?}"));
            }
        }
        if dues != found.dues || found.paid > found.dues || found.rewarded > found.accrued {
            return Err(format!("entry {number}: {found:?}"));
        }
        overdue += usize::from(found.owes() > 0);
    }
    for number in 1..=totals.matters {
        let matter = state::matter(number).may_load(storage).map_err(text)?;
        if let Some(Matter::Case(case)) = matter {
            seen.open_cases += u64::from(case.progress == Progress::Open);
            if case.progress == Progress::Asked {
                return Err(format!("matter {number} never reached its jury"));
            }
        }
        let owed: Option<Restoration> =
            state::restoration(number).may_load(storage).map_err(text)?;
        if let Some(owed) = owed {
            seen.restoration += u128::from(owed.amount);
            seen.restoration_paid += u128::from(owed.paid);
            overdue += usize::from(owed.paid < owed.amount);
        }
    }
    let listed = storage
        .range_keys(Some(b"go"), Some(b"gp"), Order::Ascending)
        .count();
    if listed != overdue {
        return Err(format!("{listed} debts are listed of {overdue}"));
    }
    let mut cases = 0;
    for (raw, value) in storage.range(Some(b"ga"), Some(b"gb"), Order::Ascending) {
        let person = Key::<super::record::Person>::new(raw[0], &raw[1..]);
        cases += u64::from(person.decode(&value).map_err(text)?.cases);
    }
    if cases != totals.open_cases {
        return Err(format!(
            "{cases} questions are counted of {}",
            totals.open_cases
        ));
    }
    if seen == totals {
        Ok(())
    } else {
        Err(format!("sums {totals:?} of {seen:?}"))
    }
}
