//! Who gets and pays what, when something is missing as well.

use mycel_commons::market::order::Side::{Buy, Sell};
use serde_json::json;

use super::ground::{CAP, Ground, SHARES, told};
use crate::world::{CREDIT, DAY, rules, with};

const M: u64 = CREDIT / 1_000;

/// Nearly: the rest of one's money loses some while a test runs.
#[track_caller]
fn near(got: i128, credits: i128) {
    let meant = credits * i128::from(CREDIT);
    assert!(
        (got - meant).abs() < meant.abs() / 50 + i128::from(CREDIT / 2),
        "{got} {meant}"
    );
}

#[test]
fn the_margin_is_dealt_equally_and_the_rest_goes_back() {
    let mut g = Ground::new(5);
    let auction = g.units();
    // three want 90 at 10; 100 are there: one of them wants 10 only
    let view = g.deal(
        auction,
        &[
            (1, 2, &[(10 * M, 90)]),
            (2, 2, &[(10 * M, 10)]),
            (3, 2, &[(10 * M, 90)]),
            (4, 2, &[(12 * M, 5)]),
        ],
        &[(5, 100, &[(4 * M, 100)])],
    );
    // from 4 to 10 all prices are equally good
    assert_eq!(view.result.expect("a price").price.pico(), 7 * M);
    let got = [1, 2, 3, 4, 5].map(|n| g.balance(&g.name(n)));
    // 100 − 5 − 10 = 85: 43 and 42, the unit left over to the lower number
    assert_eq!(got, [100_043, 100_010, 100_042, 100_005, 99_900]);
}

#[test]
fn a_buyer_who_is_short_gets_what_is_left_and_the_seller_keeps_the_rest() {
    let mut g = Ground::new(3);
    let (auction, [a, b, c]) = (g.shares(), [1, 2, 3].map(|n| g.name(n)));
    let steps: &[(u64, u64)] = &[(98 * M, 1_000)];
    let hold = g.buy(&a, auction, 100, steps);
    g.buy(&b, auction, 100, &[(98 * M, 10)]);
    g.sell(&c, auction, 2_000, &[(98 * M, 2_000)]);
    g.until_reveal(auction);
    for who in [&a, &b] {
        let steps = if who == &a {
            steps
        } else {
            &[(98 * M, 10)][..]
        };
        g.open(who, auction, Buy, steps);
    }
    g.open(&c, auction, Sell, &[(98 * M, 2_000)]);
    // nobody advances for a year; the hold decays, and does not expire yet
    g.world.sandbox.advance_time(300 * DAY);
    let left = g.hold(hold).expect("a hold").amount.pico();
    let units = left / (98 * M);
    assert!(units < 990 && units > 100, "{left}");
    let seller = g.world.money(&c);
    let view = g.finish(auction);
    let result = view.result.expect("a price");
    assert_eq!(result.short.units(), u128::from(1_000 - units));
    assert_eq!(result.quantity.units(), u128::from(units + 10));
    assert_eq!(g.holding(&a).shares.0, SHARES + units as u32);
    assert_eq!(g.holding(&b).shares.0, SHARES + 10);
    let kept = g.holding(&c);
    assert_eq!(
        (kept.shares.0, kept.escrow.0),
        (SHARES - units as u32 - 10, 0)
    );
    assert!(g.hold(hold).is_none());
    let got = g.world.money(&c) - seller;
    assert!(got > i128::from((units + 10) * 98 * M) / 2, "{got}");
}

#[test]
fn a_hold_that_expired_gets_nothing_and_fails_nothing() {
    let mut g = Ground::new(4);
    let (auction, [a, b, c, d]) = (g.shares(), [1, 2, 3, 4].map(|n| g.name(n)));
    let gone = g.buy(&a, auction, 100, &[(90 * M, 1_000)]);
    let sealed = g.buy(&d, auction, 100, &[(90 * M, 1_000)]);
    g.buy(&b, auction, 10, &[(90 * M, 50)]);
    g.sell(&c, auction, 2_000, &[(80 * M, 2_000)]);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(90 * M, 1_000)]);
    g.open(&b, auction, Buy, &[(90 * M, 50)]);
    g.open(&c, auction, Sell, &[(80 * M, 2_000)]);
    g.world.sandbox.advance_time(366 * DAY);
    let credit = g.world.credit.clone();
    for hold in [gone, sealed] {
        let expire = json!({"expire_hold": {"hold": hold.to_string()}});
        g.world.as_("anyone").tell(&credit, expire);
    }
    let view = g.finish(auction);
    let result = view.result.expect("a price");
    // b's hold is there, and was not released
    assert_eq!(
        result.quantity.units(),
        g.orders(auction, "buy").orders[2].quantity.units()
    );
    assert!(result.quantity.units() > 0);
    assert_eq!(g.holding(&a).shares.0, SHARES);
    assert_eq!(g.orders(auction, "buy").orders[1].forfeited.0, 0);
    assert_eq!(g.holding(&c).escrow.0, 0);
}

