//! Carrying out what was decided: once, what was voted, within caps.

use crate::world::{
    DAY, LOCK, RUN, World, attribute, bytes, events, names, proposal, spend, told_to, with, yes_no,
};
use cosmwasm_std::Addr;
use mycel_assembly::ask::PhaseName;
use mycel_sandbox::{Fault, address};
use serde_json::{Value, json};

fn execute(number: u64) -> Value {
    json!({"execute": {"proposal": number.to_string()}})
}

fn one(number: u64, action: u8) -> Value {
    json!({"execute": {"proposal": number.to_string(), "action": action}})
}

fn told(world: &World, action: Value) -> Value {
    told_to(&world.probe, &action)
}

fn states(world: &World, number: u64) -> Vec<String> {
    let runs = world.runs(number).runs;
    runs.into_iter().map(|run| run.state).collect()
}

/// What the probe was told in `decided`, without what came before.
fn decisions(world: &World) -> Vec<Value> {
    let log = world.log(&world.probe);
    log.into_iter().map(|(_, msg)| msg).collect()
}

#[test]
fn a_decision_reaches_its_contract_in_the_one_shape_and_only_once() {
    let mut world = World::new(4);
    let action = told(&world, json!({"admit": {"address": "x"}}));
    let number = world.decided(yes_no("ordinary", &[action]), 3, 1);
    world.no(
        "anyone",
        execute(number),
        "another phase: proposal=1 phase=timelock",
    );
    world.wait(LOCK - 1);
    world.no("anyone", execute(number), "another phase");
    world.wait(1);
    let receipt = world.execute(number);
    let hash = world.proposal(number).hash;
    assert_eq!(
        attribute(&receipt, "wasm-execute", "hash"),
        Some(hash.clone())
    );
    assert_eq!(attribute(&receipt, "wasm-action_ran", "hash"), Some(hash));
    let assembly = world.assembly.to_string();
    assert_eq!(
        world.log(&world.probe),
        [(
            assembly,
            json!({"decided": {"proposal": "1", "electorate": "all", "class": "ordinary",
            "action": {"admit": {"address": "x"}}}})
        )]
    );
    assert_eq!(world.phase(number), PhaseName::Executed);
    world.no("anyone", execute(number), "another phase");
    world.check();
}

#[test]
fn a_text_is_executed_by_being_accepted() {
    let mut world = World::new(4);
    let number = world.released(yes_no("ordinary", &[]), 3);
    assert_eq!(world.phase(number), PhaseName::Executed);
    assert!(world.proposal(number).begun.is_some());
    world.check();
}

#[test]
fn what_was_rejected_never_runs() {
    let mut world = World::new(4);
    let action = told(&world, json!({"admit": {}}));
    let number = world.decided(yes_no("ordinary", &[action]), 1, 2);
    assert_eq!(world.phase(number), PhaseName::Rejected);
    for seconds in [0, LOCK, RUN] {
        world.wait(seconds.max(1));
        world.no("anyone", execute(number), "another phase");
    }
    assert!(decisions(&world).is_empty());
}

#[test]
fn a_failed_action_is_kept_and_undoes_nothing_and_may_be_tried_again() {
    let mut world = World::new(4);
    let actions = ["one", "two", "three"].map(|name| told(&world, json!({name: {}})));
    let number = world.released(yes_no("ordinary", &actions), 3);
    let probe = world.probe.clone();
    world.break_at(&probe, Some("two"));
    let receipt = world.execute(number);
    assert_eq!(events(&receipt, "wasm-action_failed"), 1);
    assert_eq!(states(&world, number), ["done", "failed", "done"]);
    assert!(!world.runs(number).runs[1].why.is_empty());
    assert_eq!(world.phase(number), PhaseName::Execution);
    world.no("anyone", one(number, 0), "nothing to run");
    world.no("anyone", one(number, 7), "nothing to run");
    world.execute(number);
    assert_eq!(states(&world, number), ["done", "failed", "done"]);
    world.break_at(&probe, None);
    world.wait(RUN - 2);
    world.ok("anyone", one(number, 1));
    assert_eq!(states(&world, number), ["done", "done", "done"]);
    assert_eq!(world.phase(number), PhaseName::Executed);
    assert_eq!(decisions(&world).len(), 3);
    world.check();
}

