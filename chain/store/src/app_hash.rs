//! The app hash: CometBFT's simple merkle map of {store name: tree root}, as Cosmos SDK's multistore computes it.
//!
//! A leaf is SHA-256(0x00 ‖ len(name) ‖ name ‖ 32 ‖ SHA-256(root)), the root SHA-256(0x01 ‖ ibc ‖ mycel): exactly what
//! ICS-23's `tendermint_spec` verifies.
use mycel_types::{AppHash, StoreId};
use sha2::{Digest, Sha256};

use crate::{
    delta::PerStore,
    tree::{Hash, sha256},
};

fn leaf(store: StoreId, root: &Hash) -> Hash {
    let name = store.name().as_bytes();
    Sha256::new()
        .chain_update([0, name.len() as u8])
        .chain_update(name)
        .chain_update([32])
        .chain_update(sha256(root))
        .finalize()
        .into()
}

/// The app hash of two roots.
pub(crate) fn app_hash(roots: &PerStore<Hash>) -> AppHash {
    let [left, right] = StoreId::ALL.map(|store| leaf(store, roots.of(store)));
    AppHash(
        Sha256::new()
            .chain_update([1])
            .chain_update(left)
            .chain_update(right)
            .finalize()
            .into(),
    )
}

/// The proof that `store` has its root under the app hash.
pub(crate) fn store_proof(store: StoreId, roots: &PerStore<Hash>) -> ics23::CommitmentProof {
    let (prefix, suffix) = match store {
        StoreId::Ibc => (
            vec![1],
            leaf(StoreId::Mycel, roots.of(StoreId::Mycel)).to_vec(),
        ),
        StoreId::Mycel => (
            [&[1][..], &leaf(StoreId::Ibc, roots.of(StoreId::Ibc))].concat(),
            vec![],
        ),
    };
    let exist = ics23::ExistenceProof {
        key: store.name().as_bytes().to_vec(),
        value: roots.of(store).to_vec(),
        leaf: ics23::tendermint_spec().leaf_spec,
        path: vec![ics23::InnerOp {
            hash: ics23::HashOp::Sha256.into(),
            prefix,
            suffix,
        }],
    };
    ics23::CommitmentProof {
        proof: Some(ics23::commitment_proof::Proof::Exist(exist)),
    }
}
