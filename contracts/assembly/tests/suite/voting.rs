//! Who votes, when, how; and what is enough.

use crate::world::{LOCK, RUN, TALK, VOTE, World, names, native, proposal, short, with, yes_no};
use mycel_assembly::ask::PhaseName;
use mycel_sandbox::{Code, address};
use serde_json::{Value, json};

fn vote(number: u64, ballot: Value) -> Value {
    json!({"vote": {"proposal": number.to_string(), "ballot": ballot}})
}

#[test]
fn the_last_vote_counts_and_a_vote_may_be_taken_back() {
    let mut world = World::new(6);
    let all = names(6);
    let number = world.opened(yes_no("ordinary", &[]));
    for word in ["yes", "no", "abstain", "yes"] {
        world.vote(&all[0], number, json!(word));
    }
    world.vote(&all[1], number, json!("no"));
    world.vote(&all[2], number, json!("no"));
    let unvote = json!({"unvote": {"proposal": number.to_string()}});
    world.ok(&all[2], unvote.clone());
    world.no(&all[2], unvote.clone(), "missing: a vote to take back");
    world.vote(&all[2], number, json!("yes"));
    assert_eq!(world.proposal(number).ballots, 3);
    world.check();
    world.count(number);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!(
        (found.eligible, found.yes, found.no, found.abstain),
        (6, 2, 1, 0)
    );
    assert_eq!(found.unrepresented, 3);
    assert!(found.accepted);
    assert_eq!(world.phase(number), PhaseName::Timelock);
    world.no(&all[0], unvote, "another phase");
    world.check();
}

#[test]
fn who_had_no_say_when_the_vote_opened_does_not_vote() {
    let mut world = World::new(3);
    let all = names(3);
    let number = world.opened(yes_no("ordinary", &[]));
    world.no(
        "stranger",
        vote(number, json!("yes")),
        "no elector: the sender had no say when the vote opened",
    );
    // a founder of later is a member, and was none when the vote opened
    world.found(&["later".to_owned()]);
    world.block();
    world.no("later", vote(number, json!("yes")), "no elector");
    // who leaves during the vote keeps the ballot, which counts no more
    world.vote(&all[2], number, json!("yes"));
    world.vote(&all[0], number, json!("yes"));
    let members = world.members.clone();
    world.tell(&members, &all[2], &json!({"leave": {}}));
    world.block();
    world.count(number);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!((found.eligible, found.yes, found.unrepresented), (3, 1, 2));
    world.check();
}

#[test]
fn votes_count_while_the_vote_is_open_and_not_a_second_longer() {
    let mut world = World::new(4);
    let all = names(4);
    let number = world.brought(yes_no("ordinary", &[]));
    world.no(&all[0], vote(number, json!("yes")), "another phase");
    world.wait(TALK);
    world.no(&all[0], vote(number, json!("yes")), "another phase");
    world.advance();
    world.block();
    let until = world.proposal(number).until.0;
    world.wait(until - 1 - world.now());
    world.vote(&all[0], number, json!("yes"));
    world.wait(1);
    world.no(
        &all[1],
        vote(number, json!("yes")),
        "another phase: proposal=1 phase=vote",
    );
    world.advance();
    world.no(&all[1], vote(number, json!("yes")), "another phase");
    world.no(&all[1], vote(99, json!("yes")), "no such proposal");
}

#[test]
fn a_step_that_comes_late_makes_nothing_shorter() {
    let mut world = World::new(4);
    let number = world.brought(yes_no("ordinary", &[]));
    world.wait(10 * TALK);
    world.advance();
    assert_eq!(world.proposal(number).until.0, world.now() + VOTE);
    world.block();
    for name in names(3) {
        world.vote(&name, number, json!("yes"));
    }
    world.wait(10 * VOTE);
    world.advance();
    assert_eq!(world.proposal(number).until.0, world.now() + LOCK);
}

