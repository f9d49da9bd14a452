//! Entries go that are folded and four periods older than the last one that is.
//! C commits to sums as they were when that one came in, however long ago: whoever
//! has the seed alone, and no backup that opens, adds up just what stays here.

use cosmwasm_std::Storage;

use super::state;
use super::{EMPTY_STATE, count, of_person};
use crate::agenda::Worked;
use crate::call::Call;
use crate::error::ContractError;

/// For how many periods an entry counts.
pub const PERIODS: u32 = 4;

/// Removes what is old of a person's mailbox, an entry a unit.
///
/// # Errors
/// Only for unreadable state.
pub fn work(call: &mut Call<'_>, person: u64, left: u32) -> Result<Worked, ContractError> {
    let done = |units, next| Ok(Worked::Done { units, next });
    let Some(mut mailbox) = of_person(call.storage, person)? else {
        return done(0, None);
    };
    let before = mailbox.cleaned;
    let mut next = None;
    if before >= mailbox.folded {
        return done(0, None);
    }
    // after a reset C is empty, and what was received before opens nothing
    let last = match mailbox.state == EMPTY_STATE {
        true => call.period(),
        false => {
            state::entry(person, mailbox.folded - 1)
                .load(call.storage)?
                .period
        }
    };
    while mailbox.cleaned < mailbox.folded {
        let key = state::entry(person, mailbox.cleaned);
        let old_in = key.load(call.storage)?.period.saturating_add(PERIODS);
        if old_in > last {
            // else the next fold says when
            if mailbox.state == EMPTY_STATE {
                next = Some(call.fixed.clock.period_start(old_in));
            }
            break;
        }
        if mailbox.cleaned - before >= left {
            next = Some(call.now);
            break;
        }
        call.storage.remove(key.bytes());
        mailbox.cleaned += 1;
    }
    let units = mailbox.cleaned - before;
    if units > 0 {
        state::mailbox(person).save(call.storage, &mailbox);
        count(call.storage, |totals| {
            totals.cleaned = totals.cleaned.saturating_add(u64::from(units));
        })?;
    }
    done(units, next)
}

/// Whether entries of this period are kept of a mailbox: folded or not, whoever
/// opens them needs the records of their deals.
///
/// # Errors
/// Only for unreadable state.
pub fn keeps(storage: &dyn Storage, person: u64, period: u32) -> Result<bool, ContractError> {
    match of_person(storage, person)? {
        Some(one) if one.cleaned < one.entries => {
            let oldest = state::entry(person, one.cleaned).load(storage)?;
            Ok(oldest.period <= period)
        }
        _ => Ok(false),
    }
}
