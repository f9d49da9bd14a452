//! Demurrage against an independent high-precision computation, and against
//! the mistakes that others made.

use crate::world::{CREDIT, DAY, Random, START, World};
use mycel_credit::decay::{Clock, lam, remaining};
use mycel_kit::Amount;
use mycel_kit::exp::exp_neg;
use num_bigint::BigUint;

/// Fractional bits of the reference.
const BITS: u32 = 512;

/// e^-(numerator/denominator) in 2^-512: the series of e^x with positive
/// terms only, inverted; shares nothing with the contract's way.
fn exp_of_minus(numerator: &BigUint, denominator: &BigUint) -> BigUint {
    let one = BigUint::from(1u8) << BITS;
    let (mut sum, mut term, mut n) = (one.clone(), one.clone(), 1u32);
    while term != BigUint::ZERO {
        term = term * numerator / denominator / n;
        sum += &term;
        n += 1;
    }
    (&one * &one) / sum
}

/// Λ as a fraction: what the contract itself counts.
fn exp_of_minus_lambda(lambda: u128) -> BigUint {
    exp_of_minus(&BigUint::from(lambda), &(BigUint::from(1u8) << 96))
}

fn difference(a: &BigUint, b: &BigUint) -> BigUint {
    if a > b { a - b } else { b - a }
}

/// Irregular steps that add up to ten years, seconds to months apart.
fn ten_years(random: &mut Random) -> Vec<u64> {
    let end = START + 3_652 * DAY;
    let mut times = vec![START];
    while *times.last().unwrap() < end {
        let step = 1 + random.next() % (1u64 << (1 + random.below(22)));
        times.push((times.last().unwrap() + step).min(end));
    }
    times
}

#[test]
fn the_factor_over_ten_years_is_exact_to_1e_18_in_one_step_and_in_thousands() {
    let one = BigUint::from(1u8) << BITS;
    let tolerance = &one / BigUint::from(10u64).pow(18);
    for (seed, rate) in [
        (1u64, 1_000_000u32),
        (2, 3_000_000),
        (3, 200_000),
        (4, 1),
        (5, 999_999),
    ] {
        let mut random = Random(seed);
        let clock = Clock::start(START, rate);
        let times = ten_years(&mut random);
        let mut product = one.clone();
        let mut before = 0;
        for (step, &now) in times.iter().enumerate().skip(1) {
            let lambda = clock.at(now).unwrap();
            product = (product * exp_neg(lambda - before)) >> 127u32;
            before = lambda;
            if step % 97 != 0 && now != *times.last().unwrap() {
                continue;
            }
            // rate/10^9 a day, for now − START seconds
            let exact = exp_of_minus(
                &(BigUint::from(rate) * (now - START)),
                &(BigUint::from(1_000_000_000u64) * DAY),
            );
            let single = BigUint::from(exp_neg(lambda)) << (BITS - 127);
            assert!(
                difference(&single, &exact) < tolerance,
                "seed={seed} now={now}"
            );
            assert!(
                difference(&product, &exact) < tolerance,
                "seed={seed} now={now}"
            );
        }
        assert!(times.len() > 100, "seed={seed} steps={}", times.len());
    }
}

#[test]
fn a_balance_touched_n_times_is_never_above_exact_and_at_most_n_units_below() {
    for seed in 0..20u64 {
        let mut random = Random(seed);
        let start = match seed % 4 {
            0 => 1 + i128::from(random.below(1_000)),
            1 => 1_000 * CREDIT + i128::from(random.below(1 << 40)),
            2 => i128::from(i64::MAX),
            _ => 1 << 100,
        };
        let clock = Clock::start(START, 1_000_000 + random.below(2_000_000) as u32);
        let (mut position, mut snap) = (start, 0);
        for (touches, &now) in ten_years(&mut random).iter().enumerate() {
            let lambda = clock.at(now).unwrap();
            position = remaining(position, lambda - snap);
            snap = lambda;
            if touches % 61 != 0 {
                continue;
            }
            let exact = BigUint::from(start.unsigned_abs()) * exp_of_minus_lambda(lambda);
            let ours = BigUint::from(position.unsigned_abs()) << BITS;
            // the reference is below e^-x by less than its terms' roundings
            let slack = BigUint::from(1u8) << 200u32;
            assert!(
                ours <= &exact + &slack,
                "above: seed={seed} touches={touches}"
            );
            let below = &exact - ours.min(exact.clone());
            let most = BigUint::from(touches) << BITS;
            assert!(
                below <= most + slack,
                "below: seed={seed} touches={touches}"
            );
        }
    }
}

