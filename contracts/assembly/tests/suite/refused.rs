//! What no class, no electorate or no bound lets through.

use crate::world::{DAY, World, bytes, names, proposal, spend, told_to, with, yes_no};
use mycel_sandbox::address;
use serde_json::{Value, json};

#[test]
fn the_class_is_at_least_what_the_actions_need() {
    let mut world = World::new(3);
    let all = names(3);
    let probe = world.probe.clone();
    let own = world.assembly.clone();
    let execute = json!({"execute": {"contract": probe, "msg": bytes(&json!({"ping": {}}))}});
    let migrate = json!({"migrate": {"contract": probe, "code_id": "2", "msg": bytes(&json!({})),
        "report": "ab".repeat(32)}});
    let class = |name: &str| json!({"name": name, "class": {"capacity": "1", "rate": "1", "may_store_code": false}});
    let classes = json!({"chain": {"set_params": {"changes": {"classes": [class("member")]}}}});
    let price = json!({"chain": {"set_params": {"changes": {"classes": [class("member")], "block_max_gas": "5"}}}});
    let gas = json!({"chain": {"set_params": {"changes": {"gas": {"read": "5"}}}}});
    let authority =
        json!({"chain": {"set_params": {"changes": {"assembly_authority": address("eve")}}}});
    let validators = json!({"chain": {"update_validators": {"updates": []}}});
    let upgrade = json!({"chain": {"schedule_upgrade": {"height": "100", "name": "v2"}}});
    let cancel = json!({"chain": {"cancel_upgrade": {}}});
    let vk = json!({"chain": {"register_vk": {"id": "a", "vk": ""}}});
    let quota = json!({"chain": {"set_contract_quota": {"contract": probe, "bytes": "1"}}});
    let subscribe = json!({"chain": {"subscribe_end_block": {"contract": probe}}});
    let unsubscribe = json!({"chain": {"unsubscribe_end_block": {"contract": probe}}});
    let resume = json!({"chain": {"resume_end_block": {"contract": probe}}});
    let parameters = told_to(&probe, &json!({"set_parameters": {}}));
    let peers = told_to(&probe, &json!({"set_peers": {}}));
    let mirror = told_to(&probe, &json!({"open_mirror": {}}));
    let header = told_to(&probe, &json!({"record_header": {}}));
    let itself = told_to(
        &own,
        &json!({"set_parameters": {"numbers": {"supporters": 3}}}),
    );
    for constitutional in [
        execute,
        migrate,
        price,
        gas,
        authority,
        validators,
        upgrade,
        cancel,
        vk,
        quota,
        subscribe,
        unsubscribe,
        resume,
        parameters,
        peers,
        mirror,
        header,
        itself,
    ] {
        for low in ["ordinary", "spending"] {
            let msg = json!({"propose": yes_no(low, std::slice::from_ref(&constitutional))});
            world.no(&all[0], msg, "needs=constitutional");
        }
        let number = world.propose(&all[0], yes_no("constitutional", &[constitutional]));
        let withdraw = json!({"withdraw": {"proposal": number.to_string()}});
        world.ok(&all[0], withdraw);
    }
    let msg = json!({"propose": yes_no("ordinary", &[spend("ben", 5)])});
    world.no(
        &all[0],
        msg,
        "class insufficient: action=spend class=ordinary needs=spending",
    );
    for ordinary in [classes, told_to(&probe, &json!({"admit": {}}))] {
        let number = world.propose(&all[0], yes_no("ordinary", &[ordinary]));
        let withdraw = json!({"withdraw": {"proposal": number.to_string()}});
        world.ok(&all[0], withdraw);
    }
}

