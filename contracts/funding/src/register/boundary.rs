//! What a community refuses inside its boundary: the whole community for all,
//! a commons for itself, by vote. A refusal stands until it is allowed again,
//! or as long as it said.
//!
//! A technology is an entry (`entry/7`) or a word (`deep-trawling`). What the
//! whole community restricts is restricted inside every commons.

use cosmwasm_std::Storage;
use mycel_kit::roles::Electorate;
use mycel_kit::{Id, Seconds};

use super::msg::MAX_TECHNOLOGY;
use super::record::{Restriction, Step};
use super::{RegisterError, entry, state};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// The boundary that stands for the whole community.
pub const ALL: u64 = 0;

/// The boundary of those who decide; commons have numbers from 1.
///
/// # Errors
/// [`RegisterError::NoBoundary`].
pub fn of(electorate: &Electorate) -> Result<u64, ContractError> {
    match electorate {
        Electorate::All => Ok(ALL),
        Electorate::Commons(Id(commons)) if *commons != ALL => Ok(*commons),
        Electorate::Commons(_) | Electorate::Organisation(_) => {
            Err(RegisterError::NoBoundary.into())
        }
    }
}

/// A technology's name in its one form: an entry must exist.
///
/// # Errors
/// [`RegisterError::NoTechnology`], [`RegisterError::UnknownEntry`].
pub fn technology(storage: &dyn Storage, name: &str) -> Result<String, ContractError> {
    if let Some(number) = name.strip_prefix("entry/") {
        let number = number
            .parse::<u64>()
            .ok()
            .filter(|parsed| parsed.to_string() == number);
        if let Some(number) = number {
            entry(storage, number)?;
            return Ok(name.to_owned());
        }
    }
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if name.is_empty() || name.len() > MAX_TECHNOLOGY || !name.bytes().all(word) {
        return Err(RegisterError::NoTechnology {
            technology: name.chars().take(MAX_TECHNOLOGY).collect(),
        }
        .into());
    }
    Ok(name.to_owned())
}

/// How a technology stands inside a boundary.
///
/// # Errors
/// Unreadable state.
pub fn restriction(
    storage: &dyn Storage,
    boundary: u64,
    technology: &str,
) -> Result<Restriction, ContractError> {
    let found = state::restriction(boundary, technology).may_load(storage)?;
    Ok(found.unwrap_or_default())
}

/// The step in force inside a boundary, until when, and whose it is: the
/// boundary's own or the whole community's, the stricter.
///
/// # Errors
/// Unreadable state.
pub fn step(
    storage: &dyn Storage,
    boundary: u64,
    technology: &str,
    now: u64,
) -> Result<(Step, u64, u64), ContractError> {
    let (all, until) = restriction(storage, ALL, technology)?.at(now);
    if boundary == ALL {
        return Ok((all, until, ALL));
    }
    let (own, own_until) = restriction(storage, boundary, technology)?.at(now);
    Ok(match own > all {
        true => (own, own_until, boundary),
        false => (all, until, ALL),
    })
}

/// Decided by all or by a commons: refuses a technology inside that boundary.
///
/// # Errors
/// No boundary, no technology, or an end that is past.
pub fn refuse(
    call: &mut Call<'_>,
    proposal: u64,
    electorate: &Electorate,
    name: &str,
    until: Option<Seconds>,
) -> Result<(), ContractError> {
    let boundary = of(electorate)?;
    let name = technology(call.storage, name)?;
    let until = until.map_or(u64::MAX, |until| until.0);
    bounds::within("until", until, call.now.saturating_add(1), u64::MAX)?;
    let key = state::restriction(boundary, &name);
    let mut found = key.may_load(call.storage)?.unwrap_or_default();
    found.voted_until = Some(until);
    found.proposal = proposal;
    key.save(call.storage, &found);
    call.event(
        "refuse_technology",
        &[
            ("technology", &name),
            ("boundary", &electorate),
            ("until", &until),
        ],
    );
    Ok(())
}

/// Decided by all or by a commons: lifts what restricts a technology inside
/// that boundary, the vote's refusal and the reviews' step. A review that waits
/// for its jury goes on.
///
/// # Errors
/// No boundary, no technology, nothing to lift.
pub fn allow(
    call: &mut Call<'_>,
    electorate: &Electorate,
    name: &str,
) -> Result<(), ContractError> {
    let boundary = of(electorate)?;
    let name = technology(call.storage, name)?;
    let key = state::restriction(boundary, &name);
    let found = restriction(call.storage, boundary, &name)?;
    if found.at(call.now).0 == Step::None {
        return Err(RegisterError::NotRefused { technology: name }.into());
    }
    match found.review {
        None => call.storage.remove(key.bytes()),
        review => key.save(
            call.storage,
            &Restriction {
                review,
                ..Restriction::default()
            },
        ),
    }
    call.event(
        "allow_technology",
        &[("technology", &name), ("boundary", &electorate)],
    );
    Ok(())
}
