//! The census of trade and the controller of the rate through messages; and
//! what they refuse to be moved by.

use crate::world::months::{
    MONTH, advance, controller, count, enrol, in_a_whole_month, next_month,
};
use crate::world::{CREDIT, DAY, Random, World};
use mycel_credit::census;
use mycel_credit::contract;
use mycel_credit::economy;
use mycel_credit::ledger;
use mycel_credit::msg::{EconomyChanges, ExecuteMsg, ParameterChanges, SudoMsg};
use mycel_credit::policies::Standard;
use mycel_credit::state;
use mycel_credit::volume;
use mycel_kit::Amount;

/// The census of random trade against a sort.
#[test]
fn the_census_finds_the_exact_median_and_volume_in_pieces_of_any_size() {
    for seed in 1..=12u64 {
        let mut random = Random(seed);
        let mut world = in_a_whole_month(World::new(|msg| {
            msg.starter_grant = Amount::credits(1_000_000);
        }));
        let members = 3 + random.below(90);
        let names: Vec<String> = (0..members).map(|n| format!("m{n}")).collect();
        for (person, name) in (0..).zip(&names) {
            enrol(&mut world, name, person, None);
        }
        let mut spent = std::collections::BTreeMap::new();
        for _ in 0..members * 3 {
            // always from lower to higher: net is what was paid
            let from = random.below(members - 1);
            let to = from + 1 + random.below(members - from - 1);
            let pico = 1 + random.next() % (1 << (1 + random.below(50)));
            world
                .pay(&names[from as usize], &names[to as usize], i128::from(pico))
                .unwrap();
            *spent.entry(from).or_insert(0u64) += pico;
        }
        let mut sorted: Vec<u64> = spent.values().copied().collect();
        sorted.sort_unstable();
        let median = sorted[(sorted.len() - 1) / 2];
        let volume: u128 = sorted
            .iter()
            .map(|&each| u128::from(each.min(2 * median)))
            .sum();
        let counted = world.now / MONTH;
        next_month(&mut world);
        let piece = 1 + random.below(700) as u32;
        for _ in 0..3_000 {
            // payments of the new month disturb nothing
            if random.below(4) == 0 {
                world.pay(&names[0], &names[1], CREDIT).unwrap();
            }
            advance(&mut world, piece);
        }
        let shown = controller(&world);
        assert_eq!(
            u64::from(shown.period),
            counted,
            "seed={seed} piece={piece}"
        );
        assert_eq!(shown.volume.u128(), volume, "seed={seed} piece={piece}");
        assert_eq!(shown.median.pico(), median, "seed={seed} piece={piece}");
        assert_eq!(u64::from(shown.persons), members);
        assert!(
            !census::page(0).exists(&world.storage),
            "its pages are gone"
        );
        world.check();
    }
}

/// Controller manipulation: paying to and fro is no volume; a payer as rich
/// as all others counts as two ordinary ones.
#[test]
fn neither_paying_to_and_fro_nor_one_rich_payer_moves_the_need() {
    let measure = |friends: u32, rich: i128| {
        let mut world = in_a_whole_month(World::new(|msg| {
            msg.starter_grant = Amount::credits(100_000);
        }));
        let names: Vec<String> = (0..12).map(|n| format!("m{n}")).collect();
        for (person, name) in (0..).zip(&names) {
            enrol(&mut world, name, person, None);
        }
        for pair in names[..10].chunks(2) {
            world.pay(&pair[0], &pair[1], 100 * CREDIT).unwrap();
        }
        for _ in 0..friends {
            world.pay("m10", "m11", 5_000 * CREDIT).unwrap();
            world.pay("m11", "m10", 5_000 * CREDIT).unwrap();
        }
        if rich > 0 {
            world.pay("m10", "m11", rich * CREDIT).unwrap();
        }
        next_month(&mut world);
        count(&mut world);
        let shown = controller(&world);
        (shown.volume.u128() as i128 / CREDIT, shown.need.u128())
    };
    let quiet = measure(0, 0);
    assert_eq!(quiet.0, 500);
    assert_eq!(measure(50, 0), quiet);
    assert_eq!(measure(0, 50_000).0, 700);
}

