//! What the register and the dividend hold about a member, for the export.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;
use mycel_kit::Id;

use super::ask::{EntryView, one};
use super::state;
use crate::dividend;
use crate::error::ContractError;

/// Entries that one page looks at.
const LOOKED: u64 = 50;

/// What is known of a member beside rounds.
#[cw_serde]
#[derive(Default)]
pub struct RegisterExport {
    /// The last deposit of the dividend that it claimed or had no part in.
    pub claimed_up_to: Id,
    /// Its entries that owe dues.
    pub owing: u32,
    /// Restorations that it has not paid.
    pub restorations: u32,
    /// Its questions that wait for juries.
    pub cases: u32,
    /// Its entries among those that this page looked at.
    pub entries: Vec<EntryView>,
    /// Entries among these that it reported to have built.
    pub built: Vec<Id>,
}

/// A page; the mark of the next.
///
/// # Errors
/// Unreadable state.
pub fn page(
    storage: &dyn Storage,
    person: u64,
    after: u64,
    now: u64,
) -> Result<(RegisterExport, Option<u64>), ContractError> {
    let known = state::person(person).may_load(storage)?.unwrap_or_default();
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    let claimed = dividend::state::mark(person).may_load(storage)?;
    let mut answer = RegisterExport {
        claimed_up_to: Id(claimed.unwrap_or(0)),
        owing: known.owing,
        restorations: known.restorations,
        cases: known.cases,
        ..RegisterExport::default()
    };
    let to = totals.entries.min(after.saturating_add(LOOKED));
    for number in after.saturating_add(1)..=to {
        let entry = one(storage, number, now)?;
        if entry.author == Id(person) {
            answer.entries.push(entry);
        }
        if state::built(number, person).exists(storage) {
            answer.built.push(Id(number));
        }
    }
    Ok((answer, (to < totals.entries).then_some(to)))
}
