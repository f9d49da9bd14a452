//! Proving keys on this machine, and what is compared with the chain.
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use cosmwasm_std::Addr;
use mycel_ceremony::{development, transcript::Transcript};
use mycel_circuits::{Instance, Kind};
use mycel_town::{
    contracts::TRUST,
    setup::{self, Terms},
};
use mycel_types::{key, record::VerifyingKey};
use prost::Message as _;
use serde_json::{Value, json};
use snapbox::cmd::{Command, cargo_bin};

use super::{Hook, Village};

/// The chain's answer to a question for a verifying key: that of a development network.
pub fn record(params: &Value) -> Option<Value> {
    let asked = hex::decode(params["data"].as_str()?).ok()?;
    let all = setup::verifying_keys(&Terms::default());
    let found = all
        .iter()
        .find(|one| key::verifying_key(&one.id) == asked)?;
    let read = mycel_verifier::VerifyingKey::decode(&found.vk.0).unwrap();
    Some(answer(&VerifyingKey {
        digest: read.digest(),
        inputs: read.inputs() as u32,
        owner: None,
        ceremony: None,
        development: true,
    }))
}

fn answer(record: &VerifyingKey) -> Value {
    let value = STANDARD.encode(borsh::to_vec(record).unwrap());
    json!({"response": {"code": 0, "height": "2", "value": value}})
}

/// A whole ceremony, over powers of tau that are there.
const CEREMONY: [&str; 5] = [
    "init folder --circuit attest --ptau powers.ptau",
    "contribute folder --name ada",
    "beacon folder --value 0102030405060708",
    "finish folder --ptau powers.ptau",
    "export folder --out made",
];

fn line<'a>(lines: &'a Value, circuit: &str) -> &'a Value {
    let mut lines = lines.as_array().unwrap().iter();
    lines.find(|line| line["circuit"] == circuit).unwrap()
}

#[test]
fn the_chains_keys_are_compared_with_its_register_and_the_ceremony_is_told() {
    let village = Village::new(12);
    let trust = village.contract(TRUST);
    let town = village.served();
    let keys = || {
        let ran = town.line("mycel zk keys --output json");
        (ran.code, serde_json::from_str(&ran.out).unwrap(), ran.err)
    };
    let (code, lines, said): (_, Value, _) = keys();
    assert_eq!(code, 0, "{said}");
    let attest = line(&lines, "attest");
    assert_eq!(
        [&attest["registered"], &attest["development"]],
        [&json!(true), &json!(true)]
    );

    // a contract that names a key of a ceremony for attest, and one that the register does not have for fold
    town.hook(told(trust, [9; 32], [0xab; 32], Some([8; 32])));
    let (code, lines, said) = keys();
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("circuit fold"), "{said}");
    let attest = line(&lines, "attest");
    assert_eq!(attest["ceremony"], hex::encode([0xab; 32]));
    assert_eq!(attest["development"], false);
    assert_eq!(attest["registered"], true);
    assert_eq!(line(&lines, "fold")["registered"], false);
    let ran = town.line("mycel zk keys");
    assert!(ran.out.contains(&format!("ceremony {}", "ab".repeat(32))));
    assert!(ran.out.contains("NO"), "{}", ran.out);
}

/// A contract that names a key of a ceremony for attest, as the register does, and perhaps one of its own for fold.
fn told(trust: Addr, made: [u8; 32], ceremony: [u8; 32], other: Option<[u8; 32]>) -> Hook {
    Box::new(move |sandbox, method, params| {
        if method != "abci_query" {
            return None;
        }
        let data = hex::decode(params["data"].as_str()?).ok()?;
        if data == key::verifying_key(&setup::key_id(Kind::Attest)) {
            return Some(answer(&VerifyingKey {
                digest: made,
                inputs: 6,
                owner: None,
                ceremony: Some(ceremony),
                development: false,
            }));
        }
        if params["path"] != json!("/cosmwasm.wasm.v1.Query/SmartContractState") {
            return record(params);
        }
        let asked = QuerySmartContractStateRequest::decode(&*data).ok()?;
        let told = sandbox.query_raw(&Addr::unchecked(&asked.address), &asked.query_data);
        let mut told: Value = serde_json::from_slice(&told.ok()?).ok()?;
        if asked.address == trust.as_str() && told["keys"].is_object() {
            told["keys"]["attest"]["digest"] = json!(hex::encode(made));
            if let Some(other) = other {
                told["keys"]["fold"]["digest"] = json!(hex::encode(other));
            }
        }
        let data = told.to_string().into_bytes();
        let value = QuerySmartContractStateResponse { data }.encode_to_vec();
        Some(json!({"response": {"code": 0, "height": "2", "value": STANDARD.encode(value)}}))
    })
}

