//! Epochs open and close; caps follow the stock, are raised slowly and cut at once.

use mycel_commons::cap::ask::EpochsResponse;
use mycel_commons::cap::{Basis, Rule};
use serde_json::json;

use super::ground::*;

#[test]
fn no_epoch_opens_without_a_fresh_value_and_a_reading_opens_it_at_once() {
    let mut world = forest(rules());
    world.days(3);
    assert_eq!(found(&world, 1), None);
    let refused = json!({"harvest": {"commons": "1", "quantity": "1"}});
    world.refused(&name(1), refused, "no epoch");
    read(&mut world, 1, 101, 10_000);
    read(&mut world, 1, 102, 10_000);
    world.advance();
    assert_eq!(found(&world, 1), None, "two of three are no quorum");
    read(&mut world, 1, 103, 10_000);
    world.advance();
    let epoch = latest(&world, 1);
    assert_eq!((epoch.number, epoch.cap.units()), (1, 1_000));
    assert_eq!(epoch.basis, Basis::Fresh);
}

#[test]
fn the_cap_is_floor_of_the_lower_bound_times_f() {
    let mut rules = rules();
    rules.cap.kappa_ppm = 500_000;
    rules.cap.harvest = Rule::Status {
        f_msy_ppm: 200_000,
        b_lim: units(2_000),
        b_trig: units(8_000),
    };
    let mut world = forest(rules);
    for (monitor, quantity) in MONITORS.into_iter().zip([6_000, 6_100, 6_301]) {
        read(&mut world, 1, monitor, quantity);
    }
    world.advance();
    let epoch = latest(&world, 1);
    // the lowest of three, less half of 301 rounded up
    assert_eq!((epoch.stock.units(), epoch.low.units()), (6_000, 5_849));
    // 0.2 · 5,849 · 3,849/6,000 = 750.4…
    assert_eq!(epoch.cap.units(), 750);
    assert_eq!(epoch.median.units(), 6_100);
}

#[test]
fn only_increases_are_limited_from_epoch_to_epoch() {
    let mut rules = rules();
    rules.cap.rise_bps = 500;
    let mut world = opened(rules, 10_000);
    assert_eq!(next(&mut world, 20_000).cap.units(), 1_050);
    assert_eq!(next(&mut world, 20_000).cap.units(), 1_102);
    // down at once, by whatever nature says
    assert_eq!(next(&mut world, 3_000).cap.units(), 300);
    assert_eq!(next(&mut world, 3_500).cap.units(), 315);
}

#[test]
fn a_stock_that_was_gone_brings_its_cap_back_step_by_step() {
    let mut rules = rules();
    rules.cap.rise_bps = 500;
    let mut world = opened(rules, 10_000);
    assert_eq!(next(&mut world, 0).cap.units(), 0);
    assert_eq!(next(&mut world, 20_000).cap.units(), 100);
    assert_eq!(next(&mut world, 20_000).cap.units(), 105);
}

#[test]
fn stale_monitors_only_tighten_and_only_after_the_grace() {
    let mut world = opened(rules(), 10_000);
    let closes = latest(&world, 1).closes;
    over(&mut world);
    assert!(!latest(&world, 1).is_open(), "it waits for readings");
    let now = world.now();
    world.wait(closes + GRACE - 1 - now);
    world.advance();
    assert!(!latest(&world, 1).is_open(), "the grace is not over");
    world.wait(1);
    world.advance();
    let second = latest(&world, 1);
    assert_eq!((second.number, second.cap.units()), (2, 900));
    assert_eq!(second.basis, Basis::Stale);
    assert_eq!(second.closes, closes + EPOCH, "the season is where it was");
    check(&world, true);
    for expected in [810, 729, 656] {
        over(&mut world);
        world.wait(GRACE);
        world.advance();
        let epoch = latest(&world, 1);
        assert_eq!((epoch.cap.units(), epoch.basis), (expected, Basis::Stale));
    }
}

