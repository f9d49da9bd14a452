//! Disputes: spread, rise, challenge; what a jury's word does.

use mycel_commons::monitors::bonds::AGAIN;
use serde_json::{Value, json};

use super::world::{BOND, CASE, DAY, EPOCH, World, name};

/// Four seats; 103 reads a half more than the others.
fn spread() -> World {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_500, 1_010]);
    world
}

#[test]
fn readings_too_far_apart_are_a_jurys_matter_and_the_lowest_counts_meanwhile() {
    let mut world = spread();
    assert_eq!(world.counts(), (1_000, "disputed".to_owned()));
    let dispute = world.dispute(1);
    assert_eq!(dispute.about, "spread");
    assert_eq!(
        dispute.accused.iter().map(|id| id.0).collect::<Vec<_>>(),
        [3]
    );
    assert_eq!(dispute.others.len(), 2, "the fourth was not there yet");
    let case: Value = world
        .sandbox
        .query(
            &world.sortition,
            &json!({"case": {"id": world.case_of(1).to_string()}}),
        )
        .expect("a case");
    assert_eq!(case["kind"], "reading");
    assert_eq!(case["parties"], json!(["103", "101", "102"]));
    world.wait(5);
    world.refused("anyone", json!({"advance": {"case": "77"}}), "unknown case");
}

#[test]
fn upheld_the_readings_are_refuted_their_bonds_lost_and_their_seats_empty() {
    let mut world = spread();
    let case = world.case_of(1);
    world.judge(case, "uphold");
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
    assert_eq!(world.reading(3).fate, "refuted");
    assert_eq!(world.seat(3).why.as_deref(), Some("refuted"));
    world.advance();
    assert_eq!((world.sum("captured"), world.sum("released")), (BOND, 0));
    world.read_refused(103, 1_000, "not a monitor");
    let account: Value =
        world.query(json!({"export": {"member": mycel_sandbox::address(&name(103))}}));
    assert!(account.to_string().contains("103"), "{account}");
    // its outcome is used once
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(world.sum("captured"), BOND);
    world.check();
}

#[test]
fn what_a_seat_read_since_goes_with_what_was_refuted() {
    let mut world = spread();
    world.read(103, 990);
    assert_eq!(world.counts(), (990, "disputed".to_owned()));
    let case = world.case_of(1);
    world.judge(case, "uphold");
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
}

#[test]
fn dismissed_the_median_counts_and_nobody_loses_anything() {
    let mut world = World::new();
    world.four();
    world.all_read([500, 1_000, 1_010, 1_020]);
    assert_eq!(world.counts(), (500, "disputed".to_owned()));
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    assert_eq!(world.reading(1).fate, "overruled");
    assert_eq!(world.reading(2).fate, "confirmed");
    world.advance();
    assert_eq!((world.sum("captured"), world.sum("released")), (0, 0));
    // the two that came while the jury sat are of neither group
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
    assert_eq!(world.monitors().seats.len(), 4);
}

#[test]
fn a_jury_that_never_spoke_loosens_nothing_and_takes_nothing() {
    let mut world = spread();
    let case = world.case_of(1);
    world.judge(case, "lapsed");
    assert_eq!(world.reading(3).fate, "set_aside");
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
    assert_eq!(world.seat(3).why, None);
    world.read(103, 1_020);
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
    world.advance();
    assert_eq!(world.sum("captured"), 0);
}

#[test]
fn a_verdict_that_may_be_appealed_is_waited_for() {
    let mut world = spread();
    let case = world.case_of(1);
    world.said(
        case,
        json!({"case": case.to_string(), "status": "decided", "outcome": "uphold", "final": false}),
    );
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(world.counts().1, "disputed");
    world.say(case, "dismiss");
    world.ok("anyone", json!({"advance": {"case": case.to_string()}}));
    assert_eq!(world.dispute(1).outcome.as_deref(), Some("dismissed"));
    // the fourth was in no jury's hands, and differs from what was confirmed
    assert_eq!(world.monitors().dispute.map(|id| id.0), Some(2));
    world.check();
}

