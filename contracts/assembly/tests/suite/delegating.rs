//! Who speaks for whom: scopes, ends, changes, and what can be asked.

use crate::world::{TALK, VOTE, World, names, short, with, yes_no};
use mycel_assembly::ask::PhaseName;
use mycel_assembly::delegations::asked::{DelegationsResponse, End, RouteResponse};
use mycel_kit::Id;
use mycel_sandbox::{Code, address};
use serde_json::{Value, json};

const ALL: &str = "all";

fn unit() -> Value {
    json!({"unit": ALL})
}

fn area(area: &str) -> Value {
    json!({"area": {"unit": ALL, "area": area}})
}

fn issue(number: u64) -> Value {
    json!({"issue": number.to_string()})
}

fn delegate(world: &World, scope: &Value, to: &str) -> Value {
    json!({"delegate": {"scope": scope, "to": world.number(to).to_string()}})
}

fn undelegate(scope: &Value) -> Value {
    json!({"undelegate": {"scope": scope}})
}

/// yes, no, abstain, looped, unrepresented.
fn found(world: &World, number: u64) -> [u32; 5] {
    let found = world.proposal(number).outcome.expect("counted");
    let parts = [
        found.yes,
        found.no,
        found.abstain,
        found.looped,
        found.unrepresented,
    ];
    assert_eq!(parts.iter().sum::<u32>(), found.eligible);
    parts
}

fn route(world: &World, number: u64, name: &str) -> RouteResponse {
    let person = world.number(name).to_string();
    world.query(&json!({"route": {"proposal": number.to_string(), "person": person}}))
}

/// Lengths short enough to outlive.
fn numbers(delegation_seconds: u64) -> Value {
    let mut numbers = short();
    numbers["delegation_seconds"] = json!(delegation_seconds);
    numbers
}

#[test]
fn a_circle_of_four_in_which_two_vote_is_two_and_two_in_either_order() {
    let all = names(4);
    let [a, b, c, d] = [0, 1, 2, 3].map(|place| all[place].as_str());
    let links = [(a, b), (b, c), (c, d), (d, a)];
    for votes in [[(c, "yes"), (a, "no")], [(a, "no"), (c, "yes")]] {
        for delegations_first in [true, false] {
            let mut world = World::new(4);
            let number = world.opened(yes_no("ordinary", &[]));
            let link = |world: &mut World| {
                for (from, to) in links {
                    world.ok(from, delegate(world, &unit(), to));
                }
            };
            if delegations_first {
                link(&mut world);
            }
            for (name, word) in votes {
                world.vote(name, number, json!(word));
            }
            if !delegations_first {
                link(&mut world);
            }
            world.count(number);
            assert_eq!(found(&world, number), [2, 2, 0, 0, 0]);
            let ends = all.iter().map(|name| route(&world, number, name).last.0);
            let expected = [a, c, c, a].map(|name| world.number(name));
            assert_eq!(ends.collect::<Vec<_>>(), expected);
            world.check();
        }
    }
}

#[test]
fn a_circle_in_which_nobody_votes_counts_for_nothing() {
    let mut world = World::new(5);
    let all = names(5);
    for (from, to) in [(0, 1), (1, 2), (2, 0), (3, 0)] {
        world.ok(&all[from], delegate(&world, &unit(), &all[to]));
    }
    let number = world.opened(yes_no("ordinary", &[]));
    world.vote(&all[4], number, json!("yes"));
    let shown = route(&world, number, &all[3]);
    assert_eq!(
        (shown.end, shown.hops.len(), shown.open),
        (End::Loop, 4, true)
    );
    assert!(
        shown.words.ends_with("a circle in which nobody has voted"),
        "{}",
        shown.words
    );
    world.count(number);
    assert_eq!(found(&world, number), [1, 0, 0, 4, 0]);
    let shown = route(&world, number, &all[3]);
    assert_eq!((shown.end, shown.open), (End::Loop, false));
}

