//! Chances as published, against lots as drawn.

use std::collections::BTreeMap;

use crate::world::{World, solver, split, told};
use mycel_kit::lot::{panel_at, seating};
use mycel_kit::lottery::panels_for;
use mycel_sortition::draws::seats::lot;
use sha2::{Digest, Sha256};

/// `MYCEL_DRAWS` sets how many (default 100,000).
#[test]
fn so_many_lots_seat_everybody_as_often_as_the_published_chances_say() {
    let draws = told("MYCEL_DRAWS", 100_000);
    let mut world = World::new(30);
    let draw = world.open(&split("1", "side", &[("left", 3), ("right", 4)]));
    for number in 1..=30 {
        let side = if number % 5 == 0 { "left" } else { "right" };
        world.volunteer(draw, number, &[("side", side)]);
    }
    world.solve(draw);
    let pool = world.pool(draw);
    let m = panels_for(30, 7).expect("m");
    let lottery = solver::solve(&pool, m, 0);
    let published: mycel_sortition::draws::show::PoolResponse =
        world.ask(&mycel_sortition::ask::QueryMsg::Pool {
            draw: mycel_kit::Id(draw),
        });
    let mut seated: BTreeMap<(u16, u32), u64> = BTreeMap::new();
    let mut together = 0u64;
    for n in 0..draws {
        let value: [u8; 32] = Sha256::digest(n.to_be_bytes()).into();
        let lot = lot("chain", "contract", draw, &value);
        let index = lot.index(m.trailing_zeros());
        let times = lottery.panels.iter().map(|panel| panel.times);
        let panel = &lottery.panels[panel_at(index, times).expect("a panel")];
        let persons = seating(&lot, &panel.seats, |kind| pool.counts[usize::from(kind)]);
        assert_eq!(persons.len(), 7);
        together += u64::from(persons.contains(&(0, 0)) && persons.contains(&(0, 1)));
        for person in persons {
            *seated.entry(person).or_insert(0) += 1;
        }
    }
    let total = draws as f64;
    let mut chi = 0.0;
    for (kind, told) in published.types.iter().enumerate() {
        let seats = told.seats.expect("published").0 as f64;
        let chance = seats / (f64::from(m) * f64::from(told.count));
        for index in 0..told.count {
            let times = *seated.get(&(kind as u16, index)).unwrap_or(&0) as f64;
            let deviation = (total * chance * (1.0 - chance)).sqrt();
            let off = (times - total * chance) / deviation;
            assert!(
                off.abs() < 5.0,
                "type {kind} place {index}: {off:.2} deviations"
            );
            chi += off * off;
        }
    }
    // 30 squares of about one each, somewhat dependent
    assert!((8.0..70.0).contains(&chi), "chi-square {chi:.1}");
    // two of one type sit together as often as chance has it
    let quota = pool.quotas.iter();
    let mut own = quota.filter(|quota| quota.value == pool.values[0][0]);
    let seats = f64::from(own.next().expect("a quota").min);
    let count = f64::from(pool.counts[0]);
    let expected = total * seats * (seats - 1.0) / (count * (count - 1.0));
    assert!(
        (together as f64 - expected).abs() < 5.0 * expected.sqrt(),
        "{together} {expected}"
    );
    eprintln!("{draws} lots, chi-square {chi:.1} over 30 persons");
}
