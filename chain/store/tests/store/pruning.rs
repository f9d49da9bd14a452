//! What falls out of the window leaves the file.
use std::path::Path;

use mycel_store::{Config, Delta, RedbStore, Store};
use mycel_types::StoreId;
use redb::{ReadableDatabase, ReadableTableMetadata, TableDefinition};

use crate::chain::{Rng, advance, delta, tip};

/// Rows of undo, nodes, keys, roots.
fn rows(dir: &Path) -> [u64; 4] {
    let db = redb::Database::open(dir.join("state.redb")).expect("open");
    let txn = db.begin_read().expect("read");
    let count = |name| {
        let table: TableDefinition<&[u8], &[u8]> = TableDefinition::new(name);
        txn.open_table(table).expect("table").len().expect("len")
    };
    let undo: TableDefinition<(&[u8], u64), Option<&[u8]>> = TableDefinition::new("undo");
    let roots: TableDefinition<u64, &[u8]> = TableDefinition::new("roots");
    [
        txn.open_table(undo).expect("table").len().expect("len"),
        count("nodes"),
        count("keys"),
        txn.open_table(roots).expect("table").len().expect("len"),
    ]
}

fn config(window: Option<u64>) -> Config {
    Config {
        window,
        sync: false,
        ..Config::default()
    }
}

#[test]
fn a_window_keeps_the_file_small_and_an_archive_keeps_all() {
    let run = |window| {
        let dir = tempfile::tempdir().expect("dir");
        let chain = RedbStore::open(dir.path(), config(window)).expect("open");
        let mut rng = Rng(3);
        for _ in 0..120 {
            advance(&chain, &tip(&chain), rng.delta(60, 200));
        }
        // all gone but the sentinel, then as many blocks as the window is long
        let gone: Vec<String> = (0..200).map(|i| format!("key/{i}")).collect();
        let gone = StoreId::ALL
            .into_iter()
            .flat_map(|s| gone.iter().map(move |k| (s, k.as_bytes(), None)));
        advance(&chain, &tip(&chain), delta(gone));
        for _ in 0..8 {
            advance(&chain, &tip(&chain), Delta::new());
        }
        chain.verify().expect("sound");
        let first = chain.at(0).is_ok();
        drop(chain);
        (rows(dir.path()), first)
    };
    let (pruned, first) = run(Some(5));
    // one root each height of the window, one key: the sentinel; a tree of one leaf has no node
    assert_eq!((pruned, first), ([0, 0, 1, 6], false));
    let (archive, first) = run(None);
    assert!(first);
    assert!(
        archive[0] > 2000 && archive[1] > 2000 && archive[2] > 390,
        "{archive:?}"
    );
}

#[test]
fn a_large_block_is_swept_over_several_small_ones() {
    let dir = tempfile::tempdir().expect("dir");
    let chain = RedbStore::open(dir.path(), config(Some(1))).expect("open");
    let keys: Vec<String> = (0..20_000).map(|i| format!("key/{i}")).collect();
    let all = |value: Option<&'static [u8]>| {
        delta(
            keys.iter()
                .map(move |k| (StoreId::Mycel, k.as_bytes(), value)),
        )
    };
    advance(&chain, &tip(&chain), all(Some(b"1")));
    advance(&chain, &tip(&chain), all(None));
    for _ in 0..20 {
        advance(&chain, &tip(&chain), Delta::new());
    }
    drop(chain);
    assert_eq!(rows(dir.path()), [0, 0, 1, 2]);
}
