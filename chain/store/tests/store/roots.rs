//! Roots: equal to the crate `jmt`'s, whatever the order and batching, and pinned.
use std::sync::Arc;

use jmt::{KeyHash, Sha256Jmt, mock::MockTreeStore};
use mycel_store::{BlockWrites, Delta, EMPTY_ROOT, Store};
use mycel_types::{AppHash, StoreId};
use sha2::{Digest, Sha256};

use crate::chain::{Map, Rng, advance, apply, delta, memory, tip, with_sentinel};

/// The crate `jmt` over the same changes.
struct Oracle {
    stores: [MockTreeStore; 2],
    version: u64,
}

impl Oracle {
    fn new() -> Self {
        Self {
            stores: [MockTreeStore::default(), MockTreeStore::default()],
            version: 0,
        }
    }

    fn apply(&mut self, delta: &Delta) -> AppHash {
        let version = self.version;
        let roots = [0, 1].map(|at| {
            let db = &self.stores[at];
            let changes: Vec<_> = delta
                .iter(StoreId::ALL[at])
                .map(|(k, v)| (KeyHash::with::<Sha256>(k), v.map(|v| v.to_vec())))
                .collect();
            let (root, batch) = Sha256Jmt::new(db)
                .put_value_set(changes, version)
                .expect("jmt");
            db.write_tree_update_batch(batch).expect("mock");
            root.0
        });
        self.version += 1;
        app_hash(&roots)
    }
}

/// As Cosmos SDK hashes its stores, over tendermint's merkle tree.
fn app_hash(roots: &[[u8; 32]; 2]) -> AppHash {
    let leaves = [("ibc", roots[0]), ("mycel", roots[1])].map(|(name, root)| {
        let mut leaf = vec![name.len() as u8];
        leaf.extend_from_slice(name.as_bytes());
        leaf.push(32);
        leaf.extend_from_slice(&Sha256::digest(root));
        leaf
    });
    AppHash(tendermint::merkle::simple_hash_from_byte_vectors::<
        tendermint::crypto::default::Sha256,
    >(&leaves))
}

#[test]
fn roots_equal_those_of_the_crate_jmt_at_every_height() {
    for seed in 0..12 {
        println!("seed={seed}");
        let mut rng = Rng(seed);
        let chain = memory(Some(4));
        let mut oracle = Oracle::new();
        let space = [3, 40, 2000][seed as usize % 3];
        let size = [4, 30, 700][seed as usize % 3];
        for height in 0..25 {
            let changes = rng.delta(size, space);
            let mut expected = changes.clone();
            if height == 0 {
                let mut all = with_sentinel(Map::new());
                apply(&mut all, &changes);
                expected = Delta::new();
                for ((store, key), value) in all {
                    expected.set(store, key, Some(value.into()));
                }
            }
            let staged = advance(&chain, &tip(&chain), changes);
            assert_eq!(
                staged.app_hash(),
                oracle.apply(&expected),
                "seed={seed} height={height}"
            );
        }
    }
}

#[test]
fn roots_do_not_depend_on_order_or_batching_within_a_block() {
    let mut rng = Rng(7);
    let chain = memory(None);
    let parent = advance(&chain, &chain.genesis(1), rng.delta(400, 300));
    for round in 0..20 {
        let mut changes: Vec<Delta> = (0..30).map(|_| rng.delta(20, 300)).collect();
        let mut at_once = Delta::new();
        for change in &changes {
            at_once.merge(change.clone());
        }
        let whole = chain
            .root(parent.snapshot(), Arc::new(at_once.clone()))
            .expect("root");
        let mut block = BlockWrites::new(parent.snapshot().clone());
        for change in &changes {
            block.apply(change.clone());
        }
        assert_eq!(*block.clone().into_delta(), at_once);
        // each key once, in any order of arrival
        let mut shuffled = Delta::new();
        let mut keys: Vec<_> = StoreId::ALL
            .into_iter()
            .flat_map(|s| {
                at_once
                    .iter(s)
                    .map(move |(k, v)| (s, k.clone(), v.cloned()))
            })
            .collect();
        for i in (1..keys.len()).rev() {
            keys.swap(i, rng.below(i as u64 + 1) as usize);
        }
        for (store, key, value) in keys {
            shuffled.set(store, key, value);
        }
        let again = chain
            .root(parent.snapshot(), Arc::new(shuffled))
            .expect("root");
        assert_eq!(whole.app_hash(), again.app_hash(), "round={round}");
        changes.clear();
    }
}

#[test]
fn writing_what_is_there_or_removing_what_is_not_keeps_the_root() {
    let chain = memory(None);
    let base = [(StoreId::Mycel, &b"a"[..], Some(&b"1"[..]))];
    let genesis = advance(&chain, &chain.genesis(1), delta(base));
    let same = advance(&chain, genesis.snapshot(), delta(base));
    assert_eq!(genesis.app_hash(), same.app_hash());
    let none = advance(
        &chain,
        same.snapshot(),
        delta([(StoreId::Mycel, &b"b"[..], None)]),
    );
    assert_eq!(genesis.app_hash(), none.app_hash());
    let empty = advance(&chain, none.snapshot(), Delta::new());
    assert_eq!(genesis.app_hash(), empty.app_hash());
    assert_eq!(empty.height(), 3);
}

#[test]
fn the_root_definition_is_pinned() {
    let chain = memory(None);
    let m = StoreId::Mycel;
    let genesis = advance(&chain, &chain.genesis(1), Delta::new());
    let few = advance(
        &chain,
        genesis.snapshot(),
        delta([
            (m, &b"alpha"[..], Some(&b"1"[..])),
            (m, &b"beta"[..], Some(&b"2"[..])),
            (m, &b"gamma"[..], Some(&b"3"[..])),
            (StoreId::Ibc, &b"clients/1"[..], Some(&b"x"[..])),
        ]),
    );
    let removed = advance(
        &chain,
        few.snapshot(),
        delta([(m, &b"beta"[..], None), (m, &b"gamma"[..], None)]),
    );
    let many = (0..1000u32).map(|i| format!("key/{i}")).collect::<Vec<_>>();
    let many = advance(
        &chain,
        removed.snapshot(),
        delta(many.iter().map(|k| (m, k.as_bytes(), Some(&b"v"[..])))),
    );
    let found = [&genesis, &few, &removed, &many].map(|staged| staged.app_hash().to_string());
    assert_eq!(EMPTY_ROOT, *b"SPARSE_MERKLE_PLACEHOLDER_HASH__");
    assert_eq!(found, PINNED);
}

/// Empty genesis, four keys, two of them removed, a thousand more. A change here is a hard fork.
const PINNED: [&str; 4] = [
    "E3F66C364B98EAAF60174EB32A5EC440AA218F0773A7A3A7AC311488AEE820F4",
    "D71EBB2877D2A37A1871FA18E821B6B58ACE6409E4F5FE11944BAC39FC8CD98E",
    "8F145FCB6CC5851A72CDEA4CDB958F35ED26FA49F4AED8EE0B44EE8EB52E6BBE",
    "E03F7ACF592AEE168D9D5086DF781C50006CF16FF2FE380B343974551A85EFD7",
];
