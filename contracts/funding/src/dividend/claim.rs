//! A member takes its shares of the deposits since its last claim.

use mycel_kit::peers::credit::{Kind, Resolution};
use mycel_kit::peers::members::{Eligible, MembersQuery};
use mycel_kit::{Amount, Id, Seconds};

use super::ask::Claimed;
use super::state::{self, Deposit, Totals};
use super::{DividendError, sum};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// Most deposits that one claim looks at, and the default.
pub const MAX_CLAIM: u32 = 50;

/// The first deposit that a person may still claim.
///
/// # Errors
/// Unreadable state.
pub fn first(
    storage: &dyn cosmwasm_std::Storage,
    totals: &Totals,
    person: u64,
) -> Result<u64, ContractError> {
    let mark = state::mark(person).may_load(storage)?.unwrap_or(0);
    Ok(mark.max(totals.ended) + 1)
}

/// The sender takes its shares of at most `limit` deposits, the oldest first;
/// what is left for another call is told.
///
/// # Errors
/// No standing, no person, an address that does not vote, nothing to claim; no
/// answer from members.
pub fn claim(call: &mut Call<'_>, limit: u32) -> Result<(), ContractError> {
    bounds::within("limit", limit, 1u32, MAX_CLAIM)?;
    let sender = call.sender.clone();
    let standing = call.dealer(&sender)?;
    if standing.kind != Kind::Person {
        return Err(DividendError::NoPerson.into());
    }
    let person = standing.person.0;
    let mut totals = state::totals().may_load(call.storage)?.unwrap_or_default();
    let from = first(call.storage, &totals, person)?;
    let to = totals.deposits.min(from.saturating_add(limit.into()) - 1);
    if from > to {
        return Err(DividendError::NothingToClaim {
            deposits: totals.deposits,
            mark: from - 1,
        }
        .into());
    }
    let mut items = vec![];
    let (mut paid, mut shares) = (0u128, 0u32);
    for number in from..=to {
        let key = state::deposit(number);
        let mut deposit = key.load(call.storage)?;
        if deposit.share == 0 || call.now >= deposit.until {
            continue;
        }
        if !was_member(call, &sender, person, deposit.height)? {
            continue;
        }
        take(call, &mut deposit, &sender, &mut items)?;
        deposit.claims = deposit.claims.saturating_add(1);
        key.save(call.storage, &deposit);
        paid += u128::from(deposit.share);
        shares += 1;
    }
    // used before any message leaves
    state::mark(person).save(call.storage, &to);
    totals.claimed = sum(totals.claimed, paid)?;
    totals.left = totals.left.saturating_sub(paid);
    state::totals().save(call.storage, &totals);
    call.resolve(&items);
    let left = totals.deposits - to;
    call.event(
        "claim_dividend",
        &[
            ("person", &person),
            ("amount", &paid),
            ("shares", &shares),
            ("up_to", &to),
            ("left", &left),
        ],
    );
    call.answer(&Claimed {
        amount: Amount::from_i128(paid as i128).unwrap_or(Amount::MAX),
        shares,
        up_to: Id(to),
        left: Id(left),
    })
}

/// Whether a person was a member at a height. An address that answers for
/// nobody there would pass over shares for good, so it is refused.
fn was_member(
    call: &Call<'_>,
    address: &str,
    person: u64,
    height: u64,
) -> Result<bool, ContractError> {
    let answer: Eligible = call.members(&MembersQuery::Eligible {
        address: address.to_owned(),
        at: Id(height),
        residency: Seconds(0),
    })?;
    match answer.person {
        Some(Id(number)) if number == person => Ok(answer.eligible),
        _ => Err(DividendError::NoVoter {
            address: address.to_owned(),
        }
        .into()),
    }
}

/// One share: first what is left of the remainder that was carried here, out of
/// the hold where that lies, then the deposit's own.
fn take(
    call: &mut Call<'_>,
    deposit: &mut Deposit,
    to: &str,
    items: &mut Vec<Resolution>,
) -> Result<(), ContractError> {
    let mut due = deposit.share;
    let mut capture = |hold: u64, amount: u64| {
        items.push(Resolution::Capture {
            hold: Id(hold),
            amount: Amount::new(amount).unwrap_or(Amount::MAX),
            to: to.to_owned(),
        });
    };
    if let Some((number, unused)) = deposit.carried.filter(|(_, unused)| *unused > 0) {
        let part = unused.min(due);
        let key = state::deposit(number);
        let mut lender = key.load(call.storage)?;
        lender.left = less(lender.left, part)?;
        lender.lent = less(lender.lent, part)?;
        capture(lender.hold, part);
        key.save(call.storage, &lender);
        deposit.carried = Some((number, unused - part));
        due -= part;
    }
    if due > 0 {
        deposit.left = less(deposit.left, due)?;
        capture(deposit.hold, due);
    }
    Ok(())
}

fn less(a: u64, b: u64) -> Result<u64, ContractError> {
    a.checked_sub(b).ok_or(ContractError::Overflow {
        what: "dividend left",
    })
}
