//! Orders come sealed and are opened: what is taken and what is refused.

use mycel_commons::market::order::Side::{Buy, Sell};
use serde_json::{Value, json};

use super::ground::{Ground, SHARES, Steps, told};
use crate::world::{CREDIT, DAY, START, rules, with};

/// A thousandth of a credit.
const M: u64 = CREDIT / 1_000;

#[test]
fn sealed_orders_are_opened_and_cleared_to_one_price() {
    let mut g = Ground::new(4);
    let (auction, [a, b, c, d]) = (g.units(), [1, 2, 3, 4].map(|n| g.name(n)));
    let before = [&a, &b, &c, &d].map(|who| g.world.money(who));
    // to buy: 10,000 at 12 and 5,000 at 10; 10,000 at 11
    g.buy(&a, auction, 200, &[(12 * M, 10_000), (10 * M, 5_000)]);
    let held = g.buy(&b, auction, 200, &[(11 * M, 10_000)]);
    // to sell: 12,000 at 8; 8,000 at 11 and 2,000 at 13
    g.sell(&c, auction, 20_000, &[(8 * M, 12_000)]);
    g.sell(&d, auction, 10_000, &[(11 * M, 8_000), (13 * M, 2_000)]);
    assert_eq!(g.balance(&c), 80_000);
    let view = g.auction(auction);
    assert_eq!(
        (view.phase.as_str(), view.buys.orders, view.sells.orders),
        ("commit", 2, 2)
    );
    assert_eq!((view.buys.opened, view.sells.opened), (0, 0));
    g.until_reveal(auction);
    g.open(&b, auction, Buy, &[(11 * M, 10_000)]);
    g.open(&d, auction, Sell, &[(11 * M, 8_000), (13 * M, 2_000)]);
    g.open(&a, auction, Buy, &[(12 * M, 10_000), (10 * M, 5_000)]);
    g.open(&c, auction, Sell, &[(8 * M, 12_000)]);
    let view = g.finish(auction);
    // at 11: 20,000 wanted, 20,000 offered
    let result = view.result.expect("a price");
    assert_eq!(result.price.pico(), 11 * M);
    assert_eq!(result.quantity.units(), 20_000);
    assert_eq!(result.short.units(), 0);
    assert_eq!(u128::from(result.paid.pico()), 220 * u128::from(CREDIT));
    assert_eq!(
        [&a, &b, &c, &d].map(|who| g.balance(who)),
        [110_000, 110_000, 88_000, 92_000]
    );
    let after = [&a, &b, &c, &d].map(|who| g.world.money(who));
    let credits = [0, 1, 2, 3].map(|n| (after[n] - before[n]) as f64 / CREDIT as f64);
    // to a hundredth: money loses some in these hours
    for (got, meant) in credits.into_iter().zip([-110.0, -110.0, 132.0, 88.0]) {
        assert!((got - meant).abs() < 5.0, "{credits:?}");
    }
    assert!(g.hold(held).is_none(), "nothing stays in a hold");
    assert_eq!(view.phase, "done");
}

#[test]
fn sizes_of_holds_and_escrow_are_round() {
    let mut g = Ground::new(3);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    let credit = g.world.credit.clone();
    let steps: Steps<'_> = &[(M, 10)];
    for pico in [3 * CREDIT, CREDIT / 2, 12 * CREDIT, CREDIT + 1] {
        let msg = g.buying(&a, auction, steps);
        let hold = g.world.hold_msg(pico, &msg);
        g.world.as_(&a).refused_by(&credit, hold, "size not round");
    }
    for escrow in [0, 3, 11, 15_000] {
        let msg = g.selling(&b, auction, escrow, steps);
        g.world.as_(&b).refused(msg, "size not round");
    }
    g.buy(&a, auction, 5, steps);
    g.sell(&b, auction, 50, steps);
}