/// A transcript that comes with its key says nothing by itself: the register says which ceremony the key has.
#[test]
fn a_transcript_that_is_not_the_one_in_the_chains_register_takes_no_key() {
    let village = Village::new(12);
    let trust = village.contract(TRUST);
    let town = village.served();
    development::powers(11, &town.home.path().join("powers.ptau")).unwrap();
    for step in CEREMONY {
        let ran = town.line(&format!("mycel zk ceremony {step}"));
        assert_eq!(ran.code, 0, "{step}: {}{}", ran.out, ran.err);
    }
    let text = std::fs::read(town.home.path().join("made/transcript.json")).unwrap();
    let transcript: Transcript = serde_json::from_slice(&text).unwrap();
    let mut key = [0; 32];
    hex::decode_to_slice(&transcript.verifying_key, &mut key).unwrap();
    let add = "mycel zk keys --transcript made/transcript.json --add folder/final.zkey";
    town.hook(told(trust.clone(), key, [0xab; 32], None));
    let ran = town.line(add);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);
    assert!(ran.err.contains(&"ab".repeat(32)), "{}", ran.err);
    town.hook(told(trust, key, transcript.hash(), None));
    let ran = town.line(add);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("register has it"), "{}", ran.err);
}

fn run(keys: &Path, line: &str) -> (Option<i32>, String) {
    let output = Command::new(cargo_bin!("mycel"))
        .env("MYCEL_HOME", keys)
        .env("MYCEL_KEYS", keys)
        .current_dir(keys)
        .args(line.split(' ').skip(1))
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap());
    (output.status.code(), said.concat())
}

/// Two points of the first sum change places: the file is a key still, with the same verifying key.
fn altered(zkey: &[u8]) -> Vec<u8> {
    const POINT: usize = 64;
    const A: u32 = 5;
    let mut bytes = zkey.to_vec();
    let number = |at: usize| u32::from_le_bytes(zkey[at..at + 4].try_into().unwrap());
    let mut at = 12;
    while number(at) != A {
        let size = u64::from_le_bytes(zkey[at + 4..at + 12].try_into().unwrap());
        at += 12 + size as usize;
    }
    let point = |n: usize| at + 12 + n * POINT..at + 12 + (n + 1) * POINT;
    let (one, other) = (point(1), point(2));
    assert_ne!(zkey[one.clone()], zkey[other.clone()]);
    bytes[one.clone()].copy_from_slice(&zkey[other.clone()]);
    bytes[other].copy_from_slice(&zkey[one]);
    bytes
}

#[test]
fn an_example_has_the_instance_that_was_proven_beside_its_proof() {
    let folder = tempfile::tempdir().unwrap();
    let line = "mycel zk example --circuit attest --seed 5 --out example";
    let (code, said) = run(folder.path(), line);
    assert_eq!(code, Some(0), "{said}");
    let file = |name: &str| std::fs::read(folder.path().join("example").join(name)).unwrap();
    let instance = Instance::read(&file("instance.json")).unwrap();
    let publics: Value = serde_json::from_slice(&file("public.json")).unwrap();
    assert_eq!(instance.kind(), Kind::Attest);
    assert_eq!(
        mycel_verifier::snarkjs::public_json(&instance.publics()),
        publics
    );
}

#[test]
fn a_proving_key_whose_points_changed_is_named_and_makes_no_proof() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path();
    let example = "mycel zk example --circuit attest --seed 1 --out example";
    let (code, said) = run(keys, example);
    assert_eq!(code, Some(0), "{said}");
    let digest = hex::encode(development::key(Kind::Attest).verifying.digest());
    let file: PathBuf = keys.join(format!("{digest}.zkey"));
    let good = std::fs::read(&file).unwrap();
    let bad = altered(&good);

    std::fs::write(&file, &bad).unwrap();
    let (code, said) = run(keys, example);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("digest") && said.contains("delete it"),
        "{said}"
    );
    let (code, said) = run(keys, "mycel zk keys --local");
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("circuit attest"), "{said}");

    // taken as it was altered: no proof leaves, and what to delete is said
    let fetched = keys.join("final.zkey");
    std::fs::write(&fetched, &bad).unwrap();
    let (code, said) = run(keys, "mycel zk keys --local --add final.zkey");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(keys, example);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&format!("Delete {digest}.zkey")), "{said}");
    std::fs::write(&fetched, &good).unwrap();
    let (code, said) = run(keys, "mycel zk keys --local --add final.zkey");
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(keys, example);
    assert_eq!(code, Some(0), "the right one in its place: {said}");
    // what nothing is noted of is nobody's word: a development key is made anew
    std::fs::remove_file(keys.join(&digest).with_extension("blake3")).unwrap();
    std::fs::write(keys.join(format!("{digest}.zkey")), altered(&good)).unwrap();
    let (code, said) = run(keys, example);
    assert_eq!(code, Some(0), "{said}");
    // and what the chain names is not known where no chain is
    let (code, said) = run(keys, "mycel zk keys");
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("--contract"), "{said}");
}

#[test]
fn a_key_is_taken_only_if_it_is_the_one_of_the_ceremonys_transcript() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path();
    development::powers(11, &keys.join("powers.ptau")).unwrap();
    for step in CEREMONY {
        let (code, said) = run(keys, &format!("mycel zk ceremony {step}"));
        assert_eq!(code, Some(0), "{step}: {said}");
    }
    let add = "mycel zk keys --local --transcript made/transcript.json --add";
    let (code, said) = run(keys, &format!("{add} folder/final.zkey"));
    assert_eq!(code, Some(0), "{said}");
    let good = std::fs::read(keys.join("folder/final.zkey")).unwrap();
    std::fs::write(keys.join("other.zkey"), altered(&good)).unwrap();
    let (code, said) = run(keys, &format!("{add} other.zkey"));
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("transcript's file is"), "{said}");
}
