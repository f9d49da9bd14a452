//! The supply stabiliser of a long-lived cap.

use mycel_commons::cap::stabiliser::Band;

use super::ground::*;

/// A carbon budget of 2,000 an epoch, nearly all of it one member's.
fn carbon() -> World {
    let mut rules = rules();
    rules.cap.rise_bps = 500;
    rules.cap.stabiliser = Some(Band {
        upper: units(150),
        lower: units(100),
        scarce: units(20),
        intake_percent: 24,
        release: units(30),
        reserve_most: units(50),
    });
    let mut world = forest(rules);
    grant(&mut world, 1, 99_997_000);
    readings(&mut world, 1, 20_000);
    world.advance();
    world
}

#[test]
fn what_is_set_aside_beyond_the_band_goes_into_a_reserve_whose_excess_is_invalid() {
    let mut world = carbon();
    units_of(&mut world, 1, "bank", 171);
    let second = next(&mut world, 20_000);
    // 24 % of 171 = 41.04
    assert_eq!(second.withheld.units(), 41);
    assert_eq!(second.tac.units(), 2_000 - 171 - 41);
    // in the band: the difference to 100
    units_of(&mut world, 1, "bank", 130);
    let third = next(&mut world, 20_000);
    assert_eq!(third.withheld.units(), 30);
    let reserve = cap(&world, 1).stabiliser.expect("a stabiliser");
    // 71 are above the reserve's limit of 50
    assert_eq!((reserve.reserve.units(), reserve.invalid.units()), (50, 21));
    check(&world, true);
}

#[test]
fn a_release_never_lifts_what_is_issued_above_what_nature_allows() {
    let mut world = carbon();
    units_of(&mut world, 1, "bank", 190);
    next(&mut world, 20_000);
    assert_eq!(cap(&world, 1).stabiliser.expect("one").reserve.units(), 46);
    // nothing is set aside any more, but the cap is all that nature allows
    let low = next(&mut world, 1_000);
    assert_eq!((low.cap.units(), low.released.units()), (100, 0));
    // a cap that rises slowly leaves room below what nature allows
    let rising = next(&mut world, 20_000);
    assert_eq!((rising.cap.units(), rising.released.units()), (105, 30));
    assert_eq!(rising.tac.units(), 135);
    check(&world, true);
    let after = next(&mut world, 20_000);
    assert_eq!(after.released.units(), 16);
}
