//! Restoration that a jury finds owed.

use super::*;

#[test]
fn who_harmed_a_commons_owes_what_a_jury_finds_and_pays_it_to_the_commons() {
    let (mut town, list) = town(4);
    let case = town.accuse(&list[0], &list[3], 70 * CREDIT);
    let msg = json!({"advance_matter": {"matter": case.0.to_string()}});
    town.no("anyone", msg, "nothing to do");
    assert_eq!(
        town.sums().restoration.u128(),
        0,
        "nobody owes by an accusation"
    );
    town.answered(&case, "uphold");
    let owed = town.matter(case.0).restoration.expect("restoration");
    assert_eq!(owed.user.0, town.number(&list[3]));
    assert_eq!(owed.amount.pico(), 70 * CREDIT);
    assert_eq!(owed.due_by.0, town.now() + 90 * DAY);
    assert_eq!(town.open_items(&list[3]).open, 1);
    town.wait(90 * DAY + 1);
    assert_eq!(town.overdue().overdue[0].what, "restoration");
    let before = town.commons();
    let msg = json!({"restoration": {"matter": case.0.to_string()}});
    town.held(&list[3], 100 * CREDIT, &msg);
    town.wait(1);
    assert_eq!(town.commons() - before, 70 * i128::from(CREDIT));
    assert!(town.overdue().overdue.is_empty());
    assert_eq!(town.open_items(&list[3]).open, 0);
    town.not_held(&list[3], CREDIT, &msg, "nothing owed: restoration");
    town.check_all();
}

#[test]
fn a_jury_that_dismisses_finds_nothing_owed_and_acts_once() {
    let (mut town, list) = town(4);
    let case = town.accuse(&list[0], &list[3], 70 * CREDIT);
    town.answered(&case, "dismiss");
    assert_eq!(town.matter(case.0).progress, "dismissed");
    assert_eq!(town.sums().restoration.u128(), 0);
    let again = json!({"advance_matter": {"matter": case.0.to_string()}});
    town.no("anyone", again, "nothing to do");
    assert_eq!(town.sums().open_cases.0, 0);
}

#[test]
fn a_case_upheld_acts_once() {
    let (mut town, list) = town(4);
    let case = town.accuse(&list[0], &list[3], 70);
    town.answered(&case, "uphold");
    let again = json!({"advance_matter": {"matter": case.0.to_string()}});
    town.no("anyone", again, "nothing to do");
    town.wait(40 * DAY);
    assert_eq!(town.sums().restoration.u128(), 70);
    town.check_all();
}

#[test]
fn a_case_that_nobody_decides_ends_and_frees_its_place_and_its_evidence() {
    let (mut town, list) = town(4);
    let evidence = "0a".repeat(32);
    let user = town.number(&list[3]);
    let receipt = town.ok(&list[0], harm(user, 70, &evidence));
    let (matter, _) = opened(&receipt);
    town.no(&list[1], harm(user, 70, &evidence), "evidence used");
    town.wait(31 * DAY);
    assert_eq!(town.matter(matter).progress, "lapsed", "by itself");
    assert_eq!(town.sums().restoration.u128(), 0);
    town.check_all();
    town.ok(&list[0], harm(user, 70, &evidence));
}

#[test]
fn who_is_enrolled_in_a_commons_accuses_and_not_itself() {
    let (mut town, list) = town(4);
    let third = town.number(&list[2]);
    let msg = harm(third, 70, &"0a".repeat(32));
    town.no(&list[3], msg.clone(), "no elector: commons=7");
    town.no("stranger", msg, "unauthorized");
    let own = harm(town.number(&list[0]), 70, &"0a".repeat(32));
    town.no(&list[0], own, "oneself");
    let nobody = harm(999, 70, &"0a".repeat(32));
    town.no(&list[0], nobody, "peer did not answer: members");
}

#[test]
fn a_members_questions_to_juries_are_bounded() {
    let (mut town, list) = town(4);
    let first = town.accuse(&list[0], &list[3], 70);
    town.review(&list[0], "wind-mills", None);
    let user = town.number(&list[3]);
    let third = harm(user, 70, &"0a".repeat(32));
    town.no(&list[0], third.clone(), "open questions: cases=2 most=2");
    town.answered(&first, "dismiss");
    town.ok(&list[0], third);
    town.check_all();
}

#[test]
fn without_juries_or_commons_nobody_is_accused() {
    let (mut town, list) = town(4);
    let user = town.number(&list[3]);
    town.set(&json!({"sortition": ""}));
    let msg = harm(user, 70, &"0a".repeat(32));
    town.no(&list[0], msg.clone(), "no peer: sortition");
    town.set(&json!({"commons": ""}));
    town.no(&list[0], msg, "no peer: commons");
}

#[test]
fn a_case_of_somebody_elses_is_not_taken_for_ours() {
    let (mut town, list) = town(4);
    let case = town.accuse(&list[0], &list[3], 70);
    // another double knows another case under this number
    let double = town.double.clone();
    let key = address("key");
    let code = town
        .sandbox
        .store(mycel_sandbox::Code::native(crate::commonwealth::double()));
    let begin = json!({"key": key, "development": true, "appeal_seconds": "0"});
    let other = town
        .sandbox
        .instantiate2(&key, code, "other", &begin)
        .expect("another");
    let deadline = (town.now() + DAY).to_string();
    let open = json!({"open_case": {"ref": "funding/register/9", "kind": "harm", "size": 3,
        "threshold_bps": 5001, "parties": ["1"], "deadline": deadline}});
    town.tell(&other, "key", &open);
    town.double = other.clone();
    town.verdict(&case.1, "uphold");
    town.set(&json!({"sortition": other}));
    let msg = json!({"advance_matter": {"matter": case.0.to_string()}});
    town.no(
        "anyone",
        msg,
        "another case: matter=1 case=1: ref is not the matter's",
    );
    town.double = double;
}
