//! Answers about gates. Nothing is written.

use cosmwasm_std::{HexBinary, Order, Storage, Uint64};
use mycel_kit::peers::trust::Term;
use mycel_kit::{Id, Seconds};

use super::ask::{GateView, GatesResponse, NullifierResponse, PseudonymResponse};
use super::record::Gate;
use super::{gate, state, term};
use crate::element::{bytes, hex};
use crate::error::ContractError;
use crate::state::fixed;
use crate::times::Clock;

/// Gates on a page, most and the default.
pub const PAGE: u32 = 50;

fn view(clock: &Clock, now: u64, number: u64, found: Gate) -> GateView {
    let asked = found.thresholds;
    let start = clock.slot_start(clock.slot_of(now));
    let running = match found.term {
        Term::Seconds(seconds) => Some(term::of_time(seconds.0, start)),
        Term::Action {} => None,
    };
    GateView {
        gate: Id(number),
        circuit: found.circuit(),
        consumer: found.consumer,
        mode: found.mode,
        term: found.term,
        ttl: Seconds(found.ttl),
        open: found.closed.is_none(),
        min_counterparties: asked.map(|asked| asked.min_counterparties),
        t_min: asked.map(|asked| Uint64::new(asked.t_min)),
        theta: asked.map(|asked| asked.theta),
        theta_rel: asked.map(|asked| asked.theta_rel),
        theta_eco: asked.map(|asked| asked.theta_eco),
        theta_rec: asked.map(|asked| asked.theta_rec),
        opened: Seconds(found.opened),
        closed: found.closed.map(Seconds),
        shown: Id(found.shown),
        running: running.map(|running| Id(running.number)),
        since: running.map(|running| Seconds(running.opens)),
        cutoff: running.and_then(|running| term::cutoff(clock, running.opens).ok()),
    }
}

/// Answer to `gate`.
///
/// # Errors
/// No such gate.
pub fn one(storage: &dyn Storage, now: u64, number: u64) -> Result<GateView, ContractError> {
    let clock = fixed().load(storage)?.clock;
    Ok(view(&clock, now, number, gate(storage, number)?))
}

/// Answer to `gates`.
///
/// # Errors
/// Only for unreadable state.
pub fn all(
    storage: &dyn Storage,
    now: u64,
    after: Option<Id>,
    limit: Option<u32>,
) -> Result<GatesResponse, ContractError> {
    let clock = fixed().load(storage)?.clock;
    let most = limit.unwrap_or(PAGE).clamp(1, PAGE) as usize;
    let from = after.map_or(0, |Id(after)| after.saturating_add(1));
    let (start, end) = (state::gate(from), [b'g', b'g' + 1]);
    let mut gates: Vec<GateView> = vec![];
    let mut next = None;
    for (raw, value) in storage.range(Some(start.bytes()), Some(&end), Order::Ascending) {
        if gates.len() == most {
            next = gates.last().map(|last| last.gate);
            break;
        }
        let number = raw
            .get(2..10)
            .and_then(|tail| tail.try_into().ok())
            .map_or(0, u64::from_be_bytes);
        gates.push(view(
            &clock,
            now,
            number,
            state::gate(number).decode(&value)?,
        ));
    }
    Ok(GatesResponse { gates, next })
}

/// Answer to `nullifier`.
///
/// # Errors
/// Not 32 bytes.
pub fn nullifier(
    storage: &dyn Storage,
    scope: &HexBinary,
    nf: &HexBinary,
) -> Result<NullifierResponse, ContractError> {
    let key = state::nullifier(&bytes("scope", scope)?, &bytes("nf", nf)?);
    Ok(NullifierResponse {
        spent: key.may_load(storage)?.map(Seconds),
    })
}

/// Answer to `pseudonym`; absent: the address acts for nobody.
///
/// # Errors
/// Only for unreadable state.
pub fn pseudonym(
    storage: &dyn Storage,
    address: &str,
) -> Result<Option<PseudonymResponse>, ContractError> {
    let found = state::pseudonym(address).may_load(storage)?;
    Ok(found.map(|(gate, nf)| PseudonymResponse {
        gate: Id(gate),
        nf: hex(&nf),
    }))
}
