//! Answers about the register.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Order, Storage, Uint128};
use mycel_kit::roles::Electorate;
use mycel_kit::{Amount, Id, Key, Seconds};

use super::record::{Debt, Entry, Kind, Matter, Progress, Question, Step};
use super::{RegisterError, boundary, entry, state};
use crate::ask::Page;
use crate::error::ContractError;

/// Most items of a page, and the default.
const MAX_PAGE: u32 = 50;

/// Answer to `entry`.
#[cw_serde]
pub struct EntryView {
    /// Its number.
    pub entry: Id,
    /// What it was registered as.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Its licence.
    pub licence: String,
    /// SHA-256 of what shows it.
    pub evidence: String,
    /// Whose it is.
    pub author: Id,
    /// Since when.
    pub at: Seconds,
    /// From when it is everybody's.
    pub commons_from: Seconds,
    /// Whether it is everybody's now.
    pub commons: bool,
    /// Dues in 1/10,000 of revenue.
    pub dues_bps: u32,
    /// Reports of revenue.
    pub reports: Id,
    /// Dues of these.
    pub dues: Uint128,
    /// Dues not yet paid.
    pub owes: Uint128,
    /// Since when the oldest of them is due; in the past: overdue.
    pub due_by: Option<Seconds>,
    /// Persons who built it.
    pub builders: u32,
    /// From how many on it earns.
    pub builders_least: u32,
    /// For how many at most.
    pub builders_most: u32,
    /// What its author earned with that.
    pub earned: Uint128,
    /// Of this, paid.
    pub rewarded: Uint128,
    /// How the whole community restricts it.
    pub restricted: Step,
}

/// Answer to `entries`.
#[cw_serde]
pub struct Entries {
    /// Entries, ascending.
    pub entries: Vec<EntryView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// One report of revenue.
#[cw_serde]
pub struct ReportView {
    /// Its number within the entry.
    pub report: Id,
    /// When.
    pub at: Seconds,
    /// How much came in.
    pub revenue: Amount,
    /// What is owed of it.
    pub due: Amount,
    /// Until when.
    pub due_by: Seconds,
    /// Whether it is wholly paid.
    pub paid: bool,
    /// SHA-256 of the accounts.
    pub evidence: String,
}

/// Answer to `reports`.
#[cw_serde]
pub struct Reports {
    /// Reports, ascending.
    pub reports: Vec<ReportView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<Id>,
}

/// Something not paid in time.
#[cw_serde]
pub struct OverdueView {
    /// `dues` or `restoration`.
    pub what: String,
    /// The entry, or the matter that found restoration owed.
    pub number: Id,
    /// Who owes it.
    pub person: Id,
    /// How much is owed, with what is not due yet.
    pub owes: Uint128,
    /// Since when.
    pub due_by: Seconds,
}

/// Answer to `overdue`.
#[cw_serde]
pub struct Overdue {
    /// The longest overdue first.
    pub overdue: Vec<OverdueView>,
    /// `after` of the next page; absent on the last.
    pub next: Option<String>,
}

/// Answer to `refused`.
#[cw_serde]
pub struct Refused {
    /// Whether it is refused there now.
    pub refused: bool,
    /// The step in force: none, notice, limited, refused.
    pub step: Step,
    /// Until when; absent: no step, or until it is allowed again.
    pub until: Option<Seconds>,
    /// Who restricts it: the boundary itself or all.
    pub by: Option<Electorate>,
    /// Whether a vote did, not a review.
    pub voted: bool,
    /// The review that waits for its jury.
    pub review: Option<Id>,
}

/// Answer to `matter`.
#[cw_serde]
pub struct MatterView {
    /// Its number.
    pub matter: Id,
    /// `payment`, `harm` or `impact`.
    pub kind: String,
    /// The hold of a payment; sortition's number of a case.
    pub reference: Id,
    /// Who asked.
    pub by: Option<Id>,
    /// `open`, `upheld`, `dismissed`, `lapsed`; of a payment `open`.
    pub progress: String,
    /// The technology that a case is about.
    pub technology: Option<String>,
    /// The commons that a case is about.
    pub commons: Option<Id>,
    /// Until when the jury decides.
    pub deadline: Option<Seconds>,
    /// Restoration that was found owed.
    pub restoration: Option<RestorationView>,
}

/// Restoration owed.
#[cw_serde]
pub struct RestorationView {
    /// Who owes it.
    pub user: Id,
    /// How much.
    pub amount: Amount,
    /// Of this, paid.
    pub paid: Amount,
    /// Until when.
    pub due_by: Seconds,
}

/// Answer to `register`: the sums.
#[cw_serde]
pub struct RegisterView {
    /// Entries so far.
    pub entries: Id,
    /// Payments and cases so far.
    pub matters: Id,
    /// Cases that wait for their juries.
    pub open_cases: Id,
    /// Dues of all reports.
    pub dues: Uint128,
    /// Of these, paid.
    pub dues_paid: Uint128,
    /// Restoration found owed.
    pub restoration: Uint128,
    /// Of this, paid.
    pub restoration_paid: Uint128,
    /// Rewards earned.
    pub earned: Uint128,
    /// Of these, paid.
    pub rewarded: Uint128,
    /// What the rewards' pool has, as far as is known here.
    pub pool: Uint128,
}

fn amount(pico: u64) -> Amount {
    Amount::new(pico).unwrap_or(Amount::MAX)
}

fn page(given: Page) -> (u64, u64) {
    let after = given.after.map_or(0, |after| after.0);
    (
        after,
        given.limit.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE).into(),
    )
}

