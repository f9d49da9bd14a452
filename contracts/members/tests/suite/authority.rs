//! Who decides, within which bounds, and peers that come later.

use crate::world::{DAY, Peers, World, event_attribute, native};
use cosmwasm_std::testing::{MockApi, MockStorage, mock_env};
use cosmwasm_std::{
    Binary, ContractResult, DepsMut, MessageInfo, QuerierWrapper, SystemResult, coins,
};
use mycel_bindings::MycelQuery;
use mycel_kit::standard::About;
use mycel_members::ask::{MembersResponse, QueryMsg};
use mycel_members::contract;
use mycel_members::error::{ContractError, KINDS};
use mycel_members::msg::{InstantiateMsg, Nothing, Page, ParametersResponse};
use mycel_sandbox::{Code, Fault, address};
use serde_json::{Value, json};

const NONE: Peers = Peers {
    credit: false,
    trust: false,
    sortition: true,
};

#[test]
fn only_the_authority_decides_for_all_members_and_by_a_weighty_enough_class() {
    let mut world = World::new(json!({}));
    let change = json!({"set_parameters": {"numbers": {"growth_least": 9}}});
    let decided = |electorate: Value, class: &str| {
        json!({"decided": {"proposal": "1",
        "electorate": electorate, "class": class, "action": change}})
    };
    world.no(
        "ana",
        decided(json!("all"), "constitutional"),
        "unauthorized",
    );
    for class in ["ordinary", "spending"] {
        let refusal = world.decide(class, &change).expect_err("too light");
        assert!(
            refusal.text.contains("decision insufficient"),
            "{}",
            refusal.text
        );
    }
    world.decided(change.clone());
    let (key, double) = (world.key.clone(), world.double.clone());
    for electorate in [json!({"commons": "1"}), json!({"organisation": "1"})] {
        let msg = json!({"decide_for": {"contract": world.members, "electorate": electorate,
            "class": "constitutional", "action": Binary::from(change.to_string().into_bytes())}});
        let refusal = world
            .sandbox
            .execute(&key, &double, &msg)
            .expect_err("others");
        assert!(refusal.text.contains("decision of another electorate"));
    }
    for weighty in [
        json!({"set_peers": {"trust": ""}}),
        json!({"record_header": {"chain_id": "x", "height": "1", "app_hash": "ab".repeat(32), "members": "ab".repeat(32)}}),
    ] {
        assert!(world.decide("spending", &weighty).is_err(), "{weighty}");
    }
}

#[test]
fn the_assembly_takes_the_place_of_the_first_authority() {
    let mut world = World::new(json!({}));
    world.decided(json!({"set_peers": {"assembly": address("assembly")}}));
    let about: About = world.query(&QueryMsg::About(Nothing {}));
    assert_eq!(about.authority, address("assembly").to_string());
    let refusal = world
        .decide("constitutional", &json!({"set_parameters": {}}))
        .expect_err("the key decides no more");
    assert!(refusal.text.contains("unauthorized"));
    let decided = json!({"decided": {"proposal": "7", "electorate": "all", "class": "ordinary",
        "action": {"admit": {"address": address("ana")}}}});
    let receipt = world.ok("assembly", decided);
    assert_eq!(
        event_attribute(&receipt, "wasm-decided", "proposal").as_deref(),
        Some("7")
    );
}

#[test]
fn no_authority_leaves_the_bounds_of_any_number() {
    let mut world = World::new(json!({}));
    let shown: ParametersResponse = world.query(&QueryMsg::Parameters(Nothing {}));
    assert_eq!(shown.bounds.len(), 26);
    for bound in shown.bounds {
        let (least, most): (u64, u64) = (
            bound.least.parse().expect("a number"),
            bound.most.parse().expect("a number"),
        );
        let set = |value: u64| json!({"set_parameters": {"numbers": {&bound.name: value}}});
        for outside in [least.checked_sub(1), Some(most + 1)].into_iter().flatten() {
            let refusal = world
                .decide("constitutional", &set(outside))
                .expect_err(&bound.name);
            assert!(refusal.text.contains("out of bounds"), "{}", refusal.text);
        }
        for inside in [least, most] {
            world.decided(set(inside));
        }
    }
    assert!(
        World::new(json!({}))
            .decide(
                "constitutional",
                &json!({"set_parameters": {"numbers": {"free_money": 1}}})
            )
            .is_err()
    );
}

#[test]
fn every_default_is_within_its_bounds_and_the_ladders_terms_are_valid() {
    let world = World::new(json!({}));
    let shown: ParametersResponse = world.query(&QueryMsg::Parameters(Nothing {}));
    let numbers = serde_json::to_value(shown.numbers).expect("JSON");
    for bound in shown.bounds {
        let value = numbers[&bound.name].as_u64().expect("a number");
        let (least, most): (u64, u64) = (
            bound.least.parse().expect("a number"),
            bound.most.parse().expect("a number"),
        );
        assert!((least..=most).contains(&value), "{}", bound.name);
    }
    let terms = world
        .sandbox
        .read(&world.members, |storage| {
            mycel_members::state::parameters()
                .load(storage)
                .expect("parameters")
                .terms()
        })
        .expect("members");
    assert!(terms.is_valid());
}

