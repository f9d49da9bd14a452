//! States by height: past reads, pipelines, reopening, dropping, readers beside a writer.
use std::sync::Arc;

use mycel_store::{Config, Delta, RedbStore, Snapshot, Staged, StateFault, Store};
use mycel_types::StoreId;

use crate::chain::{
    Map, Rng, advance, apply, assert_state, delta, memory, outcome, tip, with_sentinel,
};

#[test]
fn every_height_of_the_window_reads_as_it_was_and_no_other() {
    for seed in 0..6 {
        println!("seed={seed}");
        let mut rng = Rng(seed);
        let window = 1 + rng.below(6);
        let chain = memory(Some(window));
        let mut map = with_sentinel(Map::new());
        let mut maps = vec![];
        for height in 0..40u64 {
            let changes = rng.delta(12, 15);
            apply(&mut map, &changes);
            advance(&chain, &tip(&chain), changes);
            maps.push(map.clone());
            let lowest = height.saturating_sub(window);
            assert_eq!(chain.retained(), Some(lowest));
            for kept in lowest..=height {
                let state = chain.at(kept).expect("in the window");
                assert_state(&state, &maps[kept as usize]);
            }
            assert!(matches!(chain.at(height + 1), Err(StateFault::Invalid(_))));
            if let Some(below) = lowest.checked_sub(1) {
                assert!(matches!(chain.at(below), Err(StateFault::Invalid(_))));
            }
        }
        chain.verify().expect("sound");
    }
}

#[test]
fn blocks_may_be_staged_ahead_and_side_by_side_before_their_parents_are_durable() {
    for seed in 0..8 {
        println!("seed={seed}");
        let mut rng = Rng(100 + seed);
        let (ahead, plain) = (memory(Some(3)), memory(Some(3)));
        let mut map = with_sentinel(Map::new());
        let mut waiting: std::collections::VecDeque<(Staged, Map)> = Default::default();
        let mut parent: Snapshot = ahead.genesis(1);
        for _ in 0..30 {
            // a sibling that nobody decides on must leave no trace
            let sibling = ahead
                .root(&parent, Arc::new(rng.delta(10, 12)))
                .expect("root");
            drop(sibling);
            let changes = rng.delta(10, 12);
            apply(&mut map, &changes);
            let staged = ahead
                .root(&parent, Arc::new(changes.clone()))
                .expect("root");
            let reference = advance(&plain, &tip(&plain), changes);
            assert_eq!(staged.app_hash(), reference.app_hash());
            parent = staged.snapshot().clone();
            waiting.push_back((staged, map.clone()));
            while waiting.len() as u64 > rng.below(4) {
                let Some((staged, map)) = waiting.pop_front() else {
                    break;
                };
                ahead
                    .persist(&staged, &outcome(staged.app_hash()))
                    .expect("in order");
                // the same snapshot goes on working once it is durable
                assert_state(staged.snapshot(), &map);
            }
            assert_state(&parent, &map);
        }
    }
}

#[test]
fn persisting_is_in_order_on_the_right_parent_and_idempotent() {
    let chain = memory(None);
    let m = StoreId::Mycel;
    let set = |v: &'static [u8]| delta([(m, &b"k"[..], Some(v))]);
    let genesis = chain
        .root(&chain.genesis(1), Arc::new(set(b"0")))
        .expect("root");
    let one = chain
        .root(genesis.snapshot(), Arc::new(set(b"1")))
        .expect("root");
    let other = chain
        .root(genesis.snapshot(), Arc::new(set(b"other")))
        .expect("root");
    let two = chain
        .root(one.snapshot(), Arc::new(set(b"2")))
        .expect("root");
    let on_other = chain
        .root(other.snapshot(), Arc::new(set(b"2")))
        .expect("root");
    let persist = |staged: &Staged| chain.persist(staged, &outcome(staged.app_hash()));
    let refused = |result| matches!(result, Err(StateFault::Invalid(_)));

    assert!(refused(persist(&one)), "before genesis");
    persist(&genesis).expect("genesis");
    persist(&genesis).expect("again");
    let same = chain
        .root(&chain.genesis(1), Arc::new(set(b"0")))
        .expect("root");
    persist(&same).expect("genesis staged anew");
    let foreign = chain
        .root(&chain.genesis(1), Arc::new(set(b"9")))
        .expect("root");
    assert!(refused(persist(&foreign)), "another genesis");
    assert!(refused(persist(&two)), "a height left out");
    assert!(
        refused(chain.persist(&one, &outcome(two.app_hash()))),
        "the outcome of another block"
    );
    persist(&one).expect("one");
    persist(&one).expect("again");
    assert!(refused(persist(&other)), "a sibling of what is durable");
    assert!(refused(persist(&on_other)), "a child of that sibling");
    persist(&two).expect("two");
    assert!(refused(persist(&genesis)), "long past");
    assert_eq!(chain.tip().map(|tip| tip.app_hash), Some(two.app_hash()));
    assert_eq!(
        chain.outcome(1).expect("read"),
        Some(outcome(one.app_hash()))
    );
    assert_eq!(chain.outcome(9).expect("read"), None);
}

