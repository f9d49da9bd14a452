use std::collections::BTreeMap;

use bytes::Bytes;
use mycel_types::{
    AppHash, Event, Outcome, Time, TxResult, ValidatorUpdate,
    header::{Base, PartSet, commit, encode_block, tx_hash, value_id},
};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

use super::*;
use crate::development;

fn outcome(results: Vec<TxResult>, validators: Vec<ValidatorUpdate>) -> Outcome {
    Outcome {
        app_hash: AppHash([1; 32]),
        results,
        events: vec![Event::new("epoch", [("number", "7")])],
        validators,
        params: None,
    }
}

fn result(events: Vec<Event>) -> TxResult {
    TxResult {
        code: 0,
        codespace: String::new(),
        data: Bytes::new(),
        log: String::new(),
        gas_wanted: 1,
        gas_used: 1,
        events,
    }
}

/// A chain without signatures, long enough for a store that checks none.
struct Chain {
    base: Base,
}

impl Chain {
    fn new() -> Self {
        let validators = development::keys(4)
            .iter()
            .map(|k| ValidatorUpdate {
                key: k.verification_key().to_bytes(),
                power: 10,
            })
            .collect();
        let base = Base::genesis(
            "test-1".parse().unwrap(),
            1,
            Time(1_700_000_000_000),
            Params::default(),
            &outcome(vec![], validators),
        )
        .unwrap();
        Self { base }
    }

    fn grow(&mut self, store: &Blocks, txs: Vec<Bytes>, results: Vec<TxResult>) -> Outcome {
        let base = &self.base;
        let proposer = base.validators.at(0).unwrap().address;
        let block = base
            .block(base.last_time.plus_millis(9), proposer, txs)
            .unwrap();
        let bytes = Bytes::from(encode_block(&block));
        let value = value_id(&block, &PartSet::new(bytes.clone())).unwrap();
        let commit = commit(
            base.height,
            0,
            &value,
            &base.validators,
            &[(proposer, [1; 64])],
        )
        .unwrap();
        store
            .store_decided(&Decided {
                height: base.height,
                value,
                bytes,
                commit: commit.clone(),
                validators: base.validators.clone(),
                next_validators: base.next_validators.clone(),
                params: base.params.clone(),
            })
            .unwrap();
        let outcome = outcome(results, vec![]);
        store.index(&block, &outcome).unwrap();
        self.base = base.advance(value, commit, &outcome).unwrap();
        outcome
    }
}

fn proposal(height: u64, round: u32, by: u8) -> Undecided {
    Undecided {
        init: Init {
            height,
            round,
            pol_round: None,
            proposer: Address([by; 20]),
            value: mycel_types::header::ValueId {
                hash: [by; 32],
                parts: 1,
                parts_hash: [round as u8; 32],
                time: Time(1),
            },
            size: 3,
        },
        signature: [by; 64],
        judgement: Judgement::Open { timely: true },
        bytes: Bytes::from_static(b"abc"),
    }
}

#[test]
fn what_is_stored_is_there_after_the_store_was_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut chain = Chain::new();
    {
        let store = Blocks::open(dir.path()).unwrap();
        assert_eq!(store.range().unwrap(), None);
        for i in 0..3u8 {
            chain.grow(&store, vec![vec![i].into()], vec![result(vec![])]);
        }
        store.store_undecided(&proposal(4, 0, 1)).unwrap();
        store.store_undecided(&proposal(4, 2, 2)).unwrap();
        store.store_undecided(&proposal(5, 0, 3)).unwrap();
    }
    let store = Blocks::open(dir.path()).unwrap();
    assert_eq!(store.range().unwrap(), Some((1, 3)));
    let last = chain.base.last.as_ref().unwrap();
    let stored = store.decided(3).unwrap().unwrap();
    assert_eq!(
        (stored.value, stored.commit),
        (last.value, last.commit.clone())
    );
    assert_eq!(store.block(2).unwrap().unwrap().data, vec![vec![1]]);
    assert_eq!(store.height_of(&last.value.hash).unwrap(), Some(3));
    assert_eq!(
        *store.validators(4).unwrap().unwrap(),
        chain.base.validators
    );
    assert!(store.validators(5).unwrap().is_none());
    assert_eq!(store.params(3).unwrap().unwrap(), Params::default());
    assert_eq!(
        store.undecided_at(4).unwrap(),
        [proposal(4, 0, 1), proposal(4, 2, 2)]
    );
    assert_eq!(store.undecided_in(4, 2).unwrap(), [proposal(4, 2, 2)]);
    // a decision forgets the proposals of its height only
    chain.grow(&store, vec![], vec![]);
    assert!(store.undecided_at(4).unwrap().is_empty());
    assert_eq!(store.undecided_at(5).unwrap().len(), 1);
}

