//! Limits, and what they must not let anybody do to others.

use crate::world::{AHEAD, MAX_AGE, World, names, pairwise, pico, quadratic, which};
use mycel_funding::rounds::ask::ProjectsResponse;
use serde_json::json;

fn statuses(world: &World, round: u64) -> Vec<String> {
    let list: ProjectsResponse = world.query(&json!({"projects": {"round": round.to_string()}}));
    list.projects.into_iter().map(|one| one.status).collect()
}

#[test]
fn a_round_whose_finish_is_late_divides_nothing_that_may_have_expired() {
    for stop in ["checking", "gathering", "packing", "weighing", "dividing"] {
        let mut world = World::new(6);
        let all = names(6);
        let round = world.begun(pairwise(), 50, &[&all[1], &all[2]]);
        world.give(&all[3], 9, round, 1);
        world.give(&all[4], 9, round, 1);
        world.end(round);
        while world.stage(round) != stop {
            // a piece at a time
            let limit = match world.stage(round).as_str() {
                "packing" => 30,
                "weighing" | "dividing" => 5,
                _ => 2,
            };
            let advance = json!({"advance": {"limit": limit, "round": round.to_string()}});
            world.ok("anyone", advance);
        }
        // nobody went on; one giver takes its money back, and would leave the match behind
        world.sandbox.advance_time(MAX_AGE);
        let credit = world.credit.clone();
        let back = json!({"expire_hold": {"hold": "2"}});
        world.tell(&credit, "anyone", &back);
        world.drive(round, 500);
        assert_eq!(world.stage(round), "cancelled", "{stop}");
        let view = world.round(round).round;
        assert_eq!(view.pool.paid.u128() + view.given.paid.u128(), 0, "{stop}");
        world.check();
    }
}

#[test]
fn a_place_that_becomes_free_goes_to_the_waiting_project_with_the_most_support() {
    let mut world = World::new(12);
    world.set(&json!({"numbers": {"project_supporters": 1}}));
    let all = names(12);
    let mut terms = world.terms(quadratic());
    terms["max_projects"] = json!(1);
    let round = world.open(&terms);
    for name in &all[..4] {
        world.submit(name, round);
    }
    let support = |project: u64| json!({"support": which(round, project)});
    // 1 has one supporter; 2 and 3 have two; 4 displaces with three, to take the place away
    world.ok(&all[5], support(1));
    for project in [2, 3] {
        world.ok(&all[5], support(project));
        world.ok(&all[6], support(project));
    }
    assert_eq!(
        statuses(&world, round),
        ["waiting", "admitted", "waiting", "waiting"]
    );
    for name in &all[5..8] {
        world.ok(name, support(4));
    }
    assert_eq!(
        statuses(&world, round),
        ["waiting", "waiting", "waiting", "admitted"]
    );
    world.ok(&all[3], json!({"withdraw_project": which(round, 4)}));
    // of equal ones the first submitted
    assert_eq!(
        statuses(&world, round),
        ["waiting", "admitted", "waiting", "withdrawn"]
    );
    // who waits and is taken back is not admitted any more
    world.ok(&all[2], json!({"withdraw_project": which(round, 3)}));
    world.wait(AHEAD);
    // also while contributions come
    world.ok(&all[1], json!({"withdraw_project": which(round, 2)}));
    assert_eq!(
        statuses(&world, round),
        ["admitted", "withdrawn", "withdrawn", "withdrawn"]
    );
    world.give(&all[8], 2, round, 1);
    world.ok(&all[0], json!({"withdraw_project": which(round, 1)}));
    assert_eq!(statuses(&world, round), ["withdrawn"; 4]);
    world.finish(round);
    assert_eq!(world.stage(round), "done");
    world.check();
}

#[test]
fn who_controls_an_organisation_with_others_cannot_use_up_what_they_may_submit() {
    let mut world = World::new(4);
    let all = names(4);
    world.organisation("bakery", &[&all[1], &all[2]]);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    let bad = crate::world::project("bakery", round);
    // all[2] submits what the other does not want …
    for _ in 0..3 {
        let project = world.submit_for(&all[2], "bakery", round);
        world.ok("bakery", json!({"withdraw_project": which(round, project)}));
    }
    let words = "submitted=3 most=3";
    world.no(&all[2], bad.clone(), words);
    // … which loses nothing by it
    let project = world.submit_for(&all[1], "bakery", round);
    // … and takes back no more of what others submit than it may submit itself
    let back = json!({"withdraw_project": which(round, project)});
    world.no(&all[2], back.clone(), words);
    world.ok(&all[1], back);

    // taking back another's counts for whoever does it
    let round = world.open(&terms);
    for _ in 0..3 {
        let project = world.submit_for(&all[1], "bakery", round);
        world.ok(&all[2], json!({"withdraw_project": which(round, project)}));
    }
    world.no(&all[2], crate::world::project("bakery", round), words);
    let project = world.submit_for(&all[1], "bakery", round);
    let back = json!({"withdraw_project": which(round, project)});
    world.no(&all[2], back, words);
    assert_eq!(statuses(&world, round)[3], "admitted");
}

#[test]
fn who_sponsors_first_is_no_end_of_an_openers_groups() {
    let mut world = World::new(4);
    let all = names(4);
    let mut terms = world.terms(json!({"clustered": {}}));
    terms["min_pool"] = json!(pico(10));
    world.ok(&all[0], json!({"open_round": terms}));
    world.sponsor(&all[1], 10, 1);
    let declare = |round: u64| json!({"declare_group": {"round": round.to_string(), "group": 1, "persons": ["3"]}});
    // it says what the opener can do
    world.no(&all[0], declare(1), "cancel it and open another");
    world.ok(&all[0], json!({"cancel_round": {"round": "1"}}));
    world.drive(1, 500);
    world.ok(&all[0], json!({"open_round": terms}));
    world.ok(&all[0], declare(2));
}
