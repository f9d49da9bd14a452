//! Every way in which units move: each changes accounts and sums alike.

use super::{Ledger, TREASURY, Use, lost};
use crate::error::ContractError;
use crate::rights::error::RightsError;

impl Ledger {
    /// Uses up some of one's balance.
    ///
    /// # Errors
    /// There is not so much.
    pub fn spend(&mut self, person: u64, units: u128, how: Use) -> Result<(), ContractError> {
        let account = &mut self.edit(person)?.account;
        account.balance = less(account.balance, units)?;
        let part = match how {
            Use::Harvest => &mut account.harvested,
            Use::Retire => &mut account.retired,
            Use::Cancel => &mut account.cancelled,
            Use::Repay => &mut account.repaid,
        };
        *part += units;
        let sums = &mut self.sums;
        sums.balance -= units;
        sums.pool = sums.pool.saturating_sub(units);
        let part = match how {
            Use::Harvest => &mut sums.harvested,
            Use::Retire => &mut sums.retired,
            Use::Cancel => &mut sums.cancelled,
            Use::Repay => &mut sums.repaid,
        };
        *part += units;
        Ok(())
    }

    /// From one balance to another.
    ///
    /// # Errors
    /// There is not so much.
    pub fn pass(&mut self, from: u64, to: u64, units: u128) -> Result<(), ContractError> {
        let account = &mut self.edit(from)?.account;
        account.balance = less(account.balance, units)?;
        account.given += units;
        let account = &mut self.edit(to)?.account;
        account.balance += units;
        account.received += units;
        Ok(())
    }

    /// From the treasury, to be returned of the next entitlement.
    ///
    /// # Errors
    /// There is not so much.
    pub fn lend(&mut self, to: u64, units: u128) -> Result<(), ContractError> {
        let treasury = &mut self.edit(TREASURY)?.account;
        let has = treasury.balance;
        treasury.balance = has
            .checked_sub(units)
            .ok_or(RightsError::Treasury { wants: units, has })?;
        treasury.given += units;
        let entry = self.edit(to)?;
        entry.account.balance += units;
        entry.account.borrowed += units;
        entry.debt.borrowed += units;
        self.book.borrowed += units;
        Ok(())
    }

    /// Gives back to the reserve what was borrowed, of the balance.
    ///
    /// # Errors
    /// There is not so much.
    pub fn hand_back(&mut self, person: u64, units: u128) -> Result<(), ContractError> {
        let entry = self.edit(person)?;
        entry.account.balance = less(entry.account.balance, units)?;
        entry.account.returned += units;
        entry.debt.borrowed = entry.debt.borrowed.saturating_sub(units);
        self.sums.balance -= units;
        self.sums.reserve += units;
        self.sums.returned += units;
        self.book.borrowed -= units;
        Ok(())
    }

    /// Sets some of the balance aside for the next epoch.
    ///
    /// # Errors
    /// There is not so much.
    pub fn bank(&mut self, person: u64, units: u128) -> Result<(), ContractError> {
        let account = &mut self.edit(person)?.account;
        account.balance = less(account.balance, units)?;
        account.banked += units;
        self.sums.balance -= units;
        self.sums.banked += units;
        self.sums.aside += units;
        Ok(())
    }

    /// What was set aside goes back to the balance.
    ///
    /// # Errors
    /// There is not so much.
    pub fn unbank(&mut self, person: u64, units: u128) -> Result<(), ContractError> {
        let account = &mut self.edit(person)?.account;
        account.banked = less(account.banked, units)?;
        account.balance += units;
        self.sums.banked -= units;
        self.sums.balance += units;
        self.sums.aside = self.sums.aside.saturating_sub(units);
        Ok(())
    }

    /// What one set aside is a basket's, and still set aside.
    ///
    /// # Errors
    /// There is not so much.
    pub fn pass_banked(&mut self, from: u64, to: u64, units: u128) -> Result<(), ContractError> {
        let account = &mut self.edit(from)?.account;
        account.banked = less(account.banked, units)?;
        account.given += units;
        account.deposited += units;
        let account = &mut self.edit(to)?.account;
        account.banked += units;
        account.received += units;
        Ok(())
    }

