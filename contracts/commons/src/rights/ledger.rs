//! The accounts that one message touches, brought up to date as they are read
//! and written together at the end.
//!
//! Whoever is looked at first in an epoch is given what its shares yield; then
//! come, in this order: what a sanction withholds (to the reserve), what is
//! repaid in kind for overage (gone: it was taken before), what is returned of
//! what was borrowed (to the reserve), what was set aside in the epoch before,
//! and the cuts so far. While money is owed for overage the rest waits.
//!
//! Every change goes through a function here, which changes account and sums
//! alike; so both equations of [`Sums`] hold after each of them.

mod moves;

use std::collections::BTreeMap;

use cosmwasm_std::{Order, Storage};
use mycel_kit::Key;

use super::entitlement;
use super::error::RightsError;
use super::record::{Account, Book, Debt, Holding, Sums, Turn};
use super::season::{self, Season};
use super::state;
use crate::error::ContractError;
use crate::order;
use crate::state::last_number;

/// The commons itself.
pub const TREASURY: u64 = 0;

/// Ways in which entitlement is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Taken of the stock.
    Harvest,
    /// Used without harvest.
    Retire,
    /// As if never issued.
    Cancel,
    /// Repaid in kind for overage.
    Repay,
}

/// One who is touched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Shares.
    pub holding: Holding,
    /// Debts.
    pub debt: Debt,
    /// Entitlement of the epoch.
    pub account: Account,
    /// Whether the account was kept before.
    kept: bool,
    /// Turns of leases that are taken into account now.
    turned: Vec<u64>,
}

/// What one message touches of a commons.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The commons.
    pub commons: u64,
    /// The time.
    pub now: u64,
    /// The epoch, if there was one yet.
    pub season: Option<Season>,
    /// Whether another epoch has come since: what this one yielded lapsed.
    past: bool,
    /// Sums of the commons.
    pub book: Book,
    /// Sums of the epoch.
    pub sums: Sums,
    entries: BTreeMap<u64, (Entry, Entry)>,
    before: (Book, Sums),
}

fn lost(before: u128, after: u128) -> u128 {
    before.saturating_sub(after)
}