#[test]
fn orders_come_in_one_phase_and_are_opened_in_the_next() {
    let mut g = Ground::new(3);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    let credit = g.world.credit.clone();
    let steps: Steps<'_> = &[(M, 10)];
    g.sell(&b, auction, 10, steps);
    let early = g.opening(&b, auction, Sell, steps);
    g.world
        .as_(&b)
        .refused(early.clone(), "not the phase: auction=1 phase=commit");
    g.until_reveal(auction);
    let late = g.selling(&a, auction, 10, steps);
    g.world
        .as_(&a)
        .refused(late, "not the phase: auction=1 phase=reveal");
    let msg = g.buying(&a, auction, steps);
    let late = g.world.hold_msg(CREDIT, &msg);
    g.world
        .as_(&a)
        .refused_by(&credit, late, "not the phase: auction=1 phase=reveal");
    g.until_end(auction);
    g.world
        .as_(&b)
        .refused(early, "not the phase: auction=1 phase=clearing");
    let unknown = g.selling(&a, 99, 10, steps);
    g.world
        .as_(&a)
        .refused(unknown, "unknown auction: auction=99");
}

#[test]
fn what_is_opened_is_what_was_sealed() {
    let mut g = Ground::new(3);
    let (auction, a, b, c) = (g.units(), g.name(1), g.name(2), g.name(3));
    let steps: Steps<'_> = &[(5 * M, 10), (4 * M, 20)];
    g.buy(&a, auction, 1, steps);
    g.buy(&b, auction, 1, steps);
    g.until_reveal(auction);
    for other in [
        &[(5 * M, 11), (4 * M, 20)][..],
        &[(6 * M, 10), (4 * M, 20)],
        &[(5 * M, 10)],
    ] {
        let msg = g.opening(&a, auction, Buy, other);
        g.world
            .as_(&a)
            .refused(msg, "commitment differs: auction=1 order=1");
    }
    let mut msg = g.opening(&a, auction, Buy, steps);
    msg["reveal"]["salt"] = json!("00".repeat(32));
    g.world.as_(&a).refused(msg, "commitment differs");
    // another's salt and steps are nobody else's
    let msg = g.opening(&a, auction, Buy, steps);
    g.world
        .as_(&b)
        .refused(msg.clone(), "commitment differs: auction=1 order=2");
    g.world
        .as_(&c)
        .refused(msg.clone(), "no such order: auction=1 person=3 side=buy");
    g.world.as_(&a).say(msg.clone());
    g.world
        .as_(&a)
        .refused(msg, "already opened: auction=1 order=1");
}

#[test]
fn another_ones_seal_cannot_be_repeated() {
    let mut g = Ground::new(2);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    let steps: Steps<'_> = &[(5 * M, 10)];
    let seal = g.selling(&a, auction, 10, steps);
    g.world.as_(&a).say(seal.clone());
    g.world.as_(&b).say(seal);
    g.until_reveal(auction);
    let msg = g.opening(&a, auction, Sell, steps);
    g.world.as_(&a).say(msg.clone());
    g.world.as_(&b).refused(msg, "commitment differs");
}

#[test]
fn what_an_order_could_cost_lies_in_its_hold_with_a_margin() {
    let mut g = Ground::new(2);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    // 99 credits at most, 2 % more are 100.98: too much for 100
    let dear: Steps<'_> = &[(99 * M, 1_000)];
    // dearest at its second step: 97 credits, with margin 98.94
    let fits: Steps<'_> = &[(100 * M, 1), (97 * M, 999)];
    g.buy(&a, auction, 100, dear);
    g.buy(&b, auction, 100, fits);
    g.until_reveal(auction);
    let msg = g.opening(&a, auction, Buy, dear);
    let said = "hold does not cover: cost=99000000000000 with_margin=100980000000000";
    g.world.as_(&a).refused(msg, said);
    g.open(&b, auction, Buy, fits);
}

#[test]
fn an_order_beyond_its_escrow_is_refused_with_the_numbers() {
    let mut g = Ground::new(2);
    let (a, b) = (g.name(1), g.name(2));
    let (units, shares) = (g.units(), g.shares());
    let steps: Steps<'_> = &[(M, 60), (2 * M, 50)];
    g.sell(&a, units, 100, steps);
    g.sell(&a, shares, 100, steps);
    // more than there is
    let more = g.selling(&b, units, 200_000, steps);
    g.world.as_(&b).refused(more, "not enough");
    g.until_reveal(units);
    for auction in [units, shares] {
        let msg = g.opening(&a, auction, Sell, steps);
        let said = "escrow does not cover: quantity=110 escrow=100";
        g.world.as_(&a).refused(msg, said);
    }
}

