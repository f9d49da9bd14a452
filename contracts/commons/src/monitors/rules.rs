//! What a commons asks of its monitors: part of its rules, and so its own
//! members' to change, from the next epoch on.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::{Amount, Seconds};

use crate::bounds;
use crate::error::ContractError;
use crate::quantity::Quantity;

const DAY: u64 = 86_400;

/// Fewest seats of organisations.
pub const LEAST_ORGANISATIONS: u8 = 3;
/// Most seats of a commons, of all kinds.
pub const MOST_SEATS: usize = 15;
/// The longest window: a year.
pub const LONGEST_WINDOW: u64 = 366 * DAY;
/// The longest that a seat drawn by lot is held: three years.
pub const LONGEST_TERM: u64 = 3 * 366 * DAY;

/// Seats, and what a reading must be like.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Rules {
    /// Seats of different accredited organisations, 3 at least.
    pub organisations: u8,
    /// Seats of non-users drawn by lot, 1 at least; 15 seats in all at most.
    pub lay: u8,
    /// How many seats must have a fresh reading: 3 at least, and no more than there are.
    pub quorum: u8,
    /// How old a reading may be and still be fresh.
    pub window: Seconds,
    /// Readings further apart than this, in millionths of their median, are disputed.
    pub spread_ppm: u32,
    /// The least that can be read.
    pub least: Quantity,
    /// The most that can be read.
    pub most: Quantity,
    /// What an organisation puts aside for its seat; half of it must always be left.
    pub bond: Amount,
    /// How long a seat drawn by lot is held.
    pub lay_term: Seconds,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules::usual(Quantity::MAX)
    }
}

impl Rules {
    /// The usual ones for readings up to `most`: three organisations and a
    /// non-user, 30 days, a tenth apart at most, a bond of 100 credits.
    #[must_use]
    pub const fn usual(most: Quantity) -> Rules {
        Rules {
            organisations: LEAST_ORGANISATIONS,
            lay: 1,
            quorum: 3,
            window: Seconds(30 * DAY),
            spread_ppm: 100_000,
            least: Quantity::ZERO,
            most,
            bond: match Amount::credits(100) {
                Some(bond) => bond,
                None => Amount::MAX,
            },
            lay_term: Seconds(366 * DAY),
        }
    }

    /// Whether every number is within its bounds; on a development network
    /// times may be shorter.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`].
    pub fn check(&self, development: bool) -> Result<(), ContractError> {
        let most = MOST_SEATS as u8;
        bounds::within(
            "monitors.organisations",
            self.organisations,
            LEAST_ORGANISATIONS,
            most - 1,
        )?;
        bounds::within("monitors.lay", self.lay, 1u8, most - self.organisations)?;
        let seats = self.organisations + self.lay;
        bounds::within("monitors.quorum", self.quorum, 3u8, seats)?;
        let day = if development { 1 } else { DAY };
        bounds::within("monitors.window", self.window.0, day, LONGEST_WINDOW)?;
        bounds::within("monitors.spread_ppm", self.spread_ppm, 1u32, 1_000_000u32)?;
        bounds::within(
            "monitors.least",
            self.least.units(),
            0u128,
            self.most.units(),
        )?;
        bounds::within(
            "monitors.most",
            self.most.units(),
            1u128,
            Quantity::MAX.units(),
        )?;
        bounds::within("monitors.bond", self.bond.pico(), 2u64, Amount::MAX.pico())?;
        bounds::within("monitors.lay_term", self.lay_term.0, day, LONGEST_TERM)
    }

    /// What must be left of a bond, after decay, for the seat to count: half,
    /// rounded up.
    #[must_use]
    pub const fn kept(&self) -> u64 {
        self.bond.pico().div_ceil(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commons_has_three_organisations_and_a_lay_monitor_at_least() {
        let usual = Rules::usual(Quantity::MAX);
        assert_eq!(usual.check(false), Ok(()));
        let refused = |rules: Rules| rules.check(false).expect_err("refused").to_string();
        for (rules, why) in [
            (
                Rules {
                    organisations: 2,
                    ..usual
                },
                "monitors.organisations=2 least=3 most=14",
            ),
            (Rules { lay: 0, ..usual }, "monitors.lay=0 least=1 most=12"),
            (
                Rules { lay: 13, ..usual },
                "monitors.lay=13 least=1 most=12",
            ),
            (
                Rules { quorum: 2, ..usual },
                "monitors.quorum=2 least=3 most=4",
            ),
            (
                Rules { quorum: 5, ..usual },
                "monitors.quorum=5 least=3 most=4",
            ),
            (
                Rules {
                    window: Seconds(0),
                    ..usual
                },
                "monitors.window=0",
            ),
            (
                Rules {
                    spread_ppm: 0,
                    ..usual
                },
                "monitors.spread_ppm=0",
            ),
            (
                Rules {
                    spread_ppm: 1_000_001,
                    ..usual
                },
                "monitors.spread_ppm=1000001",
            ),
            (
                Rules {
                    least: Quantity::MAX,
                    most: Quantity::ZERO,
                    ..usual
                },
                "monitors.least",
            ),
            (
                Rules {
                    most: Quantity::ZERO,
                    ..usual
                },
                "monitors.most=0",
            ),
            (
                Rules {
                    bond: Amount::ZERO,
                    ..usual
                },
                "monitors.bond=0",
            ),
            (
                Rules {
                    lay_term: Seconds(0),
                    ..usual
                },
                "monitors.lay_term=0",
            ),
        ] {
            assert!(refused(rules).contains(why), "{why}: {}", refused(rules));
        }
    }
}
