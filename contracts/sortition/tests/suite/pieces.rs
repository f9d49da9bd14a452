//! No step of a draw does more than there is work for: each message goes on
//! where the last one stopped, and the end of a block has room for what it takes.

use std::collections::BTreeMap;

use crate::world::{
    START, World, compiled, native, person, plain, posting, solver, split, volunteering,
};
use mycel_kit::lottery::{Lottery, encode};
use mycel_kit::peers::sortition::Feature;
use mycel_kit::{Id, Seconds};
use mycel_sandbox::{Code, address};
use mycel_sortition::msg::ExecuteMsg;
use serde_json::json;

fn advance(world: &mut World, limit: u32) {
    let msg = json!({"advance": {"limit": limit}});
    world.ok(&address("anyone"), &msg);
}

/// How many each message leaves out until the pool is frozen.
fn left_out(world: &mut World, draw: u64, limit: u32) -> Vec<u32> {
    let mut told = Vec::new();
    let mut before = 0;
    while world.stage(draw) != "solving" {
        advance(world, limit);
        let now = world.draw(draw).left_out;
        told.push(now - before);
        before = now;
        assert!(told.len() < 2_000, "it never ends");
    }
    world.check();
    told
}

#[test]
fn leaving_out_who_has_no_say_stops_where_the_work_is_done() {
    let mut roots = Vec::new();
    for limit in [1, 50, 1_000] {
        let mut world = World::new(300);
        let draw = world.open(&plain("1", 2));
        for number in 1..=300 {
            world.volunteer(draw, number, &[]);
        }
        for number in 1..=200 {
            world.bar(number);
        }
        world.wait(10);
        world.sandbox.advance_time(1_000);
        let told = left_out(&mut world, draw, limit);
        assert_eq!(told.iter().sum::<u32>(), 200);
        // four units each, and one at least
        let most = told.iter().copied().max().expect("a message");
        assert!(most <= limit / 4 + 1, "limit={limit} left_out={most}");
        roots.push(world.draw(draw).lottery.expect("frozen").root);
    }
    assert!(roots.iter().all(|root| *root == roots[0]));
}

#[test]
fn leaving_out_who_must_rest_stops_where_the_work_is_done() {
    let mut roots = Vec::new();
    for limit in [1, 50, 1_000] {
        let mut world = World::with(native(), 90, json!({"pool_seconds": 1_000_000}));
        let first = world.open(&plain("1", 80));
        let mut later = plain("2", 1);
        later.until = Seconds(START + 500_000);
        let draw = world.open(&later);
        for number in 1..=90 {
            world.volunteer(first, number, &[]);
            world.volunteer(draw, number, &[]);
        }
        world.finish(first);
        let until = START + 500_000 - world.now();
        world.sandbox.advance_time(until);
        let told = left_out(&mut world, draw, limit);
        assert_eq!(told.iter().sum::<u32>(), 80);
        let most = told.iter().copied().max().expect("a message");
        assert!(most <= limit / 4 + 1, "limit={limit} left_out={most}");
        roots.push(world.draw(draw).lottery.expect("frozen").root);
    }
    assert!(roots.iter().all(|root| *root == roots[0]));
}

/// A lottery's pages, so many panels on each.
fn pages_of(lottery: &Lottery, panels: usize) -> Vec<Vec<u8>> {
    let page = |panels: &[_]| {
        encode(&Lottery {
            panels: panels.to_vec(),
            levels: vec![],
        })
    };
    let levels = Lottery {
        panels: vec![],
        levels: lottery.levels.clone(),
    };
    let mut pages: Vec<Vec<u8>> = lottery.panels.chunks(panels).flat_map(page).collect();
    pages.extend(encode(&levels));
    pages
}

#[test]
fn the_panel_drawn_is_looked_for_a_page_a_step() {
    let mut world = World::new(120);
    let mut input = split("1", "side", &[("left", 10), ("right", 20)]);
    input.features.push(Feature {
        name: "age".into(),
        values: (0..20).map(|age| age.to_string()).collect(),
        issuer: None,
    });
    let draw = world.open(&input);
    for number in 1..=120 {
        let side = if number % 3 == 0 { "left" } else { "right" };
        let age = (number % 20).to_string();
        world.volunteer(draw, number, &[("side", side), ("age", &age)]);
    }
    world.wait_until(START + 1_000);
    world.run();
    let terms = world.draw(draw).lottery.expect("frozen");
    let pool = world.pool(draw);
    let solved = solver::solve(&pool, terms.panels, 0);
    let solved = crate::gas::mix(&pool, &solved, 20_000);
    let each = solved.panels.len().div_ceil(60);
    let pages = pages_of(&solved, each);
    let who = person(1);
    world.commit(&who, draw, &pages);
    world.wait_until(terms.commit_until.0);
    world.post(&who, draw, 0, &pages);
    world.wait_until(terms.deadline.0);
    world.run();
    let accepted = world.draw(draw).accepted.expect("accepted");
    let until = accepted.round_time.0 - world.now();
    world.sandbox.advance_time(until);
    // the first draws the index, each of the others reads a page
    let mut read = 0;
    advance(&mut world, 1);
    while world.stage(draw) == "awaiting" {
        advance(&mut world, 1);
        world.check();
        read += 1;
    }
    let index = world.draw(draw).accepted.expect("accepted").index;
    let times = solved.panels.iter().map(|panel| panel.times);
    let panel = mycel_kit::lot::panel_at(index.expect("drawn"), times).expect("a panel");
    assert_eq!(world.seats(draw).panel as usize, panel);
    assert_eq!(read, panel / each + 1);
    assert!(read >= 2, "another seed, please");
    world.run();
    assert_eq!(world.stage(draw), "seated");
    world.check();
}