#[test]
fn a_person_has_one_order_a_side() {
    let mut g = Ground::new(2);
    let (auction, a) = (g.units(), g.name(1));
    let credit = g.world.credit.clone();
    g.buy(&a, auction, 1, &[(M, 10)]);
    g.sell(&a, auction, 10, &[(2 * M, 10)]);
    let msg = g.buying(&a, auction, &[(M, 20)]);
    let hold = g.world.hold_msg(CREDIT, &msg);
    let said = "one order a person and side: person=1 side=buy order=1";
    g.world.as_(&a).refused_by(&credit, hold, said);
    let msg = g.selling(&a, auction, 10, &[(3 * M, 10)]);
    g.world.as_(&a).refused(
        msg,
        "one order a person and side: person=1 side=sell order=1",
    );
}

#[test]
fn one_sells_entitlement_in_one_auction_at_a_time() {
    let mut g = Ground::with(6, with(rules(), "/market/auctions", json!(3)));
    let (first, opened) = (g.units(), g.auction(g.units()).opened.0);
    for number in 1..=6 {
        let who = g.name(number);
        g.sell(&who, first, 10, &[(M, 10)]);
    }
    // nobody advances until the next one has begun, and then too little
    g.world.sandbox.advance_time(opened + 3_400 - g.world.now());
    while g.units() == first {
        g.world.as_("anyone").say(json!({"advance": {"limit": 6}}));
    }
    let (second, last) = (g.units(), g.name(6));
    assert!(g.auction(first).done.is_none());
    let msg = g.selling(&last, second, 10, &[(M, 10)]);
    g.world
        .as_(&last)
        .refused(msg.clone(), "still selling: auction=1");
    while g.auction(first).done.is_none() {
        g.world.advance();
    }
    g.world.as_(&last).say(msg);
}

