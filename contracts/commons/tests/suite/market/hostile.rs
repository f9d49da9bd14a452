//! What somebody might try around an auction with time, leaving and sanctions.

use mycel_commons::market::order::Side::{Buy, Sell};
use mycel_sandbox::address;
use serde_json::json;

use super::ground::{Ground, SHARES, Steps};
use crate::world::judging::case_of;
use crate::world::{CREDIT, DAY, founding, rules, with};

const M: u64 = CREDIT / 1_000;

/// One is expelled from the community, by the real juries of members.
fn expel(g: &mut Ground, accuser: &str, person: u64) {
    let members = g.world.members.clone();
    for step in ["notice", "reduced", "suspended", "expelled"] {
        let accuse = json!({"accuse": {"person": person.to_string(), "step": step,
            "reasons": "cd".repeat(32)}});
        let receipt = g.world.as_(accuser).tell(&members, accuse);
        g.world.block();
        let case = case_of(&receipt);
        g.world.judge(case, "uphold");
        let advance = json!({"advance": {"case": case.to_string()}});
        g.world.as_("anyone").tell(&members, advance);
        g.world.block();
    }
}

#[test]
fn who_leaves_the_community_after_sealing_an_order_loses_what_silence_loses() {
    let mut g = Ground::new(3);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    let steps: Steps<'_> = &[(10 * M, 100)];
    g.buy(&a, auction, 100, steps);
    g.sell(&b, auction, 100, steps);
    g.until_reveal(auction);
    let members = g.world.members.clone();
    for who in [&a, &b] {
        g.world.as_(who).tell(&members, json!({"leave": {}}));
    }
    let view = g.finish(auction);
    assert_eq!(view.forfeited.pico(), 10 * CREDIT);
    assert_eq!(view.forfeited_units.units(), 10);
}

#[test]
fn a_hold_lasts_until_its_order_is_settled_and_not_only_opened() {
    // holds last 365 days: 360 to the end of the reveal, 480 until all is settled
    let rules = with(rules(), "/epoch_seconds", json!(730 * DAY));
    let rules = with(rules, "/market/commit_seconds", json!(260 * DAY));
    let rules = with(rules, "/market/reveal_seconds", json!(100 * DAY));
    let mut g = Ground::with(2, rules);
    let (auction, a) = (g.units(), g.name(1));
    let credit = g.world.credit.clone();
    let msg = g.buying(&a, auction, &[(M, 10)]);
    let hold = g.world.hold_msg(CREDIT, &msg);
    g.world
        .as_(&a)
        .refused_by(&credit, hold.clone(), "hold too short: expires=");
    g.world.wait(115 * DAY + 10);
    g.world.as_(&a).tell(&credit, hold);
}

#[test]
fn phases_fit_an_epoch_without_auctions_too_as_what_must_be_sold_needs_one() {
    let mut g = Ground::new(1);
    let rules = with(rules(), "/market/auctions", json!(0));
    let rules = with(rules, "/market/commit_seconds", json!(9_000));
    g.world.undecided(
        "all",
        "ordinary",
        founding(rules, None, &[]),
        "out of bounds: commit_seconds and reveal_seconds",
    );
}

#[test]
fn who_is_expelled_from_the_community_while_an_auction_runs_holds_it_up_for_nobody() {
    let rules = with(rules(), "/epoch_seconds", json!(40 * DAY));
    let rules = with(rules, "/market/reveal_seconds", json!(20 * DAY));
    let mut g = Ground::with(20, rules);
    let (auction, [a, b, c, d]) = (g.units(), [1, 2, 3, 4].map(|n| g.name(n)));
    g.buy(&a, auction, 100, &[(90 * M, 1_000)]);
    g.sell(&b, auction, 1_000, &[(10 * M, 600)]);
    g.sell(&c, auction, 1_000, &[(10 * M, 600)]);
    g.buy(&d, auction, 100, &[(90 * M, 100)]);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(90 * M, 1_000)]);
    g.open(&b, auction, Sell, &[(10 * M, 600)]);
    g.open(&c, auction, Sell, &[(10 * M, 600)]);
    // one seller, and one buyer that has not opened its order, are expelled
    expel(&mut g, &a, 2);
    expel(&mut g, &a, 4);
    let view = g.finish(auction);
    assert_eq!(view.result.expect("a price").quantity.units(), 1_000);
    assert_eq!(g.balance(&a), 101_000);
    // who cannot deal could not open its order
    assert_eq!(view.forfeited.pico(), 0);
}

#[test]
fn shares_of_who_was_expelled_from_the_community_are_sold_and_the_proceeds_fail_nothing() {
    let rules = with(rules(), "/epoch_seconds", json!(40 * DAY));
    let rules = with(rules, "/market/commit_seconds", json!(12 * DAY));
    let mut g = Ground::with(20, rules);
    let (auction, [a, b]) = (g.shares(), [1, 2].map(|n| g.name(n)));
    expel(&mut g, &a, 2);
    let recheck = json!({"recheck": {"commons": g.forest.to_string(), "persons": ["2"]}});
    g.world.as_("anyone").say(recheck);
    assert_eq!(g.holding(&b).escrow.0, SHARES);
    let steps: Steps<'_> = &[(90 * M, 1_000)];
    g.buy(&a, auction, 100, steps);
    g.until_reveal(auction);
    g.open(&a, auction, Buy, steps);
    let view = g.finish(auction);
    assert_eq!(view.result.expect("a price").quantity.units(), 1_000);
    assert_eq!(g.holding(&b).shares.0, SHARES - 1_000);
    let _ = address(&b);
}
