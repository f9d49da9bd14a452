//! How the cap of one commons follows its stock.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

use super::bound;
use super::production::Model;
use super::rule::Rule;
use super::stabiliser::Band;
use crate::bounds;
use crate::error::ContractError;

const DAY: u32 = 86_400;

/// How the cap of one commons follows its stock.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Rules {
    /// How much may be taken of the stock.
    pub harvest: Rule,
    /// How the stock grows; without it no rise is implausible.
    #[serde(default)]
    pub production: Option<Model>,
    /// κ: how much of the readings' range is taken off the stock, in parts per million.
    pub kappa_ppm: u32,
    /// By how much the cap may rise in an epoch, in 1/10,000.
    pub rise_bps: u16,
    /// Seconds that an opening waits for fresh readings before it tightens.
    pub grace_seconds: u32,
    /// The stabiliser of a long-lived cap.
    #[serde(default)]
    pub stabiliser: Option<Band>,
}

impl Rules {
    /// Whether every number is within its bounds; on a development network
    /// times may be shorter.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`].
    pub fn check(&self, development: bool) -> Result<(), ContractError> {
        self.harvest.check()?;
        if let Some(model) = &self.production {
            model.check()?;
        }
        bound::check(self.kappa_ppm)?;
        bounds::within("rise_bps", self.rise_bps, 0u16, 10_000u16)?;
        let least = if development { 0 } else { DAY };
        bounds::within("grace_seconds", self.grace_seconds, least, 90 * DAY)?;
        match &self.stabiliser {
            Some(band) => band.check(),
            None => Ok(()),
        }
    }
}
