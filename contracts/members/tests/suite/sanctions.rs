//! Flags, cases, the ladder, appeals, penalties, and the way back.

use crate::world::{ALL, DAY, Peers, World, case_of, events, native};
use mycel_kit::Id;
use mycel_kit::peers::members::{Barred, Status};
use mycel_members::ask::{QueryMsg, SanctionView};
use mycel_members::msg::{Page, PersonRef};
use mycel_sandbox::{Code, Fault};
use serde_json::{Value, json};

const FOUNDERS: [&str; 8] = ["ana", "ben", "cleo", "dan", "eve", "fay", "gus", "hal"];

fn town() -> World {
    let mut world = World::new(json!({
        "growth_least": 1_000, "invites_per_epoch": 50, "sponsor_residency": 0,
        "flags_for_notice": 3, "flags_open": 10,
    }));
    world.found(&FOUNDERS);
    world
}

fn flag(world: &World, name: &str) -> Value {
    json!({"flag": {"person": world.number(name).to_string(), "reasons": "ef".repeat(32)}})
}

fn sanction(world: &World, name: &str) -> SanctionView {
    let person = Id(world.number(name));
    world.query(&QueryMsg::Sanction(PersonRef { person }))
}

#[test]
fn flags_of_enough_independent_persons_bring_a_notice_and_nothing_above() {
    let mut world = town();
    for name in ["ben", "cleo"] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
        assert_eq!(world.standing("ana").step, "none");
    }
    let third = flag(&world, "ana");
    world.ok("dan", third);
    assert_eq!(world.standing("ana").step, "notice");
    let kept = sanction(&world, "ana");
    assert_eq!(kept.basis, [Id(2), Id(3), Id(4)]);
    assert_eq!(kept.until.0, world.now() + 90 * DAY);
    // a notice has no effect on account or leaf, and no number of flags goes further
    for name in ["eve", "fay", "gus", "hal"] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
    }
    assert_eq!(world.standing("ana").step, "notice");
    let account = world.account("ana").expect("an account");
    assert_eq!((account.scale_bps, account.frozen), (10_000, false));
    assert!(world.leaf(1).expect("a leaf").live);
    world.check();
}

#[test]
fn a_sponsor_tree_that_brigades_with_flags_counts_once() {
    let mut world = town();
    for name in ["tree-a", "tree-b", "tree-c", "tree-d"] {
        world.join("ben", name);
    }
    world.join("tree-a", "leaf-a");
    world.join("tree-b", "leaf-b");
    for name in [
        "tree-a", "tree-b", "tree-c", "tree-d", "leaf-a", "leaf-b", "ben",
    ] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
    }
    assert_eq!(world.standing("ana").step, "none", "seven flags, one voice");
    for name in ["cleo", "dan"] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
    }
    assert_eq!(world.standing("ana").step, "notice");
}

#[test]
fn flags_are_few_run_out_are_taken_back_and_are_never_about_oneself() {
    let mut world = World::new(json!({"flags_open": 1, "flags_for_notice": 3}));
    world.found(&FOUNDERS);
    let (on_ana, on_ben) = (flag(&world, "ana"), flag(&world, "ben"));
    world.no("ana", on_ana.clone(), "oneself: flag");
    world.ok("cleo", on_ana.clone());
    world.no("cleo", on_ana.clone(), "already so: person flagged");
    world.no(
        "cleo",
        on_ben.clone(),
        "quota used: flags out used=1 most=1",
    );
    world.ok("cleo", json!({"unflag": {"person": "1"}}));
    world.no(
        "cleo",
        json!({"unflag": {"person": "1"}}),
        "not found: flag on",
    );
    world.ok("cleo", on_ben);
    world.ok("dan", on_ana.clone());
    world.ok("eve", on_ana.clone());
    world.wait(90 * DAY);
    world.ok("fay", on_ana);
    assert_eq!(world.standing("ana").step, "none", "two of three ran out");
}

#[test]
fn each_step_above_notice_is_a_jurys_and_has_its_effect_on_account_and_leaf() {
    let mut world = town();
    for (step, scale, frozen, live) in [
        ("notice", 10_000, false, true),
        ("reduced", 5_000, false, true),
        ("suspended", 5_000, true, false),
        ("expelled", 0, true, false),
    ] {
        world.sentence("ben", "ana", step);
        assert_eq!(world.standing("ana").step, step);
        let account = world.account("ana").expect("an account");
        assert_eq!(
            (account.scale_bps, account.frozen),
            (scale, frozen),
            "{step}"
        );
        assert_eq!(world.leaf(1).expect("a leaf").live, live, "{step}");
        world.check();
    }
    assert_eq!(world.standing("ana").status, Status::Expelled);
}

