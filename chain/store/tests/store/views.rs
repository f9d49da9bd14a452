//! Views against a map: marks, reverts, cursors under writes, records.
use std::sync::Arc;

use bytes::Bytes;
use mycel_store::{
    BlockWrites, CursorId, Delta, Direction, KeyRange, LayeredView, Mark, Snapshot, StateFault,
    Store, View,
};
use mycel_types::{Cancel, StoreId};
use proptest::prelude::*;

use crate::chain::{Map, advance, apply, assert_state, delta, memory, walk, with_sentinel};

#[derive(Clone, Debug)]
enum Op {
    Set(StoreId, u8, Option<u8>),
    Get(StoreId, u8),
    Scan(StoreId, u8, Option<u8>, bool),
    Next(prop::sample::Index),
    Mark,
    Revert(prop::sample::Index),
}

fn store() -> impl Strategy<Value = StoreId> {
    prop_oneof![1 => Just(StoreId::Ibc), 4 => Just(StoreId::Mycel)]
}

fn op() -> impl Strategy<Value = Op> {
    let key = 0u8..12;
    prop_oneof![
        6 => (store(), key.clone(), prop::option::weighted(0.7, 1u8..5)).prop_map(|(s, k, v)| Op::Set(s, k, v)),
        3 => (store(), key.clone()).prop_map(|(s, k)| Op::Get(s, k)),
        2 => (store(), key.clone(), prop::option::of(key), any::<bool>()).prop_map(|(s, a, b, d)| Op::Scan(s, a, b, d)),
        8 => any::<prop::sample::Index>().prop_map(Op::Next),
        2 => Just(Op::Mark),
        2 => any::<prop::sample::Index>().prop_map(Op::Revert),
    ]
}

fn changes() -> impl Strategy<Value = Vec<(StoreId, u8, Option<u8>)>> {
    prop::collection::vec(
        (store(), 0u8..12, prop::option::weighted(0.7, 1u8..5)),
        0..12,
    )
}

fn to_delta(changes: &[(StoreId, u8, Option<u8>)]) -> Delta {
    let mut delta = Delta::new();
    for (store, key, value) in changes {
        delta.set(*store, vec![*key], value.map(|v| vec![v].into()));
    }
    delta
}

struct Walk {
    id: CursorId,
    left: Vec<(Bytes, Bytes)>,
    open: bool,
}

/// Runs `ops` on a view over `base` and on the model; gives the writes.
fn run(base: Snapshot, model: &Map, ops: &[Op]) -> Delta {
    let mut view: Box<dyn View> = Box::new(LayeredView::new(base));
    let mut map = model.clone();
    let mut marks: Vec<(Mark, Map, usize)> = vec![];
    let mut walks: Vec<Walk> = vec![];
    for op in ops {
        match op {
            Op::Set(store, key, value) => {
                view.set(*store, vec![*key].into(), value.map(|v| vec![v].into()))
                    .expect("set");
                match value {
                    Some(value) => map.insert((*store, vec![*key]), vec![*value]),
                    None => map.remove(&(*store, vec![*key])),
                };
            }
            Op::Get(store, key) => {
                let expected = map.get(&(*store, vec![*key])).map(|v| &v[..]);
                assert_eq!(view.get(*store, &[*key]).expect("get").as_deref(), expected);
            }
            Op::Scan(store, start, end, forward) => {
                let dir = if *forward {
                    Direction::Forward
                } else {
                    Direction::Backward
                };
                let range = KeyRange::new(vec![*start], end.map(|end| vec![end].into()));
                let id = view.scan(*store, range.clone(), dir).expect("scan");
                let mut left = walk(&map, *store, &range, dir);
                left.reverse();
                walks.push(Walk {
                    id,
                    left,
                    open: true,
                });
            }
            Op::Next(which) if !walks.is_empty() => {
                let walk = which.index(walks.len());
                let walk = &mut walks[walk];
                match view.next(walk.id) {
                    Ok(entry) => {
                        assert!(walk.open);
                        assert_eq!(entry, walk.left.pop());
                    }
                    Err(StateFault::Invalid(_)) => assert!(!walk.open),
                    Err(other) => panic!("{other}"),
                }
            }
            Op::Mark => marks.push((view.mark(), map.clone(), walks.len())),
            Op::Revert(which) if !marks.is_empty() => {
                let which = which.index(marks.len());
                marks.truncate(which + 1);
                let (mark, before, opened) = marks.pop().expect("just kept");
                view.revert(mark);
                map = before;
                for walk in &mut walks[opened..] {
                    walk.open = false;
                }
            }
            Op::Next(_) | Op::Revert(_) => {}
        }
    }
    let effects = view.finish();
    let mut expected = model.clone();
    apply(&mut expected, &effects.writes);
    assert_eq!(expected, map);
    for read in &effects.reads {
        let below = model
            .get(&(read.store, read.key.to_vec()))
            .map(|v| v.clone().into());
        assert_eq!(read.value, below, "reads are of what lies below");
    }
    assert_eq!(effects.ranges.len(), walks.len());
    effects.writes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn views_over_any_stack_of_layers_are_a_map_with_marks_reverts_and_frozen_cursors(
        genesis in changes(),
        durable in changes(),
        pending in prop::collection::vec(changes(), 0..3),
        transactions in prop::collection::vec(prop::collection::vec(op(), 0..60), 1..3),
    ) {
        let chain = memory(Some(3));
        let mut map = with_sentinel(Map::new());
        apply(&mut map, &to_delta(&genesis));
        let genesis = advance(&chain, &chain.genesis(1), to_delta(&genesis));
        apply(&mut map, &to_delta(&durable));
        let mut state = advance(&chain, genesis.snapshot(), to_delta(&durable)).snapshot().clone();
        for layer in &pending {
            apply(&mut map, &to_delta(layer));
            state = chain.overlay(&state, Arc::new(to_delta(layer)));
        }
        let mut block = BlockWrites::new(state);
        for ops in &transactions {
            let writes = run(block.snapshot(), &map, ops);
            apply(&mut map, &writes);
            block.apply(writes);
        }
        assert_state(&block.snapshot(), &map);
    }
}

