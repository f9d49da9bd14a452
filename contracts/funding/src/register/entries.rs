//! Entries and their clock. From `commons_from` on an entry is everybody's:
//! nothing ticks, whoever looks compares the time. The clock is fixed when an
//! entry is registered; only its author may set it forward, to now.

use mycel_kit::Id;

use super::msg::{EntryInput, MAX_LICENCE, MAX_TITLE};
use super::record::{Entry, Kind};
use super::{RegisterError, entry, state, totals};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// Member: registers an innovation.
///
/// # Errors
/// No standing, too many of this member lately, evidence that was used.
pub fn register(call: &mut Call<'_>, input: &EntryInput) -> Result<(), ContractError> {
    bounds::named("title", &input.title, MAX_TITLE)?;
    bounds::named("licence", &input.licence, MAX_LICENCE)?;
    let evidence = bounds::hash("evidence", &input.evidence)?;
    let sender = call.sender.clone();
    let author = call.dealer(&sender)?.person.0;
    let numbers = call.parameters.numbers;

    let key = state::person(author);
    let mut person = key.may_load(call.storage)?.unwrap_or_default();
    let (since, count) = person.registered;
    let window = u64::from(numbers.register_window_seconds);
    let (since, count) = match call.now < since.saturating_add(window) {
        true => (since, count),
        false => (call.now, 0),
    };
    if count >= numbers.register_most {
        return Err(RegisterError::Registrations {
            registered: count,
            most: numbers.register_most,
            after: since.saturating_add(window),
        }
        .into());
    }
    person.registered = (since, count + 1);
    key.save(call.storage, &person);

    let mut totals = totals(call)?;
    totals.entries += 1;
    let number = totals.entries;
    use_evidence(call, &evidence, number)?;
    let term = match input.kind {
        Kind::Essential => 0,
        Kind::Proprietary => numbers.commons_seconds,
    };
    let registered = Entry {
        kind: input.kind,
        title: input.title.clone(),
        licence: input.licence.clone(),
        evidence,
        author,
        at: call.now,
        commons_from: call.now.saturating_add(term.into()),
        dues_bps: numbers.dues_bps,
        dues_seconds: numbers.dues_seconds,
        reports: 0,
        settled: 0,
        dues: 0,
        paid: 0,
        builders_least: numbers.builders_least,
        builders_most: numbers.builders_most,
        builders: 0,
        accrued: 0,
        rewarded: 0,
    };
    state::entry(number).save(call.storage, &registered);
    state::totals().save(call.storage, &totals);
    call.event(
        "register",
        &[
            ("entry", &number),
            ("author", &author),
            ("commons_from", &registered.commons_from),
        ],
    );
    call.answer(&Registered { entry: Id(number) })
}

/// Data of the response to `register`.
#[cosmwasm_schema::cw_serde]
pub struct Registered {
    /// The entry.
    pub entry: Id,
}

/// Author: gives a proprietary entry to everybody now. What was owed stays owed.
///
/// # Errors
/// Not the author; commons already.
pub fn release(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut found = own(call, number)?;
    proprietary(&found, number, call.now)?;
    found.commons_from = call.now;
    state::entry(number).save(call.storage, &found);
    call.event("release_entry", &[("entry", &number)]);
    Ok(())
}

/// Evidence shows one thing.
///
/// # Errors
/// [`RegisterError::EvidenceUsed`].
pub fn use_evidence(
    call: &mut Call<'_>,
    evidence: &[u8; 32],
    number: u64,
) -> Result<(), ContractError> {
    let key = state::evidence(evidence);
    if let Some(number) = key.may_load(call.storage)? {
        return Err(RegisterError::EvidenceUsed { number }.into());
    }
    key.save(call.storage, &number);
    Ok(())
}

/// An entry of the sender's.
///
/// # Errors
/// None, or another's.
pub fn own(call: &Call<'_>, number: u64) -> Result<Entry, ContractError> {
    let found = entry(call.storage, number)?;
    let person = call.standing(&call.sender)?.person.0;
    if person != found.author {
        return Err(RegisterError::NotTheAuthor {
            entry: number,
            author: found.author,
        }
        .into());
    }
    Ok(found)
}

/// An entry that is still its author's.
///
/// # Errors
/// [`RegisterError::AlreadyCommons`].
pub fn proprietary(found: &Entry, number: u64, now: u64) -> Result<(), ContractError> {
    if now < found.commons_from {
        return Ok(());
    }
    Err(RegisterError::AlreadyCommons {
        entry: number,
        since: found.commons_from,
    }
    .into())
}