#[test]
fn the_ladder_is_climbed_one_step_at_a_time() {
    let mut world = town();
    for (step, words) in [
        ("reduced", "step skipped: asked=reduced next=notice"),
        ("expelled", "step skipped: asked=expelled next=notice"),
        ("none", "step skipped: asked=none next=notice"),
    ] {
        let msg = json!({"accuse": {"person": "1", "step": step, "reasons": "cd".repeat(32)}});
        world.no("ben", msg, words);
    }
}

#[test]
fn juries_are_as_large_as_the_step_is_grave() {
    use mycel_kit::ladder::Step;
    use mycel_members::cases::jury;
    use mycel_members::state::Question;
    let of = |step| jury(&Question::Sanction { step, accuser: 1 });
    assert_eq!(of(Step::Notice), (5, 5_001));
    assert_eq!(of(Step::Reduced), (11, 6_667));
    assert_eq!(of(Step::Suspended), (11, 6_667));
    assert_eq!(of(Step::Expelled), (23, 6_667));
    assert_eq!(jury(&Question::Appeal { serial: 1 }), (23, 6_667));
}

#[test]
fn no_entry_accepts_an_outcome_and_an_open_case_has_no_effect() {
    let mut world = town();
    let case = world.accuse("ben", "ana", "notice").to_string();
    let advance = json!({"advance": {"case": case}});
    world.no("anyone", advance.clone(), "case unfinished");
    for forged in [
        json!({"advance": {"case": case, "outcome": "uphold"}}),
        json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional",
            "action": {"sanction": {"person": "1", "step": "expelled"}}}}),
        json!({"set_step": {"person": "1", "step": "expelled"}}),
    ] {
        world.no("ben", forged, "unknown");
    }
    assert_eq!(world.standing("ana").step, "none");
}

#[test]
fn a_decision_that_can_still_be_appealed_has_no_effect_and_the_appeal_reverses_it() {
    let mut world = town();
    // a double that leaves a week for appeals
    let key = world.key.clone();
    let members = world.members.clone();
    let second = {
        let code = world.sandbox.store(Code::native(crate::world::double()));
        let begin = json!({"key": key, "development": true, "members": members});
        world
            .sandbox
            .instantiate2(&key, code, "double-2", &begin)
            .expect("double")
    };
    world.decided(json!({"set_peers": {"sortition": second}}));
    let case = world.accuse("ben", "ana", "notice");
    let decide = |world: &mut World, outcome: &str| {
        let msg = json!({"decide": {"case": case.to_string(), "outcome": outcome, "reasons": "ab".repeat(32)}});
        world.sandbox.execute(&key, &second, &msg).expect("decides");
    };
    decide(&mut world, "uphold");
    let advance = json!({"advance": {"case": case.to_string()}});
    world.no("anyone", advance.clone(), "case unfinished");
    let appeal = json!({"appeal": {"case": case.to_string()}});
    let stranger = world
        .sandbox
        .execute(&mycel_sandbox::address("cleo"), &second, &appeal)
        .expect_err("no party");
    assert!(stranger.text.contains("no party: person=3"));
    world
        .sandbox
        .execute(&mycel_sandbox::address("ana"), &second, &appeal)
        .expect("appeals");
    world.no("anyone", advance.clone(), "case unfinished");
    decide(&mut world, "dismiss");
    world.ok("anyone", advance);
    assert_eq!(world.standing("ana").step, "none");
    world.check();
}

#[test]
fn a_case_is_used_once() {
    let mut world = town();
    let case = world.accuse("ben", "ana", "notice");
    world.verdict(case, "uphold");
    let advance = json!({"advance": {"case": case.to_string()}});
    world.ok("anyone", advance.clone());
    world.no("anyone", advance, "case used");
    world.no(
        "anyone",
        json!({"advance": {"case": "99"}}),
        "not found: case",
    );
    assert_eq!(world.standing("ana").step, "notice");
}

