//! A round's way: opening, its stages, money to the unit.

use crate::world::{
    AHEAD, CREDIT, DAY, LASTS, World, bytes, names, pairwise, pico, quadratic, sponsor, which,
};
use serde_json::{Value, json};

#[test]
fn a_round_takes_contributions_divides_its_pool_and_pays_to_the_unit() {
    let mut world = World::new(8);
    let all = names(8);
    let round = world.begun(quadratic(), 1_000, &[&all[1], &all[2]]);
    let before: Vec<i128> = all.iter().map(|name| world.position(name)).collect();
    for (name, credits, project) in [(3, 2, 1), (4, 3, 1), (5, 8, 2), (6, 8, 2)] {
        world.give(&all[name], credits, round, project);
        world.check();
    }
    world.finish(round);
    // 2·√(2·3) against 2·√(8·8): 234.4 and 765.6 of a thousand
    let results = world.results(round);
    let matching = world.matching(round);
    let pool = results.pool.u128();
    assert_eq!(
        (matching[0] * 10_000 + pool / 2) / pool,
        2_344,
        "{matching:?}"
    );
    assert_eq!(
        (matching[1] * 10_000 + pool / 2) / pool,
        7_656,
        "{matching:?}"
    );
    assert_eq!(
        matching.iter().sum::<u128>() + results.returned.u128(),
        results.pool.u128()
    );
    // all was held and nothing decayed but what credit took meanwhile
    for (project, name) in [(0, 1), (1, 2)] {
        let paid = &results.payouts[project];
        let got = paid.matching_paid.u128() + paid.direct_paid.u128();
        assert_eq!(
            world.position(&all[name]) - before[name],
            i128::try_from(got).expect("small")
        );
    }
    let view = world.round(round).round;
    assert_eq!(view.given.open.u128() + view.pool.open.u128(), 0);
    assert_eq!(view.given.came.u128(), u128::from(21 * CREDIT));
    world.check();
}

#[test]
fn each_rule_divides_the_same_round_in_its_own_way_and_loses_nothing() {
    let rules = [
        quadratic(),
        json!({"capital_constrained": {}}),
        pairwise(),
        json!({"pairwise": {"m": pico(3)}}),
        json!({"clustered": {}}),
    ];
    for saturation in ["return", "scale"] {
        let mut ways = vec![];
        for rule in &rules {
            let mut world = World::new(9);
            let all = names(9);
            let mut terms = world.terms(rule.clone());
            terms["saturation"] = json!(saturation);
            terms["cap_bps"] = json!(5_000);
            let round = world.begun_with(&terms, 50, &[&all[1], &all[2], &all[3]]);
            for (giver, name) in (4..9u64).zip(&all[4..]) {
                for project in 1..=3 {
                    let credits = 1 + (giver * 7 + project * 5) % 11;
                    if !credits.is_multiple_of(4) {
                        world.give(name, credits, round, project);
                    }
                }
            }
            world.finish(round);
            let results = world.results(round);
            let matching = world.matching(round);
            let cap = results.pool.u128() / 2;
            assert!(matching.iter().all(|part| *part <= cap), "{rule}");
            assert_eq!(
                matching.iter().sum::<u128>() + results.returned.u128(),
                results.pool.u128(),
                "{rule}"
            );
            ways.push(matching);
        }
        assert_eq!(ways[0], ways[4], "without groups each counts alone");
        if saturation == "return" {
            assert_ne!(ways[0], ways[2], "pairs count less");
        }
    }
}

#[test]
fn without_any_weight_the_whole_pool_goes_back() {
    let mut world = World::new(4);
    let all = names(4);
    let round = world.begun(quadratic(), 100, &[&all[1]]);
    let before = world.position(&all[0]);
    world.give(&all[2], 5, round, 1);
    world.finish(round);
    let results = world.results(round);
    assert_eq!(
        (results.matching.u128(), results.returned),
        (0, results.pool)
    );
    let back = world.round(round).round.pool.back.u128();
    assert_eq!(back, results.pool.u128());
    assert_eq!(world.position(&all[0]) - before, back as i128);
    assert_eq!(results.payouts[0].direct_paid.u128() / 100_000_000_000, 49);
}

