//! Who has which shares. They are for good and add up to 10^8 for ever; what is
//! not given to anyone is the treasury's. Before a share moves, both sides are
//! brought up to date: it has yielded for the one and yields for the other from
//! the next epoch on.

use super::concentration;
use super::entitlement;
use super::error::RightsError;
use super::ledger::{Ledger, TREASURY};
use super::record::{Book, Good, Holding};
use super::state;
use crate::call::Call;
use crate::error::ContractError;
use crate::quantity::{ALL_SHARES, Shares};
use crate::registry;
use crate::{market, order};
use mycel_kit::ladder::Step;

/// A commons was founded: all shares are the treasury's.
pub fn found(call: &mut Call<'_>, commons: u64) {
    let book = Book {
        treasury: ALL_SHARES.into(),
        ..Book::default()
    };
    state::book(commons).save(call.storage, &book);
    let all = Holding {
        shares: ALL_SHARES.into(),
        ..Holding::default()
    };
    state::holding(commons, TREASURY).save(call.storage, &all);
}

/// Moves shares in a ledger in which both were touched.
///
/// # Errors
/// There are not so many free.
pub(super) fn pass(
    ledger: &mut Ledger,
    from: u64,
    to: u64,
    shares: u64,
) -> Result<(), ContractError> {
    let holding = &mut ledger.edit(from)?.holding;
    let free = holding.free();
    if shares > free {
        return Err(RightsError::Shares {
            wants: shares,
            free,
            shares: holding.shares,
        }
        .into());
    }
    holding.shares -= shares;
    ledger.edit(to)?.holding.shares += shares;
    for (person, sign) in [(from, false), (to, true)] {
        let sum = match person {
            TREASURY => &mut ledger.book.treasury,
            _ => &mut ledger.book.held,
        };
        *sum = if sign { *sum + shares } else { *sum - shares };
    }
    Ok(())
}

/// Gives shares of the treasury to a person.
///
/// # Errors
/// The treasury has too few; above the concentration cap.
pub fn allot(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    shares: Shares,
) -> Result<(), ContractError> {
    let shares = u64::from(shares.0);
    if shares == 0 {
        return Ok(());
    }
    if person == TREASURY {
        return Err(RightsError::TheTreasury.into());
    }
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, TREASURY)?;
    ledger.touch(call.storage, person)?;
    pass(&mut ledger, TREASURY, person, shares)?;
    concentration::admit(
        call,
        &ledger,
        person,
        Good::Shares,
        shares.into(),
        Some(TREASURY),
    )?;
    ledger.save(call.storage);
    call.event(
        "allot",
        &[
            ("commons", &commons),
            ("person", &person),
            ("shares", &shares),
        ],
    );
    Ok(())
}

/// The sender gives shares to another enrolled, or back to the treasury.
///
/// # Errors
/// Not enrolled, not free, above the cap, or something is owed.
pub fn transfer(
    call: &mut Call<'_>,
    commons: u64,
    to: u64,
    shares: Shares,
) -> Result<(), ContractError> {
    let shares = u64::from(shares.0);
    if shares == 0 {
        return Err(RightsError::Zero.into());
    }
    let from = registry::dealer(call, commons)?.person;
    recipient(call, commons, from, to)?;
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, from)?;
    ledger.touch(call.storage, to)?;
    owes_nothing(&ledger, from)?;
    if to != TREASURY {
        not_reduced(call, commons, from)?;
    }
    pass(&mut ledger, from, to, shares)?;
    concentration::admit(call, &ledger, to, Good::Shares, shares.into(), Some(from))?;
    ledger.save(call.storage);
    call.event(
        "transfer_shares",
        &[
            ("commons", &commons),
            ("from", &from),
            ("to", &to),
            ("shares", &shares),
        ],
    );
    Ok(())
}

