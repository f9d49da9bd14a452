//! Builders' rewards: a published design (an entry that is everybody's) pays
//! its author when others report that they built it.
//!
//! A report counts when its maker is a person that takes part, neither author
//! nor related to the author, and has not counted for a design of this author
//! within a year; each person once an entry, and so many an entry at most. An
//! organisation is a shell for those who control it: what is said of the author
//! is asked of each of them, too, so that nobody earns through it what it would
//! not earn itself. From `builders_least` reports on the author has earned what
//! each was worth when it came. It collects from the pool, oldest hold first,
//! once it and whoever holds a quarter of it owe nothing.

use mycel_kit::peers::credit::{Kind, Resolution};
use mycel_kit::peers::members::{Controllers, MembersQuery, PersonAddress, Related};
use mycel_kit::{Amount, Id};

use super::record::{Fund, Step};
use super::{RegisterError, boundary, entries, entry, state, sum, totals};
use crate::bounds;
use crate::call::Call;
use crate::dividend::COMMONS;
use crate::error::ContractError;

/// Seconds after which a person may count for the same author again.
pub const PAIR_SECONDS: u64 = 365 * 86_400;
/// Whoever holds so much of an organisation pays its own debts before it is
/// rewarded, in 1/10,000.
pub const QUARTER_BPS: u16 = 2_500;
/// Most holds in the pool; one collection may take from all.
pub const MAX_FUNDS: u64 = 20;

/// Member: reports that it built an entry's design.
///
/// # Errors
/// See the module; evidence that was used.
pub fn built(call: &mut Call<'_>, number: u64, evidence: &str) -> Result<(), ContractError> {
    let evidence = bounds::hash("evidence", evidence)?;
    let numbers = call.parameters.numbers;
    let mut found = entry(call.storage, number)?;
    let sender = call.sender.clone();
    let standing = call.dealer(&sender)?;
    if standing.kind != Kind::Person {
        return Err(RegisterError::NoPerson.into());
    }
    let builder = standing.person.0;
    if call.now < found.commons_from {
        return Err(RegisterError::NotPublished {
            entry: number,
            from: found.commons_from,
        }
        .into());
    }
    let behind = behind(call, found.author)?;
    stranger(call, number, &behind, builder)?;
    let technology = format!("entry/{number}");
    let (step, until, _) = boundary::step(call.storage, boundary::ALL, &technology, call.now)?;
    if step >= Step::Limited {
        return Err(RegisterError::Restricted {
            technology,
            step: step.name(),
            until,
        }
        .into());
    }
    if found.builders >= found.builders_most {
        return Err(RegisterError::AllRewarded {
            entry: number,
            builders: found.builders,
        }
        .into());
    }
    let once = state::built(number, builder);
    if let Some(at) = once.may_load(call.storage)? {
        return Err(RegisterError::BuiltAlready {
            entry: number,
            builder,
            at,
        }
        .into());
    }
    for &(author, _) in &behind {
        let last = state::pair(author, builder).may_load(call.storage)?;
        let from = last.map_or(0, |last| last.saturating_add(PAIR_SECONDS));
        if call.now < from {
            return Err(RegisterError::SameAuthor {
                builder,
                author,
                from,
            }
            .into());
        }
    }
    entries::use_evidence(call, &evidence, number)?;
    once.save(call.storage, &call.now);
    for (author, _) in behind {
        state::pair(author, builder).save(call.storage, &call.now);
    }
    let before = found.earned();
    let reward = u128::from(numbers.reward_credits) * u128::from(mycel_kit::amount::CREDIT);
    found.builders += 1;
    found.accrued = sum(found.accrued, reward)?;
    let after = found.earned();
    state::entry(number).save(call.storage, &found);
    let mut totals = totals(call)?;
    totals.earned = sum(totals.earned, after.saturating_sub(before))?;
    state::totals().save(call.storage, &totals);
    call.event(
        "built",
        &[
            ("entry", &number),
            ("builder", &builder),
            ("builders", &found.builders),
            ("earned", &after),
        ],
    );
    Ok(())
}

/// The author and, of an organisation, whoever controls it (at most 20), with
/// their shares in 1/10,000.
fn behind(call: &Call<'_>, author: u64) -> Result<Vec<(u64, u16)>, ContractError> {
    let mut behind = vec![(author, 10_000)];
    let known: PersonAddress = call.members(&MembersQuery::Person { person: Id(author) })?;
    if known.kind == Kind::Org {
        let Controllers { persons } =
            call.members(&MembersQuery::Controllers { org: known.address })?;
        behind.extend(persons.iter().map(|one| (one.person.0, one.bps)));
    }
    Ok(behind)
}

