//! Claims are made and taken back.

use cosmwasm_std::{Order, Storage};

use super::RegenerationError;
use super::attesting::{ATTEST, task};
use super::jury;
use super::minting;
use super::msg::{Claimed, MakeClaim};
use super::record::{Claim, Phase, Restorer};
use super::state;
use crate::agenda;
use crate::bounds::{self, MAX_ITEMS};
use crate::call::Call;
use crate::error::ContractError;
use crate::monitors::evidence;
use crate::quantity::Quantity;
use crate::registry;
use mycel_kit::Id;

/// Claims of one person in a commons that are being attested.
pub const MAX_OPEN: usize = 3;
/// The longest period of a claim: ten years.
pub const MAX_PERIOD: u64 = 10 * 366 * 86_400;

/// Claims what one restored.
///
/// # Errors
/// Not enrolled, suspended; out of bounds; cells claimed for that time; too
/// many open claims; evidence that was used.
pub fn claim(call: &mut Call<'_>, asked: &MakeClaim) -> Result<(), ContractError> {
    let commons = asked.commons.0;
    let person = registry::dealer(call, commons)?.person;
    let cells = cells(asked)?;
    let (from, to) = (asked.from.0, asked.to.0);
    if from >= to || to > call.now || to - from > MAX_PERIOD {
        let now = call.now;
        return Err(RegenerationError::Period { from, to, now }.into());
    }
    let most = Quantity::MAX.units();
    bounds::within("quantity", asked.quantity.units(), 1u128, most)?;
    let hash = bounds::hash("evidence", &asked.evidence)?;
    let mut restorer = state::load_restorer(call.storage, commons, person)?;
    has_room(&restorer)?;
    for cell in &cells {
        free(call.storage, commons, *cell, from, to)?;
    }
    let number = state::totals()
        .may_load(call.storage)?
        .unwrap_or_default()
        .claims
        + 1;
    evidence::spend(call.storage, &hash, commons, number)?;
    let rules = registry::rules(call.storage, commons)?.regeneration;
    let until = call.now.saturating_add(rules.attest_seconds.into());
    for cell in &cells {
        state::cell(commons, *cell, from).save(call.storage, &(to, number));
    }
    restorer.open.push(number);
    state::restorer(commons, person).save(call.storage, &restorer);
    state::claim_of(commons, person, number).save(call.storage, &1);
    registry::involve(call.storage, commons, person);
    let claim = Claim {
        commons,
        person,
        cells,
        from,
        to,
        asked: asked.quantity,
        evidence: hash,
        at: call.now,
        until,
        phase: Phase::Claimed,
        attestations: vec![],
        buffer_bps: rules.buffer_bps,
        attested: Quantity::ZERO,
        minted: Quantity::ZERO,
        waiting: Quantity::ZERO,
        parked: Quantity::ZERO,
        buffer: Quantity::ZERO,
        cancelled: Quantity::ZERO,
        waived: Quantity::ZERO,
        reversed: Quantity::ZERO,
        disputed: 0,
        case: None,
        reversal: None,
    };
    state::claim(number).save(call.storage, &claim);
    state::sum(call.storage, commons, |sums| sums.claims += 1)?;
    agenda::at(call, until, task(ATTEST, commons, number));
    call.event(
        "claim",
        &[
            ("commons", &commons),
            ("claim", &number),
            ("person", &person),
            ("quantity", &asked.quantity),
            ("until", &until),
        ],
    );
    call.answer(&Claimed { claim: Id(number) })
}

fn cells(asked: &MakeClaim) -> Result<Vec<u64>, ContractError> {
    let count = asked.cells.len() as u64;
    bounds::within("cells", count, 1u64, MAX_ITEMS as u64)?;
    let mut cells: Vec<u64> = asked.cells.iter().map(|cell| cell.0).collect();
    cells.sort_unstable();
    match cells.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(RegenerationError::CellTwice { cell: pair[0] }.into()),
        None => Ok(cells),
    }
}

fn has_room(restorer: &Restorer) -> Result<(), ContractError> {
    if restorer.open.len() < MAX_OPEN {
        return Ok(());
    }
    let claims: Vec<String> = restorer.open.iter().map(u64::to_string).collect();
    Err(RegenerationError::OpenClaims {
        claims: claims.join(","),
        most: MAX_OPEN,
    }
    .into())
}

/// Periods of a cell never overlap, so the last one that begins before `to` is
/// the only one that can reach into the period.
fn free(
    storage: &dyn Storage,
    commons: u64,
    cell: u64,
    from: u64,
    to: u64,
) -> Result<(), ContractError> {
    let (start, end) = (
        state::cell(commons, cell, 0),
        state::cell(commons, cell, to),
    );
    let mut before = storage.range(Some(start.bytes()), Some(end.bytes()), Order::Descending);
    let Some((raw, value)) = before.next() else {
        return Ok(());
    };
    let (ends, claim) = start.decode(&value)?;
    if ends <= from {
        return Ok(());
    }
    Err(RegenerationError::Overlap {
        cell,
        claim,
        from: crate::state::last_number(&raw),
        to: ends,
    }
    .into())
}

/// Its cells may be claimed by others.
pub(super) fn release(storage: &mut dyn Storage, claim: &Claim) {
    for cell in &claim.cells {
        storage.remove(state::cell(claim.commons, *cell, claim.from).bytes());
    }
}

/// It is attested no more.
pub(super) fn decided(
    storage: &mut dyn Storage,
    number: u64,
    claim: &Claim,
) -> Result<(), ContractError> {
    let mut restorer = state::load_restorer(storage, claim.commons, claim.person)?;
    restorer.open.retain(|one| *one != number);
    state::restorer(claim.commons, claim.person).save(storage, &restorer);
    Ok(())
}

/// Takes back a claim that is being attested, or gives up what of an attested
/// one still waits. What became entitlement stays.
///
/// # Errors
/// Another's claim; nothing to take back.
pub fn withdraw(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut claim = state::load_claim(call.storage, number)?;
    let person = call.standing(&call.sender)?.person.0;
    if person != claim.person {
        return Err(RegenerationError::NotYours {
            claim: number,
            person,
        }
        .into());
    }
    match claim.phase {
        Phase::Claimed => {
            claim.phase = Phase::Withdrawn;
            release(call.storage, &claim);
            decided(call.storage, number, &claim)?;
            jury::unbind(call, claim.commons, &claim.attestations, &[])?;
        }
        Phase::Attested if claim.to_come() > 0 => minting::waive(call, &mut claim)?,
        phase => {
            return Err(RegenerationError::NothingToWithdraw {
                claim: number,
                phase: phase.name(),
                waiting: claim.to_come(),
            }
            .into());
        }
    }
    state::claim(number).save(call.storage, &claim);
    call.event("claim_withdrawn", &[("claim", &number)]);
    Ok(())
}
