//! A block's proofs, verified together before its transactions run.
//!
//! A contract asks for a verdict in the midst of its work, one proof at a time; a batch of proofs takes a third of the
//! time of one by one. So what seems to carry a proof is run ahead on a scratch state, where every well-formed proof is
//! said to hold and is written down. Then proofs under one key are verified in a batch. The transactions run as always,
//! and a question that was answered before is not worked out again.
//!
//! 1. A verdict depends on the key, the inputs and the proof alone; under these it is kept. What the run ahead foresaw
//!    wrongly is never asked for; what it did not foresee is verified when it is asked for.
//! 2. Gas is that of the question. What a block's results are does not depend on whether anything ran ahead.
//! 3. Work is bounded: [`MOST_PROOFS`] a block, and gas in proportion to the transactions in which other proofs were
//!    found, up to [`MOST_GAS`]. What runs ahead is not paid for where a proof does not hold: nobody does then what was
//!    foreseen, and of a transaction with many messages nothing that comes after the first such proof.
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use mycel_store::{BlockWrites, Snapshot};
use mycel_types::Cancel;
use mycel_verifier::{PreparedKey, batch, verify};
use serde::de::IgnoredAny;

use crate::{
    admit::{Admitted, Request},
    execute,
    msg::Msg,
    session::Scene,
};

/// Proofs that are verified ahead in a block.
const MOST_PROOFS: usize = 256;
/// A batch of fewer saves nothing worth running ahead for.
pub(crate) const LEAST: usize = 4;
/// SDK gas that may be used before a first proof was found, more for each transaction that had one of its own, however
/// many it had, and in all: no transaction that runs ahead gets more than what is left of it.
const GAS_AT_FIRST: u64 = 2_000_000;
const GAS_FOR_EACH: u64 = 250_000;
const MOST_GAS: u64 = 32_000_000;

/// What was asked: BLAKE3 over the key's digest, the public inputs and the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Claim([u8; 32]);

impl Claim {
    pub(crate) fn new(digest: &[u8; 32], inputs: &[&[u8]], proof: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("mycel 2026-11-22 groth16 claim v1");
        hasher.update(digest);
        for part in inputs.iter().chain([&proof]) {
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }
}

/// A proof that was asked about while running ahead.
struct Foreseen {
    key: Arc<PreparedKey>,
    item: batch::Item,
}

/// How questions about proofs are answered.
#[derive(Default)]
pub(crate) struct Judging {
    /// Verdicts that are known.
    verdicts: BTreeMap<Claim, bool>,
    /// While running ahead: whatever is well formed is said to hold, and written down.
    foreseen: Option<Mutex<BTreeMap<Claim, Foreseen>>>,
    /// SDK gas that running ahead used.
    used: u64,
}

/// What was done ahead since the start.
#[derive(Default)]
pub(crate) struct Ahead {
    proofs: AtomicU64,
    gas: AtomicU64,
}

impl Ahead {
    pub(crate) fn add(&self, judging: &Judging) {
        self.proofs
            .fetch_add(judging.ahead() as u64, Ordering::Relaxed);
        self.gas.fetch_add(judging.used, Ordering::Relaxed);
    }

    pub(crate) fn proofs(&self) -> u64 {
        self.proofs.load(Ordering::Relaxed)
    }

    pub(crate) fn gas(&self) -> u64 {
        self.gas.load(Ordering::Relaxed)
    }
}

impl Judging {
    /// A verdict that is known.
    pub(crate) fn known(&self, claim: &Claim) -> Option<bool> {
        self.verdicts.get(claim).copied()
    }

    /// A verdict that is not.
    pub(crate) fn judge(
        &self,
        claim: Claim,
        key: &Arc<PreparedKey>,
        inputs: &[&[u8]],
        proof: &[u8],
    ) -> bool {
        let Some(item) = batch::read(inputs.iter().copied(), proof) else {
            return false;
        };
        let Some(foreseen) = &self.foreseen else {
            return verify(key, &item.0, &item.1);
        };
        let mut foreseen = foreseen.lock().unwrap_or_else(PoisonError::into_inner);
        if foreseen.len() < MOST_PROOFS {
            let key = key.clone();
            foreseen.insert(claim, Foreseen { key, item });
        }
        true
    }

    fn found(&self) -> usize {
        let foreseen = self.foreseen.as_ref();
        foreseen.map_or(0, |f| {
            f.lock().unwrap_or_else(PoisonError::into_inner).len()
        })
    }