#[test]
fn standing_time_and_debts_change_nothing() {
    assert_eq!(remaining(12_345, 0), 12_345);
    assert_eq!(remaining(-12_345, lam(3_000_000) * 1_000_000), -12_345);
    assert_eq!(remaining(0, u128::MAX), 0);
    assert_eq!(remaining(1 << 100, u128::MAX), 0);
}

#[test]
fn splitting_a_balance_never_gains_more_than_a_unit_a_split() {
    let mut random = Random(7);
    for _ in 0..2_000 {
        let whole = i128::from(random.next() >> random.below(60)) + 2;
        let elapsed = u128::from(random.next()) << random.below(34);
        let first = i128::from(random.next()) % whole;
        let split = remaining(first.max(1), elapsed) + remaining(whole - first.max(1), elapsed);
        let together = remaining(whole, elapsed);
        assert!(
            (together - 1..=together).contains(&split),
            "{whole} {first} {elapsed}"
        );
    }
}

#[test]
fn half_is_left_after_693_days_and_694_in_1000_after_a_year() {
    let mut world = World::new(|_| {});
    world.enrol("ana", 1);
    assert_eq!(world.view("ana"), 1_000 * CREDIT);
    world.now += 365 * DAY;
    assert_eq!(world.view("ana") / (CREDIT / 100), 69_419);
    world.now += 328 * DAY;
    assert_eq!(world.view("ana") / (CREDIT / 100), 50_007);
}

// ---- what others got wrong

/// Circles: rounding the sum of many floors differently from each floor let
/// the supply drift from the balances. Here the commons gets exactly what each
/// account lost.
#[test]
fn dust_of_a_thousand_floors_lands_in_the_commons_to_the_unit() {
    let mut world = World::new(|msg| msg.starter_grant = Amount::new(999_999_999_999_989));
    let names: Vec<String> = (0..40).map(|n| format!("member {n}")).collect();
    for (person, name) in names.iter().enumerate() {
        world.enrol(name, person as u64);
    }
    let granted = 40 * 999_999_999_999_989i128;
    for _ in 0..25 {
        world.now += 1 + 7_001;
        let every: Vec<&str> = names.iter().map(String::as_str).collect();
        world.settle(&every);
        let held: i128 = world
            .accounts()
            .iter()
            .map(|account| account.position)
            .sum();
        assert_eq!(held + world.commons(), granted);
        world.check();
    }
}