#[test]
fn a_pool_is_returned_or_scaled_as_the_round_says() {
    for (saturation, matched) in [("return", 4), ("scale", 1_000)] {
        let mut world = World::new(4);
        let all = names(4);
        let mut terms = world.terms(quadratic());
        terms["saturation"] = json!(saturation);
        let round = world.begun_with(&terms, 1_000, &[&all[1]]);
        // 2·√(2·2) = 4 credits of match
        world.give(&all[2], 2, round, 1);
        world.give(&all[3], 2, round, 1);
        world.finish(round);
        let credits = world.matching(round)[0].div_ceil(u128::from(CREDIT));
        assert_eq!(credits, matched, "{saturation}");
    }
}

#[test]
fn no_project_gets_more_of_the_pool_than_the_cap() {
    let mut world = World::new(6);
    let all = names(6);
    let mut terms = world.terms(quadratic());
    // the default is a fifth
    terms.as_object_mut().expect("an object").remove("cap_bps");
    let round = world.begun_with(&terms, 100, &[&all[1], &all[2]]);
    assert_eq!(world.round(round).round.cap_bps, 2_000);
    world.give(&all[3], 9, round, 1);
    world.give(&all[4], 9, round, 1);
    world.give(&all[5], 9, round, 2);
    world.finish(round);
    let pool = world.results(round).pool.u128();
    assert_eq!(world.matching(round), [pool / 5, 0]);
}

#[test]
fn only_an_ordinary_decision_opens_a_round_and_terms_are_bounded() {
    let mut world = World::new(2);
    let terms = world.terms(quadratic());
    let open = json!({"open_round": terms});
    world.no("ana", World::decision("ordinary", &open), "unauthorized");
    world.no(
        "key",
        World::decision("urgent", &open),
        "decision insufficient",
    );
    let elsewhere = json!({"decided": {"proposal": "1", "electorate": {"commons": "7"}, "class": "ordinary", "action": open}});
    world.no("key", elsewhere, "decision of another electorate");
    let now = world.now();
    for (field, value, words) in [
        ("title", json!(""), "missing: title"),
        ("title", json!("x".repeat(129)), "text too long"),
        (
            "cap_bps",
            json!(0),
            "out of bounds: cap_bps=0 least=1 most=10000",
        ),
        ("cap_bps", json!(10_001), "out of bounds: cap_bps"),
        ("max_projects", json!(0), "out of bounds: max_projects"),
        ("max_projects", json!(201), "most=200"),
        (
            "begins",
            json!(now.to_string()),
            "round would not fit: begins",
        ),
        (
            "begins",
            json!((now + 8 * DAY).to_string()),
            "round would not fit: begins",
        ),
        (
            "ends",
            json!((now + AHEAD + 99).to_string()),
            "round would not fit: ends",
        ),
        (
            "ends",
            json!((now + AHEAD + 61 * DAY).to_string()),
            "round would not fit: ends",
        ),
    ] {
        let mut bad = terms.clone();
        bad[field] = value;
        let open = json!({"open_round": bad});
        world.no("key", World::decision("ordinary", &open), words);
    }
    assert_eq!(world.open(&terms), 1);
    assert_eq!(world.open(&terms), 2);
}

#[test]
fn a_member_has_one_sponsored_round_of_its_own_at_a_time() {
    let mut world = World::new(4);
    let all = names(4);
    let mut terms = world.terms(quadratic());
    let open = |terms: &Value| json!({"open_round": terms});
    world.no("stranger", open(&terms), "unauthorized");
    world.no(
        &all[0],
        open(&terms),
        "amount too small: min_pool=0 least=10",
    );
    terms["min_pool"] = json!(pico(10));
    world.ok(&all[0], open(&terms));
    world.no(&all[0], open(&terms), "own round open: round=1");
    world.ok(&all[1], open(&terms));
    // it ends as cancelled, for nobody sponsors it: the place is free again
    world.wait(AHEAD);
    world.drive(1, 100);
    assert_eq!(world.stage(1), "cancelled");
    let mut terms = world.terms(quadratic());
    terms["min_pool"] = json!(pico(10));
    world.ok(&all[0], open(&terms));
    // … and when it was paid out
    world.sponsor(&all[2], 11, 3);
    world.submit(&all[3], 3);
    world.wait(AHEAD);
    world.finish(3);
    assert_eq!(world.stage(3), "done");
    let mut terms = world.terms(quadratic());
    terms["min_pool"] = json!(pico(10));
    world.ok(&all[0], open(&terms));
}

