//! Verifying keys, proofs, hashes, and what contracts show to other chains.
use cosmwasm_std::Binary;
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_types::{
    AccountAddress, Application as _, GenesisVerifyingKey, Halt, Params, QueryAt, key,
};
use mycel_verifier::{
    Fr, VerifyingKey, field,
    testing::{Trapdoor, scalar},
};
use serde_json::{Value, json};

use crate::{
    puppet,
    stage::{Stage, earnest, saying},
    town::{execute, genesis, new_app, people},
};

fn register(id: &str, key: &VerifyingKey) -> MycelMsg {
    MycelMsg::RegisterVk {
        id: id.into(),
        vk: key.encode().into(),
        ceremony: Some(Binary::from([7; 32])),
        development: false,
    }
}

fn elements(inputs: &[Fr]) -> Vec<Binary> {
    inputs.iter().map(|x| field::encode(x).into()).collect()
}

pub fn asks(vk: &str, inputs: &[Fr], proof: &[u8]) -> MycelQuery {
    MycelQuery::Groth16Verify {
        vk: vk.into(),
        proof: proof.into(),
        public_inputs: elements(inputs),
    }
}

#[test]
fn a_verifying_key_is_bound_to_its_name_for_ever() {
    let mut stage = Stage::new();
    let (trust, other) = (Trapdoor::new(1, 3), Trapdoor::new(2, 3));
    let result = stage.decide(register("trust/show", trust.key()));
    assert!(result.gas_used > 9_500, "{}", result.gas_used);
    let described = stage.asked(&MycelQuery::VerifyingKey {
        id: "trust/show".into(),
    });
    let described = described.unwrap();
    assert_eq!(
        described,
        json!({
            "digest": Binary::from(trust.key().digest()),
            "inputs": 3,
            "owner": stage.assembly.to_string(),
            "ceremony": Binary::from([7; 32]),
            "development": false,
        })
    );
    for again in [&other, &trust] {
        let result = stage.refused(register("trust/show", again.key()));
        assert!(result.log.contains("registered already"), "{}", result.log);
    }
    let unknown = stage.asked(&MycelQuery::VerifyingKey { id: "fold".into() });
    assert_eq!(unknown, Err("no verifying key=fold is registered".into()));
    stage.replay();
}

#[test]
fn what_is_no_key_or_no_name_is_not_registered() {
    let mut stage = Stage::new();
    let trust = Trapdoor::new(1, 2);
    for id in ["", "a b", "ü", &"a".repeat(65)] {
        let result = stage.refused(register(id, trust.key()));
        assert!(result.log.contains("1 to 64 letters"), "{}", result.log);
    }
    let good = trust.key().encode();
    let mut forgeable = good.clone();
    forgeable.copy_within(195..323, 323);
    let mut unbound = good.clone();
    let ic = 451;
    unbound.copy_within(ic + 64..ic + 128, ic + 128);
    for (vk, word) in [
        (forgeable, "anybody forges"),
        (unbound, "one point"),
        (good[..good.len() - 1].to_vec(), "bytes"),
        (vec![1], "bytes"),
    ] {
        let result = stage.refused(MycelMsg::RegisterVk {
            id: "trust".into(),
            vk: vk.into(),
            ceremony: None,
            development: false,
        });
        assert!(result.log.contains(word), "{word}: {}", result.log);
    }
    let result = stage.refused(MycelMsg::RegisterVk {
        id: "trust".into(),
        vk: good.into(),
        ceremony: Some(Binary::from([7; 31])),
        development: false,
    });
    assert!(result.log.contains("32 bytes"), "{}", result.log);
}

#[test]
fn keys_for_development_are_refused_outside_development_networks() {
    let trust = Trapdoor::new(1, 2);
    let mut message = register("trust", trust.key());
    if let MycelMsg::RegisterVk { development, .. } = &mut message {
        *development = true;
    }
    let mut stage = Stage::with(earnest());
    let result = stage.refused(message.clone());
    assert!(result.log.contains("for development"), "{}", result.log);
    stage.decide(register("trust", trust.key()));
    let mut stage = Stage::new();
    stage.decide(message);
    let described = stage.asked(&MycelQuery::VerifyingKey { id: "trust".into() });
    assert_eq!(described.unwrap()["development"], true);
}

/// The mark is the word of whoever registers; these keys are known by their α.
#[test]
fn keys_over_development_powers_are_refused_unless_they_are_marked() {
    let mut bytes = Trapdoor::new(1, 2).key().encode();
    bytes[3..67].copy_from_slice(&mycel_verifier::key::DEVELOPMENT_ALPHA);
    let key = VerifyingKey::decode(&bytes).unwrap();
    for params in [earnest(), Params::development()] {
        let mut stage = Stage::with(params);
        let result = stage.refused(register("trust", &key));
        assert!(result.log.contains("anybody forges"), "{}", result.log);
    }
}