#[test]
fn a_sortition_that_gives_an_old_case_number_again_is_refused() {
    let mut world = town();
    let case = world.accuse("ben", "ana", "notice");
    world.verdict(case, "uphold");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    // another sortition begins to count anew
    let (key, members) = (world.key.clone(), world.members.clone());
    let code = world.sandbox.store(Code::native(crate::world::double()));
    let begin = json!({"key": key, "development": true, "members": members});
    let second = world
        .sandbox
        .instantiate2(&key, code, "double-2", &begin)
        .expect("double");
    world.decided(json!({"set_peers": {"sortition": second}}));
    let again = json!({"accuse": {"person": "1", "step": "reduced", "reasons": "cd".repeat(32)}});
    world.no("ben", again, "case used: case=1");
}

#[test]
fn a_case_of_another_question_is_refused() {
    let mut world = town();
    let case = world.accuse("ben", "ana", "notice");
    // a sortition in whose books case 1 is about somebody else
    let (key, members) = (world.key.clone(), world.members.clone());
    let code = world.sandbox.store(Code::native(crate::world::double()));
    let begin = json!({"key": key, "development": true, "members": members, "appeal_seconds": "0"});
    let second = world
        .sandbox
        .instantiate2(&key, code, "double-2", &begin)
        .expect("double");
    for (reference, kind, parties, words) in [
        ("members/9", "sanction", ["1", "2"], "ref is not"),
        ("members/1", "default", ["1", "2"], "kind is not"),
        ("members/1", "sanction", ["3", "2"], "parties are not"),
        ("members/1", "sanction", ["1", "3"], "parties are not"),
    ] {
        let mut copy = world.sandbox.clone();
        std::mem::swap(&mut copy, &mut world.sandbox);
        let deadline = (world.now() + DAY).to_string();
        let open = json!({"open_case": {"ref": reference, "kind": kind, "size": 5,
            "threshold_bps": 6667, "parties": parties, "deadline": deadline}});
        world.sandbox.execute(&key, &second, &open).expect("opens");
        let decide = json!({"decide": {"case": case.to_string(), "outcome": "uphold", "reasons": "ab".repeat(32)}});
        world
            .sandbox
            .execute(&key, &second, &decide)
            .expect("decides");
        world.decided(json!({"set_peers": {"sortition": second}}));
        world.no(
            "anyone",
            json!({"advance": {"case": case.to_string()}}),
            words,
        );
        world.sandbox = copy;
    }
}

#[test]
fn a_lapsed_case_ends_the_measure() {
    let mut world = town();
    let case = world.accuse("ben", "ana", "notice");
    world.wait(14 * DAY + 1);
    world.advance();
    assert_eq!(world.standing("ana").step, "none");
    world.no(
        "anyone",
        json!({"advance": {"case": case.to_string()}}),
        "case used",
    );
    // who accused may accuse again
    world.accuse("ben", "ana", "notice");
    world.check();
}

#[test]
fn a_sortition_that_does_not_answer_is_asked_again_and_stops_no_other_work() {
    let mut world = town();
    let case = world.accuse("ben", "ana", "notice");
    world.verdict(case, "uphold");
    world.wait(14 * DAY + 1);
    let fault = Fault::query_of(world.double.as_str(), 0);
    world.sandbox.fail_next(fault);
    world.advance();
    assert_eq!(world.standing("ana").step, "none");
    world.wait(DAY + 1);
    world.advance();
    assert_eq!(world.standing("ana").step, "notice");
}

#[test]
fn every_step_runs_out_into_the_one_below_by_advance() {
    let mut world = town();
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("ben", "ana", step);
    }
    for (days, step, frozen, scale) in [
        (180, "reduced", false, 5_000),
        (90, "notice", false, 10_000),
        (90, "none", false, 10_000),
    ] {
        world.wait(days * DAY + 1);
        world.advance();
        assert_eq!(world.standing("ana").step, step);
        let account = world.account("ana").expect("an account");
        assert_eq!(
            (account.frozen, account.scale_bps),
            (frozen, scale),
            "{step}"
        );
        world.check();
    }
    assert!(world.leaf(1).expect("a leaf").live);
}