#[test]
fn orders_that_are_not_opened_lose_a_tenth_and_a_credit_at_least() {
    let mut g = Ground::new(4);
    let (auction, [a, b, c, d]) = (g.units(), [1, 2, 3, 4].map(|n| g.name(n)));
    g.buy(&a, auction, 200, &[(M, 10)]);
    g.buy(&b, auction, 2, &[(M, 10)]);
    g.sell(&c, auction, 500, &[(M, 10)]);
    g.sell(&d, auction, 5, &[(M, 5)]);
    let before = [&a, &b].map(|who| g.world.money(who));
    let (fund, reserve) = (g.fund(), g.entitlement(0).account.balance.units());
    let view = g.finish(auction);
    assert!(view.result.is_none());
    assert_eq!(view.forfeited.pico(), 21 * CREDIT);
    assert_eq!(view.forfeited_units.units(), 51);
    near(g.world.money(&a) - before[0], 180);
    near(g.world.money(&b) - before[1], 1);
    assert!(g.fund() - fund >= 21 * i128::from(CREDIT));
    assert_eq!([&c, &d].map(|who| g.balance(who)), [99_950, 99_999]);
    assert_eq!(g.entitlement(0).account.balance.units(), reserve + 51);
    let orders = g.orders(auction, "sell").orders;
    assert_eq!([orders[0].forfeited.0, orders[1].forfeited.0], [50, 1]);
}

#[test]
fn shares_that_are_not_opened_lose_a_tenth_to_the_treasury() {
    let mut g = Ground::new(1);
    let (auction, a) = (g.shares(), g.name(1));
    g.sell(&a, auction, 1_000, &[(M, 10)]);
    let treasury = |g: &Ground| -> u64 {
        g.world.query::<serde_json::Value>(
            &json!({"holding": {"commons": g.forest.to_string(), "person": "0"}}),
        )["shares"]
            .as_u64()
            .expect("shares")
    };
    let before = treasury(&g);
    g.finish(auction);
    assert_eq!(g.holding(&a).shares.0, SHARES - 100);
    assert_eq!(treasury(&g), before + 100);
}

#[test]
fn what_is_settled_after_its_epoch_goes_back_whole() {
    let mut g = Ground::new(3);
    let (auction, [a, b, c]) = (g.units(), [1, 2, 3].map(|n| g.name(n)));
    let hold = g.buy(&a, auction, 100, &[(90 * M, 100)]);
    g.buy(&c, auction, 100, &[(90 * M, 100)]);
    g.sell(&b, auction, 200, &[(M, 200)]);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(90 * M, 100)]);
    g.open(&b, auction, Sell, &[(M, 200)]);
    let before = g.world.money(&a);
    // nobody advances until the epoch is over
    g.world.sandbox.advance_time(9_000);
    let view = g.finish(auction);
    assert_eq!(view.void.as_deref(), Some("the epoch ended first"));
    assert!(view.result.is_none());
    assert_eq!(view.forfeited.pico(), 0, "c could not know");
    near(g.world.money(&a) - before, 100);
    assert!(g.hold(hold).is_none());
    let orders = g.orders(auction, "sell").orders;
    assert!(orders[0].done && orders[0].quantity.is_zero());
}

#[test]
fn a_commons_that_closes_gives_everything_back() {
    let mut g = Ground::new(3);
    let (units, shares) = (g.units(), g.shares());
    let [a, b, c] = [1, 2, 3].map(|n| g.name(n));
    for auction in [units, shares] {
        g.buy(&a, auction, 100, &[(90 * M, 100)]);
        g.sell(&b, auction, 200, &[(M, 200)]);
    }
    let forest = g.forest;
    let close = json!({"close": {"commons": forest.to_string()}});
    g.world.decide(forest, "constitutional", close);
    let late = g.selling(&c, units, 10, &[(M, 10)]);
    g.world.as_(&c).refused(late, "commons closed");
    let before = g.world.money(&a);
    for auction in [units, shares] {
        let view = g.finish(auction);
        assert_eq!(view.void.as_deref(), Some("the commons closes"));
        assert_eq!(
            (view.forfeited.pico(), view.forfeited_units.units()),
            (0, 0)
        );
    }
    near(g.world.money(&a) - before, 200);
    assert_eq!(g.balance(&b), 100_000);
    assert_eq!(
        (g.holding(&b).shares.0, g.holding(&b).escrow.0),
        (SHARES, 0)
    );
}