#[test]
fn a_seat_that_nobody_can_take_costs_work_too_and_the_least_work_gives_one() {
    let mut world = World::new(5);
    let draw = world.open(&plain("1", 5));
    for number in 1..=5 {
        world.volunteer(draw, number, &[]);
    }
    world.seat(draw);
    for number in 1..=5 {
        world.ok(&person(number), &ExecuteMsg::Decline { draw: Id(draw) });
    }
    let pending = |world: &World| {
        let seats = world.seats(draw).seats;
        seats.iter().filter(|seat| seat.pending).count()
    };
    for (limit, left) in [(1, 4), (1, 3), (3, 1), (1, 0)] {
        advance(&mut world, limit);
        assert_eq!(pending(&world), left, "limit={limit}");
    }
    world.check();
}

/// Ends of blocks alone, until the draw is at this stage. Keeps the dearest of each stage.
fn blocks(world: &mut World, draw: u64, stage: &str, gas: &mut BTreeMap<String, u64>) {
    for _ in 0..5_000 {
        let now = world.stage(draw);
        if now == stage {
            return;
        }
        for (_, ended) in world.sandbox.end_block() {
            let receipt = ended.unwrap_or_else(|refusal| panic!("{now}: {}", refusal.text));
            let most = gas.entry(now.clone()).or_insert(0);
            *most = receipt.gas.max(*most);
        }
        world.sandbox.advance_time(5);
    }
    panic!("no end of a block brings draw {draw} to {stage}");
}

/// The most types there may be, each told by as many features as there may be.
fn widest(code: Code) -> (World, u64) {
    let mut world = World::with(code, 1_500, json!({}));
    let mut input = plain("1", 30);
    let values = |n: usize| (0..n).map(|value| value.to_string()).collect();
    input.features = (0..16)
        .map(|place| Feature {
            name: format!("feature {place}"),
            values: values([64, 16].get(place).copied().unwrap_or(1)),
            issuer: None,
        })
        .collect();
    let draw = world.open(&input);
    for number in 1..=1_500 {
        let kind = number % 1_024;
        let told: Vec<(String, String)> = (0..16)
            .map(|place| {
                let value = [kind / 16, kind % 16].get(place).copied().unwrap_or(0);
                (format!("feature {place}"), value.to_string())
            })
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(a, b)| (&**a, &**b)).collect();
        world.ok(&person(number), &volunteering(draw, &told));
    }
    (world, draw)
}

#[test]
fn every_step_of_a_draw_of_the_most_types_fits_into_the_end_of_a_block() {
    let (mut world, draw) = widest(compiled());
    let sortition = world.sortition.clone();
    let subscribed = world.sandbox.subscribe_end_block(&sortition);
    subscribed.expect("subscribed");
    let mut gas = BTreeMap::new();
    for number in 1_025..=1_400 {
        world.bar(number);
    }
    world.wait(10);
    world.sandbox.advance_time(1_000);
    blocks(&mut world, draw, "solving", &mut gas);
    let terms = world.draw(draw).lottery.expect("frozen");
    let (persons, pool) = (world.draw(draw).persons, world.pool(draw));
    assert_eq!((persons, pool.counts.len()), (1_124, 1_024));
    let pages = encode(&solver::solve(&pool, terms.panels, 0));
    let who = person(1);
    world.commit(&who, draw, &pages);
    let until = terms.commit_until.0 - world.now();
    world.sandbox.advance_time(until);
    for (page, data) in pages.iter().enumerate() {
        world.ok(&who, &posting(draw, 0, page as u32, data));
    }
    for _ in 0..60 {
        for (_, ended) in world.sandbox.end_block() {
            let receipt = ended.unwrap_or_else(|refusal| panic!("verifying: {}", refusal.text));
            let most = gas.entry("verifying".into()).or_insert(0);
            *most = receipt.gas.max(*most);
        }
    }
    // pairs may be too dear for it: they wait for anyone's message
    world.sandbox.advance_time(30);
    world.run();
    assert!(world.draw(draw).lottery.expect("frozen").best.is_some());
    let until = terms.deadline.0 - world.now();
    world.sandbox.advance_time(until);
    blocks(&mut world, draw, "awaiting", &mut gas);
    for number in 1..=500 {
        world.bar(number);
    }
    blocks(&mut world, draw, "seated", &mut gas);
    eprintln!("{gas:?}");
    // subscribers have 2,000,000 together
    let dear: Vec<_> = gas.iter().filter(|(_, gas)| **gas > 1_800_000).collect();
    assert!(dear.is_empty(), "{dear:?}");
}