fn view(
    storage: &dyn Storage,
    number: u64,
    found: Entry,
    now: u64,
) -> Result<EntryView, ContractError> {
    let due_by = match found.owes() {
        0 => None,
        _ => state::report(number, found.settled + 1)
            .may_load(storage)?
            .map(|report| Seconds(report.due_by)),
    };
    let technology = format!("entry/{number}");
    let (restricted, ..) = boundary::step(storage, boundary::ALL, &technology, now)?;
    Ok(EntryView {
        entry: Id(number),
        kind: found.kind,
        evidence: cosmwasm_std::to_hex(found.evidence),
        author: Id(found.author),
        at: Seconds(found.at),
        commons_from: Seconds(found.commons_from),
        commons: now >= found.commons_from,
        dues_bps: found.dues_bps,
        reports: Id(found.reports),
        dues: found.dues.into(),
        owes: found.owes().into(),
        due_by,
        builders: found.builders,
        builders_least: found.builders_least,
        builders_most: found.builders_most,
        earned: found.earned().into(),
        rewarded: found.rewarded.into(),
        restricted,
        title: found.title,
        licence: found.licence,
    })
}

/// One entry.
///
/// # Errors
/// There is none of that number.
pub fn one(storage: &dyn Storage, number: u64, now: u64) -> Result<EntryView, ContractError> {
    view(storage, number, entry(storage, number)?, now)
}

/// Entries, ascending.
///
/// # Errors
/// Unreadable state.
pub fn entries(storage: &dyn Storage, given: Page, now: u64) -> Result<Entries, ContractError> {
    let (after, limit) = page(given);
    let last = state::totals().may_load(storage)?.unwrap_or_default();
    let to = last.entries.min(after.saturating_add(limit));
    let mut entries = vec![];
    for number in after.saturating_add(1)..=to {
        entries.push(one(storage, number, now)?);
    }
    Ok(Entries {
        entries,
        next: (to < last.entries).then_some(Id(to)),
    })
}

/// An entry's reports of revenue.
///
/// # Errors
/// No such entry.
pub fn reports(storage: &dyn Storage, number: u64, given: Page) -> Result<Reports, ContractError> {
    let found = entry(storage, number)?;
    let (after, limit) = page(given);
    let to = found.reports.min(after.saturating_add(limit));
    let mut reports = vec![];
    for report in after.saturating_add(1)..=to {
        let kept = state::report(number, report).load(storage)?;
        reports.push(ReportView {
            report: Id(report),
            at: Seconds(kept.at),
            revenue: amount(kept.revenue),
            due: amount(kept.due),
            due_by: Seconds(kept.due_by),
            paid: report <= found.settled,
            evidence: cosmwasm_std::to_hex(kept.evidence),
        });
    }
    Ok(Reports {
        reports,
        next: (to < found.reports).then_some(Id(to)),
    })
}

/// What was not paid in time, the longest overdue first.
///
/// # Errors
/// `after` that no page ended with.
pub fn overdue(
    storage: &dyn Storage,
    after: Option<&str>,
    limit: Option<u32>,
    now: u64,
) -> Result<Overdue, ContractError> {
    let start = match after {
        None => b"go".to_vec(),
        Some(text) => {
            let mut raw = from_hex(text).ok_or(RegisterError::UnknownPage)?;
            raw.push(0);
            raw
        }
    };
    let end = [&b"go"[..], &now.to_be_bytes()].concat();
    let limit = limit.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE) as usize;
    let mut overdue = vec![];
    let mut next = None;
    if start >= end {
        return Ok(Overdue { overdue, next });
    }
    for raw in storage
        .range_keys(Some(&start), Some(&end), Order::Ascending)
        .take(limit)
    {
        let number = |at: usize| -> u64 {
            let bytes = raw.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
            bytes.map_or(0, u64::from_be_bytes)
        };
        let (due, number) = (number(2), number(11));
        let debt = match raw.get(10) {
            Some(0) => Debt::Dues(number),
            _ => Debt::Restoration(number),
        };
        let (person, owes) = match debt {
            Debt::Dues(number) => {
                let found = entry(storage, number)?;
                (found.author, found.owes())
            }
            Debt::Restoration(number) => {
                let found = state::restoration(number).load(storage)?;
                (found.user, u128::from(found.amount - found.paid))
            }
        };
        overdue.push(OverdueView {
            what: debt.parts().0.to_owned(),
            number: Id(number),
            person: Id(person),
            owes: owes.into(),
            due_by: Seconds(due),
        });
        next = Some(cosmwasm_std::to_hex(&raw));
    }
    let full = overdue.len() == limit;
    Ok(Overdue {
        overdue,
        next: next.filter(|_| full),
    })
}