impl Ledger {
    /// Begins at the latest epoch of a commons.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn open(storage: &dyn Storage, commons: u64, now: u64) -> Result<Ledger, ContractError> {
        let season = season::current(storage, commons)?;
        Ledger::begin(storage, commons, now, season, false)
    }

    /// Begins at an epoch by number: a past one is not asked for what shares
    /// yield any more.
    ///
    /// # Errors
    /// No such epoch; unreadable state.
    pub fn at(
        storage: &dyn Storage,
        commons: u64,
        now: u64,
        epoch: u64,
    ) -> Result<Ledger, ContractError> {
        let current = season::current(storage, commons)?;
        if current
            .as_ref()
            .is_some_and(|season| season.number == epoch)
        {
            return Ledger::begin(storage, commons, now, current, false);
        }
        let season = season::numbered(storage, commons, epoch)?;
        if season.is_none() {
            return Err(RightsError::NoEpoch { commons }.into());
        }
        Ledger::begin(storage, commons, now, season, true)
    }

    fn begin(
        storage: &dyn Storage,
        commons: u64,
        now: u64,
        season: Option<Season>,
        past: bool,
    ) -> Result<Ledger, ContractError> {
        let mut book = state::book(commons).load(storage)?;
        let mut before = (book, Sums::default());
        let mut sums = Sums::default();
        if let Some(season) = &season {
            match state::sums(commons, season.number).may_load(storage)? {
                Some(kept) => {
                    before.1 = kept;
                    sums = kept;
                }
                None => sums = Sums::opened(season.tac, season.carried),
            }
            cut_sums(&mut sums, season);
            book.epoch = book.epoch.max(season.number);
        }
        Ok(Ledger {
            commons,
            now,
            season,
            past,
            book,
            sums,
            entries: BTreeMap::new(),
            before,
        })
    }

    /// The epoch, which must be open.
    ///
    /// # Errors
    /// [`RightsError::NoEpoch`].
    pub fn opened(&self) -> Result<&Season, ContractError> {
        self.season
            .as_ref()
            .filter(|season| season.open)
            .ok_or_else(|| {
                RightsError::NoEpoch {
                    commons: self.commons,
                }
                .into()
            })
    }

    /// The next epoch's number.
    #[must_use]
    pub fn next_epoch(&self) -> u64 {
        self.season.as_ref().map_or(1, |season| season.number + 1)
    }

    /// Brings one up to date.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn touch(&mut self, storage: &dyn Storage, person: u64) -> Result<(), ContractError> {
        if self.entries.contains_key(&person) {
            return Ok(());
        }
        let mut sums = self.sums;
        let mut book = self.book;
        let (before, entry) = self.read(storage, person, &mut sums, &mut book)?;
        self.sums = sums;
        self.book = book;
        self.entries.insert(person, (before, entry));
        Ok(())
    }

    /// One as it would be if it were touched now; nothing is changed.
    ///
    /// # Errors
    /// Unreadable state.
    pub fn peek(&self, storage: &dyn Storage, person: u64) -> Result<Entry, ContractError> {
        if let Some((_, entry)) = self.entries.get(&person) {
            return Ok(entry.clone());
        }
        let (mut sums, mut book) = (self.sums, self.book);
        Ok(self.read(storage, person, &mut sums, &mut book)?.1)
    }

    /// One who was touched. Nobody else has anything here.
    #[must_use]
    pub fn entry(&self, person: u64) -> Entry {
        self.entries
            .get(&person)
            .map(|(_, entry)| entry.clone())
            .unwrap_or_default()
    }

    /// As [`Ledger::entry`], to be changed: beside the account only, or in
    /// equal parts with the sums.
    ///
    /// # Errors
    /// [`RightsError::Overflow`] for one who was not touched: a fault of this contract.
    pub fn edit(&mut self, person: u64) -> Result<&mut Entry, ContractError> {
        let commons = self.commons;
        self.entries
            .get_mut(&person)
            .map(|(_, entry)| entry)
            .ok_or_else(|| RightsError::Overflow { commons }.into())
    }

    fn read(
        &self,
        storage: &dyn Storage,
        person: u64,
        sums: &mut Sums,
        book: &mut Book,
    ) -> Result<(Entry, Entry), ContractError> {
        let kept = state::holding(self.commons, person).may_load(storage)?;
        let before = Entry {
            holding: kept.unwrap_or_default(),
            debt: state::debt(self.commons, person)
                .may_load(storage)?
                .unwrap_or_default(),
            ..Entry::default()
        };
        let mut entry = before.clone();
        let Some(season) = &self.season else {
            return Ok((before, entry));
        };
        if !self.past && kept.is_some() && entry.holding.epoch < season.number {
            self.turn(storage, person, season, &mut entry, book)?;
        }
        let account = state::account(self.commons, season.number, person).may_load(storage)?;
        let mut before = before;
        match account {
            Some(account) => {
                before.account = account;
                entry.account = account;
                entry.kept = true;
                cut_account(&mut entry.account, sums, season);
            }
            // what a past epoch yielded lapsed with it
            None if self.past => entry.account.cuts = season.cut_count(),
            None => self.yielded(storage, person, season, &mut entry, sums, book)?,
        }
        if !self.past && entry.debt.owed == 0 && entry.account.waiting > 0 {
            free(&mut entry.account, sums);
        }
        if person == TREASURY && sums.reserve > 0 {
            entry.account.received += sums.reserve;
            entry.account.balance += sums.reserve;
            sums.balance += sums.reserve;
            sums.reserve = 0;
        }
        Ok((before, entry))
    }

    /// Leases that began or ended up to this epoch.
    fn turn(
        &self,
        storage: &dyn Storage,
        person: u64,
        season: &Season,
        entry: &mut Entry,
        book: &mut Book,
    ) -> Result<(), ContractError> {
        let (start, end) = (
            state::turn(self.commons, person, 0),
            state::turn(self.commons, person, season.number + 1),
        );
        for (raw, value) in storage.range(Some(start.bytes()), Some(end.bytes()), Order::Ascending)
        {
            let turn = Key::<Turn>::new(raw[0], &raw[1..]).decode(&value)?;
            let holding = &mut entry.holding;
            holding.lent_now = (holding.lent_now + turn.lent_begins).saturating_sub(turn.lent_ends);
            holding.lent = holding.lent.saturating_sub(turn.lent_ends);
            holding.hired_now =
                (holding.hired_now + turn.hired_begins).saturating_sub(turn.hired_ends);
            holding.hired = holding.hired.saturating_sub(turn.hired_ends);
            book.lent = book.lent.saturating_sub(turn.lent_ends);
            book.hired = book.hired.saturating_sub(turn.hired_ends);
            entry.turned.push(last_number(&raw));
        }
        entry.holding.epoch = season.number;
        Ok(())
    }

    /// What one's shares yield, for the first time in the epoch.
    fn yielded(
        &self,
        storage: &dyn Storage,
        person: u64,
        season: &Season,
        entry: &mut Entry,
        sums: &mut Sums,
        book: &mut Book,
    ) -> Result<(), ContractError> {
        let Entry {
            holding,
            debt,
            account,
            ..
        } = entry;
        account.cuts = season.cut_count();
        account.basis = holding.yields();
        let part = entitlement::of(account.basis, season.tac);
        sums.unasked = sums.unasked.saturating_sub(account.basis);
        sums.granted += part.units;
        sums.dust += part.dust;
        account.granted = part.units;
        let mut rest = part.units;
        if person != TREASURY {
            // as of the opening: whoever waits for a measure's end gains nothing,
            // and nobody is brought up to date against its interest
            let scale = order::scale_bps(storage, self.commons, person, season.opens)?;
            account.withheld = rest - entitlement::scaled(rest, scale.into()).min(rest);
            rest -= account.withheld;
            sums.withheld += account.withheld;
            account.repaid = rest.min(debt.kind);
            rest -= account.repaid;
            debt.kind -= account.repaid;
            debt.repaid += account.repaid;
            book.kind -= account.repaid;
            sums.repaid += account.repaid;
            sums.pool = sums.pool.saturating_sub(season.left(account.repaid, 0));
            account.returned = rest.min(debt.borrowed);
            rest -= account.returned;
            debt.borrowed -= account.returned;
            book.borrowed -= account.returned;
            sums.returned += account.returned;
            let reserve = account.withheld + account.returned;
            let left = season.left(reserve, 0);
            sums.reserve += left;
            sums.cut += lost(reserve, left);
            account.carried = self.set_aside(storage, person, season)?;
            sums.carried += account.carried;
            rest += account.carried;
        }
        let left = season.left(rest, 0);
        account.cut = lost(rest, left);
        sums.cut += account.cut;
        if debt.owed > 0 {
            account.waiting = left;
            sums.waiting += left;
        } else {
            account.balance = left;
            sums.balance += left;
        }
        Ok(())
    }

    /// What one set aside in the epoch before, as far as it has room in this one.
    fn set_aside(
        &self,
        storage: &dyn Storage,
        person: u64,
        season: &Season,
    ) -> Result<u128, ContractError> {
        if season.carried == 0 {
            return Ok(0);
        }
        let last = season.number - 1;
        let account = state::account(self.commons, last, person).may_load(storage)?;
        let Some(account) = account.filter(|account| account.banked > 0) else {
            return Ok(0);
        };
        let Some(before) = season::numbered(storage, self.commons, last)? else {
            return Ok(0);
        };
        let mine = before.left(account.banked, account.cuts);
        let mut sums = state::sums(self.commons, last).load(storage)?;
        cut_sums(&mut sums, &before);
        Ok(entitlement::carried(mine, season.carried, sums.aside))
    }

    /// Writes what changed.
    pub fn save(self, storage: &mut dyn Storage) {
        let Ledger {
            commons,
            season,
            book,
            sums,
            entries,
            before,
            ..
        } = self;
        if differs(&book, &before.0) {
            state::book(commons).save(storage, &book);
        }
        if let Some(season) = &season
            && differs(&sums, &before.1)
        {
            state::sums(commons, season.number).save(storage, &sums);
        }
        for (person, (before, entry)) in entries {
            if differs(&entry.holding, &before.holding) {
                state::holding(commons, person).save(storage, &entry.holding);
            }
            if differs(&entry.debt, &before.debt) {
                state::debt(commons, person).save(storage, &entry.debt);
            }
            if let Some(season) = &season
                && (!entry.kept || differs(&entry.account, &before.account))
            {
                state::account(commons, season.number, person).save(storage, &entry.account);
            }
            for epoch in entry.turned {
                storage.remove(state::turn(commons, person, epoch).bytes());
            }
        }
    }
}

