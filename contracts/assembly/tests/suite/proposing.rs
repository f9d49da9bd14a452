//! What may be proposed, by whom, and how it comes to a vote.

use crate::world::{
    DAY, DRAFT, TALK, VOTE, World, attribute, bytes, events, names, proposal, spend, told_to, with,
    yes_no,
};
use mycel_assembly::ask::{ContentResponse, DraftResponse, PhaseName, QueryMsg};
use mycel_assembly::msg::ProposalRef;
use mycel_kit::Id;
use mycel_sandbox::address;
use serde_json::{Value, json};

fn support(number: u64) -> Value {
    json!({"support": {"proposal": number.to_string()}})
}

#[test]
fn a_draft_needs_supporters_and_then_is_talked_about_and_voted_on() {
    let mut world = World::new(5);
    let all = names(5);
    let number = world.propose(&all[0], yes_no("ordinary", &[]));
    assert_eq!(number, 1);
    assert_eq!(world.phase(number), PhaseName::Draft);
    assert_eq!(world.proposal(number).supporters_needed, 2);
    world.no(&all[0], support(number), "already so: supported");
    world.no("stranger", support(number), "no elector");
    world.ok(&all[1], support(number));
    assert_eq!(world.phase(number), PhaseName::Deliberation);
    assert_eq!(world.proposal(number).until.0, world.now() + TALK);
    world.no(&all[2], support(number), "another phase");
    world.wait(TALK - 1);
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Deliberation);
    world.wait(1);
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Vote);
    assert_eq!(world.proposal(number).until.0, world.now() + VOTE);
    world.check();
}

#[test]
fn a_share_of_the_electorate_must_support_and_never_more_than_there_are() {
    let mut numbers = crate::world::short();
    numbers["supporters_bps"] = json!(1_000);
    let code = || mycel_sandbox::Code::native(crate::world::native());
    let mut world = World::begin(code(), 45, numbers.clone());
    let number = world.propose(&names(1)[0], yes_no("ordinary", &[]));
    assert_eq!(world.proposal(number).supporters_needed, 5);
    numbers["supporters"] = json!(100);
    let mut world = World::begin(code(), 3, numbers);
    let number = world.propose(&names(1)[0], yes_no("ordinary", &[]));
    assert_eq!(world.proposal(number).supporters_needed, 3);
}

#[test]
fn a_person_has_one_open_draft_and_may_take_it_back() {
    let mut world = World::new(3);
    let all = names(3);
    let first = world.propose(&all[0], yes_no("ordinary", &[]));
    let again = json!({"propose": yes_no("ordinary", &[])});
    world.no(&all[0], again, "open draft: proposal=1");
    let draft: DraftResponse = world.query(&QueryMsg::Draft { person: Id(1) });
    assert_eq!(draft.proposal, Some(Id(first)));
    let withdraw = json!({"withdraw": {"proposal": "1"}});
    world.no(&all[1], withdraw.clone(), "no elector: its proposer alone");
    world.ok(&all[0], withdraw.clone());
    assert_eq!(world.phase(first), PhaseName::Withdrawn);
    world.no(&all[0], withdraw, "another phase");
    let second = world.propose(&all[0], yes_no("ordinary", &[]));
    // what is talked about is no draft any more, and not taken back
    world.ok(&all[1], support(second));
    world.no(
        &all[0],
        json!({"withdraw": {"proposal": second.to_string()}}),
        "another phase",
    );
    world.propose(&all[0], yes_no("ordinary", &[]));
    world.check();
}

