//! Restoration: who used a technology to a commons' harm owes what a jury
//! found. The accuser says how much; the jury says yes or no. It is owed to the
//! commons fund and paid by a hold.

use super::cases;
use super::msg::HarmInput;
use super::record::{Debt, Question, Restoration};
use super::{RegisterError, boundary, entries, state, sum, totals};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use mycel_kit::Id;
use mycel_kit::peers::members::{MembersQuery, PersonAddress};

/// Member enrolled in a commons: says that a use of a technology harmed it.
///
/// # Errors
/// Not enrolled there; oneself; nobody of that number; evidence that was used;
/// too many open questions; no sortition.
pub fn accuse(call: &mut Call<'_>, input: &HarmInput) -> Result<(), ContractError> {
    let evidence = bounds::hash("evidence", &input.evidence)?;
    let technology = boundary::technology(call.storage, &input.technology)?;
    bounds::within(
        "amount",
        input.amount.pico(),
        1u64,
        mycel_kit::Amount::MAX.pico(),
    )?;
    let by = cases::asker(call, Some(input.commons.0))?;
    if by == input.user.0 {
        return Err(RegisterError::Oneself { person: by }.into());
    }
    let _: PersonAddress = call.members(&MembersQuery::Person { person: input.user })?;
    let question = Question::Harm {
        commons: input.commons.0,
        technology,
        user: input.user.0,
        amount: input.amount.pico(),
    };
    let number = cases::open(call, question, by, vec![by, input.user.0], evidence)?;
    entries::use_evidence(call, &evidence, number)
}

/// The jury found that it is owed.
///
/// # Errors
/// Unreadable state.
pub fn owe(
    call: &mut Call<'_>,
    matter: u64,
    commons: u64,
    user: u64,
    amount: u64,
) -> Result<(), ContractError> {
    let term = call.parameters.numbers.restoration_seconds;
    let owed = Restoration {
        commons,
        user,
        amount,
        paid: 0,
        due_by: call.now.saturating_add(term.into()),
    };
    state::restoration(matter).save(call.storage, &owed);
    state::owed(owed.due_by, Debt::Restoration(matter)).save(call.storage, &1);
    let key = state::person(user);
    let mut person = key.may_load(call.storage)?.unwrap_or_default();
    person.restorations = person.restorations.saturating_add(1);
    key.save(call.storage, &person);
    let mut totals = totals(call)?;
    totals.restoration = sum(totals.restoration, amount.into())?;
    state::totals().save(call.storage, &totals);
    call.event(
        "restoration",
        &[
            ("matter", &matter),
            ("commons", &Id(commons)),
            ("person", &user),
            ("amount", &amount),
            ("due_by", &owed.due_by),
        ],
    );
    Ok(())
}

/// Notes that so much was paid, at most what is owed.
///
/// # Errors
/// Unreadable state.
pub fn paid(call: &mut Call<'_>, matter: u64, amount: u64) -> Result<(), ContractError> {
    let key = state::restoration(matter);
    let mut owed = key.load(call.storage)?;
    owed.paid += amount;
    key.save(call.storage, &owed);
    if owed.paid == owed.amount {
        let index = state::owed(owed.due_by, Debt::Restoration(matter));
        call.storage.remove(index.bytes());
        let key = state::person(owed.user);
        let mut person = key.load(call.storage)?;
        person.restorations = person.restorations.saturating_sub(1);
        key.save(call.storage, &person);
    }
    let mut totals = totals(call)?;
    totals.restoration_paid = sum(totals.restoration_paid, amount.into())?;
    state::totals().save(call.storage, &totals);
    Ok(())
}
