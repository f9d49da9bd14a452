//! The rules of one commons: what its own members decide, a block for each part.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

use super::admission::Policy;
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::{cap, market, monitors, order, regeneration, rights};

/// The longest epoch: two years.
pub const MAX_EPOCH_SECONDS: u32 = 2 * 365 * 86_400;

/// All rules of a commons. They change only by a decision of its own members,
/// and only with an epoch.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Rules {
    /// Seconds of an epoch.
    pub epoch_seconds: u32,
    /// How persons are enrolled.
    pub enrolment: Policy,
    /// Seats and readings.
    pub monitors: monitors::Rules,
    /// How the cap follows the stock.
    pub cap: cap::Rules,
    /// What restoring gives.
    pub regeneration: regeneration::Rules,
    /// What may be done with rights.
    pub rights: rights::Rules,
    /// Auctions.
    pub market: market::Rules,
    /// Sanctions.
    pub order: order::Rules,
}

impl Rules {
    /// Whether all is within its bounds.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`] with the bound.
    pub fn check(&self, call: &Call<'_>) -> Result<(), ContractError> {
        let development = call.parameters.development;
        bounds::within(
            "epoch_seconds",
            self.epoch_seconds,
            call.parameters.numbers.epoch_seconds_least,
            MAX_EPOCH_SECONDS,
        )?;
        self.enrolment.check()?;
        self.monitors.check(development)?;
        self.cap.check(development)?;
        self.regeneration.check(development)?;
        self.rights.check(development)?;
        self.market.check(development)?;
        self.market.fits(self.epoch_seconds)?;
        self.order.check(development)
    }
}
