//! Decisions in words: what is there now, asked of contracts and of the chain, beside what would come.
mod mock;

use std::{
    collections::BTreeMap,
    task::{Context, Poll, Waker},
};

use mock::{
    Node,
    chain::{MockChain, public_key},
};
use mycel_bindings::{
    AllowanceClass, ClassChange, GasPriceChanges, MycelMsg, ParamChanges, ValidatorUpdate,
};
use mycel_client::{
    Client, Network,
    assembly::{Names, Reader, Words},
};
use mycel_store::Delta;
use mycel_types::{
    AccountAddress, Params, StoreId, key,
    record::{Contract, Upgrade},
};
use serde_json::{Value, json};

/// Runs a future that never waits.
fn now<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a mock node answers at once"),
    }
}

fn address(byte: u8) -> AccountAddress {
    AccountAddress::new([byte; 32]).unwrap()
}

/// A chain with parameters, a contract and a planned upgrade; contracts that answer.
fn client() -> Client<Node> {
    let mut chain = MockChain::new();
    let params = Params {
        block_max_gas: 100,
        ..Params::development()
    };
    let contract = Contract {
        code_id: 3,
        creator: address(1),
        admin: None,
        label: "members".into(),
        created: (1, 0),
        instance: 1,
    };
    let upgrade = Upgrade {
        height: 900,
        name: "v2".into(),
    };
    let mut delta = Delta::new();
    for (key, value) in [
        (key::params(), borsh::to_vec(&params).unwrap()),
        (
            key::contract(&address(8)),
            borsh::to_vec(&contract).unwrap(),
        ),
        (key::upgrade(), borsh::to_vec(&upgrade).unwrap()),
    ] {
        delta.set(StoreId::Mycel, key, Some(value.into()));
    }
    chain.grow(delta, vec![]);
    let mut node = Node::new(chain);
    let answers = [
        (
            "parameters",
            json!({
                "parameters": {"rate_ppb_per_day": 300_000, "trust": "",
                    "economy": {"exempt": "25000000000000"}},
                "bounds": [{"name": "rate_ppb_per_day", "least": "0", "most": "3000000"}],
                "peers": {"credit": address(9).to_string()},
            }),
        ),
        (
            "commons",
            json!({"commons": "400000000000000", "genesis": "0"}),
        ),
        (
            "position",
            json!({"position": "-30000000000000", "limit": "5000000000000"}),
        ),
        (
            "standing",
            json!({"person": "7", "status": "active", "step": "none", "since": "0",
                "kind": "person", "roles": ["pay"]}),
        ),
        (
            "member",
            json!({"person": "7", "kind": "person", "address": address(5), "handle": "ana@riverside",
                "status": "active", "step": "none", "sponsor": null, "joined": "0",
                "joined_height": "1", "left": null, "founder": false, "idc": null, "vouched": 0,
                "leaves": false}),
        ),
        (
            "queue",
            json!({"entries": [{"place": "4", "handle": "ben"}]}),
        ),
        (
            "market",
            json!({"terms": {"resource": "food", "friction": 3, "scale": "baixa"}}),
        ),
    ];
    for (question, answer) in answers {
        node.smart.insert(question.into(), answer);
    }
    Client::new(node)
}

fn network() -> Network {
    Network {
        chain_id: mock::chain::CHAIN.into(),
        rpc: vec![],
        contract: address(9),
        contracts: BTreeMap::from([
            ("members".into(), address(8)),
            ("clearing".into(), address(7)),
        ]),
        validators: None,
        development: None,
    }
}

