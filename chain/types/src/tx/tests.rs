use cosmos_sdk_proto::{
    Any,
    cosmos::{
        base::v1beta1::Coin,
        tx::v1beta1::{Fee, ModeInfo, SignerInfo, TxRaw, mode_info},
    },
    cosmwasm::wasm::v1::MsgExecuteContract,
};
use proptest::prelude::*;
use prost::Message as _;

use super::*;

const LIMIT: u64 = 1 << 20;

fn body() -> TxBody {
    let msg = MsgExecuteContract {
        sender: "mycel1a".into(),
        contract: "mycel1b".into(),
        msg: b"{}".to_vec(),
        funds: vec![Coin {
            denom: "u".into(),
            amount: "1".into(),
        }],
    };
    TxBody {
        messages: vec![Any {
            type_url: "/cosmwasm.wasm.v1.MsgExecuteContract".into(),
            value: msg.encode_to_vec(),
        }],
        memo: "hello".into(),
        timeout_height: 9,
        ..Default::default()
    }
}

fn auth() -> AuthInfo {
    AuthInfo {
        signer_infos: vec![SignerInfo {
            public_key: Some(Any {
                type_url: "/cosmos.crypto.secp256k1.PubKey".into(),
                value: [&[10, 33][..], &[2; 33]].concat(),
            }),
            mode_info: Some(ModeInfo {
                sum: Some(mode_info::Sum::Single(mode_info::Single { mode: 1 })),
            }),
            sequence: 3,
        }],
        fee: Some(Fee {
            gas_limit: 200_000,
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn raw(body: &[u8], auth: &[u8]) -> Vec<u8> {
    TxRaw {
        body_bytes: body.to_vec(),
        auth_info_bytes: auth.to_vec(),
        signatures: vec![vec![7; 64]],
    }
    .encode_to_vec()
}

fn with_body(extra: &[u8]) -> Result<Tx, TxError> {
    let bytes = [&body().encode_to_vec()[..], extra].concat();
    Tx::decode(&raw(&bytes, &auth().encode_to_vec()), LIMIT)
}

fn with_message(extra: &[u8]) -> Result<Tx, TxError> {
    let mut body = body();
    body.messages[0].value.extend_from_slice(extra);
    Tx::decode(&raw(&body.encode_to_vec(), &auth().encode_to_vec()), LIMIT)
}

#[test]
fn a_transaction_decodes_to_what_was_encoded() {
    let bytes = raw(&body().encode_to_vec(), &auth().encode_to_vec());
    let tx = Tx::decode(&bytes, LIMIT).unwrap();
    assert_eq!(tx.body, body());
    assert_eq!(tx.auth_info, auth());
    assert_eq!(tx.body_bytes, body().encode_to_vec());
    assert_eq!(tx.signatures, vec![vec![7; 64]]);
    assert_eq!((tx.size, tx.unordered), (bytes.len(), false));
    assert_eq!(tx.hash, <[u8; 32]>::from(Sha256::digest(&bytes)));
}

#[test]
fn the_size_is_looked_at_first() {
    let error = Tx::decode(&[0xff; 11], 10).unwrap_err();
    assert_eq!(error.code(), codes::TX_TOO_LARGE);
}

#[test]
fn an_unknown_field_of_the_envelope_is_named_as_clients_know_it() {
    let mut bytes = raw(&body().encode_to_vec(), &auth().encode_to_vec());
    bytes.extend_from_slice(&[0x32, 1, 0x41]);
    let error = Tx::decode(&bytes, LIMIT).unwrap_err();
    assert_eq!(error.code(), codes::TX_DECODE);
    assert_eq!(
        error.to_string(),
        "errUnknownField \"*tx.TxRaw\": {TagNum: 6, WireType:\"bytes\"}: tx parse error"
    );
}

#[test]
fn critical_unknown_fields_are_refused_at_every_level_and_others_only_skipped_in_the_body() {
    // field 6 is critical, field 1024 + 6 is not
    let critical = [0x30, 1];
    let harmless = [0xb0, 0x40, 1];
    assert!(with_body(&critical).is_err());
    assert!(with_body(&harmless).is_ok());
    assert!(with_message(&critical).is_err());
    assert!(with_message(&harmless).is_ok());
    for extra in [&critical[..], &harmless] {
        let auth = [&auth().encode_to_vec()[..], extra].concat();
        assert!(Tx::decode(&raw(&body().encode_to_vec(), &auth), LIMIT).is_err());
        let bytes = [&raw(&body().encode_to_vec(), &auth)[..], extra].concat();
        assert!(Tx::decode(&bytes, LIMIT).is_err());
    }
}

#[test]
fn singular_fields_come_once() {
    assert!(matches!(
        with_body(&[0x12, 1, b'x']),
        Err(TxError::Duplicate { field: 2, .. })
    ));
    assert!(matches!(
        with_message(&[0x0a, 1, b'x']),
        Err(TxError::Duplicate { field: 1, .. })
    ));
    // repeated ones may come again
    assert!(with_message(&[0x2a, 0]).is_ok());
}

#[test]
fn of_a_choice_only_one_may_stand() {
    // ModeInfo {single {}, multi {}}
    let signer = [0x12, 4, 0x0a, 0, 0x12, 0];
    let auth = [&[0x0a, signer.len() as u8][..], &signer].concat();
    assert!(matches!(
        Tx::decode(&raw(&body().encode_to_vec(), &auth), LIMIT),
        Err(TxError::Duplicate { .. })
    ));
}

#[test]
fn varints_are_minimal_and_of_64_bits() {
    assert!(matches!(
        with_message(&[0x80, 0x40, 0x81, 0x00]),
        Err(TxError::Varint(_))
    ));
    let too_wide = [
        0x80, 0x40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02,
    ];
    assert!(matches!(with_message(&too_wide), Err(TxError::Varint(_))));
    // a tag in two bytes where one is enough
    assert!(matches!(
        with_message(&[0xaa, 0x00, 0]),
        Err(TxError::Varint(_))
    ));
}

#[test]
fn wire_types_groups_and_text_are_checked() {
    assert!(matches!(
        with_body(&[0x20, 0, 0x19, 0, 0, 0, 0, 0, 0, 0, 0]),
        Err(TxError::Duplicate { .. } | TxError::WireType { .. })
    ));
    assert!(matches!(with_body(&[0x33]), Err(TxError::Tag(_))));
    assert!(matches!(with_body(&[0x00]), Err(TxError::Tag(_))));
    let mut plain = body();
    plain.memo = String::new();
    let bytes = [&plain.encode_to_vec()[..], &[0x12, 1, 0xff]].concat();
    assert!(matches!(
        Tx::decode(&raw(&bytes, &auth().encode_to_vec()), LIMIT),
        Err(TxError::Text { .. })
    ));
}

#[test]
fn the_envelope_has_one_form_only() {
    let (body, auth) = (body().encode_to_vec(), auth().encode_to_vec());
    let part = |tag: u8, bytes: &[u8]| {
        let mut out = vec![tag];
        prost::encoding::encode_varint(bytes.len() as u64, &mut out);
        out.extend_from_slice(bytes);
        out
    };
    let swapped = [part(0x12, &auth), part(0x0a, &body)].concat();
    assert!(matches!(
        Tx::decode(&swapped, LIMIT),
        Err(TxError::Order(_))
    ));
    let twice = [part(0x0a, &body), part(0x0a, &body), part(0x12, &auth)].concat();
    assert!(matches!(
        Tx::decode(&twice, LIMIT),
        Err(TxError::Duplicate { .. })
    ));
}

#[test]
fn unordered_transactions_are_told_apart() {
    assert!(with_body(&[0x20, 1]).unwrap().unordered);
    assert!(!with_body(&[0x20, 0]).unwrap().unordered);
    assert!(with_body(&[0x2a, 2, 0x08, 1]).unwrap().unordered);
}

#[test]
fn nesting_ends_at_the_limit() {
    let mut key = Any {
        type_url: "/cosmos.crypto.secp256k1.PubKey".into(),
        value: vec![],
    };
    for _ in 0..MAX_DEPTH {
        let mut value = vec![0x12];
        let inner = key.encode_to_vec();
        prost::encoding::encode_varint(inner.len() as u64, &mut value);
        value.extend_from_slice(&inner);
        key = Any {
            type_url: "/cosmos.crypto.multisig.LegacyAminoPubKey".into(),
            value,
        };
    }
    let mut auth = auth();
    auth.signer_infos[0].public_key = Some(key);
    let bytes = raw(&body().encode_to_vec(), &auth.encode_to_vec());
    assert_eq!(Tx::decode(&bytes, LIMIT).unwrap_err(), TxError::Depth);
}

#[test]
fn garbage_and_nothing_are_told_apart() {
    assert_eq!(
        Tx::decode(&[0xde, 0xad, 0xbe, 0xef], LIMIT)
            .unwrap_err()
            .code(),
        codes::TX_DECODE
    );
    // no bytes are a transaction without messages, which admission refuses
    assert!(Tx::decode(&[], LIMIT).unwrap().body.messages.is_empty());
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Tx::decode(&bytes, LIMIT);
    }

    #[test]
    fn a_transaction_with_bytes_changed_never_panics_and_never_keeps_its_hash(
        at in any::<proptest::sample::Index>(), to in any::<u8>(), cut in any::<proptest::sample::Index>(),
    ) {
        let good = raw(&body().encode_to_vec(), &auth().encode_to_vec());
        let mut bytes = good.clone();
        let at = at.index(bytes.len());
        bytes[at] = to;
        if let Ok(tx) = Tx::decode(&bytes, LIMIT) {
            prop_assert_eq!(tx.hash == hash(&good), bytes == good);
        }
        bytes.truncate(cut.index(good.len()));
        let _ = Tx::decode(&bytes, LIMIT);
    }

    #[test]
    fn whatever_decodes_says_the_same_when_encoded_again(
        memo in ".{0,20}", gas in any::<u64>(), sequence in any::<u64>(), n in 0usize..4,
    ) {
        let mut body = body();
        body.memo = memo;
        body.messages = vec![body.messages[0].clone(); n];
        let mut auth = auth();
        auth.fee.as_mut().unwrap().gas_limit = gas;
        auth.signer_infos[0].sequence = sequence;
        let tx = Tx::decode(&raw(&body.encode_to_vec(), &auth.encode_to_vec()), LIMIT).unwrap();
        prop_assert_eq!(tx.body, body);
        prop_assert_eq!(tx.auth_info, auth);
    }
}
