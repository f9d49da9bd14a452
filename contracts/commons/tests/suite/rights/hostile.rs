//! What somebody might try with shares and entitlements, each with why it fails.

use mycel_commons::rights::baskets::BasketView;
use serde_json::{Value, json};

use crate::rights::ground::{Ground, about, pass};

fn of(what: &str, quantity: u64) -> Value {
    json!({what: {"commons": "1", "basket": "1", "quantity": quantity.to_string()}})
}

fn parts(to: u64, quantity: u64) -> Value {
    json!({"pass_parts": {"commons": "1", "basket": "1", "to": to.to_string(),
        "quantity": quantity.to_string()}})
}

fn open_basket(window: u16) -> Value {
    json!({"open_basket": {"commons": "1", "tier": "fresh", "window": window, "fee_bps": 0}})
}

/// A forest with one basket, and its first epoch.
fn basket(shares: &[u32], window: u16) -> Ground {
    let mut ground = Ground::new(shares);
    ground.decided(open_basket(window), json!({"commons": "1"}), "ordinary");
    ground.epoch(10_000);
    ground
}

fn shown(ground: &Ground, person: u64) -> BasketView {
    ground.ask(json!({"basket": {"commons": "1", "basket": "1", "person": person.to_string()}}))
}

fn lease(to: u64, shares: u32, epochs: u16) -> Value {
    json!({"lease": {"commons": "1", "to": to.to_string(), "shares": shares, "epochs": epochs}})
}

fn recheck(person: u64) -> Value {
    json!({"recheck": {"commons": "1", "persons": [person.to_string()]}})
}

#[test]
fn a_tenth_is_set_aside_in_all_however_often_it_goes_on_into_a_basket() {
    let mut ground = basket(&[10_000_000], 3);
    ground.ok(1, about("bank", 60));
    ground.ok(1, of("deposit", 60));
    ground.no(
        1,
        about("bank", 41),
        "more than may be set aside: wants=41 already=60 most=100 of entitlement=1000",
    );
    ground.ok(1, about("bank", 40));
    ground.ok(1, of("deposit", 40));
    // out again is not another tenth
    ground.ok(1, of("redeem", 100));
    ground.no(1, about("bank", 1), "more than may be set aside");
    ground.epoch(10_000);
    ground.ok(1, about("bank", 100));
}

#[test]
fn a_basket_that_lost_all_it_had_begins_anew_and_parts_of_then_hold_nobody() {
    let mut ground = basket(&[10_000_000, 10_000_000], 1);
    ground.ok(1, about("bank", 100));
    ground.ok(1, of("deposit", 100));
    ground.epoch(10_000);
    ground.epoch(10_000);
    assert_eq!(shown(&ground, 1).content.units(), 0);
    ground.ok(2, about("bank", 40));
    ground.ok(2, of("deposit", 40));
    assert_eq!(shown(&ground, 1).mine.units(), 0);
    let two = shown(&ground, 2);
    assert_eq!((two.mine.units(), two.parts.units()), (40, 40));
    ground.no(1, of("redeem", 1), "not enough parts: wants=1 has=0");
    ground.ok(1, pass("transfer_shares", 0, 10_000_000));
    ground.ok(1, json!({"withdraw": {"commons": "1"}}));
    ground.ok(2, of("redeem", 40));
}

#[test]
fn baskets_that_lost_all_they_had_make_place_for_others() {
    let mut ground = basket(&[10_000_000], 1);
    for basket in 1..=4u64 {
        if basket > 1 {
            ground.decided(open_basket(1), json!({"commons": "1"}), "ordinary");
        }
        ground.ok(1, about("bank", 1));
        ground.ok(
            1,
            json!({"deposit": {"commons": "1", "basket": basket.to_string(), "quantity": "1"}}),
        );
    }
    let decision = json!({"decided": {"proposal": "1", "electorate": {"commons": "1"},
        "class": "ordinary", "action": open_basket(2)}});
    let commons = ground.commons.clone();
    let from = mycel_sandbox::address("assembly");
    let said = ground.sandbox.execute(&from, &commons, &decision);
    let text = said.expect_err("four baskets with something").text;
    assert!(text.contains("too many baskets"), "{text}");
    ground.epoch(10_000);
    ground.epoch(10_000);
    ground.decided(open_basket(2), json!({"commons": "1"}), "ordinary");
    ground.check();
    assert_eq!(
        (shown(&ground, 1).window, shown(&ground, 1).mine.units()),
        (2, 0)
    );
}

