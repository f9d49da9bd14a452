//! What must always hold of this part.

use cosmwasm_std::{Order, Storage};
use mycel_kit::standard::{Invariant, Number};

use super::state::{self, Counts, Judged, State};
use crate::error::ContractError;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let counts = state::counts().may_load(storage)?.unwrap_or_default();
    Ok(vec![Invariant {
        id: "ORDER-1".to_owned(),
        sentence:
            "a measure is lifted or before a jury at most once, and an accusation judged once"
                .to_owned(),
        holds: counts.lifted.saturating_add(counts.appealed) <= counts.measures
            && counts.accusations_open <= counts.accusations,
        numbers: vec![
            Number::new("measures", counts.measures),
            Number::new("lifted", counts.lifted),
            Number::new("appealed", counts.appealed),
            Number::new("accusations", counts.accusations),
            Number::new("accusations_open", counts.accusations_open),
        ],
    }])
}

/// The counts from the raw records. For tests and auditors, as it walks all.
///
/// # Errors
/// Only for unreadable state.
pub fn recount(storage: &dyn Storage) -> Result<Counts, ContractError> {
    let mut counts = Counts::default();
    let (start, end) = (state::measure(0), state::measure(u64::MAX));
    for (_, raw) in storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending) {
        let one = start.decode(&raw)?;
        counts.measures += 1;
        counts.lifted += u64::from(one.state == State::Lifted);
        counts.appealed += u64::from(one.state == State::Appealed);
    }
    let (start, end) = (state::accusation(0), state::accusation(u64::MAX));
    for (_, raw) in storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending) {
        let one = start.decode(&raw)?;
        counts.accusations += 1;
        counts.accusations_open += u64::from(one.judged == Judged::Open);
    }
    Ok(counts)
}
