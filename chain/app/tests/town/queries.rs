//! The router, in the shapes that a wasmd was recorded with.
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use cosmos_sdk_proto::{
    cosmos::{auth::v1beta1 as auth, bank::v1beta1 as bank, base::query::v1beta1::PageRequest},
    cosmwasm::wasm::v1 as wasm,
};
use ics23::{CommitmentProof, HostFunctionsManager, ProofSpec};
use mycel_types::{Application as _, QueryAt, key};
use prost::Message as _;

use crate::{
    puppet,
    town::{Draft, Person, Town, execute, people, send},
};

const LATEST: QueryAt = QueryAt {
    height: None,
    prove: false,
};

#[test]
fn accounts_and_balances_are_worded_as_clients_expect() {
    let town = Town::new();
    let [ada, ..] = people();
    let cy = Person::new(9);
    let account = |address: String| {
        town.query(
            "/cosmos.auth.v1beta1.Query/Account",
            &auth::QueryAccountRequest { address },
        )
    };
    let missing = account(cy.name());
    assert_eq!((missing.codespace.as_str(), missing.code), ("sdk", 22));
    assert_eq!(
        missing.log,
        format!(
            "rpc error: code = NotFound desc = account {} not found: key not found",
            cy.name()
        )
    );
    assert_eq!(account(String::new()).code, 18);
    assert_eq!(account("wasm1xyz".into()).code, 18);
    let found = account(ada.name());
    let answer = auth::QueryAccountResponse::decode(&found.value[..]).unwrap();
    assert_eq!(
        answer.account.unwrap().type_url,
        "/cosmos.auth.v1beta1.BaseAccount"
    );
    let balance = |denom: &str| {
        let request = bank::QueryBalanceRequest {
            address: ada.name(),
            denom: denom.into(),
        };
        town.query("/cosmos.bank.v1beta1.Query/Balance", &request)
    };
    // recorded: an unknown denomination is a balance of 0
    assert_eq!(
        BASE64.encode(&balance("unknown").value),
        "CgwKB3Vua25vd24SATA="
    );
    let bad = balance("!");
    assert_eq!((bad.codespace.as_str(), bad.code), ("sdk", 18));
    assert_eq!(
        bad.log,
        "rpc error: code = InvalidArgument desc = invalid denom: !: invalid request"
    );
    for path in [
        "/cosmos.bank.v1beta1.Query/AllBalances",
        "/cosmos.bank.v1beta1.Query/SpendableBalances",
    ] {
        let all: bank::QueryAllBalancesResponse = town.ask(
            path,
            &bank::QueryAllBalancesRequest {
                address: ada.name(),
                ..Default::default()
            },
        );
        assert_eq!(all.balances[0].amount, "1000000");
        assert_eq!(all.pagination.unwrap().total, 1);
    }
    let unreadable = town.query_raw("/cosmos.bank.v1beta1.Query/Balance", &[0xff, 0xff], LATEST);
    assert_eq!(
        (unreadable.code, unreadable.log.as_str()),
        (18, "unexpected EOF: invalid request")
    );
}

#[test]
fn unknown_paths_and_heights_are_refused() {
    let mut town = Town::new();
    for (path, log) in [
        ("/nope", "unknown query path: unknown request"),
        ("", "no query path provided: unknown request"),
        (
            "/feemarket.feemarket.v1.Query/GasPrices",
            "unknown query path: unknown request",
        ),
    ] {
        let outcome = town.query_raw(path, &[], LATEST);
        assert_eq!((outcome.codespace.as_str(), outcome.code), ("sdk", 6));
        assert_eq!((outcome.log.as_str(), outcome.height), (log, 0));
    }
    let at = |height, prove| QueryAt { height, prove };
    let key = key::chain();
    let future = town.query_raw("/store/mycel/key", &key, at(Some(99_999_999), false));
    assert_eq!((future.codespace.as_str(), future.code), ("sdk", 26));
    assert_eq!(
        future.log,
        "cannot query with height in the future; please provide a valid height: invalid height"
    );
    // nothing is proven before the first block
    assert_eq!(
        town.query_raw("/store/mycel/key", &key, at(None, true))
            .code,
        26
    );
    town.chain.produce().unwrap();
    assert_eq!(
        town.query_raw("/store/mycel/key", &key, at(None, true))
            .height,
        0
    );
    assert_eq!(town.query_raw("/store/nope/key", &key, LATEST).code, 6);
    assert_eq!(town.query_raw("/store/mycel/key", &[], LATEST).code, 18);
    let version = town.query_raw("/app/version", &[], LATEST);
    assert_eq!(version.value, env!("CARGO_PKG_VERSION"));
}

