//! Gates are opened and closed by decision; what one asks never changes.

use super::msg::OpenGate;
use super::record::{Gate, GateCircuit};
use super::rules::Thresholds;
use super::{GateError, gate, state, term};
use crate::bounds;
use crate::call::Call;
use crate::error::ContractError;

/// The longest that what was shown counts: a year.
const MAX_TTL: u64 = 366 * 86_400;

/// The thresholds of a gate.
fn thresholds(asked: &OpenGate, pair_cap: u64) -> Result<Option<Thresholds>, ContractError> {
    let plain = [
        asked.theta,
        asked.theta_rel,
        asked.theta_eco,
        asked.theta_rec,
    ];
    match asked.circuit {
        GateCircuit::Member => {
            let none = asked.min_counterparties.is_none()
                && asked.t_min.is_none()
                && plain.iter().all(Option::is_none);
            if !none {
                return Err(GateError::Thresholds {
                    circuit: "member",
                    needs: "asks for none; take show",
                }
                .into());
            }
            Ok(None)
        }
        GateCircuit::Show => {
            let (Some(min_counterparties), Some(t_min)) = (asked.min_counterparties, asked.t_min)
            else {
                return Err(GateError::Thresholds {
                    circuit: "show",
                    needs: "needs min_counterparties and t_min",
                }
                .into());
            };
            let [theta, theta_rel, theta_eco, theta_rec] = plain.map(Option::unwrap_or_default);
            let thresholds = Thresholds {
                min_counterparties,
                t_min: t_min.u64(),
                theta,
                theta_rel,
                theta_eco,
                theta_rec,
            };
            thresholds.check(pair_cap)?;
            Ok(Some(thresholds))
        }
    }
}

/// A gate was decided.
///
/// # Errors
/// A number that was used, terms or thresholds that no gate may have.
pub fn open(call: &mut Call<'_>, asked: &OpenGate) -> Result<(), ContractError> {
    let number = asked.gate.0;
    let key = state::gate(number);
    if key.exists(call.storage) {
        return Err(GateError::NumberUsed { gate: number }.into());
    }
    let consumer = call.valid(&asked.consumer)?;
    term::check(number, asked.term, call.fixed.clock.times.day)?;
    bounds::within("ttl", asked.ttl.0, 1u32, MAX_TTL)?;
    let thresholds = thresholds(asked, call.fixed.pair_cap.into())?;
    let gate = Gate {
        consumer,
        mode: asked.mode,
        term: asked.term,
        ttl: asked.ttl.0,
        thresholds,
        opened: call.now,
        closed: None,
        shown: 0,
    };
    key.save(call.storage, &gate);
    let mut totals = state::totals().may_load(call.storage)?.unwrap_or_default();
    totals.opened = totals.opened.saturating_add(1);
    state::totals().save(call.storage, &totals);
    call.event(
        "open_gate",
        &[("gate", &number), ("consumer", &gate.consumer)],
    );
    Ok(())
}

/// A gate is closed for good.
///
/// # Errors
/// No such gate, or closed already.
pub fn close(call: &mut Call<'_>, number: u64) -> Result<(), ContractError> {
    let mut found = gate(call.storage, number)?;
    if let Some(since) = found.closed {
        return Err(GateError::Closed {
            gate: number,
            since,
        }
        .into());
    }
    found.closed = Some(call.now);
    state::gate(number).save(call.storage, &found);
    let mut totals = state::totals().load(call.storage)?;
    totals.closed = totals.closed.saturating_add(1);
    state::totals().save(call.storage, &totals);
    call.event("close_gate", &[("gate", &number)]);
    Ok(())
}
