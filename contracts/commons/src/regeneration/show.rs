//! Answers about restored land.

use cosmwasm_std::{Order, Storage};
use mycel_kit::{Id, Seconds};

use super::ask::{AttestationView, ClaimView, ClaimsResponse, RegenerationResponse, ReversalView};
use super::record::{Attestation, Claim};
use super::state;
use crate::cases;
use crate::error::ContractError;
use crate::quantity::Quantity;
use crate::registry;
use crate::state::last_number;

/// Most claims of a page, and the default.
const PAGE: usize = 20;

fn attestations(all: &[Attestation]) -> Vec<AttestationView> {
    let one = |one: &Attestation| AttestationView {
        seat: Id(one.seat),
        person: Id(one.person),
        quantity: one.quantity,
    };
    all.iter().map(one).collect()
}

fn view(storage: &dyn Storage, number: u64, claim: &Claim) -> Result<ClaimView, ContractError> {
    let named = |own: Option<u64>| -> Result<Option<Id>, ContractError> {
        Ok(match own {
            Some(own) => cases::asked(storage, own)?.case.map(Id),
            None => None,
        })
    };
    let reversal = match &claim.reversal {
        None => None,
        Some(open) => Some(ReversalView {
            by: Id(open.by),
            asked: open.asked,
            evidence: open.evidence.into(),
            until: Seconds(open.until),
            attestations: attestations(&open.attestations),
            disputed: open.case.is_some(),
            case: named(open.case)?,
        }),
    };
    Ok(ClaimView {
        claim: Id(number),
        commons: Id(claim.commons),
        person: Id(claim.person),
        cells: claim.cells.iter().copied().map(Id).collect(),
        from: Seconds(claim.from),
        to: Seconds(claim.to),
        asked: claim.asked,
        evidence: claim.evidence.into(),
        at: Seconds(claim.at),
        until: Seconds(claim.until),
        phase: claim.phase.name().to_owned(),
        attestations: attestations(&claim.attestations),
        disputed: claim.case.is_some(),
        case: named(claim.case)?,
        attested: claim.attested,
        minted: claim.minted,
        waiting: claim.waiting,
        parked: claim.parked,
        buffer: claim.buffer,
        cancelled: claim.cancelled,
        waived: claim.waived,
        reversed: claim.reversed,
        reversal,
    })
}

/// One claim.
///
/// # Errors
/// No such claim.
pub fn claim(storage: &dyn Storage, number: u64) -> Result<ClaimView, ContractError> {
    view(storage, number, &state::load_claim(storage, number)?)
}

/// A page of a person's claims in a commons.
///
/// # Errors
/// No such commons.
pub fn claims(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    after: Option<u64>,
    limit: Option<u32>,
) -> Result<ClaimsResponse, ContractError> {
    registry::commons(storage, commons)?;
    let limit = limit.map_or(PAGE, |limit| (limit as usize).clamp(1, PAGE));
    let start = state::claim_of(commons, person, after.map_or(0, |n| n.saturating_add(1)));
    let end = state::claim_of(commons, person.saturating_add(1), 0);
    let mut numbers: Vec<u64> = storage
        .range_keys(Some(start.bytes()), Some(end.bytes()), Order::Ascending)
        .take(limit + 1)
        .map(|raw| last_number(&raw))
        .collect();
    let more = numbers.len() > limit;
    numbers.truncate(limit);
    let mut claims = vec![];
    for number in &numbers {
        claims.push(claim(storage, *number)?);
    }
    Ok(ClaimsResponse {
        claims,
        next: numbers.last().filter(|_| more).copied().map(Id),
    })
}

/// Sums of a commons.
///
/// # Errors
/// No such commons.
pub fn sums(storage: &dyn Storage, commons: u64) -> Result<RegenerationResponse, ContractError> {
    registry::commons(storage, commons)?;
    let sums = state::sums(commons).may_load(storage)?.unwrap_or_default();
    Ok(RegenerationResponse {
        attested: Quantity::at_most(sums.attested),
        minted: Quantity::at_most(sums.minted),
        waiting: Quantity::at_most(sums.waiting),
        parked: Quantity::at_most(sums.parked),
        buffer: Quantity::at_most(sums.buffer),
        cancelled: Quantity::at_most(sums.cancelled),
        waived: Quantity::at_most(sums.waived),
        reversed: Quantity::at_most(sums.reversed),
        owed: Quantity::at_most(sums.owed),
    })
}

/// What a person restored, as attested, less what was lost again.
///
/// # Errors
/// Only for unreadable state.
pub fn restored(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Quantity, ContractError> {
    let restorer = state::load_restorer(storage, commons, person)?;
    Ok(Quantity::at_most(restorer.restored))
}

/// What keeps a person from leaving a commons, a sentence each.
///
/// # Errors
/// Only for unreadable state.
pub fn open_items(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
) -> Result<Vec<String>, ContractError> {
    let restorer = state::load_restorer(storage, commons, person)?;
    let mut items: Vec<String> = restorer
        .open
        .iter()
        .map(|claim| format!("claim {claim} is being attested; it can be withdrawn"))
        .collect();
    if restorer.waiting > 0 {
        items.push(format!(
            "{} restored units still become entitlement; claims can be withdrawn",
            restorer.waiting
        ));
    }
    Ok(items)
}

/// A page of a person's claims, and where it ended.
///
/// # Errors
/// Only for unreadable state.
pub fn export(
    storage: &dyn Storage,
    commons: u64,
    person: u64,
    after: Option<u64>,
) -> Result<(Vec<ClaimView>, Option<u64>), ContractError> {
    let page = claims(storage, commons, person, after, None)?;
    Ok((page.claims, page.next.map(|Id(next)| next)))
}