#[test]
fn past_heights_answer_as_they_were() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    let request = bank::QueryBalanceRequest {
        address: ben.name(),
        denom: "ucredit".into(),
    }
    .encode_to_vec();
    for (height, amount) in [(0, "1000000"), (1, "1000005"), (2, "1000010")] {
        let at = QueryAt {
            height: Some(height),
            prove: false,
        };
        let outcome = town.query_raw("/cosmos.bank.v1beta1.Query/Balance", &request, at);
        let answer = bank::QueryBalanceResponse::decode(&outcome.value[..]).unwrap();
        // height 0 is "the last" in ABCI
        let expected = if height == 0 { "1000010" } else { amount };
        assert_eq!(answer.balance.unwrap().amount, expected);
    }
}

#[test]
fn a_raw_read_is_proven_against_the_next_header() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    town.chain.produce().unwrap();
    let at = QueryAt {
        height: None,
        prove: true,
    };
    for (raw, present) in [
        (key::balance(&ben.address, "ucredit"), true),
        (key::balance(&ben.address, "nothing"), false),
    ] {
        let outcome = town.query_raw("/store/mycel/key", &raw, at);
        assert_eq!((outcome.code, outcome.height), (0, 1));
        assert_eq!(outcome.key, raw);
        assert_eq!(outcome.value.is_empty(), !present);
        let header = &town.chain.block_at(2).unwrap().header;
        let ops = outcome.proof.unwrap().ops;
        assert_eq!(ops[1].key, b"mycel");
        let proof = |i: usize| CommitmentProof::decode(&ops[i].data[..]).unwrap();
        let (tree, map) = (proof(0), proof(1));
        let root = ics23::calculate_existence_root::<HostFunctionsManager>(match &map.proof {
            Some(ics23::commitment_proof::Proof::Exist(exist)) => exist,
            other => panic!("{other:?}"),
        })
        .unwrap();
        assert_eq!(root, header.app_hash.as_bytes());
        let store_root = match &map.proof {
            Some(ics23::commitment_proof::Proof::Exist(exist)) => exist.value.clone(),
            _ => unreachable!(),
        };
        let spec: ProofSpec = jmt_spec();
        let good = match present {
            true => ics23::verify_membership::<HostFunctionsManager>(
                &tree,
                &spec,
                &store_root,
                &raw,
                &outcome.value,
            ),
            false => ics23::verify_non_membership::<HostFunctionsManager>(
                &tree,
                &spec,
                &store_root,
                &raw,
            ),
        };
        assert!(good);
    }
}

/// The tree's ICS-23 specification, written out: what any verifier uses.
fn jmt_spec() -> ProofSpec {
    ProofSpec {
        leaf_spec: Some(ics23::LeafOp {
            hash: ics23::HashOp::Sha256.into(),
            prehash_key: ics23::HashOp::Sha256.into(),
            prehash_value: ics23::HashOp::Sha256.into(),
            length: ics23::LengthOp::NoPrefix.into(),
            prefix: b"JMT::LeafNode".to_vec(),
        }),
        inner_spec: Some(ics23::InnerSpec {
            hash: ics23::HashOp::Sha256.into(),
            child_order: vec![0, 1],
            min_prefix_length: b"JMT::IntrnalNode".len() as i32,
            max_prefix_length: b"JMT::IntrnalNode".len() as i32,
            child_size: 32,
            empty_child: b"SPARSE_MERKLE_PLACEHOLDER_HASH__".to_vec(),
        }),
        min_depth: 0,
        max_depth: 64,
        prehash_key_before_comparison: true,
    }
}

