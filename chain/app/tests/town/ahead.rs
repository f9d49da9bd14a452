//! Proofs that are verified before a block's transactions run: the same results, and bounded work.
use std::sync::Arc;

use bytes::Bytes;
use cosmwasm_std::Binary;
use mycel_app::{App, AppConfig};
use mycel_bindings::MycelQuery;
use mycel_store::{Config, RedbStore};
use mycel_types::{AccountAddress, Application as _, Cancel, GenesisVerifyingKey, Params, Parent};
use mycel_verifier::{Fr, Proof, field, testing::Trapdoor};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore as _, SeedableRng as _};
use serde_json::json;

use crate::{
    determinism::input,
    proofs::asks,
    puppet,
    town::{Draft, Person, execute, genesis, instantiate, people, send, store_code},
};

/// What stands before the question in a message to the [`prover`], which keeps what it is told under the number.
fn head(number: u32) -> String {
    format!(
        r#"{{"prove":{{"proof":"{:04}","question":"#,
        number % 10_000
    )
}

/// A contract that asks what its message says and keeps the answer under the message's number. Where the answer is that
/// a proof does not hold, it fails if the number is odd: what it would have done then, nobody foresees.
fn prover() -> Vec<u8> {
    let head = head(0).len();
    puppet::with_body(
        &format!(
            r#"
    (i32.store (i32.const 900) (i32.add (i32.load (local.get $msg)) (i32.const {head})))
    (i32.store (i32.const 904) (i32.sub (i32.load offset=8 (local.get $msg)) (i32.const {rest})))
    (i32.store (i32.const 908) (i32.sub (i32.load offset=8 (local.get $msg)) (i32.const {rest})))
    (i32.store (i32.const 920) (i32.add (i32.load (local.get $msg)) (i32.const 19)))
    (i32.store (i32.const 924) (i32.const 4))
    (i32.store (i32.const 928) (i32.const 4))
    (local.set $r (call $ask (i32.const 900)))
    (local.set $i (i32.and
      (i32.load8_u (i32.add (i32.load (local.get $msg)) (i32.const 22))) (i32.const 1)))
    (if (i32.and (local.get $i) (i32.eq (i32.const 90)
      (i32.load8_u (i32.add (i32.load (local.get $r)) (i32.const 25))))) (then (unreachable)))
    (call $write (i32.const 920) (local.get $r))
    (i32.const 512)"#,
            rest = head + 2
        ),
        "",
    )
}

fn proves(number: u32, query: &MycelQuery) -> String {
    format!("{}{}}}}}", head(number), json!({ "custom": query }))
}

fn app(verify_ahead: bool, genesis: &mycel_types::Genesis) -> Arc<App> {
    let config = AppConfig {
        verify_ahead,
        ..AppConfig::default()
    };
    let store = RedbStore::in_memory(Config::default()).unwrap();
    let app = Arc::new(App::new(Arc::new(store), config).unwrap());
    app.init_chain(genesis).unwrap();
    app
}

/// A proof that is good, wrong, or none at all.
fn some_proof(rng: &mut ChaCha8Rng, trust: &Trapdoor, inputs: &[Fr]) -> Vec<u8> {
    let seed = u64::from(rng.next_u32() % 40);
    let good = trust.prove(inputs, seed);
    match rng.next_u32() % 8 {
        0 => Proof { a: -good.a, ..good }.encode().to_vec(),
        1 => Proof {
            a: -good.a,
            b: -good.b,
            ..good
        }
        .encode()
        .to_vec(),
        2 => {
            let mut bytes = good.encode().to_vec();
            bytes[(rng.next_u32() % 256) as usize] ^= 1;
            bytes
        }
        3 => vec![0; (rng.next_u32() % 300) as usize],
        _ => good.encode().to_vec(),
    }
}

