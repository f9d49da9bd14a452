//! What deals weigh, and how caps are counted and given back.

use serde_json::json;

use super::ground::{PAIR_CAP, RATING, Town};
use crate::world::TIMES;

#[test]
fn the_contract_sets_a_deals_weight_by_what_was_settled_under_its_reference() {
    let mut town = Town::new(3);
    // no message can name a weight
    let mut msg = town.offer_msg(1, 2, 1, None);
    msg["open_deal"]["weight"] = json!(50);
    town.no(1, &msg, "unknown field");
    town.pay(1, 2, "boat", 50);
    town.pay(2, 3, "boat", 70);
    let deal = town.deal(1, 2, 1, Some("boat"));
    assert_eq!(town.seen(deal).weight, 50);
    assert_eq!(town.seen(deal).r#ref.as_deref(), Some("boat"));
    // whoever paid
    let deal = town.deal(3, 2, 1, Some("boat"));
    assert_eq!(town.seen(deal).weight, 70);
    // without a payment it is small
    let deal = town.deal(1, 3, 1, None);
    assert_eq!(town.seen(deal).weight, 1);
    // under another reference nothing was paid
    let msg = town.offer_msg(1, 2, 2, Some("net"));
    town.no(1, &msg, "nothing settled");
    town.check();
}

#[test]
fn paying_to_and_fro_gains_no_weight() {
    let mut town = Town::new(2);
    town.pay(1, 2, "boat", 60);
    town.pay(2, 1, "boat", 60);
    let msg = town.offer_msg(1, 2, 1, Some("boat"));
    town.no(1, &msg, "nothing settled");
    town.pay(2, 1, "boat", 70);
    let deal = town.offer(1, 2, 1, Some("boat"));
    assert_eq!(town.seen(deal).weight, 10);
}

#[test]
fn a_payment_stands_behind_one_deal() {
    let mut town = Town::new(2);
    town.pay(1, 2, "boat", 60);
    let deal = town.offer(1, 2, 1, Some("boat"));
    for (a, b) in [(1, 2), (2, 1)] {
        let msg = town.offer_msg(a, b, 2, Some("boat"));
        town.no(a, &msg, "reference used: deal=1");
    }
    // one that is taken back frees it
    town.ok(1, &json!({"cancel_deal": {"deal": deal.to_string()}}));
    town.offer(2, 1, 2, Some("boat"));
    town.check();
}

#[test]
fn a_weight_is_cut_to_what_is_left_of_the_pairs_cap_and_refused_with_the_numbers() {
    let mut town = Town::new(2);
    for (nonce, reference, credits, weight) in [(1, "a", 150, 150), (2, "b", 150, 50)] {
        town.pay(1, 2, reference, credits);
        let deal = town.deal(1, 2, nonce, Some(reference));
        assert_eq!(u64::from(town.seen(deal).weight), weight);
    }
    assert_eq!(town.room(1, 2).pair.0, 0);
    let words = "nothing left of caps: asked=1 pair=0 of 200 rater_a=300 rater_b=300 of 500";
    for (a, b) in [(1, 2), (2, 1)] {
        let msg = town.offer_msg(a, b, 9, None);
        town.no(a, &msg, words);
    }
    town.check();
}

#[test]
fn a_weight_is_cut_to_what_is_left_of_either_raters_cap() {
    let mut town = Town::new(5);
    for other in [2, 3] {
        town.pay(1, other, "x", 200);
        let deal = town.deal(1, other, 1, Some("x"));
        assert_eq!(town.seen(deal).weight, 200);
    }
    // 100 of 500 are left to person 1, whoever offers
    town.pay(4, 1, "x", 200);
    let deal = town.deal(4, 1, 1, Some("x"));
    assert_eq!(town.seen(deal).weight, 100);
    let msg = town.offer_msg(5, 1, 1, None);
    town.no(5, &msg, "rater_a=500 rater_b=0 of 500");
    town.check();
}

#[test]
fn an_offer_takes_nothing_of_the_others_caps_until_it_is_accepted() {
    let mut town = Town::new(3);
    town.pay(1, 2, "x", 200);
    let deal = town.offer(1, 2, 1, Some("x"));
    let room = town.room(1, 2);
    assert_eq!(
        (room.pair.0, room.rater_b.0, room.open_b),
        (PAIR_CAP, 500, 0)
    );
    // what others took meanwhile is cut when it is accepted
    town.pay(1, 2, "y", 180);
    let other = town.deal(2, 1, 2, Some("y"));
    assert_eq!(town.seen(other).weight, 180);
    town.accept(2, deal);
    assert_eq!(town.seen(deal).weight, 20);
    town.check();
}

#[test]
fn a_deal_counts_in_every_period_that_it_can_reach_until_it_ends() {
    let mut town = Town::new(2);
    // a deal of the period's end could land in the next
    town.wait(u64::from(TIMES.period) - 10);
    town.pay(1, 2, "x", 150);
    let deal = town.deal(1, 2, 1, Some("x"));
    let room = town.room(1, 2);
    assert_eq!((room.first, room.last, room.pair.0), (0, 1, 50));
    town.wait(20);
    let room = town.room(1, 2);
    assert_eq!((room.first, room.last, room.pair.0), (1, 1, 50));
    // nobody rates: it counts no more
    town.wait(RATING + u64::from(TIMES.open_window));
    assert_eq!(town.seen(deal).stage, "ended");
    assert_eq!(town.room(1, 2).pair.0, PAIR_CAP);
    town.check();
}

#[test]
fn a_rating_counts_in_the_period_in_which_it_landed() {
    let mut town = Town::new(2);
    town.wait(u64::from(TIMES.period) - 10);
    town.pay(1, 2, "x", 150);
    let deal = town.deal(1, 2, 1, Some("x"));
    let sealed = town.promise_both(deal, 1, [true, true]);
    town.ok(1, &sealed[0].open());
    // it lands in the next period; the other never comes
    town.wait(u64::from(TIMES.appeal));
    assert_eq!(town.told(deal, 0), "given");
    assert_eq!(town.seen(deal).ratings[0].period, Some(1));
    town.wait(RATING + u64::from(TIMES.open_window));
    assert_eq!(town.told(deal, 1), "absent");
    assert_eq!(town.seen(deal).stage, "ended");
    assert_eq!(town.room(1, 2).pair.0, 50);
    town.check();
    // in the period after, all is there again
    town.wait(u64::from(TIMES.period));
    assert_eq!(town.room(1, 2).pair.0, PAIR_CAP);
}

#[test]
fn a_member_has_so_many_open_deals_and_places_are_freed_however_they_end() {
    let mut town = Town::new(7);
    for other in 2..=5 {
        town.deal(1, other, 1, None);
    }
    let msg = town.offer_msg(1, 6, 1, None);
    town.no(1, &msg, "no open deal free: person=1 open=4 most=4");
    // who has none accepts none either
    let deal = town.offer(6, 1, 1, None);
    let accept = json!({"accept_deal": {"deal": deal.to_string()}});
    town.no(1, &accept, "no open deal free: person=1");
    // ratings of one landed, one was half rated, two not at all
    let sealed = town.promise_both(1, 1, [true, false]);
    for one in &sealed {
        town.ok(1, &one.open());
    }
    let half = town.sealed(2, 1, 1, true);
    town.ok(3, &half.commit());
    town.wait(u64::from(TIMES.appeal));
    assert_eq!(town.seen(1).stage, "ended");
    assert_eq!(town.room(1, 2).open_a, 3);
    town.wait(RATING + u64::from(TIMES.open_window));
    for deal in 1..=4 {
        assert_eq!(town.seen(deal).stage, "ended");
    }
    assert_eq!(town.room(1, 2).open_a, 0);
    for other in 2..=5 {
        assert_eq!(town.room(other, 7).open_a, 0);
    }
    town.check();
}

#[test]
fn a_deal_that_could_reach_too_many_periods_is_refused() {
    let mut town = Town::new(2);
    town.set(json!({"numbers": {"case_seconds": 14 * 86_400}}));
    let msg = town.offer_msg(1, 2, 1, None);
    town.no(1, &msg, "deal too long");
}