fn told(speak: impl AsyncFnOnce(&Reader<'_, Node>) -> Words) -> Vec<String> {
    let (client, network) = (client(), network());
    let names = Names::new(&client, Some(&network));
    now(speak(&Reader::new(&client, &names))).lines()
}

fn action(contract: u8, action: Value) -> Vec<String> {
    let contract = address(contract).to_string();
    told(async |reader| reader.own(&contract, &action).await)
}

fn chain(message: MycelMsg) -> Vec<String> {
    told(async |reader| reader.chain(&message).await)
}

#[test]
fn a_change_of_parameters_shows_what_they_are_and_what_they_become() {
    let change = json!({"set_parameters": {"rate_ppb_per_day": 200_000, "trust": address(7).to_string(),
        "economy": {"exempt": "20000000000000"}, "starter_line": null}});
    assert_eq!(
        action(9, change),
        [
            "change parameters of credit",
            "  economy.exempt: 25.00 credits → 20.00 credits",
            "  rate_ppb_per_day: 0.03 % a day → 0.02 % a day",
            "  trust: none → clearing",
        ]
    );
    let change = json!({"set_parameters": {"rate_ppb_per_day": 4_000_000}});
    assert_eq!(
        action(9, change)[1],
        "  rate_ppb_per_day: 0.03 % a day → 0.4 % a day (outside 0 % a day to 0.3 % a day: it would be refused)"
    );
    let change = json!({"set_peers": {"credit": address(7).to_string()}});
    assert_eq!(
        action(8, change),
        ["change peers of members", "  credit: credit → clearing"]
    );
    let nothing = action(9, json!({"set_parameters": {}}));
    assert_eq!(nothing[1], "  nothing is named: nothing would change");
}

#[test]
fn a_payment_from_the_commons_names_the_payee_and_its_share() {
    let to = address(5).to_string();
    let pay = json!({"spend_commons": {"to": to, "amount": "50000000000000"}});
    assert_eq!(
        action(9, pay),
        [
            "pay ana@riverside 50.00 credits from the commons",
            "  12.5 % of the 400.00 credits in the commons now",
        ]
    );
    let much = json!({"spend_commons": {"to": to, "amount": "500000000000000"}});
    assert_eq!(
        action(9, much)[1],
        "  the commons hold 400.00 credits now: it would fail"
    );
    let held = json!({"spend_commons": {"hold_for": address(7).to_string(), "amount": "1000000000000",
        "msg": "eyJzcG9uc29yIjp7fX0="}});
    assert_eq!(
        action(9, held)[2],
        "  clearing holds it for a purpose: {\"sponsor\":{}}"
    );
    let all = json!({"to": to, "amount": "400000000000000", "hold_for": null, "msg": null});
    let spend = async |reader: &Reader<'_, Node>| reader.spend(&all).await;
    assert_eq!(
        told(spend)[1],
        "  100.0 % of the 400.00 credits in the commons now"
    );
}

#[test]
fn what_concerns_one_member_says_whom_by_handle_and_where_they_stand() {
    let who = address(5).to_string();
    assert_eq!(
        action(9, json!({"write_off": {"member": who, "case": "5"}})),
        [
            "write off the debt of ana@riverside, now at -30.00 credits",
            "  as a jury found in case 5",
        ]
    );
    assert_eq!(
        action(
            9,
            json!({"set_limit": {"owner": who, "limit": "8000000000000"}})
        ),
        [
            "set how far ana@riverside may fall below zero",
            "  limit: 5.00 credits → 8.00 credits",
        ]
    );
    assert_eq!(
        action(8, json!({"admit": {"address": who}})),
        ["invite ana@riverside in the assembly's name"]
    );
    assert_eq!(
        action(8, json!({"drop_entry": {"place": "4"}})),
        ["remove ben from the queue, place 4"]
    );
    assert_eq!(
        action(8, json!({"drop_entry": {"place": "5"}})),
        ["remove place 5 from the queue"]
    );
}

#[test]
fn who_opens_a_gate_is_told_which_clique_passes_it() {
    let gate = json!({"open_gate": {"gate": "3", "consumer": address(9).to_string(), "circuit": "show",
        "mode": "named", "term": {"seconds": "86400"}, "ttl": "172800", "min_counterparties": 3,
        "t_min": "900", "theta": null, "theta_rel": 49_152}});
    assert_eq!(
        action(7, gate.clone()),
        [
            "open gate 3 of clearing, for credit",
            "  circuit: → show",
            "  counts_for_seconds: → 2 days",
            "  min_counterparties: → 3",
            "  mode: → named",
            "  t_min: → 900",
            "  term.seconds: → 86400",
            "  theta_rel: → 49152",
            "  4 members who agree to praise one another always pass, whatever else it asks",
        ]
    );
    let roll = json!({"open_gate": {"gate": "3", "consumer": address(9).to_string(),
        "circuit": "member", "mode": "once", "term": {"action": {}}, "ttl": "172800"}});
    let last = action(7, roll).pop();
    assert_eq!(
        last.as_deref(),
        Some("  everybody on the roll passes: it asks for no history")
    );
    assert_eq!(
        action(7, json!({"close_gate": {"gate": "3"}})),
        ["close gate 3 of clearing for good"]
    );
}

#[test]
fn a_market_s_new_terms_are_told_without_those_that_stay() {
    let terms = json!({"resource": "food", "friction": 4, "scale": "baixa"});
    assert_eq!(
        action(7, json!({"define_market": {"market": 2, "terms": terms}})),
        ["change market 2 of clearing", "  friction: 3 → 4"]
    );
    let lines = action(7, json!({"define_market": {"terms": terms}}));
    assert_eq!(lines[0], "open a market of clearing for food in baixa");
    assert_eq!(lines.len(), 4, "all terms of a new one are told");
}

#[test]
fn an_action_that_nothing_here_knows_is_shown_as_it_is_with_the_contract_s_name() {
    for odd in [
        json!({"plant_trees": {"count": 3}}),
        json!({"spend_commons": {"amount": 5}}),
        json!({"two": {}, "names": {}}),
        json!("text"),
    ] {
        let shown = format!("  {odd}");
        assert_eq!(action(9, odd), ["send to credit".to_owned(), shown]);
    }
    // an address that nobody names stays one
    let stranger = "mycel1stranger";
    let lines = told(async |reader| reader.own(stranger, &json!({"x": {}})).await);
    assert_eq!(lines[0], "send to mycel1stranger");
    let execute = async |reader: &Reader<'_, Node>| {
        let credit = address(9).to_string();
        reader.execute(&credit, &json!({"x": {}})).await
    };
    assert_eq!(
        told(execute)[0],
        "send to credit, in the assembly's own name"
    );
}