#[test]
fn genesis_carries_verifying_keys_that_are_checked_as_others_are() {
    let trust = Trapdoor::new(1, 2);
    let entry = GenesisVerifyingKey {
        id: "trust".into(),
        vk: trust.key().encode().into(),
        ceremony: None,
        development: true,
    };
    let with = |params: Params, keys: Vec<GenesisVerifyingKey>| {
        let mut genesis = genesis(params);
        for account in &mut genesis.app_state.accounts {
            if !genesis.app_state.params.development {
                account.class = "member".into();
            }
        }
        genesis.app_state.verifying_keys = keys;
        new_app().init_chain(&genesis)
    };
    assert!(with(Params::development(), vec![entry.clone()]).is_ok());
    let mut ceremony = entry.clone();
    ceremony.development = false;
    assert!(with(earnest(), vec![ceremony.clone()]).is_ok());
    let mut broken = entry.clone();
    broken.vk = vec![1, 2, 3].into();
    let mut short = entry.clone();
    short.ceremony = Some(vec![1].into());
    for (params, keys, word) in [
        (earnest(), vec![entry.clone()], "for development"),
        (
            Params::development(),
            vec![entry.clone(), ceremony],
            "comes twice",
        ),
        (Params::development(), vec![broken], "inputs"),
        (Params::development(), vec![short], "32 bytes"),
    ] {
        let why = with(params, keys).unwrap_err();
        assert!(
            matches!(&why, Halt::Genesis(text) if text.contains(word)),
            "{word}: {why}"
        );
    }
}

#[test]
fn contracts_learn_whether_a_proof_holds() {
    let mut stage = Stage::new();
    let trust = Trapdoor::new(1, 3);
    stage.decide(register("trust", trust.key()));
    let inputs: Vec<Fr> = (0..3).map(|i| scalar(5, i)).collect();
    let proof = trust.prove(&inputs, 9).encode();
    let valid = |answer: Result<Value, String>| answer.unwrap()["valid"].as_bool().unwrap();
    assert!(valid(stage.asked(&asks("trust", &inputs, &proof))));
    let mut other = inputs.clone();
    other[2] += Fr::from(1u64);
    assert!(!valid(stage.asked(&asks("trust", &other, &proof))));
    // what is malformed does not hold, and is no error
    assert!(!valid(stage.asked(&asks("trust", &inputs, &proof[..255]))));
    assert!(!valid(stage.asked(&asks("trust", &inputs, &[0; 256]))));
    assert!(!valid(stage.asked(&asks("trust", &inputs, &[]))));
    for bad in [vec![255; 32], vec![1; 31], vec![]] {
        let mut public_inputs = elements(&inputs);
        public_inputs[0] = bad.into();
        let query = MycelQuery::Groth16Verify {
            vk: "trust".into(),
            proof: proof.into(),
            public_inputs,
        };
        assert!(!valid(stage.asked(&query)));
    }
    // who names a key that is not there, or other inputs than it has, is mistaken
    for count in [0, 2, 4, 33, 500] {
        let many = vec![Fr::from(0u64); count];
        let why = stage.asked(&asks("trust", &many, &proof)).unwrap_err();
        assert!(why.contains("verifying key=trust has inputs=3"), "{why}");
        assert!(why.ends_with(&format!("inputs={count}")), "{why}");
    }
    let why = stage.asked(&asks("show", &inputs, &proof)).unwrap_err();
    assert_eq!(why, "no verifying key=show is registered");
    stage.replay();
}

#[test]
fn contracts_are_told_poseidon_s_hashes() {
    let mut stage = Stage::new();
    let numbers = |numbers: &[u64]| {
        let all: Vec<Fr> = numbers.iter().map(|n| Fr::from(*n)).collect();
        elements(&all)
    };
    let asked = |batches: Vec<Vec<Binary>>| MycelQuery::Poseidon { batches };
    let answer = stage.asked(&asked(vec![numbers(&[1, 2]), numbers(&[1])]));
    let hashes = answer.unwrap()["hashes"].clone();
    let first = Binary::from_base64(hashes[0].as_str().unwrap()).unwrap();
    assert_eq!(
        hex::encode(&first),
        "115cc0f5e7d690413df64c6b9662e9cf2a3617f2743245519e19607a4417189a"
    );
    assert_eq!(hashes.as_array().unwrap().len(), 2);
    assert_eq!(stage.asked(&asked(vec![])).unwrap(), json!({"hashes": []}));
    for (batches, word) in [
        (
            vec![numbers(&[1]), vec![]],
            "batch=1: poseidon takes 1 to 12 inputs",
        ),
        (vec![numbers(&[0; 13])], "inputs=13"),
        (vec![vec![Binary::from([255; 32])]], "batch=0: input=0"),
        (vec![vec![Binary::from([1; 33])]], "bytes=33"),
    ] {
        let why = stage.asked(&asked(batches)).unwrap_err();
        assert!(why.contains(word), "{word}: {why}");
    }
}

/// Gas of a question, besides what asking costs.
fn gas(stage: &mut Stage, asker: &AccountAddress, query: &MycelQuery) -> u64 {
    let question = json!({ "custom": query }).to_string();
    let ada = people()[0].clone();
    let result = stage.town.done(&ada, vec![execute(&ada, asker, &question)]);
    result.gas_used
}

