//! Classes: what this contract asks of an action is what its receiver asks.

use crate::world::{names, spend, told_to};
use cosmwasm_schema::schema_for;
use cosmwasm_std::Addr;
use mycel_assembly::msg::Action;
use mycel_assembly::{pauses, table};
use mycel_kit::roles::Class;
use mycel_sandbox::address;
use serde_json::{Value, json};

use crate::world::World;

const CLASSES: [Class; 4] = [
    Class::Urgent,
    Class::Ordinary,
    Class::Spending,
    Class::Constitutional,
];

/// The names of a contract's actions, from its own interface.
fn kinds(schema: &impl serde::Serialize) -> Vec<String> {
    let schema = serde_json::to_value(schema).expect("a schema");
    let variants = schema["oneOf"].as_array().expect("variants");
    let mut kinds: Vec<String> = variants
        .iter()
        .map(|variant| variant["required"][0].as_str().expect("a name").to_owned())
        .collect();
    kinds.sort();
    kinds
}

fn kind(action: &Value) -> String {
    let fields = action.as_object().expect("an action");
    fields.keys().next().expect("a name").clone()
}

/// The least class with which a contract listens to an action at all.
fn demanded(world: &mut World, contract: &Addr, action: &Value) -> Class {
    let own = world.assembly.clone();
    // what a commons decides about itself
    let own_matter = [
        "set_rules",
        "enrol",
        "grant_shares",
        "allot_budget",
        "close",
        "lower",
        "open_basket",
    ];
    let electorate = match own_matter.contains(&kind(action).as_str()) {
        true => json!({"commons": "1"}),
        false => json!("all"),
    };
    let accepts = |class: &&Class| {
        let msg = json!({"decided": {"proposal": "1", "electorate": electorate, "class": class, "action": action}});
        match world.sandbox.execute(&own, contract, &msg) {
            Ok(_) => true,
            Err(refusal) => {
                let text = refusal.text;
                for unread in [
                    "unknown variant",
                    "unknown field",
                    "missing field",
                    "parsing",
                ] {
                    assert!(!text.contains(unread), "{action}: {text}");
                }
                !text.contains("decision insufficient")
            }
        }
    };
    *CLASSES.iter().find(accepts).expect("some class is enough")
}