#[test]
fn simulation_takes_one_empty_signature_and_checks_the_sequence() {
    let mut town = Town::new();
    let [ada, ben, _] = people();
    // as CosmJS sends it: no mode, no gas, an empty signature
    let mut draft = Draft::new(vec![send(&ada, &ben.address, 5)]).gas(0);
    draft.mode = 0;
    let unsigned = |draft: &Draft, sequence| {
        let tx = draft.sign(&[(&ada, sequence)]);
        let mut raw = cosmos_sdk_proto::cosmos::tx::v1beta1::TxRaw::decode(&tx[..]).unwrap();
        raw.signatures = vec![vec![]];
        raw.encode_to_vec()
    };
    let answer = town.simulate(&unsigned(&draft, 0)).unwrap();
    let gas = answer.gas_info.unwrap();
    assert_eq!(gas.gas_wanted, u64::MAX);
    let result = answer.result.unwrap();
    assert_eq!(
        result.msg_responses[0].type_url,
        "/cosmos.bank.v1beta1.MsgSendResponse"
    );
    assert_eq!(result.events[3].r#type, "message");
    assert_eq!(town.balance(&ben.address), 1_000_000, "nothing happened");
    // what was simulated is what it costs, but for the signature's bytes
    let done = town.done(&ada, vec![send(&ada, &ben.address, 5)]);
    let more = done.gas_used - gas.gas_used;
    assert!(more < 1000, "{more}");

    let wrong = town.simulate(&unsigned(&draft, 77)).unwrap_err();
    assert!(
        wrong.starts_with(
            "rpc error: code = Unknown desc = account sequence mismatch, expected 1, got 77: incorrect account sequence"
        ),
        "{wrong}"
    );
    assert!(wrong.ends_with(": unknown request"), "{wrong}");
    draft.body.messages = vec![send(&ada, &ben.address, 5_000_000)];
    let failed = town.simulate(&unsigned(&draft, 1)).unwrap_err();
    assert!(
        failed.starts_with("rpc error: code = Unknown desc = failed to execute message; message index: 0: spendable"),
        "{failed}"
    );
    let empty = town.simulate(&[0x0a, 0x00]).unwrap_err();
    assert!(
        empty.contains("must contain at least one message: invalid request"),
        "{empty}"
    );
}

#[test]
fn an_upload_can_be_simulated_and_costs_as_much() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = crate::town::upstream("hackatom.wasm");
    let tx = town.sign_with(&ada, vec![crate::town::store_code(&ada, &code)], 20_000_000);
    let simulated = town.simulate(&tx).unwrap().gas_info.unwrap().gas_used;
    let result = town.submit(tx);
    assert!(result.ok(), "{}", result.log);
    assert_eq!(result.gas_used, simulated);
}

#[test]
fn contracts_are_listed_in_pages_that_end() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let codes = |town: &Town, pagination| -> wasm::QueryCodesResponse {
        town.ask(
            "/cosmwasm.wasm.v1.Query/Codes",
            &wasm::QueryCodesRequest { pagination },
        )
    };
    // an empty page must be there, or CosmJS asks for ever
    assert_eq!(codes(&town, None).pagination, Some(Default::default()));
    for _ in 0..3 {
        town.store(&ada, &puppet::puppet());
    }
    let all = codes(&town, None);
    let ids: Vec<_> = all.code_infos.iter().map(|c| c.code_id).collect();
    assert_eq!(ids, [1, 2, 3]);
    assert!(all.pagination.unwrap().next_key.is_empty());
    let mut page = PageRequest {
        limit: 2,
        ..Default::default()
    };
    let first = codes(&town, Some(page.clone()));
    assert_eq!(first.code_infos.len(), 2);
    page.key = first.pagination.unwrap().next_key;
    let second = codes(&town, Some(page));
    assert_eq!(second.code_infos[0].code_id, 3);
    assert!(second.pagination.unwrap().next_key.is_empty());
    let reverse = PageRequest {
        limit: 1,
        reverse: true,
        ..Default::default()
    };
    assert_eq!(codes(&town, Some(reverse.clone())).code_infos[0].code_id, 3);
    let counted = PageRequest {
        count_total: true,
        ..reverse
    };
    let refused = town.query(
        "/cosmwasm.wasm.v1.Query/Codes",
        &wasm::QueryCodesRequest {
            pagination: Some(counted),
        },
    );
    assert_eq!(
        refused.log,
        "rpc error: code = InvalidArgument desc = offset and count queries not supported: invalid request"
    );

    let contract = town.instantiate(&ada, 1, puppet::NOTHING);
    let other = town.instantiate(&ada, 1, puppet::NOTHING);
    let by_creator: wasm::QueryContractsByCreatorResponse = town.ask(
        "/cosmwasm.wasm.v1.Query/ContractsByCreator",
        &wasm::QueryContractsByCreatorRequest {
            creator_address: ada.name(),
            pagination: None,
        },
    );
    assert_eq!(
        by_creator.contract_addresses,
        [contract.to_string(), other.to_string()]
    );
    town.done(&ada, vec![execute(&ada, &contract, puppet::NOTHING)]);
    let state: wasm::QueryAllContractStateResponse = town.ask(
        "/cosmwasm.wasm.v1.Query/AllContractState",
        &wasm::QueryAllContractStateRequest {
            address: contract.to_string(),
            pagination: Some(PageRequest {
                limit: 1,
                ..Default::default()
            }),
        },
    );
    assert_eq!(state.models[0].key, b"last");
    assert_eq!(
        state.pagination.unwrap().next_key,
        b"script",
        "the contract's own key"
    );
    let info: wasm::QueryContractInfoResponse = town.ask(
        "/cosmwasm.wasm.v1.Query/ContractInfo",
        &wasm::QueryContractInfoRequest {
            address: contract.to_string(),
        },
    );
    let info = info.contract_info.unwrap();
    assert_eq!((info.code_id, info.label.as_str()), (1, "test"));
    assert_eq!((info.creator, info.admin), (ada.name(), ada.name()));
    assert_eq!(info.created.unwrap().block_height, 4);
}