#[test]
fn actions_run_in_the_order_in_which_they_were_voted() {
    let words = ["one", "two", "three", "four"];
    for atomic in [false, true] {
        let mut world = World::new(4);
        let actions = words.map(|name| told(&world, json!({name: {}})));
        let number = world.released(
            with(yes_no("ordinary", &actions), "atomic", json!(atomic)),
            3,
        );
        world.execute(number);
        let log = decisions(&world);
        let order: Vec<&Value> = log.iter().map(|msg| &msg["decided"]["action"]).collect();
        assert_eq!(
            order,
            words
                .map(|name| json!({name: {}}))
                .iter()
                .collect::<Vec<_>>()
        );
    }
}

#[test]
fn one_action_alone_runs_only_when_it_is_next_or_has_failed() {
    let mut world = World::new(4);
    let actions = ["one", "two", "three"].map(|name| told(&world, json!({name: {}})));
    let number = world.released(yes_no("ordinary", &actions), 3);
    let probe = world.probe.clone();
    for late in [1, 2] {
        let words = format!("out of order: proposal=1 action={late} next=0; run that first");
        world.no("eve", one(number, late), &words);
    }
    world.break_at(&probe, Some("one"));
    world.ok("eve", one(number, 0));
    assert_eq!(states(&world, number), ["failed", "pending", "pending"]);
    world.no(
        "eve",
        one(number, 2),
        "out of order: proposal=1 action=2 next=1",
    );
    world.ok("eve", one(number, 1));
    world.no("eve", one(number, 1), "nothing to run");
    world.break_at(&probe, None);
    // what failed may be tried again at any time
    world.ok("eve", one(number, 0));
    world.ok("eve", one(number, 2));
    assert_eq!(world.phase(number), PhaseName::Executed);
    world.check();
}

#[test]
fn what_comes_next_waits_until_what_runs_has_run() {
    let mut world = World::new(4);
    let actions = [
        told(&world, json!({"call_back": one(1, 1)})),
        told(&world, json!({"two": {}})),
    ];
    let number = world.released(yes_no("ordinary", &actions), 3);
    // the first is told to run the second while it runs itself
    world.ok("eve", one(number, 0));
    assert_eq!(states(&world, number), ["failed", "pending"]);
    assert!(decisions(&world).is_empty());
    world.ok("eve", one(number, 1));
    assert_eq!(states(&world, number), ["failed", "done"]);
    world.check();
}

#[test]
fn what_did_not_run_in_its_time_lapses() {
    let mut world = World::new(4);
    let actions = ["one", "two"].map(|name| told(&world, json!({name: {}})));
    let number = world.released(yes_no("ordinary", &actions), 3);
    let probe = world.probe.clone();
    world.break_at(&probe, Some("two"));
    world.execute(number);
    world.break_at(&probe, None);
    world.wait(RUN);
    world.no("anyone", execute(number), "another phase");
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Lapsed);
    world.no("anyone", one(number, 1), "another phase");
    assert_eq!(states(&world, number), ["done", "failed"]);
    world.check();
}

#[test]
fn thirty_days_outside_development() {
    let bounds = mycel_assembly::parameters::Numbers::bounds(false);
    let one = bounds.iter().find(|one| one.name == "execution_seconds");
    assert_eq!(
        one.map(|one| one.least.clone()),
        Some((30 * DAY).to_string())
    );
    assert_eq!(
        u64::from(mycel_assembly::parameters::Numbers::default().execution_seconds),
        30 * DAY
    );
}

