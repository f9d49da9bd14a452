//! What an account's limit is made of, beside the account itself, so that
//! payments need not carry it.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::{Amount, Key};

use crate::error::ContractError;
use crate::factors::{self, Factors};
use crate::fold::period_of;
use crate::limit;
use crate::policies::{LimitPolicy, Policies};
use crate::rules::Rules;
use crate::state::{Account, Kind, PERIOD};
use crate::volume::Activity;

/// Beside an account, absent while nothing differs from a newcomer's.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Ledger {
    /// The own limit before what sponsoring takes off.
    pub granted: Amount,
    /// Average monthly earnings.
    pub average: Amount,
    /// The factors in force.
    pub factors: Factors,
    /// Eco in Q32.
    pub eco: u64,
    /// Until when the factors hold; 0 without an assessment.
    pub assessed_until: u64,
    /// Who assessed: accounts.
    pub assessors: Vec<u32>,
    /// How many assessments were ever asked for.
    pub asked: u32,
    /// From when the next may be.
    pub again: u64,
    /// Persons brought in: period of 30 days and how many, oldest first.
    pub invited: Vec<(u16, u16)>,
    /// The authority set the limit: it stays.
    pub fixed: bool,
}

impl Ledger {
    /// A newcomer's, with this own limit.
    #[must_use]
    pub fn new(granted: Amount) -> Ledger {
        Ledger {
            granted,
            average: Amount::ZERO,
            factors: Factors::UNASSESSED,
            eco: factors::ONE,
            assessed_until: 0,
            assessors: Vec::new(),
            asked: 0,
            again: 0,
            invited: Vec::new(),
            fixed: false,
        }
    }
}

/// An account's ledger.
#[must_use]
pub fn ledger(number: u32) -> Key<Ledger> {
    Key::new(b'l', &number.to_be_bytes())
}

impl Ledger {
    /// PC now.
    #[must_use]
    pub fn capacity<P: Policies>(&self) -> Amount {
        P::Limit::capacity(self.factors, self.eco)
    }

    /// An assessment that is too old counts no more: neutral again, and its
    /// assessors answer no longer.
    pub fn age(&mut self, now: u64) {
        if self.assessed_until != 0 && now > self.assessed_until {
            self.assessed_until = 0;
            self.factors = Factors::UNASSESSED;
            self.assessors.clear();
        }
    }

    /// Persons brought in so lately that the sponsor answers for them.
    #[must_use]
    pub fn invitees(&self, rules: &Rules, now: u64) -> u64 {
        let recent = self
            .invited
            .iter()
            .filter(|(at, _)| answers(*at, rules, now));
        recent.map(|(_, count)| u64::from(*count)).sum()
    }

    /// One more person brought in.
    pub fn invite(&mut self, rules: &Rules, now: u64) {
        self.invited.retain(|(at, _)| answers(*at, rules, now));
        let period = period_of(now);
        match self.invited.last_mut() {
            Some((at, count)) if *at == period => *count = count.saturating_add(1),
            _ => self.invited.push((period, 1)),
        }
    }

    /// The own limit in force: what is granted, less 250 for each invitee.
    #[must_use]
    pub fn limit(&self, rules: &Rules, now: u64) -> Amount {
        let off = rules.sponsorship.per_invitee.pico();
        let off = off.saturating_mul(self.invitees(rules, now));
        Amount::new(self.granted.pico().saturating_sub(off)).unwrap_or(Amount::ZERO)
    }
}

/// Whether a sponsor still answers for whom it brought in within a period:
/// until the days have passed for the last second of it.
fn answers(period: u16, rules: &Rules, now: u64) -> bool {
    let end = (u64::from(period) + 1) * PERIOD;
    now < end.saturating_add(u64::from(rules.sponsorship.days) * 86_400)
}

/// The ledger of an account, whatever is stored.
///
/// # Errors
/// Only for unreadable state.
pub fn load(
    storage: &dyn Storage,
    number: u32,
    account: &Account,
) -> Result<Ledger, ContractError> {
    let stored = ledger(number).may_load(storage)?;
    Ok(stored.unwrap_or_else(|| Ledger::new(account.limit)))
}