#[test]
fn a_census_that_is_too_slow_is_dropped_and_the_last_volume_stays() {
    let mut world = in_a_whole_month(World::new(|msg| {
        msg.starter_grant = Amount::credits(100_000);
    }));
    for (person, name) in ["a", "b"].into_iter().enumerate() {
        enrol(&mut world, name, person as u64, None);
    }
    world.pay("a", "b", 70 * CREDIT).unwrap();
    next_month(&mut world);
    count(&mut world);
    let first = controller(&world);
    assert_eq!(first.volume.u128() as i128, 70 * CREDIT);
    world.pay("a", "b", 10 * CREDIT).unwrap();
    next_month(&mut world);
    advance(&mut world, 1);
    assert_eq!(controller(&world).volume, first.volume);
    world.pay("a", "b", 30 * CREDIT).unwrap();
    next_month(&mut world);
    count(&mut world);
    assert_eq!(controller(&world).volume.u128() as i128, 30 * CREDIT);
}

/// A town of ten whose money is far above its need.
fn rich_town(after_days: u16) -> World {
    let mut world = World::new(|msg| {
        msg.starter_grant = Amount::credits(5_000);
        msg.parameters = Some(Box::new(ParameterChanges {
            economy: Some(EconomyChanges {
                starter_opening: Amount::credits(5_000),
                controller_after_days: Some(after_days),
                ..EconomyChanges::default()
            }),
            ..ParameterChanges::default()
        }));
    });
    for person in 0..10 {
        enrol(&mut world, &format!("m{person}"), person, None);
    }
    world
}

/// The same after its first whole month.
fn measured_town() -> World {
    let mut world = rich_town(0);
    for _ in 0..2 {
        next_month(&mut world);
        count(&mut world);
    }
    world
}

#[test]
fn the_month_that_the_contract_began_in_is_no_measure() {
    let mut world = rich_town(0);
    next_month(&mut world);
    count(&mut world);
    assert_eq!(controller(&world).period, 0);
    assert_eq!(controller(&world).signal_ppm, 0, "so there is no tick yet");
    next_month(&mut world);
    count(&mut world);
    assert_ne!(controller(&world).period, 0);
}

#[test]
fn the_controller_moves_the_rate_daily_and_no_view_at_that_instant() {
    let mut world = measured_town();
    let mut rate = controller(&world).rate_ppb_per_day;
    for _ in 0..200 {
        world.now += DAY;
        let before = world.views();
        advance(&mut world, 8);
        assert_eq!(world.views(), before, "a change of the rate moves no view");
        let now = controller(&world).rate_ppb_per_day;
        assert!(now >= rate && now <= rate + rate / 50, "{rate} -> {now}");
        rate = now;
        world.check();
    }
    assert_eq!(rate, 3_000_000, "money is many times the need");
    // a second look on the same day changes nothing
    let map = world.storage.map.clone();
    advance(&mut world, 0);
    assert_eq!(world.storage.map, map);
}

/// Parking in holds does not hide money from the controller; what the commons
/// hold is not members' money.
#[test]
fn money_is_positive_positions_and_members_holds_without_the_commons() {
    let mut world = rich_town(0);
    world.name_holders(&["funding"]);
    let money = |world: &World| controller(world).money.u128() as i128;
    assert_eq!(money(&world), 50_000 * CREDIT);
    let holder = world.address("funding");
    let hold = format!(
        r#"{{"hold":{{"for":"{holder}","amount":"{}","msg":"e30="}}}}"#,
        4_000 * CREDIT
    );
    world.say("m1", &hold).unwrap();
    assert_eq!(money(&world), 50_000 * CREDIT);
    // a debt is somebody else's money
    world.pay("m2", "m3", 5_500 * CREDIT).unwrap();
    world.settle(&["m2", "m3"]);
    assert_eq!(money(&world), 50_500 * CREDIT);
    world.now += 300 * DAY;
    let before = world.commons();
    world.settle(&["m0", "m1", "m2", "m3"]);
    let decayed = world.commons() - before;
    assert!(decayed >= 0 && world.commons() > 1_000 * CREDIT);
    assert!(money(&world) < 50_500 * CREDIT - 1_000 * CREDIT);
    world.check();
}

#[test]
fn the_rate_is_not_retroactive_when_the_controller_changes_it() {
    let mut world = measured_town();
    let lambda = world.lambda();
    let clock = world.clock();
    world.now += 10 * DAY;
    let expected = lambda + clock.lam * u128::from(10 * DAY);
    advance(&mut world, 1);
    assert_ne!(world.clock().lam, clock.lam);
    assert_eq!(world.lambda(), expected);
}

#[test]
fn for_180_days_the_rate_stands() {
    let mut world = rich_town(180);
    let born = world.now / DAY;
    while world.now / DAY < born + 179 {
        world.now += DAY;
        advance(&mut world, 640);
        assert_eq!(controller(&world).rate_ppb_per_day, 1_000_000);
    }
    world.now += DAY;
    advance(&mut world, 64);
    assert_eq!(controller(&world).rate_ppb_per_day, 1_020_000);
}