#[test]
fn what_baskets_hold_for_one_counts_for_the_concentration_cap() {
    let mut ground = basket(&[17_000_000, 20_000_000], 5);
    for _ in 0..2 {
        for person in [1, 2] {
            ground.ok(person, about("bank", 100));
        }
        ground.ok(1, of("deposit", 100));
        ground.epoch(10_000);
    }
    ground.ok(2, about("bank", 100));
    // its own of a fifth, and 200 in the basket
    let own = ground.account(1).granted.units();
    let worth = shown(&ground, 1).mine.units();
    let most = ground.yields().tac.units() / 5;
    let room = u64::try_from(most - own - worth).expect("room");
    ground.no(
        2,
        pass("transfer", 1, room + 1),
        &format!("above the concentration cap: person=1 has={}", own + worth),
    );
    ground.ok(2, pass("transfer", 1, room));
    ground.no(
        2,
        of("deposit", 100),
        "above the concentration cap: person=2",
    );
    ground.ok(2, about("cancel", 100));
    ground.ok(2, of("deposit", 100));
    ground.no(2, parts(1, 1), "above the concentration cap: person=1");
    // what is one's own comes out of it
    ground.ok(1, of("redeem", 200));
}

#[test]
fn who_has_too_much_does_not_let_it_so_that_it_is_never_free() {
    let mut ground = Ground::new(&[15_000_000, 20_000_000, 0]);
    ground.organisation(11, &[(2, 10_000)]);
    ground.enrol(11, 0);
    ground.epoch(10_000);
    ground.ok(2, pass("transfer_shares", 11, 15_000_000));
    ground.organisation(11, &[(1, 10_000)]);
    ground.ok(
        9,
        json!({"check_concentration": {"commons": "1", "person": "11"}}),
    );
    for who in [1, 11] {
        ground.no(
            who,
            lease(3, 10_000_000, 10),
            "excess first: person=1 commons=1",
        );
    }
    ground.ok(11, pass("transfer_shares", 0, 10_000_000));
    ground.ok(
        9,
        json!({"check_concentration": {"commons": "1", "person": "1"}}),
    );
    ground.ok(1, lease(3, 10_000_000, 10));
}

#[test]
fn shares_let_to_one_who_is_enrolled_no_more_are_taken_back_by_their_owner() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.ok(1, lease(2, 400_000, 10));
    let back = json!({"return_lease": {"commons": "1", "lease": "1"}});
    ground.epoch(10_000);
    ground.no(1, back.clone(), "another's lease: lease=1");
    ground.know(2, "person", "left", &[]);
    ground.ok(9, recheck(2));
    ground.no(3, back.clone(), "another's lease: lease=1");
    ground.ok(1, back);
    assert_eq!(ground.account(1).granted.units(), 60);
    ground.epoch(10_000);
    assert_eq!(ground.account(1).granted.units(), 100);
    assert_eq!(ground.holding(1).free.0, 1_000_000);
}

#[test]
fn shares_that_come_back_to_one_who_left_are_sold_by_anyones_recheck() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.ok(2, lease(1, 400_000, 1));
    ground.know(2, "person", "expelled", &[]);
    ground.ok(9, recheck(2));
    assert_eq!(ground.holding(2).escrow.0, 600_000);
    ground.no(9, recheck(2), "nothing to do");
    ground.epoch(10_000);
    ground.no(9, recheck(2), "nothing to do");
    ground.epoch(10_000);
    ground.ok(9, recheck(2));
    assert_eq!(ground.holding(2).escrow.0, 1_000_000);
    ground.no(9, recheck(2), "nothing to do");
}

#[test]
fn units_offered_for_sale_do_not_make_overage_smaller_or_cheaper() {
    let mut ground = Ground::new(&[10_000_000, 10_000_000]);
    ground.epoch(10_000);
    ground.ok(2, pass("transfer", 1, 500));
    ground.hand(json!({"take": {"person": 1, "good": 0, "units": 1_500}}));
    // 50 beyond 1,500 would be within tolerance, at little more than the floor
    ground.ok(1, about("harvest", 50));
    let account = ground.account(1);
    assert_eq!(account.overage.units(), 50);
    assert_eq!(account.owed.pico(), 50 * 100 * 4);
    let ladder: Value =
        ground.ask(json!({"account": {"commons": "1", "member": mycel_sandbox::address("p1")}}));
    assert_eq!(ladder["step"], "notice");
}