#[test]
fn an_atomic_proposal_runs_wholly_or_not_at_all() {
    let mut world = World::new(4);
    let actions = ["one", "two"].map(|name| told(&world, json!({name: {}})));
    let pay = spend("ben", 7);
    let all = [actions[0].clone(), pay, actions[1].clone()];
    let atomic = with(yes_no("spending", &all), "atomic", json!(true));
    let number = world.released(atomic, 4);
    let probe = world.probe.clone();
    world.break_at(&probe, Some("two"));
    let receipt = world.execute(number);
    assert_eq!(events(&receipt, "wasm-action_failed"), 3);
    assert_eq!(states(&world, number), ["failed", "failed", "failed"]);
    assert!(decisions(&world).is_empty(), "the first was undone");
    assert_eq!(world.proposal(number).spent.pico(), 0);
    world.check();
    world.no(
        "anyone",
        one(number, 0),
        "an atomic proposal runs as a whole",
    );
    let run_all = json!({"run_all": {"proposal": number.to_string()}});
    world.no("anyone", run_all, "unauthorized");
    world.break_at(&probe, None);
    world.execute(number);
    assert_eq!(world.phase(number), PhaseName::Executed);
    assert_eq!(world.proposal(number).spent.pico(), 7);
    assert_eq!(decisions(&world).len(), 2);
    world.check();
}

#[test]
fn what_runs_is_what_was_voted() {
    let mut world = World::new(4);
    let action = told(&world, json!({"small": {}}));
    let number = world.released(yes_no("ordinary", &[action]), 3);
    // the record says another hash than that of the stored content
    let assembly = world.assembly.clone();
    let (content, hash) = world
        .sandbox
        .read(&assembly, |storage| {
            let state = mycel_assembly::state::proposal(number)
                .load(storage)
                .expect("it");
            (
                mycel_assembly::state::content(number)
                    .load(storage)
                    .expect("it"),
                state.hash,
            )
        })
        .expect("assembly");
    assert_eq!(mycel_assembly::content::hash(&content), hash);
    use cosmwasm_std::Storage as _;
    let mut storage = cosmwasm_std::testing::MockStorage::new();
    let mut other = content.clone();
    let at = other
        .windows(5)
        .position(|part| part == b"title")
        .expect("a title")
        + 9;
    other[at] ^= 1;
    storage.set(
        mycel_assembly::state::content(number).bytes(),
        &borsh::to_vec(&other).expect("bytes"),
    );
    let record = world
        .sandbox
        .read(&assembly, |storage| {
            mycel_assembly::state::proposal(number)
                .load(storage)
                .expect("it")
        })
        .expect("assembly");
    let refused = mycel_assembly::content::load(&storage, number, &record).expect_err("another");
    assert!(refused.to_string().contains("not what was voted"));
}

