//! What one person has under way, and that no flood delays what all decide.

use crate::world::{DRAFT, TALK, VOTE, World, names, native, short, with, yes_no};
use mycel_assembly::ask::PhaseName;
use mycel_assembly::parameters::Numbers;
use mycel_sandbox::Code;
use serde_json::{Value, json};

fn propose() -> Value {
    json!({"propose": yes_no("ordinary", &[])})
}

fn world(n: usize, most: u32) -> World {
    let mut numbers = short();
    numbers["proposals_most"] = json!(most);
    World::begin(Code::native(native()), n, numbers)
}

#[test]
fn a_person_has_three_proposals_that_are_not_counted_and_no_more() {
    let mut world = World::new(4);
    let all = names(4);
    for _ in 0..2 {
        world.brought(yes_no("ordinary", &[]));
    }
    // the draft is one of them, and makes room when it is taken back
    let draft = world.propose(&all[0], yes_no("ordinary", &[]));
    world.no(&all[0], propose(), "open draft: proposal=3");
    world.ok(
        &all[0],
        json!({"withdraw": {"proposal": draft.to_string()}}),
    );
    let third = world.brought(yes_no("urgent", &[crate::pauses::pause(&world, 5)]));
    assert_eq!(world.phase(third), PhaseName::Vote);
    world.no(
        &all[0],
        propose(),
        "open proposals: proposals=1,2,4 most=3; propose again when one of them is counted",
    );
    // in every electorate
    let own = world.organisation_of(&all[0], "shell");
    let noise = with(yes_no("ordinary", &[]), "electorate", own);
    world.no(&all[0], json!({"propose": noise}), "open proposals");
    // what others propose is theirs
    world.propose(&all[1], yes_no("ordinary", &[]));
    world.check();
    world.count(third);
    assert_eq!(world.phase(third), PhaseName::Rejected);
    world.propose(&all[0], yes_no("ordinary", &[]));
    world.no(&all[0], propose(), "open draft");
    world.check();
}

#[test]
fn how_many_a_person_may_have_is_a_parameter_within_bounds() {
    assert_eq!(Numbers::default().proposals_most, 3);
    for development in [false, true] {
        let bounds = Numbers::bounds(development);
        let bound = bounds.iter().find(|one| one.name == "proposals_most");
        let bound = bound.map(|one| (one.least.as_str(), one.most.as_str()));
        assert_eq!(bound, Some(("1", "20")));
    }
    let mut world = world(3, 1);
    let all = names(3);
    let number = world.brought(yes_no("ordinary", &[]));
    world.no(&all[0], propose(), "open proposals: proposals=1 most=1");
    world.wait(TALK);
    world.advance();
    world.count(number);
    world.brought(yes_no("ordinary", &[]));
    world.check();
}

#[test]
fn a_flood_in_organisations_never_delays_what_all_members_decide() {
    let mut world = world(5, 20);
    let all = names(5);
    let shells = ["sheela", "sheelb", "sheelc"];
    let organisations: Vec<(String, Value)> = all[2..]
        .iter()
        .zip(shells)
        .map(|(name, shell)| (name.clone(), world.organisation_of(name, shell)))
        .collect();
    // each is its only elector and supports itself
    let mut flood = vec![];
    for (name, organisation) in &organisations {
        for _ in 0..20 {
            let noise = with(yes_no("ordinary", &[]), "electorate", organisation.clone());
            flood.push(world.propose(name, noise));
        }
    }
    world.wait(1);
    let matter = world.brought(yes_no("ordinary", &[]));
    world.wait(TALK);
    let due = |world: &World| {
        let waits = |number: &&u64| world.phase(**number) == PhaseName::Deliberation;
        flood.iter().filter(waits).count()
    };
    assert_eq!(due(&world), 60);
    world.ok("anyone", json!({"advance": {"limit": 5}}));
    assert_eq!(world.phase(matter), PhaseName::Vote);
    assert_eq!(due(&world), 56);
    for _ in 0..2 {
        world.advance();
    }
    assert_eq!(due(&world), 0);
    for name in &all[..3] {
        world.vote(name, matter, json!("yes"));
    }
    world.wait(VOTE);
    world.wait(1);
    world.advance();
    assert_eq!(world.phase(matter), PhaseName::Timelock);
    // and whoever waits behind is helped by anyone
    let last = flood[59].to_string();
    world.ok(
        "anyone",
        json!({"advance": {"limit": 50, "proposal": last}}),
    );
    assert_ne!(world.phase(flood[59]), PhaseName::Vote);
    world.check();
}

#[test]
fn drafts_that_were_taken_back_leave_no_work_behind() {
    let mut world = World::new(4);
    let all = names(4);
    for _ in 0..30 {
        let number = world.propose(&all[0], yes_no("ordinary", &[]));
        world.ok(
            &all[0],
            json!({"withdraw": {"proposal": number.to_string()}}),
        );
    }
    // one that found its supporters is not waited for either
    let brought = world.brought(yes_no("ordinary", &[]));
    let draft = world.propose(&all[2], yes_no("ordinary", &[]));
    let tasks = |world: &World| {
        let state = world.sandbox.state();
        let keys = state[&world.assembly].keys();
        keys.filter(|key| key[0] == b'z').count()
    };
    assert_eq!(tasks(&world), 2);
    world.wait(TALK);
    world.advance();
    world.count(brought);
    world.wait(DRAFT);
    world.ok("anyone", json!({"advance": {"limit": 1}}));
    assert_eq!(world.phase(draft), PhaseName::Lapsed);
    assert_eq!(tasks(&world), 0);
    world.check();
}