#[test]
fn the_narrowest_scope_wins() {
    let mut world = World::new(5);
    let all = names(5);
    let [a, b, c, d, _] = [0, 1, 2, 3, 4].map(|place| all[place].as_str());
    world.ok(a, delegate(&world, &unit(), b));
    world.ok(a, delegate(&world, &area("water"), c));
    let spoken = |world: &mut World, area: Value, narrow: bool| {
        let number = world.opened(with(yes_no("ordinary", &[]), "area", area));
        if narrow {
            world.ok(a, delegate(world, &issue(number), d));
        }
        for (name, word) in [(b, "yes"), (c, "no"), (d, "abstain")] {
            world.vote(name, number, json!(word));
        }
        world.count(number);
        found(world, number)
    };
    assert_eq!(spoken(&mut world, json!(null), false), [2, 1, 1, 0, 1]);
    assert_eq!(spoken(&mut world, json!("housing"), false), [2, 1, 1, 0, 1]);
    assert_eq!(spoken(&mut world, json!("water"), false), [1, 2, 1, 0, 1]);
    assert_eq!(spoken(&mut world, json!("water"), true), [1, 1, 2, 0, 1]);
    // taken back, the wider one speaks again
    world.ok(a, undelegate(&area("water")));
    assert_eq!(spoken(&mut world, json!("water"), false), [2, 1, 1, 0, 1]);
    world.ok(a, undelegate(&unit()));
    assert_eq!(spoken(&mut world, json!("water"), false), [1, 1, 1, 0, 2]);
}

#[test]
fn a_delegation_of_another_electorate_does_not_speak_here() {
    let mut world = World::new(3);
    let all = names(3);
    let scope = json!({"unit": {"commons": "1"}});
    let own = format!("elector/{}", address(&all[0]));
    world.script(
        &world.commons.clone(),
        &own,
        &json!({"eligible": true, "number": 0, "person": world.number(&all[0]).to_string()}),
    );
    world.ok(&all[0], delegate(&world, &scope, &all[1]));
    let number = world.opened(yes_no("ordinary", &[]));
    world.vote(&all[1], number, json!("yes"));
    world.count(number);
    assert_eq!(found(&world, number), [1, 0, 0, 0, 2]);
}

#[test]
fn a_delegation_in_an_area_of_another_electorate_does_not_speak_here() {
    let mut world = World::new(3);
    let all = names(3);
    let own = format!("elector/{}", address(&all[0]));
    world.script(
        &world.commons.clone(),
        &own,
        &json!({"eligible": true, "number": 0, "person": world.number(&all[0]).to_string()}),
    );
    let theirs = json!({"area": {"unit": {"commons": "1"}, "area": "water"}});
    world.ok(&all[0], delegate(&world, &theirs, &all[1]));
    let number = world.opened(with(yes_no("ordinary", &[]), "area", json!("water")));
    world.vote(&all[1], number, json!("yes"));
    assert_eq!(route(&world, number, &all[0]).end, End::Silent);
    world.count(number);
    assert_eq!(found(&world, number), [1, 0, 0, 0, 2]);
}

#[test]
fn a_direct_vote_suspends_the_delegation_for_that_issue_only() {
    let mut world = World::new(3);
    let all = names(3);
    world.ok(&all[0], delegate(&world, &unit(), &all[1]));
    let first = world.opened(yes_no("ordinary", &[]));
    world.vote(&all[0], first, json!("no"));
    world.vote(&all[1], first, json!("yes"));
    world.count(first);
    assert_eq!(found(&world, first), [1, 1, 0, 0, 1]);
    let second = world.opened(yes_no("ordinary", &[]));
    world.vote(&all[1], second, json!("yes"));
    world.count(second);
    assert_eq!(found(&world, second), [2, 0, 0, 0, 1]);
    // a vote that is taken back lets the delegation speak again
    let third = world.opened(yes_no("ordinary", &[]));
    world.vote(&all[0], third, json!("no"));
    world.ok(&all[0], json!({"unvote": {"proposal": third.to_string()}}));
    world.vote(&all[1], third, json!("yes"));
    world.count(third);
    assert_eq!(found(&world, third), [2, 0, 0, 0, 1]);
}