#[test]
fn a_draft_without_supporters_lapses() {
    let mut world = World::new(3);
    let all = names(3);
    let number = world.propose(&all[0], yes_no("ordinary", &[]));
    world.wait(DRAFT);
    // before anybody advanced it nobody revives it
    world.no(&all[1], support(number), "another phase");
    world.no(
        &all[0],
        json!({"withdraw": {"proposal": "1"}}),
        "another phase",
    );
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Lapsed);
    world.propose(&all[0], yes_no("ordinary", &[]));
    world.check();
}

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
    let msg = with(yes_no("ordinary", &[told]), "electorate", seven);
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
fn without_the_contract_that_keeps_commons_nothing_is_decided_for_one() {
    let mut world = World::new(3);
    let all = names(3);
    let own = world.assembly.clone();
    let none = told_to(&own, &json!({"set_peers": {"commons": ""}}));
    let number = world.released(yes_no("constitutional", &[none]), 3);
    world.execute(number);
    let msg = with(
        yes_no("ordinary", &[]),
        "electorate",
        json!({"commons": "7"}),
    );
    world.no(&all[0], json!({"propose": msg}), "no peer: commons");
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

#[test]
fn the_hash_of_what_would_run_is_fixed_when_it_is_proposed() {
    let mut world = World::new(3);
    let all = names(3);
    let told = told_to(&world.probe.clone(), &json!({"a": {}}));
    let receipt = world.ok(&all[0], json!({"propose": yes_no("ordinary", &[told])}));
    let said = attribute(&receipt, "wasm-propose", "hash").expect("a hash");
    let kept: ContentResponse = world.query(&QueryMsg::Content(ProposalRef { proposal: Id(1) }));
    assert_eq!(kept.hash, said);
    assert_eq!(
        cosmwasm_std::to_hex(mycel_assembly::content::hash(kept.json.as_bytes())),
        said
    );
    assert_eq!(kept.content.options[0].title, "no change");
    assert_eq!(kept.content.options.len(), 2);
}

#[test]
fn who_came_lately_has_no_say_yet() {
    let mut world = World::new(2);
    let all = names(2);
    let members = world.members.clone();
    world.tell(
        &members,
        &all[0],
        &json!({"invite": {"address": address("new")}}),
    );
    let accept = json!({"accept": {"sponsor": "1", "handle": "newman", "idc": format!("00{}", "ab".repeat(31))}});
    world.tell(&members, "new", &accept);
    world.block();
    let msg = json!({"propose": yes_no("ordinary", &[])});
    world.no("new", msg.clone(), "no elector");
    world.wait(4_000);
    world.tell(&members, "anyone", &json!({"advance": {"limit": 1}}));
    world.block();
    world.ok("new", msg);
}

#[test]
fn a_panel_is_asked_for_and_its_seated_recommend() {
    let mut world = World::new(4);
    let all = names(4);
    let sortition = world.sortition.clone();
    let panel = json!({"size": 2, "features": [{"name": "age", "values": ["young", "old"]}],
        "quotas": [{"feature": "age", "value": "old", "min": 1, "max": 2}]});
    let asked = with(yes_no("ordinary", &[]), "panel", panel.clone());
    let number = world.brought(asked);
    let log = world.log(&sortition);
    let draw = &log[0].1["open_draw"];
    assert_eq!(draw["ref"], "assembly/1");
    assert_eq!(draw["quotas"], panel["quotas"]);
    let begun = world.now() - 1;
    assert_eq!(draw["until"], (begun + 2 * TALK).to_string());
    assert_eq!(world.proposal(number).until.0, begun + 4 * TALK);
    let advise = json!({"advise": {"proposal": "1", "option": 1, "text": "yes, because"}});
    world.no(&all[0], advise.clone(), "peer did not answer: sortition");
    world.script(
        &sortition,
        "drawn/assembly/1",
        &json!({"persons": [], "done": false}),
    );
    world.no(
        &all[0],
        advise.clone(),
        "not seated: the panel is not drawn yet",
    );
    world.script(
        &sortition,
        "drawn/assembly/1",
        &json!({"persons": ["1", "2"], "done": true}),
    );
    world.no(
        &all[2],
        advise.clone(),
        "not seated: the sender was not drawn",
    );
    world.ok(&all[0], advise);
    world.ok(
        &all[1],
        json!({"advise": {"proposal": "1", "option": 1, "text": ""}}),
    );
    // the last word counts
    world.ok(
        &all[1],
        json!({"advise": {"proposal": "1", "option": 0, "text": "no"}}),
    );
    let none = json!({"advise": {"proposal": "1", "option": 2, "text": ""}});
    world.no(&all[1], none, "no such option: option=2 options=2");
    let long = json!({"advise": {"proposal": "1", "text": "x".repeat(1025)}});
    world.no(&all[1], long, "text too long: text");
    let shown: Value = world.query(&json!({"advice": {"proposal": "1"}}));
    assert_eq!(shown["options"], json!([1, 1]));
    assert_eq!(shown["advice"][0]["text"], "yes, because");
    // a panel that never comes stops nothing: the vote opens in time
    world.wait(4 * TALK);
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Vote);
    world.wait(VOTE);
    let late = json!({"advise": {"proposal": "1", "option": 1, "text": ""}});
    world.no(&all[0], late, "another phase");
    world.check();
}