#[test]
fn an_appeal_within_members_lifts_a_notice_by_flags_and_costs_malicious_flaggers() {
    let mut world = town();
    for name in ["ben", "cleo", "dan"] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
    }
    let appeal = json!({"appeal": {"reasons": "12".repeat(32)}});
    let case = case_of(&world.ok("ana", appeal.clone()));
    world.verdict(case, "malicious");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(world.standing("ana").step, "none");
    for name in ["ben", "cleo", "dan"] {
        assert_eq!(world.standing(name).step, "notice", "{name} pays");
        let flag = flag(&world, "eve");
        world.no(name, flag, "penalised");
        let accuse =
            json!({"accuse": {"person": "5", "step": "notice", "reasons": "cd".repeat(32)}});
        world.no(name, accuse, "penalised");
    }
    world.check();
    world.wait(180 * DAY + 1);
    world.advance();
    let flag = flag(&world, "eve");
    world.ok("ben", flag);
}

#[test]
fn a_measure_is_appealed_once_and_a_jurys_stands_where_no_second_one_decides() {
    let mut world = town();
    let appeal = json!({"appeal": {"reasons": "12".repeat(32)}});
    world.no("ana", appeal.clone(), "not found: measure in force");
    world.sentence("ben", "ana", "notice");
    world.sentence("ben", "ana", "reduced");
    let first = case_of(&world.ok("ana", appeal.clone()));
    world.verdict(first, "uphold");
    world.ok("anyone", json!({"advance": {"case": first.to_string()}}));
    assert_eq!(world.standing("ana").step, "reduced");
    world.no("ana", appeal.clone(), "already so: measure appealed");
    // the next measure has an appeal of its own
    world.sentence("ben", "ana", "suspended");
    world.ok("ana", appeal);
    world.wait(14 * DAY + 1);
    world.advance();
    assert_eq!(world.standing("ana").step, "suspended");
    assert!(world.account("ana").expect("an account").frozen);
    world.check();
}

#[test]
fn what_flags_alone_brought_about_ends_where_no_jury_hears_the_appeal() {
    let mut world = town();
    for name in ["ben", "cleo", "dan"] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
    }
    assert_eq!(world.standing("ana").step, "notice");
    world.ok("ana", json!({"appeal": {"reasons": "12".repeat(32)}}));
    world.wait(14 * DAY + 1);
    world.advance();
    assert_eq!(world.standing("ana").step, "none");
    world.check();
}

#[test]
fn an_appeal_about_an_older_measure_lifts_nothing_newer() {
    let mut world = town();
    world.sentence("ben", "ana", "notice");
    let case = case_of(&world.ok("ana", json!({"appeal": {"reasons": "12".repeat(32)}})));
    // it runs out while the jury deliberates, and flags bring another notice
    world.wait(90 * DAY);
    world.ok("anyone", json!({"advance": {"limit": 50}}));
    world.check();
    for name in ["cleo", "dan", "eve"] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
    }
    assert_eq!(world.standing("ana").step, "notice");
    let advance = json!({"advance": {"case": case.to_string()}});
    // it lapsed, which has been acted on already
    world.no("anyone", advance, "case used");
    assert_eq!(world.standing("ana").step, "notice");
}

#[test]
fn a_malicious_accusation_costs_the_accuser() {
    let mut world = town();
    let case = world.accuse("ben", "ana", "notice");
    world.verdict(case, "malicious");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(world.standing("ana").step, "none");
    assert_eq!(world.standing("ben").step, "notice");
    let again = json!({"accuse": {"person": "1", "step": "notice", "reasons": "cd".repeat(32)}});
    world.no("ben", again, "penalised");
}

#[test]
fn one_accusation_at_a_time_for_each_side_and_never_of_oneself() {
    let mut world = town();
    world.accuse("ben", "ana", "notice");
    let accuse = |person: &str| json!({"accuse": {"person": person, "step": "notice", "reasons": "cd".repeat(32)}});
    world.no("ben", accuse("3"), "quota used: accusations before a jury");
    world.no("cleo", accuse("1"), "already so: a jury judges this person");
    world.no("cleo", accuse("3"), "oneself: accusation");
}

#[test]
fn mediation_lowers_a_suspension_when_both_sides_say_so() {
    let mut world = town();
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("ben", "ana", step);
    }
    let settle = json!({"settle": {"person": "1"}});
    world.no("cleo", settle.clone(), "unauthorized");
    world.ok("ben", settle.clone());
    assert_eq!(world.standing("ana").step, "suspended");
    world.ok("ana", settle.clone());
    assert_eq!(world.standing("ana").step, "reduced");
    assert!(!world.account("ana").expect("an account").frozen);
    world.no("ana", settle, "not found: suspension");
    world.check();
}