#[test]
fn who_names_itself_speaks_for_itself_in_that_scope() {
    let mut world = World::new(3);
    let all = names(3);
    world.ok(&all[0], delegate(&world, &unit(), &all[1]));
    world.ok(&all[0], delegate(&world, &area("water"), &all[0]));
    let number = world.opened(with(yes_no("ordinary", &[]), "area", json!("water")));
    world.vote(&all[1], number, json!("yes"));
    assert_eq!(route(&world, number, &all[0]).end, End::Silent);
    world.count(number);
    assert_eq!(found(&world, number), [1, 0, 0, 0, 2]);
    assert_eq!(route(&world, number, &all[0]).end, End::Silent);
}

#[test]
fn a_delegation_ends_after_its_time_and_is_read_as_of_the_close() {
    // of two votes one closes while it holds, the other a second after its end
    let vote = |lasts: u64| {
        let mut world = World::begin(Code::native(crate::world::native()), 3, numbers(lasts));
        let all = names(3);
        let number = world.opened(yes_no("ordinary", &[]));
        let closes = world.proposal(number).until.0;
        world.ok(&all[0], delegate(&world, &unit(), &all[1]));
        world.vote(&all[1], number, json!("yes"));
        (world.now() + lasts, closes, world, number)
    };
    let (until, closes, ..) = vote(10);
    let exact = 10 + closes - until;
    let (until, closes, mut world, number) = vote(exact);
    assert_eq!(until, closes);
    world.count(number);
    assert_eq!(found(&world, number), [2, 0, 0, 0, 1]);
    let (_, _, mut world, number) = vote(exact - 1);
    assert_eq!(route(&world, number, &names(1)[0]).end, End::Voted);
    world.count(number);
    assert_eq!(found(&world, number), [1, 0, 0, 0, 2]);
    assert_eq!(route(&world, number, &names(1)[0]).end, End::Silent);
    assert!(of(&world, &names(1)[0]).delegations.is_empty());
}

#[test]
fn a_year_is_the_default_and_the_most() {
    let mut world = World::new(2);
    let all = names(2);
    world.ok(&all[0], delegate(&world, &unit(), &all[1]));
    let held = of(&world, &all[0]).delegations;
    assert_eq!(held[0].until.0 - held[0].since.0, 365 * 86_400);
}

#[test]
fn a_change_during_the_tally_changes_nothing() {
    let mut world = World::new(6);
    let all = names(6);
    let number = world.opened(yes_no("ordinary", &[]));
    for from in 1..5 {
        world.ok(&all[from], delegate(&world, &unit(), &all[from - 1]));
    }
    world.vote(&all[0], number, json!("yes"));
    world.vote(&all[5], number, json!("no"));
    let closes = world.proposal(number).until.0;
    world.wait(closes - world.now());
    // at the second of the close nothing new is read, whether the tally has begun or not
    world.ok(&all[1], delegate(&world, &unit(), &all[5]));
    world.ok(&all[2], undelegate(&unit()));
    world.sandbox.advance_time(1);
    let step = json!({"advance": {"limit": 1, "proposal": number.to_string()}});
    for turn in 0..40 {
        if world.say("anyone", step.clone()).is_err() {
            break;
        }
        world.sandbox.advance_time(1);
        if world.proposal(number).outcome.is_some() {
            break;
        }
        let (from, to) = (1 + turn % 4, (turn * 3) % 6);
        world.ok(&all[from], delegate(&world, &unit(), &all[to]));
        world.ok(&all[4], delegate(&world, &unit(), &all[5]));
        let _ = world.say(&all[3], undelegate(&unit()));
    }
    assert_eq!(found(&world, number), [5, 1, 0, 0, 0]);
    // what was read stays to be seen, whatever is delegated now
    let shown = route(&world, number, &all[4]);
    assert_eq!(
        (shown.end, shown.hops.len(), shown.last.0),
        (End::Voted, 4, world.number(&all[0]))
    );
    // of older versions nothing is left once all is counted
    world.ok(&all[4], delegate(&world, &unit(), &all[0]));
    let kept: Value = world.query(&json!({"export": {"member": address(&all[4])}}));
    assert_eq!(
        kept["delegations"].as_array().map(Vec::len),
        Some(1),
        "{kept}"
    );
}

