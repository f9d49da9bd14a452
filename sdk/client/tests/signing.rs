//! Signed bytes, compared with CosmJS's and with cosmrs'.
use base64::{Engine, engine::general_purpose::STANDARD};
use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgExecuteContract;
use cosmrs::{
    crypto::secp256k1::SigningKey,
    tx::{BodyBuilder, Fee, SignDoc, SignerInfo},
};
use mycel_client::{SecretKey, Unsigned, message};
use prost::Message;
use sha2::{Digest, Sha256};

/// A transaction that CosmJS 0.38.1 (`DirectSecp256k1Wallet`) signed for a wasmd 0.61 chain `peer-1`: account number
/// 3, sequence 0, gas 250,000, no fee, with the key SHA-256("peer-load-2").
const COSMJS: &str = "CvEBCu4BCiQvY29zbXdhc20ud2FzbS52MS5Nc2dFeGVjdXRlQ29udHJhY3QSxQEKK3dhc20xcjd1NXBnNXV6cjZheW05czU0eXJsYzM4YXN4ZHQ2ZHN5dnFjcXASP3dhc20xNGhqMnRhdnE4ZnBlc2R3eHhjdTQ0cnR5M2hoOTB2aHVqcnZjbXN0bDR6cjN0eG1mdnc5czBwaGc0ZBpVeyJ0cmFuc2ZlciI6eyJyZWNpcGllbnQiOiJ3YXNtMTRybDJlODhnam0wYWN6YXByN3Y0c2swOHBzeW1sdXU4azQ4c2dlIiwiYW1vdW50IjoiNSJ9fRJWCk4KRgofL2Nvc21vcy5jcnlwdG8uc2VjcDI1NmsxLlB1YktleRIjCiECryEpk/+lznJWRWiul2vm/58uA9aHj5y5JL0FKnU5MU8SBAoCCAESBBCQoQ8aQOsa+UvphA4PB/O+GVVg/c28iOPssolsqrvTnMgy0KaPb/iMVfBNlyuV5eC4ddQhCEXkaHau3IVW13JHDZfIPtc=";

#[test]
fn bytes_and_signature_are_those_of_cosmjs() {
    let key = SecretKey::from_bytes(&Sha256::digest(b"peer-load-2").into()).unwrap();
    let execute = MsgExecuteContract {
        sender: "wasm1r7u5pg5uzr6aym9s54yrlc38asxdt6dsyvqcqp".into(),
        contract: "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d".into(),
        msg: br#"{"transfer":{"recipient":"wasm14rl2e88gjm0aczapr7v4sk08psymluu8k48sge","amount":"5"}}"#.to_vec(),
        funds: vec![],
    };
    let any = message::Any {
        type_url: "/cosmwasm.wasm.v1.MsgExecuteContract".into(),
        value: execute.encode_to_vec(),
    };
    let tx = Unsigned::new(vec![any])
        .gas_limit(250_000)
        .sign_numbered(&key, "peer-1", 3, 0);
    assert_eq!(STANDARD.encode(tx.bytes()), COSMJS);
    // the hash under which that chain found it
    assert_eq!(
        tx.hash_text(),
        "EAAC5BE0A45FEAD5DE8CEA6B85082C27381B8021D94EE01068B42E90F34A197A"
    );
}

#[test]
fn bytes_and_signature_are_those_of_cosmrs() {
    let key = SecretKey::for_development("cosmrs", 1);
    let theirs = SigningKey::from_slice(&key.to_bytes()).unwrap();
    let to = SecretKey::for_development("cosmrs", 2).address();
    for (sequence, memo, timeout) in [(0, "", 0u32), (7, "for the bread", 900)] {
        let any = message::send(&key.address(), &to, "stake", 12);
        let body = BodyBuilder::new()
            .msg(cosmrs::Any {
                type_url: any.type_url.clone(),
                value: any.value.clone(),
            })
            .memo(memo)
            .timeout_height(timeout)
            .finish();
        let fee = Fee {
            amount: vec![],
            gas_limit: 123_456,
            payer: None,
            granter: None,
        };
        let auth = SignerInfo::single_direct(Some(theirs.public_key()), sequence).auth_info(fee);
        let number = key.address().account_number();
        let doc = SignDoc::new(&body, &auth, &"mock-1".parse().unwrap(), number).unwrap();
        let expected = doc.sign(&theirs).unwrap().to_bytes().unwrap();
        let tx = Unsigned::new(vec![any])
            .memo(memo)
            .timeout_height(timeout.into())
            .gas_limit(123_456)
            .sign(&key, "mock-1", sequence);
        assert_eq!(hex::encode(tx.bytes()), hex::encode(expected));
    }
}

#[test]
fn a_simulation_carries_one_empty_signature() {
    let key = SecretKey::for_development("simulate", 1);
    let any = message::send(&key.address(), &key.address(), "stake", 1);
    let bytes = Unsigned::new(vec![any]).to_simulate(&key.public_key(), 3);
    let raw = cosmos_sdk_proto::cosmos::tx::v1beta1::TxRaw::decode(bytes.as_slice()).unwrap();
    assert_eq!(raw.signatures, vec![Vec::<u8>::new()]);
}
