//! The validator set: 4 to 150 members outside development, and at most a third of the power changes within a day, so
//! that a light client's trust of yesterday still reaches today's set.
use std::collections::{BTreeMap, BTreeSet};

use ed25519_consensus::{Signature, VerificationKey};
use mycel_bindings::ValidatorUpdate;
use mycel_types::{
    Event, codes,
    header::MAX_TOTAL_POWER,
    key,
    record::{HourOfChanges, ValidatorChanges},
};

use super::invalid;
use crate::{
    error::{Failure, Run},
    session::Session,
    state::decode,
};

const LEAST: usize = 4;
const MOST: usize = 150;
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Changes powers; a power of 0 removes.
pub(super) fn update(session: &mut Session, updates: &[ValidatorUpdate]) -> Run<()> {
    if updates.is_empty() || updates.len() > MOST {
        return Err(invalid(format_args!(
            "updates={} must be 1 to {MOST}",
            updates.len()
        ))
        .into());
    }
    let scene = session.scene();
    let set = members(session)?;
    let total = set.values().fold(0u64, |sum, p| sum.saturating_add(*p));
    let (mut next, mut seen, mut changed) = (set.clone(), BTreeSet::new(), 0u64);
    for update in updates {
        let key = consensus_key(update.pub_key.as_slice())?;
        let (old, new) = (set.get(&key).copied().unwrap_or(0), update.power.u64());
        if !seen.insert(key) {
            return Err(invalid(format_args!("{} comes twice", hex::encode(key))).into());
        }
        if old == 0 && new == 0 {
            return Err(invalid(format_args!("{} is no validator", hex::encode(key))).into());
        }
        changed = changed.saturating_add(old.abs_diff(new));
        match new {
            0 => next.remove(&key),
            power => next.insert(key, power),
        };
    }
    let least = if scene.params.development { 1 } else { LEAST };
    if next.len() < least || next.len() > MOST {
        return Err(invalid(format_args!(
            "validators={} would be left, must be {least} to {MOST}",
            next.len()
        ))
        .into());
    }
    let total_next = next.values().fold(0u64, |sum, p| sum.saturating_add(*p));
    if total_next > MAX_TOTAL_POWER {
        return Err(invalid(format_args!(
            "total power={total_next} is above limit={MAX_TOTAL_POWER}"
        ))
        .into());
    }
    let mut past: ValidatorChanges = session
        .record(&key::validator_changes())?
        .unwrap_or_default();
    count(&mut past, scene.time.millis(), changed, total)?;
    session.write(key::validator_changes(), &past)?;
    for key in seen {
        match next.get(&key) {
            Some(power) => session.write(key::validator(&key), power)?,
            None => session.delete(key::validator(&key))?,
        }
        let power = next.get(&key).copied().unwrap_or(0);
        session.emit(Event::new(
            "update_validator",
            [("pub_key", hex::encode(key)), ("power", power.to_string())],
        ))?;
    }
    Ok(())
}

/// Adds a change to those of the last day, unless they were more than a third of the power that there was before them.
fn count(past: &mut ValidatorChanges, now: u64, changed: u64, total: u64) -> Result<(), Failure> {
    past.hours
        .retain(|h| now.saturating_sub(h.last_ms) < DAY_MS);
    match past.hours.last_mut() {
        Some(hour) if hour.last_ms / HOUR_MS == now / HOUR_MS => {
            hour.last_ms = now;
            hour.changed = hour.changed.saturating_add(changed);
        }
        _ => past.hours.push(HourOfChanges {
            last_ms: now,
            changed,
            total_before: total,
        }),
    }
    let base = past.hours.first().map_or(total, |h| h.total_before);
    let sum = past
        .hours
        .iter()
        .fold(0u64, |sum, h| sum.saturating_add(h.changed));
    if u128::from(sum) * 3 > u128::from(base) {
        return Err(invalid(format_args!(
            "changed power within a day={sum} is above a third of total={base}: change less, or tomorrow"
        )));
    }
    Ok(())
}

/// A key that signatures can be checked with: one that is no point of the curve could never sign, and with a point of
/// small order everybody can, as with this signature that no secret was needed for.
fn consensus_key(bytes: &[u8]) -> Result<[u8; 32], Failure> {
    let failed = || {
        Failure::new(
            codes::INVALID_PUBKEY,
            "a validator's key is an ed25519 key of 32 bytes",
        )
    };
    let key: [u8; 32] = bytes.try_into().map_err(|_| failed())?;
    let known = VerificationKey::try_from(key).map_err(|_| failed())?;
    let mut forged = [0; 64];
    forged[0] = 1;
    match known.verify(&Signature::from(forged), b"") {
        Ok(()) => Err(failed()),
        Err(_) => Ok(key),
    }
}

/// The newest set, by key.
fn members(session: &mut Session) -> Run<BTreeMap<[u8; 32], u64>> {
    let mut set = BTreeMap::new();
    for (key, value) in session.entries(&key::validators())? {
        let power: u64 = decode(&key, &value)?;
        if let Ok(own) = key.get(1..).unwrap_or_default().try_into() {
            set.insert(own, power);
        }
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_of_the_power_changes_in_any_day_at_most() {
        let mut past = ValidatorChanges::default();
        let start = 1_700_000_000_000;
        count(&mut past, start, 30, 100).unwrap();
        count(&mut past, start + 1, 3, 130).unwrap();
        assert!(count(&mut past.clone(), start + 2, 1, 133).is_err());
        // what was added does not make room for more
        assert!(count(&mut past.clone(), start + DAY_MS - 1, 30, 133).is_err());
        // the day is counted from the last change of the hour on
        assert!(count(&mut past.clone(), start + DAY_MS, 1, 133).is_err());
        let mut later = past.clone();
        count(&mut later, start + DAY_MS + 1, 44, 133).unwrap();
        assert_eq!(later.hours.len(), 1);
    }

    #[test]
    fn changes_are_kept_hour_by_hour() {
        let mut past = ValidatorChanges::default();
        for minute in 0..10_000 {
            count(&mut past, minute * 60_000, 0, 100).unwrap();
            assert!(past.hours.len() <= 25);
        }
    }

    #[test]
    fn a_key_off_the_curve_is_refused() {
        let good = ed25519_consensus::SigningKey::from([7; 32]).verification_key();
        assert!(consensus_key(good.as_bytes()).is_ok());
        assert!(consensus_key(&[0xff; 31]).is_err());
        let off = (0..=255)
            .map(|b| [b; 32])
            .find(|k| VerificationKey::try_from(*k).is_err());
        assert!(consensus_key(&off.unwrap()).is_err());
    }
}
