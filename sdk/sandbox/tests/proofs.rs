//! Verifying keys, proofs, hashes and what contracts show to other chains, as the chain does it.

mod support;

use std::sync::{Arc, Mutex};

use cosmwasm_std::{Addr, Binary};
use mycel_sandbox::{Verifier, mock_proof};
use mycel_verifier::{Fr, field, testing::Trapdoor};
use serde_json::{Value, json};
use support::*;

fn elements(inputs: &[Fr]) -> Vec<Binary> {
    inputs.iter().map(|x| field::encode(x).into()).collect()
}

fn groth16(vk: &str, inputs: &[Binary], proof: &[u8]) -> Value {
    json!({"groth16_verify": {"vk": vk, "proof": Binary::from(proof), "public_inputs": inputs}})
}

/// What the chain answers a contract: JSON, or the error.
fn asked(t: &mut Theatre, query: Value) -> Result<Value, String> {
    let (ana, asker) = (t.ana.clone(), t.asker.clone());
    let question = json!({ "custom": query });
    t.sandbox.execute(&ana, &asker, &question).unwrap();
    let raw = t.sandbox.raw(&asker, b"answer").unwrap();
    let answer: Value = serde_json::from_slice(&raw).unwrap();
    match (&answer["ok"]["ok"], &answer["ok"]["error"]) {
        (Value::String(data), _) => {
            let data = Binary::from_base64(data).unwrap();
            Ok(serde_json::from_slice(&data).unwrap())
        }
        (_, Value::String(why)) => Err(why.clone()),
        _ => panic!("{answer}"),
    }
}

fn valid(t: &mut Theatre, query: Value) -> bool {
    asked(t, query).unwrap()["valid"].as_bool().unwrap()
}

#[test]
fn proofs_are_judged_as_on_the_chain() {
    for way in [Way::Native, Way::Compiled] {
        let mut t = theatre(way, &[nothing()]);
        let secret = Trapdoor::new(1, 2);
        let vk = secret.key().encode();
        let digest = t
            .sandbox
            .register_verifying_key("trust", &vk, None, true)
            .unwrap();
        assert_eq!(digest, secret.key().digest());
        let inputs = [Fr::from(3u64), Fr::from(4u64)];
        let proof = secret.prove(&inputs, 7).encode();
        let good = elements(&inputs);
        let told = Arc::new(Mutex::new(vec![]));
        let tell = Arc::clone(&told);
        t.sandbox.watch_proofs(move |id, key, inputs, proof| {
            let one = (id.to_owned(), key.digest(), inputs.to_vec(), proof.encode());
            tell.lock().unwrap().push(one);
        });
        assert!(valid(&mut t, groth16("trust", &good, &proof)));
        let other = elements(&[Fr::from(3u64), Fr::from(5u64)]);
        assert!(!valid(&mut t, groth16("trust", &other, &proof)));
        assert!(!valid(&mut t, groth16("trust", &good, &proof[1..])));
        let odd = vec![Binary::from([255; 32]), good[1].clone()];
        assert!(!valid(&mut t, groth16("trust", &odd, &proof)));
        // whoever watches is told of what holds and of nothing else
        let held = ("trust".to_owned(), digest, inputs.to_vec(), proof);
        assert_eq!(*told.lock().unwrap(), [held]);
        for count in [0, 1, 3, 40] {
            let many = vec![good[0].clone(); count];
            let why = asked(&mut t, groth16("trust", &many, &proof)).unwrap_err();
            assert!(why.contains("has inputs=2"), "{why}");
        }
        let why = asked(&mut t, groth16("fold", &good, &proof)).unwrap_err();
        assert!(why.contains("no verifying key=fold"), "{why}");
        let key = asked(&mut t, json!({"verifying_key": {"id": "trust"}})).unwrap();
        assert_eq!(key["inputs"], 2);
        assert_eq!(key["development"], true);
        assert_eq!(key["owner"], Value::Null);
    }
}

#[test]
fn a_mock_takes_its_own_proofs_and_nothing_else() {
    let mut t = theatre(Way::Native, &[nothing()]);
    t.sandbox.set_verifier(Verifier::Mock);
    t.sandbox.register_mock_key("show", 2).unwrap();
    let inputs = [[1; 32], [2; 32]];
    let sent: Vec<Binary> = inputs.iter().map(|i| Binary::from(*i)).collect();
    let proof = mock_proof("show", &inputs);
    assert_eq!(proof.len(), 256);
    assert!(valid(&mut t, groth16("show", &sent, &proof)));
    let others = [
        mock_proof("fold", &inputs),
        mock_proof("show", &[[2; 32], [1; 32]]),
        Binary::from([0; 256]),
        Binary::from(&proof[..255]),
    ];
    for other in others {
        assert!(!valid(&mut t, groth16("show", &sent, &other)));
    }
    // inputs stay canonical
    let odd = [[255; 32], [2; 32]];
    let sent: Vec<Binary> = odd.iter().map(|i| Binary::from(*i)).collect();
    assert!(!valid(
        &mut t,
        groth16("show", &sent, &mock_proof("show", &odd))
    ));
}