#[test]
fn the_suspended_and_the_expelled_are_barred_and_take_no_part_but_may_appeal_and_leave() {
    let mut world = town();
    for step in ["notice", "reduced", "suspended"] {
        world.sentence("ben", "ana", step);
    }
    let barred: Barred = world.query(&QueryMsg::Barred(Page {
        after: None,
        limit: None,
    }));
    assert_eq!((barred.persons, barred.next), (vec![Id(1)], None));
    assert!(!world.standing("ana").may_deal());
    let flag = flag(&world, "ben");
    world.no("ana", flag, "not in standing");
    world.no(
        "ana",
        json!({"vouch": {"person": "2", "weight": 1}}),
        "not in standing",
    );
    world.ok("ana", json!({"appeal": {"reasons": "12".repeat(32)}}));
    world.ok("ana", json!({"leave": {}}));
}

#[test]
fn an_expelled_person_is_out_at_once_and_comes_back_when_the_expulsion_runs_out() {
    let mut world = town();
    world.ok("ana", json!({"vouch": {"person": "3", "weight": 2}}));
    for step in ["notice", "reduced", "suspended", "expelled"] {
        world.sentence("ben", "ana", step);
    }
    assert_eq!(world.leaf(3).expect("a leaf").vouch, 0, "vouches given end");
    world.owe("ana", -5);
    assert!(world.account("ana").expect("an account").frozen);
    world.wait(730 * DAY + 1);
    world.advance();
    let standing = world.standing("ana");
    assert_eq!(
        (standing.status, standing.step.as_str()),
        (Status::Active, "none")
    );
    assert!(!world.account("ana").expect("an account").frozen);
    world.check();
}

#[test]
fn others_close_an_expelled_account_only_after_time_for_an_appeal_itself_at_once() {
    let mut world = town();
    for name in ["ana", "cleo"] {
        for step in ["notice", "reduced", "suspended", "expelled"] {
            world.sentence("ben", name, step);
        }
    }
    let close = json!({"advance": {"person": "1"}});
    world.no(
        "anyone",
        close.clone(),
        "too early: closing an expelled person's account",
    );
    world.wait(30 * DAY);
    world.ok("anyone", close);
    assert_eq!(world.account("ana"), None);
    world.check();
    let mut other = town();
    for step in ["notice", "reduced", "suspended", "expelled"] {
        other.sentence("ben", "ana", step);
    }
    other.ok("ana", json!({"leave": {}}));
    other.ok("anyone", json!({"advance": {"person": "1"}}));
    assert_eq!(other.standing("ana").status, Status::Left);
    other.check();
}

#[test]
fn a_jury_that_judged_one_step_takes_nobody_higher() {
    let mut world = town();
    // ana is accused of notice; meanwhile flags give her one
    let case = world.accuse("ben", "ana", "notice");
    for name in ["cleo", "dan", "eve"] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
    }
    world.verdict(case, "uphold");
    let receipt = world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(events(&receipt, "wasm-moot"), 1);
    assert_eq!(world.standing("ana").step, "notice");
}

#[test]
fn without_sortition_nobody_goes_beyond_flags() {
    let peers = Peers {
        sortition: false,
        ..ALL
    };
    let mut world = World::begin(
        Code::native(native()),
        peers,
        json!({"flags_for_notice": 3}),
    );
    world.found(&FOUNDERS);
    let accuse = json!({"accuse": {"person": "1", "step": "notice", "reasons": "cd".repeat(32)}});
    world.no("ben", accuse, "no peer: sortition is not set");
    for name in ["ben", "cleo", "dan"] {
        let flag = flag(&world, "ana");
        world.ok(name, flag);
    }
    assert_eq!(world.standing("ana").step, "notice");
}

#[test]
fn a_failing_effect_leaves_the_case_unused() {
    let mut world = town();
    for step in ["notice", "reduced"] {
        world.sentence("ben", "ana", step);
    }
    let case = world.accuse("ben", "ana", "suspended");
    world.verdict(case, "uphold");
    let before = world.sandbox.state_hash();
    let fault = Fault::call_of(world.trust.as_str(), 0);
    world.sandbox.fail_next(fault);
    let advance = json!({"advance": {"case": case.to_string()}});
    assert!(world.say("anyone", advance.clone()).is_err());
    assert_eq!(world.sandbox.state_hash(), before);
    world.ok("anyone", advance);
    assert_eq!(world.standing("ana").step, "suspended");
}
