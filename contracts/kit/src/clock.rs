//! Periods of time: which one a moment lies in, when it starts and ends.
//!
//! Period `n` is `[origin + n·length, origin + (n+1)·length)` in Unix seconds.
//! Everything is computed from the time given: nothing ticks, so no period can
//! be missed, and two that nobody looked at are still two.

use borsh::{BorshDeserialize, BorshSerialize};

/// Seconds of a day.
pub const DAY: u64 = 86_400;
/// Seconds of a week.
pub const WEEK: u64 = 7 * DAY;

/// A division of time into equal periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize)]
pub struct Epochs {
    origin: u64,
    length: u64,
}

impl Epochs {
    /// Periods of `length` seconds from `origin` on; `None` if the length is 0.
    #[must_use]
    pub const fn new(origin: u64, length: u64) -> Option<Epochs> {
        if length == 0 {
            return None;
        }
        Some(Epochs { origin, length })
    }

    /// The start of period 0.
    #[must_use]
    pub const fn origin(&self) -> u64 {
        self.origin
    }

    /// Seconds of a period.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// The period in which `time` lies; `None` before the first.
    #[must_use]
    pub const fn number(&self, time: u64) -> Option<u64> {
        match time.checked_sub(self.origin) {
            Some(passed) => Some(passed / self.length),
            None => None,
        }
    }

    /// The first second of a period; `None` beyond the end of time.
    #[must_use]
    pub const fn start(&self, number: u64) -> Option<u64> {
        match number.checked_mul(self.length) {
            Some(passed) => self.origin.checked_add(passed),
            None => None,
        }
    }

    /// The first second after a period; `None` beyond the end of time.
    #[must_use]
    pub const fn end(&self, number: u64) -> Option<u64> {
        match number.checked_add(1) {
            Some(next) => self.start(next),
            None => None,
        }
    }

    /// How many periods have ended between two times: what a late caller has
    /// to catch up on. 0 if `now` is not later.
    #[must_use]
    pub fn between(&self, earlier: u64, now: u64) -> u64 {
        let at = |time| self.number(time).unwrap_or(0);
        at(now).saturating_sub(at(earlier))
    }

    /// The same periods up to `number`, of another length from its end on:
    /// a new length never reaches back. `None` for a length of 0 or beyond the
    /// end of time. Numbers start again at 0.
    #[must_use]
    pub fn relength(&self, number: u64, length: u64) -> Option<Epochs> {
        Epochs::new(self.end(number)?, length)
    }
}

impl BorshDeserialize for Epochs {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let (origin, length) = <(u64, u64)>::deserialize_reader(reader)?;
        Epochs::new(origin, length).ok_or_else(|| {
            borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, "a period of no length")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_contains_its_start_and_not_its_end() {
        let weeks = Epochs::new(1_000, WEEK).unwrap();
        assert_eq!(weeks.number(999), None);
        assert_eq!(weeks.number(1_000), Some(0));
        assert_eq!(weeks.number(1_000 + WEEK - 1), Some(0));
        assert_eq!(weeks.number(1_000 + WEEK), Some(1));
        for number in [0, 1, 77] {
            let (start, end) = (weeks.start(number).unwrap(), weeks.end(number).unwrap());
            assert_eq!(end - start, WEEK);
            assert_eq!(weeks.number(start), Some(number));
            assert_eq!(weeks.number(end - 1), Some(number));
            assert_eq!(weeks.number(end), Some(number + 1));
        }
    }

    #[test]
    fn two_periods_that_nobody_looked_at_are_two() {
        let days = Epochs::new(0, DAY).unwrap();
        assert_eq!(days.between(10, 10), 0);
        assert_eq!(days.between(DAY - 1, DAY), 1);
        assert_eq!(days.between(5, 3 * DAY), 3);
        assert_eq!(days.between(3 * DAY, 5), 0);
    }

    #[test]
    fn the_end_of_time_and_periods_of_no_length_are_refused() {
        assert_eq!(Epochs::new(7, 0), None);
        let far = Epochs::new(u64::MAX - 1, 10).unwrap();
        assert_eq!(far.start(0), Some(u64::MAX - 1));
        assert_eq!(far.end(0), None);
        assert_eq!(far.start(u64::MAX), None);
        assert_eq!(far.end(u64::MAX), None);
        assert!(borsh::from_slice::<Epochs>(&[0; 16]).is_err());
        let bytes = borsh::to_vec(&far).unwrap();
        assert_eq!(borsh::from_slice::<Epochs>(&bytes).unwrap(), far);
    }

    #[test]
    fn a_new_length_never_reaches_back() {
        let days = Epochs::new(0, DAY).unwrap();
        let weeks = days.relength(3, WEEK).unwrap();
        assert_eq!((weeks.origin(), weeks.number(4 * DAY - 1)), (4 * DAY, None));
        assert_eq!(days.relength(3, 0), None);
    }
}