/// What a block says does not depend on whether its proofs were verified before it ran.
#[test]
fn blocks_have_the_same_bytes_whether_or_not_proofs_were_verified_ahead() {
    let seeds: u64 = std::env::var("MYCEL_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(2)
        .min(50);
    let first: u64 = std::env::var("MYCEL_SEED")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1);
    for seed in first..first + seeds {
        println!("seed={seed}");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let keys = [Trapdoor::new(1, 3), Trapdoor::new(2, 1)];
        let mut genesis = genesis(Params::development());
        for (key, id) in keys.iter().zip(["show", "fold"]) {
            genesis.app_state.verifying_keys.push(GenesisVerifyingKey {
                id: id.into(),
                vk: key.key().encode().into(),
                ceremony: None,
                development: true,
            });
        }
        let (ahead, plain) = (app(true, &genesis), app(false, &genesis));
        let people = people();
        let mut next = [0u64; 3];
        let mut sign = |who: usize, messages: Vec<_>, gas: u64| -> Bytes {
            let signed = Draft::new(messages)
                .gas(gas)
                .sign(&[(&people[who], next[who])]);
            next[who] += 1;
            signed
        };
        let contract = AccountAddress::instantiate(1, 1);
        let ada = &people[0];
        let mut blocks = vec![
            vec![sign(0, vec![store_code(ada, &prover())], 20_000_000)],
            vec![sign(0, vec![instantiate(ada, 1, "{}")], 2_000_000)],
        ];
        let mut number = 0;
        for _ in 0..4 {
            let mut txs = vec![];
            for _ in 0..8 + rng.next_u32() % 12 {
                let who = (rng.next_u32() % 3) as usize;
                let sender: &Person = &people[who];
                let gas = match rng.next_u32() % 10 {
                    0 => 35_000,
                    _ => 2_000_000,
                };
                let mut messages = vec![];
                for _ in 0..1 + rng.next_u32() % 2 {
                    number += 1;
                    let which = (rng.next_u32() % 2) as usize;
                    let count = [3, 1][which];
                    let inputs: Vec<Fr> = (0..count)
                        .map(|_| Fr::from(u64::from(rng.next_u32() % 3)))
                        .collect();
                    let proof = some_proof(&mut rng, &keys[which], &inputs);
                    let mut asked = asks(["show", "fold"][which], &inputs, &proof);
                    if let MycelQuery::Groth16Verify {
                        public_inputs, vk, ..
                    } = &mut asked
                    {
                        match rng.next_u32() % 12 {
                            0 => public_inputs[0] = Binary::from([255; 32]),
                            1 => public_inputs.push(Binary::from([0; 32])),
                            2 => *vk = "nobody".into(),
                            3 => public_inputs[0] = field::encode(&Fr::from(9u64)).into(),
                            _ => {}
                        }
                    }
                    messages.push(execute(sender, &contract, &proves(number, &asked)));
                }
                if rng.next_u32() % 6 == 0 {
                    messages = vec![send(sender, &people[0].address, 1)];
                }
                txs.push(sign(who, messages, gas));
            }
            blocks.push(txs);
        }
        let mut codes = std::collections::BTreeSet::new();
        for (txs, height) in blocks.into_iter().zip(1..) {
            let block = input(height, txs);
            let parent = Parent::Committed(height - 1);
            let stop = Cancel::new();
            let [one, other] = [&ahead, &plain].map(|app| {
                let done = app.execute(&parent, &block, &stop).unwrap();
                app.commit(&done).unwrap();
                done
            });
            assert_eq!(one.outcome, other.outcome, "seed={seed} height={height}");
            let results = one.outcome.results.iter();
            codes.extend(results.map(|r| (r.codespace.clone(), r.code)));
        }
        let found = ahead.proofs_verified_ahead();
        println!("ahead={found} codes={codes:?}");
        assert!(found >= 16, "the blocks show little: ahead={found}");
        assert!(codes.len() >= 2, "the blocks show little: {codes:?}");
        assert_eq!(plain.proofs_verified_ahead(), 0);
    }
}