#[test]
fn an_empty_key_or_value_is_refused_and_changes_nothing() {
    let chain = memory(None);
    let mut view = LayeredView::new(chain.genesis(1));
    let value = Bytes::from_static(b"v");
    let refused = |result| matches!(result, Err(StateFault::Invalid(_)));
    assert!(refused(view.set(StoreId::Mycel, Bytes::new(), Some(value))));
    assert!(refused(view.set(
        StoreId::Mycel,
        "k".into(),
        Some(Bytes::new())
    )));
    assert!(Box::new(view).finish().writes.is_empty());
    let staged = chain.root(
        &chain.genesis(1),
        Arc::new(delta([(StoreId::Mycel, &b"k"[..], Some(&b""[..]))])),
    );
    assert!(matches!(staged, Err(StateFault::Invalid(_))));
}

#[test]
fn a_stopped_view_says_so_at_each_step() {
    let chain = memory(None);
    let stop = Cancel::new();
    let mut view = LayeredView::stoppable(chain.genesis(1), stop.clone());
    let cursor = view
        .scan(StoreId::Mycel, KeyRange::all(), Direction::Forward)
        .expect("not stopped yet");
    stop.cancel();
    assert_eq!(view.get(StoreId::Mycel, b"k"), Err(StateFault::Cancelled));
    assert_eq!(view.next(cursor), Err(StateFault::Cancelled));
}

#[test]
fn a_range_that_ends_before_it_starts_is_empty_in_every_layer() {
    let chain = memory(None);
    let genesis = advance(
        &chain,
        &chain.genesis(1),
        delta([(StoreId::Mycel, &b"b"[..], Some(&b"1"[..]))]),
    );
    let state = chain.overlay(
        genesis.snapshot(),
        Arc::new(delta([(StoreId::Mycel, &b"c"[..], Some(&b"1"[..]))])),
    );
    let range = KeyRange::new(&b"d"[..], Some(Bytes::from_static(b"a")));
    let mut view = LayeredView::new(state);
    view.set(StoreId::Mycel, "bb".into(), Some("1".into()))
        .expect("set");
    for dir in [Direction::Forward, Direction::Backward] {
        let cursor = view.scan(StoreId::Mycel, range.clone(), dir).expect("scan");
        assert_eq!(view.next(cursor), Ok(None));
    }
}

#[test]
fn a_closed_or_unknown_cursor_is_refused() {
    let chain = memory(None);
    let mut view = LayeredView::new(chain.genesis(1));
    let cursor = view
        .scan(StoreId::Ibc, KeyRange::all(), Direction::Forward)
        .expect("scan");
    view.close(cursor);
    assert!(matches!(view.next(cursor), Err(StateFault::Invalid(_))));
    assert!(matches!(
        view.next(CursorId(99)),
        Err(StateFault::Invalid(_))
    ));
}