#[test]
fn escrow_is_cut_with_the_epoch_and_the_buyer_pays_for_what_comes() {
    let mut g = Ground::new(3);
    let (auction, [a, b, c]) = (g.units(), [1, 2, 3].map(|n| g.name(n)));
    g.buy(&a, auction, 100, &[(90 * M, 1_000)]);
    g.sell(&b, auction, 1_000, &[(80 * M, 1_000)]);
    g.sell(&c, auction, 1_000, &[(80 * M, 900)]);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(90 * M, 1_000)]);
    g.open(&b, auction, Sell, &[(80 * M, 1_000)]);
    // a drought halves the cap, and with it what lies in escrow
    g.hand(json!({"lower": {"cap": CAP / 2}}));
    let msg = g.opening(&c, auction, Sell, &[(80 * M, 900)]);
    let said = "escrow does not cover: quantity=900 escrow=500";
    g.world.as_(&c).refused(msg, said);
    let before = g.world.money(&a);
    let view = g.finish(auction);
    let result = view.result.expect("a price");
    assert_eq!(result.quantity.units(), 500);
    assert_eq!(result.short.units(), 500);
    assert_eq!(result.paid.pico(), 500 * result.price.pico());
    assert_eq!(g.balance(&a), 50_500);
    // 99,000 halved; of the escrow nothing is left
    assert_eq!(g.balance(&b), 49_500);
    let paid = i128::from(500 * result.price.pico() / CREDIT);
    near(g.world.money(&a) - before, 100 - paid);
}

#[test]
fn who_is_suspended_after_committing_loses_nothing() {
    let mut g = Ground::new(2);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    g.buy(&a, auction, 100, &[(90 * M, 100)]);
    g.sell(&b, auction, 500, &[(M, 200)]);
    for person in [1, 2] {
        g.hand(json!({"suspend": {"person": person}}));
    }
    let before = g.world.money(&a);
    let view = g.finish(auction);
    assert_eq!(
        (view.forfeited.pico(), view.forfeited_units.units()),
        (0, 0)
    );
    near(g.world.money(&a) - before, 100);
    assert_eq!(g.balance(&b), 100_000);
}

#[test]
fn who_is_suspended_after_opening_is_bound() {
    let mut g = Ground::new(2);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    g.buy(&a, auction, 100, &[(90 * M, 100)]);
    g.sell(&b, auction, 200, &[(90 * M, 100)]);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(90 * M, 100)]);
    g.open(&b, auction, Sell, &[(90 * M, 100)]);
    for person in [1, 2] {
        g.hand(json!({"suspend": {"person": person}}));
    }
    g.finish(auction);
    assert_eq!([&a, &b].map(|who| g.balance(who)), [100_100, 99_900]);
}

#[test]
fn the_excluded_get_no_units_and_sellers_keep_them() {
    let mut g = Ground::new(2);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    g.buy(&a, auction, 100, &[(90 * M, 100)]);
    g.sell(&b, auction, 200, &[(90 * M, 100)]);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(90 * M, 100)]);
    g.open(&b, auction, Sell, &[(90 * M, 100)]);
    g.hand(json!({"exclude": {"person": 1}}));
    let before = g.world.money(&a);
    let view = g.finish(auction);
    assert_eq!(view.result.expect("a price").short.units(), 100);
    assert_eq!(g.balance(&b), 100_000);
    near(g.world.money(&a) - before, 100);
}

