//! Sanctions of one commons.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::ladder::Terms;

use crate::bounds;
use crate::error::ContractError;

const DAY: u32 = 86_400;
/// The longest that a step lasts: three years. There is always a way back.
const LONGEST: u32 = Terms::LONGEST as u32;

/// Sanctions of one commons.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Rules {
    /// Overuse up to this part of the entitlement, in 1/10,000, is repaid and priced but not sanctioned.
    pub tolerance_bps: u16,
    /// Seconds of a notice.
    pub notice_seconds: u32,
    /// Seconds of reduced entitlement.
    pub reduced_seconds: u32,
    /// Seconds of a suspension.
    pub suspended_seconds: u32,
    /// Seconds of an exclusion, until one may be enrolled again.
    pub excluded_seconds: u32,
    /// What is left of the next entitlements while reduced, in 1/10,000.
    pub reduced_bps: u16,
    /// Seconds in which a measure may be appealed.
    pub appeal_seconds: u32,
}

impl Rules {
    /// Whether every number is within its bounds; on a development network
    /// times may be shorter.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`].
    pub fn check(&self, development: bool) -> Result<(), ContractError> {
        let least = if development { 1 } else { DAY };
        bounds::within("tolerance_bps", self.tolerance_bps, 0u16, 5_000u16)?;
        bounds::within("notice_seconds", self.notice_seconds, least, LONGEST)?;
        bounds::within("reduced_seconds", self.reduced_seconds, least, LONGEST)?;
        bounds::within("suspended_seconds", self.suspended_seconds, least, LONGEST)?;
        bounds::within("excluded_seconds", self.excluded_seconds, least, LONGEST)?;
        bounds::within("reduced_bps", self.reduced_bps, 0u16, 10_000u16)?;
        let least = if development { 1 } else { 7 * DAY };
        bounds::within("appeal_seconds", self.appeal_seconds, least, 90 * DAY)
    }

    /// As the ladder of the kit takes them.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            notice: self.notice_seconds.into(),
            reduced: self.reduced_seconds.into(),
            suspended: self.suspended_seconds.into(),
            expelled: self.excluded_seconds.into(),
            reduced_bps: self.reduced_bps,
        }
    }
}