#[test]
fn each_kind_of_ballot_is_read_and_no_other() {
    let mut world = World::new(5);
    let all = names(5);
    let options = json!([{"title": "a"}, {"title": "b"}, {"title": "c"}]);
    let ben = address("ben");
    let kinds = [
        json!({"yes_no": {}}),
        json!({"approval": {"options": options}}),
        json!({"ranked": {"options": options}}),
        json!({"budget": {"total": "100", "projects": [
            {"title": "a", "to": ben, "cost": "50"}, {"title": "b", "to": ben, "cost": "60"}]}}),
    ];
    let good = [
        vec![json!("yes"), json!("no"), json!("abstain")],
        vec![
            json!({"approve": [0, 3]}),
            json!({"approve": []}),
            json!("abstain"),
        ],
        vec![
            json!({"rank": [[1], [0, 2]]}),
            json!({"rank": [[3], [2], [1], [0]]}),
            json!({"rank": []}),
            json!("abstain"),
        ],
        vec![
            json!({"approve": [1]}),
            json!({"approve": [0, 1]}),
            json!("abstain"),
        ],
    ];
    let bad = [
        vec![
            (json!({"approve": [1]}), "ballot refused"),
            (json!({"rank": [[1]]}), "ballot refused"),
        ],
        vec![
            (json!("yes"), "ballot refused"),
            (json!({"rank": [[1]]}), "ballot refused"),
            (
                json!({"approve": [4]}),
                "no such option: option=4 options=4",
            ),
            (
                json!({"approve": [1, 1]}),
                "ballot refused: an option stands in it twice",
            ),
            (json!({"approve": [0, 1, 2, 3, 0]}), "too many items"),
        ],
        vec![
            (json!("no"), "ballot refused"),
            (json!({"approve": [1]}), "ballot refused"),
            (json!({"rank": [[1], [1]]}), "twice"),
            (json!({"rank": [[1], []]}), "a group is empty"),
            (json!({"rank": [[9]]}), "no such option"),
            (json!({"rank": [[0], [1], [2], [3], [0]]}), "too many items"),
        ],
        vec![
            (json!("yes"), "ballot refused"),
            (json!({"approve": [2]}), "no such option"),
        ],
    ];
    for ((kind, good), bad) in kinds.into_iter().zip(good).zip(bad) {
        let number = world.opened(proposal("spending", kind));
        for ballot in good {
            world.vote(&all[2], number, ballot.clone());
            let person = world.number(&all[2]).to_string();
            let kept: Value =
                world.query(&json!({"ballot": {"proposal": number.to_string(), "person": person}}));
            let shown = &kept["ballot"]["choice"];
            // options that were not named share the last place
            if ballot.get("rank").is_none() {
                assert_eq!(*shown, ballot);
            }
        }
        for (ballot, words) in bad {
            world.no(&all[3], vote(number, ballot), words);
        }
        world.check();
    }
}

#[test]
fn ordinary_needs_fifteen_percent_and_more_than_half() {
    let mut world = World::new(20);
    // 2 of 20 are 10 %
    let number = world.decided(yes_no("ordinary", &[]), 2, 0);
    let found = world.proposal(number).outcome.expect("counted");
    assert!(!found.quorum && found.majority && !found.accepted);
    assert_eq!(world.phase(number), PhaseName::Rejected);
    for (yes, no, phase) in [
        (3, 0, PhaseName::Timelock),
        (2, 2, PhaseName::Rejected),
        (3, 2, PhaseName::Timelock),
    ] {
        let number = world.decided(yes_no("ordinary", &[]), yes, no);
        assert_eq!(world.phase(number), phase, "{yes} {no}");
    }
    world.check();
}

#[test]
fn spending_needs_a_quarter_and_constitutional_a_third_and_two_thirds() {
    let mut world = World::new(12);
    for (class, yes, no, phase) in [
        ("spending", 2, 0, PhaseName::Rejected),
        ("spending", 3, 0, PhaseName::Timelock),
        ("spending", 2, 2, PhaseName::Rejected),
        ("constitutional", 3, 0, PhaseName::Rejected),
        ("constitutional", 4, 0, PhaseName::Timelock),
        ("constitutional", 4, 2, PhaseName::Timelock),
        ("constitutional", 4, 3, PhaseName::Rejected),
    ] {
        let number = world.decided(yes_no(class, &[]), yes, no);
        assert_eq!(world.phase(number), phase, "{class} {yes} {no}");
    }
    world.check();
}

#[test]
fn who_abstains_takes_part() {
    let mut world = World::new(20);
    let all = names(20);
    let number = world.opened(yes_no("ordinary", &[]));
    world.vote(&all[0], number, json!("yes"));
    world.vote(&all[1], number, json!("abstain"));
    world.vote(&all[2], number, json!("abstain"));
    world.count(number);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!((found.yes, found.abstain), (1, 2));
    assert!(found.accepted);
}