#[test]
fn the_chain_s_parameters_and_classes_are_shown_from_old_to_new() {
    let class = |name: &str, rate: u64| ClassChange {
        name: name.into(),
        class: Some(AllowanceClass {
            capacity: 2_000_000_000u64.into(),
            rate: rate.into(),
            may_store_code: true,
        }),
    };
    let changes = ParamChanges {
        block_max_gas: Some(200u64.into()),
        gas: Some(GasPriceChanges {
            read: Some(900u64.into()),
            ..GasPriceChanges::default()
        }),
        classes: vec![class("developer", 7), class("guest", 1)],
        assembly_authority: Some(address(8).to_string()),
        ..ParamChanges::default()
    };
    let changes = Box::new(changes);
    assert_eq!(
        chain(MycelMsg::SetParams { changes }),
        [
            "change the chain's parameters",
            "  assembly_authority: none → members",
            "  block_max_gas: 100 → 200",
            "  gas.read: 1000 → 900",
            "  class developer: rate: 20000000 → 7",
            "  class guest: capacity: → 2000000000",
            "  class guest: may_store_code: → yes",
            "  class guest: rate: → 1",
            "  class guest is new",
        ]
    );
    let gone = ClassChange {
        name: "developer".into(),
        class: None,
    };
    let changes = Box::new(ParamChanges {
        classes: vec![gone],
        ..ParamChanges::default()
    });
    let lines = chain(MycelMsg::SetParams { changes });
    assert!(lines[1].ends_with("→ removed"), "{lines:?}");
    assert_eq!(
        lines[2],
        "  accounts of class developer would have no allowance"
    );
}

#[test]
fn validators_are_shown_with_their_power_now_and_how_much_of_all_power_moves() {
    let update = |number: u8, power: u64| ValidatorUpdate {
        pub_key: public_key(number).into(),
        power: power.into(),
    };
    let updates = vec![update(1, 0), update(2, 15), update(9, 5)];
    let lines = chain(MycelMsg::UpdateValidators { updates });
    let short = |number: u8| hex::encode_upper(&public_key(number)[..6]);
    assert_eq!(
        lines,
        [
            "change the validators".to_owned(),
            format!("  validator {}…: power 10 → none", short(1)),
            format!("  validator {}…: power 10 → power 15", short(2)),
            format!("  validator {}…: none → power 5", short(9)),
            "  all power: 40 → 40, powers of 20 in all change, 50.0 % of it".to_owned(),
        ]
    );
}

#[test]
fn upgrades_codes_quotas_and_keys_say_what_stands_there_now() {
    assert_eq!(
        chain(MycelMsg::ScheduleUpgrade {
            height: 1000u64.into(),
            name: "v3".into()
        }),
        [
            "let version v3 of the node take over at block 1000",
            "  999 blocks from now",
            "  it replaces the plan of version v2 at block 900",
        ]
    );
    assert_eq!(
        chain(MycelMsg::CancelUpgrade {}),
        [
            "drop the planned upgrade of the node",
            "  version v2 at block 900"
        ]
    );
    assert_eq!(
        chain(MycelMsg::SetContractQuota {
            contract: address(8).to_string(),
            bytes: Some(5u64.into())
        })[1],
        "  bytes: as every contract → 5 bytes"
    );
    let vk = chain(MycelMsg::RegisterVk {
        id: "fold".into(),
        vk: vec![1, 2, 3].into(),
        ceremony: None,
        development: true,
    });
    assert_eq!(vk[2], "  it names no ceremony");
    assert!(vk[3].contains("secrets are known"), "{vk:?}");
    assert!(
        vk[1].starts_with("  3 bytes, sha256 039058c6f2c0cb49"),
        "{vk:?}"
    );
    let members = address(8).to_string();
    let migrate =
        async |reader: &Reader<'_, Node>| reader.migrate(&members, 4, &json!({}), Some("ab")).await;
    assert_eq!(
        told(migrate),
        [
            "replace the code of members",
            "  code: 3 → 4",
            "  code 4 is not stored: it would fail now",
            "  its conformance report is sha256 ab",
        ]
    );
}
