//! Shares that must be sold.

use mycel_commons::market::order::Side::Buy;
use serde_json::{Value, json};

use super::ground::{Ground, SHARES};
use crate::world::{CREDIT, EPOCH, rules, with};

const M: u64 = CREDIT / 1_000;

fn waiting(g: &Ground) -> Vec<(String, String)> {
    let answer: Value = g
        .world
        .query(&json!({"forced_sales": {"commons": g.forest.to_string()}}));
    let all = answer["waiting"].as_array().expect("a list").clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.iter()
        .map(|one| (text(&one["person"]), text(&one["shares"])))
        .collect()
}

#[test]
fn shares_that_must_be_sold_are_sold_at_any_price_and_the_holder_is_paid() {
    let mut g = Ground::new(3);
    let (auction, a, b) = (g.shares(), g.name(1), g.name(2));
    g.hand(json!({"force": {"person": 1, "shares": 1_000}}));
    g.walk();
    assert_eq!(waiting(&g), [("1".to_owned(), "1000".to_owned())]);
    assert_eq!(g.holding(&a).escrow.0, 1_000);
    let give =
        json!({"transfer_shares": {"commons": g.forest.to_string(), "to": "3", "shares": SHARES}});
    g.world.as_(&a).refused(give, "not enough shares");
    g.buy(&b, auction, 100, &[(80 * M, 600)]);
    g.until_reveal(auction);
    g.open(&b, auction, Buy, &[(80 * M, 600)]);
    let before = g.world.money(&a);
    let view = g.finish(auction);
    let result = view.result.expect("a price");
    assert_eq!(result.quantity.units(), 600);
    // 600 for 1,000: more is offered than wanted at every price, so the lowest
    assert_eq!(result.price.pico(), 40 * M);
    let paid = i128::from(600 * 40 * M);
    let got = g.world.money(&a) - before;
    assert!(got > paid * 9 / 10 && got <= paid, "{got} {paid}");
    assert_eq!(g.holding(&a).shares.0, SHARES - 600);
    assert_eq!(g.holding(&b).shares.0, SHARES + 600);
    // the rest waits for the next one, in escrow
    assert_eq!(waiting(&g), [("1".to_owned(), "400".to_owned())]);
    assert_eq!(g.holding(&a).escrow.0, 400);
    let order = &g.orders(auction, "sell").orders[0];
    assert!(order.forced && order.done);
}

#[test]
fn what_was_not_sold_comes_again_even_where_shares_are_not_auctioned() {
    let rules = with(rules(), "/market/shares", json!(false));
    let mut g = Ground::with(3, rules);
    let list: Value = g
        .world
        .query(&json!({"auctions": {"commons": g.forest.to_string()}}));
    assert_eq!(list["auctions"].as_array().map(Vec::len), Some(1), "{list}");
    g.hand(json!({"force": {"person": 1, "shares": 500}}));
    g.hand(json!({"force": {"person": 1, "shares": 500}}));
    g.hand(json!({"force": {"person": 2, "shares": 10}}));
    g.walk();
    let (mut sold, mut seen) = (false, 0);
    let b = g.name(3);
    for _ in 0..3 * EPOCH / 500 {
        g.world.wait(500);
        let list: Value = g
            .world
            .query(&json!({"auctions": {"commons": g.forest.to_string()}}));
        let all = list["auctions"].as_array().expect("a list").clone();
        let Some(last) = all.iter().rfind(|one| one["good"] == "shares") else {
            continue;
        };
        let number: u64 = last["auction"]
            .as_str()
            .expect("a number")
            .parse()
            .expect("a number");
        if number > seen && last["phase"] == "commit" {
            // nobody wants any in the first one
            if seen > 0 {
                g.buy(&b, number, 200, &[(100 * M, 1_010)]);
                g.until_reveal(number);
                g.open(&b, number, Buy, &[(100 * M, 1_010)]);
                let view = g.finish(number);
                assert_eq!(view.result.expect("a price").quantity.units(), 1_010);
                sold = true;
                break;
            }
            seen = number;
        }
    }
    assert!(sold);
    assert!(waiting(&g).is_empty());
    assert_eq!(g.holding(&b).shares.0, SHARES + 1_010);
    assert_eq!(g.holding(&g.name(1)).shares.0, SHARES - 1_000);
}

#[test]
fn more_than_is_free_is_not_sold_by_force() {
    let mut g = Ground::new(1);
    let force = json!({"hand": {"force": {"person": 1, "shares": SHARES + 1}}});
    g.world.as_("anyone").refused(force, "not enough shares");
}