    fn into_foreseen(self) -> BTreeMap<Claim, Foreseen> {
        let foreseen = self.foreseen.map(Mutex::into_inner);
        foreseen.map_or_else(BTreeMap::new, |f| f.unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether a transaction may carry a proof: one of its messages to contracts has a field `proof`.
fn may_prove(request: &Request) -> bool {
    request.messages.iter().any(|message| match message {
        Msg::Execute(execute) => has_proof(&execute.msg),
        _ => false,
    })
}

fn has_proof(json: &[u8]) -> bool {
    const FIELD: &[u8] = b"\"proof\"";
    type Message = BTreeMap<String, BTreeMap<String, IgnoredAny>>;
    json.windows(FIELD.len()).any(|part| part == FIELD)
        && serde_json::from_slice::<Message>(json)
            .is_ok_and(|m| m.len() == 1 && m.values().any(|fields| fields.contains_key("proof")))
}

/// Runs ahead what may carry proofs and verifies what it found. Whatever goes wrong leaves verdicts to be found later.
pub(crate) fn verify_ahead(
    scene: &Arc<Scene>,
    base: &Snapshot,
    admitted: &[Admitted],
    stop: &Cancel,
) -> Judging {
    let candidates: Vec<&Admitted> = admitted
        .iter()
        .filter(|tx| may_prove(&tx.request))
        .collect();
    if candidates.len() < LEAST {
        return Judging::default();
    }
    let judging = Judging {
        verdicts: BTreeMap::new(),
        foreseen: Some(Mutex::default()),
        used: 0,
    };
    // what is uploaded here must displace no code that blocks run
    let scene = scene.judging(judging, false);
    let (mut scratch, mut used) = (BlockWrites::new(base.clone()), 0u64);
    let (mut found, mut fruitful) = (0, 0);
    for tx in candidates {
        let left = gas_allowed(fruitful).saturating_sub(used);
        if stop.is_cancelled() || found >= MOST_PROOFS || left == 0 {
            break;
        }
        let limit = tx.request.gas_limit.min(left);
        let Ok(output) = execute::within(&scene, tx, Box::new(scratch.view(stop)), limit) else {
            break;
        };
        used = used.saturating_add(output.result.gas_used);
        if output.apply(&mut scratch).is_err() {
            break;
        }
        let now = scene.proofs.found();
        fruitful += usize::from(now > found);
        found = now;
    }
    drop(scratch);
    let found = Arc::try_unwrap(scene).map(|scene| verdicts(scene.proofs.into_foreseen()));
    Judging {
        used,
        ..found.unwrap_or_default()
    }
}

/// Gas that running ahead may use when so many transactions had proofs that none before them had.
fn gas_allowed(fruitful: usize) -> u64 {
    let more = GAS_FOR_EACH.saturating_mul(fruitful as u64);
    GAS_AT_FIRST.saturating_add(more).min(MOST_GAS)
}

/// Verifies what was foreseen, in a batch for each key.
fn verdicts(foreseen: BTreeMap<Claim, Foreseen>) -> Judging {
    type Batch = (Arc<PreparedKey>, Vec<Claim>, Vec<batch::Item>);
    let mut by_key: BTreeMap<[u8; 32], Batch> = BTreeMap::new();
    for (claim, Foreseen { key, item }) in foreseen {
        let entry = by_key.entry(*key.digest());
        let (_, claims, items) = entry.or_insert_with(|| (key, vec![], vec![]));
        claims.push(claim);
        items.push(item);
    }
    let mut judging = Judging::default();
    for (key, claims, items) in by_key.into_values() {
        if items.len() >= LEAST {
            let verdicts = batch::verdicts(&key, &items);
            judging.verdicts.extend(claims.into_iter().zip(verdicts));
        }
    }
    judging
}

impl Judging {
    /// How many verdicts were found ahead.
    pub(crate) fn ahead(&self) -> usize {
        self.verdicts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_carries_a_proof_if_its_variant_has_a_field_of_that_name() {
        for (json, carries) in [
            (r#"{"show":{"gate":"3","proof":"AAAA"}}"#, true),
            (r#"{"fold":{"proof":null}}"#, true),
            (r#"{"pay":{"to":"proof"}}"#, false),
            (r#"{"pay":{"deep":{"proof":"AA=="}}}"#, false),
            (r#"{"proof":"AA=="}"#, false),
            (r#"{"a":{"proof":1},"b":{}}"#, false),
            (r#"["proof"]"#, false),
            ("", false),
        ] {
            assert_eq!(has_proof(json.as_bytes()), carries, "{json}");
        }
    }

    #[test]
    fn a_proof_asked_about_again_and_again_buys_no_more_gas_to_run_ahead() {
        use mycel_verifier::{
            field,
            testing::{Trapdoor, scalar},
        };
        let trapdoor = Trapdoor::new(1, 1);
        let key = Arc::new(trapdoor.prepared());
        let judging = Judging {
            verdicts: BTreeMap::new(),
            foreseen: Some(Mutex::default()),
            used: 0,
        };
        let ask = |seed: u64| {
            let input = scalar(seed, 0);
            let proof = trapdoor.prove(&[input], seed).encode();
            let inputs = [&field::encode(&input)[..]];
            let claim = Claim::new(key.digest(), &inputs, &proof);
            judging.judge(claim, &key, &inputs, &proof)
        };
        assert!((0..100).all(|_| ask(1)));
        assert_eq!(judging.found(), 1);
        assert!(ask(2));
        assert_eq!(judging.found(), 2);
        assert_eq!(gas_allowed(2) - gas_allowed(1), GAS_FOR_EACH);
        assert_eq!(gas_allowed(MOST_PROOFS), MOST_GAS);
    }

    #[test]
    fn claims_differ_by_key_input_proof_and_where_one_ends() {
        let base = Claim::new(&[1; 32], &[b"ab", b"c"], b"d");
        for other in [
            Claim::new(&[2; 32], &[b"ab", b"c"], b"d"),
            Claim::new(&[1; 32], &[b"a", b"bc"], b"d"),
            Claim::new(&[1; 32], &[b"ab"], b"cd"),
            Claim::new(&[1; 32], &[b"ab", b"c", b"d"], b""),
        ] {
            assert_ne!(base, other);
        }
        assert_eq!(base, Claim::new(&[1; 32], &[b"ab", b"c"], b"d"));
    }
}