#[test]
fn poseidon_is_the_chain_s() {
    for way in [Way::Native, Way::Compiled] {
        let mut t = theatre(way, &[nothing()]);
        let batch = elements(&[Fr::from(1u64), Fr::from(2u64)]);
        let answer = asked(&mut t, json!({"poseidon": {"batches": [batch]}})).unwrap();
        let hash = Binary::from_base64(answer["hashes"][0].as_str().unwrap()).unwrap();
        let circomlib = "115cc0f5e7d690413df64c6b9662e9cf2a3617f2743245519e19607a4417189a";
        assert_eq!(hex::encode(hash), circomlib);
        for (batch, word) in [
            (vec![], "1 to 12 inputs"),
            (vec![Binary::from([0; 32]); 13], "1 to 12 inputs"),
            (vec![Binary::from([255; 32])], "input=0"),
        ] {
            let why = asked(&mut t, json!({"poseidon": {"batches": [batch]}})).unwrap_err();
            assert!(why.contains(word), "{why}");
        }
    }
}

fn told(message: Value) -> Value {
    response(vec![sub(json!({ "custom": message }), "never", None)], None)
}

#[test]
fn keys_are_registered_by_the_assembly_for_ever() {
    for way in [Way::Native, Way::Compiled] {
        let mut t = theatre(way, &[nothing(), nothing()]);
        let vk = Binary::from(Trapdoor::new(1, 2).key().encode());
        let register = |id: &str, vk: &Binary, development: bool| {
            told(
                json!({"register_vk": {"id": id, "vk": vk, "ceremony": null, "development": development}}),
            )
        };
        let why = t.tell(&register("trust", &vk, false)).unwrap_err();
        assert!(why.contains("authorities.assembly"), "{why}");
        let me = t.puppets[0].clone();
        t.sandbox.set_authorities(None, Some(&me));
        t.tell(&register("trust", &vk, false)).unwrap();
        let key = asked(&mut t, json!({"verifying_key": {"id": "trust"}})).unwrap();
        assert_eq!(key["owner"], me.as_str());
        let hash = t.sandbox.state_hash();
        for (message, word) in [
            (register("trust", &vk, false), "registered already"),
            (register("a b", &vk, false), "1 to 64 letters"),
            (register("fold", &Binary::from([1]), false), "bytes"),
        ] {
            let why = t.tell(&message).unwrap_err();
            assert!(why.contains(word), "{word}: {why}");
        }
        t.sandbox.set_development(false);
        let why = t.tell(&register("fold", &vk, true)).unwrap_err();
        assert!(why.contains("for development"), "{why}");
        assert_eq!(t.sandbox.state_hash(), hash);
    }
}

#[test]
fn what_contracts_publish_is_bounded_and_undone_with_them() {
    for way in [Way::Native, Way::Compiled] {
        let mut t = theatre(way, &[nothing(), nothing()]);
        let me: Addr = t.puppets[0].clone();
        let publish = |key: &[u8], value: &[u8]| json!({"custom": {"publish": {"key": Binary::from(key), "value": Binary::from(value)}}});
        let one = |key: &[u8], value: &[u8]| {
            response(vec![sub(publish(key, value), "never", None)], None)
        };
        let receipt = t.tell(&one(b"slot", &[7; 200])).unwrap();
        assert_eq!(receipt.gas > 8_000, way == Way::Compiled, "{}", receipt.gas);
        assert_eq!(t.sandbox.published(&me, b"slot"), Some(vec![7; 200]));
        for (key, value) in [(0, 1), (65, 1), (1, 257)] {
            let bad = one(&vec![1; key], &vec![1; value]);
            let why = t.tell(&bad).unwrap_err();
            assert!(why.contains("publish"), "{why}");
        }
        let undone = vec![
            sub(publish(b"slot", b"two"), "never", None),
            sub(call(&t.puppets[1], &failing()), "never", None),
        ];
        t.tell(&response(undone, None)).unwrap_err();
        assert_eq!(t.sandbox.published(&me, b"slot"), Some(vec![7; 200]));
        t.tell(&one(b"slot", b"")).unwrap();
        assert_eq!(t.sandbox.published(&me, b"slot"), None);
    }
}
