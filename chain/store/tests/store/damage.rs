//! Damaged, foreign and busy files: a clear error, never a panic, never a wrong answer.
use std::{fs, path::Path, sync::Arc};

use mycel_store::{Config, Delta, RedbStore, StateFault, Store, StoreError};
use mycel_types::StoreId;
use redb::TableDefinition;

use crate::chain::{Rng, advance, delta, tip};

const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
const LATEST: TableDefinition<&[u8], &[u8]> = TableDefinition::new("latest");
const NODES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("nodes");

fn filled(dir: &Path) {
    let chain = RedbStore::open(dir, Config::default()).expect("open");
    let mut rng = Rng(21);
    for _ in 0..4 {
        advance(&chain, &tip(&chain), rng.delta(300, 200));
    }
}

fn refused(dir: &Path) -> String {
    match RedbStore::open(dir, Config::default()) {
        Ok(_) => panic!("opened"),
        Err(error) => error.to_string(),
    }
}

const NEXT_STEP: &str =
    "state.redb is damaged: restore the data directory from a snapshot or run `mycel node sync`";

#[test]
fn a_flipped_byte_is_found_or_harmless() {
    let dir = tempfile::tempdir().expect("dir");
    filled(dir.path());
    let file = dir.path().join("state.redb");
    let good = fs::read(&file).expect("read");
    let mut rng = Rng(22);
    let mut found = 0;
    let places = (0..150)
        .map(|i| if i < 40 { i * 8 } else { rng.next() })
        .collect::<Vec<_>>();
    for place in places {
        let place = (place % good.len() as u64) as usize;
        let mut bad = good.clone();
        bad[place] ^= 0x41;
        fs::write(&file, &bad).expect("write");
        match RedbStore::open(dir.path(), Config::default()) {
            Ok(chain) => {
                chain
                    .verify()
                    .unwrap_or_else(|fault| panic!("byte={place} opened, then {fault}"));
                assert_eq!(chain.durable(), Some(3), "byte={place}");
            }
            Err(error) => {
                found += 1;
                let text = error.to_string();
                let acts = text.ends_with(NEXT_STEP) || matches!(error, StoreError::Format { .. });
                assert!(acts, "byte={place}: {text}");
            }
        }
    }
    assert!(found > 20, "found={found}");
}

#[test]
fn a_cut_or_foreign_file_is_damaged() {
    let dir = tempfile::tempdir().expect("dir");
    filled(dir.path());
    let file = dir.path().join("state.redb");
    let good = fs::read(&file).expect("read");
    for cut in [1, 100, 4096, good.len() / 2] {
        fs::write(&file, &good[..cut]).expect("write");
        let text = refused(dir.path());
        assert!(text.ends_with(NEXT_STEP), "cut={cut}: {text}");
    }
    fs::write(
        &file,
        b"not a database, but long enough to look at. ".repeat(500),
    )
    .expect("write");
    assert!(refused(dir.path()).ends_with(NEXT_STEP));
}

#[test]
fn another_format_is_named() {
    let dir = tempfile::tempdir().expect("dir");
    filled(dir.path());
    let db = redb::Database::open(dir.path().join("state.redb")).expect("open");
    let txn = db.begin_write().expect("write");
    txn.open_table(META)
        .expect("table")
        .insert("format", &b"mycel-state/0"[..])
        .expect("insert");
    txn.commit().expect("commit");
    drop(db);
    let text = refused(dir.path());
    assert!(
        text.contains("format=mycel-state/0") && text.contains("format=mycel-state/1"),
        "{text}"
    );
}

#[test]
fn a_second_opener_is_told_that_the_file_is_in_use() {
    let dir = tempfile::tempdir().expect("dir");
    let first = RedbStore::open(dir.path(), Config::default()).expect("open");
    assert!(matches!(
        RedbStore::open(dir.path(), Config::default()),
        Err(StoreError::Busy)
    ));
    drop(first);
    RedbStore::open(dir.path(), Config::default()).expect("free again");
}

#[test]
fn a_tip_whose_root_node_is_gone_or_altered_does_not_open() {
    for alter in [false, true] {
        let dir = tempfile::tempdir().expect("dir");
        filled(dir.path());
        let db = redb::Database::open(dir.path().join("state.redb")).expect("open");
        let txn = db.begin_write().expect("write");
        // store ‖ version ‖ depth 0
        let row = [&[1][..], &3u64.to_be_bytes(), &[0]].concat();
        {
            let mut nodes = txn.open_table(NODES).expect("table");
            let mut node = nodes
                .remove(&row[..])
                .expect("remove")
                .expect("the root node")
                .value()
                .to_vec();
            if alter {
                *node.last_mut().expect("not empty") ^= 1;
                nodes.insert(&row[..], &node[..]).expect("insert");
            }
        }
        txn.commit().expect("commit");
        drop(db);
        let text = refused(dir.path());
        assert!(
            text.contains("tree node") && text.ends_with(NEXT_STEP),
            "{text}"
        );
    }
}

#[test]
fn a_value_that_is_not_the_trees_is_found_when_it_is_proven_and_by_the_full_check() {
    let dir = tempfile::tempdir().expect("dir");
    let chain = RedbStore::open(dir.path(), Config::default()).expect("open");
    let m = StoreId::Mycel;
    let pair = [
        (m, &b"a"[..], Some(&b"1"[..])),
        (m, &b"b"[..], Some(&b"2"[..])),
    ];
    advance(&chain, &tip(&chain), delta(pair));
    drop(chain);
    let db = redb::Database::open(dir.path().join("state.redb")).expect("open");
    let txn = db.begin_write().expect("write");
    txn.open_table(LATEST)
        .expect("table")
        .insert(&b"\x01a"[..], &b"9"[..])
        .expect("insert");
    txn.commit().expect("commit");
    drop(db);
    let chain = RedbStore::open(dir.path(), Config::default()).expect("roots are sound");
    let state = tip(&chain);
    for fault in [state.prove(m, b"a").err(), chain.verify().err()] {
        let Some(StateFault::Corrupt(text)) = fault else {
            panic!("{fault:?}")
        };
        assert!(text.contains("tree and values differ") && text.ends_with(NEXT_STEP));
    }
    state.prove(m, b"b").expect("that one is sound");
    // a block on top still works: the next node compares its root with the others'
    chain.root(&state, Arc::new(Delta::new())).expect("root");
}
