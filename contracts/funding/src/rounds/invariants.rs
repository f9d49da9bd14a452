//! What rounds promise, judged by the kept sums alone.

use cosmwasm_std::Storage;
use mycel_kit::standard::{Invariant, Number};

use super::record::Flow;
use super::state;
use crate::error::ContractError;

fn flow(id: &str, sentence: &str, flow: &Flow) -> Invariant {
    Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds: flow.adds_up(),
        numbers: vec![
            Number::new("came", flow.came),
            Number::new("open", flow.open),
            Number::new("paid", flow.paid),
            Number::new("back", flow.back),
            Number::new("decayed", flow.decayed),
            Number::new("expired", flow.expired),
        ],
    }
}

/// Judges the kept sums.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    Ok(vec![
        flow(
            "FUNDING-1",
            "contributions that came are open, paid, back, decayed or expired, to the unit",
            &totals.given,
        ),
        flow(
            "FUNDING-2",
            "pools that came are open, paid, back, decayed or expired, to the unit",
            &totals.pool,
        ),
        Invariant {
            id: "FUNDING-3".to_owned(),
            sentence: "matching and what is returned are the pool exactly".to_owned(),
            holds: totals.matching + totals.returned == totals.gathered,
            numbers: vec![
                Number::new("gathered", totals.gathered),
                Number::new("matching", totals.matching),
                Number::new("returned", totals.returned),
            ],
        },
        Invariant {
            id: "FUNDING-4".to_owned(),
            sentence: "projects are paid at most what the pools matched and what was given"
                .to_owned(),
            holds: totals.pool.paid <= totals.matching && totals.given.paid <= totals.given.came,
            numbers: vec![
                Number::new("pool_paid", totals.pool.paid),
                Number::new("matching", totals.matching),
                Number::new("given_paid", totals.given.paid),
                Number::new("given", totals.given.came),
            ],
        },
        Invariant {
            id: "FUNDING-5".to_owned(),
            sentence: "no hold is open where no money is".to_owned(),
            holds: totals.holds > 0 || (totals.given.open == 0 && totals.pool.open == 0),
            numbers: vec![
                Number::new("holds", totals.holds),
                Number::new("open", totals.given.open + totals.pool.open),
            ],
        },
    ])
}