#[test]
fn an_urgent_decision_can_only_pause_and_for_seven_days_at_most() {
    let mut world = World::new(3);
    let all = names(3);
    let probe = world.probe.clone();
    let pause = |seconds: u64| json!({"pause": {"contract": probe, "seconds": seconds}});
    for other in [
        told_to(&probe, &json!({"admit": {}})),
        told_to(&probe, &json!({"pause": {"until": "99999999999"}})),
        spend("ben", 5),
        json!({"chain": {"set_params": {"changes": {"classes": []}}}}),
        json!({"execute": {"contract": probe, "msg": bytes(&json!({"ping": {}}))}}),
    ] {
        let msg = json!({"propose": yes_no("urgent", &[pause(5), other])});
        world.no(&all[0], msg, "urgent only pauses");
    }
    world.no(
        &all[0],
        json!({"propose": yes_no("urgent", &[])}),
        "urgent only pauses",
    );
    let week = 7 * DAY;
    for wrong in [0, week + 1] {
        let msg = json!({"propose": yes_no("urgent", &[pause(wrong)])});
        world.no(&all[0], msg, "out of bounds: seconds");
    }
    world.propose(&all[0], yes_no("urgent", &[pause(week)]));
}

#[test]
fn nobody_says_decided_but_the_assembly_and_spending_has_one_way() {
    let mut world = World::new(3);
    let all = names(3);
    let (probe, credit) = (world.probe.clone(), world.credit.clone());
    let own = world.assembly.clone();
    let forged = json!({"decided": {"proposal": "1", "electorate": {"commons": "7"},
        "class": "constitutional", "action": {"open": {}}}});
    let forge = json!({"execute": {"contract": probe, "msg": bytes(&forged)}});
    world.no(
        &all[0],
        json!({"propose": yes_no("constitutional", &[forge])}),
        "action refused: action=execute: `decided`",
    );
    // the same in other letters
    let hidden = cosmwasm_std::Binary::from(br#" {"\u0064ecided":{}} "#);
    let forge = json!({"execute": {"contract": probe, "msg": hidden}});
    world.no(
        &all[0],
        json!({"propose": yes_no("constitutional", &[forge])}),
        "action refused",
    );
    let around = told_to(
        &credit,
        &json!({"spend_commons": {"to": "x", "amount": "1"}}),
    );
    world.no(
        &all[0],
        json!({"propose": yes_no("constitutional", &[around])}),
        "action refused: action=spend_commons: `spend`",
    );
    let itself =
        json!({"execute": {"contract": own, "msg": bytes(&json!({"run_all": {"proposal": "1"}}))}});
    world.no(
        &all[0],
        json!({"propose": yes_no("constitutional", &[itself])}),
        "action refused: action=execute: the assembly does not call itself",
    );
    let class =
        json!({"chain": {"set_allowance_class": {"address": address("eve"), "class": "member"}}});
    world.no(
        &all[0],
        json!({"propose": yes_no("constitutional", &[class])}),
        "members sets the classes",
    );
    // an action that would end the message and begin another class
    for smuggled in [
        &br#"{"a":{}},"class":"constitutional","x":{"y":{}"#[..],
        br#"{"a":{}},"class":"constitutional","x":{}"#,
        br#"{"a":{},"b":{}}"#,
        b"7",
        b"",
    ] {
        let action =
            json!({"decided": {"contract": probe, "action": cosmwasm_std::Binary::from(smuggled)}});
        world.no(
            &all[0],
            json!({"propose": yes_no("ordinary", &[action])}),
            "not a message: action",
        );
    }
}

#[test]
fn another_electorate_decides_only_by_telling_contracts() {
    let mut world = World::new(3);
    let all = names(3);
    let (probe, commons) = (world.probe.clone(), world.commons.clone());
    let ana = address(&all[0]);
    world.script(
        &commons,
        &format!("elector/{ana}"),
        &json!({"eligible": true, "number": 0, "person": "1"}),
    );
    world.script(&commons, "electors", &json!({"electors": [], "next": null}));
    let seven = json!({"commons": "7"});
    for (class, action) in [
        ("spending", spend("ben", 5)),
        (
            "constitutional",
            json!({"execute": {"contract": probe, "msg": bytes(&json!({"ping": {}}))}}),
        ),
        ("constitutional", json!({"chain": {"cancel_upgrade": {}}})),
        (
            "ordinary",
            json!({"pause": {"contract": probe, "seconds": 5}}),
        ),
    ] {
        let msg = with(yes_no(class, &[action]), "electorate", seven.clone());
        world.no(
            &all[0],
            json!({"propose": msg}),
            "electorate cannot: electorate=commons 7",
        );
    }
    let told = told_to(&probe, &json!({"set_rules": {}}));
    let msg = with(yes_no("constitutional", &[told]), "electorate", seven);
    world.propose(&all[0], msg);
    // who is a member and not of this commons
    let msg = with(
        yes_no("ordinary", &[]),
        "electorate",
        json!({"commons": "7"}),
    );
    world.no(
        &all[1],
        json!({"propose": msg}),
        "peer did not answer: commons",
    );
}

#[test]
fn what_is_proposed_is_bounded_and_words_are_words() {
    let mut world = World::new(3);
    let all = names(3);
    let base = yes_no("ordinary", &[]);
    let long = "x".repeat(8 << 10);
    for (field, value, words) in [
        ("title", json!(""), "missing: title"),
        ("title", json!("x".repeat(129)), "text too long: title"),
        ("title", json!("a\nb"), "control character: title"),
        ("title", json!("a\u{7}b"), "control character: title"),
        ("text", json!(format!("{long}x")), "text too long: text"),
        ("text", json!("a\u{0}b"), "control character: text"),
        (
            "text",
            Value::Null,
            "missing: exactly one of text and text_hash",
        ),
        (
            "text_hash",
            json!("ab".repeat(32)),
            "missing: exactly one of text and text_hash",
        ),
        ("area", json!("roads"), "no such area: area=roads"),
        ("class", json!("huge"), "unknown variant"),
        ("colour", json!("red"), "unknown field"),
    ] {
        let msg = json!({"propose": with(base.clone(), field, value)});
        world.no(&all[0], msg, words);
    }
    let mut by_hash = base.clone();
    by_hash["text"] = Value::Null;
    by_hash["text_hash"] = json!("AB".repeat(32));
    world.no(
        &all[0],
        json!({"propose": by_hash.clone()}),
        "not hexadecimal: text_hash",
    );
    by_hash["text_hash"] = json!("ab".repeat(32));
    world.propose(&all[0], by_hash);
    let text = with(with(base, "text", json!(long)), "area", json!("water"));
    world.propose(&all[1], text);

    let option = |title: &str| json!({"title": title, "actions": []});
    let options = |n: usize| (0..n).map(|i| option(&format!("o{i}"))).collect::<Vec<_>>();
    for kind in ["approval", "ranked"] {
        let refuse = |options: Vec<Value>| json!({"propose": proposal("ordinary", json!({kind: {"options": options}}))});
        world.no(&all[2], refuse(vec![]), "out of bounds: options=0");
        world.no(
            &all[2],
            refuse(options(32)),
            "out of bounds: options=32 least=1 most=31",
        );
        world.no(
            &all[2],
            refuse(vec![option("a"), option("a")]),
            "given twice: option=a",
        );
        world.no(&all[2], refuse(vec![option(" ")]), "missing: option title");
    }
    let told = told_to(&world.probe.clone(), &json!({"a": {}}));
    let many = yes_no("ordinary", &vec![told.clone(); 51]);
    world.no(
        &all[2],
        json!({"propose": many}),
        "too many items: actions=51 most=50",
    );
    let wide: Vec<Value> = (0..5)
        .map(|i| json!({"title": format!("o{i}"), "actions": vec![told.clone(); 41]}))
        .collect();
    let wide = proposal("ordinary", json!({"approval": {"options": wide}}));
    world.no(
        &all[2],
        json!({"propose": wide}),
        "too many items: actions=205 most=200",
    );
    let big = told_to(&world.probe.clone(), &json!({"a": "x".repeat(100 << 10)}));
    world.no(
        &all[2],
        json!({"propose": yes_no("ordinary", &[big])}),
        "too many items: content bytes",
    );
    world.propose(
        &all[2],
        proposal("ordinary", json!({"ranked": {"options": options(31)}})),
    );
}

#[test]
fn titles_of_options_are_as_long_as_titles_at_most() {
    let mut world = World::new(3);
    let all = names(3);
    let titled = |letters: usize| {
        let title = "x".repeat(letters);
        let option = json!({"title": title, "actions": []});
        let project = json!({"title": title, "to": address("ben"), "cost": "5"});
        [
            ("ordinary", json!({"approval": {"options": [option]}})),
            ("ordinary", json!({"ranked": {"options": [option]}})),
            (
                "spending",
                json!({"budget": {"total": "10", "projects": [project]}}),
            ),
        ]
    };
    for (class, ballot) in titled(129) {
        let msg = json!({"propose": proposal(class, ballot)});
        world.no(&all[0], msg, "text too long: option title bytes=129");
    }
    for (name, (class, ballot)) in all.iter().zip(titled(128)) {
        world.propose(name, proposal(class, ballot));
    }
    world.check();
}

#[test]
fn new_code_is_proposed_with_the_hash_of_its_report_or_not_at_all() {
    let mut world = World::new(3);
    let all = names(3);
    let migrate = |report: Value| {
        let action = json!({"migrate": {"contract": world.probe, "code_id": "2",
            "msg": bytes(&json!({})), "report": report}});
        yes_no("constitutional", &[action])
    };
    let short = "ab".repeat(31);
    let refused = [
        (migrate(json!("")), "not hexadecimal: report"),
        (migrate(json!(short)), "not hexadecimal: report"),
        (
            migrate(json!(format!("{short}xy"))),
            "not hexadecimal: report",
        ),
        (migrate(Value::Null), "expected a string"),
    ];
    let whole = migrate(json!("ab".repeat(32)));
    for (wrong, words) in refused {
        world.no(&all[0], json!({"propose": wrong}), words);
    }
    world.propose(&all[0], whole);
    world.check();
}

#[test]
fn a_budget_is_spending_within_its_cap_and_no_project_costs_more_than_it() {
    let mut world = World::new(3);
    let all = names(3);
    let budget = |total: u128, costs: &[u128]| {
        let projects: Vec<Value> = (0..costs.len())
            .map(|n| json!({"title": format!("p{n}"), "to": address("ben"), "cost": costs[n].to_string()}))
            .collect();
        json!({"budget": {"total": total.to_string(), "projects": projects}})
    };
    let tenth = crate::world::COMMONS / 10;
    for (class, ballot, words) in [
        ("ordinary", budget(10, &[5]), "class insufficient"),
        ("spending", budget(10, &[]), "out of bounds: options"),
        ("spending", budget(0, &[0]), "nothing to spend"),
        ("spending", budget(10, &[5, 11]), "out of bounds: cost=11"),
        (
            "spending",
            budget(tenth + 1, &[5]),
            "spending cap: of one proposal",
        ),
        (
            "spending",
            budget(10, &[1; 51]),
            "out of bounds: options=51",
        ),
    ] {
        world.no(&all[0], json!({"propose": proposal(class, ballot)}), words);
    }
    let number = world.propose(&all[0], proposal("spending", budget(tenth, &[5, tenth])));
    assert_eq!(world.proposal(number).options, 2);
    world.check();
}

#[test]
fn a_proposal_spends_at_most_a_tenth_of_the_commons() {
    let mut world = World::new(3);
    let all = names(3);
    let tenth = crate::world::COMMONS / 10;
    let two = [spend("ben", tenth), spend("ben", 1)];
    world.no(
        &all[0],
        json!({"propose": yes_no("spending", &two)}),
        "spending cap: of one proposal",
    );
    for (wrong, words) in [
        (json!({"spend": {"amount": "5"}}), "exactly one of"),
        (
            json!({"spend": {"amount": "5", "to": address("b"), "hold_for": address("c")}}),
            "exactly one of",
        ),
        (
            json!({"spend": {"amount": "5", "to": address("b"), "msg": "e30="}}),
            "exactly one of",
        ),
        (
            json!({"spend": {"amount": "0", "to": address("b")}}),
            "nothing to spend",
        ),
        (
            json!({"spend": {"amount": "5", "to": "nobody"}}),
            "invalid address",
        ),
    ] {
        world.no(
            &all[0],
            json!({"propose": yes_no("spending", &[wrong])}),
            words,
        );
    }
    world.propose(&all[0], yes_no("spending", &[spend("ben", tenth)]));
}