#[test]
fn a_final_verdict_is_found_without_anyone_asking() {
    let mut world = spread();
    let case = world.case_of(1);
    world.say(case, "uphold");
    world.days(1);
    assert_eq!(world.status(), "fresh");
    world.check();
    // … also one that came after the case's deadline
    let mut world = spread();
    let case = world.case_of(1);
    world.days(CASE / DAY + 1);
    assert_eq!(world.status(), "disputed");
    world.say(case, "uphold");
    world.days(CASE / DAY + 1);
    assert!(world.dispute(1).outcome.is_some());
    world.check();
}

#[test]
fn a_sortition_that_does_not_answer_or_refuses_delays_its_dispute_and_nothing_else() {
    let mut world = World::new();
    world.four();
    world.no_jurors(true);
    world.all_read([1_000, 1_000, 1_500, 1_000]);
    assert_eq!(world.counts(), (1_000, "disputed".to_owned()));
    assert_eq!(world.dispute(1).case, None);
    world.no_jurors(false);
    world.wait(AGAIN - 1);
    world.advance();
    assert_eq!(world.dispute(1).case, None);
    world.wait(1);
    world.advance();
    let case = world.case_of(1);
    world.say(case, "uphold");
    let sortition = world.sortition.clone();
    world.silence(&sortition, true);
    world.days(2);
    assert_eq!(world.status(), "disputed");
    world.read(101, 1_000);
    world.silence(&sortition, false);
    world.wait(AGAIN);
    world.advance();
    assert_eq!(world.status(), "fresh");
    world.check();
}

#[test]
fn without_sortition_the_lowest_counts_until_there_is_one() {
    let mut world = World::new();
    world.four();
    world.decide(json!({"set_peers": {"sortition": ""}}));
    world.all_read([1_000, 1_000, 1_500, 1_000]);
    assert_eq!(world.counts(), (1_000, "disputed".to_owned()));
    world.days(1);
    let sortition = world.sortition.to_string();
    world.decide(json!({"set_peers": {"sortition": sortition}}));
    world.days(1);
    let case = world.case_of(1);
    world.judge(case, "uphold");
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
}

#[test]
fn a_rise_beyond_the_production_models_prediction_is_disputed() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_000, 1_000]);
    world.advance();
    assert_eq!(world.epoch(), Some((1, 100)));
    // 1,000 · (1 + 0.4 · (1 − 0.1)) = 1,360, and a tenth of it may be error
    let most = world.monitors().prediction.expect("a prediction");
    assert_eq!(most.units(), 1_496);
    world.days(EPOCH / DAY - 1);
    world.all_read([1_496, 1_496, 1_496, 1_496]);
    assert_eq!(world.status(), "fresh");
    for who in [101, 102, 103] {
        world.read(who, 1_500);
    }
    assert_eq!(world.status(), "fresh", "the lowest counts and is no rise");
    world.read(21, 1_500);
    assert_eq!(world.counts(), (1_496, "disputed".to_owned()));
    let dispute = world.dispute(1);
    assert_eq!((dispute.about.as_str(), dispute.accused.len()), ("rise", 4));
    // a jury lets it stand, and is not asked again about the same
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    assert_eq!(world.counts(), (1_500, "fresh".to_owned()));
}

#[test]
fn what_was_read_after_the_question_is_nothing_that_the_jury_let_stand() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_000, 1_000]);
    world.advance();
    world.days(40);
    // all collude: one reads less, so that a jury lets 1,000 stand
    world.all_read([1_000, 1_000, 1_000, 800]);
    assert_eq!(world.status(), "disputed");
    world.all_read([3_000, 3_000, 3_000, 3_000]);
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    let (counts, status) = world.counts();
    assert_eq!(status, "disputed", "{counts}");
    assert_eq!(world.dispute(2).about, "rise");
    assert!(counts <= 1_496, "{counts}");
}

#[test]
fn a_rise_refuted_empties_every_seat_that_said_so() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_000, 1_000]);
    world.advance();
    world.days(40);
    world.all_read([2_000, 2_000, 2_000, 2_000]);
    assert_eq!(world.counts(), (1_496, "disputed".to_owned()));
    let case = world.case_of(1);
    world.judge(case, "uphold");
    assert_eq!(world.monitors().seats.len(), 0);
    assert_eq!(world.status(), "none");
    world.advance();
    assert_eq!(world.sum("captured"), 3 * BOND);
    world.days(1);
    assert!(world.lot_case().is_some());
    world.check();
}

