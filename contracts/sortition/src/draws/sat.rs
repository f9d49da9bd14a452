//! Who sat when: nobody sits more often running than the parameter says.
//!
//! Terms are running while less than a rest lies between them. A person who
//! has sat `in_a_row` times running volunteers again after a rest; one who was
//! drawn in two draws at once gets no seat in the second beyond that.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::Key;

use super::error::DrawError;
use super::state;
use crate::error::ContractError;
use crate::parameters::Numbers;

/// Terms that are kept of a person: more than can ever be running.
const KEPT: usize = 16;

/// When a person sat.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sat {
    /// The last terms, oldest first.
    pub terms: Vec<Term>,
    /// The most terms that ever ran.
    pub longest: u32,
}

/// One term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Term {
    /// The draw.
    pub draw: u64,
    /// When the seat was given.
    pub at: u64,
    /// The how-many-th running.
    pub run: u32,
}

/// When a person sat.
#[must_use]
pub fn sat(person: u32) -> Key<Sat> {
    Key::new(b'i', &person.to_be_bytes())
}

impl Sat {
    /// How many terms run at a time.
    #[must_use]
    pub fn run(&self, rest: u32, now: u64) -> u32 {
        self.terms
            .last()
            .filter(|last| now.saturating_sub(last.at) < u64::from(rest))
            .map_or(0, |last| last.run)
    }
}

/// Whether a person may sit now.
///
/// # Errors
/// [`DrawError::Rests`].
pub fn may_sit(
    storage: &dyn Storage,
    numbers: &Numbers,
    now: u64,
    person: u32,
) -> Result<(), ContractError> {
    let Some(sat) = sat(person).may_load(storage)? else {
        return Ok(());
    };
    let run = sat.run(numbers.rest_seconds, now);
    if run < numbers.in_a_row {
        return Ok(());
    }
    let last = sat.terms.last().map_or(0, |last| last.at);
    let from = last.saturating_add(numbers.rest_seconds.into());
    Err(DrawError::Rests { person, run, from }.into())
}

/// A person takes a seat.
///
/// # Errors
/// Only for unreadable state.
pub fn sits(
    storage: &mut dyn Storage,
    numbers: &Numbers,
    now: u64,
    person: u32,
    draw: u64,
) -> Result<(), ContractError> {
    let mut kept = sat(person).may_load(storage)?.unwrap_or_default();
    let run = kept.run(numbers.rest_seconds, now).saturating_add(1);
    if kept.terms.len() >= KEPT {
        kept.terms.remove(0);
    }
    kept.terms.push(Term { draw, at: now, run });
    kept.longest = kept.longest.max(run);
    sat(person).save(storage, &kept);
    let mut totals = state::load_totals(storage)?;
    totals.longest = totals.longest.max(run);
    state::totals().save(storage, &totals);
    Ok(())
}

/// A person gives the seat back: it was no term.
///
/// # Errors
/// Only for unreadable state.
pub fn does_not_sit(
    storage: &mut dyn Storage,
    person: u32,
    draw: u64,
) -> Result<(), ContractError> {
    let mut kept = sat(person).may_load(storage)?.unwrap_or_default();
    let Some(place) = kept.terms.iter().position(|term| term.draw == draw) else {
        return Ok(());
    };
    let gone = kept.terms.remove(place);
    let mut before = gone.run;
    for term in kept.terms.iter_mut().skip(place) {
        if term.run != before.saturating_add(1) {
            break;
        }
        before = term.run;
        term.run -= 1;
    }
    sat(person).save(storage, &kept);
    Ok(())
}