#[test]
fn a_round_dies_whose_pool_is_below_its_minimum_when_contributions_begin() {
    let mut world = World::new(4);
    let all = names(4);
    let mut terms = world.terms(quadratic());
    terms["min_pool"] = json!(pico(100));
    let (poor, rich) = (world.open(&terms), world.open(&terms));
    let before = world.position(&all[0]);
    // what is left counts, not what was given: a hundred had decayed below
    world.sponsor(&all[0], 100, poor);
    world.sponsor(&all[1], 101, rich);
    for round in [poor, rich] {
        world.submit(&all[2], round);
    }
    world.wait(AHEAD);
    world.not_held(
        &all[3],
        CREDIT,
        &crate::world::contribute(poor, 1),
        "round is at another stage: round=1 stage=cancelling",
    );
    world.give(&all[3], 1, rich, 1);
    world.drive(poor, 100);
    assert_eq!(world.stage(poor), "cancelled");
    assert_eq!(world.stage(rich), "giving");
    let lost = before - world.position(&all[0]);
    assert!((1..i128::from(CREDIT)).contains(&lost), "{lost}");
}

#[test]
fn contributions_are_taken_between_their_beginning_and_their_end_only() {
    let mut world = World::new(4);
    let all = names(4);
    let terms = world.terms(quadratic());
    let round = world.open(&terms);
    world.submit(&all[1], round);
    let give = crate::world::contribute(round, 1);
    world.not_held(&all[2], CREDIT, &give, "stage=open needs=giving");
    // whoever comes first begins it
    world.sandbox.advance_time(AHEAD);
    world.give(&all[2], 1, round, 1);
    assert_eq!(world.stage(round), "giving");
    world.sandbox.advance_time(LASTS);
    world.not_held(&all[2], CREDIT, &give, "needs=giving, before its end");
    world.not_held(&all[2], 50 * CREDIT, &sponsor(round), "before its end");
    world.finish(round);
    world.not_held(&all[2], CREDIT, &give, "stage=done");
}

#[test]
fn a_decision_cancels_a_round_that_is_not_paid_and_everything_goes_back() {
    let mut world = World::new(6);
    let all = names(6);
    let round = world.begun(pairwise(), 200, &[&all[1], &all[2]]);
    let before: Vec<i128> = (3..6).map(|n| world.position(&all[n])).collect();
    for (giver, project) in [(3, 1), (4, 1), (5, 2), (3, 2)] {
        world.give(&all[giver], 7, round, project);
    }
    let cancel = json!({"cancel_round": {"round": round.to_string()}});
    world.no(
        "key",
        World::decision("urgent", &cancel),
        "decision insufficient",
    );
    world.decided(&cancel);
    world.no(
        "key",
        World::decision("ordinary", &cancel),
        "stage=cancelling",
    );
    world.drive(round, 7);
    assert_eq!(world.stage(round), "cancelled");
    for (place, name) in (3..6).enumerate() {
        // holds of debtors decay, debts do not: what was lost went to the commons
        let lost = before[place] - world.position(&all[name]);
        assert!((0..1_000_000).contains(&lost), "{lost}");
    }
    let view = world.round(round).round;
    assert_eq!(view.given.paid.u128() + view.pool.paid.u128(), 0);
    assert_eq!(view.given.open.u128() + view.pool.open.u128(), 0);

    let round = world.begun(quadratic(), 200, &[&all[1]]);
    world.give(&all[3], 7, round, 1);
    world.give(&all[4], 7, round, 1);
    world.end(round);
    while world.stage(round) != "matching" {
        world.ok(
            "anyone",
            json!({"advance": {"limit": 6, "round": round.to_string()}}),
        );
    }
    let cancel = json!({"cancel_round": {"round": round.to_string()}});
    world.no(
        "key",
        World::decision("ordinary", &cancel),
        "stage=matching needs=not paid out yet",
    );
}