#[test]
fn the_chain_and_code_are_told_and_a_report_is_shown() {
    let mut world = World::new(4);
    let probe = world.probe.clone();
    let subscribe = json!({"chain": {"subscribe_end_block": {"contract": world.members}}});
    let validators = json!({"chain": {"update_validators": {"updates": []}}});
    let migrate = json!({"migrate": {"contract": probe, "code_id": "2", "msg": bytes(&json!({"to": 2})),
        "report": "ab".repeat(32)}});
    let ping = json!({"execute": {"contract": probe, "msg": bytes(&json!({"ping": {}}))}});
    let number = world.decided(
        yes_no("constitutional", &[subscribe, migrate, ping, validators]),
        4,
        0,
    );
    let shown: Value = world.query(&json!({"actions": {"proposal": number.to_string()}}));
    let messages = &shown["options"][1]["messages"];
    assert_eq!(messages[0]["kind"], "chain");
    assert_eq!(messages[1]["kind"], "migrate");
    assert_eq!(messages[1]["report"], "ab".repeat(32));
    assert_eq!(messages[1]["code_id"], "2");
    assert_eq!(messages[2]["msg"], r#"{"ping":{}}"#);
    assert_eq!(messages[2]["contract"], probe.to_string());
    assert_eq!(messages[3]["class"], "constitutional");
    world.release(number);
    world.execute(number);
    // this sandbox has no validators: what it refuses is kept
    assert_eq!(states(&world, number), ["done", "done", "done", "failed"]);
    assert_eq!(decisions(&world), [json!({"to": 2}), json!({"ping": {}})]);
    world.check();
}

#[test]
fn only_the_option_that_won_runs() {
    let mut world = World::new(5);
    let option = |world: &World, name: &str| json!({"title": name, "actions": [told(world, json!({name: {}}))]});
    let options = [option(&world, "left"), option(&world, "right")];
    let number = world.opened(proposal(
        "ordinary",
        json!({"approval": {"options": options}}),
    ));
    for name in &names(4) {
        world.vote(name, number, json!({"approve": [2]}));
    }
    world.count(number);
    world.release(number);
    world.execute(number);
    let log = decisions(&world);
    assert_eq!(log.len(), 1);
    assert_eq!(log[0]["decided"]["action"], json!({"right": {}}));
    world.check();
}

#[test]
fn own_parameters_and_peers_change_by_a_constitutional_decision_of_its_own() {
    let mut world = World::new(4);
    let own = world.assembly.clone();
    let change = json!({"set_parameters": {"areas": ["water"], "numbers": {"supporters": 3}}});
    let decided = |class: &str, electorate: Value| json!({"decided": {"proposal": "1", "electorate": electorate, "class": class, "action": change}});
    world.no(
        "key",
        decided("constitutional", json!("all")),
        "unauthorized",
    );
    for (class, electorate) in [
        ("spending", json!("all")),
        ("constitutional", json!({"commons": "7"})),
    ] {
        let refused = world
            .sandbox
            .execute(&own.clone(), &own.clone(), &decided(class, electorate))
            .expect_err("not enough");
        assert!(refused.text.contains("decision"), "{}", refused.text);
    }
    let number = world.released(yes_no("constitutional", &[told_to(&own, &change)]), 4);
    world.execute(number);
    assert_eq!(world.phase(number), PhaseName::Executed);
    let shown: Value = world.query(&json!({"parameters": {}}));
    assert_eq!(shown["numbers"]["supporters"], 3);
    assert_eq!(shown["areas"], json!(["water"]));
    assert_eq!(shown["authority"], own.to_string());
    let about: Value = world.query(&json!({"about": {}}));
    assert_eq!(about["authority"], own.to_string());
    // what cannot be read is seen when it is proposed; what is out of bounds fails when it runs
    let wrong = told_to(&own, &json!({"set_parameters": {"colour": 3}}));
    world.no(
        &names(1)[0],
        json!({"propose": yes_no("constitutional", &[wrong])}),
        "not a message: action",
    );
    world.check();
}

#[test]
fn members_cannot_be_unset_as_nobody_could_vote_them_back() {
    let mut world = World::new(4);
    let own = world.assembly.clone();
    let none = told_to(&own, &json!({"set_peers": {"members": ""}}));
    let number = world.released(yes_no("constitutional", &[none]), 4);
    world.execute(number);
    assert_eq!(states(&world, number), ["failed"]);
}

#[test]
fn a_pause_says_until_when() {
    let mut world = World::new(4);
    let probe = world.probe.clone();
    let pause = json!({"pause": {"contract": probe, "seconds": 7 * DAY}});
    let number = world.opened_urgent(yes_no("urgent", &[pause]));
    for name in names(3) {
        world.vote(&name, number, json!("yes"));
    }
    world.count(number);
    // there is no timelock: it may run at once
    world.release(number);
    let now = world.now();
    world.execute(number);
    assert_eq!(
        decisions(&world),
        [
            json!({"decided": {"proposal": "1", "electorate": "all", "class": "urgent",
            "action": {"pause": {"until": (now + 7 * DAY).to_string()}}}})
        ]
    );
    world.check();
}

impl World {
    /// Urgent matters are voted on as soon as they have their supporters.
    fn opened_urgent(&mut self, proposal: Value) -> u64 {
        let number = self.brought(proposal);
        assert_eq!(self.phase(number), PhaseName::Vote);
        number
    }
}

#[test]
fn a_contract_that_calls_back_runs_nothing_twice() {
    let mut world = World::new(4);
    let again = execute(1);
    let retry = one(1, 1);
    let actions = [
        told(&world, json!({"call_back": again})),
        told(&world, json!({"call_back": retry})),
        told(&world, json!({"two": {}})),
    ];
    let number = world.released(yes_no("ordinary", &actions), 3);
    world.execute(number);
    // what is on its way is not open to be run
    assert_eq!(states(&world, number), ["failed", "failed", "done"]);
    assert_eq!(decisions(&world).len(), 1);
    world.check();
}

#[test]
fn a_failure_anywhere_outside_the_actions_undoes_the_whole_message() {
    let mut world = World::new(4);
    let actions = ["one", "two"].map(|name| told(&world, json!({name: {}})));
    let number = world.released(yes_no("ordinary", &actions), 3);
    let own = world.assembly.clone();
    // the replies themselves fail
    for n in 1..=2 {
        world.sandbox.fail_next(Fault::call_of(own.to_string(), n));
        world.no("anyone", execute(number), "");
    }
    world.execute(number);
    assert_eq!(world.phase(number), PhaseName::Executed);
    world.check();
}

#[test]
fn leaving_stays_free_and_the_export_holds_all_that_a_member_did() {
    let mut world = World::new(4);
    let all = names(4);
    let number = world.opened(yes_no("ordinary", &[]));
    world.ok(&all[0], json!({"state": {"proposal": "1", "text": "mine"}}));
    world.ok(
        &all[1],
        json!({"react": {"proposal": "1", "reactions": [[0, "pass"]]}}),
    );
    for name in &all[..3] {
        world.vote(name, number, json!("yes"));
    }
    world.count(number);
    assert_eq!(world.phase(number), PhaseName::Timelock);
    let draft = world.propose(&all[1], yes_no("ordinary", &[]));
    let open: Value = world.query(&json!({"open_items": {"member": address(&all[1])}}));
    assert_eq!(open["open"], 0);
    let shown: Value = world.query(&json!({"export": {"member": address(&all[1])}}));
    let items = shown["proposals"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["supports"], true);
    assert_eq!(items[0]["ballot"]["choice"], "yes");
    assert_eq!(items[0]["reactions"], json!(["pass"]));
    assert_eq!(items[1]["proposer"], true);
    let shown: Value = world.query(&json!({"export": {"member": address(&all[0])}}));
    assert_eq!(shown["proposals"][0]["statements"][0]["text"], "mine");
    // in the timelock one leaves, and the draft of who left lapses by itself
    let members = world.members.clone();
    world.tell(&members, &all[1], &json!({"leave": {}}));
    world.block();
    world.no(
        &all[1],
        json!({"propose": yes_no("ordinary", &[])}),
        "no elector",
    );
    world.release(number);
    world.wait(crate::world::DRAFT);
    world.advance();
    assert_eq!(world.phase(draft), PhaseName::Lapsed);
    world.check();
}

#[test]
fn what_is_due_is_done_at_the_end_of_blocks_too_but_nothing_runs_there() {
    let mut world = World::new(4);
    let own = world.assembly.clone();
    world.sandbox.subscribe_end_block(&own).expect("subscribed");
    let action = told(&world, json!({"admit": {}}));
    let number = world.brought(yes_no("ordinary", &[action]));
    world.wait(crate::world::TALK);
    assert_eq!(world.phase(number), PhaseName::Vote);
    world.block();
    for name in names(3) {
        world.vote(&name, number, json!("yes"));
    }
    world.wait(crate::world::VOTE);
    for _ in 0..5 {
        world.block();
    }
    assert_eq!(world.phase(number), PhaseName::Timelock);
    world.wait(LOCK);
    world.block();
    assert_eq!(world.phase(number), PhaseName::Execution);
    world.block();
    assert!(decisions(&world).is_empty());
    // anyone, by `advance` as well
    world.ok(
        "anyone",
        json!({"advance": {"limit": 1, "proposal": number.to_string()}}),
    );
    assert_eq!(world.phase(number), PhaseName::Executed);
}

#[test]
fn coins_and_what_cannot_be_read_are_refused() {
    let mut world = World::new(2);
    let own: Addr = world.assembly.clone();
    for bad in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"vote":{}}"#,
        r#"{"advance":{"limit":-1}}"#,
        r#"{"vote":{"proposal":1,"ballot":"yes"}}"#,
        r#"{"unknown":{}}"#,
        r#"{"support":{"proposal":"1","x":1}}"#,
    ] {
        world
            .sandbox
            .execute_raw(&address("a"), &own, bad.as_bytes())
            .expect_err(bad);
    }
    let refused = world.refused(&json!({"proposal": {"proposal": "1"}}));
    assert!(refused.contains("no such proposal"), "{refused}");
}