#[test]
fn another_length_of_epochs_begins_a_new_epoch_and_numbers_go_on() {
    let mut world = World::new(json!({}));
    let epoch = |world: &World| {
        world
            .query::<ParametersResponse>(&QueryMsg::Parameters(Nothing {}))
            .epoch
            .0
    };
    assert_eq!(epoch(&world), 1);
    world.wait(65 * DAY);
    assert_eq!(epoch(&world), 3);
    world.decided(json!({"set_parameters": {"numbers": {"epoch_seconds": 7 * DAY}}}));
    assert_eq!(epoch(&world), 4);
    world.wait(7 * DAY);
    assert_eq!(epoch(&world), 5);
}

#[test]
fn peers_that_come_later_are_told_everything_in_pieces_and_once() {
    let mut world = World::begin(
        Code::native(native()),
        NONE,
        json!({"growth_least": 100, "invites_per_epoch": 50}),
    );
    world.found(&["ana", "ben", "cleo", "dan", "eve"]);
    world.join("ana", "fay");
    for step in ["notice", "reduced"] {
        world.sentence("ben", "cleo", step);
    }
    world.ok("dan", json!({"leave": {}}));
    world.ok("ana", json!({"vouch": {"person": "2", "weight": 3}}));
    let org = json!({"purpose": "bread", "controllers": [{"person": "1", "bps": 10_000}], "threshold_bps": 6000});
    world.ok(
        "ana",
        json!({"found": {"address": address("bakery"), "handle": "bakery", "org": org}}),
    );
    world.ok(
        "bakery",
        json!({"approve_founding": {"address": address("bakery")}}),
    );
    // a PULL from a peer that is not there refuses
    world.no(
        "anyone",
        json!({"advance": {"person": "4"}}),
        "no peer: credit is not set",
    );
    let (credit, trust) = (world.credit.to_string(), world.trust.to_string());
    world.decided(json!({"set_peers": {"credit": credit, "trust": trust}}));
    world.check();

    world.no(
        "anyone",
        json!({"backfill": {"after": "0", "limit": 51}}),
        "too many items: persons=51 most=50",
    );
    let first = world.ok("anyone", json!({"backfill": {"after": "0", "limit": 3}}));
    assert_eq!(
        event_attribute(&first, "wasm-backfill", "next").as_deref(),
        Some("3")
    );
    assert_eq!(
        event_attribute(&first, "wasm-backfill", "done").as_deref(),
        Some("false")
    );
    // someone who is not told yet acts meanwhile; nothing breaks
    world.ok("ben", json!({"vouch": {"person": "5", "weight": 1}}));
    let fault = Fault::call_of(credit.as_str(), 1);
    world.sandbox.fail_next(fault);
    assert!(
        world
            .say("anyone", json!({"backfill": {"after": "3", "limit": 50}}))
            .is_err()
    );
    let rest = world.ok("anyone", json!({"backfill": {"after": "3", "limit": 50}}));
    assert_eq!(
        event_attribute(&rest, "wasm-backfill", "done").as_deref(),
        Some("true")
    );
    for name in ["ana", "ben", "cleo", "dan", "eve", "fay", "bakery"] {
        assert!(world.account(name).is_some(), "{name}");
    }
    assert_eq!(world.account("cleo").expect("an account").scale_bps, 5_000);
    assert!(world.account("dan").expect("an account").leaving);
    assert_eq!(world.leaf(2).expect("a leaf").vouch, 3);
    assert_eq!(world.leaf(5).expect("a leaf").vouch, 1);
    assert!(!world.leaf(4).expect("a leaf").live);
    let again = world.ok("anyone", json!({"backfill": {"after": "0", "limit": 50}}));
    assert_eq!(
        event_attribute(&again, "wasm-backfill", "told").as_deref(),
        Some("0")
    );
    world.check();
}

#[test]
fn a_class_that_is_set_later_is_told_by_backfill_too() {
    let mut world = World::begin(Code::native(native()), NONE, json!({}));
    world.decided(json!({"set_parameters": {"class_person": ""}}));
    world.found(&["ana"]);
    assert_eq!(world.class("ana"), None);
    world.check();
    world.decided(json!({"set_parameters": {"class_person": "member"}}));
    world.ok("anyone", json!({"backfill": {"after": "0", "limit": 50}}));
    assert_eq!(world.class("ana").as_deref(), Some("member"));
    world.check();
}