#[test]
fn who_opened_a_round_cancels_it_before_contributions_begin() {
    let mut world = World::new(4);
    let all = names(4);
    let mut terms = world.terms(quadratic());
    terms["min_pool"] = json!(pico(10));
    world.ok(&all[0], json!({"open_round": terms}));
    world.sponsor(&all[1], 10, 1);
    let cancel = json!({"cancel_round": {"round": "1"}});
    world.no(&all[1], cancel.clone(), "unauthorized");
    world.ok(&all[0], cancel.clone());
    world.no(&all[0], cancel.clone(), "stage=cancelling");
    world.drive(1, 50);
    assert_eq!(world.stage(1), "cancelled");
    // a decision's round is nobody's own
    let round = world.open(&terms);
    world.no(
        &all[0],
        json!({"cancel_round": {"round": round.to_string()}}),
        "unauthorized",
    );
    world.ok(&all[0], json!({"open_round": terms}));
    world.sponsor(&all[1], 10, 3);
    world.wait(AHEAD);
    world.no(
        &all[0],
        json!({"cancel_round": {"round": "3"}}),
        "before its contributions begin",
    );
}

#[test]
fn pieces_of_any_size_lead_to_the_same_result() {
    let run = |limit: u32| {
        let mut world = World::new(20);
        let all = names(20);
        let projects: Vec<&str> = all[1..8].iter().map(String::as_str).collect();
        let round = world.begun(pairwise(), 500, &projects);
        for (giver, name) in (8..20u64).zip(&all[8..]) {
            for project in 1..=7 {
                if !(giver + project).is_multiple_of(3) {
                    world.give(name, 1 + (giver * project) % 9, round, project);
                }
            }
        }
        world.end(round);
        let messages = world.drive(round, limit);
        (world.results(round), world.round(round).m, messages)
    };
    let (whole, m, few) = run(500);
    assert!(few <= 3, "{few}");
    for limit in [35, 60] {
        let (pieces, same, many) = run(limit);
        assert!(many > few, "{many}");
        assert_eq!((pieces, same), (whole.clone(), m));
    }
    let mut world = World::new(4);
    let round = world.begun(pairwise(), 50, &[&names(2)[1]]);
    world.end(round);
    let advance = |limit: u32| json!({"advance": {"limit": limit, "round": round.to_string()}});
    world.no(
        "anyone",
        advance(0),
        "out of bounds: limit=0 least=1 most=500",
    );
    world.no("anyone", advance(501), "out of bounds: limit=501");
    world.ok("anyone", advance(5));
    assert_eq!(world.stage(round), "packing");
    world.no("anyone", advance(5), "too little work: limit=5 needs=30");
}

#[test]
fn what_is_due_is_done_at_the_end_of_blocks_without_anyone() {
    let mut world = World::new(6);
    let all = names(6);
    let funding = world.funding.clone();
    world
        .sandbox
        .subscribe_end_block(&funding)
        .expect("subscribed");
    let terms = world.terms(pairwise());
    let round = world.open(&terms);
    world.sponsor(&all[0], 50, round);
    world.submit(&all[1], round);
    world.wait(AHEAD);
    assert_eq!(world.stage(round), "giving");
    for name in &all[2..6] {
        world.give(name, 2, round, 1);
    }
    world.wait(LASTS);
    for _ in 0..20 {
        world.wait(5);
        world.check();
    }
    assert_eq!(world.stage(round), "done");
}

#[test]
fn a_round_that_nobody_settled_in_time_gives_everything_back() {
    let mut world = World::new(5);
    let all = names(5);
    let round = world.begun(quadratic(), 50, &[&all[1]]);
    world.give(&all[2], 2, round, 1);
    world.give(&all[3], 2, round, 1);
    world.sandbox.advance_time(crate::world::MAX_AGE + 10);
    // one of them is released by somebody already
    let credit = world.credit.clone();
    world.tell(&credit, "anyone", &json!({"expire_hold": {"hold": "2"}}));
    world.drive(round, 500);
    assert_eq!(world.stage(round), "cancelled");
    let view = world.round(round).round;
    assert_eq!(view.given.expired.u128(), u128::from(2 * CREDIT));
    assert_eq!(view.given.paid.u128() + view.pool.paid.u128(), 0);
    world.check();
}

