//! Statements by periods of 30 days, exact to the unit: closing = opening +
//! received − spent − decayed + moved, and each opening is the closing before.
//!
//! Only periods in which something but decay happened have a record. Between
//! two records a position only decays, which the clock tells: so an opening is
//! the last closing before, decayed up to the period's beginning.

use cosmwasm_std::{Int128, Order, Storage};
use mycel_kit::Seconds;

use crate::decay::view;
use crate::error::ContractError;
use crate::fold::{period_of, period_of_snap};
use crate::msg::{StatementLine, StatementResponse};
use crate::policies::Policies;
use crate::state::{self, Account, PERIOD, Statement, Terms};

/// Most periods in one answer.
const MAX_PERIODS: u16 = 24;

struct Books<'a> {
    storage: &'a dyn Storage,
    number: u32,
    account: Account,
    terms: Terms,
    /// The period that what is pending belongs to.
    pending: u16,
}

/// The statement of an account over the periods of two times.
///
/// # Errors
/// Only for unreadable state.
pub fn statement<P: Policies>(
    storage: &dyn Storage,
    number: u32,
    Seconds(from): Seconds,
    Seconds(to): Seconds,
    now: u64,
) -> Result<StatementResponse, ContractError> {
    let account = state::account(number).load(storage)?;
    let terms = state::terms().load(storage)?;
    let opened = period_of(state::identity(number).load(storage)?.opened);
    let books = Books {
        pending: period_of_snap(storage, &terms, account.snap)?,
        storage,
        number,
        account,
        terms,
    };
    let current = period_of(now);
    let first = period_of(from).max(opened);
    let last = period_of(to)
        .min(current)
        .min(first.saturating_add(MAX_PERIODS - 1));
    let mut lines = Vec::new();
    for period in first..=last {
        let record = books.record(period)?.unwrap_or_default();
        let opening = books.opening::<P>(period)?;
        let closing = if period == current {
            view::<P>(&books.account, books.terms.clock.at(now)?, &books.terms)?
        } else {
            books.opening::<P>(period + 1)?
        };
        let decayed = opening + record.received - record.spent + record.moved - closing;
        lines.push(StatementLine {
            from: Seconds(u64::from(period) * PERIOD),
            until: Seconds((u64::from(period) + 1) * PERIOD),
            opening: Int128::new(opening),
            received: record.received.unsigned_abs().into(),
            spent: record.spent.unsigned_abs().into(),
            decayed: decayed.max(0).unsigned_abs().into(),
            moved: Int128::new(record.moved),
            closing: Int128::new(closing),
        });
    }
    Ok(StatementResponse { lines })
}

impl Books<'_> {
    /// A period's record, with what is pending in it.
    fn record(&self, period: u16) -> Result<Option<Statement>, ContractError> {
        let stored = state::statement(self.number, period).may_load(self.storage)?;
        let pending = &self.account.pending;
        if period != self.pending || pending.is_booked() {
            return Ok(stored);
        }
        let mut record = stored.unwrap_or_default();
        record.received += pending.received;
        record.spent += pending.spent();
        (record.closing, record.snap) = (self.account.position, self.account.snap);
        Ok(Some(record))
    }

    /// The position at a period's beginning.
    fn opening<P: Policies>(&self, period: u16) -> Result<i128, ContractError> {
        let Some(before) = self.last_before(period)? else {
            return Ok(0);
        };
        let then = Account {
            position: before.closing,
            snap: before.snap,
            ..self.account.clone()
        };
        let lambda = self.beginning(period)?.max(before.snap);
        view::<P>(&then, lambda, &self.terms)
    }

    fn last_before(&self, period: u16) -> Result<Option<Statement>, ContractError> {
        let (start, end) = (
            state::statement(self.number, 0),
            state::statement(self.number, period),
        );
        let mut range =
            self.storage
                .range(Some(start.bytes()), Some(end.bytes()), Order::Descending);
        let stored = range
            .next()
            .map(|(_, value)| end.decode(&value))
            .transpose()?;
        if self.account.pending.is_booked() || self.pending >= period {
            return Ok(stored);
        }
        // what is pending came last
        Ok(self.record(self.pending)?.or(stored))
    }

    /// Λ at a period's beginning.
    fn beginning(&self, period: u16) -> Result<u128, ContractError> {
        let start = u64::from(period) * PERIOD;
        if period > self.terms.period {
            return self.terms.clock.at(start);
        }
        if period == self.terms.period {
            return Ok(self.terms.period_lambda);
        }
        Ok(state::period_lambda(period)
            .may_load(self.storage)?
            .unwrap_or(0))
    }
}
