//! Folding: the sums, the statement and the economy learn what payments left
//! in an account.
//!
//! A payment writes its two accounts and nothing else; decay that is due to
//! the commons, what was received and to whom was paid waits there. Whatever
//! touches an account otherwise (the sweep at the end of blocks, `settle`,
//! holds, an exit …) goes through a [`Batch`], which settles and folds it
//! first. A fold is only book-keeping: no view moves.
//!
//! What happened in one period of 30 days is always folded into that period:
//! an account whose snap lies before the period's beginning is folded before
//! anything else happens to it.

use std::collections::BTreeMap;

use cosmwasm_std::Storage;

use crate::decay::settle;
use crate::error::ContractError;
use crate::policies::Policies;
use crate::state::{self, Account, MAX_POSITION, PERIOD, Statement, Terms, Totals};
use crate::volume;

/// Periods whose beginnings are written at most in one message.
const MAX_ROLL: u16 = 24;

/// The terms at `now`; the first message of a period writes its beginning.
///
/// # Errors
/// A time before the last change of the rate.
pub fn terms_at(storage: &mut dyn Storage, now: u64) -> Result<Terms, ContractError> {
    let mut terms = state::terms().load(storage)?;
    let period = period_of(now);
    if period > terms.period {
        roll(storage, &mut terms, period)?;
    }
    Ok(terms)
}

/// Writes Λ at the beginning of each period up to `period`. Needed before the
/// rate changes and whenever a new period is first touched; until then the
/// clock still knows.
fn roll(storage: &mut dyn Storage, terms: &mut Terms, period: u16) -> Result<(), ContractError> {
    let first = (terms.period + 1).max(period.saturating_sub(MAX_ROLL));
    for each in first..=period {
        let start = u64::from(each) * PERIOD;
        terms.period_lambda = terms.clock.at(start.max(terms.clock.since))?;
        state::period_lambda(each).save(storage, &terms.period_lambda);
    }
    terms.period = period;
    state::terms().save(storage, terms);
    Ok(())
}

/// The period of 30 days in which a time lies.
#[must_use]
pub fn period_of(time: u64) -> u16 {
    u16::try_from(time / PERIOD).unwrap_or(u16::MAX)
}

/// The period in which Λ was `snap`: the one to which what is pending belongs.
///
/// # Errors
/// Only for unreadable state.
pub fn period_of_snap(
    storage: &dyn Storage,
    terms: &Terms,
    snap: u128,
) -> Result<u16, ContractError> {
    let (mut period, mut begins) = (terms.period, terms.period_lambda);
    while snap < begins && period > 0 {
        period -= 1;
        match state::period_lambda(period).may_load(storage)? {
            Some(lambda) => begins = lambda,
            None => break,
        }
    }
    Ok(period)
}

/// Whether payments of an earlier period wait in the account.
#[must_use]
pub fn is_stale(account: &Account, terms: &Terms) -> bool {
    account.snap < terms.period_lambda && !account.pending.is_booked()
}

/// What a change of a position is on the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Between members.
    Payment,
    /// Holds, starter, debts taken over or written off.
    Move,
}

/// Some accounts, settled and folded, with the sums of what changes: written
/// together at the end, or not at all.
pub struct Batch {
    /// Now.
    pub now: u64,
    /// Λ now.
    pub lambda: u128,
    /// What every payment reads.
    pub terms: Terms,
    /// What changes of the sums.
    pub totals: Totals,
    shard: Option<u8>,
    accounts: BTreeMap<u32, Open>,
}

struct Open {
    account: Account,
    statement: Statement,
    noted: bool,
}

impl Batch {
    /// A batch at this time.
    ///
    /// # Errors
    /// A time before the last change of the rate.
    pub fn open(storage: &mut dyn Storage, now: u64) -> Result<Batch, ContractError> {
        let terms = terms_at(storage, now)?;
        Ok(Batch {
            now,
            lambda: terms.clock.at(now)?,
            terms,
            totals: Totals::default(),
            shard: None,
            accounts: BTreeMap::new(),
        })
    }

    /// Settles and folds an account; answers what the commons collect of it.
    ///
    /// # Errors
    /// As [`Batch::account`].
    pub fn collect<P: Policies>(
        &mut self,
        storage: &mut dyn Storage,
        number: u32,
    ) -> Result<i128, ContractError> {
        let before = self.totals.commons;
        self.account::<P>(storage, number)?;
        Ok(self.totals.commons - before)
    }

    /// An account, settled now; the sums know all that happened before.
    ///
    /// # Errors
    /// No such account, or a time before its last change.
    pub fn account<P: Policies>(
        &mut self,
        storage: &mut dyn Storage,
        number: u32,
    ) -> Result<&mut Account, ContractError> {
        if !self.accounts.contains_key(&number) {
            let mut account = state::account(number).load(storage)?;
            // what waits is booked in its own period, before time goes on
            let folded = fold(storage, number, &mut account, &self.terms, &mut self.totals)?;
            settle::<P>(&mut account, self.lambda, &self.terms)?;
            collect(&mut account, &mut self.totals);
            self.adopt(number, account);
            if let (Some((period, statement)), Some(open)) =
                (folded, self.accounts.get_mut(&number))
                && period == self.terms.period
            {
                (open.statement, open.noted) = (statement, true);
            } else if let Some(statement) =
                state::statement(number, self.terms.period).may_load(storage)?
                && let Some(open) = self.accounts.get_mut(&number)
            {
                open.statement = statement;
            }
        }
        self.get(number)
    }

