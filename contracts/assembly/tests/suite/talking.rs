//! Deliberation: panels drawn by lot, statements.

use crate::world::{TALK, VOTE, World, names, with, yes_no};
use mycel_assembly::ask::PhaseName;
use serde_json::{Value, json};

fn support(number: u64) -> Value {
    json!({"support": {"proposal": number.to_string()}})
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
        &json!({"persons": [], "done": true}),
    );
    world.no(
        &all[0],
        advise.clone(),
        "not seated: the panel's draw ended with nobody seated; the proposal goes on without it",
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
fn a_panel_whose_draw_lapsed_stops_no_vote() {
    let mut world = World::new(4);
    let all = names(4);
    let sortition = world.sortition.clone();
    let asked = with(yes_no("ordinary", &[]), "panel", json!({"size": 2}));
    let number = world.brought(asked);
    let lapsed = json!({"persons": [], "done": true});
    world.script(&sortition, "drawn/assembly/1", &lapsed);
    world.wait(4 * TALK);
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Vote);
    let advise = json!({"advise": {"proposal": "1", "option": 1, "text": ""}});
    world.no(&all[0], advise, "draw ended with nobody seated");
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
}

#[test]
fn a_panel_that_is_refused_leaves_its_proposal_without_one() {
    let mut world = World::new(3);
    let all = names(3);
    let sortition = world.sortition.clone();
    let asked = with(yes_no("ordinary", &[]), "panel", json!({"size": 2}));
    let number = world.propose(&all[0], asked.clone());
    world.break_at(&sortition, Some("open_draw"));
    world.ok(&all[1], support(number));
    // it takes as long as without a panel, and says why there is none
    let found = world.proposal(number);
    assert_eq!(found.phase, PhaseName::Deliberation);
    assert_eq!((found.panel, found.until.0), (0, world.now() + TALK));
    let why = found.no_panel.expect("a reason");
    assert!(why.contains("does not like open_draw"), "{why}");
    let advise = json!({"advise": {"proposal": number.to_string(), "text": ""}});
    world.no(&all[0], advise, "not seated: this proposal has no panel");
    world.check();
    world.wait(TALK);
    world.advance();
    assert_eq!(world.phase(number), PhaseName::Vote);
    // nor does a sortition that is there no more
    world.break_at(&sortition, None);
    let number = world.propose(&all[1], asked);
    let own = world.assembly.clone();
    let changed = json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional",
        "action": {"set_peers": {"sortition": ""}}}});
    world
        .sandbox
        .execute(&own, &own, &changed)
        .expect("its own word");
    world.ok(&all[2], support(number));
    let found = world.proposal(number);
    assert_eq!((found.panel, found.until.0), (0, world.now() + TALK));
    assert_eq!(found.no_panel.as_deref(), Some("there is no sortition"));
    world.check();
}

#[test]
fn a_panel_too_small_for_so_many_members_is_refused_when_it_is_proposed() {
    use mycel_assembly::panel::PER_SEAT;
    assert_eq!(PER_SEAT, mycel_sortition::draws::pool::PER_SEAT);
    let mut world = World::new(2 * PER_SEAT as usize + 1);
    let all = names(1);
    let of = |size: u16| with(yes_no("ordinary", &[]), "panel", json!({"size": size}));
    world.no(
        &all[0],
        json!({"propose": of(2)}),
        "out of bounds: panel size",
    );
    world.propose(&all[0], of(3));
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
