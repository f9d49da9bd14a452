//! The rated disputes a rating before a jury.

use cosmwasm_std::HexBinary;
use mycel_sandbox::Fault;
use mycel_trust::agenda::FAILED_SECONDS;
use serde_json::json;

use super::ground::{CASE, Town, sortition};
use crate::world::TIMES;

#[test]
fn a_jury_drops_a_rating_that_the_rated_revealed_and_disputed() {
    let mut town = Town::new(2);
    let (deal, sealed) = town.rated(1, 2, 1, [false, true]);
    town.ok(2, &sealed[0].dispute());
    let seen = town.seen(deal);
    assert_eq!(seen.ratings[0].rating, "disputed");
    // everyone sees what it says
    assert_eq!(
        seen.ratings[0].packed,
        Some(HexBinary::from(sealed[0].packed))
    );
    let case = seen.ratings[0].case.expect("a case").0;
    town.check();
    // it does not land meanwhile, the other does
    town.wait(u64::from(TIMES.appeal) + 1);
    assert_eq!((town.mailbox(2).entries, town.mailbox(1).entries), (0, 1));
    town.no(1, &sealed[0].advance(), "nothing to do");
    town.judge(case, "uphold");
    town.ok(1, &sealed[0].advance());
    assert_eq!(town.told(deal, 0), "dropped");
    assert_eq!(town.seen(deal).stage, "ended");
    town.no(1, &sealed[0].advance(), "rating settled");
    assert_eq!(town.mailbox(2).entries, 0);
    town.check();
}

#[test]
fn a_rating_that_a_jury_confirms_lies_in_the_mailbox_at_once() {
    let mut town = Town::new(2);
    let (deal, sealed) = town.rated(1, 2, 1, [false, true]);
    town.ok(2, &sealed[0].dispute());
    town.judge(1, "dismiss");
    town.ok(1, &sealed[0].advance());
    // a second dispute is none
    let until = town.seen(deal).ratings[0].due.expect("due").0;
    assert_eq!(until, town.sandbox.now());
    town.no(2, &sealed[0].dispute(), "too late");
    town.wait(0);
    assert_eq!(town.mailbox(2).entries, 1);
    assert_eq!(town.told(deal, 0), "given");
    town.check();
}

#[test]
fn a_dispute_that_nobody_decides_in_time_ends_and_the_rating_stands() {
    let mut town = Town::new(2);
    let (deal, sealed) = town.rated(1, 2, 1, [false, true]);
    town.ok(2, &sealed[0].dispute());
    town.wait(CASE);
    assert_eq!(town.told(deal, 0), "disputed");
    town.wait(FAILED_SECONDS);
    town.wait(1);
    assert_eq!(town.told(deal, 0), "given");
    town.check();
}

#[test]
fn a_sortition_that_is_gone_holds_no_rating_back_for_ever() {
    let mut town = Town::new(2);
    let (deal, sealed) = town.rated(1, 2, 1, [false, true]);
    town.ok(2, &sealed[0].dispute());
    town.set(json!({"sortition": ""}));
    town.wait(CASE * 3);
    town.wait(FAILED_SECONDS);
    town.wait(1);
    assert_eq!(town.told(deal, 0), "given");
    town.check();
}

#[test]
fn what_a_jury_said_counts_also_where_the_time_for_an_appeal_outlasts_the_dispute() {
    for (outcome, becomes) in [("uphold", "dropped"), ("dismiss", "given")] {
        let mut town = Town::new(2);
        let begin = json!({
            "key": mycel_sandbox::address("key"), "development": true,
            "members": town.members, "appeal_seconds": "1000000",
        });
        let code = town.sandbox.store(mycel_sandbox::Code::native(sortition()));
        let slow = town
            .sandbox
            .instantiate2(&mycel_sandbox::address("key"), code, "slow", &begin)
            .expect("sortition");
        town.set(json!({"sortition": slow}));
        town.sortition = slow;
        let (deal, sealed) = town.rated(1, 2, 1, [false, true]);
        town.ok(2, &sealed[0].dispute());
        town.judge(1, outcome);
        town.wait(CASE);
        assert_eq!(town.told(deal, 0), "disputed");
        town.wait(CASE * 2);
        town.wait(FAILED_SECONDS);
        town.wait(1);
        assert_eq!(town.told(deal, 0), becomes);
        town.check();
    }
}