#[test]
fn nobody_tells_of_more_than_there_can_be_and_no_jury_finds_more() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.no(
        1,
        about("harvest", 1_000_000_000_001),
        "out of bounds: quantity=1000000000001",
    );
    ground.ok(1, about("harvest", 10));
    ground.hand(json!({"unreported": {"person": 1, "units": i64::MAX}}));
    let account = ground.account(1);
    assert_eq!(account.harvested.units(), 100);
    assert_eq!(account.overage.units(), 1_000_000_000_000 - 100);
    // there is nothing more to find, and that is no failure
    ground.hand(json!({"unreported": {"person": 1, "units": 1}}));
    ground.ok(2, about("harvest", 101));
}

#[test]
fn the_last_epoch_of_a_commons_that_closes_is_one_like_any_other() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.decided(
        json!({"close": {"commons": "1"}}),
        json!({"commons": "1"}),
        "constitutional",
    );
    ground.ok(1, pass("transfer", 2, 10));
    ground.ok(2, about("harvest", 111));
    assert_eq!(ground.account(2).overage.units(), 1);
}

#[test]
fn who_borrows_and_lets_its_shares_owes_until_they_yield_for_it_again() {
    let mut ground = Ground::new(&[10_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.ok(1, lease(2, 10_000_000, 1));
    ground.ok(1, about("borrow", 50));
    ground.epoch(10_000);
    ground.no(1, lease(2, 1, 1), "entitlement is owed: units=50");
    ground.no(1, about("borrow", 1), "more than may be borrowed");
    ground.epoch(10_000);
    assert_eq!(ground.account(1).balance.units(), 950);
    ground.ok(1, pass("transfer_shares", 2, 1));
}

#[test]
fn a_lease_does_not_outlast_what_was_let_and_returned_at_once_it_never_was() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(10_000);
    ground.ok(1, lease(2, 400_000, 20 - 10));
    ground.ok(2, json!({"return_lease": {"commons": "1", "lease": "1"}}));
    ground.no(
        2,
        json!({"return_lease": {"commons": "1", "lease": "1"}}),
        "lease is over",
    );
    ground.epoch(10_000);
    assert_eq!(ground.account(2).granted.units(), 100);
    ground.ok(2, about("harvest", 1));
    ground.ok(1, about("harvest", 1));
    assert_eq!(
        (
            ground.holding(1).leased_out.0,
            ground.holding(2).leased_in.0
        ),
        (0, 0)
    );
}

#[test]
fn after_a_cut_a_fifth_is_a_fifth_of_what_is_left_of_the_cap() {
    let mut ground = Ground::new(&[10_000_000, 20_000_000, 20_000_000]);
    ground.epoch(10_000);
    ground.hand(json!({"lower": {"cap": 5_000}}));
    // 500 of its own, and 1,000 are the most
    ground.no(
        2,
        pass("transfer", 1, 501),
        "above the concentration cap: person=1 has=500 with what it controls, incoming=501 most=1000",
    );
    ground.ok(2, pass("transfer", 1, 500));
}

#[test]
fn whoever_goes_above_the_cap_and_back_many_times_leaves_one_reminder() {
    let mut ground = Ground::new(&[15_000_000, 20_000_000]);
    ground.organisation(11, &[(2, 10_000)]);
    ground.enrol(11, 0);
    ground.epoch(10_000);
    ground.ok(2, pass("transfer_shares", 11, 15_000_000));
    let check = json!({"check_concentration": {"commons": "1", "person": "11"}});
    for _ in 0..5 {
        ground.organisation(11, &[(1, 10_000)]);
        ground.ok(9, check.clone());
        ground.organisation(11, &[]);
        ground.ok(
            9,
            json!({"check_concentration": {"commons": "1", "person": "1"}}),
        );
    }
    ground.organisation(11, &[(1, 10_000)]);
    ground.ok(9, check);
    ground.wait(7_776_000);
    ground.ok(9, json!({"advance": {}}));
    assert_eq!(ground.holding(1).excess.expect("found").sold.0, 10_000_000);
    let tasks = |ground: &Ground| {
        let keys = ground.sandbox.read(&ground.commons, |storage| {
            let all = storage.range(
                Some(b"z\x02"),
                Some(b"z\x03"),
                cosmwasm_std::Order::Ascending,
            );
            all.count()
        });
        keys.expect("commons")
    };
    assert_eq!(tasks(&ground), 1);
}
