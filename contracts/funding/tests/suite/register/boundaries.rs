//! Refusals by vote and restrictions after reviews.

use super::*;

#[test]
fn the_whole_community_refuses_a_technology_everywhere() {
    let (mut town, _) = town(3);
    let all = json!("all");
    assert!(!town.refused_in("deep-trawling", &all).refused);
    town.decide(&all, &refuse("deep-trawling", None));
    for boundary in [&all, &forest()] {
        let found = town.refused_in("deep-trawling", boundary);
        assert!(found.refused && found.voted);
        assert_eq!(found.until, None);
    }
    town.decide(&all, &allow("deep-trawling"));
    assert!(!town.refused_in("deep-trawling", &forest()).refused);
    let again = told_by(&all, &allow("deep-trawling"));
    town.no("key", again, "not refused");
}

#[test]
fn a_commons_refuses_inside_its_own_boundary_only() {
    let (mut town, list) = town(3);
    town.decide(&forest(), &refuse("chain-saws", None));
    assert!(town.refused_in("chain-saws", &forest()).refused);
    assert!(!town.refused_in("chain-saws", &json!("all")).refused);
    assert!(
        !town
            .refused_in("chain-saws", &json!({"commons": "8"}))
            .refused
    );
    // all cannot allow for it what it refused, nor an organisation refuse
    let allowed = told_by(&json!("all"), &allow("chain-saws"));
    town.no("key", allowed, "not refused");
    let guild = told_by(&json!({"organisation": "3"}), &refuse("chain-saws", None));
    town.no("key", guild, "no boundary");
    let member = told_by(&forest(), &allow("chain-saws"));
    town.no(&list[0], member, "unauthorized");
    town.decide(&forest(), &allow("chain-saws"));
    assert!(!town.refused_in("chain-saws", &forest()).refused);
}

#[test]
fn a_refusal_by_vote_ends_when_it_said() {
    let (mut town, _) = town(3);
    let until = town.now() + 100;
    town.decide(&json!("all"), &refuse("drones", Some(until)));
    assert_eq!(
        town.refused_in("drones", &json!("all"))
            .until
            .map(|until| until.0),
        Some(until)
    );
    town.sandbox.advance_time(99);
    assert!(town.refused_in("drones", &json!("all")).refused);
    town.sandbox.advance_time(1);
    assert!(!town.refused_in("drones", &json!("all")).refused);
    let past = told_by(&json!("all"), &refuse("drones", Some(5)));
    town.no("key", past, "out of bounds: until=5");
}

#[test]
fn a_technology_is_an_entry_that_exists_or_a_word() {
    let (mut town, list) = town(3);
    town.register(&list[0], "essential");
    let all = json!("all");
    town.decide(&all, &refuse("entry/1", None));
    assert_eq!(town.entry(1).restricted, Step::Refused);
    for (name, words) in [
        ("entry/2", "no such entry"),
        ("entry/01", "no technology"),
        ("Deep Trawling", "no technology"),
        ("", "no technology"),
    ] {
        town.no("key", told_by(&all, &refuse(name, None)), words);
    }
    let long = "x".repeat(65);
    town.no("key", told_by(&all, &refuse(&long, None)), "no technology");
}

#[test]
fn reviews_restrict_step_by_step_and_each_step_ends() {
    let (mut town, list) = town(3);
    let all = json!("all");
    let step = |town: &Commonwealth| town.refused_in("gene-drives", &all).step;
    for expected in [Step::Notice, Step::Limited, Step::Refused, Step::Refused] {
        let case = town.review(&list[2], "gene-drives", None);
        town.answered(&case, "uphold");
        assert_eq!(step(&town), expected, "one step a review");
    }
    let until = town
        .refused_in("gene-drives", &all)
        .until
        .expect("an end")
        .0;
    assert_eq!(until, town.now() + YEAR);
    town.sandbox.advance_time(YEAR - 1);
    assert_eq!(step(&town), Step::Refused);
    for expected in [Step::Limited, Step::Notice, Step::None] {
        town.sandbox
            .advance_time(if expected == Step::Limited { 1 } else { YEAR });
        assert_eq!(step(&town), expected);
    }
}