#[test]
fn the_end_of_a_block_does_the_same_as_advance() {
    let (mut by_chain, mut by_anyone) = (rich_town(0), rich_town(0));
    for _ in 0..100 {
        by_chain.now += DAY;
        by_anyone.now += DAY;
        let env = by_chain.env();
        let querier = cosmwasm_std::testing::MockQuerier::default();
        let deps = cosmwasm_std::DepsMut {
            storage: &mut by_chain.storage,
            api: &by_chain.api,
            querier: cosmwasm_std::QuerierWrapper::new(&querier),
        };
        contract::sudo::<Standard>(deps, env, SudoMsg::EndBlock {}).unwrap();
        advance(&mut by_anyone, 500);
    }
    assert_eq!(
        controller(&by_chain).rate_ppb_per_day,
        controller(&by_anyone).rate_ppb_per_day
    );
    assert!(controller(&by_chain).counted);
}

#[test]
fn the_authority_sets_the_rate_and_the_controller_goes_on_from_it() {
    let mut world = rich_town(180);
    let authority = world.authority.to_string();
    let change = ParameterChanges {
        rate_ppb_per_day: Some(2_000_000),
        ..ParameterChanges::default()
    };
    world
        .execute(&authority, ExecuteMsg::SetParameters(Box::new(change)))
        .unwrap();
    assert_eq!(controller(&world).base_ppb_per_day, 2_000_000);
}

/// CREDIT-8: the controller's step is bounded, a decision is not: it may name
/// any rate in bounds, at once.
#[test]
fn the_controller_moves_the_rate_at_most_two_percent_a_day_and_a_decision_at_once() {
    let mut world = rich_town(0);
    let authority = world.authority.to_string();
    let mut moved = false;
    let mut days = |world: &mut World, from: u32| {
        let mut before = u64::from(from);
        for _ in 0..60 {
            world.now += DAY;
            advance(world, 640);
            let now = u64::from(controller(world).rate_ppb_per_day);
            let (most, least) = (before * 102 / 100, before * 98 / 100);
            assert!((least..=most).contains(&now), "{before} → {now}");
            moved |= now != before;
            before = now;
        }
    };
    days(&mut world, 1_000_000);
    for rate in [200_000, 3_000_000, 1_500_000] {
        let change = ParameterChanges {
            rate_ppb_per_day: Some(rate),
            ..ParameterChanges::default()
        };
        world
            .execute(&authority, ExecuteMsg::SetParameters(Box::new(change)))
            .unwrap();
        assert_eq!(controller(&world).rate_ppb_per_day, rate);
        days(&mut world, rate);
    }
    assert!(moved);
}

#[test]
fn a_new_floor_moves_no_position_that_is_settled() {
    let mut world = rich_town(0);
    let before = world.views();
    let changes = EconomyChanges {
        exempt: Amount::credits(1_000),
        ..EconomyChanges::default()
    };
    let parameters = state::parameters().load(&world.storage).unwrap();
    let now = world.now;
    economy::change(&mut world.storage, now, &parameters, &changes).unwrap();
    assert_eq!(world.views(), before);
}

#[test]
fn spent_earned_and_nets_agree_after_folding() {
    let mut world = World::new(|msg| msg.starter_grant = Amount::credits(100_000));
    let names: Vec<String> = (0..8).map(|n| format!("m{n}")).collect();
    for (person, name) in (0..).zip(&names) {
        enrol(&mut world, name, person, None);
    }
    let mut random = Random(5);
    for _ in 0..500 {
        let from = random.below(8);
        let to = (from + 1 + random.below(7)) % 8;
        let pico = i128::from(1 + random.next() % 1_000_000);
        world
            .pay(&names[from as usize], &names[to as usize], pico)
            .unwrap();
    }
    let every: Vec<&str> = names.iter().map(String::as_str).collect();
    world.settle(&every);
    let period = u16::try_from(world.now / MONTH).unwrap();
    let of = |number| volume::activity_in(&world.storage, number, period).unwrap();
    let spent: u64 = (0..8).map(|number| of(number).spent).sum();
    let earned: u64 = (0..8).map(|number| of(number).earned).sum();
    let nets: u64 = (0..8u32)
        .flat_map(|a| (a + 1..8).map(move |b| (a, b)))
        .map(|(a, b)| {
            let pair = volume::pair(a, b).may_load(&world.storage).unwrap();
            pair.unwrap_or_default().net.get(period).unsigned_abs()
        })
        .sum();
    assert!(spent > 0);
    assert_eq!((spent, earned), (nets, nets));
    assert!(
        ledger::ledger(0)
            .may_load(&world.storage)
            .unwrap()
            .is_none()
    );
}