#[test]
fn an_enrolled_member_challenges_a_reading_before_a_jury_one_at_a_time() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_050, 1_060]);
    let (third, fourth) = (world.challenge_msg(3), world.challenge_msg(4));
    world.refused(&name(22), third.clone(), "not enrolled");
    world.ok(&name(1), third.clone());
    world.check();
    assert_eq!(world.dispute(1).about, "challenge");
    world.refused(
        &name(1),
        fourth,
        "challenge open: commons=1 person=1 dispute=1",
    );
    world.refused(
        &name(2),
        third,
        "already disputed: commons=1 seat=3 dispute=1",
    );
    let nobody = world.challenge_msg(9);
    world.refused(&name(2), nobody, "unknown seat");
    let case = world.case_of(1);
    world.judge(case, "uphold");
    assert_eq!(world.reading(3).fate, "refuted");
    world.advance();
    assert_eq!(world.sum("captured"), BOND);
    let third = world.challenge_msg(3);
    world.refused(&name(1), third, "no reading: commons=1 seat=3");
}

#[test]
fn a_challenge_that_failed_leaves_the_reading_and_is_not_repeated() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_050, 1_060]);
    let third = world.challenge_msg(3);
    world.ok(&name(1), third.clone());
    let case = world.case_of(1);
    world.judge(case, "dismiss");
    assert_eq!(world.reading(3).fate, "confirmed");
    assert_eq!(world.sum("captured"), 0);
    assert_eq!(ladder(&world, 1), "none");
    world.refused(&name(2), third.clone(), "already judged: commons=1 seat=3");
    // a new reading is a new matter
    world.read(103, 1_050);
    world.ok(&name(2), third);
    world.check();
}

fn ladder(world: &World, person: u64) -> String {
    let at = mycel_sandbox::address(&name(person));
    let answer: Value = world.query(json!({"ladder": {"commons": "1", "member": at}}));
    answer["step"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_malicious_challenge_costs_nothing_but_climbs_the_ladder() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_050, 1_060]);
    let third = world.challenge_msg(3);
    world.ok(&name(1), third);
    let case = world.case_of(1);
    world.judge(case, "malicious");
    assert_eq!(world.dispute(1).outcome.as_deref(), Some("malicious"));
    assert_eq!(ladder(&world, 1), "notice");
    assert_eq!(world.reading(3).fate, "confirmed");
    world.advance();
    assert_eq!((world.sum("captured"), world.sum("released")), (0, 0));
}

#[test]
fn a_challenge_that_no_jury_heard_ends_and_frees_who_made_it() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_050, 1_060]);
    let (third, fourth) = (world.challenge_msg(3), world.challenge_msg(4));
    world.ok(&name(1), third);
    let case = world.case_of(1);
    world.judge(case, "lapsed");
    assert_eq!(world.reading(3).fate, "stands");
    world.ok(&name(1), fourth.clone());
    world.check();
    // one that sortition refuses is none
    world.no_jurors(true);
    let second = world.challenge_msg(2);
    world.refused(&name(2), second, "no jurors");
}

#[test]
fn a_challenged_reading_lifts_nothing_and_one_word_closes_no_season() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_010, 1_050, 1_060]);
    world.advance();
    let before = world.epoch();
    let third = world.challenge_msg(3);
    world.ok(&name(1), third);
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
    assert_eq!(world.epoch(), before);
}

#[test]
fn a_second_dispute_is_opened_when_the_first_left_readings_apart() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_000, 1_500, 3_000]);
    assert_eq!(world.monitors().dispute.map(|id| id.0), Some(1));
    let case = world.case_of(1);
    world.judge(case, "uphold");
    // 3,000 came while the jury sat
    assert_eq!(world.monitors().dispute.map(|id| id.0), Some(2));
    assert_eq!(world.counts(), (1_000, "disputed".to_owned()));
    let case = world.case_of(2);
    world.judge(case, "uphold");
    assert_eq!(world.counts(), (1_000, "stale".to_owned()));
}