#[test]
fn the_table_of_classes_asks_what_each_contract_asks() {
    let (mut world, commons) = crate::commons::forest();
    let clearing = crate::real::clearing(&mut world);
    let funding = crate::real::funding(&mut world);
    let person = world.number(&names(1)[0]).to_string();
    let enrol = json!({"commons": "1", "members": [{"person": person, "shares": 1}]});
    let begins = (world.now() + 10 * crate::world::DAY).to_string();
    let ends = (world.now() + 30 * crate::world::DAY).to_string();
    let round = json!({"title": "wells", "identity": {"addresses": {}}, "rule": {"quadratic": {}},
        "saturation": "return", "begins": begins, "ends": ends, "admission": "members"});
    let someone = address(&names(1)[0]);
    let later = (world.now() + 1_000).to_string();
    let market = json!({"scale": "city", "resource": "food", "price_unit": "1", "friction": 1,
        "resistance": 0, "penalties": [1, 2, 3, 4], "share_bps": 1, "need_cap": "1",
        "epoch_seconds": "86400", "accept_seconds": "86400", "deliver_seconds": "86400"});
    let contracts = [
        (
            world.members.clone(),
            kinds(&schema_for!(mycel_members::msg::Action)),
            vec![
                json!({"set_parameters": {}}),
                json!({"set_peers": {}}),
                json!({"pause": {"until": "1"}}),
                json!({"admit": {"address": address("dora")}}),
                json!({"drop_entry": {"place": "99"}}),
                json!({"record_header": {"chain_id": "other", "height": "1",
                    "app_hash": "ab".repeat(32), "members": "ab".repeat(32)}}),
            ],
        ),
        (
            world.credit.clone(),
            kinds(&schema_for!(mycel_credit::msg::Action)),
            vec![
                json!({"set_parameters": {}}),
                json!({"pause": {"until": "1"}}),
                json!({"spend_commons": {"to": someone, "amount": "1"}}),
                json!({"write_off": {"member": someone, "case": "1"}}),
                json!({"open_mirror": {"owner": address("mirror"), "limit": "1"}}),
                json!({"set_limit": {"owner": someone, "limit": "5"}}),
            ],
        ),
        (
            clearing,
            kinds(&schema_for!(mycel_clearing::msg::Action)),
            vec![
                json!({"set_parameters": {}}),
                json!({"pause": {"until": "1"}}),
                json!({"define_market": {"terms": market}}),
                json!({"attest_shock": {"market": 0, "until": later, "grants": []}}),
            ],
        ),
        (
            commons,
            kinds(&schema_for!(mycel_commons::msg::Action)),
            vec![
                json!({"set_parameters": {}}),
                json!({"set_peers": {}}),
                json!({"found": {"name": "lake", "unit": "kg", "boundary": "the lake",
                    "geometry": "ab".repeat(32), "rules": crate::commons::rules(1), "members": []}}),
                json!({"accredit": {"organisation": "1"}}),
                json!({"withdraw_accreditation": {"organisation": "1"}}),
                json!({"set_rules": {"commons": "1", "rules": crate::commons::rules(1)}}),
                json!({"enrol": enrol}),
                json!({"grant_shares": enrol}),
                json!({"allot_budget": {"commons": "1", "child": "2", "ppm": 1}}),
                json!({"close": {"commons": "1"}}),
                json!({"lower": {"commons": "1", "measure": "1"}}),
                json!({"open_basket": {"commons": "1", "tier": "fresh", "window": 1, "fee_bps": 1}}),
            ],
        ),
        (
            funding,
            kinds(&schema_for!(mycel_funding::msg::Action)),
            vec![
                json!({"set_parameters": {}}),
                json!({"open_round": round}),
                json!({"admit_project": {"round": "1", "project": "1"}}),
                json!({"cancel_round": {"round": "1"}}),
                json!({"declare_group": {"round": "1", "group": 1, "persons": [person]}}),
                json!({"refuse_technology": {"technology": "drones"}}),
                json!({"allow_technology": {"technology": "drones"}}),
            ],
        ),
        (
            world.sortition.clone(),
            kinds(&schema_for!(mycel_sortition::msg::Action)),
            vec![
                json!({"set_parameters": {}}),
                json!({"open_draw": {"ref": "town/1", "size": 2, "features": [], "quotas": [], "until": later}}),
                json!({"open_case": {"ref": "town/1", "kind": "default", "size": 23,
                    "threshold_bps": 6_667, "parties": ["1"], "deadline": later}}),
            ],
        ),
        (
            world.assembly.clone(),
            kinds(&schema_for!(mycel_assembly::msg::OwnAction)),
            vec![json!({"set_parameters": {}}), json!({"set_peers": {}})],
        ),
    ];
    for (contract, kinds, actions) in contracts {
        let mut tried: Vec<String> = actions.iter().map(kind).collect();
        tried.sort();
        assert_eq!(tried, kinds, "every action of {contract} is tried");
        for action in actions {
            let demanded = demanded(&mut world, &contract, &action);
            let said = told_to(&contract, &action);
            let decided: Action = serde_json::from_value(said).expect("an action");
            match table::least(&decided) {
                Ok(least) => assert_eq!(least, demanded, "{action}"),
                // said in its own way alone, with that class
                Err(refusal) => {
                    assert_eq!(kind(&action), "spend_commons", "{refusal}");
                    let spend: Action = serde_json::from_value(spend("ben", 1)).expect("one");
                    assert_eq!(table::least(&spend), Ok(demanded));
                }
            }
        }
        let about: Value = world
            .sandbox
            .query(&contract, &json!({"about": {}}))
            .expect("about");
        let standard = about["standard"].as_str().expect("a standard");
        assert_eq!(
            pauses::PAUSABLE.contains(&standard),
            kinds.iter().any(|kind| kind == "pause"),
            "{standard}"
        );
    }
}

#[test]
fn members_classes_are_the_allowance_classes() {
    let mut world = crate::real::town();
    let members = world.members.clone();
    let admit = told_to(&members, &json!({"admit": {"address": address("dora")}}));
    let number = world.released(crate::world::yes_no("ordinary", &[admit]), 7);
    world.execute(number);
    let accept = json!({"accept": {"sponsor": null, "handle": "dora", "idc": format!("00{}", "ab".repeat(31))}});
    world.tell(&members, "dora", &accept);
    world.organisation_of(&names(1)[0], "shell");
    world.tell(&members, &names(9)[8], &json!({"leave": {}}));
    world.block();
    world.wait(40 * crate::world::DAY);
    world.tell(&members, "anyone", &json!({"advance": {"limit": 50}}));
    world.block();
    let classes = world.sandbox.allowance_classes();
    let with = |class: &str| classes.values().filter(|has| *has == class).count() as u64;
    let kept = world
        .sandbox
        .read(&members, |storage| {
            mycel_members::state::totals().load(storage).expect("sums")
        })
        .expect("members");
    assert_eq!(with("member"), u64::from(kept.classed_persons));
    assert_eq!(with("organisation"), u64::from(kept.classed_orgs));
    assert!(with("member") >= 9 && with("organisation") == 1);
    assert_eq!(
        classes.get(&address("dora")).map(String::as_str),
        Some("member")
    );
}
