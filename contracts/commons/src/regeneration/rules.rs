//! What restoring land gives in one commons.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

use crate::bounds;
use crate::error::ContractError;

const DAY: u32 = 86_400;

/// What restoring land gives in one commons.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Rules {
    /// What is kept for reversals, in 1/10,000 of what was attested: 2,000 as a rule.
    pub buffer_bps: u16,
    /// The most of a cap that goes to restorers in an epoch, in 1/10,000: half at most.
    pub most_bps: u16,
    /// Seconds that monitors have to attest a claim or a reversal.
    pub attest_seconds: u32,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            buffer_bps: 2_000,
            most_bps: 5_000,
            attest_seconds: 60 * DAY,
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
        bounds::within("buffer_bps", self.buffer_bps, 1_000u16, 5_000u16)?;
        bounds::within("most_bps", self.most_bps, 0u16, 5_000u16)?;
        let least = if development { 1 } else { 7 * DAY };
        bounds::within("attest_seconds", self.attest_seconds, least, 366 * DAY)
    }
}