#[test]
fn a_pool_that_credit_gave_back_before_its_round_was_settled_is_expired() {
    let mut world = World::new(5);
    let all = names(5);
    let round = world.begun(quadratic(), 50, &[&all[1]]);
    world.give(&all[2], 2, round, 1);
    world.sandbox.advance_time(crate::world::MAX_AGE + 10);
    // the sponsor's hold is the first
    let credit = world.credit.clone();
    world.tell(&credit, "anyone", &json!({"expire_hold": {"hold": "1"}}));
    world.drive(round, 500);
    assert_eq!(world.stage(round), "cancelled");
    let pool = world.round(round).round.pool;
    assert_eq!(pool.expired.u128(), u128::from(50 * CREDIT));
    assert_eq!((pool.open.u128(), pool.back.u128()), (0, 0));
    world.check();
}

#[test]
fn money_that_is_held_for_the_pool_decays_and_what_is_left_is_shared_in_proportion() {
    let mut world = World::new(8);
    let all = names(8);
    let round = world.begun(quadratic(), 900, &[&all[1], &all[2], &all[3]]);
    world.sponsor(&all[7], 100, round);
    for project in 1..=3 {
        world.give(&all[4], 4, round, project);
        world.give(&all[5], 4, round, project);
    }
    world.end(round);
    while world.stage(round) != "matching" {
        world.ok(
            "anyone",
            json!({"advance": {"limit": 6, "round": round.to_string()}}),
        );
    }
    let gathered = world.results(round).pool.u128();
    // the first is paid, then nothing happens for a long time
    world.ok(
        "anyone",
        json!({"advance": {"limit": 6, "round": round.to_string()}}),
    );
    world.sandbox.advance_time(20 * DAY);
    world.drive(round, 500);
    let results = world.results(round);
    assert_eq!(results.pool.u128(), gathered);
    let paid: Vec<u128> = results
        .payouts
        .iter()
        .map(|one| one.matching_paid.u128())
        .collect();
    let parts = world.matching(round);
    // 0.1 % a day: the second and third lost some 2 %, and the same
    assert!(paid[0] * 1_000 > parts[0] * 999, "{paid:?} {parts:?}");
    assert!(paid[1].abs_diff(paid[2]) <= 2, "{paid:?}");
    assert!(paid[1] * 100 < parts[1] * 99, "{paid:?} {parts:?}");
    let view = world.round(round).round;
    assert_eq!(view.pool.paid.u128(), paid.iter().sum::<u128>());
    world.check();
}

#[test]
fn only_credit_says_that_a_hold_was_placed() {
    let mut world = World::new(3);
    let all = names(3);
    let round = world.begun(quadratic(), 0, &[&all[1]]);
    let msg = json!({"receive_hold": {"hold": "77", "owner": mycel_sandbox::address(&all[2]),
        "amount": pico(5), "msg": bytes(&crate::world::contribute(round, 1))}});
    world.no(&all[2], msg, "unauthorized");
    for bad in [
        json!({}),
        json!({"gift": {}}),
        json!({"contribute": {"round": "1"}}),
        json!("x"),
    ] {
        world.not_held(&all[2], CREDIT, &bad, "unreadable hold");
    }
    world.not_held(
        &all[2],
        CREDIT,
        &crate::world::contribute(9, 1),
        "no such round: round=9",
    );
    world.not_held(
        &all[2],
        CREDIT,
        &crate::world::contribute(round, 9),
        "no such project: round=1 project=9",
    );
    let _ = which(1, 1);
}

#[test]
fn a_beginning_counts_the_holds_that_it_asks() {
    let mut world = World::new(21);
    let all = names(21);
    let mut terms = world.terms(quadratic());
    terms["min_pool"] = json!(pico(10));
    let rounds = [world.open(&terms), world.open(&terms)];
    for round in rounds {
        for name in &all[..20] {
            world.sponsor(name, 10, round);
        }
    }
    world.sandbox.advance_time(AHEAD);
    // as much as the end of a block does: one of them, and the other in the next
    for stages in [["giving", "open"], ["giving", "giving"]] {
        world.ok("anyone", json!({"advance": {"limit": 40}}));
        assert_eq!(rounds.map(|round| world.stage(round)), stages);
    }
}