#[test]
fn a_reopened_store_is_the_same_and_what_was_only_staged_is_gone() {
    let dir = tempfile::tempdir().expect("dir");
    let config = Config {
        window: Some(5),
        ..Config::default()
    };
    let mut rng = Rng(5);
    let mut maps = vec![];
    let mut map = with_sentinel(Map::new());
    let mut last = None;
    for _ in 0..6 {
        let chain = RedbStore::open(dir.path(), config.clone()).expect("open");
        assert_eq!(chain.tip(), last);
        if chain.tip().is_some() {
            assert_state(&tip(&chain), &map);
            chain.verify().expect("sound");
        }
        for _ in 0..3 {
            let changes = rng.delta(20, 30);
            apply(&mut map, &changes);
            advance(&chain, &tip(&chain), changes);
            maps.push(map.clone());
        }
        for kept in chain.retained().expect("genesis")..maps.len() as u64 {
            assert_state(&chain.at(kept).expect("kept"), &maps[kept as usize]);
        }
        last = chain.tip();
        let staged = chain
            .root(&tip(&chain), Arc::new(rng.delta(20, 30)))
            .expect("root");
        assert_eq!(staged.height(), maps.len() as u64);
    }
}

#[test]
fn a_snapshot_stays_as_it_was_while_the_chain_goes_on() {
    let chain = memory(Some(2));
    let mut rng = Rng(11);
    let mut map = with_sentinel(Map::new());
    let changes = rng.delta(200, 100);
    apply(&mut map, &changes);
    let genesis = advance(&chain, &chain.genesis(1), changes);
    let state = chain.at(0).expect("genesis");
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..10 {
                        assert_state(&state, &map);
                        assert_eq!(state.app_hash(), Ok(genesis.app_hash()));
                        state.prove(StoreId::Mycel, b"key/1").expect("prove");
                    }
                })
            })
            .collect();
        for _ in 0..60 {
            advance(&chain, &tip(&chain), rng.delta(50, 100));
        }
        for reader in readers {
            reader.join().expect("reader");
        }
    });
    assert!(chain.at(0).is_err(), "long out of the window");
    assert_state(&state, &map);
}

#[test]
fn descendants_of_a_long_pipeline_hold_no_chain_of_ancestors() {
    let chain = memory(Some(2));
    let mut staged = advance(&chain, &chain.genesis(1), Delta::new());
    // always one ahead, never starting from `at`: a chain that grew would overflow the stack when dropped
    let mut ahead = chain
        .root(staged.snapshot(), Arc::new(Delta::new()))
        .expect("root");
    for _ in 0..3000 {
        let next = chain
            .root(ahead.snapshot(), Arc::new(Delta::new()))
            .expect("root");
        staged = std::mem::replace(&mut ahead, next);
        chain
            .persist(&staged, &outcome(staged.app_hash()))
            .expect("persist");
    }
    assert_eq!(
        ahead.snapshot().get(StoreId::Mycel, b"k").expect("get"),
        None
    );
}
