//! What everybody can look at.

use mycel_commons::market::ask::{AuctionsResponse, OrdersResponse, PricesResponse};
use mycel_commons::market::order::Side::{Buy, Sell};
use mycel_sandbox::address;
use serde_json::{Value, json};

use super::ground::Ground;
use crate::world::{CREDIT, rules, with};

const M: u64 = CREDIT / 1_000;

#[test]
fn an_auction_tells_its_phase_times_counts_and_result() {
    let mut g = Ground::new(3);
    let (auction, a, b) = (g.units(), g.name(1), g.name(2));
    let view = g.auction(auction);
    assert_eq!(view.commit_until.0 - view.opened.0, 1_000);
    assert_eq!(view.reveal_until.0 - view.commit_until.0, 1_000);
    assert_eq!((view.epoch.0, view.commons.0), (1, g.forest));
    g.buy(&a, auction, 1, &[(5 * M, 100)]);
    g.sell(&b, auction, 100, &[(5 * M, 40)]);
    let mut phases = vec![g.auction(auction).phase];
    g.until_reveal(auction);
    g.open(&a, auction, Buy, &[(5 * M, 100)]);
    g.open(&b, auction, Sell, &[(5 * M, 40)]);
    let view = g.auction(auction);
    assert_eq!((view.buys.opened, view.buys.quantity.units()), (1, 100));
    assert_eq!((view.sells.opened, view.sells.quantity.units()), (1, 40));
    phases.push(view.phase);
    g.until_end(auction);
    phases.push(g.auction(auction).phase);
    while g.auction(auction).phase != "done" {
        g.world.as_("anyone").say(json!({"advance": {"limit": 13}}));
        let phase = g.auction(auction).phase;
        if phases.last() != Some(&phase) {
            phases.push(phase);
        }
    }
    assert_eq!(phases, ["commit", "reveal", "clearing", "settling", "done"]);
    let result = g.auction(auction).result.expect("a price");
    assert_eq!((result.demand.units(), result.supply.units()), (100, 40));
    assert!(
        g.world
            .unanswered(&json!({"auction": {"id": "99"}}))
            .contains("unknown auction")
    );
}

#[test]
fn lists_come_in_pages() {
    let rules = with(rules(), "/market/auctions", json!(6));
    let rules = with(rules, "/market/commit_seconds", json!(300));
    let rules = with(rules, "/market/reveal_seconds", json!(300));
    let mut g = Ground::with(2, rules);
    for _ in 0..4 {
        let auction = g.units();
        g.deal(
            auction,
            &[(1, 5, &[(5 * M, 10)])],
            &[(2, 10, &[(5 * M, 10)])],
        );
        while g.units() == auction {
            g.world.wait(100);
        }
    }
    let forest = g.forest.to_string();
    let (mut after, mut numbers) = (None, vec![]);
    loop {
        let page: AuctionsResponse = g
            .world
            .query(&json!({"auctions": {"commons": forest, "after": after, "limit": 2}}));
        assert!(page.auctions.len() <= 2);
        numbers.extend(page.auctions.iter().map(|one| one.auction.0));
        match page.next {
            None => break,
            next => after = next,
        }
    }
    // five of entitlement, one of shares
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    let (mut after, mut prices) = (None, vec![]);
    loop {
        let page: PricesResponse = g.world.query(
            &json!({"prices": {"commons": forest, "good": "entitlement", "after": after, "limit": 3}}),
        );
        assert_eq!(page.median.map(|price| price.pico()), Some(5 * M));
        prices.extend(page.prices.iter().map(|one| one.price.pico()));
        match page.next {
            None => break,
            next => after = next,
        }
    }
    assert_eq!(prices, [5 * M; 4]);
    let (mut before, mut own) = (None, vec![]);
    loop {
        let page: OrdersResponse = g.world.query(
            &json!({"orders_by": {"member": address(&g.name(1)), "before": before, "limit": 1}}),
        );
        own.extend(
            page.orders
                .iter()
                .map(|one| (one.auction.0, one.quantity.units())),
        );
        match page.next {
            None => break,
            next => before = next,
        }
    }
    assert_eq!(own.len(), 4);
    assert!(own.is_sorted_by(|a, b| a.0 > b.0) && own.iter().all(|(_, units)| *units == 10));
    let page: OrdersResponse = g
        .world
        .query(&json!({"orders": {"auction": "1", "side": "buy", "limit": 1}}));
    assert_eq!((page.orders.len(), page.next), (1, None));
    let (mut after, mut kept) = (Value::Null, String::new());
    loop {
        let export: Value = g
            .world
            .query(&json!({"export": {"member": address(&g.name(2)), "after": after}}));
        kept.push_str(&export.to_string());
        after = export["next"].clone();
        if after.is_null() {
            break;
        }
    }
    assert_eq!(kept.matches(r#""side":"sell""#).count(), 4, "{kept}");
}
