//! How time is divided: slots for roots, days for keys, periods for entries.
//! What divides it is fixed at instantiation, for good: a proof names a period.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::clock::DAY;

use crate::bounds;
use crate::error::ContractError;

/// Periods and days stay below this: they share an element with other numbers.
pub const END: u32 = 1 << 24;
/// How many slots back a proof may name.
pub const RECENT_SLOTS: u64 = 5;

/// Seconds of each.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Times {
    /// Of a slot: the roots at its start is what proofs are about.
    pub slot: u32,
    /// Of a day: when a key was set counts in days.
    pub day: u32,
    /// Of a period: what entries of four periods say counts.
    pub period: u32,
    /// In which the rated may dispute a rating that was opened.
    pub appeal: u32,
    /// How long after the deadline for promises ratings may still be opened.
    pub open_window: u32,
}

impl Default for Times {
    fn default() -> Self {
        Times {
            slot: 600,
            day: DAY as u32,
            period: 91 * DAY as u32,
            appeal: DAY as u32,
            open_window: DAY as u32,
        }
    }
}

impl Times {
    /// Whether they may be used: outside development only the defaults.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`], [`ContractError::DevelopmentOnly`].
    pub fn check(&self, development: bool) -> Result<(), ContractError> {
        if !development && *self != Times::default() {
            return Err(ContractError::DevelopmentOnly {
                what: "times other than the standard's",
            });
        }
        let most = Times::default();
        bounds::within("slot", self.slot, 1u32, most.slot)?;
        bounds::within("day", self.day, self.slot, most.day)?;
        bounds::within("period", self.period, self.day, most.period)?;
        bounds::within("appeal", self.appeal, 1u32, most.appeal)?;
        bounds::within("open_window", self.open_window, 1u32, most.open_window)
    }
}

/// Times and when they began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Clock {
    /// t0: when period 0 and day 0 began.
    pub begun: u64,
    /// How time is divided.
    pub times: Times,
}

impl Clock {
    /// The slot of a time, counted from 1970.
    #[must_use]
    pub fn slot_of(&self, time: u64) -> u64 {
        time / u64::from(self.times.slot).max(1)
    }

    /// When a slot began.
    #[must_use]
    pub fn slot_start(&self, slot: u64) -> u64 {
        slot.saturating_mul(u64::from(self.times.slot))
    }

    /// The period of a time; before the beginning the first, after the end of
    /// time the last.
    #[must_use]
    pub fn period_of(&self, time: u64) -> u32 {
        self.number(time, self.times.period)
    }

    /// When a period begins.
    #[must_use]
    pub fn period_start(&self, period: u32) -> u64 {
        self.start(period, self.times.period)
    }

    /// The day of a time, as [`Clock::period_of`].
    #[must_use]
    pub fn day_of(&self, time: u64) -> u32 {
        self.number(time, self.times.day)
    }

    /// When a day begins.
    #[must_use]
    pub fn day_start(&self, day: u32) -> u64 {
        self.start(day, self.times.day)
    }

    fn number(&self, time: u64, length: u32) -> u32 {
        let number = time.saturating_sub(self.begun) / u64::from(length).max(1);
        u32::try_from(number).map_or(END - 1, |number| number.min(END - 1))
    }

    fn start(&self, number: u32, length: u32) -> u64 {
        self.begun
            .saturating_add(u64::from(number).saturating_mul(u64::from(length)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock {
            begun: 1_000_000_100,
            times: Times::default(),
        }
    }

    #[test]
    fn periods_and_days_count_from_the_beginning_and_slots_from_1970() {
        let clock = clock();
        assert_eq!(clock.slot_of(1_199), 1);
        assert_eq!(clock.slot_start(2), 1_200);
        assert_eq!(clock.period_of(clock.begun - 1), 0);
        assert_eq!(clock.period_of(clock.period_start(7) - 1), 6);
        assert_eq!(clock.period_of(clock.period_start(7)), 7);
        assert_eq!(clock.day_of(clock.day_start(9)), 9);
        assert_eq!(clock.day_of(clock.day_start(9) - 1), 8);
        assert_eq!(clock.period_of(u64::MAX), END - 1);
        assert_eq!(clock.day_of(u64::MAX), END - 1);
    }

    #[test]
    fn outside_development_times_are_the_standards() {
        let fast = Times {
            slot: 2,
            day: 10,
            period: 60,
            appeal: 2,
            open_window: 5,
        };
        assert_eq!(Times::default().check(false), Ok(()));
        assert_eq!(fast.check(true), Ok(()));
        assert!(matches!(
            fast.check(false),
            Err(ContractError::DevelopmentOnly { .. })
        ));
        for bad in [
            Times { slot: 0, ..fast },
            Times { day: 1, ..fast },
            Times { period: 9, ..fast },
            Times { appeal: 0, ..fast },
            Times {
                open_window: 86_401,
                ..fast
            },
        ] {
            assert!(bad.check(true).is_err(), "{bad:?}");
        }
    }
}
