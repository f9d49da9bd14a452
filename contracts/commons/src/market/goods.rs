//! What is dealt in, as it lies in the accounts of rights: in escrow with the
//! market, and reserved for what bids may bring.
//!
//! Escrowed entitlement is cut like any other, so what is left of it is read
//! there and not remembered here; that is why one has one open order to sell it.

use cosmwasm_std::Storage;

use crate::error::ContractError;
use crate::registry::TREASURY;
use crate::rights::ledger::Ledger;
use crate::rights::{Good, RightsError};

/// Accounts that one message touches, written together at the end.
pub struct Goods {
    ledger: Ledger,
    good: Good,
}

fn narrow(units: u128) -> u64 {
    // shares are never more than 10^8
    u64::try_from(units).unwrap_or(u64::MAX)
}

impl Goods {
    /// The accounts of an auction's epoch; for shares of the latest.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn open(
        storage: &dyn Storage,
        commons: u64,
        now: u64,
        epoch: u64,
        good: Good,
    ) -> Result<Goods, ContractError> {
        let ledger = match good {
            Good::Entitlement => Ledger::at(storage, commons, now, epoch)?,
            Good::Shares => Ledger::open(storage, commons, now)?,
        };
        Ok(Goods { ledger, good })
    }

    /// What of a person's is in escrow, after cuts.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn escrowed(&mut self, storage: &dyn Storage, person: u64) -> Result<u128, ContractError> {
        self.ledger.touch(storage, person)?;
        let entry = self.ledger.entry(person);
        Ok(match self.good {
            Good::Entitlement => entry.account.escrow,
            Good::Shares => entry.holding.escrow.into(),
        })
    }

    /// From a person's escrow to one: itself, another, or the treasury.
    ///
    /// # Errors
    /// There is not so much.
    pub fn deliver(
        &mut self,
        storage: &dyn Storage,
        from: u64,
        to: u64,
        units: u128,
    ) -> Result<(), ContractError> {
        if units == 0 {
            return Ok(());
        }
        self.ledger.touch(storage, from)?;
        self.ledger.touch(storage, to)?;
        if self.good == Good::Entitlement {
            return self.ledger.deliver(from, to, units);
        }
        let shares = narrow(units);
        let holding = &mut self.ledger.edit(from)?.holding;
        let has = holding.escrow;
        holding.escrow = has.checked_sub(shares).ok_or(RightsError::Escrow {
            wants: units,
            has: has.into(),
        })?;
        self.ledger.book.escrow = self.ledger.book.escrow.saturating_sub(shares);
        if from == to {
            return Ok(());
        }
        let holding = &mut self.ledger.edit(from)?.holding;
        holding.shares = holding.shares.saturating_sub(shares);
        self.ledger.edit(to)?.holding.shares += shares;
        if to == TREASURY {
            self.ledger.book.held -= shares;
            self.ledger.book.treasury += shares;
        }
        Ok(())
    }

    /// Nothing more comes of a bid.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn unreserve(
        &mut self,
        storage: &dyn Storage,
        person: u64,
        units: u128,
    ) -> Result<(), ContractError> {
        if units == 0 {
            return Ok(());
        }
        self.ledger.touch(storage, person)?;
        let entry = self.ledger.edit(person)?;
        match self.good {
            Good::Entitlement => {
                let reserved = &mut entry.account.reserved;
                *reserved = reserved.saturating_sub(units);
            }
            Good::Shares => {
                let reserved = &mut entry.holding.reserved;
                *reserved = reserved.saturating_sub(narrow(units));
            }
        }
        Ok(())
    }

    /// Writes what changed.
    pub fn save(self, storage: &mut dyn Storage) {
        self.ledger.save(storage);
    }
}
