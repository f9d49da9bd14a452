//! A chain of states beside a model of it.
use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use mycel_store::{Config, Delta, Direction, KeyRange, RedbStore, Snapshot, Staged, Store};
use mycel_types::{AppHash, Outcome, StoreId, key::IBC_SENTINEL};

pub type Map = BTreeMap<(StoreId, Vec<u8>), Vec<u8>>;
pub type Change<'a> = (StoreId, &'a [u8], Option<&'a [u8]>);

pub fn outcome(app_hash: AppHash) -> Outcome {
    Outcome {
        app_hash,
        results: vec![],
        events: vec![],
        validators: vec![],
        params: None,
    }
}

pub fn delta<'a>(changes: impl IntoIterator<Item = Change<'a>>) -> Delta {
    let mut delta = Delta::new();
    for (store, key, value) in changes {
        delta.set(store, key.to_vec(), value.map(|v| v.to_vec().into()));
    }
    delta
}

pub fn memory(window: Option<u64>) -> RedbStore {
    let config = Config {
        window,
        ..Config::default()
    };
    RedbStore::in_memory(config).expect("memory")
}

/// Stages and persists a child of `parent`.
pub fn advance(store: &RedbStore, parent: &Snapshot, delta: Delta) -> Staged {
    let staged = store.root(parent, Arc::new(delta)).expect("root");
    store
        .persist(&staged, &outcome(staged.app_hash()))
        .expect("persist");
    staged
}

/// The tip, or the nothing before genesis of a chain that starts at height 1.
pub fn tip(store: &RedbStore) -> Snapshot {
    match store.durable() {
        Some(height) => store.at(height).expect("the tip is kept"),
        None => store.genesis(1),
    }
}

/// The model of genesis before anything is written: the store adds its sentinel.
pub fn with_sentinel(mut map: Map) -> Map {
    map.entry((StoreId::Ibc, IBC_SENTINEL.to_vec()))
        .or_insert_with(|| vec![1]);
    map
}

pub fn apply(map: &mut Map, delta: &Delta) {
    for store in StoreId::ALL {
        for (key, value) in delta.iter(store) {
            match value {
                Some(value) => map.insert((store, key.to_vec()), value.to_vec()),
                None => map.remove(&(store, key.to_vec())),
            };
        }
    }
}

/// What a range of the model holds, in order.
pub fn walk(map: &Map, store: StoreId, range: &KeyRange, dir: Direction) -> Vec<(Bytes, Bytes)> {
    let mut found: Vec<(Bytes, Bytes)> = map
        .iter()
        .filter(|((at, key), _)| *at == store && range.contains(key))
        .map(|((_, key), value)| (key.clone().into(), value.clone().into()))
        .collect();
    if dir == Direction::Backward {
        found.reverse();
    }
    found
}

/// Asserts that a state is what the model says: every value, both walks.
pub fn assert_state(state: &Snapshot, map: &Map) {
    for ((store, key), value) in map {
        assert_eq!(
            state.get(*store, key).expect("get").as_deref(),
            Some(&value[..]),
            "height={} key={key:?}",
            state.height()
        );
    }
    for store in StoreId::ALL {
        for dir in [Direction::Forward, Direction::Backward] {
            let range = KeyRange::all();
            let found: Vec<_> = state
                .scan(store, range.clone(), dir)
                .collect::<Result<_, _>>()
                .expect("scan");
            assert_eq!(
                found,
                walk(map, store, &range, dir),
                "height={}",
                state.height()
            );
        }
    }
}

/// A small generator, so that a failure names one seed.
pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Changes of up to `n` keys out of `space` a store; a third are removals.
    pub fn delta(&mut self, n: u64, space: u64) -> Delta {
        let mut delta = Delta::new();
        for _ in 0..self.below(n + 1) {
            let store = StoreId::ALL[self.below(2) as usize];
            let key = format!("key/{}", self.below(space));
            let value = (self.below(3) > 0).then(|| format!("value {}", self.below(5)).into());
            delta.set(store, key, value);
        }
        delta
    }
}