/// The bytes of an even number of hexadecimal digits, at most those of a key.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    (text.len() == 38)
        .then(|| cosmwasm_std::from_hex(text).ok())
        .flatten()
        .filter(|raw: &Vec<u8>| raw.starts_with(b"go"))
}

/// How a technology stands inside a boundary: its own, or the whole community's.
///
/// # Errors
/// No such boundary or technology.
pub fn refused(
    storage: &dyn Storage,
    name: &str,
    within: &Electorate,
    now: u64,
) -> Result<Refused, ContractError> {
    let place = boundary::of(within)?;
    let name = boundary::technology(storage, name)?;
    let (step, until, by) = boundary::step(storage, place, &name, now)?;
    let decided = boundary::restriction(storage, by, &name)?;
    let own = boundary::restriction(storage, place, &name)?;
    Ok(Refused {
        refused: step == Step::Refused,
        step,
        until: (step != Step::None && until != u64::MAX).then_some(Seconds(until)),
        by: (step != Step::None).then_some(match by {
            boundary::ALL => Electorate::All,
            commons => Electorate::Commons(Id(commons)),
        }),
        voted: decided.voted_until.is_some_and(|until| now < until),
        review: own.review.map(Id),
    })
}

/// A payment that waits, or a case.
///
/// # Errors
/// There is none of that number; a payment that was taken is gone.
pub fn matter(storage: &dyn Storage, number: u64) -> Result<MatterView, ContractError> {
    let key: Key<Matter> = state::matter(number);
    let Some(found) = key.may_load(storage)? else {
        return Err(RegisterError::UnknownMatter { matter: number }.into());
    };
    let restoration = state::restoration(number).may_load(storage)?;
    Ok(match found {
        Matter::Payment(payment) => MatterView {
            matter: Id(number),
            kind: "payment".to_owned(),
            reference: Id(payment.hold),
            by: None,
            progress: "open".to_owned(),
            technology: None,
            commons: None,
            deadline: None,
            restoration: None,
        },
        Matter::Case(case) => {
            let kind = super::cases::kind(&case.question).to_owned();
            let (technology, commons) = match case.question {
                Question::Harm {
                    commons,
                    technology,
                    ..
                } => (technology, Some(Id(commons))),
                Question::Impact {
                    commons,
                    technology,
                } => (technology, commons.map(Id)),
            };
            MatterView {
                matter: Id(number),
                kind,
                reference: Id(case.case),
                by: Some(Id(case.by)),
                progress: match case.progress {
                    Progress::Asked | Progress::Open => "open",
                    Progress::Upheld => "upheld",
                    Progress::Dismissed => "dismissed",
                    Progress::Lapsed => "lapsed",
                }
                .to_owned(),
                technology: Some(technology),
                commons,
                deadline: Some(Seconds(case.deadline)),
                restoration: restoration.map(|owed| RestorationView {
                    user: Id(owed.user),
                    amount: amount(owed.amount),
                    paid: amount(owed.paid),
                    due_by: Seconds(owed.due_by),
                }),
            }
        }
    })
}

/// The sums.
///
/// # Errors
/// Unreadable state.
pub fn register(storage: &dyn Storage) -> Result<RegisterView, ContractError> {
    let totals = state::totals().may_load(storage)?.unwrap_or_default();
    let mut pool = 0u128;
    for number in totals.spent_funds + 1..=totals.funds {
        pool += u128::from(state::fund(number).load(storage)?.left);
    }
    Ok(RegisterView {
        entries: Id(totals.entries),
        matters: Id(totals.matters),
        open_cases: Id(totals.open_cases),
        dues: totals.dues.into(),
        dues_paid: totals.dues_paid.into(),
        restoration: totals.restoration.into(),
        restoration_paid: totals.restoration_paid.into(),
        earned: totals.earned.into(),
        rewarded: totals.rewarded.into(),
        pool: pool.into(),
    })
}
