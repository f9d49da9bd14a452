//! Projects: who may submit, who admits, who leaves.

use crate::world::{AHEAD, CREDIT, World, contribute, names, project, quadratic, which};
use mycel_funding::rounds::ask::ProjectsResponse;
use mycel_sandbox::address;
use serde_json::json;

fn statuses(world: &World, round: u64) -> Vec<String> {
    let list: ProjectsResponse = world.query(&json!({"projects": {"round": round.to_string()}}));
    list.projects.into_iter().map(|one| one.status).collect()
}

#[test]
fn a_project_is_submitted_by_whoever_is_paid_or_controls_the_payee() {
    let mut world = World::new(5);
    let all = names(5);
    world.organisation("workshop", &[&all[1], &all[2]]);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    world.no("stranger", project(&all[1], round), "unauthorized");
    world.no(&all[0], project("stranger", round), "unauthorized");
    world.no(
        &all[0],
        project(&all[1], round),
        "the payee is neither its submitter nor controlled by it",
    );
    world.no(&all[0], project("workshop", round), "neither its submitter");
    assert_eq!(world.submit_for(&all[1], "workshop", round), 1);
    world.no(
        &all[1],
        project(&all[1], round),
        "already submitted: project=1",
    );
    world.no(
        &all[2],
        project("workshop", round),
        "already submitted: project=1",
    );
    assert_eq!(world.submit(&all[2], round), 2);
    // another round is another matter
    let other = world.open(&terms);
    assert_eq!(world.submit(&all[1], other), 1);
    world.wait(AHEAD);
    world.no(
        &all[3],
        project(&all[3], round),
        "before its contributions begin",
    );
}

#[test]
fn a_payee_that_may_not_deal_is_not_admitted() {
    let mut world = World::new(3);
    let all = names(3);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    let members = world.members.clone();
    world.tell(&members, &all[1], &json!({"leave": {}}));
    world.no(&all[1], project(&all[1], round), "unauthorized");
    let mut bad = project(&all[2], round);
    bad["submit"]["text_hash"] = json!("abcd");
    world.no(&all[2], bad, "not hexadecimal: text_hash");
    let mut bad = project(&all[2], round);
    bad["submit"]["title"] = json!(" ");
    world.no(&all[2], bad, "missing: title");
}

#[test]
fn members_admit_by_support_and_more_support_displaces_the_least() {
    let mut world = World::new(9);
    world.set(&json!({"numbers": {"project_supporters": 2}}));
    let all = names(9);
    let mut terms = world.terms(quadratic());
    terms["max_projects"] = json!(2);
    let round = world.open(&terms);
    for name in &all[..4] {
        world.submit(name, round);
    }
    let support = |project: u64| json!({"support": which(round, project)});
    world.no(
        &all[0],
        support(1),
        "who submits or controls a project does not support it",
    );
    world.no("stranger", support(1), "unauthorized");
    for project in 1..=3 {
        world.ok(&all[4], support(project));
        assert_eq!(statuses(&world, round)[project as usize - 1], "waiting");
        world.no(&all[4], support(project), "already supported");
    }
    world.ok(&all[5], support(1));
    world.ok(&all[5], support(2));
    assert_eq!(
        statuses(&world, round),
        ["admitted", "admitted", "waiting", "waiting"]
    );
    // as much is not more
    world.ok(&all[5], support(3));
    assert_eq!(statuses(&world, round)[2], "waiting");
    world.ok(&all[6], support(1));
    world.ok(&all[6], support(3));
    assert_eq!(
        statuses(&world, round),
        ["admitted", "waiting", "admitted", "waiting"]
    );
    // what was displaced comes back with more
    world.ok(&all[6], support(2));
    assert_eq!(statuses(&world, round)[1], "waiting");
    world.ok(&all[7], support(2));
    assert_eq!(
        statuses(&world, round),
        ["admitted", "admitted", "waiting", "waiting"]
    );
    world.no(
        "key",
        World::decision("ordinary", &json!({"admit_project": which(round, 4)})),
        "members admit",
    );
    world.wait(AHEAD);
    world.no(&all[8], support(4), "before its contributions begin");
    world.give(&all[8], 1, round, 1);
    world.not_held(&all[8], CREDIT, &contribute(round, 3), "it is not admitted");
}

#[test]
fn a_decision_admits_where_the_round_says_so() {
    let mut world = World::new(5);
    let all = names(5);
    let mut terms = world.terms(quadratic());
    terms["admission"] = json!("decided");
    terms["max_projects"] = json!(1);
    let round = world.open(&terms);
    for name in &all[..3] {
        world.submit(name, round);
    }
    assert_eq!(statuses(&world, round), ["waiting"; 3]);
    world.no(
        &all[4],
        json!({"support": which(round, 1)}),
        "a decision admits",
    );
    let admit = |project: u64| json!({"admit_project": which(round, project)});
    world.no(
        &all[4],
        World::decision("ordinary", &admit(1)),
        "unauthorized",
    );
    world.decided(&admit(1));
    world.no(
        "key",
        World::decision("ordinary", &admit(1)),
        "it does not wait",
    );
    world.no(
        "key",
        World::decision("ordinary", &admit(2)),
        "places full: admitted=1 most=1; admit it when another is taken back",
    );
    world.wait(AHEAD);
    world.ok(&all[0], json!({"withdraw_project": which(round, 1)}));
    // decisions are slow: also while contributions come
    world.decided(&admit(2));
    world.give(&all[4], 2, round, 2);
    world.finish(round);
    assert_eq!(world.stage(round), "done");
}

