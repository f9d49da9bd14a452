//! Guardians: k of n persons can move an account to a new address when its
//! keys are lost, after a delay in which the owner can say no.
//!
//! Each guardian has one word, for one address, and may give it to another
//! later: whoever speaks first, or for an address that nobody has, stops nobody.
//! The delay runs from the k-th word for the same address. Any key of the owner cancels, and for as
//! long as the delay lasts nothing new can be begun: a ring of guardians needs
//! the owner to be silent, not to be slow once. The new address itself
//! completes the recovery, so that nobody is bound against its will. Whoever has
//! left is helped, too: it can come back with the new address.

use mycel_kit::Id;
use mycel_kit::peers::credit::Kind;

use crate::bounds;
use crate::call::{Acting, Call};
use crate::error::ContractError;
use crate::join;
use crate::keys;
use crate::standing;
use crate::state::{self, Guard, PAY, RECOVER, Recovery, VOTE};

/// Most guardians.
pub const MAX_GUARDIANS: usize = 7;

fn guard(call: &Call<'_>, number: u64) -> Result<Guard, ContractError> {
    Ok(state::guard(number)
        .may_load(call.storage)?
        .unwrap_or_default())
}

/// Names guardians; a running recovery ends.
///
/// # Errors
/// Oneself, strangers, the same twice, or a threshold that is none: at least 2
/// of 2, or none at all.
pub fn set(call: &mut Call<'_>, persons: &[Id], threshold: u8) -> Result<(), ContractError> {
    let acting = call.acting(RECOVER)?;
    bounds::count("guardians", persons.len(), MAX_GUARDIANS)?;
    let mut numbers: Vec<u64> = persons.iter().map(|Id(number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() != persons.len() {
        return Err(ContractError::Already {
            what: "guardian named",
        });
    }
    if numbers.contains(&acting.number) {
        return Err(ContractError::Oneself { what: "guardian" });
    }
    for number in &numbers {
        let person = standing::person(call.storage, *number)?;
        if person.kind != Kind::Person || !standing::takes_part(&person) {
            return Err(crate::call::refused(*number, &person));
        }
    }
    let most = u32::try_from(numbers.len()).unwrap_or(0);
    if !(numbers.is_empty() && threshold == 0) {
        crate::parameters::within("threshold", threshold.into(), 2, most)?;
    }
    let mut kept = guard(call, acting.number)?;
    kept.persons = numbers;
    kept.threshold = threshold;
    kept.recoveries.clear();
    state::guard(acting.number).save(call.storage, &kept);
    call.event(
        "guardians_set",
        &[
            ("person", &acting.number),
            ("count", &persons.len()),
            ("threshold", &threshold),
        ],
    );
    Ok(())
}

/// A guardian gives its word for a new address; the word it gave for another
/// one is taken back.
///
/// # Errors
/// Not a guardian, twice the same word, a known address, a person's that is a
/// contract's, or the owner cancelled a recovery not long ago.
pub fn approve(call: &mut Call<'_>, number: u64, to: &str) -> Result<(), ContractError> {
    let acting = call.member(VOTE)?;
    let mut kept = guard(call, number)?;
    if !kept.persons.contains(&acting.number) {
        return Err(mycel_kit::roles::Unauthorized::new(&call.sender, "guardian").into());
    }
    if kept.quiet_until > call.now {
        return Err(ContractError::TooEarly {
            what: "another recovery",
            from: kept.quiet_until,
        });
    }
    let to = join::unknown(call, to)?;
    if standing::person(call.storage, number)?.kind == Kind::Person {
        call.can_sign(&to)?;
    }
    let needed = usize::from(kept.threshold);
    for other in &mut kept.recoveries {
        if other.to != to {
            other.approvals.retain(|word| *word != acting.number);
            if other.approvals.len() < needed {
                other.ready_at = None;
            }
        }
    }
    kept.recoveries.retain(|other| !other.approvals.is_empty());
    let at = kept.recoveries.iter().position(|other| other.to == to);
    let at = at.unwrap_or_else(|| {
        kept.recoveries.push(Recovery {
            to: to.clone(),
            approvals: vec![],
            ready_at: None,
        });
        kept.recoveries.len() - 1
    });
    let recovery = &mut kept.recoveries[at];
    if recovery.approvals.contains(&acting.number) {
        return Err(ContractError::Already { what: "word given" });
    }
    recovery.approvals.push(acting.number);
    if recovery.ready_at.is_none() && recovery.approvals.len() >= needed {
        let delay = u64::from(call.parameters.numbers.recovery_seconds);
        recovery.ready_at = Some(call.now.saturating_add(delay));
    }
    let ready = recovery.ready_at.unwrap_or(0);
    state::guard(number).save(call.storage, &kept);
    call.event(
        "recovery",
        &[
            ("person", &number),
            ("by", &acting.number),
            ("to", &to),
            ("ready_at", &ready),
        ],
    );
    Ok(())
}

/// The owner says no, with any key.
///
/// # Errors
/// Nothing runs.
pub fn cancel(call: &mut Call<'_>) -> Result<(), ContractError> {
    let acting = call.owner(PAY | VOTE | RECOVER)?;
    let mut kept = guard(call, acting.number)?;
    if kept.recoveries.is_empty() {
        return Err(ContractError::NotFound {
            what: "recovery of",
            id: acting.number.to_string(),
        });
    }
    kept.recoveries.clear();
    let delay = u64::from(call.parameters.numbers.recovery_seconds);
    kept.quiet_until = call.now.saturating_add(delay);
    state::guard(acting.number).save(call.storage, &kept);
    call.event("recovery_cancelled", &[("person", &acting.number)]);
    Ok(())
}

/// The new address completes the recovery. Every other key of the person is
/// one of the past from now on: keys that are lost may be found by others.
///
/// # Errors
/// Not this address, too few words of guardians that still take part, or the
/// delay runs.
pub fn complete(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut kept = guard(call, number)?;
    let running = std::mem::take(&mut kept.recoveries)
        .into_iter()
        .find(|running| running.to == call.sender)
        .ok_or_else(|| ContractError::NotFound {
            what: "recovery to this address of",
            id: number.to_string(),
        })?;
    let mut words = 0;
    for guardian in &running.approvals {
        if standing::takes_part(&standing::person(call.storage, *guardian)?) {
            words += 1;
        }
    }
    let ready = running
        .ready_at
        .filter(|_| words >= usize::from(kept.threshold));
    let Some(ready) = ready else {
        return Err(ContractError::QuotaUsed {
            what: "words of guardians too few",
            used: words as u64,
            most: kept.threshold.into(),
        });
    };
    if call.now < ready {
        return Err(ContractError::TooEarly {
            what: "recovery; the owner may still cancel",
            from: ready,
        });
    }
    let to = join::unknown(call, &running.to)?;
    let person = standing::person(call.storage, number)?;
    state::guard(number).save(call.storage, &kept);
    keys::retire_others(call, number, &person.address)?;
    keys::move_to(call, Acting { number, person }, &to, vec![], vec![], vec![])
}
