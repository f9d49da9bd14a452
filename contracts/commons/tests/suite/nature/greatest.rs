//! Numbers as great as any may be: everything adds up, and nothing overflows.

use mycel_commons::Quantity;
use mycel_commons::cap::production::Schaefer;
use mycel_commons::cap::stabiliser::Band;
use mycel_commons::cap::{Model, Rule};
use serde_json::json;

use super::ground::*;

const MOST: u128 = Quantity::MAX.units();

fn greatest() -> mycel_commons::registry::Rules {
    let mut rules = rules();
    rules.monitors.most = Quantity::MAX;
    rules.monitors.spread_ppm = 1_000_000;
    rules.cap.harvest = Rule::Proportional { f_ppm: 1_000_000 };
    rules.cap.kappa_ppm = 10_000_000;
    rules.cap.production = Some(Model::Schaefer(Schaefer {
        r_ppm: 4_000_000,
        capacity: Quantity::MAX,
    }));
    rules.cap.stabiliser = Some(Band {
        upper: Quantity::MAX,
        lower: units(1),
        scarce: units(1),
        intake_percent: 100,
        release: Quantity::MAX,
        reserve_most: Quantity::MAX,
    });
    rules.rights.concentration_bps = 10_000;
    rules
}

#[test]
fn the_greatest_numbers_there_are_add_up_and_overflow_nothing() {
    let mut world = forest(greatest());
    for person in 1..=3 {
        grant(&mut world, person, 33_000_000);
    }
    readings(&mut world, 1, MOST);
    world.advance();
    assert_eq!(latest(&world, 1).cap.units(), MOST);
    for person in 1..=3 {
        let made = claim(&mut world, person, &[person], MOST);
        attest(&mut world, made, [MOST, MOST, MOST]);
        assert_eq!(seen(&world, made).attested.units(), MOST);
    }
    let all = balance(&world, 1);
    assert!(all > MOST / 4, "{all}");
    units_of(&mut world, 1, "bank", all / 10);
    units_of(&mut world, 1, "harvest", MOST);
    let second = next(&mut world, MOST);
    assert_eq!(second.cap.units(), MOST);
    assert_eq!(second.regenerated.units(), MOST / 2);
    for person in 1..=3 {
        let made = u64::from(person as u32);
        let evidence = world.evidence();
        let msg = json!({"reverse": {"claim": made.to_string(), "quantity": MOST.to_string(), "evidence": evidence}});
        world.ok(&name(person), msg);
        attest(&mut world, made, [MOST, MOST, MOST]);
        assert_eq!(seen(&world, made).reversed.units(), MOST);
    }
    // and from the greatest to nothing and back
    for stock in [0, MOST, 1, MOST - 1, MOST] {
        next(&mut world, stock);
    }
    for monitor in [101, 102] {
        read(&mut world, 1, monitor, 0);
    }
    world.advance();
    check(&world, true);
}

#[test]
fn the_greatest_numbers_of_a_rule_by_status_and_a_child_add_up() {
    let mut rules = greatest();
    rules.cap.kappa_ppm = 0;
    rules.cap.harvest = Rule::Status {
        f_msy_ppm: 1_000_000,
        b_lim: units(MOST - 1),
        b_trig: Quantity::MAX,
    };
    let mut world = forest(rules.clone());
    rules.cap.harvest = Rule::Fixed {
        quantity: Quantity::MAX,
    };
    let grove = child(&mut world, 1, &rules);
    allot(&mut world, 1, grove, 999_999);
    readings(&mut world, grove, MOST);
    readings(&mut world, 1, MOST);
    world.advance();
    world.advance();
    let (forest, grove) = (latest(&world, 1), latest(&world, grove));
    assert_eq!(forest.cap.units(), MOST);
    assert_eq!(forest.budgets, grove.cap);
    assert_eq!(forest.tac.units() + grove.cap.units(), MOST);
    check(&world, true);
}