#[test]
fn a_reading_within_the_grace_opens_the_epoch_with_the_full_cap() {
    let mut world = opened(rules(), 10_000);
    over(&mut world);
    readings(&mut world, 1, 9_000);
    world.advance();
    let second = latest(&world, 1);
    assert_eq!((second.number, second.cap.units()), (2, 900));
    assert_eq!(second.basis, Basis::Fresh);
}

#[test]
fn disputed_readings_open_the_epoch_with_the_lowest() {
    let mut world = opened(rules(), 10_000);
    over(&mut world);
    for (monitor, quantity) in MONITORS.into_iter().zip([4_000, 9_000, 9_100]) {
        read(&mut world, 1, monitor, quantity);
    }
    world.advance();
    let second = latest(&world, 1);
    assert_eq!(second.basis, Basis::Disputed);
    assert_eq!(second.cap.units(), 400);
}

#[test]
fn a_lower_value_cuts_at_once_and_what_was_taken_is_gone() {
    let mut world = forest(rules());
    grant(&mut world, 1, 39_999_000);
    grant(&mut world, 2, 19_999_000);
    readings(&mut world, 1, 10_000);
    world.advance();
    assert_eq!((balance(&world, 1), balance(&world, 2)), (400, 200));
    units_of(&mut world, 1, "harvest", 150);
    units_of(&mut world, 1, "retire", 50);
    // 700 of 1,000 are left by the drought, of which 200 are used: 500 of 800
    let receipt = read(&mut world, 1, 101, 7_000);
    assert_eq!(
        attribute(&receipt, "wasm-cap_cut", "to").as_deref(),
        Some("700")
    );
    let epoch = latest(&world, 1);
    assert_eq!(epoch.cap.units(), 700);
    assert_eq!(
        (epoch.cuts[0].num.units(), epoch.cuts[0].den.units()),
        (500, 800)
    );
    assert_eq!((balance(&world, 1), balance(&world, 2)), (125, 125));
    let refused = json!({"transfer": {"commons": "1", "to": "1", "quantity": "126"}});
    assert!(world.tell(&name(2), refused).is_err());
    check(&world, true);
}

#[test]
fn a_cut_below_what_was_taken_leaves_nothing_to_take() {
    let mut world = forest(rules());
    grant(&mut world, 1, 49_999_000);
    readings(&mut world, 1, 10_000);
    world.advance();
    units_of(&mut world, 1, "harvest", 450);
    read(&mut world, 1, 101, 4_000);
    assert_eq!(latest(&world, 1).cap.units(), 400);
    assert_eq!(balance(&world, 1), 0);
    check(&world, true);
}

#[test]
fn overage_counts_as_taken_when_a_cap_is_cut() {
    let mut world = forest(rules());
    grant(&mut world, 1, 9_999_000);
    grant(&mut world, 2, 49_999_000);
    readings(&mut world, 1, 10_000);
    world.advance();
    // 100 entitled, 160 taken
    units_of(&mut world, 1, "harvest", 160);
    read(&mut world, 1, 101, 9_000);
    let cut = latest(&world, 1).cuts[0];
    assert_eq!((cut.num.units(), cut.den.units()), (740, 900));
    let taken = sums(&world, 1, 1);
    assert_eq!((taken.harvested, taken.overage), (100, 60));
    assert_eq!(balance(&world, 2), 500 * 740 / 900);
}

#[test]
fn nothing_raises_a_cap_within_its_epoch() {
    let mut world = opened(rules(), 10_000);
    readings(&mut world, 1, 8_000);
    assert_eq!(latest(&world, 1).cap.units(), 800);
    readings(&mut world, 1, 8_500);
    world.advance();
    let epoch = latest(&world, 1);
    assert_eq!((epoch.number, epoch.cap.units()), (1, 800));
    // a stale value does not either
    world.days(40);
    assert_eq!(latest(&world, 1).cap.units(), 800);
}

#[test]
fn whoever_reads_a_little_less_every_day_wears_out_no_list() {
    let mut world = opened(rules(), 10_000);
    for step in 1..=200u128 {
        read(&mut world, 1, 101, 10_000 - 40 * step);
    }
    let epoch = latest(&world, 1);
    assert!(epoch.cuts.len() <= 64, "{}", epoch.cuts.len());
    assert!(epoch.cap.units() <= 200, "{}", epoch.cap);
    check(&world, true);
}

