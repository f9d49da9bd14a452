//! Same input, same bytes: on two instances, on durable and on merely executed parents, and after a restart.
use std::sync::Arc;

use bytes::Bytes;
use mycel_app::{App, AppConfig, events_root};
use mycel_store::{Config, RedbStore};
use mycel_types::{
    Application, BlockInput, Cancel, Executed, Halt, Params, Parent, StoreId, Time, key,
};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore as _, SeedableRng as _};

use crate::{
    puppet,
    town::{
        Draft, Person, START, Town, execute, genesis, instantiate, new_app, people, send,
        store_code,
    },
};

/// A block of these transactions.
pub fn input(height: u64, txs: Vec<Bytes>) -> BlockInput {
    BlockInput {
        height,
        time: Time(START.0 + height * 1000),
        proposer: Default::default(),
        last_commit: Default::default(),
        misbehavior: vec![],
        next_validators_hash: [0; 32],
        txs: txs.into(),
    }
}

/// Blocks with all sorts of transactions, good and bad, from a seed.
fn blocks(seed: u64) -> Vec<BlockInput> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let people = people();
    let [ada, ben, _] = people.clone();
    let mut next = [0u64; 3];
    let mut sign = |who: usize, messages: Vec<_>, gas: u64| {
        let tx = Draft::new(messages)
            .gas(gas)
            .sign(&[(&people[who], next[who])]);
        next[who] += 1;
        tx
    };
    let (_, raw) =
        bech32::decode("wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d").unwrap();
    let contract = mycel_types::AccountAddress::new(raw).unwrap();
    let mut blocks = vec![
        input(
            1,
            vec![sign(
                0,
                vec![store_code(&ada, &puppet::puppet())],
                20_000_000,
            )],
        ),
        input(
            2,
            vec![sign(
                0,
                vec![instantiate(&ada, 1, puppet::NOTHING)],
                2_000_000,
            )],
        ),
    ];
    for height in 3..9 {
        let mut txs = vec![];
        for _ in 0..rng.next_u32() % 12 {
            let who = (rng.next_u32() % 3) as usize;
            let sender = people_at(who);
            let message = match rng.next_u32() % 6 {
                0 => send(
                    &sender,
                    &ben.address,
                    u128::from(rng.next_u32() % 2_000_000) + 1,
                ),
                1 => send(
                    &sender,
                    &Person::new((rng.next_u32() % 200) as u8 + 1).address,
                    3,
                ),
                2 => execute(&sender, &contract, r#"{"error":"no"}"#),
                3 => execute(
                    &sender,
                    &contract,
                    &format!(
                        r#"{{"ok":{{"attributes":[{{"key":"n","value":"{}"}}]}}}}"#,
                        rng.next_u32()
                    ),
                ),
                4 => instantiate(&sender, 1, puppet::NOTHING),
                _ => execute(
                    &sender,
                    &contract,
                    r#"{"ok":{"messages":[{"msg":{"gov":{}},"reply_on":"error"}]}}"#,
                ),
            };
            let gas = if rng.next_u32() % 8 == 0 {
                20_000
            } else {
                2_000_000
            };
            txs.push(sign(who, vec![message], gas));
        }
        if rng.next_u32() % 3 == 0 {
            txs.push(Bytes::from_static(b"nonsense"));
        }
        blocks.push(input(height, txs));
    }
    blocks
}

fn people_at(index: usize) -> Person {
    people()[index].clone()
}

fn app() -> Arc<App> {
    let app = new_app();
    app.init_chain(&genesis(Params::development())).unwrap();
    app
}

#[test]
fn two_instances_and_both_kinds_of_parent_give_the_same_bytes() {
    for seed in 1..=4 {
        println!("seed={seed}");
        let blocks = blocks(seed);
        let (durable, pipelined) = (app(), app());
        let mut ahead: Option<Arc<Executed>> = None;
        for block in &blocks {
            let stop = Cancel::new();
            let parent = Parent::Committed(block.height - 1);
            let done = durable.execute(&parent, block, &stop).unwrap();
            let again = durable.execute(&parent, block, &stop).unwrap();
            assert_eq!(done.outcome, again.outcome, "execution has no side effect");
            durable.commit(&done).unwrap();
            // here the parent becomes durable only after its child was executed
            let parent = match &ahead {
                Some(executed) => Parent::Executed(executed.clone()),
                None => parent,
            };
            let child = pipelined.execute(&parent, block, &stop).unwrap();
            if let Some(executed) = ahead.replace(child.clone()) {
                pipelined.commit(&executed).unwrap();
            }
            assert_eq!(done.outcome, child.outcome, "height={}", block.height);
            assert_eq!(durable.outcome(block.height).as_ref(), Some(&done.outcome));
        }
        let codes: std::collections::BTreeSet<_> = blocks
            .iter()
            .flat_map(|b| durable.outcome(b.height).unwrap().results)
            .map(|r| (r.codespace, r.code))
            .collect();
        assert!(codes.len() > 3, "the blocks show little: {codes:?}");
    }
}

