//! Keys with all computed that does not depend on a proof, kept by digest: a pure function's results.
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use mycel_store::StateFault;
use mycel_types::{StoreId, key};
use mycel_verifier::{PreparedKey, VerifyingKey};

use crate::session::World;

/// Keys that are kept, some 100 KiB each.
const MOST: usize = 64;

static KEPT: Mutex<BTreeMap<[u8; 32], Arc<PreparedKey>>> = Mutex::new(BTreeMap::new());

/// The prepared key of a digest that a record names.
pub(crate) fn prepared(
    world: &mut World,
    digest: &[u8; 32],
) -> Result<Arc<PreparedKey>, StateFault> {
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept().get(digest) {
        return Ok(known.clone());
    }
    let at = key::verifying_key_points(digest);
    let corrupt = |why: &dyn std::fmt::Display| {
        let digest = hex::encode(digest);
        StateFault::Corrupt(format!("verifying key digest={digest}: {why}"))
    };
    let bytes = world.view.get(StoreId::Mycel, &at)?;
    let bytes = bytes.ok_or_else(|| corrupt(&"its points are missing"))?;
    let read = VerifyingKey::decode(&bytes).map_err(|why| corrupt(&why))?;
    let prepared = Arc::new(PreparedKey::new(&read));
    let mut kept = kept();
    if kept.len() >= MOST {
        kept.clear();
    }
    kept.insert(*digest, prepared.clone());
    Ok(prepared)
}