#[test]
fn who_gives_the_commitment_late_is_told_with_all_that_is_true_by_then() {
    let mut world = World::begin(Code::native(native()), NONE, json!({}));
    world.decided(json!({"set_parameters": {"class_person": ""}}));
    let (key, double) = (world.key.clone(), world.double.clone());
    let seed = json!({"seed": {"members": [
        {"address": address("ana"), "handle": "ana"}, {"address": address("ben"), "handle": "ben"}]}});
    let msg = json!({"forward": {"contract": world.members,
        "msg": Binary::from(seed.to_string().into_bytes())}});
    world.sandbox.execute(&key, &double, &msg).expect("seeds");
    world.block();
    world.ok("ben", json!({"vouch": {"person": "1", "weight": 4}}));
    for step in ["notice", "reduced"] {
        world.sentence("ben", "ana", step);
    }
    let (credit, trust) = (world.credit.to_string(), world.trust.to_string());
    world.decided(json!({"set_peers": {"credit": credit, "trust": trust}}));
    world.decided(json!({"set_parameters": {"class_person": "member"}}));
    world.ok(
        "ana",
        json!({"set_identity": {"idc": crate::world::idc("ana")}}),
    );
    assert_eq!(world.leaf(1).expect("a leaf").vouch, 4);
    assert_eq!(world.account("ana").expect("an account").scale_bps, 5_000);
    assert_eq!(world.class("ana").as_deref(), Some("member"));
    world.check();
}

#[test]
fn work_at_the_end_of_blocks_is_what_anyone_could_do() {
    let mut world = World::new(json!({"growth_least": 3, "invites_per_epoch": 50}));
    world.found(&["ana"]);
    let members = world.members.clone();
    world
        .sandbox
        .subscribe_end_block(&members)
        .expect("subscribes");
    world.join("ana", "ben");
    world.ok("ana", json!({"invite": {"address": address("cleo")}}));
    world.ok("cleo", crate::world::accept(Some(1), "cleo"));
    assert!(!world.is_known("cleo"), "the tree had its third");
    world.wait(30 * DAY);
    assert!(world.is_known("cleo"), "nobody called advance");
    world.check();
}

#[test]
fn members_are_listed_in_pages() {
    let mut world = World::new(json!({}));
    world.found(&["ana", "ben", "cleo"]);
    let page: MembersResponse = world.query(&QueryMsg::Members(Page {
        after: None,
        limit: Some(2),
    }));
    assert_eq!((page.members.len(), page.next.map(|id| id.0)), (2, Some(2)));
    let page: MembersResponse = world.query(&QueryMsg::Members(Page {
        after: page.next,
        limit: None,
    }));
    assert_eq!((page.members.len(), page.next), (1, None));
}

/// A chain that answers the question for its parameters.
struct Chain(bool);

impl cosmwasm_std::Querier for Chain {
    fn raw_query(&self, _: &[u8]) -> cosmwasm_std::QuerierResult {
        let answer = json!({"development": self.0, "block_max_gas": "1"}).to_string();
        SystemResult::Ok(ContractResult::Ok(Binary::from(answer.into_bytes())))
    }
}

fn begin(chain_is_development: bool, development: bool, funds: u128) -> Result<(), ContractError> {
    let (mut storage, api) = (MockStorage::new(), MockApi::default());
    let querier = Chain(chain_is_development);
    let deps = DepsMut {
        storage: &mut storage,
        api: &api,
        querier: QuerierWrapper::<MycelQuery>::new(&querier),
    };
    let info = MessageInfo {
        sender: api.addr_make("key"),
        funds: if funds == 0 {
            vec![]
        } else {
            coins(funds, "x")
        },
    };
    let msg = InstantiateMsg {
        authority: api.addr_make("key").to_string(),
        community: "riverside".into(),
        development,
        peers: Default::default(),
        parameters: Default::default(),
    };
    contract::instantiate(deps, mock_env(), info, msg).map(|_| ())
}

#[test]
fn a_development_contract_is_refused_by_a_chain_that_is_none() {
    assert_eq!(begin(true, true, 0), Ok(()));
    assert_eq!(begin(false, false, 0), Ok(()));
    let refused = begin(false, true, 0).expect_err("refused");
    assert_eq!(refused.code(), 34);
    assert_eq!(begin(true, true, 1), Err(ContractError::CoinsRefused));
}

#[test]
fn numbers_and_phrases_of_errors_are_given_once() {
    let mut codes: Vec<u32> = KINDS.iter().map(|kind| kind.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), KINDS.len());
    assert_eq!(codes, (1..=KINDS.len() as u32).collect::<Vec<_>>());
    for kind in KINDS {
        let same = KINDS.iter().filter(|other| other.phrase == kind.phrase);
        assert_eq!(same.count(), 1, "{}", kind.phrase);
    }
    let error = ContractError::NotInStanding {
        person: 4,
        status: "active",
        step: "notice",
    };
    assert_eq!(error.code(), 3);
    assert_eq!(
        error.to_string(),
        "not in standing: person=4 status=active step=notice"
    );
}

#[test]
fn the_schema_names_every_message() {
    let schema = mycel_members::schema::schema().expect("a schema");
    for name in [
        "invite",
        "join_with_export",
        "decided",
        "barred",
        "status_list",
    ] {
        assert!(schema.contains(name), "{name}");
    }
}