#[test]
fn no_change_wins_is_rejected_for_approval_and_ranking() {
    let mut world = World::new(5);
    let all = names(5);
    let options = json!([{"title": "a"}, {"title": "b"}]);
    let number = world.opened(proposal(
        "ordinary",
        json!({"approval": {"options": options}}),
    ));
    for name in &all[..3] {
        world.vote(name, number, json!({"approve": [0]}));
    }
    world.vote(&all[3], number, json!({"approve": [1]}));
    world.count(number);
    assert_eq!(world.phase(number), PhaseName::Rejected);
    let number = world.opened(proposal(
        "ordinary",
        json!({"ranked": {"options": options}}),
    ));
    for name in &all[..3] {
        world.vote(name, number, json!({"rank": [[0], [1], [2]]}));
    }
    world.vote(&all[3], number, json!({"rank": [[2], [1], [0]]}));
    world.count(number);
    assert_eq!(world.phase(number), PhaseName::Rejected);
    let number = world.opened(proposal(
        "ordinary",
        json!({"ranked": {"options": options}}),
    ));
    for name in &all[..3] {
        world.vote(name, number, json!({"rank": [[2], [1]]}));
    }
    world.count(number);
    assert_eq!(world.phase(number), PhaseName::Timelock);
    assert_eq!(world.proposal(number).outcome.expect("counted").chosen, [2]);
    let shown: Value = world.query(&json!({"result": {"proposal": number.to_string()}}));
    assert!(shown["tally"]["pairwise"].is_array(), "{shown}");
    world.check();
}

#[test]
fn a_commons_votes_for_itself_and_nobody_else_does() {
    let mut world = World::new(4);
    let all = names(4);
    let commons = world.commons.clone();
    for (n, name) in all.iter().enumerate() {
        let answer = json!({"eligible": n < 3, "number": n, "person": (n + 1).to_string()});
        world.script(&commons, &format!("elector/{}", address(name)), &answer);
    }
    let electors: Vec<Value> = (1..=3)
        .map(|n| json!({"person": n.to_string(), "still": n != 3}))
        .collect();
    world.script(
        &commons,
        "electors",
        &json!({"electors": electors, "next": null}),
    );
    let seven = json!({"commons": "7"});
    let number = world.opened(with(yes_no("ordinary", &[]), "electorate", seven));
    for name in &all[..3] {
        world.vote(name, number, json!("yes"));
    }
    world.no(&all[3], vote(number, json!("yes")), "no elector");
    world.count(number);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!((found.eligible, found.yes, found.unrepresented), (3, 2, 1));
    world.check();
}

#[test]
fn an_organisations_controllers_are_those_of_the_opening() {
    let mut world = World::new(4);
    let all = names(4);
    let members = world.members.clone();
    let org = json!({"purpose": "bread", "threshold_bps": 6000, "controllers": [
        {"person": "1", "bps": 4000}, {"person": "2", "bps": 3000}, {"person": "3", "bps": 3000}]});
    let bakery = address("bakery");
    world.tell(
        &members,
        &all[0],
        &json!({"found": {"address": bakery, "handle": "bakery", "org": org}}),
    );
    for name in [&all[1], &all[2], &"bakery".to_owned()] {
        world.tell(
            &members,
            name,
            &json!({"approve_founding": {"address": bakery}}),
        );
    }
    world.block();
    let number = world.number("bakery");
    let electorate = json!({"organisation": number.to_string()});
    let own = with(yes_no("ordinary", &[]), "electorate", electorate);
    world.no(&all[3], json!({"propose": own}), "no elector");
    let number = world.opened(own.clone());
    let opening = world.proposal(number).opening.expect("open");
    assert_eq!(opening.members, 3);
    assert_eq!(opening.controllers.len(), 3);
    // one is put out: it had a say when the vote opened
    let bakery = world.number("bakery").to_string();
    let two = json!({"purpose": "bread", "threshold_bps": 6000, "controllers": [
        {"person": "1", "bps": 6000}, {"person": "2", "bps": 4000}]});
    let change = json!({"propose_change": {"org": bakery, "change": two}});
    world.tell(&members, &all[0], &change);
    let approve = json!({"approve_change": {"org": bakery, "serial": 1}});
    world.tell(&members, &all[1], &approve);
    world.block();
    world.vote(&all[2], number, json!("no"));
    world.vote(&all[0], number, json!("yes"));
    world.vote(&all[1], number, json!("yes"));
    world.no(&all[3], vote(number, json!("yes")), "no elector");
    world.count(number);
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!((found.eligible, found.yes, found.no), (3, 2, 1));
    // and is out of the next one
    world.no(&all[2], json!({"propose": own}), "no elector");
    world.check();
}

#[test]
fn terms_are_those_of_the_opening() {
    let mut world = World::new(4);
    let own = world.assembly.clone();
    let change = crate::world::told_to(
        &own,
        &json!({"set_parameters": {"numbers": {"ordinary_quorum_bps": 5000, "ordinary_timelock_seconds": 9}}}),
    );
    let rule = world.released(yes_no("constitutional", &[change]), 4);
    let open = world.opened(yes_no("ordinary", &[]));
    world.execute(rule);
    assert_eq!(world.phase(rule), PhaseName::Executed);
    world.vote(&names(1)[0], open, json!("yes"));
    world.count(open);
    assert_eq!(world.phase(open), PhaseName::Timelock);
    assert_eq!(world.proposal(open).until.0, world.now() + LOCK);
    let next = world.decided(yes_no("ordinary", &[]), 1, 0);
    assert_eq!(world.phase(next), PhaseName::Rejected);
}

