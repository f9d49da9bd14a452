//! Proofs, verified by the crate `ics23` with the stock specs.
use ics23::{CommitmentProof, HostFunctionsManager, commitment_proof::Proof};
use mycel_store::{MAP_OP, Snapshot, StateFault, Store, TREE_OP};
use mycel_types::{AppHash, StoreId, key::IBC_SENTINEL};
use prost::Message;
use sha2::{Digest, Sha256};

use crate::chain::{Map, Rng, advance, apply, delta, memory, with_sentinel};

/// Which side of the tree an absence proof leans on.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Present,
    Left,
    Middle,
    Right,
}

/// Verifies a proof as a light client does: value (or none) under the app hash.
fn verify(state: &Snapshot, root: AppHash, store: StoreId, key: &[u8]) -> Shape {
    let value = state.get(store, key).expect("get");
    let ops = state.prove(store, key).expect("prove").ops;
    let [tree, map] = &ops[..] else {
        panic!("two operations")
    };
    assert_eq!((&tree.r#type[..], &tree.key[..]), (TREE_OP, key));
    assert_eq!(
        (&map.r#type[..], &map.key[..]),
        (MAP_OP, store.name().as_bytes())
    );
    let map = CommitmentProof::decode(&map.data[..]).expect("protobuf");
    let Some(Proof::Exist(exist)) = &map.proof else {
        panic!("existence")
    };
    let tree_root = exist.value.clone();
    assert!(ics23::verify_membership::<HostFunctionsManager>(
        &map,
        &ics23::tendermint_spec(),
        &root.0.to_vec(),
        store.name().as_bytes(),
        &tree_root,
    ));
    let proof = CommitmentProof::decode(&tree.data[..]).expect("protobuf");
    let spec = jmt::ics23_spec();
    match value {
        Some(value) => {
            let holds = |value: &[u8]| {
                ics23::verify_membership::<HostFunctionsManager>(
                    &proof, &spec, &tree_root, key, value,
                )
            };
            assert!(holds(&value));
            assert!(!holds(b"another value"));
            Shape::Present
        }
        None => {
            assert!(ics23::verify_non_membership::<HostFunctionsManager>(
                &proof, &spec, &tree_root, key
            ));
            match proof.proof {
                Some(Proof::Nonexist(absent)) => match (absent.left, absent.right) {
                    (None, Some(_)) => Shape::Left,
                    (Some(_), Some(_)) => Shape::Middle,
                    (Some(_), None) => Shape::Right,
                    (None, None) => panic!("no neighbour"),
                },
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Absent keys whose hash lies below and above all those of `map`.
fn edges(map: &Map, store: StoreId) -> Vec<Vec<u8>> {
    let hash = |key: &[u8]| -> [u8; 32] { Sha256::digest(key).into() };
    let hashes: Vec<_> = map
        .keys()
        .filter(|(s, _)| *s == store)
        .map(|(_, k)| hash(k))
        .collect();
    let (least, most) = (
        hashes.iter().min().expect("not empty"),
        hashes.iter().max().expect("not empty"),
    );
    let find = |wanted: &dyn Fn([u8; 32]) -> bool| {
        (0..)
            .map(|i: u64| format!("edge/{i}").into_bytes())
            .find(|k| wanted(hash(k)))
    };
    vec![
        find(&|h| h < *least).expect("endless"),
        find(&|h| h > *most).expect("endless"),
    ]
}

#[test]
fn presence_and_absence_verify_in_both_stores_at_every_height_durable_or_not() {
    for (seed, space, size) in [(1, 4, 6), (2, 60, 40), (3, 600, 400)] {
        println!("seed={seed}");
        let mut rng = Rng(seed);
        let chain = memory(Some(6));
        let mut map = with_sentinel(Map::new());
        let mut states = vec![];
        let first = rng.delta(size, space);
        apply(&mut map, &first);
        let mut tip = advance(&chain, &chain.genesis(1), first).snapshot().clone();
        states.push((tip.clone(), map.clone()));
        for _ in 0..6 {
            let changes = rng.delta(size, space);
            apply(&mut map, &changes);
            tip = advance(&chain, &tip, changes).snapshot().clone();
            states.push((tip.clone(), map.clone()));
        }
        // two states that are not durable
        for _ in 0..2 {
            let changes = rng.delta(size, space);
            apply(&mut map, &changes);
            let staged = chain.root(&tip, changes.into()).expect("root");
            tip = staged.snapshot().clone();
            states.push((tip.clone(), map.clone()));
        }
        let mut shapes = vec![];
        for (state, map) in &states {
            let reread = chain.at(state.height());
            let root = state.app_hash().expect("root");
            for state in [Some(state), reread.as_ref().ok()].into_iter().flatten() {
                for store in StoreId::ALL {
                    let mut keys: Vec<Vec<u8>> = (0..space.min(50))
                        .map(|i| format!("key/{i}").into_bytes())
                        .collect();
                    if map.keys().any(|(s, _)| *s == store) {
                        keys.append(&mut edges(map, store));
                        shapes.extend(keys.iter().map(|key| verify(state, root, store, key)));
                    }
                }
            }
        }
        shapes.sort();
        shapes.dedup();
        assert_eq!(
            shapes,
            [Shape::Present, Shape::Left, Shape::Middle, Shape::Right]
        );
    }
}

#[test]
fn the_sentinel_makes_absence_provable_in_an_ibc_store_that_nobody_used() {
    let chain = memory(None);
    let genesis = advance(&chain, &chain.genesis(5), delta([]));
    assert_eq!(genesis.height(), 4);
    let root = genesis.app_hash();
    let state = chain.at(4).expect("genesis");
    assert_eq!(
        verify(&state, root, StoreId::Ibc, IBC_SENTINEL),
        Shape::Present
    );
    assert_ne!(
        verify(&state, root, StoreId::Ibc, b"clients/07-tendermint-0"),
        Shape::Present
    );
    assert!(matches!(
        state.prove(StoreId::Mycel, b"k"),
        Err(StateFault::Invalid(_))
    ));
    assert!(matches!(
        state.prove(StoreId::Ibc, b""),
        Err(StateFault::Invalid(_))
    ));
}

#[test]
fn a_proof_fails_against_the_root_of_another_height() {
    let chain = memory(None);
    let m = StoreId::Mycel;
    let genesis = advance(
        &chain,
        &chain.genesis(1),
        delta([(m, &b"k"[..], Some(&b"1"[..]))]),
    );
    let next = advance(
        &chain,
        genesis.snapshot(),
        delta([(m, &b"k"[..], Some(&b"2"[..]))]),
    );
    let result = std::panic::catch_unwind(|| verify(genesis.snapshot(), next.app_hash(), m, b"k"));
    assert!(result.is_err());
}