#[test]
fn rules_that_were_decided_count_from_the_next_opening_on() {
    let mut world = opened(rules(), 10_000);
    let mut other = rules();
    other.cap.harvest = Rule::Fixed {
        quantity: units(500),
    };
    other.epoch_seconds = (50 * DAY) as u32;
    let action = json!({"set_rules": {"commons": "1", "rules": other}});
    world.decide_by(json!({"commons": "1"}), "constitutional", action);
    readings(&mut world, 1, 9_500);
    assert_eq!(latest(&world, 1).cap.units(), 950, "the old rule cuts");
    let second = next(&mut world, 10_000);
    assert_eq!(second.cap.units(), 500);
    let first = shown(&world, 1, 1).closes.0;
    assert_eq!(second.closes, first + 50 * DAY);
}

#[test]
fn what_was_banked_comes_before_shares_and_within_the_cap() {
    let mut world = forest(rules());
    grant(&mut world, 1, 49_999_000);
    readings(&mut world, 1, 10_000);
    world.advance();
    units_of(&mut world, 1, "bank", 50);
    let second = next(&mut world, 10_000);
    assert_eq!((second.banked.units(), second.banked_in.units()), (50, 50));
    assert_eq!(second.tac.units(), 950);
    assert_eq!(balance(&world, 1), 50 + 475);
    units_of(&mut world, 1, "bank", 47);
    // a drought: what was set aside has only so much room
    let third = next(&mut world, 300);
    assert_eq!((third.banked.units(), third.banked_in.units()), (47, 30));
    assert_eq!(third.tac.units(), 0);
    assert_eq!(balance(&world, 1), 30);
}

#[test]
fn a_commons_that_closes_opens_no_epoch_any_more() {
    let mut world = opened(rules(), 10_000);
    let close = json!({"close": {"commons": "1"}});
    world.decide_by(json!({"commons": "1"}), "constitutional", close);
    assert!(latest(&world, 1).is_open());
    over(&mut world);
    world.days(3);
    let last = latest(&world, 1);
    assert!(!last.is_open());
    assert_eq!(last.number, 1);
    let shown: serde_json::Value = world.query(json!({"commons": {"id": "1"}}));
    assert_eq!(shown["status"], "closed");
}

#[test]
fn the_history_tells_cap_stock_harvest_and_status_by_pages() {
    let mut world = forest(rules());
    grant(&mut world, 1, 49_999_000);
    readings(&mut world, 1, 10_000);
    world.advance();
    units_of(&mut world, 1, "harvest", 123);
    units_of(&mut world, 1, "retire", 7);
    next(&mut world, 9_000);
    next(&mut world, 8_000);
    let page: EpochsResponse = world.query(json!({"epochs": {"commons": "1", "limit": 2}}));
    let caps: Vec<u128> = page.epochs.iter().map(|one| one.cap.units()).collect();
    assert_eq!(caps, [1_000, 900]);
    let first = &page.epochs[0];
    assert_eq!((first.harvested.units(), first.retired.units()), (123, 7));
    assert_eq!(
        (first.stock.units(), first.status.as_str()),
        (10_000, "fresh")
    );
    assert!(!first.open);
    let after = page.next.expect("another page");
    let page: EpochsResponse = world.query(json!({"epochs": {"commons": "1", "after": after}}));
    assert_eq!(page.epochs.len(), 1);
    assert!(page.epochs[0].open && page.next.is_none());
    let now = cap(&world, 1);
    assert_eq!((now.most.units(), now.status.as_str()), (800, "fresh"));
    let refusal = world
        .sandbox
        .query::<serde_json::Value>(
            &world.commons,
            &json!({"epoch": {"commons": "1", "number": "9"}}),
        )
        .expect_err("none");
    assert!(refusal.text.contains("unknown epoch"), "{}", refusal.text);
}
