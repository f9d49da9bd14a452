//! Flags: many members' word that something is wrong. Alone they reach notice.
//!
//! A notice needs `flags_for_notice` **independent** flags: going through them
//! from the oldest on, a flag counts if nobody of {flagger, its sponsor, its
//! sponsor's sponsor} stands behind one that counted before. However many a
//! sponsor tree sends, it counts once.

use cosmwasm_std::Storage;
use mycel_kit::ladder::Step;
use mycel_kit::peers::credit::Kind;

use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;
use crate::ladder;
use crate::standing;
use crate::state::{self, Flag};

/// Most flags on a person.
pub const MAX_FLAGS: usize = 50;

/// Flags a person.
///
/// # Errors
/// Oneself, twice the same, too many out, or penalised.
pub fn flag(call: &mut Call<'_>, number: u64, reasons: &str) -> Result<(), ContractError> {
    let acting = call.member(state::VOTE)?;
    if acting.number == number {
        return Err(ContractError::Oneself { what: "flag" });
    }
    let reasons = bounds::hex::<32>("reasons", reasons)?;
    let person = standing::person(call.storage, number)?;
    if person.kind != Kind::Person {
        return Err(ContractError::WrongKind { needs: "person" });
    }
    if !standing::takes_part(&person) {
        return Err(crate::call::refused(number, &person));
    }
    let mut usage = state::usage(acting.number)
        .may_load(call.storage)?
        .unwrap_or_default();
    if usage.penalised_until > call.now {
        return Err(ContractError::Penalised {
            until: usage.penalised_until,
        });
    }
    usage.flags.retain(|(_, until)| *until > call.now);
    if usage.flags.iter().any(|(flagged, _)| *flagged == number) {
        return Err(ContractError::Already {
            what: "person flagged",
        });
    }
    let most = call.parameters.numbers.flags_open;
    if usage.flags.len() >= most as usize {
        return Err(ContractError::QuotaUsed {
            what: "flags out",
            used: usage.flags.len() as u64,
            most: most.into(),
        });
    }
    let mut flags = live(call.storage, number, call.now)?;
    bounds::count("flags on this person", flags.len() + 1, MAX_FLAGS)?;
    let until = call
        .now
        .saturating_add(call.parameters.numbers.flag_seconds.into());
    usage.flags.push((number, until));
    state::usage(acting.number).save(call.storage, &usage);
    flags.push(Flag {
        by: acting.number,
        reasons,
        until,
    });
    let counted = independent(call.storage, &flags)?;
    call.event(
        "flag",
        &[
            ("person", &number),
            ("by", &acting.number),
            ("independent", &counted),
        ],
    );
    if counted >= call.parameters.numbers.flags_for_notice as usize && person.step == Step::None {
        let flaggers = flags.iter().map(|flag| flag.by).collect();
        call.storage.remove(state::flags(number).bytes());
        return ladder::notice(call, number, flaggers);
    }
    state::flags(number).save(call.storage, &flags);
    Ok(())
}

/// Takes a flag back. It frees the place among those that one may have out.
///
/// # Errors
/// No such flag.
pub fn unflag(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let acting = call.acting(state::VOTE)?;
    let mut flags = live(call.storage, number, call.now)?;
    let before = flags.len();
    flags.retain(|flag| flag.by != acting.number);
    if flags.len() == before {
        return Err(ContractError::NotFound {
            what: "flag on",
            id: number.to_string(),
        });
    }
    let key = state::flags(number);
    if flags.is_empty() {
        call.storage.remove(key.bytes());
    } else {
        key.save(call.storage, &flags);
    }
    let mut usage = state::usage(acting.number)
        .may_load(call.storage)?
        .unwrap_or_default();
    usage.flags.retain(|(flagged, _)| *flagged != number);
    state::usage(acting.number).save(call.storage, &usage);
    call.event("unflag", &[("person", &number), ("by", &acting.number)]);
    Ok(())
}

/// Flags that still count, oldest first: in time, by those that still take part.
///
/// # Errors
/// Only for unreadable state.
pub fn live(storage: &dyn Storage, number: u64, now: u64) -> Result<Vec<Flag>, ContractError> {
    let mut flags = state::flags(number).may_load(storage)?.unwrap_or_default();
    flags.retain(|flag| flag.until > now);
    let mut kept = Vec::with_capacity(flags.len());
    for flag in flags {
        if standing::takes_part(&standing::person(storage, flag.by)?) {
            kept.push(flag);
        }
    }
    Ok(kept)
}

/// How many of them are independent.
///
/// # Errors
/// Only for unreadable state.
pub fn independent(storage: &dyn Storage, flags: &[Flag]) -> Result<usize, ContractError> {
    let mut behind: Vec<u64> = Vec::new();
    let mut counted = 0;
    for flag in flags {
        let line = standing::ancestors(storage, flag.by)?;
        if line.iter().all(|number| !behind.contains(number)) {
            behind.extend(line);
            counted += 1;
        }
    }
    Ok(counted)
}
