//! Readings: what is refused, what counts, what the feed says.

use cosmwasm_std::HexBinary;
use mycel_kit::peers::commons::Freshness;
use serde_json::json;

use super::world::{AGE, BOND, CASE, DAY, EPOCH, GRACE, WINDOW, World, name};

#[test]
fn only_who_holds_a_seat_reads_and_within_plausible_bounds() {
    let mut world = World::new();
    world.three();
    world.read_refused(104, 1_000, "not a monitor: commons=1 person=104");
    world.read_refused(1, 1_000, "not a monitor");
    world.read_refused(
        101,
        1_000_001,
        "reading implausible: quantity=1000001 least=0 most=1000000",
    );
    world.read(101, 1_000_000);
    let short = json!({"read": {"commons": "1", "quantity": "5", "evidence": "abcd"}});
    world.refused(&name(101), short, "hash refused: evidence bytes=2");
}

#[test]
fn the_least_that_can_be_read_is_a_bound_too() {
    let mut rules = super::world::rules();
    rules.monitors.least = mycel_commons::Quantity::new(10).expect("a quantity");
    let code = mycel_sandbox::Code::native(super::world::native());
    let mut world = World::with(code, rules);
    world.three();
    world.read_refused(101, 9, "reading implausible: quantity=9 least=10");
    world.read(101, 10);
}

#[test]
fn one_reading_counts_of_a_seat_the_last() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_010, 1_020, 1_030]);
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
    world.read(101, 1_040);
    assert_eq!(world.counts(), (1_010, "fresh".to_owned()));
    assert_eq!(world.monitors().value.expect("a value").readings, 4);
    assert_eq!(world.reading(1).quantity.units(), 1_000, "kept for ever");
}

#[test]
fn a_quorum_of_fresh_readings_is_needed_and_they_age() {
    let mut world = World::new();
    world.four();
    world.read(101, 1_000);
    world.read(102, 1_000);
    assert_eq!(world.status(), "stale");
    world.wait(5);
    world.read(103, 1_000);
    assert_eq!(world.status(), "fresh");
    world.wait(WINDOW - 5);
    assert_eq!(world.status(), "fresh");
    world.wait(1);
    assert_eq!(world.status(), "stale");
}

#[test]
fn the_feed_has_the_one_shape() {
    let mut world = World::new();
    let feed = world.feed();
    assert_eq!((feed.epoch.0, feed.status), (0, Freshness::Stale));
    world.four();
    world.all_read([1_000, 1_010, 1_020, 1_030]);
    world.advance();
    let feed = world.feed();
    assert_eq!(feed.epoch.0, 1);
    assert_eq!((feed.low.u128(), feed.median.u128()), (1_000, 1_010));
    assert_eq!(feed.status, Freshness::Fresh);
    world.read(103, 2_000);
    assert_eq!(world.feed().status, Freshness::Disputed);
    world.wait(WINDOW + DAY);
    assert_eq!(world.feed().status, Freshness::Stale);
}

#[test]
fn a_lower_reading_at_any_time_cuts_the_cap_at_once_and_a_higher_one_lifts_nothing() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000, 1_010, 1_020, 1_030]);
    world.advance();
    assert_eq!(world.epoch(), Some((1, 100)));
    world.days(20);
    world.all_read([1_040, 1_050, 1_060, 1_070]);
    world.advance();
    assert_eq!(world.epoch(), Some((1, 100)));
    world.read(102, 990);
    assert_eq!(world.epoch(), Some((1, 99)), "in the same message");
    // half of what there was: disputed, and the lowest counts at once
    world.read(102, 500);
    assert_eq!(world.epoch(), Some((1, 50)));
    world.check();
}

#[test]
fn extraction_is_told_by_the_higher_median() {
    let mut world = World::new();
    world.four();
    for (who, taken) in [(101, "5"), (102, "9")] {
        let evidence = world.evidence();
        world.ok(
            &name(who),
            json!({"read": {"commons": "1", "quantity": "1000", "extraction": taken, "evidence": evidence}}),
        );
    }
    world.read(103, 1_000);
    let taken = world.monitors().value.expect("a value").extraction;
    assert_eq!(taken.expect("told").units(), 9);
}

#[test]
fn a_reading_needs_a_bond_that_outlasts_the_juries_about_it() {
    let mut world = World::new();
    let needed = WINDOW + 3 * CASE;
    world.bond_for(101, BOND, needed).expect("a seat");
    world.wait(1);
    world.read_refused(101, 1_000, "bond expires too soon: until=");
    world.bond_for(101, BOND, AGE).expect("a new hold");
    world.read(101, 1_000);
}

#[test]
fn a_reading_of_a_seat_given_up_holds_the_value_down_for_a_window_and_no_longer() {
    let mut world = World::new();
    world.four();
    world.all_read([950, 1_000, 1_010, 1_020]);
    world.ok(&name(101), json!({"leave_seat": {"commons": "1"}}));
    assert_eq!(world.counts(), (950, "fresh".to_owned()));
    world.wait(WINDOW);
    for who in [102, 103, 21] {
        world.read(who, 1_000);
    }
    assert_eq!(world.counts(), (950, "fresh".to_owned()));
    world.wait(1);
    assert_eq!(world.counts(), (1_000, "fresh".to_owned()));
}

#[test]
fn a_commons_that_is_closed_is_not_read_and_its_bonds_go_back() {
    let mut world = World::new();
    world.four();
    world.all_read([1_000; 4]);
    world.advance();
    world.decide_by(
        json!({"commons": "1"}),
        "constitutional",
        json!({"close": {"commons": "1"}}),
    );
    world.read(101, 900);
    world.days(EPOCH / DAY + GRACE / DAY + 2);
    world.read_refused(101, 1_000, "no monitors any more: commons=1");
    world.bond_refused(104, BOND, "no monitors any more: commons=1");
    world.days(2);
    assert_eq!(world.monitors().seats.len(), 0);
    assert_eq!(world.sum("captured"), 0);
    assert_eq!(world.sum("released"), 3 * BOND);
    world.check();
}

#[test]
fn lists_have_pages() {
    let mut world = World::new();
    world.four();
    for quantity in 1_000..1_060 {
        world.read(101, quantity);
    }
    let page: mycel_commons::monitors::ask::ReadingsResponse =
        world.query(json!({"readings": {"commons": "1"}}));
    assert_eq!(
        (page.readings.len(), page.next.map(|id| id.0)),
        (50, Some(50))
    );
    let page: mycel_commons::monitors::ask::ReadingsResponse =
        world.query(json!({"readings": {"commons": "1", "after": "50"}}));
    assert_eq!((page.readings.len(), page.next), (10, None));
    let seats: mycel_commons::monitors::ask::SeatsResponse =
        world.query(json!({"seats": {"commons": "1", "limit": 3}}));
    assert_eq!((seats.seats.len(), seats.next.map(|id| id.0)), (3, Some(3)));
    let none: mycel_commons::monitors::ask::DisputesResponse = world.query(json!({"disputes": {}}));
    assert_eq!((none.disputes.len(), none.next), (0, None));
    assert_eq!(page.readings[0].evidence, {
        let mut hash = [0xe0; 32];
        hash[24..].copy_from_slice(&51u64.to_be_bytes());
        HexBinary::from(&hash)
    });
}