#[test]
fn a_panel_is_drawn_among_all_and_only_where_there_is_sortition() {
    let mut world = World::new(3);
    let all = names(3);
    let pause = json!({"pause": {"contract": world.probe, "seconds": 5}});
    let panel = json!({"size": 2});
    let urgent = with(yes_no("urgent", &[pause]), "panel", panel.clone());
    world.no(
        &all[0],
        json!({"propose": urgent}),
        "action refused: action=panel",
    );
    for size in [1, 1001] {
        let msg = with(yes_no("ordinary", &[]), "panel", json!({"size": size}));
        world.no(
            &all[0],
            json!({"propose": msg}),
            "out of bounds: panel size",
        );
    }
    world.no(
        &all[0],
        json!({"advise": {"proposal": "1", "text": ""}}),
        "no such proposal",
    );
    let plain = world.brought(yes_no("ordinary", &[]));
    let advise = json!({"advise": {"proposal": plain.to_string(), "text": ""}});
    world.no(&all[0], advise, "not seated: this proposal has no panel");
    // sortition refuses the quotas: the draft stays one
    let sortition = world.sortition.clone();
    let asked = with(yes_no("ordinary", &[]), "panel", panel);
    let number = world.propose(&all[0], asked);
    world.break_at(&sortition, Some("open_draw"));
    world.no(&all[1], support(number), "does not like open_draw");
    assert_eq!(world.phase(number), PhaseName::Draft);
    world.break_at(&sortition, None);
    world.ok(&all[1], support(number));
}

#[test]
fn statements_are_agreed_with_or_not_once_by_each() {
    let mut world = World::new(4);
    let all = names(4);
    let draft = world.propose(&all[3], yes_no("ordinary", &[]));
    let state =
        |number: u64, text: &str| json!({"state": {"proposal": number.to_string(), "text": text}});
    world.no(&all[0], state(draft, "too early"), "another phase");
    let number = world.brought(yes_no("ordinary", &[]));
    world.ok(&all[0], state(number, "water is life"));
    world.ok(&all[1], state(number, "it is too dear"));
    world.no("stranger", state(number, "hello"), "no elector");
    world.no(&all[0], state(number, ""), "missing: statement");
    world.no(
        &all[0],
        state(number, &"x".repeat(281)),
        "text too long: statement",
    );
    let react = |list: Value| json!({"react": {"proposal": number.to_string(), "reactions": list}});
    world.ok(&all[2], react(json!([[0, "agree"], [1, "pass"]])));
    world.ok(&all[2], react(json!([[0, "disagree"]])));
    world.ok(&all[1], react(json!([[0, "agree"]])));
    world.no(
        &all[1],
        react(json!([[2, "agree"]])),
        "no such statement: statement=2 statements=2",
    );
    world.no(
        &all[1],
        react(json!(vec![json!([0, "agree"]); 51])),
        "too many items: reactions",
    );
    world.no("stranger", react(json!([[0, "agree"]])), "no elector");
    let shown: Value = world.query(&json!({"statements": {"proposal": number.to_string()}}));
    let sums = |n: usize| {
        let one = &shown["statements"][n];
        [&one["agree"], &one["disagree"], &one["pass"]].map(|v| v.as_u64().expect("a number"))
    };
    assert_eq!(sums(0), [2, 1, 0]);
    assert_eq!(sums(1), [1, 0, 1]);
    let matrix: Value = world.query(&json!({"reactions": {"proposal": number.to_string()}}));
    assert_eq!(
        matrix["persons"][2]["reactions"],
        json!(["disagree", "pass"])
    );
    for n in 0..4 {
        world.ok(&all[0], state(number, &format!("more {n}")));
    }
    world.no(
        &all[0],
        state(number, "more"),
        "too many items: statements of a person=6 most=5",
    );

    let attach = json!({"attach_clusters": {"proposal": number.to_string(), "hash": "cd".repeat(32), "source": "https://example.org/groups"}});
    world.no(&all[1], attach.clone(), "not seated: the proposer attaches");
    world.ok(&all[0], attach);
    let shown: Value = world.query(&json!({"clusters": {"proposal": number.to_string()}}));
    assert_eq!(shown["clusters"][0]["hash"], "cd".repeat(32));
    world.check();
    let until = world.proposal(number).until.0;
    world.wait(until - world.now());
    world.advance();
    world.ok(&all[3], state(number, "in the vote too"));
    world.wait(VOTE);
    world.no(&all[3], state(number, "too late"), "another phase");
    world.check();
}

