//! Baskets: what was set aside, as parts that are handed on and redeemed.

use crate::rights::ground::{Ground, about};
use mycel_commons::rights::baskets::BasketView;
use serde_json::{Value, json};

fn of(what: &str, quantity: u64) -> Value {
    json!({what: {"commons": "1", "basket": "1", "quantity": quantity.to_string()}})
}

fn shown(ground: &Ground, person: u64) -> BasketView {
    ground.ask(json!({"basket": {"commons": "1", "basket": "1", "person": person.to_string()}}))
}

fn open(ground: &mut Ground, tier: &str, window: u16) {
    let action =
        json!({"open_basket": {"commons": "1", "tier": tier, "window": window, "fee_bps": 1_000}});
    ground.decided(action, json!({"commons": "1"}), "ordinary");
    ground.check();
}

fn pair(tier: &str, window: u16) -> Ground {
    let mut ground = Ground::new(&[10_000_000, 10_000_000]);
    open(&mut ground, tier, window);
    ground.epoch(10_000);
    ground
}

fn lots(view: &BasketView) -> Vec<(u64, u128)> {
    view.lots
        .iter()
        .map(|lot| (lot.vintage.0, lot.units.units()))
        .collect()
}

#[test]
fn a_basket_takes_what_was_set_aside_and_nothing_else() {
    let mut ground = pair("fresh", 3);
    ground.no(1, of("deposit", 1), "not enough entitlement: wants=1 has=0");
    ground.ok(1, about("bank", 100));
    ground.no(
        1,
        of("deposit", 101),
        "not enough entitlement: wants=101 has=100",
    );
    ground.ok(1, of("deposit", 100));
    // a tenth is the most, in a basket or not
    ground.no(1, about("bank", 101), "more than may be set aside");
    let basket = shown(&ground, 1);
    assert_eq!((basket.content.units(), basket.mine.units()), (100, 100));
    ground.no(
        1,
        json!({"deposit": {"commons": "1", "basket": "2", "quantity": "1"}}),
        "unknown basket",
    );
}

#[test]
fn what_is_in_a_basket_is_within_each_cap_and_redeemed_oldest_first_less_a_fee_to_the_commons() {
    let mut ground = pair("fresh", 3);
    ground.ok(1, about("bank", 100));
    ground.ok(1, of("deposit", 100));
    ground.epoch(10_000);
    // 100 of the cap are the basket's, 9,900 are for shares
    assert_eq!(ground.yields().tac.units(), 9_900);
    ground.ok(2, about("bank", 50));
    ground.ok(2, of("deposit", 50));
    ground.epoch(10_000);
    assert_eq!(ground.yields().tac.units(), 9_850);
    assert_eq!(lots(&shown(&ground, 1)), [(1, 100), (2, 50)]);
    // who came last gets the oldest, less a tenth
    let before = ground.balance(2);
    ground.ok(2, of("redeem", 50));
    assert_eq!(ground.balance(2), before + 45);
    assert_eq!(lots(&shown(&ground, 1)), [(1, 50), (2, 50)]);
    let sums = ground.yields();
    assert_eq!((sums.fees.units(), sums.reserve.units()), (5, 5));
    ground.no(2, of("redeem", 1), "not enough parts: wants=1 has=0");
    ground.ok(1, of("redeem", 100));
    assert_eq!(shown(&ground, 1).content.units(), 0);
}

#[test]
fn what_is_older_than_the_window_is_given_up() {
    let mut ground = pair("fresh", 1);
    ground.ok(1, about("bank", 100));
    ground.ok(1, of("deposit", 100));
    ground.epoch(10_000);
    assert_eq!(lots(&shown(&ground, 1)), [(1, 100)]);
    ground.ok(2, about("bank", 40));
    ground.ok(2, of("deposit", 40));
    ground.epoch(10_000);
    assert_eq!(lots(&shown(&ground, 1)), [(2, 40)]);
    assert_eq!(ground.yields().cancelled.units(), 100);
}