#[test]
fn a_synced_value_does_not_displace_a_proposal() {
    let store = Blocks::in_memory().unwrap();
    store.store_undecided(&proposal(1, 0, 1)).unwrap();
    let mut synced = proposal(1, 0, 1);
    synced.signature = [0; 64];
    synced.init.value.hash = [9; 32];
    store.store_undecided(&synced).unwrap();
    assert_eq!(store.undecided_at(1).unwrap().len(), 2);
    assert_eq!(
        store.undecided(1, 0, &Address([1; 20])).unwrap().unwrap(),
        proposal(1, 0, 1)
    );
}

#[test]
fn a_second_process_on_the_directory_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let first = Blocks::open(dir.path()).unwrap();
    let error = Blocks::open(dir.path()).err().unwrap();
    let text = error.to_string();
    assert!(matches!(error, BlocksError::Locked { .. }), "{text}");
    assert!(text.contains(&std::process::id().to_string()), "{text}");
    assert!(text.contains("stop that process"), "{text}");
    drop(first);
    Blocks::open(dir.path()).unwrap();
}

#[test]
fn a_damaged_file_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("chain.redb"), b"this is no database").unwrap();
    let text = Blocks::open(dir.path()).err().unwrap().to_string();
    assert!(
        text.contains("chain.redb") && text.contains("restore it"),
        "{text}"
    );
    let file = dir.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let text = Blocks::open(&file).err().unwrap().to_string();
    assert!(text.contains("check that it exists"), "{text}");
}

#[test]
fn heights_follow_each_other_and_are_written_once() {
    let store = Blocks::in_memory().unwrap();
    let mut chain = Chain::new();
    chain.grow(&store, vec![], vec![]);
    let stored = store.decided(1).unwrap().unwrap();
    let mut decided = Decided {
        height: 1,
        value: stored.value,
        bytes: Bytes::from_static(b"other"),
        commit: stored.commit,
        validators: chain.base.validators.clone(),
        next_validators: chain.base.validators.clone(),
        params: Params::default(),
    };
    store.store_decided(&decided).unwrap();
    assert_eq!(store.decided(1).unwrap().unwrap().bytes, stored.bytes);
    decided.height = 3;
    assert_eq!(
        store.store_decided(&decided),
        Err(BlocksError::Gap { tip: 1, height: 3 })
    );
}

