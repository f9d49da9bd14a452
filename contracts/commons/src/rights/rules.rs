//! What the enrolled of one commons may do with their rights.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::{Amount, amount::CREDIT};

use super::deemed;
use crate::bounds;
use crate::error::ContractError;

const DAY: u32 = 86_400;

/// What the enrolled of one commons may do with their rights. What is left out
/// has the value of the standard.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields, default)]
#[schemaifier(mute_warnings)]
pub struct Rules {
    /// Most of all shares, and of what they yield, that one person may have
    /// with everything it controls by a quarter or more, in 1/10,000.
    pub concentration_bps: u16,
    /// Seconds until an excess that was found is sold.
    pub excess_seconds: u32,
    /// Most of an entitlement that is set aside for the next epoch, in 1/10,000.
    pub bank_bps: u16,
    /// Most of an entitlement that is borrowed of the treasury, in 1/10,000.
    pub borrow_bps: u16,
    /// Most epochs for which shares are let.
    pub lease_epochs: u16,
    /// The least price of a unit taken beyond an entitlement, in pico-credits.
    pub overage_floor: Amount,
    /// By how much dearer it is when as much again is taken, in 1/10,000.
    pub overage_ramp_bps: u32,
    /// The most it costs, in 1/10,000 of the price it begins with.
    pub overage_most_bps: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            concentration_bps: 2_000,
            excess_seconds: 90 * DAY,
            bank_bps: 1_000,
            borrow_bps: 500,
            lease_epochs: 10,
            overage_floor: Amount::new(CREDIT).unwrap_or(Amount::MAX),
            overage_ramp_bps: 10_000,
            overage_most_bps: 40_000,
        }
    }
}

impl Rules {
    /// Whether every number is within its bounds; on a development network
    /// times may be shorter.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`].
    pub fn check(&self, development: bool) -> Result<(), ContractError> {
        let least = if development { 1 } else { 30 * DAY };
        bounds::within(
            "concentration_bps",
            self.concentration_bps,
            100u16,
            10_000u16,
        )?;
        bounds::within("excess_seconds", self.excess_seconds, least, 365 * DAY)?;
        bounds::within("bank_bps", self.bank_bps, 0u16, 1_000u16)?;
        bounds::within("borrow_bps", self.borrow_bps, 0u16, 500u16)?;
        bounds::within("lease_epochs", self.lease_epochs, 1u16, 20u16)?;
        bounds::within(
            "overage_floor",
            self.overage_floor.pico(),
            1u64,
            deemed::MOST,
        )?;
        bounds::within(
            "overage_ramp_bps",
            self.overage_ramp_bps,
            1_000u32,
            100_000u32,
        )?;
        bounds::within(
            "overage_most_bps",
            self.overage_most_bps,
            10_000u32,
            200_000u32,
        )
    }

    /// The terms of the price of what is taken beyond an entitlement.
    #[must_use]
    pub fn deemed(&self) -> deemed::Terms {
        deemed::Terms {
            floor: self.overage_floor.pico(),
            ramp_bps: self.overage_ramp_bps,
            most_bps: self.overage_most_bps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_a_tenth_is_set_aside_and_a_twentieth_borrowed_by_any_rules() {
        let rules = Rules::default();
        assert!(rules.check(false).is_ok());
        assert_eq!(
            (rules.bank_bps, rules.borrow_bps, rules.concentration_bps),
            (1_000, 500, 2_000)
        );
        let refused = |change: fn(&mut Rules)| {
            let mut rules = Rules::default();
            change(&mut rules);
            assert!(rules.check(false).is_err(), "{rules:?}");
        };
        refused(|rules| rules.bank_bps = 1_001);
        refused(|rules| rules.borrow_bps = 501);
        refused(|rules| rules.concentration_bps = 99);
        refused(|rules| rules.concentration_bps = 10_001);
        refused(|rules| rules.excess_seconds = DAY);
        refused(|rules| rules.lease_epochs = 21);
        refused(|rules| rules.lease_epochs = 0);
        refused(|rules| rules.overage_floor = Amount::ZERO);
        refused(|rules| rules.overage_ramp_bps = 999);
        refused(|rules| rules.overage_most_bps = 9_999);
        let quick = Rules {
            excess_seconds: 1,
            ..Rules::default()
        };
        assert!(quick.check(true).is_ok());
    }
}
