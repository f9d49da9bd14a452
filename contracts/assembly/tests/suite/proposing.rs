//! What may be proposed, by whom, and how it comes to a vote.

use crate::world::{
    DAY, DRAFT, TALK, VOTE, World, attribute, events, names, told_to, with, yes_no,
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
    // what is talked about is no draft any more
    world.ok(&all[1], support(second));
    world.propose(&all[0], yes_no("ordinary", &[]));
    world.check();
}

#[test]
fn what_is_talked_about_is_taken_back_by_its_proposer_until_the_vote_opens() {
    let mut world = World::new(4);
    let all = names(4);
    let back = |number: u64| json!({"withdraw": {"proposal": number.to_string()}});
    let number = world.brought(yes_no("ordinary", &[]));
    world.no(&all[1], back(number), "its proposer alone");
    world.ok(&all[0], back(number));
    assert_eq!(world.phase(number), PhaseName::Withdrawn);
    world.check();
    let state = world.sandbox.state();
    let tasks = state[&world.assembly].keys();
    assert_eq!(tasks.filter(|key| key[0] == b'z').count(), 0);
    // it comes to no vote
    world.wait(TALK);
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Withdrawn);
    let other = world.opened(yes_no("ordinary", &[]));
    world.no(&all[0], back(other), "another phase");
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