#[test]
fn a_project_that_is_taken_back_gives_back_what_was_given_to_it() {
    let mut world = World::new(7);
    let all = names(7);
    world.organisation("workshop", &[&all[1], &all[6]]);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    world.sponsor(&all[0], 100, round);
    world.submit_for(&all[1], "workshop", round);
    world.submit(&all[2], round);
    world.wait(AHEAD);
    let before = world.position(&all[3]);
    world.give(&all[3], 50, round, 1);
    world.give(&all[4], 50, round, 1);
    world.give(&all[3], 1, round, 2);
    world.give(&all[4], 1, round, 2);
    let back = json!({"withdraw_project": which(round, 1)});
    world.no(&all[3], back.clone(), "unauthorized");
    world.no(&all[2], back.clone(), "unauthorized");
    world.ok(&all[6], back.clone());
    world.no(&all[6], back, "it was taken back already");
    world.not_held(&all[5], CREDIT, &contribute(round, 1), "it is not admitted");
    world.finish(round);
    let results = world.results(round);
    assert_eq!(results.payouts.len(), 1, "the other gets the pool");
    assert_eq!(results.payouts[0].matching, results.pool);
    let lost = before - world.position(&all[3]);
    assert!(
        (0..i128::from(2 * CREDIT)).contains(&(lost - i128::from(CREDIT) / 2)),
        "{lost}"
    );
    assert_eq!(world.position("workshop"), 0);
}

#[test]
fn a_submitter_may_submit_again_what_it_took_back() {
    let mut world = World::new(2);
    let all = names(2);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    world.submit(&all[0], round);
    world.ok(&all[0], json!({"withdraw_project": which(round, 1)}));
    assert_eq!(world.submit(&all[0], round), 2);
    assert_eq!(statuses(&world, round), ["withdrawn", "admitted"]);
}

#[test]
fn a_payee_that_was_expelled_loses_its_part_to_the_commons_and_stops_nothing() {
    let mut world = World::new(6);
    let all = names(6);
    let round = world.begun(quadratic(), 100, &[&all[1], &all[2]]);
    for project in 1..=2 {
        world.give(&all[3], 3, round, project);
        world.give(&all[4], 3, round, project);
    }
    // what holds a payee here is told
    let items: mycel_kit::peers::items::OpenItems =
        world.query(&json!({"open_items": {"member": address(&all[1])}}));
    assert_eq!(items.open, 1, "{items:?}");
    // credit's own closing is played: the account is closed by members
    let credit = world.credit.clone();
    world
        .sandbox
        .execute(
            &world.members.clone(),
            &credit,
            &json!({"close_account": {"owner": address(&all[1])}}),
        )
        .expect("closed");
    let commons = |world: &World| -> serde_json::Value {
        world
            .sandbox
            .query(&world.credit, &json!({"commons": {}}))
            .expect("commons")
    };
    let before = commons(&world);
    world.finish(round);
    assert_eq!(world.stage(round), "done");
    let paid = &world.results(round).payouts[0];
    assert!(paid.matching_paid.u128() > 49 * u128::from(CREDIT));
    assert_ne!(before, commons(&world));
    world.check();
}

#[test]
fn an_organisation_that_closes_stays_until_its_round_is_paid_and_stops_nothing() {
    let mut world = World::new(6);
    let all = names(6);
    world.organisation("bakery", &[&all[1]]);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    world.sponsor(&all[0], 100, round);
    world.submit_for(&all[1], "bakery", round);
    world.wait(crate::world::AHEAD);
    for name in &all[3..5] {
        world.give(name, 3, round, 1);
    }
    let members = world.members.clone();
    let org = world.number("bakery").to_string();
    let person = world.number(&all[1]).to_string();
    let close = json!({"propose_change": {"org": org, "close": true, "change": {
        "purpose": "a workshop", "threshold_bps": 5_001,
        "controllers": [{"person": person, "bps": 10_000}]}}});
    world.tell(&members, &all[1], &close);
    let leave = json!({"advance": {"person": org}});
    world.refused(
        &members,
        "anyone",
        &leave,
        "projects in rounds that are not paid",
    );
    world.finish(round);
    assert_eq!(world.stage(round), "done");
    let paid = &world.results(round).payouts[0];
    let got = paid.matching_paid.u128() + paid.direct_paid.u128();
    assert_eq!(world.position("bakery").unsigned_abs(), got);
    assert!(got > 100 * u128::from(CREDIT));
    let items: mycel_kit::peers::items::OpenItems =
        world.query(&json!({"open_items": {"member": address("bakery")}}));
    assert_eq!(items.open, 0);
}

#[test]
fn who_lost_control_of_what_it_submitted_may_submit_its_own() {
    let mut world = World::new(5);
    let all = names(5);
    world.organisation("bakery", &[&all[1]]);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    assert_eq!(world.submit_for(&all[1], "bakery", round), 1);
    let own = project(&all[1], round);
    world.no(&all[1], own.clone(), "already submitted: project=1");
    world.pass_control("bakery", &[&all[1]], &[&all[2]]);
    assert_eq!(world.submit(&all[1], round), 2);
    // one for itself is all it has, and the organisation still has its own
    world.no(&all[1], own.clone(), "already submitted: project=2");
    world.no(
        &all[2],
        project("bakery", round),
        "already submitted: project=1",
    );
    // taking back the organisation's does not free the former submitter's place
    world.ok(&all[2], json!({"withdraw_project": which(round, 1)}));
    world.no(&all[1], own.clone(), "already submitted: project=2");
    world.ok(&all[1], json!({"withdraw_project": which(round, 2)}));
    assert_eq!(world.submit(&all[1], round), 3);
    assert_eq!(world.submit_for(&all[2], "bakery", round), 4);
}