#[test]
fn on_instantiate_nobody_is_called_and_without_members_nothing_begins() {
    use mycel_sandbox::{Code, Sandbox};
    let mut sandbox = Sandbox::new(crate::world::START);
    let code = sandbox.store(Code::native(crate::world::native()));
    let key = address("key");
    let refused = sandbox
        .instantiate2(&key, code, "a", &json!({"development": true}))
        .expect_err("no members");
    assert!(refused.text.contains("members missing"), "{}", refused.text);
    // peers that do not exist yet are named all the same
    let peers = json!({"members": address("m"), "credit": address("c"), "sortition": address("s")});
    sandbox
        .instantiate2(
            &key,
            code,
            "b",
            &json!({"development": true, "peers": peers}),
        )
        .expect("it begins before its peers");
    sandbox.set_development(false);
    let refused = sandbox
        .instantiate2(
            &key,
            code,
            "c",
            &json!({"development": true, "peers": peers}),
        )
        .expect_err("no development network");
    assert!(
        refused.text.contains("development only"),
        "{}",
        refused.text
    );
}

#[test]
fn outside_development_lengths_and_shares_have_bounds_that_nobody_leaves() {
    use mycel_sandbox::{Code, Sandbox};
    let mut sandbox = Sandbox::new(crate::world::START);
    let code = sandbox.store(Code::native(crate::world::native()));
    let key = address("key");
    let mut begin = |name: &str, development: bool, numbers: Value| {
        let msg = json!({"development": development, "peers": {"members": address("m")}, "parameters": {"numbers": numbers}});
        sandbox
            .instantiate2(&key, code, name, &msg)
            .map_err(|refusal| refusal.text)
    };
    let fortnight = 14 * DAY;
    for (n, (name, least)) in [
        ("constitutional_vote_seconds", fortnight),
        ("constitutional_timelock_seconds", fortnight),
        ("ordinary_vote_seconds", 3 * DAY),
        ("ordinary_timelock_seconds", DAY),
        ("spending_vote_seconds", 3 * DAY),
        ("spending_timelock_seconds", 2 * DAY),
        ("residency_seconds", 60 * DAY),
        ("execution_seconds", 30 * DAY),
        ("spend_window_seconds", 90 * DAY),
        ("supporters", 2),
    ]
    .into_iter()
    .enumerate()
    {
        let why = begin(&format!("x{n}"), false, json!({name: least - 1})).expect_err(name);
        assert!(
            why.contains(&format!(
                "out of bounds: {name}={} least={least}",
                least - 1
            )),
            "{why}"
        );
        begin(&format!("y{n}"), false, json!({name: least})).expect(name);
        begin(&format!("z{n}"), true, json!({name: least - 1})).expect(name);
    }
    // shares and caps are the same everywhere
    for (name, value) in [
        ("ordinary_quorum_bps", 1_499),
        ("spending_quorum_bps", 2_499),
        ("constitutional_quorum_bps", 3_332),
        ("ordinary_majority_bps", 4_999),
        ("constitutional_majority_bps", 6_666),
        ("spend_bps", 1_001),
        ("spend_window_bps", 2_501),
    ] {
        for development in [false, true] {
            let why = begin(name, development, json!({name: value})).expect_err(name);
            assert!(why.contains("out of bounds"), "{why}");
        }
    }
}

#[test]
fn a_step_says_what_it_did() {
    let mut world = World::new(3);
    let number = world.opened(yes_no("ordinary", &[]));
    world.wait(VOTE);
    let receipt = world.ok("anyone", json!({"advance": {"limit": 50}}));
    assert_eq!(events(&receipt, "wasm-result"), 1);
    assert_eq!(world.phase(number), PhaseName::Rejected);
    for wrong in [0, 51] {
        world.no(
            "anyone",
            json!({"advance": {"limit": wrong}}),
            "out of bounds: limit",
        );
    }
    world.no(
        "anyone",
        json!({"advance": {"limit": 1, "proposal": number.to_string()}}),
        "another phase",
    );
    world.no(
        "anyone",
        json!({"advance": {"limit": 1, "proposal": "99"}}),
        "no such proposal",
    );
}