/// Whoever sends messages with a field `proof` that carry none makes the node run a little twice, not all.
#[test]
fn running_ahead_ends_where_no_proofs_are_found() {
    let genesis = genesis(Params::development());
    let (ahead, plain) = (app(true, &genesis), app(false, &genesis));
    let people = people();
    let [ada, ..] = &people;
    // each uses its gas up: 2,000,000
    let burns = puppet::with_body(
        "(loop $l (local.set $i (i32.add (local.get $i) (i32.const 1))) (br $l)) (i32.const 512)",
        "",
    );
    let contract = AccountAddress::instantiate(1, 1);
    let mut next = 0;
    let mut sign = |messages: Vec<_>, gas: u64| -> Bytes {
        let signed = Draft::new(messages).gas(gas).sign(&[(ada, next)]);
        next += 1;
        signed
    };
    let message = execute(ada, &contract, r#"{"show":{"proof":"AAAA"}}"#);
    let blocks = [
        vec![sign(vec![store_code(ada, &burns)], 20_000_000)],
        vec![sign(vec![instantiate(ada, 1, "{}")], 2_000_000)],
        (0..12)
            .map(|_| sign(vec![message.clone()], 2_000_000))
            .collect(),
    ];
    let mut paid = 0;
    for (txs, height) in blocks.into_iter().zip(1..) {
        let block = input(height, txs);
        let parent = Parent::Committed(height - 1);
        for app in [&ahead, &plain] {
            let done = app.execute(&parent, &block, &Cancel::new()).unwrap();
            app.commit(&done).unwrap();
            paid = done.outcome.results.iter().map(|one| one.gas_used).sum();
        }
    }
    let unpaid = ahead.gas_used_ahead();
    println!("paid={paid} unpaid={unpaid}");
    // one transaction of twelve, or a little more, runs twice
    assert!(unpaid > 0 && unpaid < paid / 10, "{unpaid} {paid}");
    assert_eq!(plain.gas_used_ahead(), 0);
}

/// Whoever puts many wrong proofs into a transaction pays for the first alone; ahead, no more is done for it than for one.
#[test]
fn many_wrong_proofs_in_a_transaction_buy_no_more_to_run_ahead_than_one() {
    const MESSAGES: u32 = 40;
    let key = Trapdoor::new(1, 1);
    let mut genesis = genesis(Params::development());
    genesis.app_state.verifying_keys.push(GenesisVerifyingKey {
        id: "fold".into(),
        vk: key.key().encode().into(),
        ceremony: None,
        development: true,
    });
    let app = app(true, &genesis);
    let people = people();
    let [ada, ..] = &people;
    let contract = AccountAddress::instantiate(1, 1);
    let mut next = 0;
    let mut sign = |messages: Vec<_>, gas: u64| -> Bytes {
        let signed = Draft::new(messages).gas(gas).sign(&[(ada, next)]);
        next += 1;
        signed
    };
    let mut blocks = vec![
        vec![sign(vec![store_code(ada, &prover())], 20_000_000)],
        vec![sign(vec![instantiate(ada, 1, "{}")], 2_000_000)],
    ];
    let mut number = 0u32;
    let wrong = (0..4)
        .map(|_| {
            let messages = (0..MESSAGES).map(|_| {
                // odd: it fails where the proof does not hold
                number += 2;
                let inputs = [Fr::from(number)];
                let good = key.prove(&inputs, number.into());
                let proof = Proof { a: -good.a, ..good }.encode();
                let asked = asks("fold", &inputs, &proof);
                execute(ada, &contract, &proves(number - 1, &asked))
            });
            sign(messages.collect(), 18_000_000)
        })
        .collect();
    blocks.push(wrong);
    let mut last = vec![];
    for (txs, height) in blocks.into_iter().zip(1..) {
        let block = input(height, txs);
        let parent = Parent::Committed(height - 1);
        let done = app.execute(&parent, &block, &Cancel::new()).unwrap();
        app.commit(&done).unwrap();
        last = done.outcome.results.to_vec();
    }
    assert!(last.iter().all(|one| one.code != 0), "{last:?}");
    let (unpaid, found) = (app.gas_used_ahead(), app.proofs_verified_ahead());
    println!("unpaid={unpaid} found={found}");
    // 2 million at first, and a quarter of one for each of four transactions
    assert!(unpaid <= 3_000_000, "{unpaid}");
    assert!((4..u64::from(4 * MESSAGES)).contains(&found), "{found}");
}