/// Neither the author, nor one who controls it, nor related to any of them.
fn stranger(
    call: &Call<'_>,
    number: u64,
    behind: &[(u64, u16)],
    builder: u64,
) -> Result<(), ContractError> {
    if behind.iter().any(|(author, _)| builder == *author) {
        return Err(RegisterError::OwnDesign { entry: number }.into());
    }
    for &(author, _) in behind {
        let related: Related = call.members(&MembersQuery::Related {
            a: Id(author),
            b: Id(builder),
        })?;
        if related.any() {
            return Err(RegisterError::Related { builder, author }.into());
        }
    }
    Ok(())
}

/// Author: takes what an entry has earned, as far as the pool reaches.
///
/// # Errors
/// Not the author, nothing earned, debts, an empty pool.
pub fn collect(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let sender = call.sender.clone();
    let mut found = entries::own(call, number)?;
    call.dealer(&sender)?;
    let earned = found.earned();
    let owed = earned.saturating_sub(found.rewarded);
    if owed == 0 {
        return Err(RegisterError::NoReward {
            entry: number,
            builders: found.builders,
            needs: found.builders_least,
            earned,
            paid: found.rewarded,
        }
        .into());
    }
    for (one, bps) in behind(call, found.author)? {
        let person = state::person(one)
            .may_load(call.storage)?
            .unwrap_or_default();
        if bps >= QUARTER_BPS && (person.owing > 0 || person.restorations > 0) {
            return Err(RegisterError::DebtsFirst {
                person: one,
                entries: person.owing,
                restorations: person.restorations,
            }
            .into());
        }
    }
    let mut totals = totals(call)?;
    let mut left = u64::try_from(owed).unwrap_or(u64::MAX);
    let mut items = vec![];
    let first = totals.spent_funds + 1;
    for place in first..=totals.funds {
        // at most MAX_FUNDS
        let key = state::fund(place);
        let mut fund = key.load(call.storage)?;
        // the commons' holds do not decay, but who waits too long finds them released
        let there = call.hold(fund.hold)?.map_or(0, |hold| hold.amount.pico());
        let part = left.min(there.min(fund.left));
        if part > 0 {
            items.push(Resolution::Capture {
                hold: Id(fund.hold),
                amount: Amount::new(part).unwrap_or(Amount::MAX),
                to: sender.clone(),
            });
        }
        left -= part;
        fund.left = there.min(fund.left) - part;
        key.save(call.storage, &fund);
        if fund.left == 0 {
            totals.spent_funds = place;
        }
        if left == 0 {
            break;
        }
    }
    let paid = u64::try_from(owed).unwrap_or(u64::MAX) - left;
    if paid == 0 {
        return Err(RegisterError::PoolEmpty { owed }.into());
    }
    found.rewarded = sum(found.rewarded, paid.into())?;
    totals.rewarded = sum(totals.rewarded, paid.into())?;
    state::entry(number).save(call.storage, &found);
    state::totals().save(call.storage, &totals);
    call.resolve(&items);
    call.event(
        "collect_reward",
        &[
            ("entry", &number),
            ("amount", &paid),
            ("left", &(owed - u128::from(paid))),
        ],
    );
    Ok(())
}

/// A decision funds the pool.
///
/// # Errors
/// Not the commons' money; the pool has twenty holds that have not expired.
pub fn fund(
    call: &mut Call<'_>,
    hold: u64,
    owner: &str,
    amount: Amount,
) -> Result<(), ContractError> {
    if owner != COMMONS {
        return Err(RegisterError::NotTheCommons.into());
    }
    let expires = call.hold(hold)?.map_or(call.now, |hold| hold.expires.0);
    let mut totals = totals(call)?;
    // those that are gone make place, the oldest first
    while totals.spent_funds < totals.funds {
        let oldest = state::fund(totals.spent_funds + 1).load(call.storage)?;
        if call.now < oldest.expires {
            break;
        }
        totals.spent_funds += 1;
    }
    let held = totals.funds - totals.spent_funds;
    bounds::within("holds of the pool", held + 1, 1u64, MAX_FUNDS)?;
    totals.funds += 1;
    let fund = Fund {
        hold,
        left: amount.pico(),
        expires,
    };
    state::fund(totals.funds).save(call.storage, &fund);
    state::totals().save(call.storage, &totals);
    call.event("fund_rewards", &[("hold", &hold), ("amount", &amount)]);
    Ok(())
}