#[test]
fn a_peer_that_does_not_answer_holds_up_its_proposal_and_nothing_else() {
    let mut world = World::new(4);
    let all = names(4);
    let commons = world.commons.clone();
    world.script(
        &commons,
        &format!("elector/{}", address(&all[0])),
        &json!({"eligible": true, "number": 0, "person": "1"}),
    );
    world.script(
        &commons,
        &format!("elector/{}", address(&all[1])),
        &json!({"eligible": true, "number": 1, "person": "2"}),
    );
    world.script(&commons, "electors", &json!({"electors": [], "next": null}));
    let stuck = world.brought(with(
        yes_no("ordinary", &[]),
        "electorate",
        json!({"commons": "7"}),
    ));
    let other = world.brought(yes_no("ordinary", &[]));
    world.script(&commons, "electors", &Value::Null);
    world.wait(TALK);
    let receipt = world.ok("anyone", json!({"advance": {"limit": 50}}));
    assert_eq!(crate::world::events(&receipt, "wasm-waits"), 1);
    assert_eq!(world.phase(stuck), PhaseName::Deliberation);
    assert_eq!(world.phase(other), PhaseName::Vote);
    world.no(
        "anyone",
        json!({"advance": {"limit": 1, "proposal": stuck.to_string()}}),
        "peer did not answer: commons",
    );
    world.script(&commons, "electors", &json!({"electors": [], "next": null}));
    world.wait(600);
    world.advance();
    assert_eq!(world.phase(stuck), PhaseName::Vote);
    world.check();
}

#[test]
fn what_waits_for_a_peer_that_never_answers_again_lapses_and_frees_its_proposer() {
    for voted in [false, true] {
        let mut numbers = short();
        numbers["proposals_most"] = json!(1);
        let mut world = World::begin(Code::native(native()), 4, numbers);
        let all = names(4);
        let commons = world.commons.clone();
        for (place, name) in all[..2].iter().enumerate() {
            let person = (place + 1).to_string();
            let question = format!("elector/{}", address(name));
            let answer = json!({"eligible": true, "number": place, "person": person});
            world.script(&commons, &question, &answer);
        }
        let electors = json!({"electors": [], "next": null});
        world.script(&commons, "electors", &electors);
        let matter = with(
            yes_no("ordinary", &[]),
            "electorate",
            json!({"commons": "7"}),
        );
        let stuck = match voted {
            true => world.opened(matter),
            false => world.brought(matter),
        };
        world.script(&commons, "electors", &Value::Null);
        let until = world.proposal(stuck).until.0;
        world.wait(until - world.now());
        world.advance();
        let waits = match voted {
            true => PhaseName::Tally,
            false => PhaseName::Deliberation,
        };
        assert_eq!(world.phase(stuck), waits);
        // as long as decisions are carried out it is asked again
        let last = world.proposal(stuck).until.0 + RUN;
        world.wait(last - world.now());
        let one = json!({"advance": {"limit": 1, "proposal": stuck.to_string()}});
        world.no("anyone", one.clone(), "peer did not answer: commons");
        let more = json!({"propose": yes_no("ordinary", &[])});
        world.no(&all[0], more.clone(), "open proposals");
        world.check();
        world.block();
        let receipt = world.ok("anyone", one);
        let why = crate::world::attribute(&receipt, "wasm-gives_up", "why");
        assert!(why.is_some_and(|why| why.contains("peer did not answer: commons")));
        assert_eq!(world.phase(stuck), PhaseName::Lapsed);
        world.ok(&all[0], more);
        world.check();
    }
}

#[test]
fn a_large_tally_goes_on_in_pieces_and_holds_up_nobody() {
    let mut world = World::new(150);
    let number = world.opened(yes_no("ordinary", &[]));
    for name in names(60) {
        world.vote(&name, number, json!("yes"));
    }
    let until = world.proposal(number).until.0;
    world.wait(until - world.now());
    let mut steps = 0;
    while matches!(world.phase(number), PhaseName::Vote | PhaseName::Tally) {
        world.ok("anyone", json!({"advance": {"limit": 1}}));
        steps += 1;
        world.check();
        assert!(steps < 500, "it ends");
    }
    assert!(steps > 5, "{steps}");
    let found = world.proposal(number).outcome.expect("counted");
    assert_eq!((found.eligible, found.yes), (150, 60));
}