#[test]
fn a_review_that_is_dismissed_or_lapses_restricts_nothing() {
    let (mut town, list) = town(3);
    let case = town.review(&list[2], "gene-drives", None);
    town.answered(&case, "dismiss");
    assert_eq!(
        town.refused_in("gene-drives", &json!("all")).step,
        Step::None
    );
    let case = town.review(&list[1], "gene-drives", None);
    town.wait(31 * DAY);
    assert_eq!(town.matter(case.0).progress, "lapsed");
    assert_eq!(
        town.refused_in("gene-drives", &json!("all")).step,
        Step::None
    );
    town.review(&list[1], "gene-drives", None);
    town.check_all();
}

#[test]
fn whose_review_was_dismissed_does_not_keep_the_place_from_others() {
    let (mut town, list) = town(3);
    let case = town.review(&list[2], "gene-drives", None);
    town.answered(&case, "dismiss");
    let again = review("gene-drives", None, &"0a".repeat(32));
    let from = town.now() + YEAR;
    let words = format!("dismissed before: technology=gene-drives from={from}");
    town.no(&list[2], again.clone(), &words);
    // another member, another technology, another boundary, or a year later
    let case = town.review(&list[1], "gene-drives", None);
    town.answered(&case, "uphold");
    let case = town.review(&list[2], "drones", None);
    town.answered(&case, "dismiss");
    let case = town.review(&list[0], "drones", Some(FOREST));
    town.answered(&case, "dismiss");
    town.review(&list[0], "drones", None);
    town.wait(YEAR);
    town.ok(&list[2], again);
    town.check_all();
}

#[test]
fn one_review_at_a_time_and_of_a_commons_by_its_own() {
    let (mut town, list) = town(3);
    let msg = review("chain-saws", Some(FOREST), &"0a".repeat(32));
    town.no(&list[2], msg.clone(), "no elector: commons=7");
    let case = town.review(&list[0], "chain-saws", Some(FOREST));
    town.no(&list[1], msg.clone(), "under review");
    town.answered(&case, "uphold");
    assert_eq!(town.refused_in("chain-saws", &forest()).step, Step::Notice);
    assert_eq!(
        town.refused_in("chain-saws", &json!("all")).step,
        Step::None
    );
    town.ok(&list[1], msg);
}

#[test]
fn a_vote_lifts_what_reviews_led_to_and_a_waiting_review_goes_on() {
    let (mut town, list) = town(3);
    let case = town.review(&list[2], "drones", None);
    town.answered(&case, "uphold");
    let second = town.review(&list[2], "drones", None);
    town.decide(&json!("all"), &allow("drones"));
    assert_eq!(town.refused_in("drones", &json!("all")).step, Step::None);
    town.answered(&second, "uphold");
    assert_eq!(town.refused_in("drones", &json!("all")).step, Step::Notice);
}

#[test]
fn what_the_community_limits_earns_no_more_rewards() {
    let (mut town, list, entry) = rewards::design(6, 1_000);
    let name = format!("entry/{entry}");
    for step in ["notice", "limited"] {
        let case = town.review(&list[5], &name, None);
        if step == "limited" {
            town.built(&list[1], entry); // a notice stops nothing
        }
        town.answered(&case, "uphold");
    }
    town.not_built(
        &list[2],
        entry,
        "restricted: technology=entry/1 step=limited",
    );
}

#[test]
fn persons_ask_juries_and_no_organisation_keeps_a_place_for_them() {
    let (mut town, list) = town(4);
    town.guild("guild", [&list[0], &list[1]]);
    let case = town.review(&list[0], "drones", None);
    town.answered(&case, "dismiss");
    // whose review was dismissed does not ask again as its guild
    let again = review("drones", None, &"0b".repeat(32));
    town.no("guild", again.clone(), "needs=a person");
    town.ok(&list[2], again);
}