#[test]
fn a_restart_goes_on_with_the_same_state() {
    let dir = tempfile::tempdir().unwrap();
    let open = || {
        let store = RedbStore::open(dir.path(), Config::default()).unwrap();
        App::new(Arc::new(store), AppConfig::default()).unwrap()
    };
    let blocks = blocks(9);
    let twin = app();
    let first = open();
    let outcome = first.init_chain(&genesis(Params::development())).unwrap();
    // idempotent until block 1
    assert_eq!(
        first.init_chain(&genesis(Params::development())).unwrap(),
        outcome
    );
    drop(first);
    for block in &blocks {
        let app = open();
        let info = app.info();
        assert_eq!(info.height, Some(block.height - 1));
        let parent = Parent::Committed(block.height - 1);
        let done = app.execute(&parent, block, &Cancel::new()).unwrap();
        app.commit(&done).unwrap();
        let theirs = twin.execute(&parent, block, &Cancel::new()).unwrap();
        twin.commit(&theirs).unwrap();
        assert_eq!(done.outcome, theirs.outcome);
        assert_eq!(app.info().app_hash, done.outcome.app_hash);
    }
    let app = open();
    assert!(matches!(
        app.init_chain(&genesis(Params::development())),
        Err(Halt::Genesis(_))
    ));
}

#[test]
fn another_genesis_is_refused() {
    let app = app();
    let mut other = genesis(Params::development());
    other.chain_id = "town-2".parse().unwrap();
    let why = app.init_chain(&other).unwrap_err();
    assert!(
        matches!(&why, Halt::Genesis(text) if text.contains("town-1")),
        "{why}"
    );
    let fresh = new_app();
    let mut twice = genesis(Params::development());
    let first = twice.app_state.accounts[0].clone();
    twice.app_state.accounts.push(first);
    assert!(matches!(fresh.init_chain(&twice), Err(Halt::Genesis(_))));
    let mut nobody = genesis(Params::development());
    nobody.validators.clear();
    assert!(matches!(fresh.init_chain(&nobody), Err(Halt::Genesis(_))));
    assert_eq!(fresh.info().height, None);
}

#[test]
fn a_cancelled_execution_leaves_nothing() {
    let app = app();
    let stop = Cancel::new();
    stop.cancel();
    let block = &blocks(1)[0];
    let parent = Parent::Committed(0);
    assert_eq!(
        app.execute(&parent, block, &stop).unwrap_err(),
        Halt::Cancelled
    );
    app.execute(&parent, block, &Cancel::new()).unwrap();
}

#[test]
fn the_events_of_a_block_are_proven_by_their_root() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    town.chain.produce().unwrap();
    let root = |height| {
        let at = mycel_types::QueryAt {
            height: None,
            prove: false,
        };
        town.query_raw("/store/mycel/key", &key::events_root(height), at)
            .value
    };
    let outcome = town.chain.outcome(1).unwrap();
    let expected = events_root(&outcome.results, &outcome.events).unwrap();
    assert_eq!(root(1), expected.to_vec());
    assert!(root(2).is_empty(), "a block without events has no root");
    let _ = StoreId::ALL;
}

/// Stored formats and prices must not change by accident: the app hash after fixed blocks is pinned.
#[test]
fn the_app_hash_of_fixed_blocks_is_pinned() {
    let app = app();
    let mut hashes = vec![app.info().app_hash.to_string()];
    for block in blocks(42) {
        let done = app
            .execute(&Parent::Committed(block.height - 1), &block, &Cancel::new())
            .unwrap();
        app.commit(&done).unwrap();
        hashes.push(done.outcome.app_hash.to_string());
    }
    let last = hashes.last().unwrap();
    assert_eq!(
        last, "FB83902104ECA720785467D92DB708049D0FF511733B9052AA25BD238FB6B04B",
        "{hashes:#?}"
    );
}

/// `cargo test -p mycel-app -- --ignored --nocapture what_a_payment_costs`
#[test]
#[ignore = "a measurement"]
fn what_a_payment_costs() {
    const N: usize = 400;
    let app = app();
    let [ada, ..] = people();
    let mut store = store_code(&ada, &crate::town::upstream("cyberpunk.wasm"));
    let mut setup = vec![];
    for (n, message) in [store, instantiate(&ada, 1, "{}")].into_iter().enumerate() {
        setup.push(
            Draft::new(vec![message])
                .gas(20_000_000)
                .sign(&[(&ada, n as u64)]),
        );
        store = Default::default();
    }
    let _ = store;
    let run = |block: &BlockInput| {
        let parent = Parent::Committed(block.height - 1);
        let at = std::time::Instant::now();
        assert_eq!(app.validate(&parent, block), mycel_types::Verdict::Accept);
        let validated = at.elapsed();
        let done = app.execute(&parent, block, &Cancel::new()).unwrap();
        let executed = at.elapsed() - validated;
        app.commit(&done).unwrap();
        let committed = at.elapsed() - executed - validated;
        assert!(
            done.outcome.results.iter().all(|r| r.ok()),
            "{:?}",
            done.outcome.results[0]
        );
        (validated, executed, committed)
    };
    run(&input(1, setup));
    let (_, raw) =
        bech32::decode("wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d").unwrap();
    let contract = mycel_types::AccountAddress::new(raw).unwrap();
    for (height, message) in [
        (2, send(&ada, &Person::new(7).address, 1)),
        (3, execute(&ada, &contract, r#"{"noop":{}}"#)),
    ] {
        let first = 2 + (height - 2) * N as u64;
        let txs: Vec<_> = (0..N as u64)
            .map(|n| {
                Draft::new(vec![message.clone()])
                    .gas(200_000)
                    .sign(&[(&ada, first + n)])
            })
            .collect();
        let (validated, executed, committed) = run(&input(height, txs));
        let each = |d: std::time::Duration| d.as_micros() / N as u128;
        println!(
            "{}: validate {} µs, execute {} µs, commit {} µs each",
            message.type_url,
            each(validated),
            each(executed),
            each(committed)
        );
    }
}
