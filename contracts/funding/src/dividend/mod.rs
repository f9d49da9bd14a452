//! The commons dividend: what the commons have above their reserve, to every
//! member alike.
//!
//! # The model
//! credit's waterfall places a hold of the commons' own and says so
//! ([`receive`]). That is a **deposit**: its share is deposit / members at that
//! height, in whole pico-credits, and the index of all shares grows by it. It
//! costs the same for any number of members; nobody's record is touched. A
//! member [`claim`](claim::claim)s: for each deposit since the last claim,
//! members is asked whether it was a member at that height, and the difference
//! of the index over those deposits is paid, from each deposit's own hold.
//!
//! # Rounding
//! Once, at the deposit, down. The remainder, less than one unit a member, is
//! carried into the next deposit's division; its money stays in the hold it
//! came with, and the next deposit's first claims are paid from there.
//!
//! # Invariants
//! 1. deposited = claimed + released + what the deposits' holds still have.
//! 2. What a deposit has left pays every share not yet claimed of it.
//! 3. A person claims a deposit once: one mark a person, which only grows and
//!    belongs to the number, so that leaving and coming back changes nothing.
//!
//! # Ends
//! A deposit ends after `dividend_seconds` (never after its hold may expire).
//! What nobody claimed is released to the commons ([`work`]). Who is away,
//! frozen or has left for a time loses what ended, and nothing else. A deposit
//! too small for one unit a member ends at once.
//!
//! # Map
//! [`claim`] · [`state`] · [`ask`] · [`error`] · [`invariants`].

pub mod ask;
pub mod claim;
pub mod error;
pub mod invariants;
pub mod state;

use mycel_kit::peers::credit::Resolution;
use mycel_kit::peers::members::{Count, MembersQuery};
use mycel_kit::{Amount, Id};

use crate::agenda::{self, Worked};
use crate::call::Call;
use crate::error::ContractError;
use crate::state::Task;
pub use error::DividendError;
use state::{Carry, Deposit};

/// Whose holds these are.
pub const COMMONS: &str = "commons";
/// Units of work that ending a deposit counts.
pub const END_UNITS: u32 = 5;
/// Ended deposits that one step passes over when it looks for the first that is not.
const PASSED: u32 = 50;

fn sum(a: u128, b: u128) -> Result<u128, ContractError> {
    a.checked_add(b)
        .ok_or(ContractError::Overflow { what: "dividend" })
}

/// The commons pay a dividend: a hold that only they can have placed.
///
/// # Errors
/// Somebody else's money; no answer from members or credit.
pub fn receive(
    call: &mut Call<'_>,
    hold: u64,
    owner: &str,
    amount: Amount,
    epoch: u64,
) -> Result<(), ContractError> {
    if owner != COMMONS {
        return Err(DividendError::NotTheCommons.into());
    }
    let height = call.env.block.height;
    let Count { count, .. } = call.members(&MembersQuery::Count { at: Id(height) })?;
    let asked = call.parameters.numbers.dividend_seconds;
    let live = call.hold(hold)?.map_or(call.now, |hold| hold.expires.0);
    let until = call.now.saturating_add(asked.into()).min(live);

    let mut totals = state::totals().may_load(call.storage)?.unwrap_or_default();
    totals.deposits += 1;
    totals.deposited = sum(totals.deposited, amount.pico().into())?;
    totals.left = sum(totals.left, amount.pico().into())?;
    let number = totals.deposits;
    let mut deposit = Deposit {
        hold,
        epoch,
        amount: amount.pico(),
        height,
        at: call.now,
        until,
        live,
        members: count,
        share: 0,
        index: totals.index,
        left: amount.pico(),
        lent: 0,
        carried: None,
        claims: 0,
        ended: false,
    };
    if count == 0 || amount.pico() < u64::from(count) {
        // not one unit each: it ends at once, and the commons' next dividend has it
        deposit.until = call.now;
    } else {
        let carry = totals.carry.take();
        // a remainder whose hold might expire before this deposit ends is not relied upon
        let carry = match carry {
            Some(carry) if carry.live >= until => Some(carry),
            _ => None,
        };
        let carried = carry.map_or(0, |carry| carry.amount);
        let all = u128::from(amount.pico()) + u128::from(carried);
        let share = all / u128::from(count);
        let remainder = all % u128::from(count); // below the members, so below the amount
        deposit.share = u64::try_from(share).map_err(|_| ContractError::Overflow {
            what: "dividend share",
        })?;
        totals.index = sum(totals.index, share)?;
        deposit.index = totals.index;
        if let Some(carry) = carry.filter(|carry| carry.amount > 0) {
            let lender = state::deposit(carry.deposit);
            let mut record = lender.load(call.storage)?;
            record.lent = carry.amount;
            lender.save(call.storage, &record);
            deposit.carried = Some((carry.deposit, carry.amount));
        }
        totals.carry = Some(Carry {
            deposit: number,
            amount: remainder as u64, // below a u32
            live,
        });
    }
    state::deposit(number).save(call.storage, &deposit);
    state::totals().save(call.storage, &totals);
    agenda::set(call, Task::Dividend(number), Some(deposit.until))?;
    call.event(
        "dividend",
        &[
            ("deposit", &number),
            ("hold", &hold),
            ("epoch", &epoch),
            ("amount", &amount),
            ("members", &count),
            ("share", &deposit.share),
            ("until", &deposit.until),
        ],
    );
    Ok(())
}

