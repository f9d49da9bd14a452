//! What a block costs: JSON lines {bench, case, ours, peer, ratio, unit} on stdout. The peer is the crate `jmt` on its
//! in-memory store, which computes the same root and keeps nothing.
#![allow(
    missing_docs,
    clippy::disallowed_methods,
    reason = "a benchmark measures time"
)]

use std::{sync::Arc, time::Instant};

use jmt::{KeyHash, Sha256Jmt, mock::MockTreeStore};
use mycel_store::{BlockWrites, Config, Delta, Direction, KeyRange, RedbStore, Store, View};
use mycel_types::{Cancel, Outcome, StoreId};
use sha2::Sha256;

const ACCOUNTS: u64 = 100_000;
const CHANGES: u64 = 1_000;
const BLOCKS: u64 = 20;

fn key(account: u64) -> Vec<u8> {
    // as long as a balance in a contract
    format!("\x03contract-address-of-32-bytes-long/balance/{account:020}").into_bytes()
}

fn value(n: u64) -> Vec<u8> {
    format!("a position of some sixty bytes with a nonce of {n:016}").into_bytes()
}

fn block(height: u64, changes: u64) -> Delta {
    let mut delta = Delta::new();
    for i in 0..changes {
        let account = (height * 7919 + i * 104_729) % ACCOUNTS;
        delta.set(StoreId::Mycel, key(account), Some(value(height).into()));
    }
    delta
}

fn genesis() -> Delta {
    let mut delta = Delta::new();
    for account in 0..ACCOUNTS {
        delta.set(StoreId::Mycel, key(account), Some(value(0).into()));
    }
    delta
}

fn line(case: &str, ours: f64, peer: Option<f64>, unit: &str) {
    let peer_text = peer.map_or("null".into(), |peer| format!("{peer:.3}"));
    let ratio = peer.map_or("null".into(), |peer| format!("{:.2}", peer / ours));
    println!(
        r#"{{"bench":"state","case":"{case}","ours":{ours:.3},"peer":{peer_text},"ratio":{ratio},"unit":"{unit}"}}"#
    );
}

fn main() {
    let dir = tempfile::tempdir().expect("dir");
    let config = Config::default();
    let store = RedbStore::open(dir.path(), config.clone()).expect("open");
    let outcome = |app_hash| Outcome {
        app_hash,
        results: vec![],
        events: vec![],
        validators: vec![],
        params: None,
    };

    let start = Instant::now();
    let staged = store
        .root(&store.genesis(1), Arc::new(genesis()))
        .expect("root");
    line(
        "root of 100k new keys",
        start.elapsed().as_secs_f64() * 1e3,
        None,
        "ms",
    );
    let start = Instant::now();
    store
        .persist(&staged, &outcome(staged.app_hash()))
        .expect("persist");
    line(
        "persist 100k new keys",
        start.elapsed().as_secs_f64() * 1e3,
        None,
        "ms",
    );
    drop(staged);

    let (mut root, mut persist) = (0.0, 0.0);
    for height in 1..=BLOCKS {
        let parent = store.at(height - 1).expect("tip");
        let delta = Arc::new(block(height, CHANGES));
        let start = Instant::now();
        let staged = store.root(&parent, delta).expect("root");
        root += start.elapsed().as_secs_f64();
        let start = Instant::now();
        store
            .persist(&staged, &outcome(staged.app_hash()))
            .expect("persist");
        persist += start.elapsed().as_secs_f64();
    }

    let db = MockTreeStore::default();
    let hashed = |delta: &Delta| -> Vec<_> {
        delta
            .iter(StoreId::Mycel)
            .map(|(k, v)| (KeyHash::with::<Sha256>(k), v.map(|v| v.to_vec())))
            .collect()
    };
    let (_, batch) = Sha256Jmt::new(&db)
        .put_value_set(hashed(&genesis()), 0)
        .expect("jmt");
    db.write_tree_update_batch(batch).expect("mock");
    let mut peer = 0.0;
    for height in 1..=BLOCKS {
        let delta = block(height, CHANGES);
        let start = Instant::now();
        let (_, batch) = Sha256Jmt::new(&db)
            .put_value_set(hashed(&delta), height)
            .expect("jmt");
        peer += start.elapsed().as_secs_f64();
        db.write_tree_update_batch(batch).expect("mock");
    }
    let blocks = BLOCKS as f64;
    line(
        "root of 1,000 changed keys over 100k",
        root / blocks * 1e3,
        Some(peer / blocks * 1e3),
        "ms",
    );
    line(
        "persist 1,000 changed keys over 100k, fsync",
        persist / blocks * 1e3,
        None,
        "ms",
    );

    let mut view = BlockWrites::new(store.at(BLOCKS).expect("tip")).view(&Cancel::new());
    let start = Instant::now();
    for i in 0..20_000u64 {
        view.get(StoreId::Mycel, &key(i * 104_729 % ACCOUNTS))
            .expect("get");
    }
    line(
        "get through a view, each key once",
        start.elapsed().as_secs_f64() * 1e9 / 20_000.0,
        None,
        "ns",
    );
    let past = store.at(BLOCKS - 1).expect("kept");
    let start = Instant::now();
    for i in 0..20_000u64 {
        past.get(StoreId::Mycel, &key(i * 104_729 % ACCOUNTS))
            .expect("get");
    }
    line(
        "get one height below the tip",
        start.elapsed().as_secs_f64() * 1e9 / 20_000.0,
        None,
        "ns",
    );
    let tip = store.at(BLOCKS).expect("tip");
    let start = Instant::now();
    let walked = tip
        .scan(StoreId::Mycel, KeyRange::all(), Direction::Forward)
        .count();
    line(
        "step of a walk",
        start.elapsed().as_secs_f64() * 1e9 / walked as f64,
        None,
        "ns",
    );
    let start = Instant::now();
    for i in 0..1000u64 {
        tip.prove(StoreId::Mycel, &key(i * 104_729 % ACCOUNTS))
            .expect("prove");
    }
    line(
        "proof",
        start.elapsed().as_secs_f64() * 1e6 / 1000.0,
        None,
        "us",
    );
    drop((past, tip, view));
    drop(store);
    let bytes = std::fs::metadata(dir.path().join("state.redb"))
        .expect("file")
        .len();
    line("file", bytes as f64 / 1e6, None, "MB");
    for (case, check_on_open) in [("open, whole file checked", true), ("open", false)] {
        let config = Config {
            check_on_open,
            ..config.clone()
        };
        let start = Instant::now();
        RedbStore::open(dir.path(), config).expect("open");
        line(case, start.elapsed().as_secs_f64() * 1e3, None, "ms");
    }
}