#[test]
fn only_the_rated_disputes_and_only_before_it_is_due() {
    let mut town = Town::new(3);
    let (_, sealed) = town.rated(1, 2, 1, [false, true]);
    for other in [1, 3] {
        town.no(other, &sealed[0].dispute(), "not about you");
    }
    town.no(2, &sealed[1].dispute(), "not about you");
    town.ok(1, &sealed[1].dispute());
    town.no(1, &sealed[1].dispute(), "rating settled");
    town.sandbox.advance_time(u64::from(TIMES.appeal));
    town.no(2, &sealed[0].dispute(), "too late");
    town.wait(0);
    town.no(
        2,
        &sealed[0].dispute(),
        "rating settled: deal=1 dir=0 is given",
    );
    town.check();
}

#[test]
fn what_is_revealed_must_be_what_was_sealed() {
    let mut town = Town::new(2);
    let (_, sealed) = town.rated(1, 2, 1, [false, true]);
    for field in ["packed", "rho"] {
        let mut msg = sealed[0].dispute();
        msg["dispute_rating"][field] = json!(HexBinary::from([1; 32]));
        town.no(2, &msg, "opening is not this rating");
        msg["dispute_rating"][field] = json!(HexBinary::from([0xff; 32]));
        town.no(2, &msg, &format!("not canonical: {field}"));
    }
    town.ok(2, &sealed[0].dispute());
}

#[test]
fn without_a_jury_there_is_no_dispute() {
    let mut town = Town::new(2);
    let (deal, sealed) = town.rated(1, 2, 1, [false, true]);
    let sortition = town.sortition.clone();
    // sortition refuses the case
    town.sandbox
        .fail_next(Fault::call_of(sortition.as_str(), 0));
    town.no(2, &sealed[0].dispute(), "");
    town.set(json!({"sortition": ""}));
    town.no(2, &sealed[0].dispute(), "no peer: sortition");
    assert_eq!(town.told(deal, 0), "opened");
    town.check();
}

#[test]
fn a_member_disputes_so_many_ratings_at_once_and_places_are_freed_however_disputes_end() {
    // dropped, confirmed, lapsed
    for outcome in [Some("uphold"), Some("dismiss"), None] {
        let mut town = Town::new(3);
        let bad = [1, 2, 3].map(|nonce| {
            let (a, b) = (1 + 2 * u64::from(nonce == 3), 2);
            town.rated(a, b, nonce, [false, true]).1
        });
        town.ok(2, &bad[0][0].dispute());
        town.ok(2, &bad[1][0].dispute());
        let words = "no open dispute free: person=2 open=2 most=2; wait for a jury and `advance_dispute` one, or let this rating stand";
        town.no(2, &bad[2][0].dispute(), words);
        // another's are its own
        town.ok(1, &bad[0][1].dispute());
        town.check();
        match outcome {
            Some(outcome) => {
                town.judge(1, outcome);
                town.ok(1, &bad[0][0].advance());
                town.ok(2, &bad[2][0].dispute());
            }
            None => {
                // what was not disputed lands, and the others when the jury never came
                town.wait(u64::from(TIMES.appeal));
                assert_eq!(town.mailbox(2).entries, 1);
                town.wait(CASE * 3);
                town.wait(FAILED_SECONDS);
                town.wait(1);
                let newer = [4, 5].map(|nonce| town.rated(1, 2, nonce, [false, true]).1);
                for one in &newer {
                    town.ok(2, &one[0].dispute());
                }
            }
        }
        town.check();
        let next = town.rated(3, 2, 9, [false, true]).1;
        town.no(2, &next[0].dispute(), "no open dispute free");
        town.set(json!({"numbers": {"open_disputes": 3}}));
        town.ok(2, &next[0].dispute());
        town.check();
    }
    let mut town = Town::new(1);
    for wrong in [0, 11] {
        let change = json!({"set_parameters": {"numbers": {"open_disputes": wrong}}});
        let why = town
            .decided("constitutional", &change)
            .expect_err("out of bounds");
        assert!(
            why.text.contains("out of bounds: open_disputes"),
            "{}",
            why.text
        );
    }
}
