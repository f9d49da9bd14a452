//! Verifying keys: each is bound to its name for ever.
use mycel_types::{AccountAddress, Event, key};

use super::invalid;
use crate::{
    error::Run,
    proofs::{self, Candidate},
    session::Session,
};

/// Registers a key under a free name.
pub(super) fn register(
    session: &mut Session,
    owner: &AccountAddress,
    candidate: &Candidate<'_>,
) -> Run<()> {
    let scene = session.scene();
    // checking its points takes about as long as verifying a proof
    session
        .meter
        .charge(scene.params.gas.groth16, "RegisterVk")?;
    let record = proofs::check(candidate, Some(owner), &scene.params).map_err(invalid)?;
    let id = candidate.id;
    if session.raw(&key::verifying_key(id))?.is_some() {
        return Err(invalid(format_args!(
            "verifying key={id} is registered already, for ever: take another name"
        ))
        .into());
    }
    for (at, value) in proofs::write(id, &record, candidate.vk) {
        session.write_raw(at, value)?;
    }
    session.emit(Event::new(
        "register_vk",
        [
            ("id", id.to_string()),
            ("digest", hex::encode(record.digest)),
            ("inputs", record.inputs.to_string()),
            (
                "ceremony",
                record.ceremony.map(hex::encode).unwrap_or_default(),
            ),
            ("development", record.development.to_string()),
        ],
    ))
}
