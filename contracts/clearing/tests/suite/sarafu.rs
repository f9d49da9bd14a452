//! The Sarafu graph, from seeding to its last settled obligation.

use crate::world::{DAY, World, sarafu};
use mycel_clearing::msg::ExecuteMsg;
use mycel_clearing::seed;
use mycel_kit::Id;

#[test]
fn the_sarafu_obligations_clear_exactly_67_359_percent_with_gap_0() {
    let mut world = World::new();
    let due = (world.now + 60 * DAY) as u32;
    let Some(seeds) = sarafu::seeds(due) else {
        return;
    };
    seed::write(&mut world.storage, &seeds).expect("an empty contract");
    let persons = world
        .storage
        .map
        .keys()
        .filter(|key| key[0] == b'u')
        .count();
    eprintln!(
        "{} obligations of {persons} persons, {} keys",
        seeds.len(),
        world.storage.map.len()
    );
    world.storage.keep();
    world.check();
    let total = world.totals().outstanding.i128();

    let anyone = world.address("anyone");
    world.execute(&anyone, ExecuteMsg::OpenRound {}).unwrap();
    world.now += DAY;
    let round = Id(0);
    let step = |world: &mut World, what: &str| {
        world.storage.gas.set(0);
        world.advance(round, None).unwrap();
        let gas = world.storage.gas.get();
        eprintln!("{what}: {gas} gas of storage");
        assert!(gas < 20_000_000, "{what} fits a transaction");
        gas
    };
    let mut gas = step(&mut world, "freeze");
    let view = world.round_of(round);
    assert_eq!(
        (view.stage.as_str(), view.nodes, view.edges),
        ("frozen", 37_677, 94_223)
    );
    let body = world.download(round).optimal_body();
    eprintln!("certificate: {} bytes", body.len());
    assert!(body.len() <= 100_000);
    let solver = world.address("solver");
    let post = world.commit(&solver, round, &body).unwrap();
    world.now = view.commit_until.0;
    world.storage.gas.set(0);
    world.bring(&solver, round, post, &body).unwrap();
    eprintln!("posting: {} gas of storage", world.storage.gas.get());
    gas += world.storage.gas.get();
    while world.round_of(round).stage != "done" {
        let stage = world.round_of(round).stage;
        gas += step(&mut world, &stage);
    }
    eprintln!("the whole round: {gas} gas of storage");
    assert!(
        gas < 90_000_000,
        "a block holds it, the Wasm's own gas included"
    );
    let view = world.round_of(round);
    let best = view.best.unwrap();
    assert_eq!((best.gap.i128(), best.flow), (0, view.applied));
    // in parts of 10^5, nearest
    let share = (view.applied.i128() * 200_000 + total) / (2 * total);
    assert_eq!(share, 67_359);
    world.check();
}

/// Seeding natively leaves the very state that messages leave.
#[test]
fn a_genesis_is_what_seeding_by_message_leaves() {
    let seeds: Vec<seed::Seed> = (0..700u32)
        .map(|n| seed::Seed {
            debtor: n % 7,
            creditor: 7 + n % 5,
            amount: crate::world::credits(1 + u64::from(n)),
            due: (crate::world::START + DAY) as u32,
            priority: (n % 4) as u8,
            tendered: n % 3 == 0,
        })
        .collect();
    let mut at_once = World::new();
    seed::write(&mut at_once.storage, &seeds).unwrap();
    assert!(
        seed::write(&mut at_once.storage, &seeds).is_err(),
        "only once"
    );
    let mut by_message = World::new();
    let messages: Vec<_> = seeds
        .iter()
        .map(|seed| mycel_clearing::msg::SeedMsg {
            debtor: Id(seed.debtor.into()),
            creditor: Id(seed.creditor.into()),
            amount: seed.amount,
            due: mycel_kit::Seconds(seed.due.into()),
            priority: seed.priority,
            tendered: seed.tendered,
        })
        .collect();
    assert!(
        by_message
            .authority(ExecuteMsg::Seed {
                obligations: messages.clone()
            })
            .is_err()
    );
    for batch in messages.chunks(500) {
        let obligations = batch.to_vec();
        by_message
            .authority(ExecuteMsg::Seed { obligations })
            .unwrap();
    }
    assert_eq!(at_once.storage.map, by_message.storage.map);
}
