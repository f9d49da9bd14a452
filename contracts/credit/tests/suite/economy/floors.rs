//! The exempt floor: what does not decay, and from when.

use super::*;

#[test]
fn the_exempt_floor_belongs_to_the_person_and_only_what_exceeds_it_decays() {
    let floor = 400 * CREDIT;
    let mut world = World::new(|msg| {
        msg.parameters = Some(Box::new(ParameterChanges {
            economy: Some(EconomyChanges {
                exempt: Amount::from_i128(floor),
                starter_opening: Amount::credits(1_000),
                ..EconomyChanges::default()
            }),
            ..ParameterChanges::default()
        }));
    });
    enrol(&mut world, "ana", 0, None);
    enrol(&mut world, "ben", 1, None);
    let authority = world.authority.to_string();
    let org = NewAccount {
        kind: Kind::Org,
        person: None,
        ..world.person("shop", 0)
    };
    world
        .execute(&authority, ExecuteMsg::OpenAccount(org))
        .unwrap();
    world.pay("ana", "shop", 300 * CREDIT).unwrap();
    world.pay("ben", "shop", 700 * CREDIT).unwrap();
    world.now += 693 * DAY;
    let half = |pico: i128| (pico * 49 / 100)..=(pico * 51 / 100);
    assert!(
        half(300 * CREDIT).contains(&(world.view("ana") - floor)),
        "only the excess"
    );
    assert_eq!(
        world.view("ben"),
        300 * CREDIT,
        "below the floor nothing decays"
    );
    assert!(
        half(1_000 * CREDIT).contains(&world.view("shop")),
        "an organisation has no floor"
    );
    world.now += 100_000 * DAY;
    assert_eq!(world.view("ana"), floor, "never below it");
    world.settle(&["ana", "ben", "shop"]);
    world.check();
}

fn set_floor(world: &mut World, credits: u64) -> u32 {
    let economy = EconomyChanges {
        exempt: Amount::credits(credits),
        ..EconomyChanges::default()
    };
    let changes = ParameterChanges {
        economy: Some(economy),
        ..ParameterChanges::default()
    };
    let authority = world.authority.to_string();
    code(world.execute(&authority, ExecuteMsg::SetParameters(Box::new(changes))))
}

/// Two towns alike, but in one everybody is settled before each change.
#[test]
fn a_new_exempt_floor_moves_no_view_at_that_instant_and_never_reaches_back() {
    let town = || {
        let mut world = World::new(|_| {});
        enrol(&mut world, "ana", 0, None);
        enrol(&mut world, "ben", 1, None);
        world.pay("ana", "ben", 700 * CREDIT).unwrap();
        world
    };
    let (mut lazy, mut eager) = (town(), town());
    for floor in [400, 0, 900, 200, 5, 999, 300] {
        for world in [&mut lazy, &mut eager] {
            world.now += 100 * DAY;
        }
        eager.settle(&["ana", "ben"]);
        for world in [&mut lazy, &mut eager] {
            let before = world.views();
            assert_eq!(set_floor(world, floor), 0);
            assert_eq!(world.views(), before, "floor={floor}");
            // a floor for no time at all was never there
            assert_eq!(set_floor(world, floor + 1), 0);
            assert_eq!(set_floor(world, floor), 0);
            assert_eq!(world.views(), before, "floor={floor}");
        }
        assert_eq!(lazy.views(), eager.views(), "floor={floor}");
    }
    for world in [&mut lazy, &mut eager] {
        world.now += 500 * DAY;
        world.settle(&["ana", "ben"]);
        world.check();
    }
    assert_eq!(lazy.views(), eager.views());
}

#[test]
fn the_floors_that_are_kept_and_their_days_are_told_and_give_every_view() {
    let mut world = World::new(|_| {});
    enrol(&mut world, "ana", 0, None);
    let floors = |world: &World| -> Vec<FloorView> {
        let told: FloorsResponse = world.query(QueryMsg::Floors {}).unwrap();
        told.floors
    };
    let first = floors(&world);
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].from, first[0].until), (None, None));
    let (account, begin) = (world.stored("ana"), world.now);
    for credits in [400, 900, 200] {
        world.now += 100 * DAY;
        assert_eq!(set_floor(&mut world, credits), 0);
    }
    world.now += 50 * DAY;
    let told = floors(&world);
    let days = |time: Option<Seconds>| time.map(|Seconds(time)| (time - begin) / DAY);
    let table: Vec<_> = told
        .iter()
        .map(|floor| {
            (
                floor.exempt.pico() / 10u64.pow(12),
                days(floor.from),
                days(floor.until),
            )
        })
        .collect();
    let expected = [
        (0, None, Some(100)),
        (400, Some(100), Some(200)),
        (900, Some(200), Some(300)),
        (200, Some(300), None),
    ];
    assert_eq!(table, expected);
    // what a wallet computes from them
    let (mut position, mut snap) = (account.position, account.snap);
    for floor in told {
        let until = floor
            .until_lambda
            .map_or(world.lambda(), |lambda| lambda.u128());
        let exempt = floor.exempt.signed();
        if position > exempt {
            position = exempt + mycel_credit::decay::remaining(position - exempt, until - snap);
        }
        snap = until;
    }
    assert_eq!(position, world.view("ana"));
}

#[test]
fn no_floor_is_forgotten_that_an_account_may_still_be_settled_under() {
    let mut world = standard();
    for person in 0..100 {
        enrol(&mut world, &format!("member {person}"), person, None);
    }
    let change = |world: &mut World, floor: u64| {
        world.now += 10 * DAY;
        let before = world.views();
        let code = set_floor(world, floor);
        assert_eq!(world.views(), before, "floor={floor}");
        code
    };
    for floor in 1..=state::MAX_FLOORS as u64 {
        assert_eq!(change(&mut world, 100 * floor), 0);
    }
    assert_eq!(change(&mut world, 1), 12, "nobody was settled since");
    for _ in 0..7 {
        // 32 a block: two rounds of 100
        assert_eq!(change(&mut world, 1), 12);
        world.end_block();
    }
    assert_eq!(change(&mut world, 1), 0, "the sweep has gone round");
    assert_eq!(world.terms().floors.len(), state::MAX_FLOORS);
    world.check();
}

// ---- a policy variant