#[test]
fn only_a_person_in_good_standing_can_be_named() {
    let mut world = World::new(4);
    let all = names(4);
    world.no(
        &all[0],
        json!({"delegate": {"scope": unit(), "to": "99"}}),
        "peer did not answer",
    );
    let members = world.members.clone();
    let gone = world.number(&all[3]);
    world.tell(&members, &all[3], &json!({"leave": {}}));
    world.block();
    world.no(
        &all[0],
        json!({"delegate": {"scope": unit(), "to": gone.to_string()}}),
        "no elector: whom one lets speak is a person and member in good standing",
    );
    world.no("stranger", delegate(&world, &unit(), &all[0]), "no elector");
    world.no(
        &all[0],
        delegate(&world, &area("fish"), &all[1]),
        "no such area: area=fish",
    );
    world.no(
        &all[0],
        delegate(&world, &issue(7), &all[1]),
        "no such proposal",
    );
    world.no(
        &all[0],
        undelegate(&unit()),
        "already so: no delegation in this scope",
    );
}

#[test]
fn a_delegate_without_standing_at_the_close_leaves_its_delegators_unrepresented() {
    let mut world = World::new(5);
    let all = names(5);
    for (from, to) in [(0, 1), (1, 2)] {
        world.ok(&all[from], delegate(&world, &unit(), &all[to]));
    }
    let number = world.opened(yes_no("ordinary", &[]));
    world.vote(&all[2], number, json!("no"));
    world.vote(&all[3], number, json!("yes"));
    let members = world.members.clone();
    assert_eq!(route(&world, number, &all[0]).end, End::Voted);
    world.tell(&members, &all[2], &json!({"leave": {}}));
    world.block();
    assert_eq!(route(&world, number, &all[0]).end, End::NoSay);
    world.count(number);
    assert_eq!(found(&world, number), [1, 0, 0, 0, 4]);
    let shown = route(&world, number, &all[0]);
    assert_eq!((shown.end, shown.hops.len()), (End::NoSay, 2));
    assert!(
        shown.words.ends_with("who has no say here"),
        "{}",
        shown.words
    );
}

#[test]
fn one_who_became_a_member_after_the_opening_speaks_for_nobody_in_it() {
    let mut world = World::new(3);
    let all = names(3);
    let number = world.opened(yes_no("ordinary", &[]));
    world.found(&["later".to_owned()]);
    world.block();
    world.ok(&all[0], delegate(&world, &unit(), "later"));
    world.ok("later", delegate(&world, &unit(), &all[1]));
    world.vote(&all[1], number, json!("yes"));
    world.count(number);
    assert_eq!(found(&world, number), [1, 0, 0, 0, 2]);
}

#[test]
fn an_issue_can_be_delegated_until_its_vote_closes() {
    let mut world = World::new(3);
    let all = names(3);
    let number = world.propose(&all[0], yes_no("ordinary", &[]));
    world.ok(&all[0], delegate(&world, &issue(number), &all[1]));
    world.ok(
        &all[1],
        json!({"support": {"proposal": number.to_string()}}),
    );
    world.block();
    world.ok(&all[0], delegate(&world, &issue(number), &all[2]));
    world.wait(TALK);
    world.advance();
    world.block();
    world.ok(&all[0], delegate(&world, &issue(number), &all[1]));
    world.vote(&all[1], number, json!("yes"));
    world.wait(VOTE);
    world.no(
        &all[0],
        delegate(&world, &issue(number), &all[2]),
        "another phase",
    );
    world.count(number);
    assert_eq!(found(&world, number), [2, 0, 0, 0, 1]);
    world.no(
        &all[0],
        delegate(&world, &issue(number), &all[2]),
        "needs=before the vote closes",
    );
    world.ok(&all[0], undelegate(&issue(number)));
}