/// The own limit of a new account. A limit that the authority names stays.
/// Organisations and contracts owe nothing unless they are given a limit: a
/// person founds several, and one's credit would multiply.
pub fn open<P: Policies>(
    storage: &mut dyn Storage,
    number: u32,
    kind: Kind,
    line: Amount,
    opening: Amount,
    named: Option<Amount>,
) -> Amount {
    match (named, kind) {
        (Some(limit), _) => fix(storage, number, limit),
        (None, Kind::Org | Kind::Contract | Kind::Mirror) => Amount::ZERO,
        (None, Kind::Person) => {
            let capacity = P::Limit::capacity(Factors::UNASSESSED, factors::ONE);
            limit::opening(limit::line(kind, line), capacity, opening)
        }
    }
}

/// The own limit of an account that is opened again: a newcomer's without the
/// starter line, but no more than there was at the end; one that the authority
/// has named stays, and so does what sponsoring takes off. What was earned in
/// the earlier stay counts no more.
///
/// # Errors
/// Only for unreadable state.
pub fn again<P: Policies>(
    storage: &mut dyn Storage,
    rules: &Rules,
    number: u32,
    before: &Account,
    line: Amount,
    opening: Amount,
    now: u64,
) -> Result<Amount, ContractError> {
    let capacity = P::Limit::capacity(Factors::UNASSESSED, factors::ONE);
    let newcomers = limit::opening(Amount::ZERO, capacity, opening);
    let key = ledger(number);
    let Some(mut own) = key.may_load(storage)? else {
        return Ok(newcomers);
    };
    own.age(now);
    if !own.fixed {
        let line = limit::own_line(before, line);
        let whole = own.granted.checked_add(line).unwrap_or(Amount::MAX);
        own.granted = whole.min(newcomers);
        own.average = Amount::ZERO;
    }
    key.save(storage, &own);
    Ok(own.limit(rules, now))
}

/// The authority names an own limit: it no longer follows earnings.
fn fix(storage: &mut dyn Storage, number: u32, limit: Amount) -> Amount {
    let fixed = Ledger {
        fixed: true,
        ..Ledger::new(limit)
    };
    ledger(number).save(storage, &fixed);
    limit
}

/// The authority names the own limit of an account that exists; answers what
/// is in force then.
///
/// # Errors
/// Only for unreadable state.
pub fn set(
    storage: &mut dyn Storage,
    rules: &Rules,
    number: u32,
    account: &Account,
    limit: Amount,
    now: u64,
) -> Result<Amount, ContractError> {
    let mut own = load(storage, number, account)?;
    (own.granted, own.fixed) = (limit, true);
    ledger(number).save(storage, &own);
    Ok(own.limit(rules, now))
}

/// A sponsor brought somebody in; answers the own limit in force then.
///
/// # Errors
/// Only for unreadable state.
pub fn invite(
    storage: &mut dyn Storage,
    rules: &Rules,
    sponsor: u32,
    account: &Account,
    now: u64,
) -> Result<Amount, ContractError> {
    let mut own = load(storage, sponsor, account)?;
    own.invite(rules, now);
    ledger(sponsor).save(storage, &own);
    Ok(own.limit(rules, now))
}

/// The monthly step of an account that earned `activity` in the period that
/// closed: answers the own limit in force from now on, or `None` where limits
/// do not follow earnings.
///
/// # Errors
/// Only for unreadable state.
pub fn month<P: Policies>(
    storage: &mut dyn Storage,
    rules: &Rules,
    line: Amount,
    number: u32,
    account: &Account,
    activity: Activity,
    now: u64,
) -> Result<Option<Amount>, ContractError> {
    if matches!(account.kind, Kind::Contract | Kind::Mirror) {
        return Ok(None);
    }
    let before = load(storage, number, account)?;
    let mut own = before.clone();
    own.age(now);
    own.average = limit::average(
        own.average,
        activity.earnings(),
        activity.partners,
        &rules.growth,
    );
    if !own.fixed && account.kind == Kind::Person {
        let line = limit::own_line(account, line);
        own.granted = limit::month(
            own.granted,
            line,
            own.capacity::<P>(),
            own.average,
            &rules.growth,
        );
    }
    if own != before {
        ledger(number).save(storage, &own);
    }
    Ok(Some(own.limit(rules, now)))
}