/// Another one who may receive: enrolled and in good standing, or the treasury.
pub(super) fn recipient(
    call: &Call<'_>,
    commons: u64,
    from: u64,
    to: u64,
) -> Result<(), ContractError> {
    if from == to {
        return Err(RightsError::Oneself { person: to }.into());
    }
    if to == TREASURY {
        return Ok(());
    }
    registry::receiver(call, commons, to)
}

/// Shares stay with whoever owes: they are what it repays of.
pub(super) fn owes_nothing(ledger: &Ledger, person: u64) -> Result<(), ContractError> {
    let debt = ledger.entry(person).debt;
    if debt.owed > 0 {
        return Err(RightsError::Owes {
            commons: ledger.commons,
            owed: debt.owed,
        }
        .into());
    }
    if debt.units() > 0 {
        return Err(RightsError::OwesUnits {
            units: debt.units(),
        }
        .into());
    }
    Ok(())
}

/// Who is sanctioned with less entitlement keeps its shares, or gives them to
/// the commons: in another's hands they would yield in full.
pub(super) fn not_reduced(call: &Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    if let Some((accusation, until)) = order::gravely_accused(call.storage, commons, person)? {
        return Err(RightsError::Accused {
            commons,
            person,
            accusation,
            until,
        }
        .into());
    }
    let rung = order::ladder::rung(call.storage, commons, person, call.now)?;
    if rung.step < Step::Reduced {
        return Ok(());
    }
    Err(RightsError::Reduced {
        commons,
        person,
        until: rung.until,
    }
    .into())
}

/// Shares that a person has and could give away.
///
/// # Errors
/// Unreadable state.
pub fn free(call: &Call<'_>, commons: u64, person: u64) -> Result<u64, ContractError> {
    let ledger = Ledger::open(call.storage, commons, call.now)?;
    Ok(ledger.peek(call.storage, person)?.holding.free())
}

/// Shares of one who was excluded, or left the community, are sold for it:
/// those that are free; what is let follows when it comes back and this is
/// asked again.
///
/// # Errors
/// What the market says.
pub fn sell_all(call: &mut Call<'_>, commons: u64, person: u64) -> Result<(), ContractError> {
    if person == TREASURY {
        return Ok(());
    }
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    ledger.touch(call.storage, person)?;
    let free = ledger.entry(person).holding.free();
    ledger.save(call.storage);
    if free == 0 {
        return Ok(());
    }
    // never above all shares
    let shares = Shares(u32::try_from(free).unwrap_or(ALL_SHARES));
    market::sell_by_force(call, commons, person, shares)
}

/// A measure of an earlier time was lifted: of what sanctions withheld in the
/// open epoch, what `scale` (in 1/10,000, by the opening) leaves too much comes
/// back, as far as the treasury has it.
///
/// # Errors
/// Only for unreadable state.
pub fn restore(
    call: &mut Call<'_>,
    commons: u64,
    person: u64,
    at: u64,
    scale: impl Fn(u64) -> u16,
) -> Result<(), ContractError> {
    let mut ledger = Ledger::open(call.storage, commons, call.now)?;
    let Some(season) = ledger.season.clone().filter(|season| season.open) else {
        return Ok(());
    };
    // one within the epoch withheld nothing of it
    if at > season.opens {
        return Ok(());
    }
    ledger.touch(call.storage, TREASURY)?;
    ledger.touch(call.storage, person)?;
    let account = ledger.entry(person).account;
    let yields = entitlement::scaled(account.granted, scale(season.opens).into());
    let back = account.withheld.saturating_sub(account.granted - yields);
    // the reserve was cut meanwhile
    let left = season.left(back, 0);
    let units = left.min(ledger.entry(TREASURY).account.balance);
    let done = if units < left { units } else { back };
    ledger.restore(person, done, units)?;
    ledger.save(call.storage);
    if units > 0 {
        call.event(
            "restored",
            &[
                ("commons", &commons),
                ("person", &person),
                ("units", &units),
                ("withheld", &(account.withheld - done)),
            ],
        );
    }
    Ok(())
}
