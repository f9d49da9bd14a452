//! An opening does not depend on how many hold rights. The contract is compiled,
//! its peers are not: their answers cost nothing here.

use std::fmt::Write as _;

use serde_json::json;

use super::gas::{compiled, reviewed};
use super::ground::*;

/// Gas of the end of the first epoch and of the opening of the second, with so
/// many holders.
fn opening(holders: u64) -> (u64, u64) {
    let mut world = forest_of(compiled(), rules());
    for first in (0..holders).step_by(50) {
        let members: Vec<_> = (first..holders.min(first + 50))
            .map(|holder| {
                let person = 1_000 + holder;
                world.person(person, "person", "none");
                json!({"person": person.to_string(), "shares": 5_000})
            })
            .collect();
        let enrol = json!({"enrol": {"commons": "1", "members": members}});
        world.decide_by(json!({"commons": "1"}), "ordinary", enrol);
    }
    readings(&mut world, 1, 10_000_000_000 / 10_000);
    world.advance();
    // all look at what they have
    for holder in (0..holders).step_by(500) {
        let harvest = json!({"harvest": {"commons": "1", "quantity": "1"}});
        world.ok(&name(1_000 + holder), harvest);
    }
    let closes = latest(&world, 1).closes;
    let now = world.now();
    world.wait(closes - now);
    let closing = world.ok("anyone", json!({"advance": {"limit": 40}})).gas;
    readings(&mut world, 1, 999_000);
    let opening = world.ok("anyone", json!({"advance": {"limit": 40}})).gas;
    assert_eq!(latest(&world, 1).number, 2);
    (closing, opening)
}

#[test]
fn an_epoch_of_10_000_holders_closes_and_opens_as_one_of_ten() {
    let mut table = String::from("# SDK gas of an epoch's end and opening / holders of rights\n");
    let mut all = vec![];
    for holders in [10, 100, 1_000, 10_000] {
        let (closing, opening) = opening(holders);
        let _ = writeln!(
            table,
            "closing/{holders} {closing}\nopening/{holders} {opening}"
        );
        all.push((closing, opening));
    }
    reviewed("gas-epochs.txt", &table);
    let few = all[0];
    for many in all {
        assert!(many.0.abs_diff(few.0) < few.0 / 20, "{few:?} {many:?}");
        assert!(many.1.abs_diff(few.1) < few.1 / 20, "{few:?} {many:?}");
        assert!(many.0 < 2_000_000 && many.1 < 2_000_000, "{many:?}");
    }
}

#[test]
fn an_opening_with_32_children_fits_the_end_of_a_block() {
    let mut world = forest_of(compiled(), rules());
    let mut groves = vec![];
    for _ in 0..32 {
        let grove = child(&mut world, 1, &rules());
        allot(&mut world, 1, grove, 31_250);
        groves.push(grove);
    }
    for grove in &groves {
        readings(&mut world, *grove, 100_000);
    }
    readings(&mut world, 1, 1_000_000);
    let mut most = 0;
    while found(&world, 1).is_none() {
        most = most.max(world.ok("anyone", json!({"advance": {"limit": 40}})).gas);
    }
    assert_eq!(latest(&world, 1).budgets.units(), 32 * 3_125);
    eprintln!("most gas of an end of block: {most}");
    assert!(most < 2_000_000, "{most}");
    world.advance();
    for grove in groves {
        assert_eq!(latest(&world, grove).cap.units(), 3_125);
    }
    check(&world, true);
}
