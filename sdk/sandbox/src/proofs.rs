//! Verifying keys, proofs and Poseidon as the chain answers for them, and a
//! verifier for plays with many proofs, which costs nearly nothing.

use std::sync::Arc;

use cosmwasm_std::Binary;
use mycel_bindings::{Groth16VerifyResponse, PoseidonResponse, VerifyingKeyResponse};
use mycel_verifier::{
    Fr, PreparedKey, Proof, VerifyingKey, batch, field, key::MOST_INPUTS, poseidon as hashing,
    proof::BYTES, testing::Trapdoor, verify,
};

use crate::call::json;
use crate::query::{Budget, Miss};
use crate::world::World;

/// Who judges proofs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verifier {
    /// The chain's own: Groth16 over BN254.
    #[default]
    Groth16,
    /// Takes what [`mock_proof`] gives for the same key and inputs, and nothing
    /// else. For plays in which proving would take all the time.
    Mock,
}

/// Told of a proof: its key's name, the key, the public inputs, the proof.
pub(crate) type Watcher = dyn Fn(&str, &VerifyingKey, &[Fr], &Proof) + Send + Sync;

/// The proof that [`Verifier::Mock`] takes: BLAKE3 over the key's name and the
/// public inputs, then zeros.
#[must_use]
pub fn mock_proof(vk: &str, inputs: &[[u8; 32]]) -> Binary {
    let mut hasher = blake3::Hasher::new_derive_key("mycel 2026-11-22 sandbox mock proof v1");
    hasher.update(&(vk.len() as u64).to_be_bytes());
    hasher.update(vk.as_bytes());
    for input in inputs {
        hasher.update(input);
    }
    let mut proof = [0; BYTES];
    proof[..32].copy_from_slice(hasher.finalize().as_bytes());
    Binary::from(proof)
}

/// A registered key.
#[derive(Clone)]
pub(crate) struct Known {
    key: Arc<PreparedKey>,
    owner: Option<String>,
    ceremony: Option<[u8; 32]>,
    development: bool,
}

impl Known {
    pub(crate) fn digest(&self) -> &[u8; 32] {
        self.key.digest()
    }
}

/// A key that may be registered under a name now.
pub(crate) fn key(
    world: &World,
    id: &str,
    bytes: &[u8],
    ceremony: Option<&[u8]>,
    development: bool,
    owner: Option<&str>,
) -> Result<Known, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if id.is_empty() || id.len() > 64 || !id.chars().all(plain) {
        return Err(
            "a verifying key's name has 1 to 64 letters, digits, '.', '_', '-' and '/'".into(),
        );
    }
    if world.chain.keys.contains_key(id) {
        return Err(format!(
            "verifying key={id} is registered already, for ever"
        ));
    }
    if development && !world.chain.development {
        return Err(format!(
            "verifying key={id} is one for development, which this network is not"
        ));
    }
    let ceremony = ceremony.map(<[u8; 32]>::try_from).transpose();
    let ceremony = ceremony.map_err(|_| "a ceremony's hash has 32 bytes")?;
    let key = VerifyingKey::decode(bytes).map_err(|why| why.to_string())?;
    Ok(Known {
        key: Arc::new(PreparedKey::new(&key)),
        owner: owner.map(str::to_owned),
        ceremony,
        development,
    })
}

/// A key for development, from its name.
pub(crate) fn mock_key(id: &str, inputs: usize) -> Result<Vec<u8>, String> {
    if !(1..=MOST_INPUTS).contains(&inputs) {
        return Err(format!("a key has 1 to {MOST_INPUTS} inputs"));
    }
    let mut seed = [0; 8];
    seed.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..8]);
    let trapdoor = Trapdoor::new(u64::from_be_bytes(seed), inputs);
    Ok(trapdoor.key().encode())
}

fn find<'a>(world: &'a World, id: &str) -> Result<&'a Known, Miss> {
    let shown: String = id.chars().take(64).collect();
    let known = world.chain.keys.get(id);
    known.ok_or_else(|| Miss::Error(format!("no verifying key={shown} is registered")))
}

/// What a key is, without its points.
pub(crate) fn verifying_key(world: &World, id: &str, budget: &mut Budget) -> Result<Vec<u8>, Miss> {
    budget.charge_sdk(world.prices.read_byte * RECORD)?;
    let known = find(world, id)?;
    Ok(json(&VerifyingKeyResponse {
        digest: known.digest().into(),
        inputs: u32::try_from(known.key.inputs()).unwrap_or(u32::MAX),
        owner: known.owner.clone(),
        ceremony: known.ceremony.map(Into::into),
        development: known.development,
    }))
}

/// Bytes that the chain reads for a key, about.
const RECORD: u64 = 110;

/// Whether a proof holds.
pub(crate) fn groth16(
    world: &World,
    id: &str,
    proof: &[u8],
    inputs: &[Binary],
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    budget.charge_sdk(world.prices.read_byte * RECORD)?;
    let known = find(world, id)?;
    let wanted = known.key.inputs();
    if inputs.len() != wanted {
        return Err(Miss::Error(format!(
            "verifying key={id} has inputs={wanted}, not inputs={}",
            inputs.len()
        )));
    }
    let prices = &world.prices;
    budget.charge_sdk(prices.groth16 + prices.groth16_input * wanted as u64)?;
    let valid = match world.chain.verifier {
        Verifier::Groth16 => batch::read(inputs.iter().map(Binary::as_slice), proof).is_some_and(
            |(inputs, proof)| {
                let holds = verify(&known.key, &inputs, &proof);
                if let (true, Some(told)) = (holds, &world.chain.watcher) {
                    told(id, known.key.key(), &inputs, &proof);
                }
                holds
            },
        ),
        Verifier::Mock => {
            let canonical = |b: &Binary| field::decode(b).ok().map(|x| field::encode(&x));
            let inputs: Option<Vec<[u8; 32]>> = inputs.iter().map(canonical).collect();
            inputs.is_some_and(|inputs| mock_proof(id, &inputs).as_slice() == proof)
        }
    };
    Ok(json(&Groth16VerifyResponse { valid }))
}

/// Hashes.
pub(crate) fn poseidon(
    world: &World,
    batches: &[Vec<Binary>],
    budget: &mut Budget,
) -> Result<Vec<u8>, Miss> {
    let prices = &world.prices;
    let mut hashes = Vec::new();
    for (number, batch) in batches.iter().enumerate() {
        let refused = |why: String| Miss::Error(format!("batch={number}: {why}"));
        let width = (batch.len() as u64).saturating_add(1);
        if batch.is_empty() || batch.len() > hashing::MOST_INPUTS {
            let count = batch.len();
            return Err(refused(
                mycel_verifier::PoseidonError::Inputs { count }.to_string(),
            ));
        }
        budget.charge_sdk(prices.poseidon + prices.poseidon_cell * width * width)?;
        let mut inputs: Vec<Fr> = Vec::with_capacity(batch.len());
        for (index, bytes) in batch.iter().enumerate() {
            let read = field::decode(bytes);
            inputs.push(read.map_err(|why| refused(format!("input={index}: {why}")))?);
        }
        let hash = hashing::hash(&inputs).map_err(|why| refused(why.to_string()))?;
        hashes.push(Binary::from(field::encode(&hash)));
    }
    Ok(json(&PoseidonResponse { hashes }))
}