#[test]
fn what_is_not_there_is_worded_as_a_wasmd_words_it() {
    let mut town = Town::new();
    let [ada, ..] = people();
    let code = town.store(&ada, &puppet::puppet());
    let contract = town.instantiate(&ada, code, puppet::NOTHING);
    let nowhere = mycel_types::AccountAddress::new(vec![5; 32]).unwrap();
    let log = town
        .query(
            "/cosmwasm.wasm.v1.Query/Code",
            &wasm::QueryCodeRequest { code_id: 99 },
        )
        .log;
    assert_eq!(log, "code id 99: no such code: unknown request");
    let no_contract = format!("address {nowhere}: no such contract: unknown request");
    assert_eq!(town.smart(&nowhere, "{}").log, no_contract);
    let outcome = town.query(
        "/cosmwasm.wasm.v1.Query/ContractInfo",
        &wasm::QueryContractInfoRequest {
            address: nowhere.to_string(),
        },
    );
    assert_eq!((outcome.code, outcome.log), (6, no_contract));
    let bad = town.smart(&contract, "{not json");
    assert_eq!(
        (bad.code, bad.log.as_str()),
        (
            18,
            "rpc error: code = InvalidArgument desc = invalid query data: invalid request"
        )
    );
    let refused = town.smart(&contract, r#"{"error":"why"}"#);
    assert_eq!(
        (refused.code, refused.log.as_str()),
        (6, "why: query wasm contract failed: unknown request")
    );
    assert!(town.raw(&contract, "zzz").is_empty());
    // recorded from a wasmd without contracts of that code, without pins, and its parameters
    let empty = town.query(
        "/cosmwasm.wasm.v1.Query/ContractsByCode",
        &wasm::QueryContractsByCodeRequest {
            code_id: 99,
            pagination: None,
        },
    );
    assert_eq!(BASE64.encode(&empty.value), "EgA=");
    let pinned = town.query_raw("/cosmwasm.wasm.v1.Query/PinnedCodes", &[], LATEST);
    assert_eq!(BASE64.encode(&pinned.value), "EgA=");
    let params = town.query_raw("/cosmwasm.wasm.v1.Query/Params", &[], LATEST);
    assert_eq!(BASE64.encode(&params.value), "CgYKAggDEAM=");
}

#[test]
fn own_paths_answer_in_json() {
    let town = Town::new();
    let [ada, ..] = people();
    let json = |path: &str, request: &str| -> serde_json::Value {
        let outcome = town.query_raw(path, request.as_bytes(), LATEST);
        assert_eq!(outcome.code, 0, "{}", outcome.log);
        serde_json::from_slice(&outcome.value).unwrap()
    };
    let allowance = json("/mycel.v1/allowance", &ada.name());
    assert_eq!(allowance["gas"], "2000000000");
    assert_eq!(allowance["class"], "developer");
    assert_eq!(json("/mycel.v1/params", "")["tx_max_gas"], 20_000_000);
    assert_eq!(json("/mycel.v1/chain", "")["id"], "town-1");
    for (request, code) in [
        (Person::new(9).name(), 9),
        ("x".into(), 18),
        (String::new(), 18),
    ] {
        let outcome = town.query_raw("/mycel.v1/allowance", request.as_bytes(), LATEST);
        assert_eq!(outcome.code, code);
    }
    assert_eq!(town.app.info().chain_id.as_deref(), Some("town-1"));
}