/// Encointer: a new rate was applied to the period before it.
#[test]
fn a_new_rate_moves_no_view_at_that_instant_and_never_reaches_back() {
    let mut world = World::new(|_| {});
    world.enrol("ana", 1);
    world.enrol("ben", 2);
    world.pay("ana", "ben", 300 * CREDIT).unwrap();
    world.now += 100 * DAY;
    let before = world.views();
    for rate in ["3000000", "0", "200000", "1000000"] {
        world
            .say(
                "authority",
                &format!(r#"{{"set_parameters":{{"rate_ppb_per_day":{rate}}}}}"#),
            )
            .unwrap();
        assert_eq!(world.views(), before);
    }
    // 100 days at 0.001 and 100 at 0.003 are 400 at 0.001 but for two floors.
    world
        .say(
            "authority",
            r#"{"set_parameters":{"rate_ppb_per_day":3000000}}"#,
        )
        .unwrap();
    world.now += 100 * DAY;
    let exact = remaining(700 * CREDIT, lam(1_000_000) * u128::from(400 * DAY));
    assert!(
        (world.view("ana") - exact).abs() <= 2,
        "{} {exact}",
        world.view("ana")
    );
}

/// Encointer: time was counted in blocks, so slow blocks decayed less.
#[test]
fn decay_depends_on_seconds_and_not_on_how_many_blocks_there_were() {
    let (mut many, mut few) = (World::new(|_| {}), World::new(|_| {}));
    many.enrol("ana", 1);
    few.enrol("ana", 1);
    for _ in 0..1_000 {
        many.now += 864;
        assert!(many.view("ana") > 0);
    }
    few.now += 864_000;
    assert_eq!(many.view("ana"), few.view("ana"));
    // and realising it a thousand times costs at most a unit a time
    let mut touched = World::new(|_| {});
    touched.enrol("ana", 1);
    for _ in 0..1_000 {
        touched.now += 864;
        touched.settle(&["ana"]);
    }
    let lost = few.view("ana") - touched.view("ana");
    assert!((0..=1_000).contains(&lost), "{lost}");
}

/// StableCredit: after two skipped periods only the last one was charged.
#[test]
fn skipped_periods_are_all_charged() {
    let mut world = World::new(|_| {});
    world.enrol("idle", 1);
    world.enrol("busy", 2);
    for _ in 0..24 {
        world.now += 30 * DAY;
        world.settle(&["busy"]);
    }
    world.settle(&["idle"]);
    let apart = world.stored("idle").position - world.stored("busy").position;
    assert!((0..=24).contains(&apart), "{apart}");
    world.check();
}

/// Sarafu: the supply ignored decay. Here it is the sum of what is stored, and
/// decay leaves it for the commons.
#[test]
fn supply_falls_by_what_decay_takes() {
    let mut world = World::new(|_| {});
    world.enrol("ana", 1);
    world.now += 365 * DAY;
    world.settle(&["ana"]);
    let info: mycel_credit::msg::TokenInfoResponse = world
        .query(mycel_credit::msg::QueryMsg::TokenInfo {})
        .unwrap();
    assert_eq!(
        info.total_supply.u128().cast_signed(),
        world.stored("ana").position
    );
    assert_eq!(
        world.commons(),
        1_000 * CREDIT - world.stored("ana").position
    );
}

/// Receiving does not launder decay: what was there decays at what it was, and
/// new money decays from now.
#[test]
fn an_inflow_is_settled_apart_from_what_was_there() {
    let mut world = World::new(|_| {});
    world.enrol("ana", 1);
    world.enrol("ben", 2);
    world.now += 200 * DAY;
    let (ana, ben) = (world.view("ana"), world.view("ben"));
    world.pay("ana", "ben", 10 * CREDIT).unwrap();
    assert_eq!(
        (world.view("ana"), world.view("ben")),
        (ana - 10 * CREDIT, ben + 10 * CREDIT)
    );
    assert_eq!(world.commons(), 2_000 * CREDIT - ana - ben);
    world.check();
}

#[test]
fn a_debt_does_not_decay_and_its_repayment_starts_clean() {
    let mut world = World::new(|msg| msg.starter_line = Amount::credits(0));
    world.enrol("ana", 1);
    world.enrol("ben", 2);
    world.pay("ana", "ben", 500 * CREDIT).unwrap();
    world.now += 1_000 * DAY;
    assert_eq!(world.view("ana"), -500 * CREDIT);
    assert!(world.view("ben") < 200 * CREDIT);
    // ben's remainder comes back; ana is still in debt by what decayed
    let left = world.view("ben");
    world.pay("ben", "ana", left).unwrap();
    assert_eq!(world.view("ana"), left - 500 * CREDIT);
    // crossing to positive: decay counts from the crossing, not from long ago
    world.now += 1_000 * DAY;
    world.pay("ben", "ana", 700 * CREDIT).unwrap();
    assert_eq!(world.view("ana"), left + 200 * CREDIT);
    world.check();
}