#[test]
fn the_index_finds_what_a_scan_finds() {
    let seed = 11;
    println!("seed={seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let store = Blocks::in_memory().unwrap();
    let mut chain = Chain::new();
    let mut all: BTreeMap<Position, Vec<(String, String)>> = BTreeMap::new();
    for height in 1..=30u64 {
        let mut txs = vec![];
        let mut results = vec![];
        for index in 0..rng.next_u32() % 6 {
            txs.push(Bytes::from(format!("{height}/{index}")));
            let mut pairs = vec![];
            let mut events = vec![];
            for _ in 0..rng.next_u32() % 4 {
                let key = ["sender", "memo"][rng.next_u32() as usize % 2];
                let value = ["ada", "bob", "eve"][rng.next_u32() as usize % 3];
                events.push(Event::new("message", [(key, value)]));
                pairs.push((format!("message.{key}"), value.to_owned()));
            }
            results.push(result(events));
            all.insert(Position { height, index }, pairs);
        }
        chain.grow(&store, txs, results);
    }
    let start = Position {
        height: 0,
        index: 0,
    };
    for sender in ["ada", "bob", "eve", "nobody"] {
        for memo in ["ada", "bob", "eve"] {
            let conditions = [
                Condition::new("message.sender", sender),
                Condition::new("message.memo", memo),
            ];
            let expected: Vec<Position> = all
                .iter()
                .filter(|(_, pairs)| {
                    conditions
                        .iter()
                        .all(|c| pairs.iter().any(|(k, v)| *k == c.key && *v == c.value))
                })
                .map(|(p, _)| *p)
                .collect();
            assert_eq!(store.search(&conditions, start, 1000).unwrap(), expected);
            // by pages of two
            let mut paged = vec![];
            let mut from = start;
            loop {
                let page = store.search(&conditions, from, 2).unwrap();
                let Some(last) = page.last() else { break };
                from = Position {
                    index: last.index + 1,
                    ..*last
                };
                paged.extend(page);
            }
            assert_eq!(paged, expected);
        }
        let tagged = store
            .tagged(Scope::Tx, "message.sender", sender, 5..=20, 1000)
            .unwrap();
        let pair = ("message.sender".to_owned(), sender.to_owned());
        let expected: Vec<Position> = all
            .iter()
            .filter(|(p, pairs)| (5..=20).contains(&p.height) && pairs.contains(&pair))
            .map(|(p, _)| *p)
            .collect();
        assert_eq!(tagged, expected);
    }
    let at = *all.keys().nth(5).unwrap();
    let hash = tx_hash(format!("{}/{}", at.height, at.index).as_bytes());
    assert_eq!(store.tx(&hash).unwrap(), Some(at));
    let by_hash = [Condition::new("tx.hash", hex::encode_upper(hash))];
    assert_eq!(store.search(&by_hash, start, 9).unwrap(), [at]);
    let by_height = [Condition::new("tx.height", at.height.to_string())];
    let in_block: Vec<Position> = all
        .keys()
        .filter(|p| p.height == at.height)
        .copied()
        .collect();
    assert_eq!(store.search(&by_height, start, 99).unwrap(), in_block);
    for nonsense in [("tx.hash", "zz"), ("tx.height", "-1"), ("tx.hash", "00")] {
        let condition = [Condition::new(nonsense.0, nonsense.1)];
        assert!(store.search(&condition, start, 9).unwrap().is_empty());
    }
    assert!(store.search(&[], start, 9).unwrap().is_empty());
    let blocks = store
        .tagged(Scope::Block, "epoch.number", "7", 0..=u64::MAX, 100)
        .unwrap();
    assert_eq!(blocks.len(), 30);
    let none = store
        .tagged(Scope::Tx, "epoch.number", "7", 0..=u64::MAX, 100)
        .unwrap();
    assert!(none.is_empty());
}

#[test]
fn pruning_takes_blocks_and_their_index_and_never_the_tip() {
    let store = Blocks::in_memory().unwrap();
    let mut chain = Chain::new();
    let event = || vec![Event::new("message", [("sender", "ada")])];
    for i in 0..10u8 {
        chain.grow(&store, vec![vec![i].into()], vec![result(event())]);
    }
    assert_eq!(store.prune(6, 3).unwrap(), Some(4), "three at a time");
    assert_eq!(store.prune(6, 3).unwrap(), Some(6));
    assert_eq!(store.prune(6, 3).unwrap(), Some(6));
    assert_eq!(store.range().unwrap(), Some((6, 10)));
    assert!(store.tx(&tx_hash(&[0])).unwrap().is_none());
    let found = store
        .tagged(Scope::Tx, "message.sender", "ada", 0..=u64::MAX, 100)
        .unwrap();
    assert_eq!(found.first().unwrap().height, 6);
    assert_eq!(store.prune(u64::MAX, 1000).unwrap(), Some(10));
    assert_eq!(store.range().unwrap(), Some((10, 10)));
    assert_eq!(
        *store.validators(11).unwrap().unwrap(),
        chain.base.validators
    );
}

#[test]
fn the_index_catches_up_from_its_cursor() {
    let dir = tempfile::tempdir().unwrap();
    let mut chain = Chain::new();
    let mut outcomes = BTreeMap::new();
    {
        let store = Blocks::open(dir.path()).unwrap();
        for i in 0..5u8 {
            let height = chain.base.height;
            outcomes.insert(
                height,
                chain.grow(&store, vec![vec![i].into()], vec![result(vec![])]),
            );
        }
        // as after a crash that lost what was not durable
        let write = store.db.begin_write().unwrap();
        write
            .open_table(META)
            .unwrap()
            .insert(tables::INDEXED, 2)
            .unwrap();
        write.commit().unwrap();
    }
    let store = Blocks::open(dir.path()).unwrap();
    assert_eq!(
        store
            .catch_up_index(5, |h| outcomes.get(&h).cloned())
            .unwrap(),
        3
    );
    assert_eq!(store.indexed().unwrap(), Some(5));
    assert_eq!(
        store
            .catch_up_index(5, |h| outcomes.get(&h).cloned())
            .unwrap(),
        0
    );
}

#[test]
fn evidence_is_kept_in_order() {
    let store = Blocks::in_memory().unwrap();
    for height in [7, 3, 5] {
        store
            .store_evidence(&Evidence {
                height,
                round: 0,
                validator: Address([1; 20]),
                proof: Bytes::from_static(b"proof"),
            })
            .unwrap();
    }
    let heights: Vec<u64> = store
        .evidence(4..=9, 10)
        .unwrap()
        .iter()
        .map(|e| e.height)
        .collect();
    assert_eq!(heights, [5, 7]);
}