/// Whether a record is another now. A function of its own: the chain takes no
/// contract in which one function has more than 100 locals.
#[inline(never)]
fn differs<T: PartialEq>(now: &T, before: &T) -> bool {
    now != before
}

/// What waited may be used: nothing is owed any more.
fn free(account: &mut Account, sums: &mut Sums) {
    sums.waiting -= account.waiting;
    sums.balance += account.waiting;
    account.balance += account.waiting;
    account.waiting = 0;
}

/// The cuts that an account has not seen.
fn cut_account(account: &mut Account, sums: &mut Sums, season: &Season) {
    if account.cuts >= season.cut_count() {
        return;
    }
    let seen = account.cuts;
    for (part, sum) in [
        (&mut account.balance, &mut sums.balance),
        (&mut account.escrow, &mut sums.escrow),
        (&mut account.waiting, &mut sums.waiting),
        (&mut account.banked, &mut sums.banked),
    ] {
        let gone = lost(*part, season.left(*part, seen));
        *part -= gone;
        *sum -= gone;
        account.cut += gone;
        sums.cut += gone;
    }
    account.cuts = season.cut_count();
}

/// The cuts that the sums have not seen.
pub(super) fn cut_sums(sums: &mut Sums, season: &Season) {
    if sums.cuts >= season.cut_count() {
        return;
    }
    let seen = sums.cuts;
    let gone = lost(sums.reserve, season.left(sums.reserve, seen));
    sums.reserve -= gone;
    sums.cut += gone;
    sums.pool = season.left(sums.pool, seen);
    sums.aside = season.left(sums.aside, seen);
    sums.cuts = season.cut_count();
}
