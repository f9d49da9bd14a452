//! ICS-23 paths from a key to the app hash.
//!
//! Two operations: the path in the store's tree (a jellyfish merkle tree over SHA-256 of keys), then the path of
//! the store's root in CometBFT's simple merkle map {store name: root}, whose root is the app hash.
use ics23::{
    CommitmentProof, ExistenceProof, HashOp, HostFunctionsManager, InnerOp, InnerSpec, LeafOp,
    LengthOp, NonExistenceProof, ProofSpec, commitment_proof::Proof,
};
use mycel_types::StoreId;
use prost::Message;
use tendermint_proto::crypto::ProofOps;

use crate::{VerifyError, limit};

/// Type of the operation in a store's tree.
pub const TREE_OP: &str = "ics23:jmt";
/// Type of the operation from the store's root to the app hash.
pub const SIMPLE_OP: &str = "ics23:simple";

/// The shape of proofs in a store's tree.
pub fn tree_spec() -> ProofSpec {
    ProofSpec {
        leaf_spec: Some(LeafOp {
            hash: HashOp::Sha256.into(),
            prehash_key: HashOp::Sha256.into(),
            prehash_value: HashOp::Sha256.into(),
            length: LengthOp::NoPrefix.into(),
            prefix: b"JMT::LeafNode".to_vec(),
        }),
        inner_spec: Some(InnerSpec {
            hash: HashOp::Sha256.into(),
            child_order: vec![0, 1],
            min_prefix_length: 16,
            max_prefix_length: 16,
            child_size: 32,
            empty_child: b"SPARSE_MERKLE_PLACEHOLDER_HASH__".to_vec(),
        }),
        min_depth: 0,
        max_depth: 64,
        prehash_key_before_comparison: true,
    }
}

/// Verifies that `key` has `value` (or is absent, for `None`) in a store under `app_hash`.
///
/// Only the canonical encoding of each proof is accepted, and a proof's own copy of the key must be the key.
pub fn verify_proof(
    ops: &ProofOps,
    store: StoreId,
    key: &[u8],
    value: Option<&[u8]>,
    app_hash: &[u8],
) -> Result<(), VerifyError> {
    let [tree, simple] = ops.ops.as_slice() else {
        return Err(VerifyError::proof(format!(
            "operations={} expected=2",
            ops.ops.len()
        )));
    };
    for (op, kind, expected) in [
        (tree, TREE_OP, key),
        (simple, SIMPLE_OP, store.name().as_bytes()),
    ] {
        if op.r#type != kind {
            return Err(VerifyError::proof(format!(
                "operation={:?} expected={kind}",
                op.r#type
            )));
        }
        if op.key != expected {
            return Err(VerifyError::proof(format!(
                "{kind} is for another key={}",
                hex::encode(&op.key)
            )));
        }
    }

    // The tree's root is not sent: it is what the leaf hashes up to, and the second proof must agree with it.
    let in_tree = decode(&tree.data)?;
    let root = match (&in_tree.proof, value) {
        (Some(Proof::Exist(exist)), Some(value)) => {
            let root = root_of(exist)?;
            let holds = ics23::verify_membership::<HostFunctionsManager>(
                &in_tree,
                &tree_spec(),
                &root,
                key,
                value,
            );
            holds.then_some(root)
        }
        (Some(Proof::Nonexist(absent)), None) => {
            let neighbour = check_neighbours(absent, key)?;
            let root = root_of(neighbour)?;
            let holds = ics23::verify_non_membership::<HostFunctionsManager>(
                &in_tree,
                &tree_spec(),
                &root,
                key,
            );
            holds.then_some(root)
        }
        _ => {
            return Err(VerifyError::proof(format!(
                "proof does not show {}",
                if value.is_some() {
                    "presence"
                } else {
                    "absence"
                }
            )));
        }
    };
    let root = root.ok_or_else(|| {
        VerifyError::proof(format!(
            "path in the tree does not hold for key={}",
            hex::encode(key)
        ))
    })?;

    let in_map = decode(&simple.data)?;
    if !matches!(in_map.proof, Some(Proof::Exist(_)))
        || !ics23::verify_membership::<HostFunctionsManager>(
            &in_map,
            &ics23::tendermint_spec(),
            &app_hash.to_vec(),
            store.name().as_bytes(),
            &root,
        )
    {
        return Err(VerifyError::proof(format!(
            "store={} root={} is not under app_hash={}",
            store.name(),
            hex::encode_upper(&root),
            hex::encode_upper(app_hash)
        )));
    }
    Ok(())
}

fn decode(data: &[u8]) -> Result<CommitmentProof, VerifyError> {
    if data.len() > limit::PROOF_BYTES {
        return Err(VerifyError::proof(format!(
            "bytes={} limit={}",
            data.len(),
            limit::PROOF_BYTES
        )));
    }
    let proof = CommitmentProof::decode(data).map_err(|e| VerifyError::proof(e.to_string()))?;
    if proof.encode_to_vec() != data {
        return Err(VerifyError::proof("encoding is not canonical"));
    }
    let paths: [Option<&[InnerOp]>; 2] = match &proof.proof {
        Some(Proof::Exist(exist)) => [Some(&exist.path), None],
        Some(Proof::Nonexist(absent)) => [&absent.left, &absent.right]
            .map(|side| side.as_ref().map(|exist| exist.path.as_slice())),
        _ => return Err(VerifyError::proof("only single proofs are accepted")),
    };
    if paths
        .into_iter()
        .flatten()
        .any(|p| p.len() > limit::TREE_DEPTH)
    {
        return Err(VerifyError::proof("path is too deep"));
    }
    Ok(proof)
}

fn root_of(proof: &ExistenceProof) -> Result<Vec<u8>, VerifyError> {
    ics23::calculate_existence_root::<HostFunctionsManager>(proof)
        .map_err(|e| VerifyError::proof(e.to_string()))
}

/// One neighbour of an absent key. Refuses what `ics23` takes for granted: that the proof names this key, and that
/// the two paths part below their common top (it would panic).
fn check_neighbours<'a>(
    absent: &'a NonExistenceProof,
    key: &[u8],
) -> Result<&'a ExistenceProof, VerifyError> {
    if absent.key != key {
        return Err(VerifyError::proof("absence is of another key"));
    }
    match (&absent.left, &absent.right) {
        (Some(left), Some(right)) => {
            let shared = left
                .path
                .iter()
                .rev()
                .zip(right.path.iter().rev())
                .take_while(|(l, r)| l.prefix == r.prefix && l.suffix == r.suffix)
                .count();
            if shared >= left.path.len().min(right.path.len()) {
                return Err(VerifyError::proof("neighbours do not part"));
            }
            Ok(left)
        }
        (Some(one), None) | (None, Some(one)) => Ok(one),
        (None, None) => Err(VerifyError::proof("absence without a neighbour")),
    }
}
