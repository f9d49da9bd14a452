//! What must always hold of this part.

use cosmwasm_std::{Order, Storage};
use mycel_kit::standard::{Invariant, Number};

use super::budgets::{PPM, budgets};
use super::state::{self, Status};
use crate::error::ContractError;

/// Most commons that [`judge`] looks at.
const MAX_JUDGED: u64 = 200;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let founded = state::founded().may_load(storage)?.unwrap_or(0);
    let (mut most, mut differ) = (0, 0u64);
    for number in 1..=founded.min(MAX_JUDGED) {
        let commons = state::commons(number).load(storage)?;
        let (mut sum, mut open) = (0u64, 0u32);
        for (child, ppm) in budgets(storage, number)? {
            sum = sum.saturating_add(ppm.into());
            let child = state::commons(child).load(storage)?;
            open = open.saturating_add(u32::from(child.status != Status::Closed));
        }
        most = most.max(sum);
        let kept = (u64::from(commons.budgets_ppm), commons.children);
        differ = differ.saturating_add(u64::from(kept != (sum, open)));
    }
    Ok(vec![Invariant {
        id: "REGISTRY-1".to_owned(),
        sentence: "what children may take never exceeds their parent's cap".to_owned(),
        holds: most <= PPM.into() && differ == 0,
        numbers: vec![
            Number::new("commons", founded),
            Number::new("most_ppm", most),
            Number::new("sums_that_differ", differ),
        ],
    }])
}

/// The counts of a commons from its raw records: (enrolled, places). For tests
/// and auditors, as it walks all.
///
/// # Errors
/// Only for unreadable state.
pub fn recount(storage: &dyn Storage, commons: u64) -> Result<(u32, u32), ContractError> {
    let (start, end) = (
        state::enrolment(commons, 0),
        state::enrolment(commons.saturating_add(1), 0),
    );
    let (mut enrolled, mut places) = (0u32, 0u32);
    for (_, raw) in storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending) {
        let one = start.decode(&raw)?;
        enrolled = enrolled.saturating_add(u32::from(one.is_current()));
        places = places.saturating_add(u32::from(one.place.is_some()));
    }
    Ok((enrolled, places))
}