    /// A new account of this message.
    pub fn adopt(&mut self, number: u32, account: Account) {
        self.shard.get_or_insert(state::shard_of(number));
        let open = Open {
            account,
            statement: Statement::default(),
            noted: false,
        };
        self.accounts.insert(number, open);
    }

    /// An account that [`Batch::account`] has opened.
    ///
    /// # Errors
    /// It has not.
    pub fn get(&mut self, number: u32) -> Result<&mut Account, ContractError> {
        let open = self.accounts.get_mut(&number);
        open.map(|open| &mut open.account)
            .ok_or(ContractError::UnknownItem {
                what: "open account",
                id: u64::from(number),
            })
    }

    /// Adds to an opened account's position.
    ///
    /// # Errors
    /// [`ContractError::OutOfBounds`] beyond 2^100.
    pub fn shift(&mut self, number: u32, by: i128, entry: Entry) -> Result<(), ContractError> {
        let Some(open) = self.accounts.get_mut(&number) else {
            return Err(ContractError::UnknownItem {
                what: "open account",
                id: u64::from(number),
            });
        };
        let (before, after) = (open.account.position, open.account.position + by);
        within_bounds(after)?;
        open.account.position = after;
        count_position(&mut self.totals, before, after);
        match (entry, by > 0) {
            (Entry::Payment, true) => open.statement.received += by,
            (Entry::Payment, false) => open.statement.spent -= by,
            (Entry::Move, _) => open.statement.moved += by,
        }
        open.noted = true;
        Ok(())
    }

    /// Writes everything.
    ///
    /// # Errors
    /// Only for unreadable state.
    pub fn close(self, storage: &mut dyn Storage) -> Result<(), ContractError> {
        for (number, mut open) in self.accounts {
            state::account(number).save(storage, &open.account);
            if open.noted {
                open.statement.closing = open.account.position;
                open.statement.snap = open.account.snap;
                state::statement(number, self.terms.period).save(storage, &open.statement);
            }
        }
        add_totals(storage, self.shard.unwrap_or(0), &self.totals)
    }
}

/// Books what is pending and counts it as volume: nothing waits any more. The
/// caller writes the account. Answers the statement that was written, with its
/// period.
///
/// # Errors
/// Only for unreadable state.
pub fn fold(
    storage: &mut dyn Storage,
    number: u32,
    account: &mut Account,
    terms: &Terms,
    totals: &mut Totals,
) -> Result<Option<(u16, Statement)>, ContractError> {
    if account.pending.is_empty() {
        return Ok(None);
    }
    let booked = book(storage, number, account, terms, totals)?;
    let pending = std::mem::take(&mut account.pending);
    let period = period_of_snap(storage, terms, account.snap)?;
    for flow in &pending.flows {
        volume::count(storage, number, flow.to, flow.amount, period)?;
    }
    Ok(booked)
}

/// Books what is pending: sums and statement, in the period in which it
/// happened. Volume counts the flows later: that costs more than one payment
/// should pay for.
///
/// # Errors
/// Only for unreadable state.
pub fn book(
    storage: &mut dyn Storage,
    number: u32,
    account: &mut Account,
    terms: &Terms,
    totals: &mut Totals,
) -> Result<Option<(u16, Statement)>, ContractError> {
    count_position(totals, account.counted(), account.position);
    let pending = &mut account.pending;
    let (received, spent) = (pending.received, pending.spent());
    totals.commons += pending.due;
    totals.transit += spent - received;
    totals.volume = totals.volume.saturating_add(spent);
    (pending.due, pending.received) = (0, 0);
    pending.beyond -= spent;
    if received == 0 && spent == 0 {
        return Ok(None);
    }
    let period = period_of_snap(storage, terms, account.snap)?;
    let key = state::statement(number, period);
    let mut statement = key.may_load(storage)?.unwrap_or_default();
    statement.received += received;
    statement.spent += spent;
    statement.closing = account.position;
    statement.snap = account.snap;
    key.save(storage, &statement);
    Ok(Some((period, statement)))
}

/// Brings decay that was just settled to the commons.
fn collect(account: &mut Account, totals: &mut Totals) {
    let due = std::mem::take(&mut account.pending.due);
    count_position(totals, account.position + due, account.position);
    totals.commons += due;
}

/// Refuses a position beyond 2^100.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn within_bounds(position: i128) -> Result<(), ContractError> {
    if position.unsigned_abs() <= MAX_POSITION.unsigned_abs() {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what: "position",
        value: position.to_string(),
        least: (-MAX_POSITION).to_string(),
        most: MAX_POSITION.to_string(),
    })
}

fn count_position(totals: &mut Totals, before: i128, after: i128) {
    totals.positive += after.max(0) - before.max(0);
    totals.negative += (-after).max(0) - (-before).max(0);
}

/// Adds to a shard of the sums.
///
/// # Errors
/// Only for unreadable state.
pub fn add_totals(
    storage: &mut dyn Storage,
    shard: u8,
    more: &Totals,
) -> Result<(), ContractError> {
    if *more == Totals::default() {
        return Ok(());
    }
    let key = state::totals(shard);
    let totals = key.may_load(storage)?.unwrap_or_default();
    key.save(storage, &totals.plus(more));
    Ok(())
}
