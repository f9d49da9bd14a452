//! Terms: within one a person passes once, whatever it does to its key.
//!
//! A key that was set on the day a term opened, or later, does not count in it:
//! so a new key gives no second nullifier while the term runs, however long. Nor
//! does a key that was given up before that day: no older root is taken.

use cosmwasm_std::{QuerierWrapper, Storage};
use mycel_bindings::MycelQuery;
use mycel_kit::Id;
use mycel_kit::peers::pull;
use mycel_kit::peers::trust::{ConsumerQuery, GateTerm, Term};

use super::error::GateError;
use super::state;
use crate::error::ContractError;
use crate::times::Clock;

/// A term of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its number.
    pub number: u64,
    /// When it opened.
    pub opens: u64,
}

/// The term of a gate with terms of so many seconds, at a time.
#[must_use]
pub const fn of_time(seconds: u64, time: u64) -> Running {
    let seconds = if seconds == 0 { 1 } else { seconds };
    let number = time / seconds;
    Running {
        number,
        opens: number * seconds,
    }
}

/// When a term of the consumer's opened: once anybody passed in it, what the
/// consumer said then; before, what it says now.
///
/// # Errors
/// A term that the consumer does not know, or no answer.
pub fn of_consumer(
    storage: &dyn Storage,
    querier: QuerierWrapper<'_, MycelQuery>,
    gate: u64,
    consumer: &str,
    term: u64,
) -> Result<u64, ContractError> {
    if let Some(opens) = state::term(gate, term).may_load(storage)? {
        return Ok(opens);
    }
    let question = ConsumerQuery::GateTerm {
        gate: Id(gate),
        term: term.to_string(),
    };
    let answer: GateTerm = pull(querier, "consumer", consumer, &question)?;
    Ok(answer.opens.0)
}

/// The last day on which a key that counts in a term was set: the day before
/// the one on which it opened.
///
/// # Errors
/// [`GateError::NoCutoff`]: it opened on the first day, or before.
pub fn cutoff(clock: &Clock, opens: u64) -> Result<u32, GateError> {
    let day = clock.day_of(opens);
    day.checked_sub(1).ok_or(GateError::NoCutoff { day })
}

/// Refuses a root from before the day on which the term opened: a key that was
/// given up since is still in it, and the one that took its place on the day
/// before counts, too. From that day on each person has one of them.
///
/// # Errors
/// [`GateError::Term`].
pub fn settled(gate: u64, clock: &Clock, opens: u64, slot_start: u64) -> Result<(), GateError> {
    if slot_start >= clock.day_start(clock.day_of(opens)) {
        return Ok(());
    }
    Err(GateError::Term {
        gate,
        why: "opened on a day that began after this slot; name a later slot",
    })
}

/// Whether a gate may have these terms: a day at least, so that each has a
/// cutoff of its own; ten years at most.
///
/// # Errors
/// [`GateError::Term`].
pub fn check(gate: u64, term: Term, day: u32) -> Result<(), GateError> {
    const MOST: u64 = 10 * 366 * 86_400;
    match term {
        Term::Action {} => Ok(()),
        Term::Seconds(seconds) if (u64::from(day)..=MOST).contains(&seconds.0) => Ok(()),
        Term::Seconds(_) => Err(GateError::Term {
            gate,
            why: "is of less than a day, or more than ten years",
        }),
    }
}

#[cfg(test)]
mod tests {
    use mycel_kit::Seconds;

    use super::*;
    use crate::times::Times;

    const DAY: u64 = 86_400;

    #[test]
    fn a_key_counts_that_was_set_before_the_day_on_which_the_term_opened() {
        let clock = Clock {
            begun: 1_000,
            times: Times::default(),
        };
        let opens = |day: u64, second: u64| 1_000 + day * DAY + second;
        assert_eq!(cutoff(&clock, opens(7, 0)), Ok(6));
        assert_eq!(cutoff(&clock, opens(7, DAY - 1)), Ok(6));
        assert_eq!(cutoff(&clock, opens(8, 0)), Ok(7));
        for early in [0, 999, opens(0, 0), opens(0, DAY - 1)] {
            assert_eq!(cutoff(&clock, early), Err(GateError::NoCutoff { day: 0 }));
        }
    }

    #[test]
    fn a_root_is_not_older_than_the_day_on_which_the_term_opened() {
        let clock = Clock {
            begun: 1_000,
            times: Times::default(),
        };
        let day = 1_000 + 7 * DAY;
        let settled = |opens, start| settled(3, &clock, opens, start);
        assert_eq!(settled(day, day), Ok(()));
        assert_eq!(settled(day + 500, day), Ok(()));
        assert!(settled(day, day - 1).is_err());
        assert!(settled(day + DAY - 1, day - 1).is_err());
    }

    #[test]
    fn terms_of_time_follow_one_another_without_a_gap() {
        let running = |number, opens| Running { number, opens };
        assert_eq!(of_time(100, 0), running(0, 0));
        assert_eq!(of_time(100, 199), running(1, 100));
        assert_eq!(of_time(100, 200), running(2, 200));
        assert_eq!(of_time(0, 7), running(7, 7));
        assert_eq!(of_time(u64::MAX, u64::MAX), running(1, u64::MAX));
    }

    #[test]
    fn a_term_is_a_day_at_least() {
        let check = |seconds| check(3, Term::Seconds(Seconds(seconds)), 86_400);
        assert_eq!(check(DAY), Ok(()));
        assert!(check(DAY - 1).is_err());
        assert!(check(0).is_err());
        assert!(check(11 * 366 * DAY).is_err());
        assert_eq!(super::check(3, Term::Action {}, 86_400), Ok(()));
    }
}