#[test]
fn proofs_and_hashes_cost_their_prices_whatever_the_verdict() {
    let mut stage = Stage::new();
    let [ada, ..] = people();
    let code = stage.town.store(&ada, &puppet::asker());
    let asker = stage.town.instantiate(&ada, code, "{}");
    let trust = Trapdoor::new(1, 3);
    stage.decide(register("trust", trust.key()));
    let inputs: Vec<Fr> = (0..3).map(|i| scalar(5, i)).collect();
    let proof = trust.prove(&inputs, 9).encode();
    let prices = Params::development().gas;
    let good = gas(&mut stage, &asker, &asks("trust", &inputs, &proof));
    let mut other = inputs.clone();
    other[0] += Fr::from(1u64);
    // the same length of question and answer, but for one letter of `false`
    let bad = gas(&mut stage, &asker, &asks("trust", &other, &proof));
    let malformed = gas(&mut stage, &asker, &asks("trust", &inputs, &[7; 256]));
    let least = prices.groth16 + 3 * prices.groth16_input;
    assert!(good > least && good < least + 60_000, "{good}");
    assert!(bad.abs_diff(good) < 100, "{good} {bad}");
    assert!(malformed.abs_diff(good) < 100, "{good} {malformed}");
    let hashes = |n: usize, width: usize| MycelQuery::Poseidon {
        batches: vec![vec![Binary::from([0; 32]); width]; n],
    };
    let one = gas(&mut stage, &asker, &hashes(1, 2));
    let twenty = gas(&mut stage, &asker, &hashes(20, 2));
    let price = prices.poseidon + 9 * prices.poseidon_cell;
    assert!(twenty - one > 19 * price, "{one} {twenty}");
    // gas runs out before the work is done
    let question = json!({ "custom": hashes(60, 12) }).to_string();
    let mut with = |gas: u64| {
        let message = execute(&ada, &asker, &question);
        let tx = stage.town.sign_with(&ada, vec![message], gas);
        stage.town.submit(tx)
    };
    let whole = with(20_000_000);
    assert!(whole.ok(), "{}", whole.log);
    let result = with(whole.gas_used - 60_000);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 11),
        "{}",
        result.log
    );
}

#[test]
fn a_contract_shows_entries_to_other_chains() {
    let mut stage = Stage::new();
    let puppet = stage.stranger.clone();
    let entry = |key: &[u8], value: &[u8]| MycelMsg::Publish {
        key: key.into(),
        value: value.into(),
    };
    let shown = |stage: &Stage, name: &[u8]| {
        let at = key::published(&puppet, name);
        let outcome = stage
            .town
            .query_raw("/store/ibc/key", &at, QueryAt::default());
        assert_eq!(outcome.code, 0, "{}", outcome.log);
        outcome.value.to_vec()
    };
    let bytes = MycelQuery::ContractBytes {
        contract: puppet.to_string(),
    };
    assert!(stage.tell(&puppet, vec![]).ok());
    let result = stage.tell(&puppet, vec![entry(b"slot", b"one"), entry(b"other", b"x")]);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(shown(&stage, b"slot"), b"one");
    let full = format!("published/{puppet}/slot").len();
    let used = |stage: &mut Stage| -> usize {
        let answer = stage.asked(&bytes).unwrap();
        answer["used"].as_str().unwrap().parse().unwrap()
    };
    let last = |messages: Vec<MycelMsg>| saying(messages).len();
    let before = used(&mut stage) - last(vec![entry(b"slot", b"one"), entry(b"other", b"x")]);
    // as long again, and a key of its own
    let longer = vec![entry(b"slot", &[7; 256])];
    assert!(stage.tell(&puppet, longer.clone()).ok());
    let after = used(&mut stage) - last(longer);
    assert_eq!(after - before, 253);
    let removed = vec![entry(b"slot", b"")];
    assert!(stage.tell(&puppet, removed.clone()).ok());
    assert_eq!(shown(&stage, b"slot"), b"");
    assert_eq!(after - (used(&mut stage) - last(removed)), full + 256);
    // bounded, and undone with its sender
    for bad in [
        entry(b"", b"x"),
        entry(&[1; 65], b"x"),
        entry(b"k", &[1; 257]),
    ] {
        let result = stage.tell(&puppet, vec![entry(b"slot", b"two"), bad]);
        assert_eq!((result.codespace.as_str(), result.code), ("sdk", 18));
        assert!(result.log.contains("publish"), "{}", result.log);
        assert_eq!(shown(&stage, b"slot"), b"");
    }
    // its bytes count in the quota
    let now = used(&mut stage) as u64;
    stage.decide(MycelMsg::SetContractQuota {
        contract: puppet.to_string(),
        bytes: Some((now + 100).into()),
    });
    let result = stage.tell(&puppet, vec![entry(b"big", &[1; 256])]);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("mycel", 4),
        "{}",
        result.log
    );
    stage.replay();
}
