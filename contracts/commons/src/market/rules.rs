//! Auctions of one commons.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

use crate::bounds;
use crate::error::ContractError;

/// Most auctions of entitlement in an epoch.
pub const MAX_AUCTIONS: u8 = 52;
/// The longest phase.
const MAX_SECONDS: u32 = 31_536_000;
/// The shortest phase; on a development network a second.
const LEAST_SECONDS: u32 = 3_600;

/// Auctions of one commons.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Rules {
    /// Auctions of entitlement in an epoch, at most 52; they begin in equal distances.
    pub auctions: u8,
    /// Whether shares are auctioned as well, once an epoch. Shares that must be
    /// sold always are.
    pub shares: bool,
    /// Seconds in which sealed orders are taken.
    pub commit_seconds: u32,
    /// Seconds in which they are opened.
    pub reveal_seconds: u32,
    /// What a hold must have beyond its order's cost when that is opened, in
    /// 1/10,000 of the cost: holds decay.
    pub margin_bps: u16,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            auctions: 1,
            shares: true,
            commit_seconds: 2 * 86_400,
            reveal_seconds: 86_400,
            margin_bps: 200,
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
        let least = if development { 1 } else { LEAST_SECONDS };
        bounds::within("auctions", self.auctions, 0u8, MAX_AUCTIONS)?;
        bounds::within("commit_seconds", self.commit_seconds, least, MAX_SECONDS)?;
        bounds::within("reveal_seconds", self.reveal_seconds, least, MAX_SECONDS)?;
        bounds::within("margin_bps", self.margin_bps, 0u16, 2_000u16)
    }

    /// Whether auctions leave a quarter of their time for what comes after the
    /// reveal: whoever bought must be able to use it in the epoch.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`].
    pub fn fits(&self, epoch_seconds: u32) -> Result<(), ContractError> {
        // without auctions of entitlement, too: shares that must be sold come into one
        let most = self.distance(epoch_seconds.into()) / 4 * 3;
        bounds::within(
            "commit_seconds and reveal_seconds",
            self.phases(),
            0u64,
            most,
        )
    }

    /// Seconds from the beginning of an auction to the next one's, in an epoch of so many.
    #[must_use]
    pub fn distance(&self, epoch_seconds: u64) -> u64 {
        epoch_seconds / u64::from(self.auctions.max(1))
    }

    /// Seconds in which orders are taken and opened.
    #[must_use]
    pub fn phases(&self) -> u64 {
        u64::from(self.commit_seconds) + u64::from(self.reveal_seconds)
    }
}
