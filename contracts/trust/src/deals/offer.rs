//! Two members make a deal: one offers it, the other accepts.

use cosmwasm_std::HexBinary;
use mycel_kit::Id;
use mycel_kit::peers::credit::{CreditQuery, Settled};
use mycel_kit::peers::members::{MembersQuery, PersonAddress};
use mycel_kit::peers::pull;
use mycel_mailbox::tag;

use super::msg::{DealInput, DealOpened};
use super::record::{Deal, Stage};
use super::{DealError, MAX_REFERENCE, caps, deal, end, state, weight};
use crate::bounds;
use crate::call::Call;
use crate::element::{ZERO, bytes, canonical};
use crate::error::ContractError;
use crate::state::Task;
use crate::{agenda, keys, mailbox};

/// Picos of a credit.
const CREDIT: u64 = mycel_kit::amount::CREDIT;

/// Both must have a mailbox that counts.
fn on_the_roll(call: &Call<'_>, person: u64, side: &'static str) -> Result<(), ContractError> {
    let counts = mailbox::of_person(call.storage, person)?.is_some_and(|one| one.counts());
    if counts {
        return Ok(());
    }
    Err(DealError::NotOnTheRoll { person, side }.into())
}

/// K was made with a person's newest viewing key. Were the newest one kept
/// without asking, the other could publish one just before the deal is opened:
/// the record would name a key that K does not come from, and the wallet of who
/// offered could not open what is sealed under it.
fn newest_key(call: &Call<'_>, person: u64, told: u32) -> Result<u32, ContractError> {
    match keys::viewing_key(call.storage, person, None)? {
        Some((newest, _)) if newest == told => Ok(newest),
        Some((newest, _)) => Err(DealError::OtherKey {
            person,
            told,
            newest,
        }
        .into()),
        None => Err(DealError::NoViewingKey { person }.into()),
    }
}

/// A member offers a deal to another.
///
/// # Errors
/// [`DealError`] says which rule refused it.
pub fn open(call: &mut Call<'_>, input: &DealInput) -> Result<(), ContractError> {
    let a = call.dealer()?;
    let b = input.b.0;
    if a == b {
        return Err(DealError::Yourself { person: a }.into());
    }
    on_the_roll(call, a, "who offers")?;
    on_the_roll(call, b, "who accepts")?;
    let nonce = bytes("nonce", &input.nonce)?;
    let k = canonical("k", &input.k)?;
    if k == ZERO {
        return Err(ContractError::Missing { what: "k" });
    }
    let versions = [
        newest_key(call, a, input.key_a)?,
        newest_key(call, b, input.key_b)?,
    ];
    let element = tag::deal(&call.fixed.instance, a, b, &nonce);
    let used = state::used(&element);
    if let Some(deal) = used.may_load(call.storage)? {
        return Err(DealError::NumberUsed { deal }.into());
    }
    let asked = match &input.r#ref {
        None => call.parameters.numbers.weight_small as u16,
        Some(reference) => settled(call, b, reference)?,
    };
    if let Some(reference) = &input.r#ref {
        let key = state::reference(a, b, reference);
        if let Some(deal) = key.may_load(call.storage)? {
            let reference = reference.clone();
            return Err(DealError::ReferenceUsed { deal, reference }.into());
        }
    }
    let reach = caps::reach(&call.fixed.clock, &call.parameters.numbers, call.now)?;
    let weight = caps::cut(call, a, b, asked, reach)?;
    caps::take_place(call, a)?;
    let mut totals = state::totals().may_load(call.storage)?.unwrap_or_default();
    totals.offered = totals.offered.saturating_add(1);
    totals.places = totals.places.saturating_add(1);
    let number = totals.offered;
    state::totals().save(call.storage, &totals);
    used.save(call.storage, &number);
    if let Some(reference) = &input.r#ref {
        state::reference(a, b, reference).save(call.storage, &number);
    }
    let until = call
        .now
        .saturating_add(call.parameters.numbers.offer_seconds.into());
    let deal = Deal {
        a,
        b,
        element,
        k,
        keys: versions,
        reference: input.r#ref.clone(),
        weight,
        offered: call.now,
        stage: Stage::Offered,
        until,
        both: None,
        reach,
        sides: Default::default(),
    };
    state::deal(number).save(call.storage, &deal);
    for person in [a, b] {
        state::deal_of(person, number).save(call.storage, &1);
    }
    agenda::set(call, Task::Deal(number), Some(until))?;
    call.event(
        "open_deal",
        &[("deal", &number), ("a", &a), ("b", &b), ("weight", &weight)],
    );
    call.answer(&DealOpened {
        deal: Id(number),
        element: HexBinary::from(element),
        weight,
    })
}

