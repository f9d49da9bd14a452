//! Commons within commons: budgets, one calendar, cuts that reach children.

use mycel_commons::cap::Rule;
use serde_json::json;

use super::ground::*;

/// A forest with two groves, of a quarter and an odd part of its cap.
fn woods(stock: u128) -> (World, u64, u64) {
    let mut world = forest(rules());
    let mut lush = rules();
    lush.cap.harvest = Rule::Proportional { f_ppm: 1_000_000 };
    let first = child(&mut world, 1, &lush);
    let second = child(&mut world, 1, &lush);
    allot(&mut world, 1, first, 250_000);
    allot(&mut world, 1, second, 333_333);
    for commons in [first, second, 1] {
        readings(&mut world, commons, stock);
    }
    world.advance();
    check(&world, true);
    (world, first, second)
}

#[test]
fn budgets_and_the_parents_own_part_are_its_cap_exactly() {
    let (world, first, second) = woods(10_010);
    let above = latest(&world, 1);
    assert_eq!(above.cap.units(), 1_001);
    let caps = [first, second].map(|grove| latest(&world, grove).cap.units());
    assert_eq!(caps, [250, 333]);
    assert_eq!(above.budgets.units(), 583);
    assert_eq!(above.tac.units(), 1_001 - 583);
}

#[test]
fn children_have_their_parents_calendar_whatever_their_own_epochs_are() {
    let mut world = forest(rules());
    let mut short = rules();
    short.epoch_seconds = (7 * DAY) as u32;
    let grove = child(&mut world, 1, &short);
    allot(&mut world, 1, grove, 500_000);
    readings(&mut world, grove, 100_000);
    world.days(2);
    assert_eq!(found(&world, grove), None, "it waits for its parent");
    readings(&mut world, 1, 10_000);
    world.advance();
    let (above, below) = (latest(&world, 1), latest(&world, grove));
    assert_eq!(below.closes, above.closes);
    assert_eq!(below.cap.units(), 500);
    world.days(20);
    assert_eq!(latest(&world, grove).number, 1);
    over(&mut world);
    readings(&mut world, grove, 100_000);
    world.advance();
    assert_eq!(latest(&world, grove).number, 1, "no budget, no epoch");
    readings(&mut world, 1, 10_000);
    world.advance();
    assert_eq!(latest(&world, grove).number, 2);
    check(&world, true);
}

#[test]
fn a_childs_cap_is_its_own_rules_when_that_is_less() {
    let mut world = forest(rules());
    let grove = child(&mut world, 1, &rules());
    allot(&mut world, 1, grove, 500_000);
    readings(&mut world, grove, 700);
    readings(&mut world, 1, 10_000);
    world.advance();
    assert_eq!(latest(&world, grove).cap.units(), 70);
    check(&world, true);
}

#[test]
fn a_parents_cut_reaches_its_children_and_theirs() {
    let mut world = forest(rules());
    let mut lush = rules();
    lush.cap.harvest = Rule::Proportional { f_ppm: 1_000_000 };
    let grove = child(&mut world, 1, &lush);
    let tree = child(&mut world, grove, &lush);
    allot(&mut world, 1, grove, 500_000);
    allot(&mut world, grove, tree, 500_000);
    for commons in [tree, grove, 1] {
        readings(&mut world, commons, 10_000);
    }
    world.advance();
    let caps = |world: &World| [1, grove, tree].map(|commons| latest(world, commons).cap.units());
    assert_eq!(caps(&world), [1_000, 500, 250]);
    read(&mut world, 1, 101, 6_000);
    assert_eq!(caps(&world)[0], 600);
    world.advance();
    assert_eq!(caps(&world), [600, 300, 150]);
    check(&world, true);
    // the parent's own holders keep what the smaller budgets leave
    let above = latest(&world, 1);
    assert_eq!(above.own.units(), 300);
    let cut = latest(&world, grove).cuts[0];
    assert_eq!((cut.num.units(), cut.den.units()), (150, 250));
    assert_eq!(cut.why.name(), "budget");
}

#[test]
fn a_budget_decided_within_an_epoch_counts_from_the_parents_next_on() {
    let (mut world, first, _) = woods(10_000);
    allot(&mut world, 1, first, 500_000);
    world.days(2);
    assert_eq!(latest(&world, first).cap.units(), 250);
    // a cut takes what was allotted when the epoch opened
    read(&mut world, 1, 101, 9_200);
    world.advance();
    assert_eq!(latest(&world, first).cap.units(), 230);
    over(&mut world);
    for commons in [first, 1] {
        readings(&mut world, commons, 10_000);
    }
    world.advance();
    assert_eq!(latest(&world, first).cap.units(), 500);
    check(&world, true);
}

#[test]
fn a_child_founded_within_an_epoch_waits_for_the_parents_next() {
    let mut world = opened(rules(), 10_000);
    let grove = child(&mut world, 1, &rules());
    allot(&mut world, 1, grove, 500_000);
    readings(&mut world, grove, 10_000);
    world.days(2);
    assert_eq!(found(&world, grove), None);
    assert_eq!(latest(&world, 1).tac.units(), 1_000);
    let refused = json!({"harvest": {"commons": grove.to_string(), "quantity": "1"}});
    world.refused(&name(4), refused, "no epoch");
    over(&mut world);
    readings(&mut world, grove, 10_000);
    readings(&mut world, 1, 10_000);
    world.advance();
    assert_eq!(latest(&world, grove).cap.units(), 500);
    check(&world, true);
}
