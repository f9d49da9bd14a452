//! What must always hold, written once: the query, the tests and the auditor
//! judge with the same code.

use cosmwasm_std::Storage;
use mycel_kit::standard::{Invariant, Number};

use crate::book::{self, PER_PAGE};
use crate::error::ContractError;
use crate::round::{self, Round};
use crate::state::{self, Totals};

/// What the invariants speak of: sums that the contract keeps, and the round
/// that runs or was last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Books {
    /// Sums of obligations.
    pub totals: Totals,
    /// The clearing round that runs, else the last.
    pub round: Option<(u64, Round)>,
}

/// The books as the contract keeps them: four reads.
///
/// # Errors
/// Only for unreadable state.
pub fn read(storage: &dyn Storage) -> Result<Books, ContractError> {
    let number = match state::active_round().may_load(storage)? {
        Some(number) => Some(number),
        None => round::last_round().may_load(storage)?,
    };
    let round = match number {
        Some(number) => Some((number, round::round(number).load(storage)?)),
        None => None,
    };
    Ok(Books {
        totals: state::totals().load(storage)?,
        round,
    })
}

/// Σ owed from the obligations themselves: what an auditor compares with
/// [`Totals::outstanding`].
///
/// # Errors
/// Only for unreadable state.
pub fn recompute(storage: &dyn Storage) -> Result<i128, ContractError> {
    let end = state::counters().load(storage)?.obligation / PER_PAGE + 1;
    let mut sum = 0;
    book::walk(storage, 0, end, |_, page| {
        sum += page
            .amounts
            .iter()
            .map(|amount| i128::from(book::owed(*amount)))
            .sum::<i128>();
        Ok(true)
    })?;
    Ok(sum)
}

/// Judges every invariant that state alone can show. The others (a round
/// moves no net position, frozen roots are stable, native and Wasm agree) are
/// about steps and are tested.
#[must_use]
pub fn judge(books: &Books) -> Vec<Invariant> {
    let totals = &books.totals;
    let entry = |id: &str, sentence: &str, holds: bool, numbers: Vec<Number>| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    let best = books.round.as_ref().and_then(|(_, round)| round.best);
    let (gap, flow) = best.map_or((0, 0), |best| (best.gap, best.flow));
    let applied = books.round.as_ref().map_or(0, |(_, round)| round.applied);
    let ended = books.round.as_ref().is_some_and(|(_, round)| {
        matches!(
            round.stage,
            round::Stage::Closing { .. } | round::Stage::Done
        )
    });
    vec![
        entry(
            "CLEARING-1",
            "what was ever confirmed is owed, cleared, paid or cancelled",
            totals.confirmed
                == totals.outstanding + totals.cleared + totals.paid + totals.cancelled,
            vec![
                Number::new("confirmed", totals.confirmed),
                Number::new("outstanding", totals.outstanding),
                Number::new("cleared", totals.cleared),
                Number::new("paid", totals.paid),
                Number::new("cancelled", totals.cancelled),
            ],
        ),
        entry(
            "CLEARING-3",
            "a round takes off exactly what its certificate cleared, and no more before it ends",
            if ended {
                applied == flow
            } else {
                applied <= flow
            },
            vec![Number::new("applied", applied), Number::new("flow", flow)],
        ),
        entry(
            "CLEARING-4",
            "no sum is negative",
            [
                totals.outstanding,
                totals.confirmed,
                totals.cleared,
                totals.paid,
                totals.cancelled,
            ]
            .iter()
            .all(|sum| *sum >= 0),
            vec![],
        ),
        entry(
            "CLEARING-5",
            "the best certificate's gap is not negative",
            gap >= 0,
            vec![Number::new("gap", gap)],
        ),
    ]
}
