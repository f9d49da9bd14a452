//! ICS-23 proofs: in the store's tree, then in the map of stores.
use bytes::Bytes;
use ics23::{CommitmentProof, ExistenceProof, NonExistenceProof, commitment_proof::Proof};
use mycel_types::StoreId;
use prost::Message;
use tendermint_proto::crypto::{ProofOp, ProofOps};

use crate::{
    Snapshot, StateFault,
    app_hash::store_proof,
    tree::{Hash, Side, TreeRef, leaf_hash, leaf_op, neighbour, path, sha256},
};

/// The type of the proof operation in a store's tree; verify it with `jmt::ics23_spec()`.
pub const TREE_OP: &str = "ics23:jmt";

/// The type of the proof operation in the map of stores; verify it with `ics23::tendermint_spec()`.
pub const MAP_OP: &str = "ics23:simple";

pub(crate) fn prove(state: &Snapshot, store: StoreId, key: &[u8]) -> Result<ProofOps, StateFault> {
    let op = |kind: &str, key: &[u8], proof: CommitmentProof| ProofOp {
        r#type: kind.into(),
        key: key.to_vec(),
        data: proof.encode_to_vec(),
    };
    Ok(ProofOps {
        ops: vec![
            op(TREE_OP, key, in_tree(state, store, key)?),
            op(
                MAP_OP,
                store.name().as_bytes(),
                store_proof(store, &state.roots()?),
            ),
        ],
    })
}

fn in_tree(state: &Snapshot, store: StoreId, key: &[u8]) -> Result<CommitmentProof, StateFault> {
    if key.is_empty() {
        return Err(StateFault::Invalid("empty key".into()));
    }
    let tree = state.tree(store)?;
    let key_hash = sha256(key);
    if let Some(exist) = existence(state, store, &tree, &key_hash, Some(key))? {
        return Ok(CommitmentProof {
            proof: Some(Proof::Exist(exist)),
        });
    }
    let beside = |side| match neighbour(&tree, &key_hash, side)? {
        Some(hash) => existence(state, store, &tree, &hash, None),
        None => Ok(None),
    };
    let (left, right) = (beside(Side::Left)?, beside(Side::Right)?);
    if left.is_none() && right.is_none() {
        return Err(StateFault::Invalid(format!(
            "store={} is empty: nothing can be proven",
            store.name()
        )));
    }
    let absent = NonExistenceProof {
        key: key.to_vec(),
        left,
        right,
    };
    Ok(CommitmentProof {
        proof: Some(Proof::Nonexist(absent)),
    })
}

/// The existence proof of a key hash, if its leaf is there. Key and value are checked against the leaf.
fn existence(
    state: &Snapshot,
    store: StoreId,
    tree: &TreeRef,
    key_hash: &Hash,
    key: Option<&[u8]>,
) -> Result<Option<ExistenceProof>, StateFault> {
    let path = path(tree, key_hash)?;
    let Some((_, leaf)) = path.leaf.filter(|(hash, _)| hash == key_hash) else {
        return Ok(None);
    };
    let contradiction = || {
        StateFault::damaged(format_args!(
            "tree and values differ store={} key_hash={}",
            store.name(),
            hex::encode(key_hash)
        ))
    };
    let key = match key {
        Some(key) => Bytes::copy_from_slice(key),
        None => state.key(store, key_hash)?.ok_or_else(contradiction)?,
    };
    let value = state.get(store, &key)?.ok_or_else(contradiction)?;
    if sha256(&key) != *key_hash || leaf_hash(key_hash, &value) != leaf {
        return Err(contradiction());
    }
    Ok(Some(ExistenceProof {
        key: key.to_vec(),
        value: value.to_vec(),
        leaf: Some(leaf_op()),
        path: path.steps,
    }))
}
