//! What must always hold of the dividend.

use cosmwasm_std::Storage;
use mycel_kit::standard::{Invariant, Number};

use super::state::{self, Totals};
use crate::error::ContractError;

/// Judges what the kept sums can show.
///
/// # Errors
/// Only for unreadable state.
pub fn judge(storage: &dyn Storage) -> Result<Vec<Invariant>, ContractError> {
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    Ok(vec![Invariant {
        id: "DIVIDEND-1".to_owned(),
        sentence:
            "what came in as dividend was claimed, went back to the commons or lies in its holds"
                .to_owned(),
        holds: totals.deposited == totals.claimed + totals.released + totals.left,
        numbers: vec![
            Number::new("deposited", totals.deposited),
            Number::new("claimed", totals.claimed),
            Number::new("released", totals.released),
            Number::new("left", totals.left),
        ],
    }])
}

/// The sums made anew from the deposits, and whether each deposit can still pay
/// every share that nobody claimed. For tests and auditors.
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
        deposits: totals.deposits,
        ended: totals.ended,
        carry: totals.carry,
        released: totals.released,
        ..Totals::default()
    };
    for number in 1..=totals.deposits {
        let deposit = state::deposit(number).load(storage).map_err(text)?;
        seen.index += u128::from(deposit.share);
        seen.deposited += u128::from(deposit.amount);
        seen.claimed += u128::from(deposit.share) * u128::from(deposit.claims);
        seen.left += u128::from(deposit.left);
        if deposit.index != seen.index {
            return Err(format!(
                "index of deposit {number}: {} of {}",
                deposit.index, seen.index
            ));
        }
        if deposit.claims > deposit.members {
            return Err(format!(
                "deposit {number} was claimed by more than were members"
            ));
        }
        if number <= totals.ended && !deposit.ended {
            return Err(format!("deposit {number} has not ended"));
        }
        if deposit.ended {
            if deposit.left != deposit.lent {
                return Err(format!("deposit {number} ended with {}", deposit.left));
            }
            continue;
        }
        let open = u64::from(deposit.members - deposit.claims) * deposit.share;
        let carried = deposit.carried.map_or(0, |(_, unused)| unused);
        if deposit.left - deposit.lent + carried < open {
            return Err(format!("deposit {number} cannot pay {open}"));
        }
        if let Some((lender, unused)) = deposit.carried {
            let lender = state::deposit(lender).load(storage).map_err(text)?;
            if lender.lent != unused || lender.left < unused {
                return Err(format!(
                    "deposit {number} was lent {unused} that are not there"
                ));
            }
        }
    }
    if seen == totals {
        Ok(())
    } else {
        Err(format!("sums {totals:?} of {seen:?}"))
    }
}