    /// Out of what was set aside, to a balance; a fee of it to the reserve.
    ///
    /// # Errors
    /// There is not so much.
    pub fn redeem(
        &mut self,
        from: u64,
        to: u64,
        units: u128,
        fee: u128,
    ) -> Result<(), ContractError> {
        self.unbank(from, units)?;
        let fee = fee.min(units);
        self.pass(from, to, units - fee)?;
        let account = &mut self.edit(from)?.account;
        account.balance = less(account.balance, fee)?;
        account.given += fee;
        self.sums.balance -= fee;
        self.sums.reserve += fee;
        self.sums.fees += fee;
        Ok(())
    }

    /// What was withheld by mistake comes back of the treasury: `units` of what
    /// was `withheld` before cuts. While money is owed for overage it waits.
    ///
    /// # Errors
    /// The treasury has less.
    pub fn restore(
        &mut self,
        person: u64,
        withheld: u128,
        units: u128,
    ) -> Result<(), ContractError> {
        let treasury = &mut self.edit(TREASURY)?.account;
        treasury.balance = less(treasury.balance, units)?;
        treasury.given += units;
        let entry = self.edit(person)?;
        let account = &mut entry.account;
        account.withheld = less(account.withheld, withheld)?;
        account.cut += lost(withheld, units);
        if entry.debt.owed > 0 {
            account.waiting += units;
            self.sums.balance -= units;
            self.sums.waiting += units;
        } else {
            account.balance += units;
        }
        self.sums.withheld -= withheld;
        Ok(())
    }

    /// New units for what was restored, after the cuts so far.
    ///
    /// # Errors
    /// One who was not touched.
    pub fn mint(&mut self, person: u64, units: u128) -> Result<(), ContractError> {
        let left = match &self.season {
            Some(season) => season.left(units, 0),
            None => units,
        };
        let entry = self.edit(person)?;
        entry.account.minted += units;
        entry.account.cut += lost(units, left);
        let waits = entry.debt.owed > 0;
        if waits {
            entry.account.waiting += left;
        } else {
            entry.account.balance += left;
        }
        let sums = &mut self.sums;
        if waits {
            sums.waiting += left;
        } else {
            sums.balance += left;
        }
        sums.minted += units;
        sums.cut += lost(units, left);
        sums.pool += left;
        Ok(())
    }

    /// From the balance into escrow.
    ///
    /// # Errors
    /// There is not so much.
    pub fn escrow(&mut self, person: u64, units: u128) -> Result<(), ContractError> {
        let account = &mut self.edit(person)?.account;
        account.balance = less(account.balance, units)?;
        account.escrow += units;
        self.sums.balance -= units;
        self.sums.escrow += units;
        Ok(())
    }

    /// From one's escrow to a balance: one's own, another's, or the reserve.
    ///
    /// # Errors
    /// There is not so much.
    pub fn deliver(&mut self, from: u64, to: u64, units: u128) -> Result<(), ContractError> {
        let account = &mut self.edit(from)?.account;
        let has = account.escrow;
        account.escrow = has
            .checked_sub(units)
            .ok_or(RightsError::Escrow { wants: units, has })?;
        if from != to {
            account.given += units;
        }
        self.sums.escrow -= units;
        if to == TREASURY {
            self.sums.reserve += units;
            self.sums.forfeited += units;
            return Ok(());
        }
        let account = &mut self.edit(to)?.account;
        account.balance += units;
        if from != to {
            account.received += units;
        }
        self.sums.balance += units;
        Ok(())
    }
}

fn less(has: u128, wants: u128) -> Result<u128, ContractError> {
    has.checked_sub(wants)
        .ok_or_else(|| RightsError::Entitlement { wants, has }.into())
}