#[test]
fn auctions_begin_in_equal_distances_and_shares_once_an_epoch() {
    let mut g = Ground::with(1, with(rules(), "/market/auctions", json!(3)));
    let opened = g.auction(g.units()).opened.0;
    assert_eq!(g.auction(g.shares()).opened.0, opened);
    let mut seen = vec![opened];
    for _ in 0..90 {
        g.world.wait(100);
        let latest = g.auction(g.units());
        if latest.epoch.0 == 1 && Some(&latest.opened.0) != seen.last() {
            seen.push(latest.opened.0);
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
    for (index, at) in seen.iter().enumerate() {
        let due = opened + 3_333 * index as u64;
        assert!((due..due + 101).contains(at), "{seen:?}");
    }
    assert_eq!(g.auction(g.shares()).opened.0, opened);
}

#[test]
fn the_phases_leave_a_quarter_of_the_time_for_what_comes_after() {
    let mut g = Ground::new(1);
    // 10,000 seconds, four auctions: 2,500 each, 1,875 for both phases
    for (name, value, fits) in [("auctions", 4, false), ("auctions", 3, true)] {
        let rules = with(rules(), &format!("/market/{name}"), json!(value));
        let action = crate::world::founding(rules, None, &[(1, 0)]);
        if fits {
            g.world.decide("all", "ordinary", action);
        } else {
            g.world.undecided(
                "all",
                "ordinary",
                action,
                "commit_seconds and reveal_seconds=2000",
            );
        }
    }
    let bad = with(rules(), "/market/margin_bps", json!(2_001));
    let action = crate::world::founding(bad, None, &[(1, 0)]);
    g.world
        .undecided("all", "ordinary", action, "out of bounds: margin_bps=2001");
}

#[test]
fn only_the_enrolled_in_good_standing_order() {
    let mut g = Ground::new(3);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    let credit = g.world.credit.clone();
    let steps: Steps<'_> = &[(M, 10)];
    let rules = rules();
    // enrolled nowhere
    let newcomer = crate::world::names(4)[3].clone();
    g.world.people(std::slice::from_ref(&newcomer));
    let msg = g.buying(&newcomer, auction, steps);
    let hold = g.world.hold_msg(CREDIT, &msg);
    g.world
        .as_(&newcomer)
        .refused_by(&credit, hold, "not enrolled");
    let msg = g.selling(&newcomer, auction, 10, steps);
    g.world.as_(&newcomer).refused(msg, "not enrolled");
    g.sell(&b, auction, 10, steps);
    for person in [1, 2] {
        g.hand(json!({"suspend": {"person": person}}));
    }
    let msg = g.selling(&a, auction, 10, steps);
    g.world.as_(&a).refused(msg, "suspended");
    let msg = g.buying(&a, auction, steps);
    let hold = g.world.hold_msg(CREDIT, &msg);
    g.world.as_(&a).refused_by(&credit, hold, "suspended");
    g.until_reveal(auction);
    let msg = g.opening(&b, auction, Sell, steps);
    g.world.as_(&b).refused(msg, "suspended");
    let _ = rules;
}

#[test]
fn a_hold_that_ends_before_its_order_can_be_settled_is_refused() {
    let rules = with(rules(), "/epoch_seconds", json!(730 * DAY));
    let rules = with(rules, "/market/commit_seconds", json!(100 * DAY));
    let rules = with(rules, "/market/reveal_seconds", json!(200 * DAY));
    let mut g = Ground::with(2, rules);
    let (auction, a) = (g.units(), g.name(1));
    let credit = g.world.credit.clone();
    let msg = g.buying(&a, auction, &[(M, 10)]);
    let hold = g.world.hold_msg(CREDIT, &msg);
    g.world
        .as_(&a)
        .refused_by(&credit, hold, "hold too short: expires=");
    // later it lasts long enough
    g.world.wait(50 * DAY);
    g.buy(&a, auction, 1, &[(M, 10)]);
    assert!(g.world.now() > START);
}

#[test]
fn who_has_open_orders_stays_until_they_are_settled() {
    let mut g = Ground::new(9);
    // person 9 holds no shares
    let (auction, i) = (g.units(), g.name(9));
    g.buy(&i, auction, 1, &[(M, 10)]);
    let leave = json!({"withdraw": {"commons": g.forest.to_string()}});
    g.world.as_(&i).refused(leave.clone(), "1 open orders");
    let open: Value = g
        .world
        .query(&json!({"open_items": {"member": mycel_sandbox::address(&i)}}));
    assert_eq!(open["open"], 1, "{open}");
    g.finish(auction);
    g.world.as_(&i).say(leave);
}

#[test]
fn bids_count_for_the_concentration_cap_until_they_are_settled() {
    let mut g = Ground::new(3);
    let (auction, a, b) = (g.shares(), g.name(1), g.name(2));
    // 10,000,000 of 20,000,000 are there
    let over: Steps<'_> = &[(1, 10_000_001)];
    let fits: Steps<'_> = &[(1, 9_000_000)];
    g.buy(&a, auction, 1, over);
    g.buy(&b, auction, 1, fits);
    g.until_reveal(auction);
    let msg = g.opening(&a, auction, Buy, over);
    g.world.as_(&a).refused(msg, "concentration");
    g.open(&b, auction, Buy, fits);
    assert_eq!(g.holding(&b).reserved.0, 9_000_000);
    let forest = g.forest.to_string();
    let give =
        |shares: u32| json!({"transfer_shares": {"commons": forest, "to": "2", "shares": shares}});
    g.world.as_(&a).refused(give(1_000_001), "concentration");
    g.world.as_(&a).say(give(1_000_000));
    g.finish(auction);
    assert_eq!(g.holding(&b).reserved.0, 0);
    g.world.as_(&a).say(give(SHARES - 1_000_000));
}

#[test]
fn orders_tell_watchers_what_is_public_and_nothing_else() {
    let mut g = Ground::new(2);
    let (auction, b) = (g.units(), g.name(2));
    let receipt = g.sell(&b, auction, 10, &[(M, 7)]);
    assert_eq!(told(&receipt, "commit", "size").as_deref(), Some("10"));
    assert!(!format!("{:?}", receipt.events).contains(&M.to_string()));
    let orders = g.orders(auction, "sell").orders;
    assert_eq!((orders[0].size.0, orders[0].steps.len()), (10, 0));
}
