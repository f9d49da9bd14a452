//! Vouching: for few, by weight, for a time, and to be taken back. Each change
//! goes to the person's leaf in trust. What is taken back is not at once free for
//! others ([`resting`]). A vouch has one task, which goes when it
//! is changed or ends: however often it changes, one piece of work is due.

use crate::agenda;
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::resting;
use crate::standing;
use crate::state::{self, Task, Vouch};
use crate::tell;
use mycel_kit::Seconds;
use mycel_kit::peers::credit::Kind;

/// Most vouches that one can receive: trust counts 64.
pub const MAX_VOUCHERS: usize = 64;

/// Vouches for a person, or changes such a vouch.
///
/// # Errors
/// Oneself, too many, more weight than there is, too long, or no standing.
pub fn vouch(
    call: &mut Call<'_>,
    to: u64,
    weight: u32,
    until: Option<Seconds>,
) -> Result<(), ContractError> {
    let acting = call.member(state::VOTE)?;
    let from = acting.number;
    if from == to {
        return Err(ContractError::Oneself { what: "vouch" });
    }
    let numbers = call.parameters.numbers;
    crate::parameters::within("weight", weight, 1, numbers.vouch_budget)?;
    let longest = call.now.saturating_add(numbers.vouch_seconds.into());
    let until = until.map_or(longest, |Seconds(until)| until);
    if until <= call.now || until > longest {
        return Err(ContractError::OutOfBounds {
            what: "until",
            value: until.to_string(),
            least: call.now.saturating_add(1).to_string(),
            most: longest.to_string(),
        });
    }
    let mut person = standing::person(call.storage, to)?;
    if person.kind != Kind::Person {
        return Err(ContractError::WrongKind { needs: "person" });
    }
    if !standing::takes_part(&person) {
        return Err(crate::call::refused(to, &person));
    }
    let mut usage = state::usage(from)
        .may_load(call.storage)?
        .unwrap_or_default();
    let key = state::vouch(to, from);
    let former = key.may_load(call.storage)?;
    let before = former.as_ref().map_or(0, |former| former.weight);
    resting::wake(&mut usage, to, weight.saturating_sub(before), call.now);
    if let Some(former) = &former {
        let less = before.saturating_sub(weight);
        resting::rest(
            &mut usage,
            to,
            former,
            less,
            numbers.vouch_seconds,
            call.now,
        );
    }
    let mut given = resting::weight(&usage);
    for other in usage.vouches.iter().filter(|other| **other != to) {
        given = given.saturating_add(state::vouch(*other, from).load(call.storage)?.weight);
    }
    if given.saturating_add(weight) > numbers.vouch_budget {
        return Err(ContractError::QuotaUsed {
            what: "weight of vouches, with what was taken back soon after it was given",
            used: given.into(),
            most: numbers.vouch_budget.into(),
        });
    }
    let since = match &former {
        // what it has counted for so long stays so
        Some(former) if weight <= before => former.since,
        _ => call.now,
    };
    match former {
        Some(former) => {
            agenda::take_back(call, former.until, former.task);
            person.vouched = person.vouched.saturating_sub(former.weight);
            call.totals.vouch_weight = call
                .totals
                .vouch_weight
                .saturating_sub(former.weight.into());
        }
        None => {
            if usage.vouches.len() >= numbers.vouches_most as usize {
                return Err(ContractError::QuotaUsed {
                    what: "vouches",
                    used: usage.vouches.len() as u64,
                    most: numbers.vouches_most.into(),
                });
            }
            bounds::count(
                "vouches for this person",
                person.vouchers as usize + 1,
                MAX_VOUCHERS,
            )?;
            usage.vouches.push(to);
            person.vouchers = person.vouchers.saturating_add(1);
            call.totals.vouches = call.totals.vouches.saturating_add(1);
        }
    }
    state::usage(from).save(call.storage, &usage);
    person.vouched = person.vouched.saturating_add(weight);
    call.totals.vouch_weight = call.totals.vouch_weight.saturating_add(weight.into());
    let task = agenda::at(call, until, Task::Vouch(to, from));
    key.save(
        call.storage,
        &Vouch {
            weight,
            since,
            until,
            task,
        },
    );
    state::person(to).save(call.storage, &person);
    tell::leaf(call, to, &person);
    call.event(
        "vouch",
        &[
            ("person", &to),
            ("by", &from),
            ("weight", &weight),
            ("until", &until),
        ],
    );
    Ok(())
}

/// Takes a vouch back.
///
/// # Errors
/// No such vouch.
pub fn revoke(call: &mut Call<'_>, to: u64) -> Result<(), ContractError> {
    let acting = call.acting(state::VOTE)?;
    if !state::vouch(to, acting.number).exists(call.storage) {
        return Err(ContractError::NotFound {
            what: "vouch for",
            id: to.to_string(),
        });
    }
    end(call, to, acting.number)
}

/// A vouch's time is over, if it was not renewed.
///
/// # Errors
/// Only for unreadable state.
pub fn runs_out(call: &mut Call<'_>, to: u64, from: u64) -> Result<(), ContractError> {
    match state::vouch(to, from).may_load(call.storage)? {
        Some(vouch) if vouch.until <= call.now => end(call, to, from),
        _ => Ok(()),
    }
}

/// All that a person gave ends.
///
/// # Errors
/// Only for unreadable state.
pub fn end_given(call: &mut Call<'_>, from: u64) -> Result<(), ContractError> {
    let given = state::usage(from)
        .may_load(call.storage)?
        .unwrap_or_default()
        .vouches;
    for to in given {
        end(call, to, from)?;
    }
    Ok(())
}

/// All that a person received ends.
///
/// # Errors
/// Only for unreadable state.
pub fn end_received(call: &mut Call<'_>, to: u64) -> Result<(), ContractError> {
    for from in givers(call.storage, to) {
        end(call, to, from)?;
    }
    Ok(())
}

/// Who vouches for a person, at most 64.
#[must_use]
pub fn givers(storage: &dyn cosmwasm_std::Storage, to: u64) -> Vec<u64> {
    let start = [&b"V"[..], &to.to_be_bytes()].concat();
    let end = [&start[..], &[0xff; 9]].concat();
    storage
        .range_keys(Some(&start), Some(&end), cosmwasm_std::Order::Ascending)
        .take(MAX_VOUCHERS)
        .filter_map(|key| key.get(9..17)?.try_into().ok().map(u64::from_be_bytes))
        .collect()
}

fn end(call: &mut Call<'_>, to: u64, from: u64) -> Result<(), ContractError> {
    let key = state::vouch(to, from);
    let vouch = key.load(call.storage)?;
    call.storage.remove(key.bytes());
    agenda::take_back(call, vouch.until, vouch.task);
    let mut usage = state::usage(from).load(call.storage)?;
    usage.vouches.retain(|other| *other != to);
    let longest = call.parameters.numbers.vouch_seconds;
    resting::rest(&mut usage, to, &vouch, vouch.weight, longest, call.now);
    state::usage(from).save(call.storage, &usage);
    let mut person = standing::person(call.storage, to)?;
    person.vouched = person.vouched.saturating_sub(vouch.weight);
    person.vouchers = person.vouchers.saturating_sub(1);
    state::person(to).save(call.storage, &person);
    call.totals.vouches = call.totals.vouches.saturating_sub(1);
    call.totals.vouch_weight = call.totals.vouch_weight.saturating_sub(vouch.weight.into());
    tell::leaf(call, to, &person);
    call.event("vouch_ended", &[("person", &to), ("by", &from)]);
    Ok(())
}