/// What was settled between the sender and another under a reference, as a weight.
fn settled(call: &Call<'_>, b: u64, reference: &str) -> Result<u16, ContractError> {
    bounds::named("ref", reference, MAX_REFERENCE)?;
    let other: PersonAddress = call.members(&MembersQuery::Person { person: Id(b) })?;
    let question = CreditQuery::Settled {
        r#ref: reference.to_owned(),
        a: call.sender.clone(),
        b: other.address,
    };
    let settled: Settled = pull(call.querier, "credit", &call.parameters.credit, &question)?;
    let numbers = &call.parameters.numbers;
    let worth = weight::worth(
        settled.a_to_b.u128(),
        settled.b_to_a.u128(),
        u64::from(numbers.weight_unit_credits).saturating_mul(CREDIT),
        numbers.weight_small as u16,
    );
    Ok(worth.ok_or_else(|| DealError::NothingSettled {
        reference: reference.to_owned(),
    })?)
}

/// The other accepts: from now on both may rate. Its wallet has computed K itself.
///
/// # Errors
/// Not the one it was offered to, or a key of it without the role recover; not offered any more; nothing left of a cap.
pub fn accept(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let person = call.dealer()?;
    let mut one = deal(call.storage, number)?;
    if one.b != person {
        return Err(DealError::NotYours {
            deal: number,
            a: one.a,
            b: one.b,
        }
        .into());
    }
    offered(call, number, &one)?;
    on_the_roll(call, one.a, "who offers")?;
    on_the_roll(call, one.b, "who accepts")?;
    one.reach = caps::reach(&call.fixed.clock, &call.parameters.numbers, call.now)?;
    one.weight = caps::cut(call, one.a, one.b, one.weight, one.reach)?;
    caps::take_place(call, person)?;
    caps::reserve(call.storage, &one)?;
    one.stage = Stage::Running;
    one.until = call
        .now
        .saturating_add(call.parameters.numbers.rating_seconds.into());
    state::deal(number).save(call.storage, &one);
    let mut totals = state::totals().load(call.storage)?;
    totals.accepted = totals.accepted.saturating_add(1);
    totals.places = totals.places.saturating_add(1);
    state::totals().save(call.storage, &totals);
    end::look_again(call, number, &one)?;
    call.event(
        "accept_deal",
        &[
            ("deal", &number),
            ("weight", &one.weight),
            ("until", &one.until),
        ],
    );
    Ok(())
}

fn offered(call: &Call<'_>, number: u64, one: &Deal) -> Result<(), ContractError> {
    if one.stage != Stage::Offered {
        return Err(DealError::Stage {
            deal: number,
            stage: one.stage.name(),
            needs: "offered",
        }
        .into());
    }
    if call.now >= one.until {
        return Err(DealError::TooLate {
            deal: number,
            what: "was offered",
            until: one.until,
            now: call.now,
        }
        .into());
    }
    Ok(())
}

/// Either side takes an offer back, before it is accepted.
///
/// # Errors
/// Another's deal; accepted already.
pub fn cancel(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let person = call.person()?;
    let one = deal(call.storage, number)?;
    if ![one.a, one.b].contains(&person) {
        return Err(DealError::NotYours {
            deal: number,
            a: one.a,
            b: one.b,
        }
        .into());
    }
    if one.stage != Stage::Offered {
        return Err(DealError::Stage {
            deal: number,
            stage: one.stage.name(),
            needs: "offered",
        }
        .into());
    }
    end::withdraw(call, number, &one)?;
    agenda::set(call, Task::Deal(number), None)?;
    call.event("cancel_deal", &[("deal", &number), ("person", &person)]);
    Ok(())
}