#[test]
fn pieces_of_any_size_come_to_the_same() {
    let run = |limit: u32| {
        let mut g = Ground::new(6);
        let auction = g.units();
        let mut orders: Vec<(u64, Vec<(u64, u64)>)> = vec![];
        for n in 1..=6u64 {
            orders.push((n, vec![((10 + n) * M, 10 * n), ((5 + n) * M, 7 * n)]));
        }
        for (n, steps) in &orders[..3] {
            let who = g.name(*n);
            g.buy(&who, auction, 100, steps);
        }
        for (n, steps) in &orders[3..] {
            let (who, mut steps) = (g.name(*n), steps.clone());
            steps.reverse();
            g.sell(&who, auction, 500, &steps);
        }
        g.until_reveal(auction);
        for (n, steps) in &orders[..3] {
            let who = g.name(*n);
            g.open(&who, auction, Buy, steps);
        }
        for (n, steps) in &orders[3..5] {
            let (who, mut steps) = (g.name(*n), steps.clone());
            steps.reverse();
            g.open(&who, auction, Sell, &steps);
        }
        g.until_end(auction);
        let mut calls = 0;
        while g.auction(auction).phase != "done" {
            g.world
                .as_("anyone")
                .say(json!({"advance": {"limit": limit}}));
            g.walk();
            calls += 1;
            assert!(calls < 500);
        }
        g.world.advance();
        let balances = [1, 2, 3, 4, 5, 6].map(|n| g.balance(&g.name(n)));
        let money = [1, 2, 3, 4, 5, 6].map(|n| g.world.money(&g.name(n)));
        (calls, balances, money, g.auction(auction).result)
    };
    let (few, balances, money, result) = run(400);
    assert!(result.as_ref().expect("a price").quantity.units() > 0);
    for limit in [5, 6, 13, 50] {
        let (many, others, paid, same) = run(limit);
        assert_eq!(
            (balances, money, &result),
            (others, paid, &same),
            "limit={limit}"
        );
        assert!(many >= few);
    }
}

#[test]
fn the_end_of_blocks_settles_what_is_small() {
    let mut g = Ground::new(2);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    g.buy(&a, auction, 100, &[(90 * M, 100)]);
    g.sell(&b, auction, 200, &[(90 * M, 100)]);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(90 * M, 100)]);
    g.open(&b, auction, Sell, &[(90 * M, 100)]);
    g.until_end(auction);
    for _ in 0..20 {
        g.world.block();
    }
    assert!(g.auction(auction).done.is_some());
    assert_eq!([&a, &b].map(|who| g.balance(who)), [100_100, 99_900]);
}

#[test]
fn an_auction_without_volume_has_no_price_and_the_median_is_of_the_last_four() {
    let rules = with(rules(), "/market/auctions", json!(6));
    let rules = with(rules, "/market/commit_seconds", json!(300));
    let rules = with(rules, "/market/reveal_seconds", json!(300));
    let mut g = Ground::with(2, rules);
    let median = |g: &Ground| -> Option<String> {
        let answer: serde_json::Value = g
            .world
            .query(&json!({"prices": {"commons": g.forest.to_string(), "good": "entitlement"}}));
        answer["median"].as_str().map(str::to_owned)
    };
    let mut last = 0;
    let mut seen = vec![];
    // 0: nobody meets
    for price in [40u64, 10, 0, 30, 20, 50] {
        while g.units() == last {
            g.world.wait(100);
        }
        last = g.units();
        let bid = if price == 0 { 1 } else { price };
        let ask = if price == 0 { 2 } else { price };
        let view = g.deal(
            last,
            &[(1, 5, &[(bid * M, 10)])],
            &[(2, 10, &[(ask * M, 10)])],
        );
        assert_eq!(view.result.is_none(), price == 0);
        seen.push(median(&g).map(|text| text.parse::<u64>().expect("a number") / M));
    }
    // of an even count the higher
    assert_eq!(seen, [40, 40, 40, 30, 30, 30].map(Some));
    let prices: serde_json::Value = g
        .world
        .query(&json!({"prices": {"commons": g.forest.to_string(), "good": "entitlement"}}));
    assert_eq!(prices["prices"].as_array().expect("prices").len(), 5);
}

#[test]
fn each_order_is_told_as_it_ends() {
    let mut g = Ground::new(2);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    g.buy(&a, auction, 100, &[(90 * M, 100)]);
    g.sell(&b, auction, 200, &[(90 * M, 100)]);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(90 * M, 100)]);
    g.open(&b, auction, Sell, &[(90 * M, 100)]);
    g.until_end(auction);
    let receipt = g.world.as_("anyone").say(json!({"advance": {}}));
    assert_eq!(told(&receipt, "price", "price"), Some((90 * M).to_string()));
    assert_eq!(crate::world::events(&receipt, "wasm-order"), 2);
    assert_eq!(told(&receipt, "settled", "units").as_deref(), Some("100"));
}