fn of(world: &World, name: &str) -> DelegationsResponse {
    world.query(&json!({"delegations": {"person": world.number(name).to_string()}}))
}

#[test]
fn a_person_sees_its_delegations_and_those_that_name_it() {
    let mut world = World::new(9);
    let all = names(9);
    for from in 1..9 {
        world.ok(&all[from], delegate(&world, &unit(), &all[0]));
        world.ok(&all[from], delegate(&world, &area("water"), &all[0]));
    }
    world.ok(&all[1], delegate(&world, &area("water"), &all[2]));
    world.ok(&all[2], undelegate(&unit()));
    let own = of(&world, &all[1]).delegations;
    let to: Vec<Id> = own.iter().map(|one| one.to).collect();
    assert_eq!(to, [Id(world.number(&all[0])), Id(world.number(&all[2]))]);
    assert_eq!(json!(own[1].scope), area("water"));
    let (mut seen, mut after) = (vec![], Value::Null);
    loop {
        let page: DelegationsResponse = world.query(&json!({"delegators":
            {"person": world.number(&all[0]).to_string(), "after": after, "limit": 3}}));
        assert!(page.delegations.len() <= 3);
        seen.extend(page.delegations);
        match page.next {
            Some(next) => after = json!(next),
            None => break,
        }
    }
    assert_eq!(seen.len(), 14);
    assert!(seen.iter().all(|one| one.to.0 == world.number(&all[0])));
    let some: DelegationsResponse =
        world.query(&json!({"delegators": {"person": world.number(&all[2]).to_string()}}));
    assert_eq!(some.delegations.len(), 1);
    assert_eq!(some.delegations[0].person.0, world.number(&all[1]));
}

#[test]
fn a_route_shows_each_step_with_its_scope_and_stops_after_a_hundred() {
    let mut world = World::new(120);
    let all = names(120);
    let number = world.propose(
        &all[0],
        with(yes_no("ordinary", &[]), "area", json!("water")),
    );
    world.ok(&all[0], delegate(&world, &unit(), &all[1]));
    world.ok(&all[1], delegate(&world, &area("water"), &all[2]));
    world.ok(&all[2], delegate(&world, &issue(number), &all[3]));
    let shown = route(&world, number, &all[0]);
    let [a, b, c, d] = [0, 1, 2, 3].map(|place: usize| world.number(&all[place]));
    assert_eq!(
        shown.words,
        format!(
            "person {a} → person {b} (all) → person {c} (water, all) → person {d} (proposal {number}), who has neither voted nor lets another speak"
        )
    );
    assert_eq!(json!(shown.hops[1].scope), area("water"));
    assert!(shown.open && shown.hops.iter().all(|hop| hop.until.is_some()));
    for from in 3..119 {
        world.ok(&all[from], delegate(&world, &unit(), &all[from + 1]));
    }
    let shown = route(&world, number, &all[0]);
    assert_eq!((shown.end, shown.hops.len()), (End::Further, 100));
    assert_eq!(world.phase(number), PhaseName::Draft);
}

#[test]
fn a_person_delegates_in_a_hundred_scopes_at_most() {
    let mut world = World::new(2);
    let all = names(2);
    let own = format!("elector/{}", address(&all[0]));
    let person = world.number(&all[0]).to_string();
    let answer = json!({"eligible": true, "number": 0, "person": person});
    world.script(&world.commons.clone(), &own, &answer);
    let scope = |commons: u64| json!({"unit": {"commons": commons.to_string()}});
    for commons in 1..=100 {
        world.ok(&all[0], delegate(&world, &scope(commons), &all[1]));
    }
    let beyond = delegate(&world, &scope(101), &all[1]);
    world.no(
        &all[0],
        beyond.clone(),
        "too many items: delegations=101 most=100",
    );
    world.ok(&all[0], delegate(&world, &scope(50), &all[0]));
    world.ok(&all[0], undelegate(&scope(7)));
    world.ok(&all[0], beyond);
}
