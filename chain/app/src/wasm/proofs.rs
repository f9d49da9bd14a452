//! What contracts are told about verifying keys, proofs and hashes. Gas is that of the work, whether or not it was done before.
use cosmwasm_std::Binary;
use mycel_bindings::{Groth16VerifyResponse, PoseidonResponse, VerifyingKeyResponse};
use mycel_types::{key, record::VerifyingKey as Record};
use mycel_verifier::{Fr, PoseidonError, field, poseidon as hashing};

use super::{
    querier::{Budget, Miss, read},
    question::to_json,
};
use crate::{
    proofs::{Claim, prepared},
    session::World,
    state::decode,
};

/// A key's record, at the price of a read.
fn find(world: &mut World, id: &str, budget: &mut Budget) -> Result<Record, Miss> {
    let shown: String = id.chars().take(64).collect();
    let missing = || Miss::Error(format!("no verifying key={shown} is registered"));
    if shown.len() < id.len() {
        return Err(missing());
    }
    let at = key::verifying_key(id);
    let bytes = read(world, &at, budget)?.ok_or_else(missing)?;
    Ok(decode(&at, &bytes)?)
}

/// What a key is, without its points.
pub(super) fn verifying_key(
    world: &mut World,
    id: &str,
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let record = find(world, id, budget)?;
    Ok(to_json(&VerifyingKeyResponse {
        digest: record.digest.into(),
        inputs: record.inputs,
        owner: record.owner.map(|owner| owner.to_string()),
        ceremony: record.ceremony.map(Into::into),
        development: record.development,
    }))
}

/// Whether a proof holds. What is malformed does not.
pub(super) fn groth16(
    world: &mut World,
    id: &str,
    proof: &[u8],
    inputs: &[Binary],
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let record = find(world, id, budget)?;
    if inputs.len() as u64 != u64::from(record.inputs) {
        return Err(Miss::Error(format!(
            "verifying key={id} has inputs={}, not inputs={}",
            record.inputs,
            inputs.len()
        )));
    }
    let prices = world.scene.params.gas;
    let each = prices.groth16_input.saturating_mul(record.inputs.into());
    budget.charge_sdk(prices.groth16.saturating_add(each))?;
    let inputs: Vec<&[u8]> = inputs.iter().map(Binary::as_slice).collect();
    let claim = Claim::new(&record.digest, &inputs, proof);
    let scene = world.scene.clone();
    let valid = match scene.proofs.known(&claim) {
        Some(valid) => valid,
        None => {
            let key = prepared(world, &record.digest)?;
            scene.proofs.judge(claim, &key, &inputs, proof)
        }
    };
    Ok(to_json(&Groth16VerifyResponse { valid }))
}

/// Hashes, each paid before it is computed.
pub(super) fn poseidon(
    world: &mut World,
    batches: &[Vec<Binary>],
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let prices = world.scene.params.gas;
    let mut hashes = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        let refused = |why: &dyn std::fmt::Display| Miss::Error(format!("batch={number}: {why}"));
        let count = batch.len();
        if count == 0 || count > hashing::MOST_INPUTS {
            return Err(refused(&PoseidonError::Inputs { count }));
        }
        let width = (count as u64).saturating_add(1);
        let cells = prices
            .poseidon_cell
            .saturating_mul(width.saturating_mul(width));
        budget.charge_sdk(prices.poseidon.saturating_add(cells))?;
        let mut inputs: Vec<Fr> = Vec::with_capacity(count);
        for (index, bytes) in batch.iter().enumerate() {
            let element = field::decode(bytes);
            inputs.push(element.map_err(|why| refused(&PoseidonError::Element { index, why }))?);
        }
        let hash = hashing::hash(&inputs).map_err(|why| refused(&why))?;
        hashes.push(Binary::from(field::encode(&hash)));
    }
    Ok(to_json(&PoseidonResponse { hashes }))
}