#[test]
fn a_basket_takes_only_vintages_of_its_tier() {
    let mut ground = pair("fresh", 3);
    ground.close();
    ground.hand(json!({"open": {"cap": 9_000, "restored": 0, "stale": true}}));
    ground.ok(1, about("bank", 50));
    ground.no(
        1,
        of("deposit", 50),
        "of too low a tier: epoch=2 readings=stale",
    );
    let mut ground = pair("stale", 3);
    ground.close();
    ground.hand(json!({"open": {"cap": 9_000, "restored": 0, "stale": true}}));
    ground.ok(1, about("bank", 50));
    ground.ok(1, of("deposit", 50));
}

#[test]
fn a_cut_makes_every_part_smaller_and_later_parts_cost_what_there_is() {
    let mut ground = pair("fresh", 3);
    ground.ok(1, about("bank", 100));
    ground.ok(1, of("deposit", 100));
    ground.hand(json!({"lower": {"cap": 5_000}}));
    assert_eq!(shown(&ground, 1).content.units(), 50);
    ground.ok(2, about("bank", 50));
    ground.ok(2, of("deposit", 50));
    let basket = shown(&ground, 2);
    assert_eq!(
        (
            basket.content.units(),
            basket.mine.units(),
            basket.parts.units()
        ),
        (100, 100, 200)
    );
}

#[test]
fn parts_are_handed_on_and_whoever_has_some_does_not_leave() {
    let mut ground = pair("fresh", 3);
    ground.ok(1, about("bank", 100));
    ground.ok(1, of("deposit", 100));
    let pass = |to: u64, parts: u64| {
        json!({"pass_parts": {"commons": "1", "basket": "1",
        "to": to.to_string(), "quantity": parts.to_string()}})
    };
    ground.no(1, pass(2, 101), "not enough parts: wants=101 has=100");
    ground.no(1, pass(0, 1), "the treasury");
    ground.ok(1, pass(2, 60));
    assert_eq!(
        (
            shown(&ground, 1).mine.units(),
            shown(&ground, 2).mine.units()
        ),
        (40, 60)
    );
    let items: Value = ground.ask(json!({"open_items": {"member": mycel_sandbox::address("p2")}}));
    assert!(
        items.to_string().contains("60 parts of basket 1"),
        "{items}"
    );
}

#[test]
fn a_commons_has_four_baskets_at_most_and_an_empty_one_makes_place() {
    let mut ground = pair("fresh", 3);
    ground.ok(1, about("bank", 100));
    for basket in 1..=4u64 {
        if basket > 1 {
            open(&mut ground, "fresh", 3);
        }
        ground.ok(
            1,
            json!({"deposit": {"commons": "1", "basket": basket.to_string(), "quantity": "10"}}),
        );
    }
    let commons = ground.commons.clone();
    let fifth = json!({"decided": {"proposal": "1", "electorate": {"commons": "1"}, "class": "ordinary",
        "action": {"open_basket": {"commons": "1", "tier": "fresh", "window": 3, "fee_bps": 0}}}});
    let assembly = mycel_sandbox::address("assembly");
    let refused = ground
        .sandbox
        .execute(&assembly, &commons, &fifth)
        .expect_err("refused");
    assert!(
        refused.text.contains("too many baskets"),
        "{}",
        refused.text
    );
    ground.ok(1, of("redeem", 10));
    ground
        .sandbox
        .execute(&assembly, &commons, &fifth)
        .expect("accepted");
    assert_eq!(shown(&ground, 1).fee_bps, 0);
}

#[test]
fn whoever_redeems_after_a_cut_gets_its_part_of_what_there_is() {
    let mut ground = pair("fresh", 3);
    for person in [1, 2] {
        ground.ok(person, about("bank", 100));
        ground.ok(person, of("deposit", 100));
    }
    ground.hand(json!({"lower": {"cap": 5_000}}));
    let before = ground.balance(1);
    // half of 100 for half of 200 parts, less a tenth
    ground.ok(1, of("redeem", 100));
    assert_eq!(ground.balance(1), before + 45);
    assert_eq!(shown(&ground, 2).content.units(), 50);
}