/// Ends a deposit whose time is over: what nobody claimed goes back to the
/// commons.
///
/// # Errors
/// No credit; unreadable state.
pub fn work(call: &mut Call<'_>, number: u64, left: u32) -> Result<Worked, ContractError> {
    let key = state::deposit(number);
    let Some(mut deposit) = key.may_load(call.storage)?.filter(|deposit| !deposit.ended) else {
        return Ok(Worked::Done {
            units: 0,
            next: None,
        });
    };
    if call.now < deposit.until {
        return Ok(Worked::Done {
            units: 0,
            next: Some(deposit.until),
        });
    }
    if left < END_UNITS {
        return Ok(Worked::Needs(END_UNITS));
    }
    let mut totals = state::totals().load(call.storage)?;
    let mut items = vec![];
    let mut back = 0u64;
    deposit.ended = true;
    if totals.carry.is_some_and(|carry| carry.deposit == number) {
        totals.carry = None;
    }
    // what it lent to the next stays in its hold until that one ends
    let rest = deposit.left.saturating_sub(deposit.lent);
    if rest > 0 {
        release(call, deposit.hold, rest, deposit.lent, &mut items)?;
        deposit.left -= rest;
        back += rest;
    }
    // what it was lent and did not use is its lender's again
    if let Some((lender, unused)) = deposit.carried.take() {
        let key = state::deposit(lender);
        let mut lender = key.load(call.storage)?;
        lender.lent = 0;
        if lender.ended && unused > 0 {
            release(call, lender.hold, unused, 0, &mut items)?;
            lender.left = lender.left.saturating_sub(unused);
            back += unused;
        }
        key.save(call.storage, &lender);
    }
    key.save(call.storage, &deposit);
    totals.released = sum(totals.released, back.into())?;
    totals.left = totals.left.saturating_sub(back.into());
    for _ in 0..PASSED {
        let next = state::deposit(totals.ended + 1).may_load(call.storage)?;
        if !next.is_some_and(|deposit| deposit.ended) {
            break;
        }
        totals.ended += 1;
    }
    state::totals().save(call.storage, &totals);
    call.resolve(&items);
    call.event(
        "dividend_ended",
        &[("deposit", &number), ("released", &back)],
    );
    Ok(Worked::Done {
        units: END_UNITS,
        next: None,
    })
}

/// Gives `rest` of a hold back to the commons; `keep` stays. A hold that credit
/// released already is with the commons.
fn release(
    call: &Call<'_>,
    hold: u64,
    rest: u64,
    keep: u64,
    items: &mut Vec<Resolution>,
) -> Result<(), ContractError> {
    if call.hold(hold)?.is_none() {
        return Ok(());
    }
    items.push(if keep == 0 {
        Resolution::Release { hold: Id(hold) }
    } else {
        Resolution::Capture {
            hold: Id(hold),
            amount: Amount::new(rest).unwrap_or(Amount::MAX),
            // credit's own address stands for the commons
            to: call.parameters.credit.clone(),
        }
    });
    Ok(())
}
